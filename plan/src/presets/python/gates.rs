//! Checks that are gates: they run on the build platform, with development dependencies.

use slipway_project::python::{OwnPackage, Tool};
use slipway_spec::Diagnostic;

use super::find::Found;
use super::folders::OWN;
use super::install::Installer;
use super::own::{mounts as mounts_of, packages};
use super::{package, sources};
use crate::presets::{Context, checks, set, set_all};
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, MountKind, Platform};

/// Copies what the build of the project creates in addition to its files.
const OWN_BEFORE: &str = "(cd /opt/slipway-own && find . -path ./.venv -prune -o -type f -print0 | xargs -0 -r cp -a --parents -t \"$SLIPWAY_APP\")\n";

/// Plans the checks that are gates: on the build platform, with development dependencies.
pub(super) fn gates(
    cx: &mut Context<'_, '_>,
    installer: &Installer<'_>,
    env: &[(String, String)],
    found: &Found,
) -> Result<(), Diagnostic> {
    let gates = checks::gates(cx, "pytest -q")?;
    let Some(needs) = found.checked.as_deref().filter(|_| !gates.is_empty()) else { return Ok(()) };
    let Found { own, roots, places, .. } = found;
    needs.notes.iter().for_each(|note| cx.note(note));
    let platform: &Platform = &cx.request().build_platform;
    let (toolchain, project) = (installer.toolchain, installer.project);
    let dev = installer.environment(cx, needs, &[]);
    let mut check_env = toolchain.env.clone();
    set_all(&mut check_env, env);
    set_all(&mut check_env, installer.own_env);
    set(&mut check_env, "PYTHONDONTWRITEBYTECODE", "1");
    let sources =
        MountKind::Discarded { from: sources::select(cx, project, None, &[])?, path: format!("/{}", project.folder) };
    let mut mounts = vec![
        Mount { target: places.app().to_owned(), kind: sources },
        Mount::read_only(places.venv.as_str(), dev),
        Mount::tmpfs("/tmp"),
        Mount::tmpfs("/root"),
    ];
    // Mounts cannot be merged file by file, so packages of the repository have separate paths.
    let mut path: Vec<_> = env.iter().filter(|(name, _)| name == "PYTHONPATH").map(|(_, path)| path.clone()).collect();
    for local in &needs.locals {
        let place = format!("/opt/slipway-packages/{}", local.name);
        path.push(packages(&place, &project.minor()));
        mounts.push(Mount::read_only(place, package::plan(cx, installer, local)));
    }
    let mut before = Text::default();
    match own {
        OwnPackage::Nothing => {}
        OwnPackage::Texts(_) => {
            path.push(packages(OWN, &project.minor()));
            mounts.extend(mounts_of(own, OWN, &project.minor()));
        }
        OwnPackage::Built(local) => {
            path.push(packages(&format!("{OWN}/.venv"), &project.minor()));
            mounts.push(Mount::read_only(OWN, package::plan_own(cx, installer, local, roots)));
            before = before + places.prelude() + OWN_BEFORE;
        }
    }
    set(&mut check_env, "PYTHONPATH", &path.join(":"));
    // A test requires the program's dependencies at run time.
    let runtime = crate::packages::names(&mut cx.draft.evaluator, &cx.build.packages.runtime)?;
    let title = format!("[{} check packages]", cx.name);
    let (env, span) = (&toolchain.env, cx.span());
    let (owner, root, manager) = (cx.name, toolchain.root, toolchain.manager);
    let into = crate::packages::InstallInto { owner, title: &title, root, manager, env, platform, span };
    let root = crate::packages::install(cx.draft, &into, &runtime);
    let setting = checks::CheckEnv {
        container: Container::new(root, platform, check_env).cwd(places.app()).mounts(mounts),
        before,
        after: Text::default(),
    };
    for gate in &gates {
        checks::run(cx, gate, &setting)?;
    }
    if let Tool::Pip { dev: None, .. } = &project.tool {
        cx.note("checks have only the program's own requirements, because there is no requirements-dev.txt");
    }
    Ok(())
}
