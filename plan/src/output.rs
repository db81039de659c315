//! What a build makes.

use std::sync::Arc;

use slipway_project::opened_files::OpenedFile;
use slipway_spec::{Diagnostic, Span, join_path};

use crate::environment::Environment;
use crate::runtime::Runtimes;
use crate::step::{LayerItem, StepId};

/// What a preset made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BuildOutput {
    /// Layers for images of this build; what changes least comes first.
    pub(crate) layers: Vec<OutputLayer>,
    /// The step whose root the addresses of this build (`name:/path`) start from, and which `--target build:NAME`
    /// gives.
    pub(crate) output: StepId,
    /// What runs when an image names no entrypoint.
    pub(crate) entrypoint: Vec<String>,
    /// Its arguments, when an image names neither these nor an entrypoint.
    pub(crate) cmd: Vec<String>,
    /// More about what runs when an image names neither.
    pub(crate) start: Start,
    /// Environment that the program needs; an image's own is laid over it.
    pub(crate) env: Vec<(String, String)>,
    /// Where the program starts when an image names no `workdir`.
    pub(crate) workdir: Option<String>,
    /// Where only a part of the build's folder gets into `workdir` of images: the paths that do, relative to it.
    pub(crate) kept: Option<Vec<String>>,
    /// Folders or files of images that hold what the context has, unchanged: the place in the image, and the one in the
    /// context.
    pub(crate) unchanged: Vec<(String, String)>,
    /// The folder of an image that has the files of the build's source folder as they are; none where they are compiled,
    /// or come from elsewhere.
    pub(crate) source: Option<String>,
    /// What is known of the environment that programs run in, for languages that have one.
    pub(crate) environment: Option<Arc<Environment>>,
    /// What the short names of `runtime` mean.
    pub(crate) runtimes: Runtimes,
}

impl BuildOutput {
    /// Where the context has what stands at a path of images, where nothing but the context brings that.
    pub(crate) fn in_context(&self, path: &str) -> Option<String> {
        let inside = |folder: &str| path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        self.unchanged.iter().find_map(|(folder, source)| {
            let rest = inside(folder)?;
            let items = self.layers.iter().flat_map(|layer| &layer.items);
            let is_nearer = |item: &LayerItem| {
                let target = item.path().trim_end_matches('/');
                target.len() > folder.len() && inside(target).is_some()
            };
            let mut nearer = items.filter(|item| is_nearer(item));
            let place = || join_path(source, rest.trim_start_matches('/'));
            nearer.next().is_none().then(place).flatten()
        })
    }

    /// The steps that it takes files of.
    pub(crate) fn steps(&self) -> impl Iterator<Item = StepId> {
        let items = self.layers.iter().flat_map(|layer| &layer.items).filter_map(LayerItem::from);
        std::iter::once(self.output).chain(items)
    }
}

/// What runs when an image does not say.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Start {
    /// Variables that are set for that program alone; an image's own come before them.
    pub(crate) env: Vec<(String, String)>,
    /// What is to be said where it runs.
    pub(crate) findings: Vec<Diagnostic>,
    /// What is to be said of folders of an image, by their paths, unless the image brings them itself.
    pub(crate) lacks: Vec<(String, Diagnostic)>,
    /// Files of the repository that the program opens where it runs, and that come by `files` alone.
    pub(crate) opens: Vec<OpenedFile>,
    /// Why nothing runs.
    pub(crate) idle: Option<Idle>,
}

/// Why it is not known what a project's program is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// What is the matter.
    pub why: String,
    /// What to write.
    pub help: String,
}

/// A layer that a preset made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutputLayer {
    /// What it is, for the progress and the history: `COPY /api`.
    pub(crate) what: String,
    /// How it was made, for the history; empty for nothing to say.
    pub(crate) how: String,
    /// Where the spec asks for it.
    pub(crate) span: Span,
    /// What is in it.
    pub(crate) items: Vec<LayerItem>,
}
