//! The plan while it is made: its steps so far, and what is behind each name of the spec.
//!
//! What several parts of a plan need is planned once: a build, a stage or an image is remembered by its name, so its steps are there once, too.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use slipway_spec::model::{Address, Build, BuildUse, Dependencies, Image, NamedContext, Origin, Preset, StagePlatform};
use slipway_spec::visible::message;
use slipway_spec::{Chains, Diagnostic, Name, Span, Spanned, Spec, Template, strange_path};

use crate::arena::Arena;
use crate::final_image::FileSystem;
use crate::log::{Lack, Log, News, Part, Whole};
use crate::named_paths::{self, NamedPath, NamedPaths, Use};
use crate::presets::{self, Input, Made, context_path, join_path};
use crate::stage::StageMade;
use crate::{
    Args, BaseImage, CopyItem, Gate, ImageOrigin, NamedSource, Note, PlanError, Platform, Project, Read, Request,
    Source, Step, StepId, StepKind, Steps, Target,
};

/// A future that may start others of its own kind: names lead to names.
pub(crate) type Planning<'a, T> = Pin<Box<dyn Future<Output = Result<T, PlanError>> + 'a>>;

/// Plans while they are made: those of all targets for one platform.
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
    steps: RefCell<Arena>,
    log: RefCell<Log>,
    /// Takes the files that the project was asked for.
    take_read: &'a dyn Fn() -> Read,
    builds: RefCell<Vec<MadeBuild>>,
    stages: RefCell<BTreeMap<String, Known<Rc<StageMade>>>>,
    images: RefCell<BTreeMap<String, Known<Rc<FileSystem>>>>,
    contexts: RefCell<BTreeMap<String, Known<StepId>>>,
    checks: RefCell<BTreeMap<String, Known<()>>>,
    /// Where long chains of names are cut, and what is planned below them.
    chains: Option<Chains<'a>>,
    cut: RefCell<BTreeSet<usize>>,
    named: RefCell<NamedPaths>,
}

/// How often what is planned once is still asked for.
pub(crate) struct Uses {
    /// Images, by build: those that are still to be planned, and those that are not planned for themselves.
    builds: HashMap<*const Build, usize>,
    /// Images that others take files of.
    images: HashSet<String>,
}

impl Uses {
    /// What targets ask for.
    pub(crate) fn of<'t>(spec: &Spec, targets: impl Iterator<Item = Target<'t>>) -> Self {
        let mut builds = HashMap::new();
        let of_targets = targets.filter_map(|target| Some(Arc::as_ptr(&target.image()?.build.as_ref()?.build)));
        let named = spec.builds.iter().map(|(_, build)| Arc::as_ptr(build));
        of_targets.chain(named).for_each(|build| *builds.entry(build).or_default() += 1);
        let images = spec.addresses().filter_map(|address| match &address.origin {
            Origin::Named(Name::Image, name) => Some(name.value.clone()),
            _ => None,
        });
        Self { builds, images: images.collect() }
    }

    /// Takes one use of a build away; says whether it was the last.
    fn is_last(&mut self, build: &Arc<Build>) -> bool {
        self.builds.get_mut(&Arc::as_ptr(build)).is_some_and(|uses| {
            *uses = uses.saturating_sub(1);
            *uses == 0
        })
    }
}

/// Names that lead to names are followed so far by recursion.
const LONGEST: usize = 16;

/// What was planned once, or why it cannot be, and what there was to say about it.
type Known<T> = (Result<T, PlanError>, Part);

