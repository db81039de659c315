//! Plans targets: each name that a target refers to is planned before it, once. This is the top floor: it knows how
//! every kind of name is planned, and the other modules do not know it.

mod builds;
mod checks;
mod grounds;
mod replacements;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::try_join;
use slipway_spec::model::{BaseRef, Image, SHORT_NAMES, Stage};
use slipway_spec::{Diagnostic, Name, Order, Span, Spanned, Spec};

use self::builds::{Builds, Distros, distro_of};
pub(crate) use self::uses::Uses;
use crate::any_project::{AnyProject, Door};
use crate::contents::Contents;
use crate::draft::{Draft, Known};
use crate::final_image::{self, Ends, FileSystem};
use crate::log::{Lack, News, Whole};
use crate::named_contexts::As;
use crate::named_paths::Use;
use crate::plan::Plan;
use crate::presets;
use crate::request::Request;
use crate::runtime::Runtimes;
use crate::stage::{self, StageOutput, Start};
use crate::step::{Step, StepPath};
use crate::traced::Wanted;
use crate::{
    Args, CheckUse, CopyItem, PlanError, Platform, Project, Target, check_targets, emulation, examinations,
    named_contexts, repository_checks, scans,
};

/// Plans a target for a platform.
///
/// # Errors
/// An error in the spec, the project or the request, with its location in the spec; or the engine cannot be reached.
pub async fn plan<P: Project>(
    project: &P,
    spec: &Spec,
    target: Target<'_>,
    platform: &Platform,
    args: &Args,
    request: &Request,
) -> Result<Plan, PlanError> {
    let door = Door(project);
    let project = AnyProject::of(&door);
    Planner::new(&project, spec, args, request, platform, target).plan(target).await
}

