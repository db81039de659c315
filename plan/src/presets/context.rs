//! The input of every preset: a part of the spec, the project's files, and the plan to add to.

use slipway_project::excluded_files;
use slipway_spec::model::{Build, Check, Dependencies, Distro};
use slipway_spec::{Diagnostic, Span, Spanned, Template, join_path};

use crate::any_project::AnyProject;
use crate::contents::Manager;
use crate::draft::Draft;
use crate::output::{CheckStep, OutputLayer};
use crate::packages::Packages;
use crate::paths::{context_path, in_folder};
use crate::purpose::Purpose;
use crate::step::StepPath;
use crate::traced::Traced;
use crate::{CopyItem, LayerItem, PlanError, Platform, Request, StepId, StepKind};

/// The system packages of a build.
pub(crate) struct BuildPackages {
    /// Those of its steps.
    pub(crate) build: Packages,
    /// Those of its images, which checks also need.
    pub(crate) runtime: Packages,
}

impl BuildPackages {
    /// The packages that the spec names for a build. The package managers of its steps are found with their images.
    pub(crate) fn of(draft: &mut Draft<'_>, build: &Build) -> Result<Self, PlanError> {
        let written = &build.packages;
        let mut of = |list| Packages::of(draft, Manager::Unknown, list, [&written.repositories]);
        Ok(Self { build: of(&written.build)?, runtime: of(&written.runtime)? })
    }
}

/// The input of every preset.
pub(crate) struct Context<'b, 'd> {
    /// The plan to which steps are added.
    pub(crate) draft: &'b mut Draft<'d>,
    /// The build's name in messages and progress: its own, or its image's.
    pub(crate) name: &'b str,
    /// The build in the spec.
    pub(crate) build: &'b Build,
    /// Its system packages.
    pub(crate) packages: BuildPackages,
    /// Files from elsewhere that are laid over the source; their destinations are paths from the root of the main
    /// context: `/edge/src/gen`.
    pub(crate) inputs: Vec<CopyItem>,
    /// Files that `run` steps of the build have written, which are laid over these.
    pub(crate) written: Vec<CopyItem>,
    /// The files that it consists of, if they do not come from the context.
    pub(crate) origin: Option<StepPath>,
    /// The dependencies that the image includes.
    pub(crate) dependencies: Dependencies,
    /// How they are traced, if they are.
    pub(crate) traced: Option<Traced>,
    /// The word or image in the image's `runtime`, for presets whose result depends on it.
    pub(crate) runtime: Option<String>,
    /// What its output is for.
    pub(crate) purpose: Purpose,
    /// The location of its steps.
    pub(crate) span: Span,
    /// Whether all checks are planned, as for their targets; otherwise only gates are.
    pub(crate) all_checks: bool,
    /// The checks that were planned for their targets.
    pub(crate) checked: Vec<CheckStep>,
    /// The Debian release of the toolchain, if the spec names one.
    pub(crate) distro: Option<Spanned<Distro>>,
    /// The image of the toolchain, if the spec names one.
    pub(crate) image: Option<Spanned<String>>,
}

impl<'b, 'd> Context<'b, 'd> {
    /// The access to the outside.
    pub(crate) fn project(&self) -> &'d AnyProject<'d> {
        self.draft.project
    }

