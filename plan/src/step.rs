//! Steps: the parts of a plan.
//!
//! Steps describe a build close enough to BuildKit's operations that lowering them is mechanical, and abstractly enough
//! to be printed for users. A step only refers to earlier steps, so there are no cycles.

mod copy;
mod id;
mod layer;
mod mount;
mod run;
mod source;

use std::sync::Arc;

use slipway_spec::Span;

pub use self::copy::CopyItem;
pub use self::id::StepId;
pub(crate) use self::id::StepPath;
pub use self::layer::{Layer, LayerCopy, LayerItem};
pub use self::mount::{Mount, MountKind, Sharing};
pub(crate) use self::run::{Container, Script};
pub use self::run::{Network, Run, RunOutput, RunWarnings, SecretEnv};
pub use self::source::{GitOption, GitSource, Source};
use crate::{BaseImage, Platform};

/// The steps of a plan, each after its dependencies. Plans of one spec share them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Steps(Vec<(StepId, Arc<Step>)>);

impl Steps {
    /// All steps in order, with their numbers. Some numbers may be missing: those are steps of other targets.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (StepId, &Step)> {
        self.0.iter().map(|(id, step)| (*id, &**step))
    }

    /// A step of these.
    #[must_use]
    pub fn get(&self, id: StepId) -> Option<&Step> {
        let place = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.0.get(place).map(|(_, step)| &**step)
    }

    /// The same as a shared pointer: two plans that were created together share a step if its address is the same.
    pub fn shared(&self) -> impl ExactSizeIterator<Item = (StepId, &Arc<Step>)> {
        self.0.iter().map(|(id, step)| (*id, step))
    }

    /// The number of steps.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(StepId, Arc<Step>)> for Steps {
    fn from_iter<T: IntoIterator<Item = (StepId, Arc<Step>)>>(steps: T) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The build or image of the spec that it belongs to; `--no-cache-filter` names these.
    pub owner: String,
    /// Its name in the progress display.
    pub name: String,
    /// The part of the spec that requires it.
    pub span: Span,
    /// Its operation.
    pub kind: StepKind,
}

/// The operation of a step; its result is always one file tree.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// A base image.
    Base {
        /// The image.
        image: BaseImage,
        /// Its platform.
        platform: Platform,
    },
    /// The main context, as the client sends it.
    Context,
    /// Files from elsewhere.
    Source(Source),
    /// A stage of a Dockerfile in the main context, built by the Dockerfile frontend.
    Dockerfile(DockerfileStage),
    /// Only some files of other steps; later items override earlier ones.
    Select {
        /// The files.
        items: Vec<CopyItem>,
    },
    /// Runs a program; [`RunOutput`] says which of its files are the result.
    Run(Run),
    /// Writes files into a root, with the same effect as if a program had written them: links are followed, and
    /// existing folders do not change.
    Write {
        /// The root.
        root: StepId,
        /// The files.
        layer: Layer,
    },
    /// A base with layers that depend neither on it nor on each other.
    Assemble {
        /// The base.
        base: StepId,
        /// The layers, lowest first.
        layers: Vec<Layer>,
    },
}

/// A stage of a Dockerfile, and everything that its build sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerfileStage {
    /// The Dockerfile's path in the main context.
    pub path: String,
    /// The step with its context; the main context if absent.
    pub context: Option<StepId>,
    /// Its build arguments.
    pub args: Vec<(String, String)>,
    /// The stage; the last one if absent.
    pub target: Option<String>,
    /// The ids of secrets that it may use.
    pub secrets: Vec<String>,
    /// Its platform.
    pub platform: Platform,
}

impl StepKind {
    /// The dependencies of a step, and their purposes.
    #[must_use]
    pub fn inputs(&self) -> Vec<(StepId, &'static str)> {
        let copies = |layer: &Layer| {
            layer.items.iter().filter_map(LayerItem::from).map(|from| (from, "copy")).collect::<Vec<_>>()
        };
        let mut inputs = Vec::new();
        match self {
            Self::Base { .. } | Self::Context | Self::Source(_) => {}
            Self::Dockerfile(stage) => inputs.extend(stage.context.map(|context| (context, "context"))),
            Self::Select { items } => inputs.extend(items.iter().map(|item| (item.from, "copy"))),
            Self::Run(run) => {
                inputs.extend(run.mounts.iter().filter_map(|mount| match &mount.kind {
                    MountKind::ReadOnly { from, .. }
                    | MountKind::Discarded { from, .. }
                    | MountKind::Dependencies { from, .. }
                    | MountKind::Parts { from } => Some((*from, "mount")),
                    _ => None,
                }));
                if let RunOutput::Folder { on: Some(on), .. } = &run.output {
                    inputs.push((*on, "on"));
                }
                inputs.push((run.root, "root"));
            }
            Self::Write { root, layer } => {
                inputs.extend(copies(layer));
                inputs.push((*root, "root"));
            }
            Self::Assemble { base, layers } => {
                inputs.extend(layers.iter().flat_map(copies));
                inputs.push((*base, "base"));
            }
        }
        inputs
    }
}

impl From<Run> for StepKind {
    fn from(run: Run) -> Self {
        Self::Run(run)
    }
}

impl From<Vec<CopyItem>> for StepKind {
    fn from(items: Vec<CopyItem>) -> Self {
        Self::Select { items }
    }
}
