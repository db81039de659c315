//! Checks of a build: commands that run in addition to it. Images wait for checks that are gates.

use slipway_spec::model::{Check, CheckCommand};
use slipway_spec::{Diagnostic, Spanned};

use super::{Context, set};
use crate::shell::Text;
use crate::step::Container;
use crate::{Network, shell};

/// The output folder of a check, which is discarded.
const OUTPUT: &str = "/out";

/// The input of a check.
pub(super) struct CheckEnv {
    pub(super) container: Container,
    /// Shell text that runs before the command.
    pub(super) before: Text,
    /// Shell text that runs after the command has succeeded.
    pub(super) after: Text,
}

/// A gate of a build.
pub(super) struct Gate<'a> {
    name: &'a Spanned<String>,
    check: &'a Check,
    command: Text,
}

/// The gates of a build in a language without scripts. A check that is not a gate causes a warning.
pub(super) fn gates<'b>(cx: &mut Context<'b, '_>, example: &str) -> Result<Vec<Gate<'b>>, Diagnostic> {
    let mut gates = Vec::new();
    for (name, check) in cx.build.keys.checks.iter() {
        let command = match &check.command {
            CheckCommand::Run(command) => command,
            CheckCommand::Script(script) => {
                let preset = cx.build.preset.value.name();
                return Err(Diagnostic::error(script.span, format!("a {preset} build has no scripts"))
                    .with_help(format!("write the command: `run: {example}`")));
            }
        };
        if check.gate {
            gates.push(Gate { name, check, command: Text::written(&cx.eval(command)?) });
        } else {
            cx.draft.warn_not_yet(name.span, "CheckKeys", "gate", Some(&name.value));
        }
    }
    Ok(gates)
}

/// Plans a gate; it runs without network access.
pub(super) fn run(cx: &mut Context<'_, '_>, gate: &Gate<'_>, setting: &CheckEnv) -> Result<(), Diagnostic> {
    let Gate { name, check, command } = gate;
    let mut container = setting.container.clone();
    for (name, value) in check.env.iter() {
        set(&mut container.env, name, &cx.eval(value)?);
    }
    let mut text = setting.before.clone() + command.clone();
    if !setting.after.is_empty() {
        text = text + "\n" + setting.after.clone();
    }
    let script = shell::command(&format!("check-{}", name.value), command, text, Network::None);
    let title = cx.shared_step_name("check", &format!("{}: {}", name.value, command.first_line()));
    let step = cx.add(title, name.span, container.run(script).output(OUTPUT));
    cx.draft.gate(format!("{}.{}", cx.name, name.value), step, name.span);
    Ok(())
}
