//! Stages: the escape hatch for what no preset makes.

use serde_json::{Value, json};

use super::{Address, FileMode, form, image_name};
use crate::decode::{Context, Decode, Fields, Name, Schemas, foreign_help, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Span, Spanned, Template};
use slipway_diagnostic::closest;

words! {
    /// Which platform a stage runs on.
    pub enum StagePlatform as "platform of a stage" {
        /// The platform of the engine, so that nothing is emulated.
        Build = "build",
        /// The platform that the image is for.
        Target = "target",
    }
}

words! {
    /// What a step can reach.
    pub enum NetworkMode as "network" {
        /// Nothing.
        None = "none",
        /// What the engine gives to steps.
        Default = "default",
    }
}

words! {
    /// What happens when two steps want one cache.
    pub enum CacheSharing as "kind of sharing" {
        /// Both write at once.
        Shared = "shared",
        /// One waits for the other.
        Locked = "locked",
        /// Each has one of its own.
        Private = "private",
    }
}

record! {
    /// A folder that survives on the engine.
    pub struct CacheKeys as "a cache" {
        /// The folder in the step.
        /// Example: `/root/.cache/buf`
        target: Template,
        /// Its name on the engine; steps with the same name share it.
        /// Default: made of the stage and the folder
        /// Example: `buf`
        id: Option<Template>,
        /// What happens when two steps want it.
        /// Example: `locked`
        /// Default: `shared`
        sharing: Option<CacheSharing>,
    }
}

/// A folder that survives on the engine: its path, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheFolder {
    /// The folder in the step.
    pub target: Template,
    /// Its name on the engine.
    pub id: Option<Template>,
    /// What happens when two steps want it.
    pub sharing: CacheSharing,
}

impl Decode for CacheFolder {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            return Some(Self { target: Template::decode(node, cx)?, id: None, sharing: CacheSharing::Shared });
        }
        let CacheKeys { target, id, sharing } = CacheKeys::decode(node, cx)?;
        Some(Self { target, id, sharing: sharing.unwrap_or(CacheSharing::Shared) })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), CacheKeys::schema(schemas)])
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
        /// Where it starts.
        /// Default: the `workdir` of the stage
        /// Example: `/src`
        workdir: Option<Template>,
        /// Environment of this step alone.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// What it can reach.
        /// Default: the `network` of the stage
        /// Example: `none`
        network: Option<NetworkMode>,
        /// Folders that survive on the engine, beside the stage's.
        /// Example: `[/root/.cache/buf]`
        cache: Vec<CacheFolder>,
        /// Secrets it sees, by their ids.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
        /// SSH agents it may use, by their ids; `default` is what `--ssh default` gives.
        /// Example: `[default]`
        ssh: Vec<Spanned<String>>,
    }
}

record! {
    /// What a `copy` step copies.
    pub struct CopyStep as "a `copy` step" {
        /// Where from.
        /// Example: `proto:/`
        from: Address,
        /// Where to: a path in the stage. A folder's contents are copied into it.
        /// Example: `/src`
        to: Template,
        /// Patterns of what to take from a folder.
        /// Default: everything
        /// Example: `["**/*.proto"]`
        include: Vec<Template>,
        /// Patterns of what to leave.
        /// Example: `["**/testdata"]`
        exclude: Vec<Template>,
        /// Permission bits of what is copied.
        /// Default: as they are
        /// Example: `"0644"`
        mode: Option<FileMode>,
        /// User and group of what is copied.
        /// Default: root
        /// Example: `"1001:1001"`
        owner: Option<Template> where form::user,
    }
}

