//! A plan under construction: its inputs, its steps so far, and its notes and warnings. All planning code adds to a
//! draft; the draft does not know that code.

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

use crate::evaluator::Evaluator;
use crate::request::Request;
use crate::step::{Step, StepId, StepKind, StepPath, Steps};
use crate::{Args, PlanError, Platform};

/// A planned part, or its error, with its notes and warnings.
pub(crate) type Known<T> = (Result<T, PlanError>, Part);

/// Plans under construction: those of all targets for one platform.
pub(crate) struct Draft<'a> {
    /// Access to the outside.
    pub(crate) project: &'a AnyProject<'a>,
    pub(crate) spec: &'a Spec,
    /// The values of `${NAME}`, and which of them were used.
    pub(crate) evaluator: Evaluator,
    /// The options of the command line.
    pub(crate) request: &'a Request,
    /// The platform of the result.
    pub(crate) platform: &'a Platform,
    /// The main context.
    pub(crate) context: StepId,
    steps: Arena,
    log: Log,
    named: NamedPaths,
    /// The outputs that addresses of each planned name refer to.
    roots: BTreeMap<(Name, String), Known<StepPath>>,
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
            evaluator: Evaluator::new(args.for_platform(request, platform)),
            request,
            platform,
            context,
            steps,
            log: Log::default(),
            named: NamedPaths::default(),
            roots: BTreeMap::new(),
        }
    }

    /// Starts a part that is planned separately, so that its notes and warnings are recorded with it.
    pub(crate) fn begin(&mut self) {
        self.looked_at();
        self.log.begin();
    }

    /// Ends the part that was started last. It is an error if its steps did not fit.
    pub(crate) fn end<T>(&mut self, made: Result<T, PlanError>) -> Known<T> {
        let made = made.and_then(|made| Ok(self.has_room().map(|()| made)?));
        self.looked_at();
        (made, self.log.end())
    }

    /// A part that was planned before, with its notes and warnings.
    pub(crate) fn again<T>(&mut self, (made, part): Known<T>) -> Result<T, PlanError> {
        self.log.again(part);
        made
    }

    /// Drops the notes and warnings of the part that was planned last, which makes no difference.
    pub(crate) fn not_again(&mut self) {
        self.log.not_again();
    }

    /// Assigns the files that were read until now to the current part.
    fn looked_at(&mut self) {
        self.log.looked_at(self.evaluator.take_used(), &self.project.take_asked());
    }

    /// The notes and warnings of a part, and of the parts that it needs.
    pub(crate) fn whole(&self, part: Part) -> Whole {
        self.log.whole(part)
    }

    /// The same, without those that were already reported for another target.
    pub(crate) fn news(&mut self, part: Part) -> News {
        self.log.news(part)
    }

    /// Undoes that notes and warnings were reported, because their target has no plan.
    pub(crate) fn unsaid(&mut self, news: &News) {
        self.log.untold(news);
    }

    /// Whether a part, or one that it needs, refers to a path that does not exist.
    pub(crate) fn lack(&mut self, part: Part, news: &News) -> Lack {
        let named = &self.named;
        self.log.lack(part, news, |number| match named.lacks(number) {
            None => Lack::Nothing,
            Some(Use::Source) => Lack::Source,
            Some(_) => Lack::Path,
        })
    }

    /// The steps of a target that no other one needed.
    pub(crate) fn new_steps(&mut self, result: StepId, news: &News) -> Vec<Arc<Step>> {
        self.steps.news(news.gates.iter().copied().chain([result]))
    }

    /// Drops unneeded steps if there are many. These steps and the outputs of names are still needed.
    pub(crate) fn forget_all_but(&mut self, needed: impl FnOnce() -> Vec<StepId>) {
        if self.steps.is_due() {
            let roots = self.roots.values().filter_map(|(root, _)| Some(root.as_ref().ok()?.step));
            self.steps.keep(roots.chain([self.context]).chain(needed()));
        }
    }

    /// From now on, the files and arguments of each target are not recorded separately.
    pub(crate) fn keep_no_files(&mut self) {
        self.log.keep_no_files();
    }

    /// The arguments that were used, if targets are not recorded separately.
    pub(crate) fn used_args(&self) -> BTreeSet<String> {
        self.log.used_args()
    }

    /// The steps of a target.
    pub(crate) fn finish(&self, result: StepId, whole: &Whole) -> Steps {
        let ends = whole.gates.iter().map(|gate| gate.step).chain([result]);
        self.steps.needed(ends)
    }

    /// Whether the output of a name is known.
    pub(crate) fn has_root(&self, kind: Name, name: &str) -> bool {
        self.roots.contains_key(&(kind, name.to_owned()))
    }

    /// Sets the output of a name.
    pub(crate) fn set_root(&mut self, kind: Name, name: &str, root: Known<StepPath>) {
        self.roots.insert((kind, name.to_owned()), root);
    }

    /// The output of a name, which was planned before.
    fn root(&mut self, kind: Name, name: &Spanned<String>) -> Result<StepPath, PlanError> {
        let known = self.roots.get(&(kind, name.value.clone())).cloned();
        match known {
            Some(known) => self.again(known),
            // The decoder of the spec has checked that references resolve.
            None => Err(Diagnostic::error(name.span, format!("there is no {} `{}`", kind.noun(), name.value)).into()),
        }
    }

    /// The files that an address refers to. Its name was planned before.
    ///
    /// # Errors
    /// Its name cannot be planned, or the path is outside its output.
    pub(crate) fn address(&mut self, address: &Address, used: Use) -> Result<StepPath, PlanError> {
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
            Diagnostic::error(address.path.span, format!("`{written}` is outside `{}`", name.value))
                .with_help(format!("name a file in `{}`, as in `{}:/path`", name.value, name.value))
        })?;
        let path = format!("{}/{inside}", root.path.trim_end_matches('/'));
        let (name, span) = (Some(name.value.clone()), address.path.span);
        self.name_path(NamedPath { used, step: root.step, path: path.clone(), name, written: inside, span });
        Ok(StepPath { step: root.step, path })
    }

    /// Records a path in the spec, so that it is reported if it does not exist.
    fn name_path(&mut self, named: NamedPath) {
        let number = self.named.add(named);
        self.log.named(number);
    }

    /// The same for a path of the main context.
    pub(crate) fn name_context_path(&mut self, used: Use, path: &str, span: Span) {
        let (path, written) = (format!("/{path}"), path.to_owned());
        self.name_path(NamedPath { used, step: self.context, path, name: None, written, span });
    }

    /// Errors about paths that do not exist.
    ///
    /// # Errors
    /// The project cannot be read.
    pub(crate) async fn missing(&mut self, numbers: &[usize]) -> Result<Vec<(Use, Diagnostic)>, PlanError> {
        let new = self.named.unseen(numbers);
        if !new.is_empty() {
            let named = new.iter().map(|(_, named)| named.step);
            let steps = self.steps.near(named, named_paths::MAX_DEPTH);
            let found = named_paths::missing(self.project, &steps, &new).await?;
            self.named.seen(&new, found);
        }
        Ok(self.named.found(numbers))
    }

    /// Adds a step of a part of the spec.
    pub(crate) fn add(
        &mut self,
        owner: &str,
        name: impl Into<String>,
        span: Span,
        kind: impl Into<StepKind>,
    ) -> StepId {
        self.steps.add(Step { owner: owner.to_owned(), name: name.into(), span, kind: kind.into() })
    }

    /// The same step with another name.
    pub(crate) fn renamed(&mut self, step: StepId, name: impl FnOnce(&str) -> String) -> StepId {
        let Some(known) = self.steps.get(step).cloned() else { return step };
        self.steps.add(Step { name: name(&known.name), ..known })
    }

    /// A step with all steps that it needs.
    pub(crate) fn below(&self, step: StepId) -> Steps {
        self.steps.needed([step])
    }

    /// Whether more steps fit.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn has_room(&self) -> Result<(), Diagnostic> {
        self.steps.check()
    }

    /// Adds a note with a reason.
    pub(crate) fn note(&mut self, owner: &str, text: impl Into<String>, span: Span) {
        let text = message(&text.into()).into_owned();
        self.log.note(Note { owner: owner.to_owned(), text, span });
    }

    /// Adds a warning.
    pub(crate) fn warn(&mut self, found: Diagnostic) {
        self.log.warn(found);
    }

    /// Makes the result depend on a step that is not part of it.
    pub(crate) fn gate(&mut self, name: impl Into<String>, step: StepId, span: Span) {
        self.log.gate(Gate { name: name.into(), step, span });
    }

    /// The value of a text of the spec.
    pub(crate) fn eval(&mut self, template: &Template) -> Result<String, Diagnostic> {
        self.evaluator.eval(template)
    }

    /// The value of an optional text of the spec.
    pub(crate) fn eval_option(&mut self, template: Option<&Template>) -> Result<Option<String>, Diagnostic> {
        template.map(|template| self.eval(template)).transpose()
    }

    /// The values of a list of texts.
    pub(crate) fn eval_all<'t>(
        &mut self,
        list: impl IntoIterator<Item = &'t Template>,
    ) -> Result<Vec<String>, Diagnostic> {
        list.into_iter().map(|template| self.eval(template)).collect()
    }

    /// The platform that a stage runs on.
    pub(crate) fn platform_of(&self, platform: StagePlatform) -> &'a Platform {
        match platform {
            StagePlatform::Build => &self.request.build_platform,
            StagePlatform::Target => self.platform,
        }
    }

    /// The prefix of step names, if several platforms are built.
    pub(crate) fn prefix(&self, platform: &Platform) -> String {
        if self.request.multi_platform { format!("{platform} ") } else { String::new() }
    }

    /// Looks up an image in the spec.
    pub(crate) async fn image(&mut self, template: &Template, platform: &Platform) -> Result<BaseImage, PlanError> {
        let reference = self.eval(template)?;
        self.check_name(template, &reference)?;
        if reference == "scratch" {
            return Ok(scratch());
        }
        let found = |error| {
            Diagnostic::error(template.span, format!("cannot get the image `{reference}` for {platform}: {error}"))
                .with_help(format!(
                    "check the name and the platform, or provide an image with `--build-context \
                     {reference}=docker-image://…`"
                ))
        };
        let image = self.project.image(&reference, platform).await;
        Ok(image.map_err(|error| error.at(template.span, found))?)
    }

    /// An image in an argument is in a registry, and never a name in this file.
    ///
    /// # Errors
    /// The name exists in this file.
    pub(crate) fn check_name(&self, template: &Template, reference: &str) -> Result<(), Diagnostic> {
        let found = template.as_literal().is_none().then(|| self.spec.hidden_by_image(reference)).flatten();
        let Some((name, kind)) = found else { return Ok(()) };
        let message = format!(
            "after its arguments are replaced, this is `{reference}`, an image in a registry, but the {} `{name}` of \
             this file has that name",
            kind.noun()
        );
        Err(Diagnostic::error(template.span, message).with_help(format!(
            "text with arguments cannot refer to names in this file, so write the name itself; the image on Docker \
             Hub is `docker.io/library/{reference}`"
        )))
    }

    /// Adds an image that steps start from.
    pub(crate) fn base(
        &mut self,
        owner: &str,
        title: &str,
        image: BaseImage,
        platform: &Platform,
        span: Span,
    ) -> StepId {
        let name = format!("{title} FROM {}", image.name);
        self.add(owner, name, span, StepKind::Base { image, platform: platform.clone() })
    }
}
