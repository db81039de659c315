//! A plan while it is made: what it is made of, its steps so far, and what there is to say of it. Everything that plans
//! writes to one; nothing in it knows who does.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use slipway_spec::model::{Address, Origin, StagePlatform};
use slipway_spec::visible::message;
use slipway_spec::{Diagnostic, Name, Span, Spanned, Spec, Template, join_path, strange_path};

use crate::any_project::AnyProject;
use crate::arena::Arena;
use crate::image::{BaseImage, scratch};
use crate::log::{Lack, Log, News, Part, Whole};
use crate::named_paths::{self, NamedPath, NamedPaths, Use};
use crate::paths::context_path;
use crate::plan::{Gate, Note};

use crate::request::Request;
use crate::step::{Step, StepId, StepKind, StepPath, Steps};
use crate::{Args, PlanError, Platform};

/// What was planned once, or why it cannot be, and what there was to say about it.
pub(crate) type Known<T> = (Result<T, PlanError>, Part);

/// Plans while they are made: those of all targets for one platform.
pub(crate) struct Draft<'a> {
    /// The door to the outside.
    pub(crate) project: &'a AnyProject<'a>,
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
    named: RefCell<NamedPaths>,
    /// Where the addresses of each name start that was planned so far.
    roots: RefCell<BTreeMap<(Name, String), Known<StepPath>>>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(
        project: &'a AnyProject<'a>,
        spec: &'a Spec,
        args: &Args,
        request: &'a Request,
        platform: &'a Platform,
        first: (&str, Span),
    ) -> Self {
        let mut steps = Arena::default();
        let ((owner, span), name) = (first, "[internal] load build context".to_owned());
        let context = steps.add(Step { owner: owner.to_owned(), name, span, kind: StepKind::Context });
        Self {
            project,
            spec,
            args: args.for_platform(request, platform),
            request,
            platform,
            context,
            steps: RefCell::new(steps),
            log: RefCell::default(),
            named: RefCell::default(),
            roots: RefCell::default(),
        }
    }

    /// Begins something that is planned apart, so that what there is to say about it is kept with it.
    pub(crate) fn begin(&self) {
        self.looked_at();
        self.log.borrow_mut().begin();
    }

    /// Ends what was begun last. It is an error if there was no room for its steps.
    pub(crate) fn end<T>(&self, made: Result<T, PlanError>) -> Known<T> {
        let made = made.and_then(|made| Ok(self.has_room().map(|()| made)?));
        self.looked_at();
        (made, self.log.borrow_mut().end())
    }

    /// What was planned before, with what there is to say about it.
    pub(crate) fn again<T>(&self, (made, part): Known<T>) -> Result<T, PlanError> {
        self.log.borrow_mut().again(part);
        made
    }

    /// What was looked at until now belongs to what is being planned.
    fn looked_at(&self) {
        self.log.borrow_mut().looked_at(self.args.take_used(), &self.project.take_asked());
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

    /// Forgets the steps that nothing needs, where there are many: what still is needed are these, and where the
    /// addresses of names start.
    pub(crate) fn forget_all_but(&self, needed: impl FnOnce() -> Vec<StepId>) {
        if self.steps.borrow().is_due() {
            let roots = self.roots.borrow();
            let roots = roots.values().filter_map(|(root, _)| Some(root.as_ref().ok()?.step));
            self.steps.borrow_mut().keep(roots.chain([self.context]).chain(needed()));
        }
    }

    /// From now on nobody asks which files were looked at for which target.
    pub(crate) fn keep_no_files(&self) {
        self.log.borrow_mut().keep_no_files();
    }

    /// The arguments that were looked at, where nobody asks for which target.
    pub(crate) fn used_args(&self) -> BTreeSet<String> {
        self.log.borrow().used_args()
    }

    /// The steps of a target.
    pub(crate) fn finish(&self, result: StepId, whole: &Whole) -> Steps {
        let ends = whole.gates.iter().map(|gate| gate.step).chain([result]);
        self.steps.borrow().needed(ends)
    }

    /// Whether it is known where the addresses of a name start.
    pub(crate) fn has_root(&self, kind: Name, name: &str) -> bool {
        self.roots.borrow().contains_key(&(kind, name.to_owned()))
    }

    /// Says where the addresses of a name start.
    pub(crate) fn set_root(&self, kind: Name, name: &str, root: Known<StepPath>) {
        self.roots.borrow_mut().insert((kind, name.to_owned()), root);
    }

    /// Where the addresses of a name start, which was planned before.
    fn root(&self, kind: Name, name: &Spanned<String>) -> Result<StepPath, PlanError> {
        let known = self.roots.borrow().get(&(kind, name.value.clone())).cloned();
        match known {
            Some(known) => self.again(known),
            // The reader of the spec has checked that names lead somewhere.
            None => Err(Diagnostic::error(name.span, format!("there is no {} `{}`", kind.noun(), name.value)).into()),
        }
    }

    /// The files that an address leads to. What it names was planned before.
    ///
    /// # Errors
    /// What it names cannot be planned, or the path leads out of it.
    pub(crate) fn address(&self, address: &Address, used: Use) -> Result<StepPath, PlanError> {
        let written = self.eval(&address.path)?;
        let (root, name) = match &address.origin {
            Origin::Context => {
                let (step, span) = (self.context, address.path.span);
                let path = format!("/{}", context_path(&written, span)?);
                self.name_path(NamedPath { used, step, path: path.clone(), name: None, written, span });
                return Ok(StepPath { step, path });
            }
            Origin::Named(kind, name) => (self.root(*kind, name)?, name),
        };
        strange_path(&written, address.path.span).map_or(Ok(()), Err)?;
        let inside = join_path("", written.trim_start_matches('/')).ok_or_else(|| {
            Diagnostic::error(address.path.span, format!("`{written}` leads out of `{}`", name.value))
                .with_help(format!("name a file of `{}`, as in `{}:/path`", name.value, name.value))
        })?;
        let path = format!("{}/{inside}", root.path.trim_end_matches('/'));
        let (name, span) = (Some(name.value.clone()), address.path.span);
        self.name_path(NamedPath { used, step: root.step, path: path.clone(), name, written: inside, span });
        Ok(StepPath { step: root.step, path })
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
            let found = named_paths::missing(self.project, &steps, &new).await?;
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

    /// The value of a text of the spec.
    pub(crate) fn eval(&self, template: &Template) -> Result<String, Diagnostic> {
        template.eval(&self.args)
    }

    /// The value of a text that may be absent.
    pub(crate) fn eval_option(&self, template: Option<&Template>) -> Result<Option<String>, Diagnostic> {
        template.map(|template| self.eval(template)).transpose()
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
    ///
    /// # Errors
    /// Something of this file has the name.
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