/// Plans targets of one spec for one platform.
pub(crate) struct Planner<'a> {
    pub(crate) draft: Draft<'a>,
    order: Order<'a>,
    /// The parts that were planned as dependencies, by number.
    prepared: BTreeSet<usize>,
    builds: Builds,
    stages: BTreeMap<String, Known<Arc<StageOutput>>>,
    images: BTreeMap<String, Known<Arc<FileSystem>>>,
    checks: Option<Known<()>>,
    check_uses: Option<Vec<(String, CheckUse<'a>)>>,
    /// Stages whose config something uses.
    inherited: BTreeSet<String>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        project: &'a AnyProject<'a>,
        spec: &'a Spec,
        args: &Args,
        request: &'a Request,
        platform: &'a Platform,
        first: Target<'_>,
    ) -> Self {
        Self {
            draft: Draft::new(project, spec, args, request, platform, (&first.label(), first.span())),
            order: Order::of(spec, |name| request.context(name, platform).is_some()),
            prepared: BTreeSet::new(),
            builds: Builds::default(),
            stages: BTreeMap::new(),
            images: BTreeMap::new(),
            checks: None,
            check_uses: None,
            inherited: inherited(spec, first),
        }
    }

    /// Plans a target.
    ///
    /// # Errors
    /// An error in the target or its dependencies; or the engine cannot be reached.
    pub(crate) async fn plan(&mut self, target: Target<'_>) -> Result<Plan, PlanError> {
        let (made, part) = self.begin(target).await?;
        let draft = &mut self.draft;
        let whole = draft.whole(part);
        let missing = draft.missing(&whole.named).await?;
        let lack = match missing.iter().any(|(used, _)| *used == Use::Source) {
            true => Lack::Source,
            false if missing.is_empty() => Lack::Nothing,
            false => Lack::Path,
        };
        let ends = judged(made, lack, missing)?;
        let Ends { result, config, base_config, contents, source_folder, lockfiles, .. } = ends;
        let Ends { debugger_port, annotations, watched, .. } = ends;
        let steps = draft.finish(result, &whole);
        let lockfiles = lockfiles.filter(|step| steps.get(*step).is_some());
        let Whole { notes, mut warnings, gates, args, read, named: _ } = whole;
        // A build that only provides files for another one may plan steps that no result needs, such as the
        // dependencies of an image.
        let build = &draft.request.build_platform;
        warnings.retain(|found| emulation::is_needed(build, found, steps.iter().map(|(_, step)| step)));
        let (target, platform) = (target.label(), draft.platform.clone());
        Ok(Plan {
            target,
            platform,
            steps,
            result,
            gates,
            config,
            base_config,
            contents,
            source_folder,
            lockfiles,
            debugger_port,
            watched,
            annotations,
            args,
            read,
            notes,
            warnings,
        })
    }

    /// Plans a target to check it, and to collect the contents of its image.
    ///
    /// # Errors
    /// As of [`Planner::plan`].
    pub(crate) async fn see(&mut self, target: Target<'_>) -> Result<Seen, PlanError> {
        let (made, part) = self.begin(target).await?;
        let draft = &mut self.draft;
        let news = draft.news(part);
        let missing = draft.missing(&news.named).await?;
        match judged(made, draft.lack(part, &news), missing) {
            Ok(Ends { result, contents, .. }) => {
                let steps = draft.new_steps(result, &news);
                Ok(Seen { contents, news, steps })
            }
            Err(error) => {
                draft.unsaid(&news);
                Err(error)
            }
        }
    }

    /// Drops the parts that only this target needs, and unneeded steps.
    pub(crate) fn forget(&mut self, target: Target<'_>, uses: &mut Uses) {
        if let Target::Image { name, variant, image } = target {
            if let Some(build) = image.build.as_ref().map(|used| &used.build).filter(|build| uses.is_last(build)) {
                self.builds.forget(build);
            }
            if variant.is_none() && !uses.images.contains(&name.value) {
                self.images.remove(&name.value);
            }
        }
        let Self { draft, builds, stages, images, .. } = self;
        draft.forget_all_but(|| {
            let stages = stages.values().filter_map(|(stage, _)| Some(stage.as_ref().ok()?.root));
            let images = images.values().filter_map(|(image, _)| Some(image.as_ref().ok()?.step));
            builds.steps().chain(stages).chain(images).collect()
        });
    }

    /// Plans the dependencies of a target, then the target itself.
    async fn begin(&mut self, target: Target<'_>) -> Result<Known<Ends>, PlanError> {
        let needs = match target {
            Target::Image { variant: Some(_), image, .. } => self.order.before_image(image, &mut self.prepared),
            Target::Image { name, .. } => self.order.before(Name::Image, name, &mut self.prepared),
            Target::Build { name, .. } => self.order.before(Name::Build, name, &mut self.prepared),
            Target::Stage { name, .. } => self.order.before(Name::Stage, name, &mut self.prepared),
            Target::Scan { image, .. } | Target::Tests { image, .. } => {
                self.order.before_image(image, &mut self.prepared)
            }
            Target::Check(check) => self.before_check(&check),
            Target::Checks { .. } => {
                let checks = check_targets(self.draft.spec);
                checks.iter().flat_map(|check| self.before_check(check)).collect()
            }
        };
        for (kind, name) in needs {
            self.prepare(kind, name).await?;
        }
        self.draft.begin();
        let ends = self.ends(target).await;
        match self.draft.end(ends) {
            (Err(error @ PlanError::Files(_)), _) => Err(error),
            known => Ok(known),
        }
    }

    /// Plans a name, so that addresses can refer to it. Errors in it are reported when it is needed.
    async fn prepare(&mut self, kind: Name, name: &str) -> Result<(), PlanError> {
        if self.draft.has_root(kind, name) {
            return Ok(());
        }
        let spec = self.draft.spec;
        let root = |step| StepPath { step, path: "/".to_owned() };
        self.draft.begin();
        let replaced = match kind {
            Name::Build | Name::Image => self.replacement(kind, name, (self.draft.platform, As::Files)).await,
            Name::Stage | Name::Context | Name::Secret => Ok(None),
        };
        let made = match kind {
            _ if !matches!(replaced, Ok(None)) => {
                replaced.map(|ground| ground.and_then(|ground| ground.step).map(root)).transpose()
            }
            Name::Build => match spec.builds.get(name) {
                Some(build) => {
                    let alone = (None, distro_of(spec, build));
                    let made = self.builds.made(&mut self.draft, name, build, Wanted::alone(), alone).await;
                    Some(made.map(|made| root(made.output)))
                }
                None => None,
            },
            Name::Stage => match spec.stages.get_entry(name) {
                Some((name, _)) => {
                    let made = self.stage(name).await;
                    Some(made.map(|stage| StepPath { step: stage.root, path: stage.output.clone() }))
                }
                None => None,
            },
            Name::Image => match spec.images.get_entry(name) {
                Some((name, image)) => Some(self.image(name, image).await.map(|image| root(image.step))),
                None => None,
            },
            Name::Context => match spec.contexts.get_entry(name) {
                Some((name, context)) => {
                    let platform = self.draft.platform;
                    let used = (platform, As::Files);
                    let made = named_contexts::plan(&mut self.draft, name, context, used).await;
                    Some(made.map(|ground| root(ground.step.unwrap_or(self.draft.context))))
                }
                None => None,
            },
            Name::Secret => None,
        };
        // The decoder of the spec has checked that references resolve; an unknown name is an error at its location.
        let missing = || Err(Diagnostic::error(Span::START, format!("there is no {} `{name}`", kind.noun())).into());
        let known = self.draft.end(made.unwrap_or_else(missing));
        if let (Err(error @ PlanError::Files(_)), _) = known {
            return Err(error);
        }
        self.draft.set_root(kind, name, known);
        Ok(())
    }

    async fn ends(&mut self, target: Target<'_>) -> Result<Ends, PlanError> {
        let (label, span) = (target.label(), target.span());
        if let Some(ends) = self.replaced_target(target).await? {
            return Ok(ends);
        }
        match target {
            Target::Image { name, variant, image } => {
                self.repository_checks().await?;
                let made = match variant {
                    None => self.image(name, image).await?,
                    Some(_) => Arc::new(self.file_system(&label, image, span).await?),
                };
                let source = made.output().and_then(|made| made.source.clone());
                let ends = final_image::end(&mut self.draft, (image, span), &made, source).await?;
                examinations::plan(&mut self.draft, &label, image, &ends)?;
                if let Some(scan) = image.keys.scan.as_ref().filter(|scan| scan.gate) {
                    let step = scans::plan(&mut self.draft, &label, scan, ends.result, scans::For::Gate).await?;
                    self.draft.gate(format!("{label}/scan"), step, scan.span);
                }
                Ok(ends)
            }
            Target::Build { name, build } => {
                let alone = (None, distro_of(self.draft.spec, build));
                let made = self.builds.made(&mut self.draft, name, build, Wanted::alone(), alone).await?;
                Ok(Ends::files(self.draft.platform, made.output))
            }
            Target::Stage { name, .. } => {
                let made = self.stage(name).await?;
                if made.output == "/" {
                    return Ok(self.stage_ends(&made));
                }
                let step = format!("[{}] {}", name.value, made.output);
                let result = self.draft.add(name, step, span, vec![CopyItem::new(made.root, &made.output, "/")]);
                Ok(Ends::files(self.draft.platform, result))
            }
            Target::Scan { image, scan, .. } => {
                let owner = label.rsplit_once('/').map_or(label.as_str(), |(image, _)| image);
                let made = self.file_system(owner, image, span).await?;
                let step = scans::plan(&mut self.draft, owner, scan, made.step, scans::For::Reports).await?;
                Ok(Ends::files(self.draft.platform, step))
            }
            Target::Tests { image, .. } => {
                let owner = label.rsplit_once('/').map_or(label.as_str(), |(image, _)| image);
                let made = self.file_system(owner, image, span).await?;
                let ends = final_image::examined(&mut self.draft, image, &made)?;
                let step = examinations::report(&mut self.draft, owner, image, &ends)?;
                Ok(Ends::files(self.draft.platform, step))
            }
            Target::Check(check) => self.one_check(&check).await,
            Target::Checks { span } => self.all_checks(span).await,
        }
    }

    /// The checks of the whole repository that every image waits for.
    async fn repository_checks(&mut self) -> Result<(), PlanError> {
        if let Some(known) = self.checks.clone() {
            return self.draft.again(known);
        }
        self.draft.begin();
        let made = repository_checks::plan(&mut self.draft).await;
        let known = self.draft.end(made);
        self.checks.insert(known).0.clone()
    }

    /// A stage of the spec. Its base was planned before.
    async fn stage(&mut self, name: &Spanned<String>) -> Result<Arc<StageOutput>, PlanError> {
        if let Some(known) = self.stages.get(&name.value).cloned() {
            return self.draft.again(known);
        }
        let Some((defined, stage)) = self.draft.spec.stages.get_entry(name) else {
            return Err(Diagnostic::error(Span::START, format!("there is no stage `{}`", name.value)).into());
        };
        self.draft.begin();
        let made = self.planned_stage(defined, stage).await.map(Arc::new);
        let known = self.draft.end(made);
        self.stages.insert(name.value.clone(), known.clone());
        known.0
    }

    async fn planned_stage(&mut self, name: &Spanned<String>, stage: &Stage) -> Result<StageOutput, PlanError> {
        let is_inherited = self.inherited.contains(&name.value);
        if let Some(replaced) = self.replaced_stage(name, stage, is_inherited).await? {
            return Ok(replaced);
        }
        let start = match stage::base(stage) {
            Some((BaseRef::Named(Name::Stage, parent), _)) => {
                let known = self.stages.get(&parent.value).cloned();
                known.map(|known| self.draft.again(known)).transpose()?.map(Start::Stage)
            }
            Some((base, platform)) => {
                let platform = self.draft.platform_of(platform);
                self.ground(base, platform).await?.map(|ground| Start::Part(Box::new(ground)))
            }
            None => None,
        };
        stage::plan(&mut self.draft, name, stage, start.unwrap_or(Start::Registry), is_inherited).await
    }

    /// A stage as a result: its root file system, with the config that an image on it would inherit.
    fn stage_ends(&self, made: &StageOutput) -> Ends {
        let platform = self.draft.platform_of(made.platform);
        let config = made.config(platform, &self.changes(made), &self.draft.request.labels);
        Ends::of_config(made.root, config, made.ground.bottom_config.clone())
    }

    /// The file system of an image of the spec.
    async fn image(&mut self, name: &Spanned<String>, image: &Image) -> Result<Arc<FileSystem>, PlanError> {
        if let Some(known) = self.images.get(&name.value).cloned() {
            return self.draft.again(known);
        }
        self.draft.begin();
        let made = self.file_system(&name.value, image, name.span).await.map(Arc::new);
        let known = self.draft.end(made);
        self.images.insert(name.value.clone(), known.clone());
        known.0
    }

    async fn file_system(&mut self, owner: &str, image: &Image, span: Span) -> Result<FileSystem, PlanError> {
        let ground = match &image.keys.runtime {
            Some(runtime) => self.ground(runtime, self.draft.platform).await?,
            None => None,
        };
        let Self { draft, builds, .. } = self;
        let written = image.keys.runtime.as_ref().and_then(BaseRef::image);
        let word = match &ground {
            Some(ground) => Some(ground.bottom.clone()),
            None => draft.eval_option(written)?,
        };
        if let (Some(runtime), Some(word)) = (written, &word)
            && !SHORT_NAMES.contains(&word.as_str())
        {
            draft.check_name(runtime, word)?;
        }
        let dependencies = Wanted::of(draft, image)?;
        let known = match &image.build {
            Some(used) => presets::early_runtimes(&used.build),
            None => Some(Runtimes::of("scratch")),
        };
        let known = known.filter(|_| ground.is_none());
        let distros = Distros::of(draft.spec, image);
        let runtime = (word.as_deref(), distros.runtime);
        let early = final_image::look_ahead(draft.project, draft.platform, known, runtime);
        let made = async {
            let Some(used) = &image.build else { return Ok(None) };
            let name = used.name.as_ref().map_or(owner, |name| name.value.as_str());
            builds.made(draft, name, &used.build, dependencies, (word.as_deref(), distros.toolchain)).await.map(Some)
        };
        let (made, ()) = try_join(made, early).await?;
        let made = match (made, &image.build) {
            (Some(made), Some(used)) => Some(self.with_replaced_build(owner, used, made).await?),
            (made, _) => made,
        };
        let draft = &mut self.draft;
        let base = ground.ok_or(runtime);
        final_image::file_system(draft, (owner, span), image, base, made).await
    }
}

