//! Steps: what a plan consists of.
//!
//! They say in the planner's words what a build does, near enough to BuildKit's operations that lowering them is mechanical, and far enough that they
//! can be printed for people. A step only names steps made before it, so there are no cycles.

use slipway_spec::Span;

use crate::{BaseImage, Platform};

/// The number of a step in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(usize);

impl StepId {
    /// Its place in the plan, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// The steps of a plan, each behind those it needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Steps(Vec<Step>);

impl Steps {
    /// Adds a step that belongs to a build or an image of the spec.
    pub fn add(&mut self, owner: &str, name: impl Into<String>, span: Span, kind: StepKind) -> StepId {
        self.0.push(Step { owner: owner.to_owned(), name: name.into(), span, kind });
        StepId(self.0.len() - 1)
    }

    /// All steps in order, with their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (StepId, &Step)> {
        self.0.iter().enumerate().map(|(index, step)| (StepId(index), step))
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The build or image of the spec that it belongs to; `--no-cache-filter` names these.
    pub owner: String,
    /// How the progress display names it.
    pub name: String,
    /// The part of the spec that it is there for.
    pub span: Span,
    /// What it does.
    pub kind: StepKind,
}

/// What a step does; its result is always one file tree.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// A base image.
    Base {
        /// Which one.
        image: BaseImage,
        /// For which platform.
        platform: Platform,
    },
    /// The main context, as the client sends it.
    Context,
    /// Some files of another step, and nothing else.
    Select {
        /// Where from.
        from: StepId,
        /// What.
        items: Vec<CopyItem>,
    },
    /// A program runs; the result is what it leaves in [`Run::output`].
    Run(Run),
    /// A base with layers that do not depend on it, nor on each other.
    Assemble {
        /// The lowest layer.
        base: StepId,
        /// What goes on top, lowest first.
        layers: Vec<Layer>,
    },
}

/// A program that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its root file system, which it cannot change.
    pub root: StepId,
    /// The platform it runs on.
    pub platform: Platform,
    /// The program and its arguments.
    pub args: Vec<String>,
    /// Its environment, name and value.
    pub env: Vec<(String, String)>,
    /// Where it starts.
    pub workdir: String,
    /// What it can reach.
    pub network: Network,
    /// What it sees beside its root.
    pub mounts: Vec<Mount>,
    /// An empty folder whose contents are the step's result.
    pub output: String,
}

/// What a program can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Nothing.
    None,
    /// The network that the engine gives to steps.
    Sandbox,
}

/// Something a program sees beside its root.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// Where.
    pub target: String,
    /// What.
    pub kind: MountKind,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq)]
pub enum MountKind {
    /// Another step's result, read-only.
    ReadOnly {
        /// Whose.
        from: StepId,
    },
    /// Another step's result; what the program changes there is forgotten.
    Discarded {
        /// Whose.
        from: StepId,
    },
    /// A folder that survives on the engine.
    Cache {
        /// Its name on the engine.
        id: String,
        /// What happens when two steps want it.
        sharing: Sharing,
    },
    /// A text as a file, for a shell to run.
    Script {
        /// The text.
        text: String,
    },
    /// A secret as a file; nothing when the client has none of this id.
    OptionalSecret {
        /// Its id.
        id: String,
    },
    /// Memory, forgotten at the end.
    Tmpfs,
}

/// What happens when two steps want one cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Both write at once.
    Shared,
    /// One waits.
    Locked,
}

/// Files to take from another step.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyItem {
    /// A folder whose contents are taken, or a file.
    pub source: String,
    /// Where they go.
    pub target: String,
    /// Patterns of what to take from a folder, relative to it; everything when empty.
    pub include: Vec<String>,
    /// Patterns of what to leave.
    pub exclude: Vec<String>,
}

/// A layer of a final image.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// How the progress display names it.
    pub name: String,
    /// The line of the image's history that it is.
    pub history: String,
    /// The part of the spec that it is there for.
    pub span: Span,
    /// What is in it.
    pub items: Vec<LayerItem>,
}

/// What is in a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerItem {
    /// A folder, with its parents.
    Folder {
        /// Its path.
        path: String,
        /// Permission bits.
        mode: u32,
    },
    /// A file of another step.
    File {
        /// Whose.
        from: StepId,
        /// Its path there.
        source: String,
        /// Its path in the image.
        target: String,
        /// Permission bits.
        mode: u32,
    },
}
