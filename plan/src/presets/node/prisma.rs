//! Prisma: its client is generated between the installation and the scripts, and reaches the production dependencies, too.

use slipway_spec::model::Generator;
use slipway_spec::{Diagnostic, Span};

use super::scripts::sources;
use super::{APP, Kit, OUTPUT, in_step};
use crate::presets::{in_folder, join_path, set};
use crate::{Network, PlanError, Platform, Project, Run, RunOutput, StepId, StepKind, shell};

/// The name of the finding about engines, for `# check=skip=…`.
pub(crate) const PRISMA_ENGINE: &str = "PrismaEngine";

/// What Prisma calls the engine that fits images of Debian 12.
pub(super) fn engine(platform: &Platform) -> &'static str {
    match platform.arch() {
        "arm64" => "linux-arm64-openssl-3.0.x",
        _ => "debian-openssl-3.0.x",
    }
}

/// The step that holds what Prisma generated, at its place below the context's root; none where that is not asked for.
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
    let files = match schema(kit).await? {
        Some(schema) => {
            warn_of_engine(kit, &schema.text, generator.span);
            schema.files
        }
        None => None,
    };
    let files = match files {
        Some(include) => cx.select(cx.shared_step_name("generate", "COPY schema"), include, Vec::new()),
        None => sources(kit, false)?,
    };
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
    let (args, mounts) = kit.step_mounts(files, None, script)?;
    let mut env = kit.step_env();
    set(&mut env, "PRISMA_CLI_BINARY_TARGETS", engine(cx.target()));
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

/// A schema where it is usually found.
struct Schema {
    text: String,
    /// Patterns of all that Prisma reads; none where that cannot be told, since programs of the project take part.
    files: Option<Vec<String>>,
}

async fn schema<P: Project>(kit: &Kit<'_, P>) -> Result<Option<Schema>, PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    let place = |path: &str| join_path(&project.folder, path);
    let named = project.package.prisma_schema.as_deref();
    let schemas: Vec<_> =
        named.into_iter().chain(["prisma/schema.prisma", "schema.prisma"]).filter_map(place).collect();
    let configs = ["prisma.config.ts", "prisma.config.mjs", "prisma.config.js", ".config/prisma.ts"];
    let configs: Vec<_> = configs.into_iter().filter_map(place).collect();
    let paths: Vec<String> = schemas.iter().chain(&configs).cloned().collect();
    let mut found = cx.project().manifests(&paths).await?;
    let configured = found.split_off(schemas.len()).iter().any(Option::is_some);
    let Some(text) = found.into_iter().flatten().next() else { return Ok(None) };
    let text = String::from_utf8_lossy(&text).into_owned();
    let programs = text.lines().any(|line| {
        let line = line.trim_start();
        line.starts_with("provider") && line.contains(['/', '.'])
    });
    let files = (!configured && !programs).then(|| {
        let beside = ["prisma", "package.json", "tsconfig*.json"].map(|name| in_folder(&project.folder, name));
        schemas.into_iter().chain(beside).collect()
    });
    Ok(Some(Schema { text, files }))
}

/// Warns where the schema does not name the engine that images of Debian 12 need: Prisma would choose one by what it finds in the image of the steps.
fn warn_of_engine<P: Project>(kit: &Kit<'_, P>, schema: &str, span: Span) {
    let target = kit.cx.target();
    let engine = engine(target);
    let without_engine =
        schema.lines().any(|line| line.trim_start().starts_with("engineType") && line.contains("\"client\""));
    if !without_engine && !schema.contains(engine) {
        kit.cx.planner.warn(
            Diagnostic::warning(
                span,
                format!("Prisma's engine may not run in images of {target}: the schema does not name `{engine}`"),
            )
            .with_rule(PRISMA_ENGINE)
            .with_help(format!(
                "add `binaryTargets = [\"native\", \"{engine}\"]` to the generator, or `engineType = \"client\"` for a client without an engine"
            )),
        );
    }
}
