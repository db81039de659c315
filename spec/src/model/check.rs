//! Checks: programs that must succeed for a build.

use serde_json::Value;

use super::{CacheFolder, NetworkMode, form, image_name};
use crate::decode::{Context, Decode, Fields, Schemas};
use crate::yaml::Node;
use crate::{Diagnostic, Map, Template};

record! {
    /// A check of a build: a command or a script of the project that must succeed.
    pub struct CheckKeys as "a check" {
        /// Shell text, run with `set -eu` in the source folder of the build, with its dependencies.
        /// Example: `go vet ./...`
        run: Option<Template>,
        /// A script from the project's manifest, such as `package.json`.
        /// Example: `lint`
        script: Option<Template>,
        /// Whether it must pass before any image of this build is produced.
        /// Example: `true`
        gate: bool,
        /// Environment of the check.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// Its reports: files and folders that it writes, relative to the source folder. `--target check:BUILD/CHECK
        /// --output DIR` gives them.
        /// Example: `[junit.xml, coverage]`
        output: Vec<Template> where form::inside,
    }
}

/// The command of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckCommand {
    /// Shell text.
    Run(Template),
    /// A script from the project's manifest.
    Script(Template),
}

/// A check of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The command.
    pub command: CheckCommand,
    /// Whether it must pass before any image of this build is produced.
    pub gate: bool,
    /// Its environment.
    pub env: Map<Template>,
    /// Its reports, relative to the source folder.
    pub output: Vec<Template>,
}

impl Decode for Check {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a check", cx)?;
        let keys = CheckKeys::read(&mut fields, cx);
        let is_strange = fields.finish(cx);
        let keys = keys?;
        let command = match (keys.run, keys.script) {
            (Some(run), None) => CheckCommand::Run(run),
            (None, Some(script)) => CheckCommand::Script(script),
            (Some(run), Some(script)) => {
                cx.report(
                    Diagnostic::error(script.span, "a check has either `run` or `script`, not both")
                        .with_label(run.span, "the other one")
                        .with_help("keep one of the two"),
                );
                return None;
            }
            (None, None) => {
                // A key that could not be read is already reported.
                if fields_lack(node, &["run", "script"]) && !is_strange {
                    cx.report(
                        Diagnostic::error(node.span.at_start(), "this check does not run anything")
                            .with_help("add `run: …`, or `script: …` for a script of the project"),
                    );
                }
                return None;
            }
        };
        Some(Self { command, gate: keys.gate, env: keys.env, output: keys.output })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        CheckKeys::schema(schemas)
    }
}

/// Whether a map has none of these keys.
pub(super) fn fields_lack(node: &Node, keys: &[&str]) -> bool {
    !node.entries().iter().any(|entry| keys.contains(&entry.key.value.as_str()))
}

record! {
    /// A check of the whole repository: shell text that runs in an image of your choice, with the main context as its
    /// working directory.
    pub struct RepositoryCheck as "a check of the repository" {
        /// The image it runs in.
        /// Example: `golangci/golangci-lint:v2.1`
        from: Template where image_name::reference,
        /// Shell text, run with `set -eu`.
        /// Example: `golangci-lint run`
        run: Template,
        /// Whether it must pass before any image of this file is produced.
        /// Example: `true`
        gate: bool,
        /// Environment of the check.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// Its network access.
        /// Default: `default`
        /// Example: `none`
        network: Option<NetworkMode>,
        /// Folders that are cache mounts.
        /// Example: `[/root/.cache]`
        cache: Vec<CacheFolder>,
        /// Its reports: files and folders that it writes, relative to the context. `--target check:CHECK --output DIR`
        /// gives them.
        /// Example: `[report.sarif]`
        output: Vec<Template> where form::inside,
    }
}
