//! Stages: steps that the spec writes out, and stages of existing Dockerfiles.
//!
//! Steps run as root, whatever user the image names: a stage makes files, and no program of it ships.

use slipway_spec::model::{
    CacheFolder, CacheSharing, CopyStep, FileStep, NetworkMode, RunStep, SecretRef, Stage, StageBase, StagePlatform,
    StageStepKind, StepsStage,
};
use slipway_spec::{Diagnostic, Span, Spanned, Template, strange_path};

use crate::named_paths::Use;
use crate::planner::Planner;
use crate::presets::{context_path, set, set_all};
use crate::shell::Text;
use crate::{
    Layer, LayerCopy, LayerItem, Mount, MountKind, Network, PlanError, Platform, Project, Run, RunOutput, SecretEnv,
    Sharing, StepId, StepKind, shell,
};

/// A stage as it was planned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StageMade {
    /// The step whose result is its root.
    pub(crate) root: StepId,
    /// The folder that addresses start from.
    pub(crate) output: String,
    /// Its environment, for stages that start from it.
    env: Vec<(String, String)>,
    /// Its working directory, for stages that start from it.
    workdir: String,
    /// Which platform it is for.
    platform: StagePlatform,
}

/// Plans a stage.
pub(crate) async fn plan<P: Project>(
    planner: &Planner<'_, P>,
    name: &Spanned<String>,
    stage: &Stage,
) -> Result<StageMade, PlanError> {
    let output = match stage.output() {
        None => "/".to_owned(),
        Some(template) => absolute(&planner.eval(template)?, template)?,
    };
    match stage {
        Stage::Dockerfile { dockerfile, target, platform: of, .. } => {
            let platform = planner.platform_of(*of).clone();
            let path = context_path(&planner.eval(dockerfile)?, dockerfile.span)?;
            planner.name_context_path(Use::Dockerfile, &path, dockerfile.span);
            let target = planner.eval_option(target.as_ref())?;
            let title =
                format!("[{}{}] {path} {}", planner.prefix(&platform), name.value, target.as_deref().unwrap_or(""));
            let kind = StepKind::Dockerfile { path, target, platform };
            let root = planner.add(&name.value, title.trim_end(), name.span, kind);
            Ok(StageMade { root, output, env: Vec::new(), workdir: "/".to_owned(), platform: *of })
        }
        Stage::Steps(stage) => {
            let mut at = start(planner, name, stage).await?;
            let platform = planner.platform_of(at.platform).clone();
            at.output = output;
            let title = format!("[{}{}", planner.prefix(&platform), name.value);
            let values = stage.env.iter().map(|(name, value)| Ok((name.value.clone(), planner.eval(value)?)));
            set_all(&mut at.env, &values.collect::<Result<Vec<_>, Diagnostic>>()?);
            if let Some(template) = &stage.workdir {
                at.workdir = absolute(&planner.eval(template)?, template)?;
                let items = vec![LayerItem::Folder { path: at.workdir.clone(), mode: 0o755, owner: None }];
                let text = format!("WORKDIR {}", at.workdir);
                at.root = write(planner, &name.value, &format!("{title}]"), text, template.span, items, at.root);
            }
            let count = stage.steps.len();
            for (index, step) in stage.steps.iter().enumerate() {
                planner.has_room()?;
                let cx = Cx {
                    planner,
                    name: &name.value,
                    stage,
                    platform: &platform,
                    title: format!("{title} {}/{count}]", index + 1),
                    number: index + 1,
                };
                at.root = match &step.kind {
                    StageStepKind::Run(run) => cx.run(run, &at)?,
                    StageStepKind::Copy(copy) => cx.copy(copy, &at).await?,
                    StageStepKind::File(file) => cx.file(file, &at)?,
                };
            }
            Ok(at)
        }
    }
}

