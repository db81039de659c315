//! Stages: steps that are written in the spec, and stages of existing Dockerfiles.
//!
//! Steps run as root, whatever user the image sets: a stage only produces files, and its programs do not ship.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use slipway_spec::model::{
    BaseRef, CopyStep, FileStep, RunStep, SecurityMode, Stage, StagePlatform, StageStepKind, StepsStage,
};
use slipway_spec::{Diagnostic, Name, Span, Spanned, Template};

use crate::adopted_stage;
use crate::config::stage_config;
use crate::draft::Draft;
use crate::env::{env_of, set, set_all};
use crate::ground::{Ground, Part};
use crate::mounts::{Secrets, cache_mount, secrets, ssh};
use crate::named_paths::Use;
use crate::paths::absolute;
use crate::shell::Text;
use crate::step::Container;
use crate::{Layer, LayerCopy, LayerItem, Network, PlanError, Platform, StepId, StepKind, secret_files, shell};

/// A planned stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StageOutput {
    /// The step whose result is its root.
    pub(crate) root: StepId,
    /// The folder that addresses are relative to.
    pub(crate) output: String,
    /// Its environment, for what starts from it.
    pub(crate) env: Vec<(String, String)>,
    /// Its working directory, for what starts from it.
    pub(crate) workdir: String,
    /// Its platform.
    pub(crate) platform: StagePlatform,
    /// What the first stage of its chain starts from.
    pub(crate) ground: Arc<Ground>,
    /// The stage that it starts from, and where that is named.
    pub(crate) parent: Option<Spanned<String>>,
    /// Its own steps that change files, for the history of images on it.
    pub(crate) changes: Vec<String>,
    /// Whether its files differ from those of its ground.
    pub(crate) is_changed: bool,
}

/// What a stage starts from, planned before it.
pub(crate) enum Start {
    /// An image of a registry, which the stage looks up.
    Registry,
    /// A stage.
    Stage(Arc<StageOutput>),
    /// Another part of the file.
    Part(Box<Ground>),
}

/// The base of a stage, if it is a part of the file, and the platform that the stage wants.
pub(crate) fn base(stage: &Stage) -> Option<(&BaseRef, StagePlatform)> {
    let Stage::Steps(StepsStage { from, .. }) = stage else { return None };
    Some((from, platform(stage)))
}

/// The platform that a stage is for, unless it is that of its base.
pub(crate) fn platform(stage: &Stage) -> StagePlatform {
    match stage {
        Stage::Dockerfile(stage) => stage.platform,
        Stage::Steps(stage) => stage.platform.as_ref().map_or(StagePlatform::Target, |platform| platform.value),
    }
}

/// What the command line names instead of a stage. Its root is the output of the stage.
pub(crate) fn replaced(ground: Ground, platform: StagePlatform) -> Option<StageOutput> {
    let root = ground.step?;
    Some(StageOutput { platform, ..on(ground, root) })
}

/// Plans a stage, after its base. `is_inherited` says whether something may use its config.
pub(crate) async fn plan(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    stage: &Stage,
    start: Start,
    is_inherited: bool,
) -> Result<StageOutput, PlanError> {
    let output = match stage.output() {
        None => "/".to_owned(),
        Some(template) => absolute(&draft.eval(template)?, template)?,
    };
    match stage {
        Stage::Dockerfile(adopted) => {
            let ground = adopted_stage::plan(draft, name, adopted, is_inherited).await?;
            let root = ground.step.unwrap_or(draft.context);
            Ok(StageOutput { output, platform: adopted.platform, ..on(ground, root) })
        }
        Stage::Steps(stage) => {
            let mut at = begin(draft, name, stage, start).await?;
            let platform = draft.platform_of(at.platform).clone();
            at.output = output;
            let title = format!("[{}{}", draft.prefix(&platform), name.value);
            let values = stage.env.iter().map(|(name, value)| Ok((name.value.clone(), draft.eval(value)?)));
            set_all(&mut at.env, &values.collect::<Result<Vec<_>, Diagnostic>>()?);
            if let Some(template) = &stage.workdir {
                at.workdir = absolute(&draft.eval(template)?, template)?;
                let items = vec![LayerItem::Folder { path: at.workdir.clone(), mode: 0o755, owner: None }];
                let text = format!("WORKDIR {}", at.workdir);
                at.changes.push(text.clone());
                at.root = write(draft, &name.value, &format!("{title}]"), text, template.span, items, at.root);
            }
            let count = stage.steps.len();
            for (index, step) in stage.steps.iter().enumerate() {
                draft.has_room()?;
                let cx = Cx {
                    name: &name.value,
                    stage,
                    platform: &platform,
                    title: format!("{title} {}/{count}]", index + 1),
                    number: index + 1,
                };
                let (root, change) = match &step.kind {
                    StageStepKind::Run(run) => cx.run(draft, run, &at)?,
                    StageStepKind::Copy(copy) => cx.copy(draft, copy, &at).await?,
                    StageStepKind::File(file) => cx.file(draft, file, &at)?,
                };
                at.root = root;
                at.changes.push(change);
            }
            at.is_changed |= !at.changes.is_empty();
            Ok(at)
        }
    }
}