record! {
    /// A file that a `file` step writes.
    pub struct FileStep as "a `file` step" {
        /// Where: an absolute path in the stage.
        /// Example: `/etc/app.conf`
        path: Template,
        /// What is in it.
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
    /// Where it is written.
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
            let found = Diagnostic::error(node.span.at_start(), "this step does not say what it does");
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
                    format!("a step does one thing, and this one has `{}` too", entry.key.value),
                )
                .with_label(entry.key.span, "the other one")
                .with_help("make two steps of it"),
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

record! {
    /// A stage: steps that run in an image, or a stage of an existing Dockerfile.
    pub struct StageKeys as "a stage" {
        /// What it starts from: an image reference, `scratch`, or another stage.
        /// Example: `bufbuild/buf:1.50`
        from: Option<Template> where image_name::base,
        /// `target` is the platform of the image; `build` is the engine's own, so that nothing is emulated.
        /// Default: that of the stage it starts from, else `target`
        /// Example: `build`
        platform: Option<Spanned<StagePlatform>>,
        /// Where `run` steps start. It is made if it is not there.
        /// Default: what `from` says
        /// Example: `/src`
        workdir: Option<Template> where form::absolute,
        /// Environment of its `run` steps.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// What it does, in order.
        /// Example: `[{ run: "buf generate" }]`
        steps: Vec<StageStep>,
        /// The folder that addresses of this stage start from.
        /// Default: its root
        /// Example: `/gen`
        output: Option<Template> where form::absolute,
        /// Folders that survive on the engine, for all its `run` steps.
        /// Example: `[/root/.cache/buf]`
        cache: Vec<CacheFolder>,
        /// What its `run` steps can reach.
        /// Default: `default`
        /// Example: `none`
        network: Option<NetworkMode>,
        /// An existing Dockerfile, one of whose stages this one is.
        /// Example: `./legacy/Dockerfile`
        dockerfile: Option<Template> where form::inside,
        /// With `dockerfile`: the stage.
        /// Default: the last one
        /// Example: `builder`
        target: Option<Template>,
    }
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Steps of this file.
    Steps(StepsStage),
    /// A stage of an existing Dockerfile.
    Dockerfile {
        /// The file, in the main context.
        dockerfile: Template,
        /// The stage; the last one when absent.
        target: Option<Template>,
        /// Which platform it runs on.
        platform: StagePlatform,
        /// The folder that addresses start from.
        output: Option<Template>,
    },
}

/// What a stage starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StageBase {
    /// An image reference, or `scratch`.
    Image(Template),
    /// Another stage of the file.
    Stage(Spanned<String>),
}

/// A stage with steps of this file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepsStage {
    /// What it starts from.
    pub from: StageBase,
    /// Which platform it runs on, where it says so.
    pub platform: Option<Spanned<StagePlatform>>,
    /// Where `run` steps start.
    pub workdir: Option<Template>,
    /// Environment of its `run` steps.
    pub env: Map<Template>,
    /// What it does, in order.
    pub steps: Vec<StageStep>,
    /// The folder that addresses start from.
    pub output: Option<Template>,
    /// Folders that survive on the engine.
    pub cache: Vec<CacheFolder>,
    /// What its steps can reach.
    pub network: NetworkMode,
}

impl Stage {
    /// The folder that addresses of this stage start from.
    #[must_use]
    pub fn output(&self) -> Option<&Template> {
        match self {
            Self::Steps(StepsStage { output, .. }) | Self::Dockerfile { output, .. } => output.as_ref(),
        }
    }
}

impl Decode for Stage {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a stage", cx)?;
        let keys = StageKeys::read(&mut fields, cx);
        let adopted = fields.find("dockerfile").map(|entry| entry.key.span);
        if let Some(dockerfile) = adopted {
            for key in ["from", "workdir", "env", "steps", "cache", "network"] {
                if let Some(entry) = fields.find(key) {
                    cx.report(
                        Diagnostic::error(entry.key.span, format!("a stage of a Dockerfile has no `{key}` of its own"))
                            .with_label(dockerfile, "adopted here")
                            .with_help("delete the key, or write a second stage that starts `from` this one"),
                    );
                }
            }
        } else if let Some(target) = fields.find("target") {
            cx.report(
                Diagnostic::error(
                    target.key.span,
                    "`target` names a stage of a Dockerfile, and this stage adopts none",
                )
                .with_help("add `dockerfile: ./path`, or delete `target`"),
            );
        }
        let lacks_base = adopted.is_none() && fields.find("from").is_none() && fields.find("target").is_none();
        let is_strange = fields.finish(cx);
        if lacks_base && !is_strange {
            cx.report(
                Diagnostic::error(node.span.at_start(), "this stage does not say what it starts from")
                    .with_help("add `from: IMAGE`, or `dockerfile: ./path` to adopt a stage of a Dockerfile"),
            );
        }
        let keys = keys?;
        if let Some(dockerfile) = keys.dockerfile {
            let platform = keys.platform.map_or(StagePlatform::Target, |platform| platform.value);
            return Some(Self::Dockerfile { dockerfile, target: keys.target, platform, output: keys.output });
        }
        let from = keys.from?;
        let name = from.as_literal().filter(|name| cx.names.has(Name::Stage, name)).map(str::to_owned);
        Some(Self::Steps(StepsStage {
            from: match name {
                Some(name) => StageBase::Stage(Spanned::new(name, from.span)),
                None => StageBase::Image(from),
            },
            platform: keys.platform,
            workdir: keys.workdir,
            env: keys.env,
            steps: keys.steps,
            output: keys.output,
            cache: keys.cache,
            network: keys.network.unwrap_or(NetworkMode::Default),
        }))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        StageKeys::schema(schemas)
    }
}
