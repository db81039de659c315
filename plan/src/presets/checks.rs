//! Checks of a build: commands that run in addition to it. Images wait for checks that are gates; the others run by
//! their targets.

use slipway_spec::model::{Check, CheckCommand};
use slipway_spec::{Diagnostic, Spanned};

use super::{Context, set};
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, Network, reports, shell};

/// The output folder of a check, for its reports.
const OUTPUT: &str = "/out";

/// The input of a check.
pub(super) struct CheckEnv {
    pub(super) container: Container,
    /// Shell text that runs before the command.
    pub(super) before: Text,
    /// What is at hand only to save time, and shell text that takes it.
    pub(super) seeds: Option<(Vec<Mount>, Text)>,
}

/// A check to plan.
pub(super) struct Planned<'a> {
    name: &'a Spanned<String>,
    check: &'a Check,
    command: Text,
}

/// The checks to plan of a build in a language without scripts.
pub(super) fn wanted<'b>(cx: &mut Context<'b, '_>, example: &str) -> Result<Vec<Planned<'b>>, Diagnostic> {
    let mut wanted = Vec::new();
    for (name, check) in cx.build.keys.checks.iter() {
        let command = match &check.command {
            CheckCommand::Run(command) => command,
            CheckCommand::Script(script) => {
                let preset = cx.build.preset.value.name();
                return Err(Diagnostic::error(script.span, format!("a {preset} build has no scripts"))
                    .with_help(format!("write the command: `run: {example}`")));
            }
        };
        if check.gate || cx.all_checks {
            wanted.push(Planned { name, check, command: Text::written(&cx.eval(command)?) });
        }
    }
    Ok(wanted)
}

/// Plans a check; it runs without network access.
pub(super) fn run(cx: &mut Context<'_, '_>, planned: &Planned<'_>, setting: &CheckEnv) -> Result<(), Diagnostic> {
    let Planned { name, check, command } = planned;
    let mut container = setting.container.clone();
    for (name, value) in check.env.iter() {
        set(&mut container.env, name, &cx.eval(value)?);
    }
    let text = setting.before.clone() + reports::script(cx.draft, command, &check.output, OUTPUT)?;
    let title = cx.shared_step_name("check", &format!("{}: {}", name.value, command.first_line()));
    let is_target = cx.all_checks;
    let mut add = |container: Container, text| {
        let script = shell::command(&format!("check-{}", name.value), command, text, Network::None);
        cx.add(title.clone(), name.span, container.run(script).output(OUTPUT))
    };
    let (step, alike) = match &setting.seeds {
        Some((mounts, seed)) => {
            let step = add(container.clone().mounts(mounts.clone()), seed.clone() + text.clone());
            (step, if is_target { add(container, text) } else { step })
        }
        None => {
            let step = add(container, text);
            (step, step)
        }
    };
    cx.add_check(name, step, alike);
    Ok(())
}