/// What a stage starts from.
async fn start<P: Project>(
    planner: &Planner<'_, P>,
    name: &Spanned<String>,
    stage: &StepsStage,
) -> Result<StageMade, PlanError> {
    match &stage.from {
        StageBase::Stage(from) => {
            let parent = StageMade::clone(&*planner.stage(from).await?);
            if let Some(own) = stage.platform.as_ref().filter(|own| own.value != parent.platform) {
                return Err(Diagnostic::error(
                    own.span,
                    format!(
                        "this stage starts from `{}`, which is for the {} platform",
                        from.value,
                        parent.platform.name()
                    ),
                )
                .with_label(from.span, "the stage that it starts from")
                .with_help("delete `platform`, or let both say the same")
                .into());
            }
            Ok(parent)
        }
        StageBase::Image(template) => {
            let kind = stage.platform.as_ref().map_or(StagePlatform::Target, |own| own.value);
            let platform = planner.platform_of(kind);
            let image = planner.image(template, platform).await?;
            let env = crate::config::env_of(&image.config);
            let workdir = image.config.pointer("/config/WorkingDir").and_then(serde_json::Value::as_str);
            let workdir = workdir.filter(|path| !path.is_empty()).unwrap_or("/").to_owned();
            let title = format!("[{}{}]", planner.prefix(platform), name.value);
            let root = planner.base(&name.value, &title, image, platform, template.span);
            Ok(StageMade { root, output: "/".to_owned(), env, workdir, platform: kind })
        }
    }
}

/// What the steps of a stage are planned with.
struct Cx<'a, P> {
    planner: &'a Planner<'a, P>,
    name: &'a str,
    stage: &'a StepsStage,
    platform: &'a Platform,
    title: String,
    number: usize,
}

impl<P: Project> Cx<'_, P> {
    fn run(&self, step: &RunStep, at: &StageMade) -> Result<StepId, PlanError> {
        let planner = self.planner;
        let text = Text::written(&planner.eval(&step.run)?);
        let mut env = at.env.clone();
        for (name, value) in step.env.iter() {
            set(&mut env, name, &planner.eval(value)?);
        }
        let workdir = match &step.workdir {
            None => at.workdir.clone(),
            Some(template) => {
                let written = planner.eval(template)?;
                absolute(&join(&at.workdir, &written), template)?
            }
        };
        let Secrets { mut mounts, env: secret_env, revisions } = secrets(planner, &step.secrets)?;
        // A revision is text of the script, so that another one runs the step again.
        let script = revisions + text.clone();
        let file = format!("{}-{}", self.name, self.number);
        let network = match step.network.unwrap_or(self.stage.network) {
            NetworkMode::None => Network::None,
            NetworkMode::Default => Network::Sandbox,
        };
        let script = shell::command(&file, &text, script, network);
        mounts.extend(script.mounts);
        for cache in self.stage.cache.iter().chain(&step.cache) {
            mounts.push(cache_mount(self.planner, self.name, self.platform, cache)?);
        }
        for (index, id) in step.ssh.iter().enumerate() {
            let target = format!("/run/buildkit/ssh_agent.{index}");
            set(&mut env, "SSH_AUTH_SOCK", &target);
            mounts.push(Mount { target, kind: MountKind::Ssh { id: id.value.clone() } });
        }
        let kind = StepKind::Run(Run {
            root: at.root,
            platform: self.platform.clone(),
            args: script.args,
            env,
            workdir,
            network,
            mounts,
            secret_env,
            output: RunOutput::Root,
        });
        Ok(planner.add(self.name, format!("{} RUN {}", self.title, text.first_line()), step.run.span, kind))
    }

    async fn copy(&self, step: &CopyStep, at: &StageMade) -> Result<StepId, PlanError> {
        let place = self.planner.address(&step.from, Use::Copy).await?;
        let written = self.planner.eval(&step.to)?;
        let target = destination(&join(&at.workdir, &written), &step.to)?;
        let patterns =
            |list: &[Template]| list.iter().map(|pattern| self.planner.eval(pattern)).collect::<Result<Vec<_>, _>>();
        let item = LayerItem::Copy(LayerCopy {
            from: place.step,
            source: place.path.clone(),
            target: target.clone(),
            mode: step.mode.map(|mode| mode.0),
            owner: self.planner.eval_option(step.owner.as_ref())?,
            include: patterns(&step.include)?,
            exclude: patterns(&step.exclude)?,
        });
        let text = format!("COPY {} {target}", place.path);
        Ok(write(self.planner, self.name, &self.title, text, step.to.span, vec![item], at.root))
    }

    fn file(&self, step: &FileStep, at: &StageMade) -> Result<StepId, PlanError> {
        let path = absolute(&join(&at.workdir, &self.planner.eval(&step.path)?), &step.path)?;
        let item = LayerItem::Text {
            path: path.clone(),
            content: self.planner.eval(&step.content)?,
            mode: step.mode.map_or(0o644, |mode| mode.0),
            owner: self.planner.eval_option(step.owner.as_ref())?,
        };
        let text = format!("WRITE {path}");
        Ok(write(self.planner, self.name, &self.title, text, step.path.span, vec![item], at.root))
    }
}

