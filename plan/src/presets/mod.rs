//! Languages: how each turns a source folder into something that ships. A new one is one file here and one line in `build`.

mod checks;
mod common;
mod go;
mod java;
mod node;
mod noise;
mod private;
mod python;
mod rust;
mod static_files;

use std::collections::HashMap;
use std::rc::Rc;

pub(crate) use node::{INSTALL_SCRIPT_BLOCKED, PRISMA_ENGINE, START_SCRIPT};
pub use python::{Absent, Suggestion};
pub(crate) use python::{Environment, UNKNOWN_VERSION};
pub(crate) use slipway_spec::join_path;
use slipway_spec::model::{Build, Dependencies, PresetOptions};
use slipway_spec::strange_path;
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use crate::planner::Planner;
use crate::runtime::Runtimes;
use crate::{Args, CopyItem, LayerItem, PlanError, Platform, Project, Request, StepId, StepKind};

/// What every preset is given.
pub(crate) struct Context<'a, P> {
    /// The plan that the steps go into.
    pub(crate) planner: &'a Planner<'a, P>,
    /// The build's name in messages and progress: its own, or its image's.
    pub(crate) name: &'a str,
    /// What the spec says of it.
    pub(crate) build: &'a Build,
    /// Files from elsewhere that are laid over the source.
    pub(crate) inputs: Vec<Input>,
    /// Which of its dependencies the image wants.
    pub(crate) dependencies: Dependencies,
    /// The word or image that `runtime` of the image says, for presets whose result depends on it.
    pub(crate) runtime: Option<String>,
}

/// Files from elsewhere that are laid over the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// The step that holds them.
    pub(crate) from: StepId,
    /// Their path there.
    pub(crate) source: String,
    /// Their place, seen from the root of the main context: `/edge/src/gen`.
    pub(crate) target: String,
}

