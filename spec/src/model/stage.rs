//! Stages: custom steps, for everything that presets do not cover.

use serde_json::{Value, json};

use super::{Address, FileMode, form, image_name};
use crate::decode::{Context, Decode, Fields, Name, Schemas, foreign_help, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Span, Spanned, Template};
use slipway_diagnostic::closest;

words! {
    /// Which platform a stage runs on.
    pub enum StagePlatform as "platform of a stage" {
        /// The platform of the engine, without emulation.
        Build = "build",
        /// The platform of the image.
        Target = "target",
    }
}

words! {
    /// The network access of a step.
    pub enum NetworkMode as "network mode" {
        /// No access.
        None = "none",
        /// The engine's default network.
        Default = "default",
    }
}

words! {
    /// How concurrent steps share a cache mount.
    pub enum CacheSharing as "sharing mode" {
        /// Both write at the same time.
        Shared = "shared",
        /// One waits for the other.
        Locked = "locked",
        /// Each has a separate copy.
        Private = "private",
    }
}

record! {
    /// A cache mount.
    pub struct CacheKeys as "a cache" {
        /// The folder in the step.
        /// Example: `/root/.cache/buf`
        target: Template,
        /// The id of the cache mount; steps with the same id share it.
        /// Default: derived from the stage and the folder
        /// Example: `buf`
        id: Option<Template>,
        /// How concurrent steps share it.
        /// Example: `locked`
        /// Default: `shared`
        sharing: Option<CacheSharing>,
    }
}

/// A cache mount: its path in the step, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheFolder {
    /// The folder in the step.
    pub target: Template,
    /// The id of the cache mount.
    pub id: Option<Template>,
    /// How concurrent steps share it.
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
        ssh: Vec<Spanned<String>>,
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

record! {
    /// A stage: steps that run in an image, or a stage of an existing Dockerfile.
    pub struct StageKeys as "a stage" {
        /// The base of the stage: an image reference, `scratch`, or another stage.
        /// Example: `bufbuild/buf:1.50`
        from: Option<Template> where image_name::base,
        /// `target` is the platform of the image; `build` is the engine's own, without emulation.
        /// Default: that of the stage it starts from, otherwise `target`
        /// Example: `build`
        platform: Option<Spanned<StagePlatform>>,
        /// The working directory of `run` steps. It is created if it does not exist.
        /// Default: that of `from`
        /// Example: `/src`
        workdir: Option<Template> where form::absolute,
        /// Environment of its `run` steps.
        /// Example: `{ CI: "1" }`
        env: Map<Template> where form::variables,
        /// The steps, in order.
        /// Example: `[{ run: "buf generate" }]`
        steps: Vec<StageStep>,
        /// The folder that addresses of this stage are relative to.
        /// Default: its root
        /// Example: `/gen`
        output: Option<Template> where form::absolute,
        /// Folders that are cache mounts in all `run` steps.
        /// Example: `[/root/.cache/buf]`
        cache: Vec<CacheFolder>,
        /// The network access of `run` steps.
        /// Default: `default`
        /// Example: `none`
        network: Option<NetworkMode>,
        /// An existing Dockerfile that contains the stage.
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
        /// The stage; the last one if absent.
        target: Option<Template>,
        /// Which platform it runs on.
        platform: StagePlatform,
        /// The folder that addresses are relative to.
        output: Option<Template>,
    },
}

/// The base of a stage.
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
    /// The base.
    pub from: StageBase,
    /// Its explicit platform.
    pub platform: Option<Spanned<StagePlatform>>,
    /// The working directory of `run` steps.
    pub workdir: Option<Template>,
    /// Environment of its `run` steps.
    pub env: Map<Template>,
    /// The steps, in order.
    pub steps: Vec<StageStep>,
    /// The folder that addresses are relative to.
    pub output: Option<Template>,
    /// Folders that are cache mounts.
    pub cache: Vec<CacheFolder>,
    /// The network access of its steps.
    pub network: NetworkMode,
}

impl Stage {
    /// The folder that addresses of this stage are relative to.
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
                        Diagnostic::error(entry.key.span, format!("a stage from a Dockerfile cannot have `{key}`"))
                            .with_label(dockerfile, "the Dockerfile")
                            .with_help("delete the key, or add another stage that starts `from` this one"),
                    );
                }
            }
        } else if let Some(target) = fields.find("target") {
            cx.report(
                Diagnostic::error(target.key.span, "`target` requires `dockerfile`, which this stage does not have")
                    .with_help("add `dockerfile: ./path`, or delete `target`"),
            );
        }
        let lacks_base = adopted.is_none() && fields.find("from").is_none() && fields.find("target").is_none();
        let is_strange = fields.finish(cx);
        if lacks_base && !is_strange {
            cx.report(
                Diagnostic::error(node.span.at_start(), "this stage has no base")
                    .with_help("add `from: IMAGE`, or `dockerfile: ./path` to use a stage of a Dockerfile"),
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
