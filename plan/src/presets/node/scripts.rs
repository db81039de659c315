//! What runs programs of the project: code generators, and the checks. Their sources, too.

use slipway_spec::model::{CheckCommand, Generator, NodeOptions};
use slipway_spec::{Diagnostic, Span};

use super::manager::SETTINGS;
use super::project::NodeProject;
use super::workspace::closure;
use super::{APP, Kit, OUTPUT, in_step};
use crate::presets::{in_folder, join_path, set};
use crate::unavailable::not_yet;
use crate::{Network, PlanError, Platform, Project, Run, RunOutput, StepId, StepKind, shell};

/// The name of the finding about Prisma engines, for `# check=skip=…`.
const PRISMA_ENGINE: &str = "PrismaEngine";

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

/// What Prisma calls the engine that fits images of Debian 12.
pub(super) fn prisma_engine(platform: &Platform) -> &'static str {
    match platform.arch() {
        "arm64" => "linux-arm64-openssl-3.0.x",
        _ => "debian-openssl-3.0.x",
    }
}

/// Warns where the schema does not name the engine that images of Debian 12 need: Prisma would choose one by what it finds in the image of the steps.
async fn warn_of_engine<P: Project>(kit: &Kit<'_, P>, span: Span) -> Result<(), PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    let named = project.package.prisma_schema.as_deref();
    let places = named.into_iter().chain(["prisma/schema.prisma", "schema.prisma"]);
    let paths: Vec<String> = places.filter_map(|place| join_path(&project.folder, place)).collect();
    let Some(schema) = cx.project().manifests(&paths).await?.into_iter().flatten().next() else { return Ok(()) };
    let schema = String::from_utf8_lossy(&schema);
    let engine = prisma_engine(cx.target());
    let without_engine =
        schema.lines().any(|line| line.trim_start().starts_with("engineType") && line.contains("\"client\""));
    if !without_engine && !schema.contains(engine) {
        cx.planner.warn(
            Diagnostic::warning(span, format!("Prisma's engine may not run in images of {}: the schema does not name `{engine}`", cx.target()))
                .with_rule(PRISMA_ENGINE)
                .with_help(format!(
                    "add `binaryTargets = [\"native\", \"{engine}\"]` to the generator, or `engineType = \"client\"` for a client without an engine"
                )),
        );
    }
    Ok(())
}

/// The step that holds what code generators made, at its place below the context's root; none where there is nothing to generate.
pub(super) async fn generate<P: Project>(kit: &Kit<'_, P>) -> Result<Option<StepId>, PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    let Some(generator) = cx.build.keys.generate.first() else { return Ok(None) };
    match generator.value {
        Generator::Prisma => {}
    }
    let manifest = in_folder(&project.folder, "package.json");
    if !project.package.depends_on("prisma") && !project.root_package.depends_on("prisma") {
        return Err(Diagnostic::error(generator.span, format!("`{manifest}` does not depend on `prisma`"))
            .with_help("run `npm install --save-dev prisma`, or delete the generator")
            .into());
    }
    warn_of_engine(kit, generator.span).await?;
    let modules = in_step(&in_folder(&project.root, "node_modules"));
    // What a generator changes is told by the time of the change, wherever it is: in `node_modules` or among the sources.
    let text = format!(
        "touch /tmp/before\nprisma generate\n\
         mkdir -p {OUTPUT}{}\ncd {APP}\n\
         find . \\( -type f -o -type l \\) -cnewer /tmp/before -not -path '*/node_modules/.cache/*' \
         -exec cp -dp --parents -t {OUTPUT} {{}} +\n",
        modules.strip_prefix(APP).unwrap_or(&modules)
    );
    let script = shell::networked("prisma-generate", &text);
    let (args, mounts) = kit.step_mounts(sources(kit, false)?, None, script)?;
    let mut env = kit.step_env();
    set(&mut env, "PRISMA_CLI_BINARY_TARGETS", prisma_engine(cx.target()));
    let step = cx.add(
        cx.step_name("generate", "prisma generate"),
        generator.span,
        StepKind::Run(Run {
            root: kit.here.step,
            platform: cx.request().build_platform.clone(),
            args,
            env,
            workdir: in_step(&project.folder),
            // Prisma fetches engines that were not there at installation.
            network: Network::Sandbox,
            mounts,
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        }),
    );
    Ok(Some(step))
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