impl<P: Project> Context<'_, P> {
    /// The door to the outside.
    pub(crate) fn project(&self) -> &P {
        self.planner.project
    }

    /// What `${NAME}` stands for.
    pub(crate) fn args(&self) -> &Args {
        &self.planner.args
    }

    /// The command line.
    pub(crate) fn request(&self) -> &Request {
        self.planner.request
    }

    /// What the program is built for.
    pub(crate) fn target(&self) -> &Platform {
        self.planner.platform
    }

    /// The main context.
    pub(crate) fn context(&self) -> StepId {
        self.planner.context
    }

    /// Where the spec names the preset: findings about the project's own files point there.
    pub(crate) fn span(&self) -> Span {
        self.build.preset.span
    }

    /// Adds a step of this build.
    pub(crate) fn add(&self, name: impl Into<String>, span: Span, kind: StepKind) -> StepId {
        self.planner.add(self.name, name, span, kind)
    }

    /// Says why something is as it is: which file told the version, the tool, and so on. Shown by `--call=plan`.
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.planner.note(self.name, text, self.span());
    }

    /// The value of a text of the spec.
    pub(crate) fn eval(&self, template: &Template) -> Result<String, Diagnostic> {
        template.eval(self.args())
    }

    /// The value of a text that may be absent.
    pub(crate) fn eval_or(&self, template: Option<&Template>, default: &str) -> Result<String, Diagnostic> {
        template.map_or_else(|| Ok(default.to_owned()), |template| self.eval(template))
    }

    /// The values of a list.
    pub(crate) fn eval_all<'t>(&self, list: impl IntoIterator<Item = &'t Template>) -> Result<Vec<String>, Diagnostic> {
        list.into_iter().map(|template| self.eval(template)).collect()
    }

    /// The same, each value with its place.
    pub(crate) fn eval_words(&self, list: &[Template]) -> Result<Vec<Spanned<String>>, Diagnostic> {
        list.iter().map(|template| Ok(Spanned::new(self.eval(template)?, template.span))).collect()
    }

    /// The build's source folder: normalised, and empty for the context itself.
    pub(crate) fn source_folder(&self) -> Result<String, Diagnostic> {
        match &self.build.source.path {
            Some(path) => context_path(&self.eval(path)?, path.span),
            None => Ok(String::new()),
        }
    }

    /// The build's `source.include` or `source.exclude`, relative to the context.
    pub(crate) fn patterns(&self, folder: &str, patterns: &[Template]) -> Result<Vec<String>, Diagnostic> {
        let in_context = |pattern: &Template| {
            let written = self.eval(pattern)?;
            if written.split('/').all(|part| part != "..") {
                return Ok(in_folder(folder, written.trim_start_matches("./")));
            }
            join_path(folder, &written).ok_or_else(|| {
                Diagnostic::error(pattern.span, format!("`{written}` leads out of the context")).with_help(
                    "build from a folder that holds these files too, and name the build's own with `source:`",
                )
            })
        };
        patterns.iter().map(in_context).collect()
    }

    /// Patterns of files that the dependency step sees because `install.include` names them.
    pub(crate) fn installed_with(&self) -> Result<Vec<String>, Diagnostic> {
        let include = self.build.keys.install.as_ref().map_or(&[][..], |install| &install.include);
        self.patterns(&self.source_folder()?, include)
    }

    /// A step that holds files of the main context at their own places, with the build's `inputs` laid over them.
    pub(crate) fn select(&self, name: impl Into<String>, include: Vec<String>, exclude: Vec<String>) -> StepId {
        let from = self.context();
        self.select_items(name, vec![CopyItem { from, source: "/".into(), target: "/".into(), include, exclude }])
    }

    /// A step that holds these files, with the build's `inputs` laid over them.
    pub(crate) fn select_items(&self, name: impl Into<String>, mut items: Vec<CopyItem>) -> StepId {
        items.extend(self.inputs.iter().map(|input| CopyItem {
            from: input.from,
            source: input.source.clone(),
            target: input.target.clone(),
            include: Vec::new(),
            exclude: Vec::new(),
        }));
        self.add(name, self.span(), StepKind::Select { items })
    }

    /// The name of a compile cache on the engine, such as `slipway/go-build/example.com/shop/linux/arm64/1.24`. What projects compile is their own: none finds what another
    /// left, and one engine can serve several that do not trust each other.
    pub(crate) fn cache_id(&self, kind: &str, project: &str, platform: &Platform, toolchain: &str) -> String {
        format!("slipway/{kind}/{project}/{platform}/{toolchain}")
    }

    /// The name of a step on the build platform for the target: `[linux/amd64->arm64 api build] …`.
    pub(crate) fn step_name(&self, phase: &str, what: &str) -> String {
        let (build, target) = (&self.request().build_platform, self.target());
        let platform = if build != target {
            let to = target.to_string();
            let to = to.strip_prefix("linux/").unwrap_or(&to);
            format!("{build}->{to} ")
        } else if self.request().multi_platform {
            format!("{target} ")
        } else {
            String::new()
        };
        format!("[{platform}{} {phase}] {what}", self.name)
    }

    /// The name of a step that is the same for every target platform.
    pub(crate) fn shared_step_name(&self, phase: &str, what: &str) -> String {
        format!("[{} {phase}] {what}", self.name)
    }
}

/// What a preset made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Made {
    /// Layers for images of this build; what changes least comes first.
    pub(crate) layers: Vec<MadeLayer>,
    /// The step whose root the addresses of this build (`name:/path`) start from, and which `--target build:NAME` gives.
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
    /// What is known of the environment that programs run in, for languages that have one.
    pub(crate) environment: Option<Rc<Environment>>,
    /// What the short names of `runtime` mean.
    pub(crate) runtimes: Runtimes,
}

