//! The dependency step: the archives of the modules that a build requires, from only its manifests, in a separate layer.

use slipway_project::go::{Module, ModuleKind};
use slipway_spec::Diagnostic;

use super::environment::set_workspace;
use super::toolchain::Toolchain;
use super::{ARCHIVES, DOWNLOADS, MODULES, SOURCES, workdir};
use crate::presets::common::installing;
use crate::presets::{Context, in_folder, private, set_all};
use crate::step::Container;
use crate::{Mount, Sharing, StepId, shell};

const DOWNLOAD: &str = shell::script(include_str!("scripts/download.sh"));

/// The required modules, for steps without network access.
///
/// Their archives are a layer. Go uses it as a module proxy and checks the sums in `go.sum` as for any other. It unpacks
/// what is imported into a cache mount, once for all programs and platforms of a project. The mount may be empty, as on
/// a new machine: Go then unpacks again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Modules<'a> {
    archives: StepId,
    /// The step with the files that list requirements.
    pub(super) manifests: StepId,
    /// The name of the project among others on an engine.
    project: &'a str,
}

/// The commands of a step that uses modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commands {
    /// Go itself, which only adds modules to the mount.
    Preset,
    /// Those of the spec, which may change what is unpacked: no program is compiled from it.
    Spec,
}

impl Modules<'_> {
    /// The step with the archives.
    pub(super) fn archives(self) -> StepId {
        self.archives
    }

    /// The mounts of the archives and of the unpacked modules.
    pub(super) fn mounts(self, commands: Commands) -> [Mount; 2] {
        [Mount::dependencies(ARCHIVES, self.archives), self.unpacked(commands)]
    }

    /// The mount of the unpacked modules.
    pub(super) fn unpacked(self, commands: Commands) -> Mount {
        unpacked(self.project, commands)
    }
}

/// The cache mount of unpacked modules. Go locks what it writes there, and no file depends on the platform.
fn unpacked(project: &str, commands: Commands) -> Mount {
    let kind = match commands {
        Commands::Preset => "go-modules",
        Commands::Spec => "go-modules-of-commands",
    };
    Mount::cache(MODULES, format!("slipway/{kind}/{project}"), Sharing::Shared)
}

/// The step with the files that list requirements, and related files.
pub(super) fn manifests(cx: &mut Context<'_, '_>, module: &Module) -> Result<StepId, Diagnostic> {
    let mut include = module.manifests();
    let mut what = if module.workspace.is_some() { "go.work, go.mod, go.sum" } else { "go.mod, go.sum" };
    if module.kind == ModuleKind::Vendored {
        include.push(in_folder(module.root(), "vendor"));
        what = "go.mod, vendor";
    }
    include.extend(cx.installed_with()?);
    Ok(cx.add(cx.shared_step_name("modules", what), cx.span(), vec![cx.files(include, Vec::new())]))
}

/// The steps that write the archives of the required modules to a layer.
pub(super) fn download<'a>(
    cx: &mut Context<'_, '_>,
    module: &'a Module,
    toolchain: &Toolchain,
    own_env: &[(String, String)],
) -> Result<Modules<'a>, Diagnostic> {
    let span = cx.span();
    let manifests = manifests(cx, module)?;
    let mut env = toolchain.env.clone();
    set_all(&mut env, own_env);
    set_workspace(&mut env, module);
    let installing = installing(cx, private::Tool::Go)?;
    set_all(&mut env, &installing.env);
    let script = shell::networked("go-mod-download", installing.secrets.revisions + shell::AGAIN + DOWNLOAD);
    let container = Container::new(toolchain.root, &cx.request().build_platform, env)
        .cwd(workdir(module.root()))
        .mount(Mount::discarded(SOURCES, manifests))
        .mount(unpacked(module.project(), Commands::Preset))
        // Shared by all projects: Go checks its entries against `go.sum`.
        .mount(Mount::cache(DOWNLOADS, "slipway/go-mod", Sharing::Shared))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(installing.secrets.mounts);
    let run = container.run(script).secret_env(installing.secrets.env).output(ARCHIVES);
    let archives = cx.add(cx.shared_step_name("modules", "go mod download"), span, run);
    Ok(Modules { archives, manifests, project: module.project() })
}