/// A stage before its first step.
async fn begin(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    stage: &StepsStage,
    start: Start,
) -> Result<StageOutput, PlanError> {
    let kind = stage.platform.as_ref().map_or(StagePlatform::Target, |own| own.value);
    let of_platform = |at: StageOutput| match &stage.platform {
        Some(own) if own.value != at.platform => {
            let message =
                format!("this stage starts from `{}`, which is for the {} platform", at.name(), at.platform.name());
            Err(Diagnostic::error(own.span, message)
                .with_label(stage.from.span(), "the base")
                .with_help("delete `platform`, or use the same one in both stages"))
        }
        _ => Ok(at),
    };
    match (start, &stage.from) {
        (Start::Stage(parent), from) => {
            let parent_name = from.part().map(|(_, name)| name.clone());
            Ok(of_platform(StageOutput { parent: parent_name, changes: Vec::new(), ..StageOutput::clone(&parent) })?)
        }
        (Start::Part(ground), from) => {
            let root = ground.step.ok_or_else(|| Diagnostic::error(from.span(), "this base has no files"))?;
            let of_image = matches!(from, BaseRef::Named(Name::Image, _));
            let platform = if of_image { StagePlatform::Target } else { kind };
            Ok(of_platform(StageOutput { platform, ..on(*ground, root) })?)
        }
        (Start::Registry, BaseRef::Image(template)) => {
            let platform = draft.platform_of(kind);
            let ground = Ground::of_image(draft.image(template, platform).await?);
            let title = format!("[{}{}]", draft.prefix(platform), name.value);
            let root = draft.base(&name.value, &title, ground.image.clone(), platform, template.span);
            Ok(StageOutput { platform: kind, ..on(ground, root) })
        }
        (Start::Registry, BaseRef::Named(kind, from)) => {
            Err(Diagnostic::error(from.span, format!("there is no {} `{}`", kind.noun(), from.value)).into())
        }
    }
}

/// A stage without steps.
fn on(ground: Ground, root: StepId) -> StageOutput {
    let workdir = ground.image.config.pointer("/config/WorkingDir").and_then(Value::as_str);
    StageOutput {
        root,
        output: "/".to_owned(),
        env: env_of(&ground.image.config),
        workdir: workdir.filter(|path| !path.is_empty()).unwrap_or("/").to_owned(),
        platform: StagePlatform::Target,
        ground: Arc::new(ground),
        parent: None,
        changes: Vec::new(),
        is_changed: false,
    }
}

impl StageOutput {
    /// The name of what it starts from.
    fn name(&self) -> &str {
        self.parent.as_ref().map_or(&self.ground.image.name, |parent| &parent.value)
    }

    /// The config of an image with its files, and how these came about, the first change first.
    pub(crate) fn config(&self, platform: &Platform, changes: &[String], labels: &BTreeMap<String, String>) -> Value {
        stage_config(&self.ground.image.config, platform, self.env.clone(), &self.workdir, changes, labels)
    }

    /// The stage as the base of an image.
    pub(crate) fn as_ground(&self, name: &str, platform: &Platform, changes: &[String]) -> Ground {
        let config = self.config(platform, changes, &BTreeMap::new());
        let (is_changed, user) = (self.is_changed, self.ground.passed_user());
        self.ground.under(
            (Name::Stage, name),
            self.root,
            Part { config, entrypoint: None, cmd: None, is_changed, user },
        )
    }
}

