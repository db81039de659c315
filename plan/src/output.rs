//! The output of a build.

use std::collections::BTreeSet;
use std::sync::Arc;

use slipway_project::opened_files::OpenedFile;
use slipway_spec::{Diagnostic, Span, Spanned, join_path};

use crate::image::BaseImage;
use crate::paths::self_and_above;
use crate::runtime::Runtimes;
use crate::step::{LayerItem, StepId};
use slipway_project::python::Environment;

/// The output of a preset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BuildOutput {
    /// Layers for images of this build; those that change least come first.
    pub(crate) layers: Vec<OutputLayer>,
    /// The step whose root the addresses of this build (`name:/path`) are relative to, and which `--target build:NAME`
    /// exports.
    pub(crate) output: StepId,
    /// The paths of its compiled programs in images, each a file.
    pub(crate) programs: Vec<String>,
    /// The path of the programs or the folder of the application, if the spec says it.
    pub(crate) destination: Option<Spanned<String>>,
    /// The entrypoint, if an image sets none.
    pub(crate) entrypoint: Vec<String>,
    /// Its arguments, if an image sets neither these nor an entrypoint.
    pub(crate) cmd: Vec<String>,
    /// More about the program, if an image sets neither.
    pub(crate) start: Start,
    /// Environment that the program needs; an image overrides it.
    pub(crate) env: Vec<(String, String)>,
    /// The working directory, if an image sets no `workdir`.
    pub(crate) workdir: Option<String>,
    /// If only part of the build's folder is in `workdir` of images: the included paths, relative to it.
    pub(crate) kept: Option<Vec<String>>,
    /// Folders or files of images that are unchanged copies of the context: the path in the image, and the one in the
    /// context.
    pub(crate) unchanged: Vec<(String, String)>,
    /// The folder of an image that contains the build's source files unchanged; `None` if they are compiled, or come
    /// from elsewhere.
    pub(crate) source: Option<String>,
    /// The known environment of programs, for languages that have one.
    pub(crate) environment: Option<Arc<Environment>>,
    /// The meaning of short names of `runtime`.
    pub(crate) runtimes: Runtimes,
    /// The step with the files that list the modules of its programs, if the programs themselves are all that images
    /// contain.
    pub(crate) lockfiles: Option<StepId>,
    /// The image of its toolchain, if its programs run without a base.
    pub(crate) toolchain: Option<StepId>,
    /// The steps of its checks by name, if they were planned for their targets.
    pub(crate) checked: Vec<CheckStep>,
    /// The debugger of its program, if it was built for one.
    pub(crate) debugger: Option<Debugger>,
    /// How images for development stand on its toolchain, if it was planned for one.
    pub(crate) develop: Option<Develop>,
}

impl BuildOutput {
    /// An output without a default program, whose images need nothing else.
    pub(crate) fn new(output: StepId, layers: Vec<OutputLayer>, runtimes: Runtimes) -> Self {
        Self {
            layers,
            output,
            programs: Vec::new(),
            destination: None,
            entrypoint: Vec::new(),
            cmd: Vec::new(),
            start: Start::default(),
            env: Vec::new(),
            workdir: None,
            kept: None,
            unchanged: Vec::new(),
            source: None,
            environment: None,
            runtimes,
            lockfiles: None,
            toolchain: None,
            checked: Vec::new(),
            debugger: None,
            develop: None,
        }
    }

    /// The path in the context of a path in images, if it comes only from the context.
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

    /// The steps that it copies files from.
    pub(crate) fn steps(&self) -> impl Iterator<Item = StepId> {
        let items = self.layers.iter().flat_map(|layer| &layer.items).filter_map(LayerItem::from);
        let checks = self.checked.iter().flat_map(|check| [check.step, check.alike]);
        let debugger = self.debugger.as_ref().and_then(|debugger| match debugger {
            Debugger::Delve { from } | Debugger::Debugpy { from, .. } => Some(*from),
            Debugger::Node | Debugger::Jdwp { .. } | Debugger::Gdb => None,
        });
        let base = self.develop.as_ref().map(|develop| develop.root);
        std::iter::once(self.output).chain(items).chain(checks).chain(debugger).chain(base)
    }
}

/// What images for development need of a toolchain.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Develop {
    /// The image of the toolchain.
    pub(crate) image: BaseImage,
    /// The step with it and with packages of the build.
    pub(crate) root: StepId,
    /// Folders of images that belong to the user, because programs write there, and changed files are copied there.
    pub(crate) writable: Vec<String>,
    /// The command.
    pub(crate) command: Reloading,
    /// What is done after changes.
    pub(crate) watched: Watched,
}