/// The stages that others start from, and the target.
fn inherited(spec: &Spec, first: Target<'_>) -> BTreeSet<String> {
    let bases = spec.named_bases().filter(|(kind, _)| *kind == Name::Stage).map(|(_, name)| name.value.clone());
    let target = match first {
        Target::Stage { name, .. } => Some(name.value.clone()),
        _ => None,
    };
    bases.chain(target).collect()
}

/// The result, unless a path that it needs does not exist.
fn judged(made: Result<Ends, PlanError>, lack: Lack, missing: Vec<(Use, Diagnostic)>) -> Result<Ends, PlanError> {
    let mut missing: Vec<_> = missing.into_iter().map(|(_, found)| found).collect();
    match made {
        Ok(made) if lack == Lack::Nothing => Ok(made),
        // A missing folder causes other errors of a preset in it.
        Err(PlanError::Invalid(found)) if lack != Lack::Source => {
            missing.extend(found);
            Err(PlanError::Invalid(missing))
        }
        _ => Err(PlanError::Invalid(missing)),
    }
}

/// The notes and warnings of a target, for an overview, without those of other targets.
pub(crate) struct Seen {
    pub(crate) contents: Option<Contents>,
    pub(crate) news: News,
    /// Steps that no other target needed.
    pub(crate) steps: Vec<Arc<Step>>,
}
