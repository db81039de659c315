//! Checks of a Go build: commands beside the compile step, with the tests among the sources.

use slipway_spec::Diagnostic;
use slipway_spec::model::CheckCommand;

use super::{COMPILE_CACHE, MODULES, OUTPUT, SOURCES, workdir};
use crate::presets::{Context, set};
use crate::unavailable::not_yet;
use crate::{Mount, MountKind, Network, PlanError, Project, Run, RunOutput, Sharing, StepId, StepKind, shell};

/// What checks have in common with the compile step.
pub(super) struct Tools<'a> {
    pub(super) toolchain: StepId,
    pub(super) modules: Option<StepId>,
    /// The sources with their tests; asked for only when a check runs.
    pub(super) sources: &'a dyn Fn() -> Result<StepId, Diagnostic>,
    pub(super) env: &'a [(String, String)],
    pub(super) folder: &'a str,
    pub(super) version: &'a str,
}

/// Plans the gates among the checks; they run on the build platform, for the build platform.
pub(super) fn plan<P: Project>(cx: &Context<'_, P>, tools: &Tools<'_>) -> Result<(), PlanError> {
    for (name, check) in cx.build.keys.checks.iter() {
        let command = match &check.command {
            CheckCommand::Run(command) => command,
            CheckCommand::Script(script) => {
                return Err(Diagnostic::error(script.span, "a go build has no scripts")
                    .with_help("write the command: `run: go test ./...`")
                    .into());
            }
        };
        if !check.gate {
            cx.planner.warn(not_yet(
                name.span,
                &format!("checks.{}", name.value),
                "no build runs a check that is no gate",
            ));
            continue;
        }
        let text = cx.eval(command)?;
        let mut env = tools.env.to_vec();
        for (name, value) in check.env.iter() {
            set(&mut env, name, &cx.eval(value)?);
        }
        let script = shell::offline(&format!("check-{}", name.value), &text);
        let mut mounts = vec![
            Mount::discarded(SOURCES, (tools.sources)()?),
            Mount::cache(
                COMPILE_CACHE,
                format!("slipway/go-build/{}/{}", cx.request().build_platform, tools.version),
                Sharing::Shared,
            ),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
        ];
        mounts.extend(tools.modules.map(|modules| Mount::read_only(MODULES, modules)));
        mounts.extend(script.mounts);
        let kind = StepKind::Run(Run {
            root: tools.toolchain,
            platform: cx.request().build_platform.clone(),
            args: script.args,
            env,
            workdir: workdir(tools.folder),
            network: Network::None,
            mounts,
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        });
        let title =
            cx.shared_step_name("check", &format!("{}: {}", name.value, text.lines().next().unwrap_or_default()));
        let step = cx.add(title, name.span, kind);
        cx.planner.gate(format!("{}.{}", cx.name, name.value), step, name.span);
    }
    Ok(())
}