/// A command that starts a program again after a change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reloading {
    /// Each start compiles and runs one of the build's programs, so a restart is enough: the one that the image runs,
    /// otherwise the first. The image's arguments follow.
    Compiles(Vec<Runnable>),
    /// These words build the program each time, and run the command that follows, which is the image's own: its program
    /// is where the image that ships has it.
    Builds(Vec<String>),
    /// A script of the project, which is the command of the build.
    Script,
    /// Node.js runs the image's program again after a change, or the one of the build.
    Node {
        /// The scripts of the build, whose output the image's program is.
        built_by: Vec<String>,
        /// Whether the release of Node.js can.
        watches: bool,
    },
    /// The image's command, with the option of its server that reloads, if it is a known one.
    Python,
}

/// A program that is compiled when it starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Runnable {
    /// Its name, and that of its file in images that ship.
    pub(crate) names: [String; 2],
    /// The words that compile and run it, before its arguments.
    pub(crate) entrypoint: Vec<String>,
}

/// What `docker compose watch` does after changes to files of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Whether the container starts again after changes to sources; otherwise, its program sees them.
    pub restarts: bool,
    /// Folders with sources.
    pub folders: Vec<WatchedFolder>,
    /// Files that need another image, relative to the context.
    pub manifests: Vec<String>,
    /// Patterns of files that stay in the container as they are, relative to each folder.
    pub ignored: Vec<String>,
}

/// A folder with sources of an image for development.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFolder {
    /// Its path, relative to the context.
    pub path: String,
    /// Its path in the image; none if changes need another image.
    pub target: Option<String>,
}

impl WatchedFolder {
    /// Folders without those inside others; `place` is the path of one in the image.
    pub(crate) fn outermost<'f>(
        folders: impl IntoIterator<Item = &'f str>,
        place: impl Fn(&str) -> Option<String>,
    ) -> Vec<Self> {
        let all: BTreeSet<&str> = folders.into_iter().collect();
        let is_inside = |folder: &&str| self_and_above(folder).skip(1).any(|above| all.contains(above));
        let outermost = all.iter().filter(|folder| !is_inside(folder));
        outermost.map(|folder| Self { path: (*folder).to_owned(), target: place(folder) }).collect()
    }
}

/// A check that was planned for its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckStep {
    /// Its name.
    pub(crate) name: String,
    /// Its step.
    pub(crate) step: StepId,
    /// The step without what only saves time: checks with the same one do the same.
    pub(crate) alike: StepId,
}

/// A debugger, and the step with it if the program does not contain it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Debugger {
    /// Delve, for Go.
    Delve {
        /// The step with `/dlv`.
        from: StepId,
    },
    /// The inspector of Node.js.
    Node,
    /// debugpy, for Python.
    Debugpy {
        /// The step with its package.
        from: StepId,
        /// The interpreter in images.
        python: String,
    },
    /// The agent of the Java virtual machine.
    Jdwp {
        /// The Java release.
        java: u32,
    },
    /// gdbserver, for other machine code.
    Gdb,
}

impl Debugger {
    /// The port that its users expect.
    pub(crate) fn usual_port(&self) -> u16 {
        match self {
            Self::Delve { .. } => 2345,
            Self::Node => 9229,
            Self::Debugpy { .. } => 5678,
            Self::Jdwp { .. } => 5005,
            Self::Gdb => 1234,
        }
    }
}

/// The default program.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Start {
    /// Variables for that program only; those of an image take precedence.
    pub(crate) env: Vec<(String, String)>,
    /// A warning if it runs.
    pub(crate) findings: Vec<Diagnostic>,
    /// Warnings about folders of an image, by path, unless the image contains them itself.
    pub(crate) lacks: Vec<(String, Diagnostic)>,
    /// Files of the repository that the program opens at run time, and that only `files` copies.
    pub(crate) opens: Vec<OpenedFile>,
    /// Why there is no default program.
    pub(crate) idle: Option<Idle>,
}

/// Why the program of a project is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// The reason.
    pub why: String,
    /// What to write.
    pub help: String,
}

/// A layer of a preset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutputLayer {
    /// Its description, for progress and history: `COPY /api`.
    pub(crate) what: String,
    /// How it was created, for the history; empty if there is nothing to add.
    pub(crate) how: String,
    /// The part of the spec that requires it.
    pub(crate) span: Span,
    /// Its contents.
    pub(crate) items: Vec<LayerItem>,
}
