//! Steps that build and install a package of the repository from its own files, without network. All programs that need
//! the package share them.

use slipway_project::python::{self, Local, Tool};

use super::install::{Installer, path_with};
use super::own::BESIDE;
use super::scripts::{self, FINISH, INSTALL_BY_PIP, INSTALL_BY_UV, WHEEL};
use super::told_version::tell_version;
use super::{APP, BUILD_TOOLS, SOURCES, TOOL, VENV};
use crate::presets::{Context, excluded_files, in_folder, is_within, set, set_all, shown, whole};
use crate::{CopyItem, Mount, MountKind, Network, Run, RunOutput, StepId, StepKind, shell};

/// Plans the package; the root of the result is the content of [`VENV`].
pub(super) fn plan(cx: &Context<'_>, installer: &Installer<'_>, local: &Local) -> StepId {
    plan_as(cx, installer, local, None)
}

/// Plans what the build of the project itself makes in addition to its sources, whose modules are in `roots`. The root
/// of the result is the content of [`APP`].
pub(super) fn plan_own(cx: &Context<'_>, installer: &Installer<'_>, local: &Local, roots: &[String]) -> StepId {
    plan_as(cx, installer, local, Some(roots))
}

fn plan_as(cx: &Context<'_>, installer: &Installer<'_>, local: &Local, roots: Option<&[String]>) -> StepId {
    let toolchain = installer.toolchain;
    let tools = installer.build_tools(cx, &local.requires);
    let install = match &installer.project.tool {
        Tool::Uv { .. } => INSTALL_BY_UV,
        Tool::Pip { .. } | Tool::Poetry { .. } => INSTALL_BY_PIP,
    };
    let (text, output) = match roots {
        None => (scripts::package(install, &local.roots), VENV),
        Some(roots) => (scripts::own_package(install, roots, &python::readmes(&installer.project.pyproject)), APP),
    };
    let text = text + FINISH + "finish " + output + "\n";
    let script = shell::compile("package", text);
    let mut env = toolchain.env.clone();
    set_all(&mut env, installer.own_env);
    tell_version(cx, local, &mut env);
    let path = path_with(&env, &format!("{TOOL}/bin"));
    set(&mut env, "PATH", &path);
    let mut mounts = vec![
        Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
        Mount { target: "/root".to_owned(), kind: MountKind::Tmpfs },
        Mount::discarded(SOURCES, select(cx, local)),
        Mount::read_only(BUILD_TOOLS, tools),
        Mount {
            target: "/run/slipway/slipway_build.py".to_owned(),
            kind: MountKind::Script { text: WHEEL.to_owned() },
        },
    ];
    let text = if roots.is_some() { BESIDE } else { scripts::DATA };
    mounts.push(Mount { target: scripts::AFTER.to_owned(), kind: MountKind::Script { text: text.to_owned() } });
    if matches!(installer.project.tool, Tool::Uv { .. }) {
        mounts.extend(installer.tool(cx).map(|tool| Mount::read_only(TOOL, tool)));
    }
    mounts.extend(script.mounts);
    // One step serves all platforms of a build.
    let everywhere = local.native.is_none() && (cx.request().multi_platform || toolchain.platform != *cx.target());
    let kind = if everywhere { "everywhere" } else { "here" };
    let words = [kind.to_owned(), local.backend.clone()].into_iter().chain(local.backend_path.iter().cloned());
    let run = Run {
        root: toolchain.root,
        platform: toolchain.platform.clone(),
        args: script.args.into_iter().chain(words).collect(),
        env,
        workdir: in_folder(SOURCES, &local.folder).trim_end_matches('/').to_owned(),
        network: Network::None,
        mounts,
        secret_env: Vec::new(),
        output: RunOutput::Folder(output.to_owned()),
    };
    let prefix = if local.native.is_some() { cx.draft.prefix(&toolchain.platform) } else { String::new() };
    cx.add(
        format!("[{prefix}python package] {} from {}", local.name, shown(&local.folder)),
        cx.span(),
        StepKind::Run(run),
    )
}

/// The step that holds the package's files with the build's `inputs` over them.
fn select(cx: &Context<'_>, local: &Local) -> StepId {
    let folder = &local.folder;
    let mut exclude = vec!["**/__pycache__".to_owned(), in_folder(folder, ".venv"), in_folder(folder, ".git")];
    exclude.extend(local.others.iter().cloned());
    if folder.is_empty() {
        // A build backend may read `.gitignore` to know what to leave out.
        exclude.extend(excluded_files::tools(folder).filter(|pattern| pattern != ".gitignore"));
        exclude.push(cx.request().spec_name.clone());
    }
    if local.without_readme {
        exclude.push(in_folder(folder, "README*"));
    }
    let include = std::iter::once(whole(folder)).chain(local.outside.iter().cloned()).collect();
    let whole = CopyItem { from: cx.context(), source: "/".into(), target: "/".into(), include, exclude };
    let inside = |target: &str| is_within(folder, target.trim_start_matches('/'));
    let over = cx.inputs.iter().filter(|input| inside(&input.target)).map(|input| CopyItem {
        from: input.from,
        source: input.source.clone(),
        target: input.target.clone(),
        include: Vec::new(),
        exclude: Vec::new(),
    });
    let items = std::iter::once(whole).chain(over).collect();
    cx.add(format!("[python sources] COPY {}", shown(folder)), cx.span(), StepKind::Select { items })
}
