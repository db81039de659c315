//! The plan while it is made: its steps so far, and what is behind each name of the spec.
//!
//! What several parts of a plan need is planned once: a build, a stage or an image is remembered by its name, so its steps are there once, too.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use slipway_spec::model::{Address, Build, BuildUse, Dependencies, NamedContext, Origin, Preset, StagePlatform};
use slipway_spec::{Diagnostic, Span, Spec, Template};

use crate::presets::{self, Input, Made, context_path, join_path};
use crate::stage::StageMade;
use crate::{
    Args, BaseImage, CopyItem, Gate, ImageOrigin, NamedSource, Note, PlanError, Platform, Project, Request, Source,
    StepId, StepKind, Steps,
};

/// A future that may start others of its own kind: names lead to names.
pub(crate) type Planning<'a, T> = Pin<Box<dyn Future<Output = Result<T, PlanError>> + 'a>>;

/// A plan while it is made.
pub(crate) struct Planner<'a, P> {
    /// The door to the outside.
    pub(crate) project: &'a P,
    pub(crate) spec: &'a Spec,
    /// What `${NAME}` stands for.
    pub(crate) args: Args,
    /// The command line.
    pub(crate) request: &'a Request,
    /// What the result is for.
    pub(crate) platform: &'a Platform,
    /// The main context.
    pub(crate) context: StepId,
    steps: RefCell<Steps>,
    notes: RefCell<Vec<Note>>,
    warnings: RefCell<Vec<Diagnostic>>,
    gates: RefCell<Vec<Gate>>,
    builds: RefCell<Vec<MadeBuild>>,
    stages: RefCell<BTreeMap<String, Rc<StageMade>>>,
    images: RefCell<BTreeMap<String, StepId>>,
    contexts: RefCell<BTreeMap<String, StepId>>,
}

struct MadeBuild {
    build: Arc<Build>,
    dependencies: Dependencies,
    runtime: Option<String>,
    made: Rc<Made>,
}

/// Files of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The step.
    pub(crate) step: StepId,
    /// The path of the files there.
    pub(crate) path: String,
}

impl<'a, P: Project> Planner<'a, P> {
    pub(crate) fn new(
        project: &'a P,
        spec: &'a Spec,
        args: &Args,
        request: &'a Request,
        platform: &'a Platform,
        (owner, span): (&str, Span),
    ) -> Self {
        let mut steps = Steps::default();
        let context = steps.add(owner, "[internal] load build context", span, StepKind::Context);
        Self {
            project,
            spec,
            args: args.for_platform(request, platform),
            request,
            platform,
            context,
            steps: RefCell::new(steps),
            notes: RefCell::default(),
            warnings: RefCell::default(),
            gates: RefCell::default(),
            builds: RefCell::default(),
            stages: RefCell::default(),
            images: RefCell::default(),
            contexts: RefCell::default(),
        }
    }

    /// What was planned: steps, notes, warnings and gates.
    pub(crate) fn finish(self) -> (Steps, Vec<Note>, Vec<Diagnostic>, Vec<Gate>) {
        let mut warnings = self.warnings.into_inner();
        warnings.sort_by_key(|found| found.primary.span);
        warnings.dedup();
        (self.steps.into_inner(), self.notes.into_inner(), warnings, self.gates.into_inner())
    }

    /// Adds a step that belongs to something of the spec.
    pub(crate) fn add(&self, owner: &str, name: impl Into<String>, span: Span, kind: StepKind) -> StepId {
        self.steps.borrow_mut().add(owner, name, span, kind)
    }

