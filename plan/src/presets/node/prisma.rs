//! Prisma: its client is generated between the installation and the scripts, and reaches the production dependencies,
//! too.

use nodejs_semver::Range;
use slipway_spec::model::Generator;
use slipway_spec::{Diagnostic, Span};

use super::kit::{NodeSteps, in_step};
use super::native::engine;
use super::package::Package;
use super::sources::{Built, Scope};
use super::{APP, OUTPUT};
use crate::presets::{in_folder, join_path, set};
use crate::shell::{Text, words};
use crate::{Network, PlanError, Run, RunOutput, StepId, StepKind, shell};

/// The name of the finding about engines, for `# check=skip=…`.
pub(crate) const PRISMA_ENGINE: &str = "PrismaEngine";

/// What Prisma generated.
pub(super) struct Generated<'a> {
    /// The step that holds it, at its place below the context's root.
    pub(super) step: StepId,
    /// The folder of the package whose schema it is.
    pub(super) folder: &'a str,
}

/// The package that Prisma is asked of: the one that is built, or the only one of those it needs that depends on
/// Prisma.
fn home<'a>(kit: &NodeSteps<'a>) -> Option<Scope<'a>> {
    let own = kit.own_scope();
    let mut needed = own.needed.iter().filter(|member| member.package.depends_on("prisma"));
    let elsewhere = match (needed.next(), needed.next()) {
        (Some(member), None) => Some(*member),
        _ => None,
    };
    if own.package.depends_on("prisma") {
        return Some(own);
    }
    elsewhere
        .map(|member| kit.member_scope(member))
        .or_else(|| kit.project.root_package.depends_on("prisma").then_some(own))
}

/// The step of Prisma; none where that is not asked for.
pub(super) async fn generate<'a>(kit: &NodeSteps<'a>) -> Result<Option<Generated<'a>>, PlanError> {
    let (cx, project) = (kit.cx, kit.project);
    let Some(generator) = cx.build.keys.generate.first() else { return Ok(None) };
    match generator.value {
        Generator::Prisma => {}
    }
    let Some(home) = home(kit) else {
        let manifest = in_folder(&project.folder, "package.json");
        return Err(Diagnostic::error(generator.span, format!("`{manifest}` does not depend on `prisma`"))
            .with_help("run `npm install --save-dev prisma`, or delete the generator")
            .into());
    };
    if home.folder != project.folder {
        cx.note(format!("Prisma's client is generated from the schema of `{}`", home.folder));
    }
    let files = match schema(kit, &home).await? {
        Some(schema) => {
            if !has_no_engine(kit, &home) {
                warn_of_engine(kit, &schema.text, generator.span);
            }
            schema.files
        }
        None => None,
    };
    let nothing = Built::default();
    let files = match files {
        Some(include) => cx.select(format!("[{} generate] COPY schema", home.label), include, Vec::new()),
        None => kit.sources(&home, &nothing, false)?,
    };
    let mut folders = vec![project.root.as_str(), home.folder];
    folders.dedup();
    let folders: Vec<String> =
        folders.into_iter().map(|folder| format!("{OUTPUT}/{}", in_folder(folder, "node_modules"))).collect();
    // What a generator changes is told by the time of the change, wherever it is: in `node_modules` or among the
    // sources.
    let text = Text::from("touch /tmp/before\nprisma generate\nmkdir -p ") + words(folders) + "\ncd " + APP + "\n";
    let text = text
        + "find . \\( -type f -o -type l \\) -cnewer /tmp/before -not -path '*/node_modules/.cache/*' -exec cp -dp --parents -t "
        + OUTPUT
        + " {} +\n";
    let mut mounts = kit.source_mounts(&home, files, &nothing)?;
    let args = kit.add_script(shell::networked("prisma-generate", text), None, &mut mounts);
    let mut env = kit.step_env(home.folder);
    set(&mut env, "PRISMA_CLI_BINARY_TARGETS", engine(cx.target()));
    let step = cx.add(
        cx.step_name("generate", "prisma generate"),
        generator.span,
        StepKind::Run(Run {
            root: kit.here.step,
            platform: cx.request().build_platform.clone(),
            args,
            env,
            workdir: in_step(home.folder),
            // Prisma fetches engines that were not there at installation.
            network: Network::Sandbox,
            mounts,
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        }),
    );
    Ok(Some(Generated { step, folder: home.folder }))
}

/// A schema where it is usually found.
struct Schema {
    text: String,
    /// Patterns of all that Prisma reads; none where that cannot be told, since programs of the project take part.
    files: Option<Vec<String>>,
}

async fn schema(kit: &NodeSteps<'_>, home: &Scope<'_>) -> Result<Option<Schema>, PlanError> {
    let cx = kit.cx;
    let place = |path: &str| join_path(home.folder, path);
    let named = home.package.prisma_schema.as_deref();
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
        let beside = ["prisma", "package.json", "tsconfig*.json"].map(|name| in_folder(home.folder, name));
        schemas.into_iter().chain(beside).collect()
    });
    Ok(Some(Schema { text, files }))
}

/// Whether the project's Prisma is one without engines: version 7 or later.
fn has_no_engine(kit: &NodeSteps<'_>, home: &Scope<'_>) -> bool {
    let wanted = |package: &Package| {
        let names = ["prisma", "@prisma/client"].into_iter();
        let found =
            names.filter_map(|name| package.dependencies.get(name).or_else(|| package.dev_dependencies.get(name)));
        found.filter_map(|range| Range::parse(range).ok()?.min_version()).next()
    };
    let version = wanted(home.package).or_else(|| wanted(&kit.project.root_package));
    version.is_some_and(|version| version.major() >= 7)
}

/// Warns where the schema does not name the engine that images of Debian 12 need: Prisma would choose one by what it
/// finds in the image of the steps.
fn warn_of_engine(kit: &NodeSteps<'_>, schema: &str, span: Span) {
    let target = kit.cx.target();
    let engine = engine(target);
    let without_engine =
        schema.lines().any(|line| line.trim_start().starts_with("engineType") && line.contains("\"client\""));
    if !without_engine && !schema.contains(engine) {
        kit.cx.draft.warn(
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