struct MadeBuild {
    build: Arc<Build>,
    dependencies: Dependencies,
    runtime: Option<String>,
    made: Known<Rc<Made>>,
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
        (project, take_read): (&'a P, &'a dyn Fn() -> Read),
        spec: &'a Spec,
        args: &Args,
        request: &'a Request,
        platform: &'a Platform,
        first: Target<'_>,
    ) -> Self {
        let mut steps = Arena::default();
        let (owner, name) = (first.label(), "[internal] load build context".to_owned());
        let context = steps.add(Step { owner, name, span: first.span(), kind: StepKind::Context });
        Self {
            project,
            spec,
            args: args.for_platform(request, platform),
            request,
            platform,
            context,
            steps: RefCell::new(steps),
            log: RefCell::default(),
            take_read,
            builds: RefCell::default(),
            stages: RefCell::default(),
            images: RefCell::default(),
            contexts: RefCell::default(),
            checks: RefCell::default(),
            chains: Chains::of(spec, LONGEST),
            cut: RefCell::default(),
            named: RefCell::default(),
        }
    }

    /// All there is to say about a part, and about what it needs.
    pub(crate) fn whole(&self, part: Part) -> Whole {
        self.log.borrow().whole(part)
    }

    /// What there is to say about a part, and about what it needs, that was said of no other.
    pub(crate) fn news(&self, part: Part) -> News {
        self.log.borrow_mut().news(part)
    }

    /// Takes back that something was said: the target that it was said of has no plan.
    pub(crate) fn unsaid(&self, news: &News) {
        self.log.borrow_mut().untold(news);
    }

    /// Whether a part, or one that it needs, names a path at which there is nothing.
    pub(crate) fn lack(&self, part: Part, news: &News) -> Lack {
        let named = self.named.borrow();
        self.log.borrow_mut().lack(part, news, |number| match named.lacks(number) {
            None => Lack::Nothing,
            Some(Use::Source) => Lack::Source,
            Some(_) => Lack::Path,
        })
    }

    /// The steps of a target that no other needed.
    pub(crate) fn new_steps(&self, result: StepId, news: &News) -> Vec<Arc<Step>> {
        self.steps.borrow_mut().news(news.gates.iter().copied().chain([result]))
    }

    /// Forgets what was planned for a target alone, and the steps that nothing else needs.
    pub(crate) fn forget(&self, target: Target<'_>, uses: &mut Uses) {
        if let Target::Image { name, variant, image } = target {
            if let Some(build) = image.build.as_ref().map(|used| &used.build).filter(|build| uses.is_last(build)) {
                self.builds.borrow_mut().retain(|made| !Arc::ptr_eq(&made.build, build));
            }
            if variant.is_none() && !uses.images.contains(&name.value) {
                self.images.borrow_mut().remove(&name.value);
            }
        }
        if self.steps.borrow().is_due() {
            let mut ends = vec![self.context];
            for made in self.builds.borrow().iter().filter_map(|made| made.made.0.as_ref().ok()) {
                ends.extend(made.steps());
            }
            ends.extend(self.stages.borrow().values().filter_map(|(stage, _)| Some(stage.as_ref().ok()?.root)));
            ends.extend(self.images.borrow().values().filter_map(|(image, _)| Some(image.as_ref().ok()?.step)));
            ends.extend(self.contexts.borrow().values().filter_map(|(context, _)| context.as_ref().ok().copied()));
            self.steps.borrow_mut().keep(ends);
        }
    }

    /// The steps of a target.
    pub(crate) fn finish(&self, result: StepId, whole: &Whole) -> Steps {
        let ends = whole.gates.iter().map(|gate| gate.step).chain([result]);
        self.steps.borrow().needed(ends)
    }

    /// From now on nobody asks which files were looked at for which target.
    pub(crate) fn keep_no_files(&self) {
        self.log.borrow_mut().keep_no_files();
    }

    /// The arguments that were looked at, where nobody asks for which target.
    pub(crate) fn used_args(&self) -> BTreeSet<String> {
        self.log.borrow().used_args()
    }

    /// Plans something apart, so that what there is to say about it is kept with it.
    pub(crate) async fn apart<T>(&self, planning: impl Future<Output = Result<T, PlanError>>) -> Known<T> {
        self.looked_at();
        self.log.borrow_mut().begin();
        let made = planning.await;
        let made = made.and_then(|made| Ok(self.steps.borrow().check().map(|()| made)?));
        self.looked_at();
        (made, self.log.borrow_mut().end())
    }

    /// Plans something once.
    pub(crate) async fn once<T: Clone>(
        &self,
        known: &RefCell<BTreeMap<String, Known<T>>>,
        name: &str,
        planning: impl Future<Output = Result<T, PlanError>>,
    ) -> Result<T, PlanError> {
        let found = known.borrow().get(name).cloned();
        if let Some((made, part)) = found {
            self.log.borrow_mut().again(part);
            return made;
        }
        let made = self.apart(planning).await;
        known.borrow_mut().insert(name.to_owned(), made.clone());
        made.0
    }

    /// What was looked at until now belongs to what is being planned.
    fn looked_at(&self) {
        self.log.borrow_mut().looked_at(self.args.take_used(), &(self.take_read)());
    }

    /// Plans what is far down the chains of a name, so that the rest can be followed by recursion. What is wrong there is said when it is needed.
    pub(crate) async fn shorten(&self, kind: Name, name: &str) -> Result<(), PlanError> {
        let Some(chains) = &self.chains else { return Ok(()) };
        let cuts = chains.cuts_below(kind, name, &mut self.cut.borrow_mut());
        for (kind, name) in cuts {
            let name = Spanned::new(name.to_owned(), Span::START);
            let (made, _) = self.apart(async { self.named(kind, &name).await.map(|_| ()) }).await;
            if let Err(error @ PlanError::Project(_)) = made {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Notes a path that the spec names, so that it is said if there is nothing.
    fn name_path(&self, named: NamedPath) {
        let number = self.named.borrow_mut().add(named);
        self.log.borrow_mut().named(number);
    }

    /// The same for a path of the main context.
    pub(crate) fn name_context_path(&self, used: Use, path: &str, span: Span) {
        let (path, written) = (format!("/{path}"), path.to_owned());
        self.name_path(NamedPath { used, step: self.context, path, name: None, written, span });
    }

    /// What is wrong with paths that were named.
    ///
    /// # Errors
    /// The project cannot be asked.
    pub(crate) async fn missing(&self, numbers: &[usize]) -> Result<Vec<(Use, Diagnostic)>, PlanError> {
        let new = self.named.borrow().unseen(numbers);
        if !new.is_empty() {
            let named = new.iter().map(|(_, named)| named.step);
            let steps = self.steps.borrow().near(named, named_paths::MAX_DEPTH);
            let found = named_paths::missing(self, &steps, &new).await?;
            self.named.borrow_mut().seen(&new, found);
        }
        Ok(self.named.borrow().found(numbers))
    }

    /// Adds a step that belongs to something of the spec.
    pub(crate) fn add(&self, owner: &str, name: impl Into<String>, span: Span, kind: StepKind) -> StepId {
        self.steps.borrow_mut().add(Step { owner: owner.to_owned(), name: name.into(), span, kind })
    }

    /// Whether there is room for more steps.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn has_room(&self) -> Result<(), Diagnostic> {
        self.steps.borrow().check()
    }

    /// Says why something is as it is.
    pub(crate) fn note(&self, owner: &str, text: impl Into<String>, span: Span) {
        let text = message(&text.into()).into_owned();
        self.log.borrow_mut().note(Note { owner: owner.to_owned(), text, span });
    }

    /// Warns of something that does not keep the plan from being made.
    pub(crate) fn warn(&self, found: Diagnostic) {
        self.log.borrow_mut().warn(found);
    }

    /// Makes the result depend on a step that is no part of it.
    pub(crate) fn gate(&self, name: impl Into<String>, step: StepId, span: Span) {
        self.log.borrow_mut().gate(Gate { name: name.into(), step, span });
    }

    /// Plans the checks of the whole repository that every image waits for.
    pub(crate) async fn repository_checks(&self) -> Result<(), PlanError> {
        self.once(&self.checks, "", crate::repository_checks::plan(self)).await
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
            let found = self.builds.borrow().iter().find(known).map(|known| known.made.clone());
            if let Some((made, part)) = found {
                self.log.borrow_mut().again(part);
                return made;
            }
            let made = self.apart(self.make(name, build, dependencies, runtime.clone())).await;
            let result = made.0.clone();
            self.builds.borrow_mut().push(MadeBuild { build: Arc::clone(build), dependencies, runtime, made });
            result
        })
    }

    async fn make(
        &self,
        name: &str,
        build: &Build,
        dependencies: Dependencies,
        runtime: Option<String>,
    ) -> Result<Rc<Made>, PlanError> {
        let mut inputs = Vec::new();
        for (destination, address) in build.keys.inputs.iter() {
            let place = self.address(address, Use::Input).await?;
            let target = context_path(&destination.value, destination.span)?;
            inputs.push(Input { from: place.step, source: place.path, target: format!("/{target}") });
        }
        if let (Some(path), None) = (&build.source.path, &build.origin)
            && let Some(folder) = join_path("", &self.eval(path)?).filter(|folder| !folder.is_empty())
        {
            let is_static = build.preset.value == Preset::Static;
            self.name_context_path(if is_static { Use::Static } else { Use::Source }, &folder, path.span);
        }
        let cx = presets::Context { planner: self, name, build, inputs, dependencies, runtime };
        match presets::build(&cx).await {
            Ok(made) => Ok(Rc::new(made)),
            Err(PlanError::Project(error)) if error.is_about_file => {
                let found = Diagnostic::error(build.preset.span, error.message);
                Err(found.with_help("the build reads it to know what there is to do; if it is not needed, name it in `.dockerignore`").into())
            }
            Err(error) => Err(error),
        }
    }

    /// The files that an address leads to.
    pub(crate) fn address<'s>(&'s self, address: &'s Address, used: Use) -> Planning<'s, Place> {
        Box::pin(async move {
            let written = self.eval(&address.path)?;
            let (root, name) = match &address.origin {
                Origin::Context => {
                    let (step, span) = (self.context, address.path.span);
                    let path = format!("/{}", context_path(&written, span)?);
                    self.name_path(NamedPath { used, step, path: path.clone(), name: None, written, span });
                    return Ok(Place { step, path });
                }
                Origin::Named(kind, name) => (self.named(*kind, name).await?, name),
            };
            strange_path(&written, address.path.span).map_or(Ok(()), Err)?;
            let inside = join_path("", written.trim_start_matches('/')).ok_or_else(|| {
                Diagnostic::error(address.path.span, format!("`{written}` leads out of `{}`", name.value))
                    .with_help(format!("name a file of `{}`, as in `{}:/path`", name.value, name.value))
            })?;
            let path = format!("{}/{inside}", root.path.trim_end_matches('/'));
            let (name, span) = (Some(name.value.clone()), address.path.span);
            self.name_path(NamedPath { used, step: root.step, path: path.clone(), name, written: inside, span });
            Ok(Place { step: root.step, path })
        })
    }

    /// Where the addresses of a name start.
    async fn named(&self, kind: Name, name: &Spanned<String>) -> Result<Place, PlanError> {
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
                let (defined, image) = self.spec.images.get_entry(name).ok_or_else(nothing)?;
                Ok(root(self.image_of(defined, image).await?.step))
            }
            Name::Context => Ok(root(self.named_context(name).await?)),
            Name::Secret => Err(nothing().into()),
        }
    }

    /// A stage of the spec.
    pub(crate) fn stage<'s>(&'s self, name: &'s str) -> Planning<'s, Rc<StageMade>> {
        Box::pin(async move {
            let Some((defined, stage)) = self.spec.stages.get_entry(name) else {
                return Err(Diagnostic::error(Span::START, format!("there is no stage `{name}`")).into());
            };
            let planning = async { Ok(Rc::new(crate::stage::plan(self, defined, stage).await?)) };
            self.once(&self.stages, name, planning).await
        })
    }

    /// The file system of an image of the spec.
    pub(crate) fn image_of<'s>(&'s self, name: &'s Spanned<String>, image: &'s Image) -> Planning<'s, Rc<FileSystem>> {
        Box::pin(async move {
            let planning =
                async { Ok(Rc::new(crate::final_image::file_system(self, &name.value, image, name.span).await?)) };
            self.once(&self.images, &name.value, planning).await
        })
    }

    async fn named_context(&self, name: &Spanned<String>) -> Result<StepId, PlanError> {
        self.once(&self.contexts, &name.value, self.find_context(name)).await
    }

    async fn find_context(&self, name: &Spanned<String>) -> Result<StepId, PlanError> {
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
                    self.name_context_path(Use::Context, &path, template.span);
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
        Ok(step)
    }

    pub(crate) fn eval_option(&self, template: Option<&Template>) -> Result<Option<String>, Diagnostic> {
        template.map(|template| self.eval(template)).transpose()
    }

    /// Finds an image that the spec names.
    pub(crate) async fn image(&self, template: &Template, platform: &Platform) -> Result<BaseImage, PlanError> {
        let reference = self.eval(template)?;
        self.check_name(template, &reference)?;
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

    /// An image that an argument names is one of a registry, and never something of this file.
    pub(crate) fn check_name(&self, template: &Template, reference: &str) -> Result<(), Diagnostic> {
        let found = template.as_literal().is_none().then(|| self.spec.hidden_by_image(reference)).flatten();
        let Some((name, kind)) = found else { return Ok(()) };
        let message = format!(
            "this is `{reference}` with its arguments put in, an image of a registry; the {} `{name}` of this file has that name",
            kind.noun()
        );
        Err(Diagnostic::error(template.span, message).with_help(format!(
            "arguments do not lead to what this file makes, so write its name itself; the image of Docker Hub is `docker.io/library/{reference}`"
        )))
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
