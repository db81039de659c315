//! The steps that provide the dependencies' sources: manifests, and the archives that `cargo fetch` downloads.
//!
//! Cargo would read archives from a registry in a folder, but then it misses those of packages for other systems, which
//! `cargo metadata` reads. So Cargo gets folders, as from `cargo vendor`, which later steps unpack into a cache mount.

use slipway_project::rust::{Package, Stub, Workspace};
use slipway_spec::Diagnostic;

use super::scripts::{EQUALLY_OLD, FETCH, KEEP_REPOSITORIES, OVER_MIRROR, STUBS, UNPACK, WORDS};
use super::{DEPENDENCIES, SOURCES, UNPACKED};
use crate::paths::place_in;
use crate::presets::common::{Toolchain, installing};
use crate::presets::{Context, excluded_files, in_folder, private, set, set_all};
use crate::{Mount, Sharing, StepId, shell};

/// Cargo's download cache in a step.
const DOWNLOADS: &str = "/var/cache/cargo";

/// The dependencies, for steps without network access.
///
/// Their archives are a layer, and each step unpacks those that its cache mount lacks. The mount may be empty, as on a
/// new machine.
pub(super) struct Dependencies {
    /// The step with the layer; none if the project has the dependencies in a folder among its sources.
    archives: Option<StepId>,
    /// The step with the manifests that they were downloaded for.
    pub(super) manifests: Option<StepId>,
    /// The name of the project among others on an engine.
    project: String,
}

/// The commands of a step that uses dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commands {
    /// Cargo itself.
    Preset,
    /// Those of the spec, which may change what is unpacked: no program is compiled from it.
    Spec,
}

impl Dependencies {
    /// The step with their archives; none if the project has them among its sources.
    pub(super) fn archives(&self) -> Option<StepId> {
        self.archives
    }

    /// The mounts of the archives and of the unpacked dependencies. Cargo writes to the former; that is discarded.
    pub(super) fn mounts(&self, commands: Commands) -> Vec<Mount> {
        let Some(archives) = self.archives else { return vec![Mount::tmpfs(DEPENDENCIES)] };
        let kind = match commands {
            Commands::Preset => "cargo-crates",
            Commands::Spec => "cargo-crates-of-commands",
        };
        let unpacked = Mount::cache(UNPACKED, format!("slipway/{kind}/{}", self.project), Sharing::Shared);
        vec![Mount::discarded_dependencies(DEPENDENCIES, archives), unpacked]
    }

    /// The lines of a script before it calls Cargo.
    pub(super) fn unpack(&self) -> &'static str {
        if self.archives.is_some() { UNPACK } else { "" }
    }
}

/// The steps that write the archives of the dependencies to a layer.
pub(super) fn fetch(
    cx: &mut Context<'_, '_>,
    workspace: &Workspace,
    bench: &Toolchain,
    own_env: &[(String, String)],
) -> Result<Dependencies, Diagnostic> {
    let project = workspace.name().to_owned();
    if let Some(folder) = &workspace.vendored {
        cx.note(format!("dependencies are those in `{folder}`, which Cargo's configuration names"));
        return Ok(Dependencies { archives: None, manifests: None, project });
    }
    let installing = installing(cx, private::Tool::Cargo)?;
    let root = &workspace.root;
    let with = cx.installed_with()?;
    let manifests = manifests(cx, workspace, with);
    let mut env = bench.env.clone();
    set_all(&mut env, own_env);
    set_all(&mut env, &installing.env);
    set(&mut env, "LOCKFILE", &lockfile(workspace));
    let repositories = if workspace.from_git { KEEP_REPOSITORIES } else { "" };
    let text = installing.secrets.revisions + WORDS + STUBS + FETCH + repositories + EQUALLY_OLD;
    let script = shell::networked("cargo-fetch", text);
    let container = bench
        .container(env)
        .cwd(place_in(SOURCES, root))
        .mount(Mount::discarded(SOURCES, manifests))
        .mount(Mount::cache(DOWNLOADS, "slipway/cargo", Sharing::Locked))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(installing.secrets.mounts);
    let run = container.run(script).args(stubs(workspace, &[])).args(["--"]);
    let run = run.secret_env(installing.secrets.env).output(DEPENDENCIES);
    let step = cx.add(cx.shared_step_name("dependencies", "cargo fetch --locked"), cx.span(), run);
    Ok(Dependencies { archives: Some(step), manifests: Some(manifests), project })
}

/// The path of the lockfile in a step.
pub(super) fn lockfile(workspace: &Workspace) -> String {
    in_folder(SOURCES, &in_folder(&workspace.root, "Cargo.lock"))
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
