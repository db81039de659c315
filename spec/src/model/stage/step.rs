//! The steps of a stage.

use serde_json::{Value, json};
use slipway_diagnostic::closest;

use super::{CacheFolder, SshAgent};
use crate::decode::{Context, Decode, Fields, Name, Schemas, foreign_help, schema};
use crate::model::{Address, FileMode, form};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Span, Spanned, Template};

words! {
    /// The network access of a step.
    pub enum NetworkMode as "network mode" {
        /// No access.
        None = "none",
        /// The engine's default network.
        Default = "default",
        /// The network of the machine that the engine runs on. Requires `--allow network.host`.
        Host = "host",
    }
}

words! {
    /// The privileges of a step.
    pub enum SecurityMode as "security mode" {
        /// Those of containers.
        Sandbox = "sandbox",
        /// All privileges, as for a virtual machine or a file system in a file. Requires `--allow security.insecure`.
        Insecure = "insecure",
    }
}

/// The id of a secret that the file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRef(pub Spanned<String>);

impl Decode for SecretRef {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let id = Spanned::<String>::decode(node, cx)?;
        cx.check_name(Name::Secret, &id).then_some(Self(id))
    }

    fn schema(_: &mut Schemas) -> Value {
        schema::text()
    }
}

record! {
    /// A step that runs shell text.
    pub struct RunStep as "a `run` step" {
        /// Shell text, run with `set -eu`.
        /// Example: `buf generate --output /gen`
        run: Template,
        /// The working directory.
        /// Default: the `workdir` of the stage
        /// Example: `/src`
        workdir: Option<Template>,
        /// Environment of this step only.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// Its network access.
        /// Default: the `network` of the stage
        /// Example: `none`
        network: Option<NetworkMode>,
        /// Folders that are cache mounts, in addition to the stage's.
        /// Example: `[/root/.cache/buf]`
        cache: Vec<CacheFolder>,
        /// Secrets that the step sees, by id.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
        /// SSH agents that the step may use, by id; `--ssh default` provides `default`.
        /// Example: `[default]`
        ssh: Vec<SshAgent>,
        /// Its privileges.
        /// Default: `sandbox`
        /// Example: `insecure`
        security: Option<SecurityMode>,
    }
}

record! {
    /// What a `copy` step copies.
    pub struct CopyStep as "a `copy` step" {
        /// The source address.
        /// Example: `proto:/`
        from: Address,
        /// The destination: a path in the stage. The contents of a folder are copied into it.
        /// Example: `/src`
        to: Template,
        /// Patterns of files to include from a folder.
        /// Default: everything
        /// Example: `["**/*.proto"]`
        include: Vec<Template>,
        /// Patterns of files to exclude.
        /// Example: `["**/testdata"]`
        exclude: Vec<Template>,
        /// Permission bits of the copy.
        /// Default: unchanged
        /// Example: `"0644"`
        mode: Option<FileMode>,
        /// User and group of the copy.
        /// Default: root
        /// Example: `"1001:1001"`
        owner: Option<Template> where form::user,
    }
}

record! {
    /// A file that a `file` step writes.
    pub struct FileStep as "a `file` step" {
        /// An absolute path in the stage.
        /// Example: `/etc/app.conf`
        path: Template,
        /// The contents of the file.
        /// Example: `"listen = 8080\n"`
        content: Template,
        /// Permission bits.
        /// Default: `"0644"`
        /// Example: `"0755"`
        mode: Option<FileMode>,
        /// User and group.
        /// Default: root
        /// Example: `"1001:1001"`
        owner: Option<Template> where form::user,
    }
}

/// What a step of a stage does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageStepKind {
    /// Runs shell text.
    Run(RunStep),
    /// Copies files.
    Copy(CopyStep),
    /// Writes a file.
    File(FileStep),
}

/// A step of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageStep {
    /// Where the spec defines it.
    pub span: Span,
    /// What it does.
    pub kind: StageStepKind,
}

impl Decode for StageStep {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        const KINDS: [&str; 3] = ["run", "copy", "file"];
        let Kind::Map(entries) = &node.kind else {
            cx.wrong_type(node, "a step (a map with `run`, `copy` or `file`)");
            return None;
        };
        let mut kinds = entries.iter().filter(|entry| KINDS.contains(&entry.key.value.as_str()));
        let Some(entry) = kinds.next() else {
            let found = Diagnostic::error(node.span.at_start(), "this step does not have a `run`, `copy` or `file`");
            let near = entries.iter().find_map(|entry| Some((entry.key.span, closest(&entry.key, KINDS)?)));
            let foreign = || entries.iter().find_map(|entry| foreign_help(&entry.key, "a step"));
            cx.report(match near {
                Some((span, close)) => found.with_closest(span, Some(close)),
                None => {
                    found.with_help(foreign().unwrap_or(
                        "write `- run: …`, `- copy: { from: …, to: … }` or `- file: { path: …, content: … }`",
                    ))
                }
            });
            return None;
        };
        if let Some(other) = kinds.next() {
            cx.report(
                Diagnostic::error(
                    other.key.span,
                    format!(
                        "a step has exactly one of `run`, `copy` and `file`, but this one also has `{}`",
                        entry.key.value
                    ),
                )
                .with_label(entry.key.span, "the other one")
                .with_help("split it into two steps"),
            );
            return None;
        }
        let kind = match entry.key.value.as_str() {
            "run" => StageStepKind::Run(RunStep::decode(node, cx)?),
            word => {
                let mut fields = Fields::open(node, "a step", cx)?;
                let kind = if word == "copy" {
                    fields.entry("copy");
                    CopyStep::decode(&entry.value, cx).map(StageStepKind::Copy)
                } else {
                    fields.entry("file");
                    FileStep::decode(&entry.value, cx).map(StageStepKind::File)
                };
                fields.finish(cx);
                kind?
            }
        };
        Some(Self { span: node.span, kind })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        let one = |key: &str, value: Value| json!({ "type": "object", "properties": { key: value }, "required": [key], "patternProperties": { "^x-": {} }, "additionalProperties": false });
        let run = RunStep::schema(schemas);
        let copy = one("copy", CopyStep::schema(schemas));
        let file = one("file", FileStep::schema(schemas));
        schema::any_of([run, copy, file])
    }
}