    /// The options of the command line.
    pub(crate) fn request(&self) -> &'d Request {
        self.draft.request
    }

    /// The platform of the program.
    pub(crate) fn target(&self) -> &'d Platform {
        self.draft.platform
    }

    /// The main context.
    pub(crate) fn context(&self) -> StepId {
        self.draft.context
    }

    /// The location of the preset in the spec, for findings about the project's own files.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Adds a step of this build.
    pub(crate) fn add(&mut self, name: impl Into<String>, span: Span, kind: impl Into<StepKind>) -> StepId {
        self.draft.add(self.name, name, span, kind)
    }

    /// Adds a note that explains a decision, such as which file determined the version or the tool. Shown by
    /// `--call=plan`.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.draft.note(self.name, text, self.span());
    }

    /// The value of a text of the spec.
    pub(crate) fn eval(&mut self, template: &Template) -> Result<String, Diagnostic> {
        self.draft.eval(template)
    }

    /// The value of an optional text.
    pub(crate) fn eval_or(&mut self, template: Option<&Template>, default: &str) -> Result<String, Diagnostic> {
        template.map_or_else(|| Ok(default.to_owned()), |template| self.eval(template))
    }

    /// The value of an option, with its location.
    pub(crate) fn eval_option(&mut self, template: Option<&Template>) -> Result<Option<Spanned<String>>, Diagnostic> {
        template.map(|template| Ok(Spanned::new(self.eval(template)?, template.span))).transpose()
    }

    /// The values of a list.
    pub(crate) fn eval_all<'t>(
        &mut self,
        list: impl IntoIterator<Item = &'t Template>,
    ) -> Result<Vec<String>, Diagnostic> {
        list.into_iter().map(|template| self.eval(template)).collect()
    }

    /// The same, each value with its location.
    pub(crate) fn eval_words(&mut self, list: &[Template]) -> Result<Vec<Spanned<String>>, Diagnostic> {
        list.iter().map(|template| Ok(Spanned::new(self.eval(template)?, template.span))).collect()
    }

    /// The checks to plan.
    pub(crate) fn checks(&self) -> impl Iterator<Item = (&'b Spanned<String>, &'b Check)> + use<'b> {
        let all = self.all_checks;
        // A developer runs them in the container.
        let develops = self.purpose == Purpose::Develop;
        self.build.keys.checks.iter().filter(move |(_, check)| all || check.gate && !develops)
    }

    /// Records the step of a check: images wait for it if it is a gate. `alike` is the step without what only saves
    /// time.
    pub(crate) fn add_check(&mut self, name: &Spanned<String>, step: StepId, alike: StepId) {
        if self.all_checks {
            self.checked.push(CheckStep { name: name.value.clone(), step, alike });
        } else {
            self.draft.gate(format!("{}/{}", self.name, name.value), step, name.span);
        }
    }

    /// The build's source folder: normalized, and empty for the context itself.
    pub(crate) fn source_folder(&mut self) -> Result<String, Diagnostic> {
        match &self.build.source.path {
            Some(path) => context_path(&self.eval(path)?, path.span),
            None => Ok(String::new()),
        }
    }

    /// The build's `source.include` or `source.exclude`, relative to the context.
    pub(crate) fn patterns(&mut self, folder: &str, patterns: &[Template]) -> Result<Vec<String>, Diagnostic> {
        let in_context = |pattern: &Template| {
            let written = self.eval(pattern)?;
            if written.split('/').all(|part| part != "..") {
                return Ok(in_folder(folder, written.trim_start_matches("./")));
            }
            join_path(folder, &written).ok_or_else(|| {
                Diagnostic::error(pattern.span, format!("`{written}` is outside the context")).with_help(
                    "build from a folder that contains these files as well, and set `source:` to the build's folder",
                )
            })
        };
        patterns.iter().map(in_context).collect()
    }

    /// Patterns of files in `install.include`, which the dependency step gets.
    pub(crate) fn installed_with(&mut self) -> Result<Vec<String>, Diagnostic> {
        let include = self.build.keys.install.as_ref().map_or(&[][..], |install| &install.include);
        let folder = self.source_folder()?;
        self.patterns(&folder, include)
    }

    /// Files of the main context at the same paths; all files if there are no patterns.
    pub(crate) fn files(&self, include: Vec<String>, exclude: Vec<String>) -> CopyItem {
        CopyItem::all(self.context()).including(include).excluding(exclude)
    }

    /// The same for source folders: without files of environment variables, which usually contain secrets, except those
    /// that a pattern names.
    pub(crate) fn sources(&self, include: Vec<String>, mut exclude: Vec<String>) -> CopyItem {
        exclude.extend(excluded_files::without_env_files(&include));
        self.files(include, exclude)
    }

    /// A step with files of the main context at the same paths, with [`Self::laid_over`] over them.
    pub(crate) fn select(&mut self, name: impl Into<String>, include: Vec<String>, exclude: Vec<String>) -> StepId {
        let files = self.sources(include, exclude);
        self.select_items(name, vec![files])
    }

    /// A step with these files, with [`Self::laid_over`] over them.
    pub(crate) fn select_items(&mut self, name: impl Into<String>, mut items: Vec<CopyItem>) -> StepId {
        items.extend(self.laid_over().cloned());
        self.add(name, self.span(), items)
    }

    /// A layer for images of this build. `how` is its description in the history.
    pub(crate) fn layer(&self, what: String, how: impl Into<String>, items: Vec<LayerItem>) -> OutputLayer {
        OutputLayer { what, how: how.into(), span: self.span(), items }
    }

    /// What is laid over the sources: the build's `inputs`, and what its `run` steps have written.
    pub(crate) fn laid_over(&self) -> impl Iterator<Item = &CopyItem> {
        self.inputs.iter().chain(&self.written)
    }

    /// Whether something is laid over the sources in the end.
    pub(crate) fn gets_more(&self) -> bool {
        !self.inputs.is_empty() || !self.build.keys.run.is_empty()
    }

    /// The name of a compile cache on the engine, such as `slipway/go-build/example.com/shop/linux/arm64/1.24`. Each
    /// project has its own compile cache, so commands of one project do not change what another is compiled from.
    pub(crate) fn cache_id(&self, kind: &str, project: &str, platform: &Platform, toolchain: &str) -> String {
        format!("slipway/{kind}/{project}/{platform}/{toolchain}")
    }

    /// The name of a compile cache that all projects share: only for steps that run no command of a spec, with entries
    /// that are told apart by everything that they are made from.
    pub(crate) fn shared_cache_id(&self, kind: &str, platform: &Platform, toolchain: &str) -> String {
        format!("slipway/{kind}/{platform}/{toolchain}")
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
