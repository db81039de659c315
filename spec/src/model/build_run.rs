//! The `run` steps of a build.

use serde_json::Value;

use super::{CacheFolder, NetworkMode, SecretRef, SshAgent, form};
use crate::decode::{Context, Decode, Schemas, instruction_hint, schema, text};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Template};

record! {
    /// A `run` step of a build: shell text that runs on its sources and installed dependencies.
    pub struct BuildRunKeys as "a `run` step" {
        /// Shell text, run with `set -eu`.
        /// Example: `python manage.py collectstatic --noinput`
        run: Template,
        /// What later steps, images and addresses receive: files and folders that the step writes, relative to the
        /// source folder.
        /// Default: all files that it writes in the repository
        /// Example: `[static-root]`
        output: Vec<Template> where form::in_repository,
        /// The working directory, relative to the source folder.
        /// Default: the source folder
        /// Example: `web`
        workdir: Option<Template> where form::in_repository,
        /// Environment of this step only.
        /// Example: `{ DJANGO_SETTINGS_MODULE: shop.settings.build }`
        env: Map<Template> where form::variables,
        /// Its network access.
        /// Default: `none`
        /// Example: `default`
        network: Option<NetworkMode>,
        /// Folders that are cache mounts.
        /// Example: `[/root/.cache/buf]`
        cache: Vec<CacheFolder>,
        /// Secrets that the step sees, by id.
        /// Example: `[npmrc]`
        secrets: Vec<SecretRef>,
        /// SSH agents that the step may use, by id; `--ssh default` provides `default`.
        /// Example: `[default]`
        ssh: Vec<SshAgent>,
    }
}

/// A `run` step of a build: its shell text, or a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRun {
    /// Shell text.
    pub run: Template,
    /// The files and folders that it writes, relative to the source folder; all that it writes if empty.
    pub output: Vec<Template>,
    /// The working directory, relative to the source folder.
    pub workdir: Option<Template>,
    /// Environment of this step only.
    pub env: Map<Template>,
    /// Its network access.
    pub network: NetworkMode,
    /// Folders that are cache mounts.
    pub cache: Vec<CacheFolder>,
    /// Secrets that the step sees.
    pub secrets: Vec<SecretRef>,
    /// SSH agents that the step may use.
    pub ssh: Vec<SshAgent>,
}

impl Decode for BuildRun {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let BuildRunKeys { run, output, workdir, env, network, cache, secrets, ssh } =
                BuildRunKeys::decode(node, cx)?;
            let network = network.unwrap_or(NetworkMode::None);
            return Some(Self { run, output, workdir, env, network, cache, secrets, ssh });
        }
        if let Some(hint) = text(node).and_then(instruction_hint) {
            let found =
                Diagnostic::error(node.span, "this is an instruction of a Dockerfile, but `run` takes commands");
            cx.report_hint(node, found, hint);
            return None;
        }
        Some(Self {
            run: Template::decode(node, cx)?,
            output: Vec::new(),
            workdir: None,
            env: Map::default(),
            network: NetworkMode::None,
            cache: Vec::new(),
            secrets: Vec::new(),
            ssh: Vec::new(),
        })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), BuildRunKeys::schema(schemas)])
    }
}

/// The `run` steps of a build, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildRuns(pub Vec<BuildRun>);

impl std::ops::Deref for BuildRuns {
    type Target = [BuildRun];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Decode for BuildRuns {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Sequence(_)) {
            // The words of a command are not items.
            cx.wrong_type(node, "a list of commands");
            return None;
        }
        Vec::decode(node, cx).map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Vec::<BuildRun>::schema(schemas)
    }
}