impl Made {
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
pub(crate) struct MadeLayer {
    /// What it is, for the progress and the history: `COPY /api`.
    pub(crate) what: String,
    /// How it was made, for the history; empty for nothing to say.
    pub(crate) how: String,
    /// Where the spec asks for it.
    pub(crate) span: Span,
    /// What is in it.
    pub(crate) items: Vec<LayerItem>,
}

/// Plans a build.
pub(crate) async fn build<P: Project>(cx: &Context<'_, P>) -> Result<Made, PlanError> {
    match &cx.build.options {
        PresetOptions::Go(options) => go::build(cx, options).await,
        PresetOptions::Node(options) => node::build(cx, options).await,
        PresetOptions::Static(options) => static_files::build(cx, options).await,
        PresetOptions::Python(options) => python::build(cx, options).await,
        PresetOptions::Rust(options) => rust::build(cx, options).await,
        PresetOptions::Java(options) => java::build(cx, options).await,
    }
}

/// Patterns of what the tools of a build's language leave in a checkout. Its source folder may be a part of a larger project, whose root is above it.
pub(crate) fn leftovers(build: &Build, folder: &str) -> Vec<String> {
    let anywhere = |names: &[&str]| names.iter().map(|name| format!("**/{name}")).collect();
    match &build.options {
        PresetOptions::Go(_) | PresetOptions::Static(_) => Vec::new(),
        PresetOptions::Node(_) => anywhere(&["node_modules"]),
        PresetOptions::Python(_) => {
            anywhere(&["__pycache__", ".venv", ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache"])
        }
        // A package may have a folder of this name among its sources, so only the places where these tools put theirs are meant.
        PresetOptions::Rust(_) => self_and_above(folder).map(|folder| in_folder(folder, "target")).collect(),
        PresetOptions::Java(_) => {
            let of_modules = ["target", "*/target", "*/*/target"].map(|name| in_folder(folder, name));
            of_modules.into_iter().chain(anywhere(&[".gradle"])).collect()
        }
    }
}

/// Whether what a build makes are the very files of its source, so that every one of them counts.
pub(crate) fn ships_its_source(build: &Build) -> bool {
    matches!(build.options, PresetOptions::Static(_)) && build.origin.is_none()
}

/// The folder of an image that has the files of a build's source folder as they are; none where they are compiled, or come from elsewhere.
pub(crate) fn source_in_image(build: &Build, made: &Made) -> Option<String> {
    match &build.options {
        PresetOptions::Node(_) | PresetOptions::Python(_) => made.workdir.clone(),
        PresetOptions::Static(_) if build.origin.is_none() => {
            made.layers.iter().flat_map(|layer| &layer.items).find_map(|item| match item {
                LayerItem::Copy(copy) => Some(copy.target.clone()),
                LayerItem::Folder { .. } | LayerItem::Text { .. } => None,
            })
        }
        PresetOptions::Static(_) | PresetOptions::Go(_) | PresetOptions::Rust(_) | PresetOptions::Java(_) => None,
    }
}

/// A folder and those that it is in, up to the context.
fn self_and_above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// A folder of the context, normalised: no `.`, no doubled or trailing `/`; empty for the context itself.
///
/// # Errors
/// A path that leads out of the context.
pub(crate) fn context_path(path: &str, span: Span) -> Result<String, Diagnostic> {
    strange_path(path, span).map_or(Ok(()), Err)?;
    join_path("", path).ok_or_else(|| {
        Diagnostic::error(span, format!("`{path}` leads out of the context"))
            .with_help("name a folder inside the folder that is built, such as `./cmd/api`")
    })
}

/// A folder of the context and a name in it.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A folder of the context with all that is in it, as a pattern: the context itself has no name.
pub(crate) fn whole(folder: &str) -> String {
    if folder.is_empty() { "**".to_owned() } else { folder.to_owned() }
}

/// A folder of the context as people are told of it.
pub(crate) fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// Whether a folder of the context is inside of another one, or the same.
pub(crate) fn is_within(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The environment that an image gives to what runs in it.
pub(crate) fn base_env(image: &crate::BaseImage) -> Vec<(String, String)> {
    crate::config::env_of(&image.config)
}

/// Sets a variable, wherever it stands.
pub(crate) fn set(env: &mut Vec<(String, String)>, name: &str, value: &str) {
    match env.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => value.clone_into(known),
        None => env.push((name.to_owned(), value.to_owned())),
    }
}

/// Sets several variables.
pub(crate) fn set_all(env: &mut Vec<(String, String)>, more: &[(String, String)]) {
    // An image may have thousands.
    let mut places: HashMap<String, usize> =
        env.iter().enumerate().map(|(place, (name, _))| (name.clone(), place)).collect();
    for (name, value) in more {
        match places.get(name).and_then(|place| env.get_mut(*place)) {
            Some((_, known)) => value.clone_into(known),
            None => {
                places.insert(name.clone(), env.len());
                env.push((name.clone(), value.clone()));
            }
        }
    }
}

/// Where a program stands in its image: `/api`, or in `/usr/local/bin` where the root has a folder of that name.
pub(crate) fn program_place(program: &str) -> String {
    if crate::contents::ROOT_FOLDERS.contains(&program) {
        format!("/usr/local/bin/{program}")
    } else {
        format!("/{program}")
    }
}
