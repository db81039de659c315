//! The dependency step: the modules that a build requires, from its manifests alone, in a layer of their own.

use slipway_spec::Diagnostic;

use super::environment::set_workspace;
use super::module::Module;
use super::toolchain::Toolchain;
use super::{DOWNLOADS, MODULES, SOURCES, workdir};
use crate::presets::common::installing;
use crate::presets::{Context, private, set_all};
use crate::unavailable::not_yet;
use crate::{CopyItem, Mount, Network, Project, Run, RunOutput, Sharing, StepId, StepKind, shell};

/// Downloads into the cache mount, then lays out this project's modules from there; what is laid out was checked against `go.sum` when it was downloaded, and
/// is checked again by `verify`. The zip files are dropped: compiling needs the unpacked modules and their checksums only.
const DOWNLOAD: &str = "\
GOMODCACHE=/var/cache/go-mod go mod download
export GOMODCACHE=/go/pkg/mod GOPROXY=file:///var/cache/go-mod/cache/download GONOPROXY=none GOSUMDB=off
go mod download
go mod verify
find /go/pkg/mod/cache/download -name '*.zip' -delete
";

/// The steps that leave the module's requirements in a layer.
pub(super) fn download<P: Project>(
    cx: &Context<'_, P>,
    module: &Module,
    toolchain: &Toolchain,
    own_env: &[(String, String)],
) -> Result<StepId, Diagnostic> {
    let span = cx.span();
    let include = module.manifests();
    let what = if module.workspace.is_some() { "go.work, go.mod, go.sum" } else { "go.mod, go.sum" };
    let item = CopyItem { from: cx.context(), source: "/".into(), target: "/".into(), include, exclude: Vec::new() };
    let manifests = cx.add(cx.shared_step_name("modules", what), span, StepKind::Select { items: vec![item] });
    let mut env = toolchain.env.clone();
    set_all(&mut env, own_env);
    set_workspace(&mut env, module);
    let installing = installing(cx, private::Tool::Go)?;
    if let Some(option) = cx.build.keys.install.iter().flat_map(|install| &install.options).next() {
        cx.planner.warn(not_yet(option.span, "install.options", "`go mod download` runs without them"));
    }
    set_all(&mut env, &installing.env);
    let lines = installing.secrets.revisions.iter().map(|line| format!("{line}\n")).collect::<String>();
    let script = shell::networked("go-mod-download", &(lines + DOWNLOAD));
    // Shared by all projects: Go checks what it takes from there against `go.sum`, and locks what it writes.
    let mut mounts =
        vec![Mount::discarded(SOURCES, manifests), Mount::cache(DOWNLOADS, "slipway/go-mod", Sharing::Shared)];
    mounts.extend(installing.secrets.mounts);
    mounts.extend(script.mounts);
    Ok(cx.add(
        cx.shared_step_name("modules", "go mod download && go mod verify"),
        span,
        StepKind::Run(Run {
            root: toolchain.root,
            platform: cx.request().build_platform.clone(),
            args: script.args,
            env,
            workdir: workdir(module.root()),
            network: Network::Sandbox,
            mounts,
            secret_env: installing.secrets.env,
            output: RunOutput::Folder(MODULES.to_owned()),
        }),
    ))
}
