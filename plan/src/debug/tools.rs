//! The layers with debuggers and a shell, and the steps that they come from.
//!
//! Programs of a Debian release are taken out of its packages for the platform of the image; nothing of them runs in a
//! step, so the build platform does not matter.

use slipway_spec::model::Distro;
use slipway_spec::{Diagnostic, Span};

use super::debugging::FOLDER;
use crate::draft::Draft;
use crate::env::env_of;
use crate::output::Debugger;
use crate::step::Container;
use crate::{Layer, LayerCopy, LayerItem, Mount, PlanError, Platform, StepId, shell};

/// The Debian release of the packages.
const RELEASE: Distro = Distro::Trixie;

const UNPACK: &str = shell::script(include_str!("unpack.sh"));
const SHELL: &str = shell::script(include_str!("shell.sh"));
const GDB: &str = shell::script(include_str!("gdb.sh"));
const START_GDB: &str = shell::script(include_str!("start-gdb.sh"));
const START_PYTHON: &str = include_str!("slipway_debug.py");

/// The output folder of steps.
const OUTPUT: &str = "/out";

/// The layers with a debugger.
pub(super) async fn debugger(
    draft: &mut Draft<'_>,
    of: (&str, &str, Span),
    debugger: &Debugger,
) -> Result<Vec<Layer>, PlanError> {
    let place = |from, source: &str, target: &str| {
        LayerItem::Copy(LayerCopy::whole(from, source.to_owned(), format!("{FOLDER}/{target}")))
    };
    let text = |target: &str, content: &str| LayerItem::Text {
        path: format!("{FOLDER}/{target}"),
        content: content.to_owned(),
        mode: 0o644,
        owner: None,
    };
    Ok(match debugger {
        Debugger::Delve { from } => vec![layer(of, "dlv", vec![place(*from, "/dlv", "dlv")])],
        Debugger::Debugpy { from, .. } => {
            let items = vec![place(*from, "/", "python"), text("python/slipway_debug.py", START_PYTHON)];
            vec![layer(of, "python", items)]
        }
        Debugger::Gdb => {
            let packages = ["gdbserver", "libc6", "libgcc-s1", "libstdc++6"];
            let gdb = unpacked(draft, of, ("gdbserver", GDB), &packages).await?;
            vec![layer(of, "gdb", vec![place(gdb, "/", "gdb"), text("gdb/start", START_GDB)])]
        }
        Debugger::Node | Debugger::Jdwp { .. } => Vec::new(),
    })
}

/// The layer with a shell.
pub(super) async fn shell(draft: &mut Draft<'_>, of: (&str, &str, Span)) -> Result<Layer, PlanError> {
    let from = unpacked(draft, of, ("busybox", SHELL), &["busybox-static"]).await?;
    let copy = LayerCopy::whole(from, "/".to_owned(), format!("{FOLDER}/bin"));
    Ok(layer(of, "bin", vec![LayerItem::Copy(copy)]))
}

fn layer((owner, prefix, span): (&str, &str, Span), what: &str, items: Vec<LayerItem>) -> Layer {
    let path = format!("{FOLDER}/{what}");
    Layer { name: format!("[{prefix}{owner}] COPY {path}"), history: format!("COPY {path}"), span, items }
}

/// The step that takes files out of packages, which a script leaves in [`OUTPUT`].
async fn unpacked(
    draft: &mut Draft<'_>,
    (owner, _, span): (&str, &str, Span),
    (what, script): (&str, &'static str),
    packages: &[&str],
) -> Result<StepId, PlanError> {
    let Some(arch) = debian_arch(draft.platform) else {
        let message = format!("there is no {what} for `{}`", draft.platform);
        return Err(Diagnostic::error(span, message)
            .with_help("build for another platform, such as linux/amd64")
            .into());
    };
    let name = format!("debian:{}-slim", RELEASE.name());
    let platform = &draft.request.build_platform;
    let image = draft.project.image(&name, platform).await.map_err(|error| {
        let message = format!("cannot get the image `{name}`, which provides {what}: {error}");
        Diagnostic::error(span, message).with_help(format!("provide it with `--build-context {name}=docker-image://…`"))
    })?;
    let env = env_of(&image.config);
    let root = draft.base(owner, "[internal] tool", image, platform, span);
    let text = shell::Text::from(UNPACK) + script;
    let container = Container::new(root, platform, env).mount(Mount::tmpfs("/tmp"));
    let run = container.run(shell::networked(what, text)).args([arch]).args(packages.iter().copied()).output(OUTPUT);
    Ok(draft.add(owner, format!("[debugger for {}] {what}", draft.platform), span, run))
}

/// Debian's name of a platform.
fn debian_arch(platform: &Platform) -> Option<&'static str> {
    if platform.os() != "linux" {
        return None;
    }
    Some(match (platform.arch(), platform.variant()) {
        ("amd64", _) => "amd64",
        ("arm64", _) => "arm64",
        ("arm", "v7") => "armhf",
        ("arm", _) => "armel",
        ("386", _) => "i386",
        ("ppc64le", _) => "ppc64el",
        ("riscv64", _) => "riscv64",
        ("s390x", _) => "s390x",
        _ => return None,
    })
}
