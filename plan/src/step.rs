//! Steps: the parts of a plan.
//!
//! Steps describe a build close enough to BuildKit's operations that lowering them is mechanical, and abstractly enough
//! to be printed for users. A step only refers to earlier steps, so there are no cycles.

use std::sync::Arc;

use slipway_spec::Span;

use crate::{BaseImage, Platform};

/// The number of a step in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub(crate) usize);

impl StepId {
    /// Its index in the plan, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

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
    Dockerfile {
        /// The Dockerfile's path in the main context.
        path: String,
        /// The stage; the last one if absent.
        target: Option<String>,
        /// Its platform.
        platform: Platform,
    },
    /// Only some files of other steps; later items override earlier ones.
    Select {
        /// The files.
        items: Vec<CopyItem>,
    },
    /// Runs a program; the result is its output in [`Run::output`].
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

impl StepKind {
    /// The dependencies of a step, and their purposes.
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

/// The location of files from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A git repository.
    Git {
        /// Its URL.
        url: String,
        /// Branch, tag or commit; the remote's default branch if absent.
        reference: Option<String>,
        /// A folder in the repository.
        subdir: Option<String>,
        /// The commit, or a prefix of it.
        checksum: Option<String>,
    },
    /// A file from the web; the result contains only this file, named after the last part of its path.
    Http {
        /// Its URL.
        url: String,
        /// Its digest, as `sha256:…`.
        checksum: Option<String>,
    },
    /// A local folder of the client, by its name on the command line.
    Local {
        /// The name.
        name: String,
    },
    /// The result of another build, by its name.
    Input {
        /// The name.
        name: String,
    },
}

/// Runs a program.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its root file system.
    pub root: StepId,
    /// The platform.
    pub platform: Platform,
    /// The program and its arguments.
    pub args: Vec<String>,
    /// Its environment: names and values.
    pub env: Vec<(String, String)>,
    /// The working directory.
    pub workdir: String,
    /// Its network access.
    pub network: Network,
    /// Its mounts, in addition to the root.
    pub mounts: Vec<Mount>,
    /// Variables with secrets.
    pub secret_env: Vec<SecretEnv>,
    /// Its output.
    pub output: RunOutput,
}

/// The output of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutput {
    /// The contents of a folder, which is empty at first; the root is read-only.
    Folder(String),
    /// The root, with the program's changes.
    Root,
}

/// A variable with a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretEnv {
    /// The variable.
    pub name: String,
    /// The secret's id.
    pub id: String,
    /// Whether the build fails if the client does not provide it.
    pub required: bool,
}

/// The network access of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// No access.
    None,
    /// The engine's network.
    Sandbox,
}

/// A mount of a program, in addition to its root.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// The path.
    pub target: String,
    /// The contents.
    pub kind: MountKind,
}

/// The contents of a mount.
#[derive(Debug, Clone, PartialEq)]
pub enum MountKind {
    /// The result of another step, read-only.
    ReadOnly {
        /// The step.
        from: StepId,
        /// The folder or file in it; `/` for the whole.
        path: String,
    },
    /// The result of another step; changes are discarded.
    Discarded {
        /// The step.
        from: StepId,
        /// The folder in it; `/` for the whole.
        path: String,
    },
    /// A cache mount.
    Cache {
        /// Its id on the engine.
        id: String,
        /// How concurrent steps share it.
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
        /// Whether the build fails if the client does not provide it; otherwise the file is missing.
        required: bool,
    },
    /// The socket of an SSH agent.
    Ssh {
        /// Its id; `--ssh default` provides `default`.
        id: String,
    },
    /// Memory, discarded at the end.
    Tmpfs,
}

/// How concurrent steps share a cache mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Both write at the same time.
    Shared,
    /// One waits for the other.
    Locked,
    /// Each has a separate copy.
    Private,
}

impl Mount {
    /// The result of another step, read-only.
    pub fn read_only(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::ReadOnly { from, path: "/".to_owned() } }
    }

    /// The result of another step; changes are discarded.
    pub fn discarded(target: impl Into<String>, from: StepId) -> Self {
        Self { target: target.into(), kind: MountKind::Discarded { from, path: "/".to_owned() } }
    }

    /// A cache mount.
    pub fn cache(target: impl Into<String>, id: impl Into<String>, sharing: Sharing) -> Self {
        Self { target: target.into(), kind: MountKind::Cache { id: id.into(), sharing } }
    }
}

/// Files to copy from another step.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyItem {
    /// The step.
    pub from: StepId,
    /// A folder whose contents are copied, or a file: a path, never a pattern. Without `include`, the build fails if it
    /// does not exist.
    pub source: String,
    /// The destination.
    pub target: String,
    /// Patterns of files to include from a folder, relative to it; everything if empty.
    pub include: Vec<String>,
    /// Patterns of files to exclude.
    pub exclude: Vec<String>,
}

impl CopyItem {
    /// If the whole source is needed, its path may be empty, but an empty pattern matches nothing on the engine.
    pub(crate) fn take_whole(&mut self) {
        if self.include.iter().any(String::is_empty) {
            self.include.clear();
        }
    }
}

/// A layer of a final image.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its name in the progress display.
    pub name: String,
    /// Its line in the image's history.
    pub history: String,
    /// The part of the spec that requires it.
    pub span: Span,
    /// Its contents.
    pub items: Vec<LayerItem>,
}

/// The contents of a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerItem {
    /// A folder, with its parents, which belong to root. An existing folder gets these bits, and this owner if set.
    Folder {
        /// Its path.
        path: String,
        /// Permission bits.
        mode: u32,
        /// `user:group` or `user`; if absent, root or the existing owner.
        owner: Option<String>,
    },
    /// A file, or the contents of a folder, of another step.
    Copy(LayerCopy),
    /// A text as a file.
    Text {
        /// Its path.
        path: String,
        /// Its text.
        content: String,
        /// Permission bits.
        mode: u32,
        /// `user:group` or `user`; root if absent.
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

    /// Its step.
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
    /// The step.
    pub from: StepId,
    /// The path in the step.
    pub source: String,
    /// The path in the image; one that ends in `/` is the destination folder of a file.
    pub target: String,
    /// Permission bits; unchanged if absent.
    pub mode: Option<u32>,
    /// `user:group` or `user`; root if absent.
    pub owner: Option<String>,
    /// Patterns of files to include from a folder, relative to it; everything if empty.
    pub include: Vec<String>,
    /// Patterns of files to exclude.
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
