//! The dependency step: the modules that a build requires, from only its manifests, in a separate layer.

use slipway_project::go::{Module, ModuleKind};
use slipway_spec::Diagnostic;

use super::environment::set_workspace;
use super::toolchain::Toolchain;
use super::{DOWNLOADS, MODULES, SOURCES, workdir};
use crate::presets::common::installing;
use crate::presets::{Context, in_folder, private, set_all};
use crate::step::Container;
use crate::{Mount, Sharing, StepId, shell};

const DOWNLOAD: &str = shell::script(include_str!("scripts/download.sh"));

/// The same if some modules are private: Go uses no proxy for these, not even the cache mount. So everything is first
/// downloaded into the cache mount, and copied from there; it was checked against `go.sum` then, and `verify` checks it
/// again.
const DOWNLOAD_PRIVATE: &str = "\
again env GOMODCACHE=/var/cache/go-mod go mod download
export GOMODCACHE=/go/pkg/mod GOPROXY=file:///var/cache/go-mod/cache/download GONOPROXY=none GOSUMDB=off
go mod download
find /go/pkg/mod/cache/download -name '*.zip' -delete
go mod verify
";

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

/// The steps that write the required modules to a layer.
pub(super) fn download(
    cx: &mut Context<'_, '_>,
    module: &Module,
    toolchain: &Toolchain,
    own_env: &[(String, String)],
) -> Result<StepId, Diagnostic> {
    let span = cx.span();
    let manifests = manifests(cx, module)?;
    let mut env = toolchain.env.clone();
    set_all(&mut env, own_env);
    set_workspace(&mut env, module);
    let installing = installing(cx, private::Tool::Go)?;
    set_all(&mut env, &installing.env);
    let is_private =
        env.iter().any(|(name, value)| matches!(name.as_str(), "GOPRIVATE" | "GONOPROXY") && !value.is_empty());
    let download = if is_private { DOWNLOAD_PRIVATE } else { DOWNLOAD };
    let script = shell::networked("go-mod-download", installing.secrets.revisions + shell::AGAIN + download);
    // Shared by all projects: Go checks its entries against `go.sum`, and locks what it writes.
    let container = Container::new(toolchain.root, &cx.request().build_platform, env)
        .cwd(workdir(module.root()))
        .mount(Mount::discarded(SOURCES, manifests))
        .mount(Mount::cache(DOWNLOADS, "slipway/go-mod", Sharing::Shared))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(installing.secrets.mounts);
    let run = container.run(script).secret_env(installing.secrets.env).output(MODULES);
    Ok(cx.add(cx.shared_step_name("modules", "go mod download && go mod verify"), span, run))
}