/// The context of a stage's steps.
struct Cx<'a> {
    name: &'a str,
    stage: &'a StepsStage,
    platform: &'a Platform,
    title: String,
    number: usize,
}

impl Cx<'_> {
    /// The step of a `run`, and its line in the history.
    fn run(&self, draft: &mut Draft<'_>, step: &RunStep, at: &StageOutput) -> Result<(StepId, String), PlanError> {
        let text = Text::written(&draft.eval(&step.run)?);
        let mut env = at.env.clone();
        for (name, value) in step.env.iter() {
            set(&mut env, name, &draft.eval(value)?);
        }
        let workdir = match &step.workdir {
            None => at.workdir.clone(),
            Some(template) => {
                let written = draft.eval(template)?;
                absolute(&join(&at.workdir, &written), template)?
            }
        };
        let Secrets { mounts, env: secret_env, revisions } = secrets(draft, &step.secrets)?;
        // A revision is part of the script, so that changing it runs the step again.
        let script = revisions + text.clone();
        let file = format!("{}-{}", self.name, self.number);
        let network = Network::from(step.network.unwrap_or(self.stage.network));
        let script = shell::command(&file, &text, script, network);
        let mut more = Vec::new();
        for cache in self.stage.cache.iter().chain(&step.cache) {
            more.push(cache_mount(draft, self.name, self.platform, cache)?);
        }
        more.extend(ssh(&step.ssh, &mut env));
        let container = Container::new(at.root, self.platform, env).cwd(workdir).mounts(mounts);
        let insecure = step.security == Some(SecurityMode::Insecure);
        let run = container.run(script).mounts(more).secret_env(secret_env).insecure(insecure);
        let line = format!("RUN {}", text.first_line());
        Ok((draft.add(self.name, format!("{} {line}", self.title), step.run.span, run), line))
    }

    async fn copy(
        &self,
        draft: &mut Draft<'_>,
        step: &CopyStep,
        at: &StageOutput,
    ) -> Result<(StepId, String), PlanError> {
        let place = draft.address(&step.from, Use::Copy)?;
        let written = draft.eval(&step.to)?;
        let target = destination(&join(&at.workdir, &written), &step.to)?;
        let (include, exclude) = (draft.eval_all(&step.include)?, draft.eval_all(&step.exclude)?);
        secret_files::report(draft, &place, &include, &exclude, step.from.path.span).await?;
        let item = LayerItem::Copy(LayerCopy {
            from: place.step,
            source: place.path.clone(),
            target: target.clone(),
            mode: step.mode.map(|mode| mode.0),
            owner: draft.eval_option(step.owner.as_ref())?,
            include,
            exclude,
            epoch: false,
        });
        let text = format!("COPY {} {target}", place.path);
        let root = write(draft, self.name, &self.title, text.clone(), step.to.span, vec![item], at.root);
        Ok((root, text))
    }

    fn file(&self, draft: &mut Draft<'_>, step: &FileStep, at: &StageOutput) -> Result<(StepId, String), PlanError> {
        let path = absolute(&join(&at.workdir, &draft.eval(&step.path)?), &step.path)?;
        let item = LayerItem::Text {
            path: path.clone(),
            content: draft.eval(&step.content)?,
            mode: step.mode.map_or(0o644, |mode| mode.0),
            owner: draft.eval_option(step.owner.as_ref())?,
        };
        let text = format!("WRITE {path}");
        let root = write(draft, self.name, &self.title, text.clone(), step.path.span, vec![item], at.root);
        Ok((root, text))
    }
}

/// Copies files over the root of a stage; `title` is the name of the step without its target.
fn write(
    draft: &mut Draft<'_>,
    owner: &str,
    title: &str,
    text: String,
    span: Span,
    items: Vec<LayerItem>,
    root: StepId,
) -> StepId {
    let name = format!("{title} {text}");
    let layer = Layer { name: name.clone(), history: text, span, items };
    draft.add(owner, name, span, StepKind::Write { root, layer })
}

/// The target of a copy: as [`absolute`], but a trailing `/` stays, because it means that the target is a folder.
fn destination(path: &str, template: &Template) -> Result<String, Diagnostic> {
    let folder = path.len() > 1 && path.ends_with('/');
    let target = absolute(path, template)?;
    Ok(if folder && target != "/" { format!("{target}/") } else { target })
}

/// A path relative to a folder.
fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", folder.trim_end_matches('/')) }
}
