//! The requirements of programs: the image of their environment, or a distroless image with the same Python at another
//! path.

use slipway_project::python::PythonProject;
use slipway_spec::model::Distro;

use crate::contents::Need;
use crate::distro;
use crate::presets::Context;
use crate::presets::common::Toolchain;
use crate::runtime::{self, Images, Runtimes};
use crate::{StepId, shell};

/// Minor versions of Python that have a distroless image; see
/// <https://github.com/GoogleContainerTools/distroless>.
const DISTROLESS: &[(&str, Distro)] = &[("3.11", Distro::Bookworm), ("3.13", Distro::Trixie)];
/// The folder of their Python.
const PLACE: &str = "/usr/bin";

/// Creates links to the Python in the argument.
const INTERPRETER: &str = "\
name=${1##*/}
mkdir /out/bin
ln -s \"$1\" /out/bin/python3
ln -s python3 /out/bin/python
ln -s python3 \"/out/bin/$name\"
printf 'home = %s\\ninclude-system-site-packages = false\\nversion = %s\\n' \"${1%/*}\" \"${name#python}\" >/out/pyvenv.cfg
find /out -exec touch -h -d @315532800 {} +
";

/// The official image of a version on a Debian release.
pub(super) fn official(version: &str, distro: Distro) -> String {
    format!("python:{version}-slim-{}", distro.name())
}

/// The images that have the Python of the toolchain at the same path.
fn slim(cx: &Context<'_, '_>, project: &PythonProject) -> Images {
    match &cx.image {
        Some(image) => Images::Any(image.value.clone()),
        None => {
            let releases = distro::PYTHON.releases(&project.version);
            Images::Of(releases.into_iter().map(|distro| (distro, official(&project.version, distro))).collect())
        }
    }
}

/// The meaning of the short names of `runtime`.
pub(super) fn of(cx: &Context<'_, '_>, project: &PythonProject) -> Runtimes {
    let word = cx.runtime.as_deref();
    let no_python = "it has no Python; delete `runtime`, or write `runtime: slim`";
    let minor = project.minor();
    let runtimes = Runtimes::of("slim")
        .with("slim", slim(cx, project))
        .without_all(["scratch", "static", "base", "cc"], no_python);
    let runtimes = runtimes.needing(Need::Python { minor: minor.clone(), distroless: word == Some("distroless") });
    match DISTROLESS.iter().find(|(version, _)| *version == minor) {
        Some((_, distro)) => runtimes.with("distroless", runtime::distroless("python3", &[*distro])),
        None => {
            let versions: Vec<_> = DISTROLESS.iter().map(|(version, _)| *version).collect();
            let why = format!(
                "distroless images have Python {}, but the program needs {minor}; name one of these in `python` of the build, or write `runtime: slim`",
                versions.join(" or ")
            );
            runtimes.without("distroless", why)
        }
    }
}

/// The Debian release of the distroless image that an image names as its base, if the toolchain's version also has it.
pub(super) fn of_distroless(cx: &Context<'_, '_>, version: &str) -> Option<Distro> {
    let minor: Vec<_> = version.split('.').take(2).collect();
    let (_, distro) = DISTROLESS.iter().find(|(known, _)| *known == minor.join("."))?;
    let is_named = cx.runtime.as_deref() == Some("distroless");
    (is_named && distro::PYTHON.releases(version).contains(distro)).then_some(*distro)
}

/// Files of a virtual environment that point to its Python.
pub(super) fn links(minor: &str) -> Vec<String> {
    let names = ["bin/python", "bin/python3", "pyvenv.cfg"].map(str::to_owned);
    names.into_iter().chain([format!("bin/python{minor}")]).collect()
}

/// The step that creates these for a distroless image; `None` for other images, whose Python has the environment's
/// path.
pub(super) fn interpreter(cx: &mut Context<'_, '_>, project: &PythonProject, toolchain: &Toolchain) -> Option<StepId> {
    let minor = project.minor();
    if cx.runtime.as_deref() != Some("distroless") || !DISTROLESS.iter().any(|(version, _)| *version == minor) {
        return None;
    }
    let script = shell::offline("interpreter", INTERPRETER);
    let path = format!("{PLACE}/python{minor}");
    let name = format!("[python interpreter] {path}");
    let run = toolchain.container(toolchain.env.clone()).run(script).args([path]).output("/out");
    Some(cx.add(name, cx.span(), run))
}
