//! Steps: what a plan consists of.
//!
//! They say in the planner's words what a build does, near enough to BuildKit's operations that lowering them is
//! mechanical, and far enough that they can be printed for people. A step only names steps made before it, so there are
//! no cycles.

use std::sync::Arc;

use slipway_spec::Span;

use crate::{BaseImage, Platform};

/// The number of a step in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub(crate) usize);

impl StepId {
    /// Its place in the plan, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// The steps of a plan, each behind those it needs. Plans of one spec share them.
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

    /// The same, as they are shared: two plans that were made together need one step where its address is the same.
    pub fn shared(&self) -> impl ExactSizeIterator<Item = (StepId, &Arc<Step>)> {
        self.0.iter().map(|(id, step)| (*id, step))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
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
    /// Files from elsewhere.
    Source(Source),
    /// A stage of a Dockerfile of the main context, as the Dockerfile frontend makes it.
    Dockerfile {
        /// The Dockerfile's path in the main context.
        path: String,
        /// The stage; the last one when absent.
        target: Option<String>,
        /// For which platform.
        platform: Platform,
    },
    /// Some files of other steps, and nothing else; later items lie over earlier ones.
    Select {
        /// What.
        items: Vec<CopyItem>,
    },
    /// A program runs; the result is what it leaves in [`Run::output`].
    Run(Run),
    /// Files are written into a root. What runs in it later finds them as if a program had written them: links are
    /// followed, and folders that are there stay as they are.
    Write {
        /// The root.
        root: StepId,
        /// What is written.
        layer: Layer,
    },
    /// A base with layers that do not depend on it, nor on each other.
    Assemble {
        /// The lowest layer.
        base: StepId,
        /// What goes on top, lowest first.
        layers: Vec<Layer>,
    },
}

impl StepKind {
    /// The steps that a step needs, and what for.
    #[must_use]
    pub fn inputs(&self) -> Vec<(StepId, &'static str)> {
        let copies = |layer: &Layer| {
            layer.items.iter().filter_map(LayerItem::from).map(|from| (from, "copy")).collect::<Vec<_>>()
        };
        let mut inputs = Vec::new();
        match self {
            Self::Base { .. } | Self::Context | Self::Source(_) | Self::Dockerfile { .. } => {}
            Self::Select { items } => inputs.extend(items.iter().map(|item| (item.from, "copy"))),
            Self::Run(run) => {
                inputs.extend(run.mounts.iter().filter_map(|mount| match &mount.kind {
                    MountKind::ReadOnly { from, .. } | MountKind::Discarded { from, .. } => Some((*from, "mount")),
                    _ => None,
                }));
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

/// Where files from elsewhere are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A git repository.
    Git {
        /// Where it is.
        url: String,
        /// Branch, tag or commit; the remote's default branch when absent.
        reference: Option<String>,
        /// A folder of it.
        subdir: Option<String>,
        /// The commit, or the beginning of its name.
        checksum: Option<String>,
    },
    /// A file on the web; the result holds it alone, under the last part of its path.
    Http {
        /// Where it is.
        url: String,
        /// Its digest, as `sha256:…`.
        checksum: Option<String>,
    },
    /// A folder of the client's, by its name on the command line.
    Local {
        /// The name.
        name: String,
    },
    /// The result of another build, which the client has named.
    Input {
        /// The name.
        name: String,
    },
}

/// A program that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its root file system.
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
    /// Variables that hold secrets.
    pub secret_env: Vec<SecretEnv>,
    /// What is left of it.
    pub output: RunOutput,
}

/// What is left of a program that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutput {
    /// The contents of a folder, which is empty at first; the root cannot be changed.
    Folder(String),
    /// The root, with what the program changed in it.
    Root,
}

/// A variable that holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretEnv {
    /// The variable.
    pub name: String,
    /// The secret's id.
    pub id: String,
    /// Whether the build fails when the client has none of this id.
    pub required: bool,
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
        /// Which folder or file of it; `/` for the whole.
        path: String,
    },
    /// Another step's result; what the program changes there is forgotten.
    Discarded {
        /// Whose.
        from: StepId,
        /// Which folder of it; `/` for the whole.
        path: String,
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
    /// A secret as a file.
    Secret {
        /// Its id.
        id: String,
        /// Whether the build fails when the client has none of this id; else there is nothing then.
        required: bool,
    },
    /// The socket of an SSH agent.
    Ssh {
        /// Its id; `default` for what `--ssh default` gives.
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
    /// Each has one of its own.
    Private,
}

impl Mount {
    /// Another step's result, read-only.
    pub fn read_only(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::ReadOnly { from, path: "/".to_owned() } }
    }

    /// Another step's result; what the program changes there is forgotten.
    pub fn discarded(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::Discarded { from, path: "/".to_owned() } }
    }

