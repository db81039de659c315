//! The steps that provide the dependencies' sources: manifests, and the output of `cargo vendor`.

use slipway_project::rust::{Package, Stub, Workspace};
use slipway_spec::Diagnostic;

use super::scripts::{KEEP_REPOSITORIES, OVER_MIRROR, PRUNE, STUBS, VENDOR, WORDS};
use super::{DEPENDENCIES, SOURCES};
use crate::paths::place_in;
use crate::presets::common::{Toolchain, installing};
use crate::presets::{Context, excluded_files, in_folder, private, set_all};
use crate::{Mount, Sharing, StepId, shell};

/// Cargo's download cache in a step.
const DOWNLOADS: &str = "/var/cache/cargo";

/// The mount of the dependencies: a separate layer, or none if the project has them in a folder among its sources.
pub(super) fn vendor(
    cx: &mut Context<'_, '_>,
    workspace: &Workspace,
    bench: &Toolchain,
    own_env: &[(String, String)],
) -> Result<Mount, Diagnostic> {
    if let Some(folder) = &workspace.vendored {
        cx.note(format!("dependencies are those in `{folder}`, which Cargo's configuration names"));
        return Ok(Mount::tmpfs(DEPENDENCIES));
    }
    let installing = installing(cx, private::Tool::Cargo)?;
    let root = &workspace.root;
    let with = cx.installed_with()?;
    let manifests = manifests(cx, workspace, with);
    let mut env = bench.env.clone();
    set_all(&mut env, own_env);
    set_all(&mut env, &installing.env);
    let repositories = if workspace.from_git { KEEP_REPOSITORIES } else { "" };
    let text = installing.secrets.revisions + WORDS + STUBS + VENDOR + repositories + over_mirror(workspace) + PRUNE;
    let script = shell::networked("cargo-vendor", text);
    let container = bench
        .container(env)
        .cwd(place_in(SOURCES, root))
        .mount(Mount::discarded(SOURCES, manifests))
        .mount(Mount::cache(DOWNLOADS, "slipway/cargo", Sharing::Locked))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(installing.secrets.mounts);
    let run = container.run(script).args(stubs(workspace, &[])).args(["--"]);
    let run = run.secret_env(installing.secrets.env).output(DEPENDENCIES);
    let step = cx.add(cx.shared_step_name("dependencies", "cargo vendor --locked"), cx.span(), run);
    Ok(Mount::discarded(DEPENDENCIES, step))
}

/// The start of scripts in a project that replaces crates.io with another registry.
pub(super) fn over_mirror(workspace: &Workspace) -> &'static str {
    if workspace.mirrored { OVER_MIRROR } else { "" }
}

/// The step with the manifests, and additional files.
pub(super) fn manifests(cx: &mut Context<'_, '_>, workspace: &Workspace, more: Vec<String>) -> StepId {
    let mut include = workspace.manifests(&workspace.root);
    // For a package at the context's root, the whole context matters.
    let is_root = more.iter().any(String::is_empty);
    let exclude = if is_root {
        excluded_files::patterns("").chain([cx.request().spec_name.clone()]).collect()
    } else {
        Vec::new()
    };
    include.extend(more);
    let name = cx.shared_step_name("dependencies", "Cargo.toml, Cargo.lock");
    cx.add(name, cx.span(), vec![cx.files(include, exclude)])
}

/// Stubs for all code of the workspace except for some packages, as arguments of a script.
pub(super) fn stubs(workspace: &Workspace, here: &[String]) -> Vec<String> {
    let stubs = |(folder, package): (&String, &Package)| {
        let stubs = if here.contains(folder) { package.test_stubs() } else { package.stubs() };
        stubs.into_iter().map(|stub| stub_word(folder, &stub)).collect::<Vec<_>>()
    };
    workspace.packages.iter().flat_map(stubs).collect()
}

/// A stub as an argument of a script.
pub(super) fn stub_word(folder: &str, stub: &Stub) -> String {
    let kind = match stub {
        Stub::Library(_) => "library",
        Stub::Program(_) => "program",
    };
    format!("{kind}={SOURCES}/{}", in_folder(folder, stub.place()))
}