/// A folder that survives on the engine; without a name of its own it belongs to what owns the step, on one platform.
pub(crate) fn cache_mount<P: Project>(
    planner: &Planner<'_, P>,
    owner: &str,
    platform: &Platform,
    cache: &CacheFolder,
) -> Result<Mount, PlanError> {
    let target = absolute(&planner.eval(&cache.target)?, &cache.target)?;
    let id = match &cache.id {
        Some(template) => format!("slipway/named/{}", planner.eval(template)?),
        None => format!("slipway/stage/{owner}/{platform}{target}"),
    };
    let sharing = match cache.sharing {
        CacheSharing::Shared => Sharing::Shared,
        CacheSharing::Locked => Sharing::Locked,
        CacheSharing::Private => Sharing::Private,
    };
    Ok(Mount::cache(target, id, sharing))
}

/// What secrets are in a step.
pub(crate) struct Secrets {
    pub(crate) mounts: Vec<Mount>,
    pub(crate) env: Vec<SecretEnv>,
    /// Lines that a script starts with, so that it changes with the revision of a secret.
    pub(crate) revisions: Text,
}

/// The secrets of the spec that a step sees.
pub(crate) fn secrets<P: Project>(planner: &Planner<'_, P>, wanted: &[SecretRef]) -> Result<Secrets, Diagnostic> {
    let mut found = Secrets { mounts: Vec::new(), env: Vec::new(), revisions: Text::default() };
    for SecretRef(id) in wanted {
        let Some(secret) = planner.spec.secrets.get(id) else {
            return Err(Diagnostic::error(id.span, format!("there is no secret `{}`", id.value)));
        };
        let required = secret.is_required();
        if let Some(name) = &secret.env {
            found.env.push(SecretEnv { name: name.value.clone(), id: id.value.clone(), required });
        }
        if secret.target.is_some() || secret.env.is_none() {
            let target = match &secret.target {
                Some(template) => absolute(&planner.eval(template)?, template)?,
                None => format!("/run/secrets/{}", id.value),
            };
            found.mounts.push(Mount { target, kind: MountKind::Secret { id: id.value.clone(), required } });
        }
        if let Some(revision) = &secret.revision {
            let text = planner.eval(revision)?;
            found.revisions += Text::comment(&format!("revision of the secret {}: {text}", id.value));
        }
    }
    Ok(found)
}

/// Lays files over the root of a stage; `title` is how the progress names the step, without what it writes.
fn write<P: Project>(
    planner: &Planner<'_, P>,
    owner: &str,
    title: &str,
    text: String,
    span: Span,
    items: Vec<LayerItem>,
    root: StepId,
) -> StepId {
    let name = format!("{title} {text}");
    let layer = Layer { name: name.clone(), history: text, span, items };
    planner.add(owner, name, span, StepKind::Write { root, layer })
}

/// A path in a step or an image: absolute, without `.`, `..` and a `/` at its end.
///
/// # Errors
/// It is not absolute, or leads above the root.
pub(crate) fn absolute(path: &str, template: &Template) -> Result<String, Diagnostic> {
    absolute_at(path, template.span)
}

/// The same for a path that is a key.
pub(crate) fn absolute_at(path: &str, span: Span) -> Result<String, Diagnostic> {
    strange_path(path, span).map_or(Ok(()), Err)?;
    let not_absolute = || {
        Diagnostic::error(span, format!("`{path}` is not an absolute path"))
            .with_help(format!("write `/{}`", path.trim_start_matches("./").trim_start_matches('/')))
    };
    let rest = path.strip_prefix('/').ok_or_else(not_absolute)?;
    let inside = crate::presets::join_path("", rest.trim_start_matches('/')).ok_or_else(|| {
        Diagnostic::error(span, format!("`{path}` leads above the root")).with_help("take `..` out of it")
    })?;
    Ok(format!("/{inside}"))
}

/// Where a copy goes: as [`absolute`], but a `/` at the end stays, since it says that the target is a folder.
fn destination(path: &str, template: &Template) -> Result<String, Diagnostic> {
    let folder = path.len() > 1 && path.ends_with('/');
    let target = absolute(path, template)?;
    Ok(if folder && target != "/" { format!("{target}/") } else { target })
}

/// A path seen from a folder.
fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", folder.trim_end_matches('/')) }
}
