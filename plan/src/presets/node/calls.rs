//! How the scripts of a build are called. Scripts with the same network access and secrets share a step. The last of these
//! steps makes the output; what the others write is laid over the sources.

use slipway_project::node::NodeProject;
use slipway_spec::model::{NodeOptions, SecretRef};
use slipway_spec::{Diagnostic, Span};

use super::kit::NodeSteps;
use super::sources::Built;
use super::{caches, manager, run};
use crate::mounts::{Secrets, secrets};
use crate::presets::Context;
use crate::presets::run_steps::{self, Command, Output};
use crate::shell::{Text, words};
use crate::{Network, PlanError, StepId};

/// Scripts that share a step.
pub(super) struct Calls {
    /// The commands, for display.
    pub(super) shown: Text,
    /// The same with their environment, a line each.
    pub(super) commands: Text,
    pub(super) span: Span,
    pub(super) network: Network,
    pub(super) secrets: Secrets,
}

/// How the scripts of a build are called, in order.
pub(super) fn of(
    cx: &mut Context<'_, '_>,
    project: &NodeProject,
    options: &NodeOptions,
) -> Result<Vec<Calls>, Diagnostic> {
    let ids = |secrets: &[SecretRef]| -> Vec<String> { secrets.iter().map(|secret| secret.0.value.clone()).collect() };
    let mut steps = Vec::new();
    for together in options.scripts.chunk_by(|a, b| a.network == b.network && ids(&a.secrets) == ids(&b.secrets)) {
        let Some(first) = together.first() else { continue };
        let (mut shown, mut commands) = (Text::default(), Text::default());
        for script in together {
            let (name, args) = (cx.eval(&script.script)?, cx.eval_all(&script.args)?);
            let command = manager::run_with(project.manager, &name, &args);
            let mut env = Vec::new();
            for (name, value) in script.env.iter() {
                env.push(format!("{}={}", name.value, cx.eval(value)?));
            }
            shown += if shown.is_empty() { "" } else { " && " };
            shown += command.clone();
            commands += if env.is_empty() { command } else { Text::from("env ") + words(env) + " " + command }.line();
        }
        let (network, secrets) = (Network::from(first.network), secrets(cx.draft, &first.secrets)?);
        steps.push(Calls { shown, commands, span: first.script.span, network, secrets });
    }
    Ok(steps)
}

/// Plans the step of scripts that precede others.
pub(super) fn before_others(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'_>,
    (number, calls): (usize, Calls),
    generated: Option<StepId>,
    built: &Built,
) -> Result<(), PlanError> {
    let (place, scope) = (run::place(cx, kit, generated), kit.own_scope());
    let sources = kit.sources(cx, &scope, built, false)?;
    let mut files = kit.source_mounts(cx, &scope, sources, built)?;
    files.extend(caches::mounts(cx, kit, &scope));
    let container = kit.container(scope.folder, files, generated);
    let Calls { shown, commands: text, span, network, secrets } = calls;
    let (file, workdir) = (format!("scripts-{number}"), kit.project.folder.clone());
    let command =
        Command { file, phase: "build", text, shown, span, output: Output::Changes, workdir, network, secrets };
    let written = run_steps::run(cx, &place, command, container)?;
    cx.written.extend(written);
    Ok(())
}
