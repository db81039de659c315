//! The scripts of a package: their names, the sources they run on, and the checks.

use slipway_spec::model::{CheckCommand, NodeOptions};
use slipway_spec::{Diagnostic, Span};

use super::manager::SETTINGS;
use super::project::NodeProject;
use super::workspace::closure;
use super::{Kit, OUTPUT, in_step};
use crate::presets::{in_folder, set};
use crate::unavailable::not_yet;
use crate::{Network, PlanError, Project, Run, RunOutput, StepId, StepKind, shell};

/// Copies what generators made over the sources.
pub(super) const LAY_GENERATED: &str = "cp -a /run/generated/. /app/\n";

/// Refuses names of scripts that the package does not have.
pub(super) fn check_names(options: &NodeOptions, project: &NodeProject) -> Result<(), Diagnostic> {
    match options.scripts.iter().find(|script| !project.package.scripts.contains(&script.value)) {
        Some(script) => Err(no_script(project, &script.value, script.span)),
        None => Ok(()),
    }
}

fn no_script(project: &NodeProject, name: &str, span: Span) -> Diagnostic {
    let manifest = in_folder(&project.folder, "package.json");
    let scripts = project.package.scripts.iter().map(String::as_str);
    Diagnostic::error(span, format!("`{manifest}` has no script `{name}`")).with_help(
        Diagnostic::suggestion(name, scripts, "it has").unwrap_or_else(|| "add it there, or delete it here".to_owned()),
    )
}

/// The step that holds the files of the build.
pub(super) fn sources<P: Project>(kit: &Kit<'_, P>, for_checks: bool) -> Result<StepId, Diagnostic> {
    let (cx, project) = (kit.cx, kit.project);
    let source = &cx.build.source;
    let mut include = Vec::new();
    if project.folder != project.root {
        // One package of a workspace: itself, those that it needs, and the files beside the lockfile, which often set up compilers.
        include.extend(project.root_files.iter().cloned());
        let needed = closure(&project.members, &project.folder, &project.package, true);
        include.extend(needed.iter().map(|member| member.folder.clone()));
    }
    if !source.include.is_empty() {
        include.extend(cx.patterns(&project.folder, &source.include)?);
        include.push(in_folder(&project.folder, "package.json"));
        if project.folder == project.root {
            include.extend(SETTINGS.iter().map(|name| in_folder(&project.root, name)));
        }
    } else if !project.folder.is_empty() {
        include.push(project.folder.clone());
    }
    let mut exclude = vec!["**/node_modules".to_owned(), ".git".to_owned(), cx.request().spec_name.clone()];
    if !for_checks {
        exclude.extend(cx.patterns(&project.folder, &source.exclude)?);
    }
    let what = if project.folder.is_empty() { "." } else { &project.folder };
    // What a build leaves out is usually its tests, which checks are there for.
    let narrowed = for_checks && !source.exclude.is_empty();
    let what = if narrowed { format!("COPY {what} with all files") } else { format!("COPY {what}") };
    Ok(cx.select(cx.shared_step_name("sources", &what), include, exclude))
}

/// Plans the gates among the checks.
pub(super) fn checks<P: Project>(kit: &Kit<'_, P>, generated: Option<StepId>) -> Result<(), PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    for (name, check) in cx.build.keys.checks.iter() {
        let command = match &check.command {
            CheckCommand::Run(command) => cx.eval(command)?,
            CheckCommand::Script(script) => {
                let name = cx.eval(script)?;
                if !project.package.scripts.contains(&name) {
                    return Err(no_script(project, &name, script.span).into());
                }
                project.manager.run(&name)
            }
        };
        if !check.gate {
            let key = format!("checks.{}", name.value);
            cx.planner.warn(not_yet(name.span, &key, "no build runs a check that is no gate"));
            continue;
        }
        let before = if generated.is_some() { LAY_GENERATED } else { "" };
        let script = shell::offline(&format!("check-{}", name.value), &format!("{before}{command}"));
        let (args, mounts) = kit.step_mounts(sources(kit, true)?, generated, script)?;
        let mut env = kit.step_env();
        for (name, value) in check.env.iter() {
            set(&mut env, name, &cx.eval(value)?);
        }
        let run = Run {
            root: kit.here.step,
            platform: cx.request().build_platform.clone(),
            args,
            env,
            workdir: in_step(&project.folder),
            network: Network::None,
            mounts,
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        };
        let first_line = command.trim().lines().next().unwrap_or_default();
        let title = cx.shared_step_name("check", &format!("{}: {first_line}", name.value));
        let step = cx.add(title, name.span, StepKind::Run(run));
        cx.planner.gate(format!("{}.{}", cx.name, name.value), step, name.span);
    }
    Ok(())
}