    /// Says why something is as it is.
    pub(crate) fn note(&self, owner: &str, text: impl Into<String>, span: Span) {
        let note = Note { owner: owner.to_owned(), text: text.into(), span };
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Warns of something that does not keep the plan from being made.
    pub(crate) fn warn(&self, found: Diagnostic) {
        self.warnings.borrow_mut().push(found);
    }

    /// Makes the result depend on a step that is no part of it.
    pub(crate) fn gate(&self, name: impl Into<String>, step: StepId, span: Span) {
        let mut gates = self.gates.borrow_mut();
        if !gates.iter().any(|gate| gate.step == step) {
            gates.push(Gate { name: name.into(), step, span });
        }
    }

    /// The value of a text of the spec.
    pub(crate) fn eval(&self, template: &Template) -> Result<String, Diagnostic> {
        template.eval(&self.args)
    }

    /// The platform that a stage runs on.
    pub(crate) fn platform_of(&self, platform: StagePlatform) -> &Platform {
        match platform {
            StagePlatform::Build => &self.request.build_platform,
            StagePlatform::Target => self.platform,
        }
    }

    /// What stands before the names of steps, where several platforms are built.
    pub(crate) fn prefix(&self, platform: &Platform) -> String {
        if self.request.multi_platform { format!("{platform} ") } else { String::new() }
    }

    /// What a build makes.
    pub(crate) fn build<'s>(
        &'s self,
        owner: &'s str,
        build: &'s BuildUse,
        dependencies: Dependencies,
        runtime: Option<&str>,
    ) -> Planning<'s, Rc<Made>> {
        let name = build.name.as_ref().map_or(owner, |name| name.value.as_str());
        self.made(name, &build.build, dependencies, runtime)
    }

    /// What a build of a name makes.
    pub(crate) fn made<'s>(
        &'s self,
        name: &'s str,
        build: &'s Arc<Build>,
        dependencies: Dependencies,
        runtime: Option<&str>,
    ) -> Planning<'s, Rc<Made>> {
        // Only an environment of Python leads to a place in the runtime.
        let runtime = runtime.filter(|_| build.preset.value == Preset::Python).map(str::to_owned);
        Box::pin(async move {
            let known = |known: &&MadeBuild| {
                known.build == *build && known.dependencies == dependencies && known.runtime == runtime
            };
            if let Some(known) = self.builds.borrow().iter().find(known) {
                return Ok(Rc::clone(&known.made));
            }
            let mut inputs = Vec::new();
            for (destination, address) in build.keys.inputs.iter() {
                let place = self.address(address).await?;
                let target = context_path(&destination.value, destination.span)?;
                inputs.push(Input { from: place.step, source: place.path, target: format!("/{target}") });
            }
            let cx = presets::Context { planner: self, name, build, inputs, dependencies, runtime };
            let made = Rc::new(presets::build(&cx).await?);
            let (build, runtime) = (Arc::clone(build), cx.runtime);
            self.builds.borrow_mut().push(MadeBuild { build, dependencies, runtime, made: Rc::clone(&made) });
            Ok(made)
        })
    }

    /// The files that an address leads to.
    pub(crate) fn address<'s>(&'s self, address: &'s Address) -> Planning<'s, Place> {
        Box::pin(async move {
            let written = self.eval(&address.path)?;
            let (root, name) = match &address.origin {
                Origin::Context => {
                    let path = context_path(&written, address.path.span)?;
                    return Ok(Place { step: self.context, path: format!("/{path}") });
                }
                Origin::Named(kind, name) => (self.named(*kind, name).await?, name),
            };
            let inside = join_path("", written.trim_start_matches('/')).ok_or_else(|| {
                Diagnostic::error(address.path.span, format!("`{written}` leads out of `{}`", name.value))
                    .with_help(format!("name a file of `{}`, as in `{}:/path`", name.value, name.value))
            })?;
            Ok(Place { step: root.step, path: format!("{}/{inside}", root.path.trim_end_matches('/')) })
        })
    }

    /// Where the addresses of a name start.
    async fn named(&self, kind: slipway_spec::Name, name: &slipway_spec::Spanned<String>) -> Result<Place, PlanError> {
        use slipway_spec::Name;
        let root = |step| Place { step, path: "/".to_owned() };
        // The reader of the spec has checked that names lead somewhere.
        let nothing = || Diagnostic::error(name.span, format!("there is no {} `{}`", kind.noun(), name.value));
        match kind {
            Name::Build => {
                let build = self.spec.builds.get(name).ok_or_else(nothing)?;
                Ok(root(self.made(name, build, Dependencies::Production, None).await?.output))
            }
            Name::Stage => {
                let stage = self.stage(name).await?;
                Ok(Place { step: stage.root, path: stage.output.clone() })
            }
            Name::Image => {
                if let Some(known) = self.images.borrow().get(&name.value) {
                    return Ok(root(*known));
                }
                let (defined, image) = self.spec.images.get_entry(name).ok_or_else(nothing)?;
                let step = crate::final_image::file_system(self, &defined.value, image, defined.span).await?.step;
                self.images.borrow_mut().insert(name.value.clone(), step);
                Ok(root(step))
            }
            Name::Context => Ok(root(self.named_context(name).await?)),
            Name::Secret => Err(nothing().into()),
        }
    }

    /// A stage of the spec.
    pub(crate) fn stage<'s>(&'s self, name: &'s str) -> Planning<'s, Rc<StageMade>> {
        Box::pin(async move {
            if let Some(known) = self.stages.borrow().get(name) {
                return Ok(Rc::clone(known));
            }
            let Some((defined, stage)) = self.spec.stages.get_entry(name) else {
                return Err(Diagnostic::error(Span::START, format!("there is no stage `{name}`")).into());
            };
            let made = Rc::new(crate::stage::plan(self, defined, stage).await?);
            self.stages.borrow_mut().insert(name.to_owned(), Rc::clone(&made));
            Ok(made)
        })
    }

    async fn named_context(&self, name: &slipway_spec::Spanned<String>) -> Result<StepId, PlanError> {
        if let Some(known) = self.contexts.borrow().get(&name.value) {
            return Ok(*known);
        }
        let Some((defined, context)) = self.spec.contexts.get_entry(name) else {
            return Err(Diagnostic::error(name.span, format!("there is no context `{}`", name.value)).into());
        };
        let title = format!("[context {}]", defined.value);
        let owner = defined.value.as_str();
        let given = self.project.named_context(owner, self.platform).await.map_err(|error| {
            Diagnostic::error(defined.span, format!("`--build-context {owner}=…` cannot be used: {error}"))
        })?;
        let step = match given {
            Some(NamedSource::Files(source)) => {
                self.add(owner, format!("{title} {}", describe(&source)), defined.span, StepKind::Source(source))
            }
            Some(NamedSource::Image(image)) => self.base(owner, &title, image, self.platform, defined.span),
            None => match context {
                NamedContext::Git { url, reference, subdir, checksum } => {
                    let subdir = self.eval_option(subdir.as_ref())?;
                    let (commit, wanted) =
                        (self.eval_option(reference.as_ref())?, self.eval_option(checksum.as_ref())?);
                    // An engine that has the commit already does not compare any more.
                    if let (Some(commit), Some(wanted), Some(template)) = (&commit, &wanted, checksum)
                        && is_commit(commit)
                        && !commit.starts_with(wanted.as_str())
                    {
                        let message = format!("`checksum` is `{wanted}`, but `ref` is the commit {commit}");
                        return Err(Diagnostic::error(template.span, message)
                            .with_help("change one of the two")
                            .into());
                    }
                    let source = Source::Git { url: self.eval(url)?, reference: commit, subdir, checksum: wanted };
                    self.add(owner, format!("{title} {}", describe(&source)), defined.span, StepKind::Source(source))
                }
                NamedContext::Http { url, checksum } => {
                    let source = Source::Http { url: self.eval(url)?, checksum: self.eval_option(checksum.as_ref())? };
                    self.add(owner, format!("{title} {}", describe(&source)), defined.span, StepKind::Source(source))
                }
                NamedContext::Image(template) => {
                    let image = self.image(template, self.platform).await?;
                    self.base(owner, &title, image, self.platform, defined.span)
                }
                NamedContext::Path(template) => {
                    let path = context_path(&self.eval(template)?, template.span)?;
                    let item = CopyItem {
                        from: self.context,
                        source: format!("/{path}"),
                        target: "/".to_owned(),
                        include: Vec::new(),
                        exclude: Vec::new(),
                    };
                    let kind = StepKind::Select { items: vec![item] };
                    self.add(owner, format!("{title} COPY ./{path}"), defined.span, kind)
                }
            },
        };
        self.contexts.borrow_mut().insert(name.value.clone(), step);
        Ok(step)
    }

    pub(crate) fn eval_option(&self, template: Option<&Template>) -> Result<Option<String>, Diagnostic> {
        template.map(|template| self.eval(template)).transpose()
    }

    /// Finds an image that the spec names.
    pub(crate) async fn image(&self, template: &Template, platform: &Platform) -> Result<BaseImage, PlanError> {
        let reference = self.eval(template)?;
        if reference == "scratch" {
            return Ok(scratch());
        }
        self.project.image(&reference, platform).await.map_err(|error| {
            Diagnostic::error(template.span, format!("cannot get the image `{reference}` for {platform}: {error}"))
                .with_help(format!(
                    "check the name and the platform, or name another image with `--build-context {reference}=docker-image://…`"
                ))
                .into()
        })
    }

    /// Adds an image that steps start from.
    pub(crate) fn base(&self, owner: &str, title: &str, image: BaseImage, platform: &Platform, span: Span) -> StepId {
        let name = format!("{title} FROM {}", image.name);
        self.add(owner, name, span, StepKind::Base { image, platform: platform.clone() })
    }
}

/// Nothing, as an image.
pub(crate) fn scratch() -> BaseImage {
    BaseImage { name: "scratch".to_owned(), origin: ImageOrigin::Scratch, config: serde_json::json!({}) }
}

/// Whether a text is the whole name of a commit.
fn is_commit(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn describe(source: &Source) -> String {
    match source {
        Source::Git { url, reference, .. } => match reference {
            Some(reference) => format!("{url}#{reference}"),
            None => url.clone(),
        },
        Source::Http { url, .. } => url.clone(),
        Source::Local { name } | Source::Input { name } => format!("load from {name}"),
    }
}
