//! Steps that build and install a package of the repository from its own files, without network access. All programs
//! that require the package share them.

use slipway_project::python::{self, Local, Tool};

use super::install::{Installer, path_with};
use super::own::BESIDE;
use super::scripts::{self, FINISH, INSTALL_BY_PIP, INSTALL_BY_UV, WHEEL};
use super::told_version::tell_version;
use super::{BUILD_TOOLS, TOOL};
use crate::paths::place_in;
use crate::presets::{Context, excluded_files, in_folder, is_within, set, set_all, shown, whole};
use crate::shell::word;
use crate::{CopyItem, Mount, StepId, shell};

/// Plans the package; the root of the result is the content of the environment.
pub(super) fn plan(cx: &mut Context<'_, '_>, installer: &Installer<'_>, local: &Local) -> StepId {
    plan_as(cx, installer, local, None)
}

/// Plans what the build of the project itself creates in addition to its sources, whose modules are in `roots`. The
/// root of the result is the content of the application's folder.
pub(super) fn plan_own(cx: &mut Context<'_, '_>, installer: &Installer<'_>, local: &Local, roots: &[String]) -> StepId {
    plan_as(cx, installer, local, Some(roots))
}

fn plan_as(cx: &mut Context<'_, '_>, installer: &Installer<'_>, local: &Local, roots: Option<&[String]>) -> StepId {
    let (toolchain, places) = (installer.toolchain, installer.places);
    let tools = installer.build_tools(cx, &local.requires);
    let install = match &installer.project.tool {
        Tool::Uv { .. } => INSTALL_BY_UV,
        Tool::Pip { .. } | Tool::Poetry { .. } => INSTALL_BY_PIP,
    };
    let (text, output) = match roots {
        None => (scripts::package(install, &local.roots), places.venv.as_str()),
        Some(roots) => {
            (scripts::own_package(install, roots, &python::readmes(&installer.project.pyproject)), places.app())
        }
    };
    let text = places.prelude() + text + FINISH + "finish " + word(output) + "\n";
    let script = shell::compile("package", text);
    let mut env = toolchain.env.clone();
    set_all(&mut env, installer.own_env);
    tell_version(cx, local, &mut env);
    let path = path_with(&env, &format!("{TOOL}/bin"));
    set(&mut env, "PATH", &path);
    let sources = select(cx, local);
    let is_uv = matches!(installer.project.tool, Tool::Uv { .. });
    let tool = is_uv.then(|| installer.tool(cx)).flatten();
    let container = toolchain
        .container(env)
        .cwd(place_in(places.sources, &local.folder))
        .mount(Mount::tmpfs("/tmp"))
        .mount(Mount::tmpfs("/root"))
        .mount(Mount::discarded(places.sources, sources))
        .mount(Mount::read_only(BUILD_TOOLS, tools))
        .mount(Mount::text("/run/slipway/slipway_build.py", WHEEL))
        .mount(Mount::text(scripts::AFTER, if roots.is_some() { BESIDE } else { scripts::DATA }))
        .mounts(tool.map(|tool| Mount::read_only(TOOL, tool)));
    // One step serves all platforms of a build.
    let everywhere = local.native.is_none() && (cx.request().multi_platform || toolchain.platform != *cx.target());
    let kind = if everywhere { "everywhere" } else { "here" };
    let words = [kind, &local.backend].into_iter().chain(local.backend_path.iter().map(String::as_str));
    let run = container.run(script).args(words).output(output);
    let prefix = if local.native.is_some() { cx.draft.prefix(&toolchain.platform) } else { String::new() };
    let name = format!("[{prefix}python package] {} from {}", local.name, shown(&local.folder));
    cx.add(name, cx.span(), run)
}

/// The step with the package's files and the build's `inputs` over them.
fn select(cx: &mut Context<'_, '_>, local: &Local) -> StepId {
    let folder = &local.folder;
    let mut exclude = vec!["**/__pycache__".to_owned(), in_folder(folder, ".venv"), in_folder(folder, ".git")];
    exclude.extend(local.others.iter().cloned());
    if folder.is_empty() {
        // A build backend may read exclusions from `.gitignore`.
        exclude.extend(excluded_files::tools(folder).filter(|pattern| pattern != ".gitignore"));
        exclude.push(cx.request().spec_name.clone());
    }
    if local.without_readme {
        exclude.push(in_folder(folder, "README*"));
    }
    let include = std::iter::once(whole(folder)).chain(local.outside.iter().cloned()).collect();
    let inside = |input: &&CopyItem| is_within(folder, input.target.trim_start_matches('/'));
    // Packages are installed before `run` steps run.
    let over = cx.inputs.iter().filter(inside).cloned();
    let items: Vec<_> = std::iter::once(cx.sources(include, exclude)).chain(over).collect();
    cx.add(format!("[python sources] COPY {}", shown(folder)), cx.span(), items)
}
