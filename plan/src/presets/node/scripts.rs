//! The scripts of a package: their names, and the checks.

use slipway_project::node::NodeProject;
use slipway_spec::model::CheckCommand;
use slipway_spec::{Diagnostic, Span, Spanned};

use super::kit::NodeSteps;
use super::sources::Built;
use super::{OUTPUT, manager};
use crate::presets::{Context, in_folder, set};
use crate::shell::Text;
use crate::{PlanError, StepId, reports, shell};

/// Rejects names of scripts that do not exist.
pub(super) fn check_names(scripts: &[Spanned<String>], project: &NodeProject) -> Result<(), Diagnostic> {
    match scripts.iter().find(|script| !project.package.scripts.contains_key(&script.value)) {
        Some(script) => Err(no_script(project, &script.value, script.span)),
        None => Ok(()),
    }
}

fn no_script(project: &NodeProject, name: &str, span: Span) -> Diagnostic {
    let manifest = in_folder(&project.folder, "package.json");
    let scripts = project.package.scripts.keys().map(String::as_str);
    let found = Diagnostic::error(span, format!("`{manifest}` has no script `{name}`"));
    let mut words = name.split_whitespace();
    if let Some(first) = words.next().filter(|first| *first != name && project.package.scripts.contains_key(*first)) {
        let args = words.collect::<Vec<_>>().join(", ");
        return found.with_help(format!("write arguments in `args`: `{{ script: {first}, args: [{args}] }}`"));
    }
    found.with_help(
        Diagnostic::suggestion(name, scripts, "it has").unwrap_or_else(|| "add it there, or delete it here".to_owned()),
    )
}

/// Plans the checks.
pub(super) fn checks(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'_>,
    generated: Option<StepId>,
    built: &Built,
) -> Result<(), PlanError> {
    let project = kit.project;
    let scope = kit.own_scope();
    for (name, check) in cx.build.keys.checks.iter() {
        let command = match &check.command {
            CheckCommand::Run(command) => Text::written(&cx.eval(command)?),
            CheckCommand::Script(script) => {
                let name = cx.eval(script)?;
                if !project.package.scripts.contains_key(&name) {
                    return Err(no_script(project, &name, script.span).into());
                }
                manager::run(project.manager, &name)
            }
        };
        if !check.gate && !cx.all_checks {
            continue;
        }
        let sources = kit.sources(cx, &scope, built, true)?;
        let files = kit.source_mounts(cx, &scope, sources, built)?;
        let text = reports::script(cx.draft, &command, &check.output, OUTPUT)?;
        let script = shell::compile(&format!("check-{}", name.value), kit.laying(generated, text));
        let mut container = kit.container(scope.folder, files, generated);
        for (name, value) in check.env.iter() {
            set(&mut container.env, name, &cx.eval(value)?);
        }
        let title = cx.shared_step_name("check", &format!("{}: {}", name.value, command.first_line()));
        let step = cx.add(title, name.span, container.run(script).output(OUTPUT));
        cx.add_check(name, step, step);
    }
    Ok(())
}