    /// A folder that survives on the engine.
    pub fn cache(target: impl Into<String>, id: impl Into<String>, sharing: Sharing) -> Self {
        Self { target: target.into(), kind: MountKind::Cache { id: id.into(), sharing } }
    }
}

/// Files to take from another step.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyItem {
    /// Whose they are.
    pub from: StepId,
    /// A folder whose contents are taken, or a file: a path, never a pattern. Where there is no `include`, the build
    /// fails if it is not there.
    pub source: String,
    /// Where they go.
    pub target: String,
    /// Patterns of what to take from a folder, relative to it; everything when empty.
    pub include: Vec<String>,
    /// Patterns of what to leave.
    pub exclude: Vec<String>,
}

impl CopyItem {
    /// A folder that is needed whole may be the source itself, whose path is empty; to the engine an empty pattern
    /// matches nothing.
    pub(crate) fn take_whole(&mut self) {
        if self.include.iter().any(String::is_empty) {
            self.include.clear();
        }
    }
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
    /// A folder, with its parents, which belong to root. One that is there already gets these bits and this owner where
    /// it has one.
    Folder {
        /// Its path.
        path: String,
        /// Permission bits.
        mode: u32,
        /// `user:group` or `user`; root, or what it has already, when absent.
        owner: Option<String>,
    },
    /// A file, or the contents of a folder, of another step.
    Copy(LayerCopy),
    /// A text as a file.
    Text {
        /// Its path.
        path: String,
        /// What is in it.
        content: String,
        /// Permission bits.
        mode: u32,
        /// `user:group` or `user`; root when absent.
        owner: Option<String>,
    },
}

impl LayerItem {
    /// Its path in the image.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Copy(copy) => &copy.target,
            Self::Folder { path, .. } | Self::Text { path, .. } => path,
        }
    }

    /// The step that it is of.
    pub(crate) fn from(&self) -> Option<StepId> {
        match self {
            Self::Copy(copy) => Some(copy.from),
            Self::Folder { .. } | Self::Text { .. } => None,
        }
    }
}

/// A file, or the contents of a folder, of another step.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerCopy {
    /// Whose.
    pub from: StepId,
    /// Its path there.
    pub source: String,
    /// Its path in the image; one that ends in `/` is the folder that a file goes to.
    pub target: String,
    /// Permission bits; as they are when absent.
    pub mode: Option<u32>,
    /// `user:group` or `user`; root when absent.
    pub owner: Option<String>,
    /// Patterns of what to take from a folder, relative to it; everything when empty.
    pub include: Vec<String>,
    /// Patterns of what to leave.
    pub exclude: Vec<String>,
}

impl LayerCopy {
    /// All of a file or folder, owned by root.
    pub fn whole(from: StepId, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            from,
            source: source.into(),
            target: target.into(),
            mode: None,
            owner: None,
            include: Vec::new(),
            exclude: Vec::new(),
        }
    }
}

/// Files of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepPath {
    /// The step.
    pub(crate) step: StepId,
    /// The path of the files there.
    pub(crate) path: String,
}
