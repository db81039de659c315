//! The step that runs the last scripts of a build, and leaves its output.

use slipway_project::node::Member;
use slipway_spec::Diagnostic;

use super::beside::Kept;
use super::calls::Calls;
use super::folders::{BESIDE, PACKAGE, WORKSPACE};
use super::kit::{NodeSteps, in_step};
use super::sources::{Built, Scope};
use super::{APP, OUTPUT, caches, run};
use crate::mounts::Secrets;
use crate::presets::{Context, run_steps};
use crate::shell::{Text, script, words};
use crate::{Network, StepId, shell};

const TAKE_BESIDE: &str = script(include_str!("scripts/take_beside.sh"));

/// The step that runs the scripts. Its root has the paths in `output` if these are all; otherwise, they are in
/// [`PACKAGE`] and [`BESIDE`], and the packages of the workspace in [`WORKSPACE`].
pub(super) fn build_step(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'_>,
    calls: Calls,
    (kept, needed): (&Kept, &[&Member]),
    (scope, sources, built): (&Scope<'_>, StepId, &Built),
    generated: Option<StepId>,
) -> Result<StepId, Diagnostic> {
    let Calls { shown, commands, span, network, secrets } = calls;
    let Secrets { mounts: mut secret_mounts, env: secret_env, revisions } = secrets;
    let mut before = revisions;
    if network != Network::None {
        let place = run::place(cx, kit, generated);
        before += run_steps::log_in(cx, &place, &in_step(scope.folder), &mut secret_mounts)?;
    }
    let is_alone = needed.is_empty() && kept.beside.is_empty();
    let place = if is_alone { "" } else { PACKAGE };
    let paths = words(kept.paths.iter().map(|path| if path.value.is_empty() { "." } else { &path.value }));
    // New files at the end show where an output is, if it was expected elsewhere. Dependencies are mounted, so staying on
    // one file system excludes them.
    let mut text = Text::from("ls -A | LC_ALL=C sort >/tmp/slipway-before\n")
        + commands
        + "mkdir -p "
        + OUTPUT
        + place
        + "\nfor path in "
        + paths
        + "; do\n  if [ ! -e \"$path\" ]; then\n    \
        new=$(ls -A | LC_ALL=C sort | LC_ALL=C comm -13 /tmp/slipway-before - | tr '\\n' ' ')\n    \
        echo \"The scripts left no $path in $PWD; new there: ${new:-nothing}. Name what they make with output.\" >&2\n    \
        exit 1\n  fi\n  cp -a -x --parents \"$path\" "
        + OUTPUT
        + place
        + "\ndone\n";
    if !kept.beside.is_empty() {
        let paths = words(kept.beside.iter().map(|path| &path.value));
        text = text + TAKE_BESIDE + "cd " + APP + "\ntake_beside " + OUTPUT + BESIDE + " " + paths + "\n";
    }
    if !needed.is_empty() {
        // Exclusions of the whole context apply to its copy in the image.
        let whole = needed.iter().any(|member| member.folder.is_empty());
        let folders = words(needed.iter().map(|member| &member.folder));
        let folders = if whole { Text::from(".") } else { folders };
        text = text + "mkdir -p " + OUTPUT + WORKSPACE + "\ncd " + APP + "\n";
        text = text + "cp -a -x --parents " + folders + " " + OUTPUT + WORKSPACE + "\n";
    }
    let text = before + kit.laying(generated, text);
    let mut script = match network {
        Network::None => shell::compile("node-build", text),
        Network::Sandbox | Network::Host => shell::networked("node-build", text),
    };
    script.network = network;
    let mut mounts = kit.source_mounts(cx, scope, sources, built)?;
    mounts.extend(caches::mounts(cx, kit, scope));
    let container = kit.container(scope.folder, mounts, generated).mounts(secret_mounts);
    let run = container.run(script).secret_env(secret_env).output(OUTPUT);
    Ok(cx.add(cx.shared_step_name("build", shown.as_str()), span, run))
}
