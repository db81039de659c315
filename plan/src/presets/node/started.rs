//! The default command of an image, and its findings.

use slipway_project::node::{self, MANIFEST, Runs, list};
use slipway_spec::Diagnostic;

use super::kit::NodeSteps;
use crate::presets::{Context, Idle, Start, in_folder};

/// The name of the finding about other effects of a script, for `# check=skip=…`.
pub(crate) const START_SCRIPT: &str = "StartScript";

/// The default command of images: the arguments of `node`, and its environment.
pub(super) fn started(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>, start: node::Start) -> (Vec<String>, Start) {
    match start {
        node::Start::Runs(runs) => running(cx, kit, runs),
        node::Start::Idle { why, help } => (Vec::new(), Start { idle: Some(Idle { why, help }), ..Start::default() }),
    }
}

fn running(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>, runs: Runs) -> (Vec<String>, Start) {
    let manifest = in_folder(&kit.project.folder, MANIFEST);
    let Runs { words, env, key, beside, .. } = runs;
    let set: String = env
        .iter()
        .filter(|(name, value)| (name.as_str(), value.as_str()) != ("NODE_ENV", "production"))
        .map(|(name, value)| format!("{name}={value} "))
        .collect();
    cx.note(format!("images run `{set}node {}` unless they set `cmd`, from `{key}` of `{manifest}`", words.join(" ")));
    let findings = beside.map(|script| {
        Diagnostic::warning(
            cx.span(),
            format!("the script `{script}` of `{manifest}` does not run in images: they start the program itself"),
        )
        .with_rule(START_SCRIPT)
        .with_help(format!(
            "add it to `scripts` if it is for the build; if the program does not need it, add `cmd: {}` to the image",
            list(&words)
        ))
    });
    (words, Start { env, findings: findings.into_iter().collect(), ..Start::default() })
}
