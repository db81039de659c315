//! Final images: a base, what the build made, files from elsewhere, and a config. They are assembled, not built: no program runs in them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::try_join;
use serde_json::{Value, json};
use slipway_spec::model::{Dependencies, Image};
use slipway_spec::{Diagnostic, Name, Span, Spec};

use crate::config::{Evaluated, env_of, image_config};
use crate::door::Door;
use crate::log::Whole;
use crate::planner::{Planner, scratch};
use crate::presets::{Made, MadeLayer};
use crate::runtime::{Runtime, Runtimes};
use crate::stage::absolute_at;
use crate::{
    Args, BaseImage, CopyItem, ImageOrigin, Layer, LayerCopy, LayerItem, PlanError, Platform, Project, Request, StepId,
    StepKind, Steps, Target, emulation, left_behind, metadata, packages, unavailable,
};

/// How to make one target for one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The target's name, as `--target` takes it.
    pub target: String,
    /// The platform.
    pub platform: Platform,
    /// What there is to do.
    pub steps: Steps,
    /// The step whose result is the target's file system.
    pub result: StepId,
    /// Steps that are no part of the result and must succeed before there is one.
    pub gates: Vec<Gate>,
    /// The image's config, as JSON; for a build or a stage one without anything to run.
    pub config: Value,
    /// The config of the image that it stands on; an empty object for none.
    pub base_config: Value,
    /// Annotations of the image's manifest.
    pub annotations: BTreeMap<String, String>,
    /// The arguments that it depends on, those that the platform defines included.
    pub args: BTreeSet<String>,
    /// The files of the context that decided how it looks; some are not there.
    pub read: BTreeSet<Arc<str>>,
    /// Why things are as they are.
    pub notes: Vec<Arc<Note>>,
    /// What the user should know, though the plan could be made.
    pub warnings: Vec<Diagnostic>,
}

/// A step that must succeed before there is a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What it is called.
    pub name: String,
    /// The step.
    pub step: StepId,
    /// Where the spec asks for it.
    pub span: Span,
}

/// Why something is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Note {
    /// The build or image of the spec that it belongs to.
    pub owner: String,
    /// The reason, in a few words.
    pub text: String,
    /// The part of the spec that it concerns.
    pub span: Span,
}

/// Plans a target for a platform.
///
/// # Errors
/// What is wrong with the spec, the project or the request, with its place in the spec; or that the engine cannot be asked.
pub async fn plan<P: Project>(
    project: &P,
    spec: &Spec,
    target: Target<'_>,
    platform: &Platform,
    args: &Args,
    request: &Request,
) -> Result<Plan, PlanError> {
    let door = Door::of(project);
    let take_read = || door.take_read();
    let planner = Planner::new((&door, &take_read), spec, args, request, platform, target);
    plan_with(&planner, target).await
}

/// Plans a target with a planner, which may have planned others.
pub(crate) async fn plan_with(planner: &Planner<'_, Door<'_>>, target: Target<'_>) -> Result<Plan, PlanError> {
    match target {
        Target::Image { name, .. } => planner.shorten(Name::Image, name).await?,
        Target::Build { name, .. } => planner.shorten(Name::Build, name).await?,
        Target::Stage { name, .. } => planner.shorten(Name::Stage, name).await?,
    }
    let mut annotations = BTreeMap::new();
    let (made, part) = planner.apart(result(planner, target, &mut annotations)).await;
    let (result, config, base_config) = made?;
    let (steps, Whole { notes, warnings, gates, args, read }) = planner.finish(result, part);
    let (target, platform) = (target.label(), planner.platform.clone());
    Ok(Plan { target, platform, steps, result, gates, config, base_config, annotations, args, read, notes, warnings })
}

/// The step that a target is, its config, and that of what it stands on.
async fn result(
    planner: &Planner<'_, Door<'_>>,
    target: Target<'_>,
    annotations: &mut BTreeMap<String, String>,
) -> Result<(StepId, Value, Value), PlanError> {
    let Planner { platform, request, .. } = planner;
    let (label, span) = (target.label(), target.span());
    Ok(match target {
        Target::Image { name, variant, image } => {
            unavailable::report(planner, image);
            planner.repository_checks().await?;
            let made = match variant {
                None => planner.image_of(name, image).await?,
                Some(_) => Rc::new(file_system(planner, &label, image, span).await?),
            };
            let program = made.made.as_deref();
            let mut config = Evaluated::new(&image.keys.config, &planner.args, program).map_err(PlanError::Invalid)?;
            if let Some(program) = program {
                left_behind::report(planner, image, program, &config);
            }
            config.healthcheck = crate::healthcheck::evaluate(image.keys.healthcheck.as_ref(), &planner.args)?;
            let metadata = metadata::evaluate(&image.keys.metadata, &planner.args, &made.base)?;
            config.labels.splice(0..0, metadata.clone());
            annotations.extend(metadata);
            let base_config = made.base.config.clone();
            (made.step, image_config(&base_config, platform, &config, &made.layers, request), base_config)
        }
        Target::Build { name, build } => {
            let made = planner.made(name, build, Dependencies::Production, None).await?;
            (made.output, files_config(platform), json!({}))
        }
        Target::Stage { name, .. } => {
            let made = planner.stage(name).await?;
            let items = vec![CopyItem {
                from: made.root,
                source: made.output.clone(),
                target: "/".to_owned(),
                include: Vec::new(),
                exclude: Vec::new(),
            }];
            let result = if made.output == "/" {
                made.root
            } else {
                planner.add(name, format!("[{}] {}", name.value, made.output), span, StepKind::Select { items })
            };
            (result, files_config(platform), json!({}))
        }
    })
}

