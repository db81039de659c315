//! Prisma: its client is generated between the installation and the scripts, and is also added to the production
//! dependencies.

use slipway_project::node::{MANIFEST, Schema};
use slipway_spec::Diagnostic;
use slipway_spec::model::Generator;

use super::kit::NodeSteps;
use super::platform::engine;
use super::sources::Built;
use super::{APP, OUTPUT};
use crate::presets::{Context, in_folder, set};
use crate::runtime::PrismaClient;
use crate::shell::{Text, words};
use crate::{StepId, shell};

/// The output of Prisma.
pub(super) struct Generated<'a> {
    /// The step with it, at its path relative to the context's root.
    pub(super) step: StepId,
    /// The folder of the package with the schema.
    pub(super) folder: &'a str,
    /// The client, if it has an engine.
    pub(super) client: Option<PrismaClient>,
}

/// The step for Prisma; `None` unless it is requested.
pub(super) fn generate<'a>(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'a>,
    schema: Option<Schema>,
) -> Result<Option<Generated<'a>>, Diagnostic> {
    let project = kit.project;
    let Some(generator) = cx.build.generators().first() else { return Ok(None) };
    match generator.value {
        Generator::Prisma => {}
    }
    let Some(folder) = project.prisma_home() else {
        let manifest = in_folder(&project.folder, MANIFEST);
        return Err(Diagnostic::error(generator.span, format!("`{manifest}` does not depend on `prisma`"))
            .with_help("run `npm install --save-dev prisma`, or delete the generator"));
    };
    let home = match project.workspace.member(folder).filter(|_| folder != project.folder) {
        Some(member) => kit.member_scope(member),
        None => kit.own_scope(),
    };
    if home.folder != project.folder {
        cx.note(format!("Prisma's client is generated from the schema of `{}`", home.folder));
    }
    let mut client = None;
    let files = schema.and_then(|schema| {
        let has_engine = !project.has_no_prisma_engine(folder) && schema.has_engine();
        client = has_engine.then_some(PrismaClient { schema: schema.text, span: generator.span });
        schema.files
    });
    let nothing = Built::default();
    let files = match files {
        Some(include) => cx.select(format!("[{} generate] COPY schema", home.label), include, Vec::new()),
        None => kit.sources(cx, &home, &nothing, false)?,
    };
    let mut folders = vec![project.root.as_str(), home.folder];
    folders.dedup();
    let folders: Vec<String> =
        folders.into_iter().map(|folder| format!("{OUTPUT}/{}", in_folder(folder, "node_modules"))).collect();
    // Changes of a generator are found by modification time, in any folder: in `node_modules` or among the sources.
    let text = Text::from("touch /tmp/before\nprisma generate\nmkdir -p ") + words(folders) + "\ncd " + APP + "\n";
    let text = text
        + "find . \\( -type f -o -type l \\) -cnewer /tmp/before -not -path '*/node_modules/.cache/*' -exec cp -dp --parents -t "
        + OUTPUT
        + " {} +\n";
    let mounts = kit.source_mounts(cx, &home, files, &nothing)?;
    let mut container = kit.container(home.folder, mounts, None);
    set(&mut container.env, "PRISMA_CLI_BINARY_TARGETS", engine(cx.target()));
    // Prisma downloads engines that were missing at the installation.
    let run = container.run(shell::networked("prisma-generate", text)).output(OUTPUT);
    let step = cx.add(cx.step_name("generate", "prisma generate"), generator.span, run);
    Ok(Some(Generated { step, folder: home.folder, client }))
}
