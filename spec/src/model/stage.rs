//! Stages: custom steps, for everything that presets do not cover.

mod cache;
mod ssh;
mod step;

use serde_json::Value;

pub use self::cache::{CacheFolder, CacheKeys, CacheSharing};
pub use self::ssh::{SshAgent, SshKeys};
pub use self::step::{CopyStep, FileStep, NetworkMode, RunStep, SecretRef, SecurityMode, StageStep, StageStepKind};

use super::{Address, BaseRef, form, image_name};
use crate::decode::{Context, Decode, Fields, Schemas};
use crate::yaml::Node;
use crate::{Diagnostic, Map, Spanned, Template};

words! {
    /// Which platform a stage runs on.
    pub enum StagePlatform as "platform of a stage" {
        /// The platform of the engine, without emulation.
        Build = "build",
        /// The platform of the image.
        Target = "target",
    }
}

record! {
    /// A stage: steps that run in an image, or a stage of an existing Dockerfile.
    pub struct StageKeys as "a stage" {
        /// The base of the stage: an image reference, `scratch`, or a stage, an image or a context of this file.
        /// Example: `bufbuild/buf:1.50`
        from: Option<Template> where image_name::base,
        /// `target` is the platform of the image; `build` is the engine's own, without emulation.
        /// Default: that of the stage or image of this file that it starts from, otherwise `target`
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
        /// With `dockerfile`: the files that it sees, a folder of this build's context or an address.
        /// Default: the context of this build
        /// Example: `./legacy`
        context: Option<Address>,
        /// With `dockerfile`: values of its build arguments. It sees no other arguments of this build.
        /// Example: `{ VERSION: "${VERSION}" }`
        args: Map<Template> where form::variables,
        /// With `dockerfile`: the stage.
        /// Default: the last one
        /// Example: `builder`
        target: Option<Template>,
        /// With `dockerfile`: ids of the secrets that its steps may use.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
    }
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Steps of this file.
    Steps(StepsStage),
    /// A stage of an existing Dockerfile.
    Dockerfile(AdoptedStage),
}

/// A stage of an existing Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptedStage {
    /// The file, in the main context.
    pub dockerfile: Template,
    /// The files that it sees; the main context if absent.
    pub context: Option<Address>,
    /// Its build arguments.
    pub args: Map<Template>,
    /// The stage; the last one if absent.
    pub target: Option<Template>,
    /// Secrets that its steps may use.
    pub secrets: Vec<SecretRef>,
    /// Which platform it runs on.
    pub platform: StagePlatform,
    /// The folder that addresses are relative to.
    pub output: Option<Template>,
}

/// A stage with steps of this file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepsStage {
    /// The base.
    pub from: BaseRef,
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

/// Keys that only a stage of a Dockerfile has.
const OF_DOCKERFILE: [&str; 4] = ["context", "args", "target", "secrets"];

impl Stage {
    /// The base of its steps.
    #[must_use]
    pub fn from(&self) -> Option<&BaseRef> {
        match self {
            Self::Steps(stage) => Some(&stage.from),
            Self::Dockerfile { .. } => None,
        }
    }

    /// The folder that addresses of this stage are relative to.
    #[must_use]
    pub fn output(&self) -> Option<&Template> {
        match self {
            Self::Steps(StepsStage { output, .. }) | Self::Dockerfile(AdoptedStage { output, .. }) => output.as_ref(),
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
        }
        let of_dockerfile = || OF_DOCKERFILE.iter().filter_map(|key| fields.find(key)).filter(|_| adopted.is_none());
        for key in of_dockerfile().map(|entry| &entry.key) {
            let message = format!("`{}` requires `dockerfile`, which this stage does not have", key.value);
            let help = match key.value.as_str() {
                "args" => "declare arguments under the top-level key `args`, and use them as `${NAME}`".to_owned(),
                "secrets" => "write it in the `run` step that needs it".to_owned(),
                other => format!("add `dockerfile: ./path`, or delete `{other}`"),
            };
            cx.report(Diagnostic::error(key.span, message).with_help(help));
        }
        let lacks_base = adopted.is_none() && fields.find("from").is_none() && of_dockerfile().next().is_none();
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
            let StageKeys { context, args, target, secrets, output, .. } = keys;
            let adopted = AdoptedStage { dockerfile, context, args, target, secrets, platform, output };
            return Some(Self::Dockerfile(adopted));
        }
        Some(Self::Steps(StepsStage {
            from: BaseRef::of_stage(keys.from?, cx),
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
