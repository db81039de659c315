//! Stages: steps that are written in the spec, and stages of existing Dockerfiles.
//!
//! Steps run as root, whatever user the image sets: a stage only produces files, and its programs do not ship.

use slipway_spec::model::{
    CopyStep, FileStep, NetworkMode, RunStep, Stage, StageBase, StagePlatform, StageStepKind, StepsStage,
};
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use crate::draft::Draft;
use crate::env::{env_of, set, set_all};
use crate::mounts::{Secrets, cache_mount, secrets};
use crate::named_paths::Use;
use crate::paths::{absolute, context_path};
use crate::shell::Text;
use crate::step::Container;
use crate::{
    Layer, LayerCopy, LayerItem, Mount, MountKind, Network, PlanError, Platform, StepId, StepKind, secret_files, shell,
};

/// A planned stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StageOutput {
    /// The step whose result is its root.
    pub(crate) root: StepId,
    /// The folder that addresses are relative to.
    pub(crate) output: String,
    /// Its environment, for stages that start from it.
    env: Vec<(String, String)>,
    /// Its working directory, for stages that start from it.
    workdir: String,
    /// Its platform.
    platform: StagePlatform,
}

/// The base stage of another one.
pub(crate) fn parent(stage: &Stage) -> Option<&Spanned<String>> {
    match stage {
        Stage::Steps(StepsStage { from: StageBase::Stage(parent), .. }) => Some(parent),
        Stage::Steps(_) | Stage::Dockerfile { .. } => None,
    }
}

/// Plans a stage, after its base.
pub(crate) async fn plan(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    stage: &Stage,
    parent: Option<&StageOutput>,
) -> Result<StageOutput, PlanError> {
    let output = match stage.output() {
        None => "/".to_owned(),
        Some(template) => absolute(&draft.eval(template)?, template)?,
    };
    match stage {
        Stage::Dockerfile { dockerfile, target, platform: of, .. } => {
            let platform = draft.platform_of(*of).clone();
            let path = context_path(&draft.eval(dockerfile)?, dockerfile.span)?;
            draft.name_context_path(Use::Dockerfile, &path, dockerfile.span);
            let target = draft.eval_option(target.as_ref())?;
            let title =
                format!("[{}{}] {path} {}", draft.prefix(&platform), name.value, target.as_deref().unwrap_or(""));
            let kind = StepKind::Dockerfile { path, target, platform };
            let root = draft.add(&name.value, title.trim_end(), name.span, kind);
            Ok(StageOutput { root, output, env: Vec::new(), workdir: "/".to_owned(), platform: *of })
        }
        Stage::Steps(stage) => {
            let mut at = start(draft, name, stage, parent).await?;
            let platform = draft.platform_of(at.platform).clone();
            at.output = output;
            let title = format!("[{}{}", draft.prefix(&platform), name.value);
            let values = stage.env.iter().map(|(name, value)| Ok((name.value.clone(), draft.eval(value)?)));
            set_all(&mut at.env, &values.collect::<Result<Vec<_>, Diagnostic>>()?);
            if let Some(template) = &stage.workdir {
                at.workdir = absolute(&draft.eval(template)?, template)?;
                let items = vec![LayerItem::Folder { path: at.workdir.clone(), mode: 0o755, owner: None }];
                let text = format!("WORKDIR {}", at.workdir);
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
                at.root = match &step.kind {
                    StageStepKind::Run(run) => cx.run(draft, run, &at)?,
                    StageStepKind::Copy(copy) => cx.copy(draft, copy, &at).await?,
                    StageStepKind::File(file) => cx.file(draft, file, &at)?,
                };
            }
            Ok(at)
        }
    }
}

/// The base of a stage.
async fn start(
    draft: &mut Draft<'_>,
    name: &Spanned<String>,
    stage: &StepsStage,
    parent: Option<&StageOutput>,
) -> Result<StageOutput, PlanError> {
    match &stage.from {
        StageBase::Stage(from) => {
            let Some(parent) = parent.cloned() else {
                return Err(Diagnostic::error(from.span, format!("there is no stage `{}`", from.value)).into());
            };
            if let Some(own) = stage.platform.as_ref().filter(|own| own.value != parent.platform) {
                return Err(Diagnostic::error(
                    own.span,
                    format!(
                        "this stage starts from `{}`, which is for the {} platform",
                        from.value,
                        parent.platform.name()
                    ),
                )
                .with_label(from.span, "the base stage")
                .with_help("delete `platform`, or use the same one in both stages")
                .into());
            }
            Ok(parent)
        }
        StageBase::Image(template) => {
            let kind = stage.platform.as_ref().map_or(StagePlatform::Target, |own| own.value);
            let platform = draft.platform_of(kind);
            let image = draft.image(template, platform).await?;
            let env = env_of(&image.config);
            let workdir = image.config.pointer("/config/WorkingDir").and_then(serde_json::Value::as_str);
            let workdir = workdir.filter(|path| !path.is_empty()).unwrap_or("/").to_owned();
            let title = format!("[{}{}]", draft.prefix(platform), name.value);
            let root = draft.base(&name.value, &title, image, platform, template.span);
            Ok(StageOutput { root, output: "/".to_owned(), env, workdir, platform: kind })
        }
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
    fn run(&self, draft: &mut Draft<'_>, step: &RunStep, at: &StageOutput) -> Result<StepId, PlanError> {
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
        let network = match step.network.unwrap_or(self.stage.network) {
            NetworkMode::None => Network::None,
            NetworkMode::Default => Network::Sandbox,
        };
        let script = shell::command(&file, &text, script, network);
        let mut more = Vec::new();
        for cache in self.stage.cache.iter().chain(&step.cache) {
            more.push(cache_mount(draft, self.name, self.platform, cache)?);
        }
        for (index, id) in step.ssh.iter().enumerate() {
            let target = format!("/run/buildkit/ssh_agent.{index}");
            set(&mut env, "SSH_AUTH_SOCK", &target);
            more.push(Mount { target, kind: MountKind::Ssh { id: id.value.clone() } });
        }
        let container = Container::new(at.root, self.platform, env).cwd(workdir).mounts(mounts);
        let run = container.run(script).mounts(more).secret_env(secret_env);
        Ok(draft.add(self.name, format!("{} RUN {}", self.title, text.first_line()), step.run.span, run))
    }

    async fn copy(&self, draft: &mut Draft<'_>, step: &CopyStep, at: &StageOutput) -> Result<StepId, PlanError> {
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
        });
        let text = format!("COPY {} {target}", place.path);
        Ok(write(draft, self.name, &self.title, text, step.to.span, vec![item], at.root))
    }

    fn file(&self, draft: &mut Draft<'_>, step: &FileStep, at: &StageOutput) -> Result<StepId, PlanError> {
        let path = absolute(&join(&at.workdir, &draft.eval(&step.path)?), &step.path)?;
        let item = LayerItem::Text {
            path: path.clone(),
            content: draft.eval(&step.content)?,
            mode: step.mode.map_or(0o644, |mode| mode.0),
            owner: draft.eval_option(step.owner.as_ref())?,
        };
        let text = format!("WRITE {path}");
        Ok(write(draft, self.name, &self.title, text, step.path.span, vec![item], at.root))
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