/// The config of a result that is files rather than an image.
fn files_config(platform: &Platform) -> Value {
    let mut config = json!({
        "os": platform.os(),
        "architecture": platform.arch(),
        "config": {},
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    if let (Some(object), variant) = (config.as_object_mut(), platform.variant())
        && !variant.is_empty()
    {
        object.insert("variant".to_owned(), variant.into());
    }
    config
}

/// The file system of an image.
pub(crate) struct FileSystem {
    pub(crate) step: StepId,
    layers: Vec<Layer>,
    base: BaseImage,
    made: Option<Rc<Made>>,
}

/// Plans the file system of an image.
pub(crate) async fn file_system<P: Project>(
    planner: &Planner<'_, P>,
    owner: &str,
    image: &Image,
    span: Span,
) -> Result<FileSystem, PlanError> {
    let keys = &image.keys;
    let word = planner.eval_option(keys.runtime.as_ref())?;
    let runtime_span = keys.runtime.as_ref().map_or(span, |runtime| runtime.span);
    let dependencies = keys.dependencies.as_ref().map_or(Dependencies::Production, |wanted| wanted.value);
    let preset = image.build.as_ref().map(|build| &build.build.options);
    // What it stands on is looked up while the build is planned, where it is known by then; what the lookup says is heard below.
    let early = async {
        if let Some(Runtime::Image(reference)) = Runtimes::early(preset).map(|known| known.find(word.as_deref())) {
            let _ = planner.project.image(&reference, planner.platform).await;
        }
        Ok(())
    };
    let made = async {
        match &image.build {
            Some(build) => planner.build(owner, build, dependencies, word.as_deref()).await.map(Some),
            None => Ok(None),
        }
    };
    let (made, ()) = try_join(made, early).await?;
    let runtimes = made.as_ref().map_or_else(|| Runtimes::of("scratch"), |made| made.runtimes.clone());
    if let Some(why) = word.as_deref().and_then(|word| runtimes.refusal(word)) {
        let word = word.as_deref().unwrap_or_default();
        return Err(Diagnostic::error(runtime_span, format!("`{owner}` cannot run on `{word}`"))
            .with_help(why.to_owned())
            .into());
    }
    let base = match runtimes.find(word.as_deref()) {
        Runtime::Scratch => scratch(),
        Runtime::Image(reference) => planner.project.image(&reference, planner.platform).await.map_err(|error| {
            PlanError::from(
                Diagnostic::error(
                    runtime_span,
                    format!("cannot get the image `{reference}` for {}, which `{owner}` stands on: {error}", planner.platform),
                )
                .with_help(format!(
                    "check the name and the platform, or name another image with `runtime:` or `--build-context {reference}=docker-image://…`"
                )),
            )
        })?,
    };
    if base.origin == ImageOrigin::Scratch {
        check_owners(planner, image)?;
    }
    let prefix = planner.prefix(planner.platform);
    let mut layers = layers(planner, (owner, &prefix), image, made.as_deref()).await?;
    let base_step =
        planner.base(owner, &format!("[{prefix}{owner} base]"), base.clone(), planner.platform, runtime_span);
    let (base_step, installed) = install_packages(planner, (owner, &prefix), image, base_step, &base)?;
    let step = planner.add(
        owner,
        format!("[{prefix}{owner}] assemble"),
        span,
        StepKind::Assemble { base: base_step, layers: layers.clone() },
    );
    layers.splice(0..0, installed);
    Ok(FileSystem { step, layers, base, made })
}

/// The base with the packages that the image and its build ask for, and the layer that they are, for the history.
fn install_packages<P: Project>(
    planner: &Planner<'_, P>,
    (owner, prefix): (&str, &str),
    image: &Image,
    root: StepId,
    base: &BaseImage,
) -> Result<(StepId, Option<Layer>), Diagnostic> {
    let of_build = image.build.iter().flat_map(|build| &build.build.packages.runtime);
    let wanted: Vec<_> = of_build.chain(&image.keys.packages).collect();
    let Some(span) = wanted.first().map(|template| template.span) else { return Ok((root, None)) };
    if base.origin == ImageOrigin::Scratch || base.name.contains("distroless") {
        return Err(Diagnostic::error(span, format!("no package can be installed on `{}`", base.name))
            .with_help("stand on an image that has apt, such as `runtime: slim`, or delete the packages"));
    }
    emulation::report(planner, planner.platform, span, "installing packages", "their scripts run in the image");
    let names = packages::names(planner, wanted)?;
    let env = env_of(&base.config);
    let title = format!("[{prefix}{owner} packages]");
    let into = packages::Into { owner, title: &title, root, env: &env, platform: planner.platform, span };
    let step = packages::install(planner, &into, &names);
    let history = format!("RUN apt-get install {}", names.join(" "));
    Ok((step, Some(Layer { name: title, history, span, items: Vec::new() })))
}

/// Refuses names of users in an image that has no list of users.
fn check_owners<P: Project>(planner: &Planner<'_, P>, image: &Image) -> Result<(), Diagnostic> {
    for template in image.keys.files.iter().filter_map(|(_, file)| file.owner.as_ref()) {
        let owner = planner.eval(template)?;
        if buildkit_llb::file::Owner::parse(&owner).has_names() {
            let message = format!("`{owner}` names a user, but this image stands on `scratch`, which has no users");
            return Err(Diagnostic::error(template.span, message).with_help("write numbers, as in `1001:1001`"));
        }
    }
    Ok(())
}

/// The layers of an image: what changes least comes first, and none depends on another.
async fn layers<P: Project>(
    planner: &Planner<'_, P>,
    (owner, prefix): (&str, &str),
    image: &Image,
    made: Option<&Made>,
) -> Result<Vec<Layer>, PlanError> {
    let mut layers = Vec::new();
    let workdir = image.keys.config.workdir.as_ref();
    let own = workdir.map(|template| Ok::<_, Diagnostic>((planner.eval(template)?, template.span))).transpose()?;
    let made_workdir = made.and_then(|made| Some((made.workdir.clone()?, made.layers.first()?.span)));
    if let Some((workdir, span)) = own.or(made_workdir)
        && !workdir.trim_matches('/').is_empty()
        && !made.is_some_and(|made| fills(&made.layers, &workdir))
    {
        layers.push(Layer {
            name: format!("[{prefix}{owner}] WORKDIR {workdir}"),
            history: format!("WORKDIR {workdir}"),
            span,
            items: vec![LayerItem::Folder { path: workdir, mode: 0o755 }],
        });
    }
    for layer in made.iter().flat_map(|made| &made.layers) {
        let how = if layer.how.is_empty() { String::new() } else { format!(" # {}", layer.how) };
        layers.push(Layer {
            name: format!("[{prefix}{owner}] {}", layer.what),
            history: format!("{}{how}", layer.what),
            span: layer.span,
            items: layer.items.clone(),
        });
    }
    for (destination, file) in image.keys.files.iter() {
        let place = planner.address(&file.from).await?;
        let folder = destination.len() > 1 && destination.ends_with('/');
        let mut target = absolute_at(destination, destination.span)?;
        if folder {
            target.push('/');
        }
        let copy = LayerCopy {
            mode: file.mode.map(|mode| mode.0),
            owner: planner.eval_option(file.owner.as_ref())?,
            ..LayerCopy::whole(place.step, place.path, target.clone())
        };
        let written = file.from.path.span;
        layers.push(Layer {
            name: format!("[{prefix}{owner}] COPY {target}"),
            history: format!("COPY {target}"),
            span: written,
            items: vec![LayerItem::Copy(copy)],
        });
    }
    Ok(layers)
}

/// Whether layers put something into a folder: then it needs no layer of its own to be there.
fn fills(layers: &[MadeLayer], folder: &str) -> bool {
    let inside = |target: &str| {
        let rest = target.trim_end_matches('/').strip_prefix(folder.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    layers.iter().flat_map(|layer| &layer.items).any(|item| match item {
        LayerItem::Copy(copy) => inside(&copy.target),
        LayerItem::Folder { path, .. } | LayerItem::Text { path, .. } => inside(path),
    })
}

/// The digest that an image was found to have.
pub(crate) fn digest_of(image: &BaseImage) -> Option<&str> {
    match &image.origin {
        ImageOrigin::Registry { reference } | ImageOrigin::OciLayout { reference, .. } => {
            reference.split_once('@').map(|(_, digest)| digest)
        }
        ImageOrigin::Input { .. } | ImageOrigin::Scratch => None,
    }
}
