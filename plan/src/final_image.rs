//! Final images: a base, what the build made, files from elsewhere, and a config. They are assembled, not built: no program runs in them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::try_join;
use serde_json::{Value, json};
use slipway_spec::model::{Dependencies, HealthTest, Healthcheck, Image, Preset, SHORT_NAMES};
use slipway_spec::{Diagnostic, Name, Span, Spec, Template};

use crate::config::{Evaluated, env_of, image_config};
use crate::contents::{self, Added, Base, Contents, Held, Unfit, UnknownName, User};
use crate::door::Door;
use crate::layers::{self, Laid};
use crate::log::{Lack, News, Part, Whole};
use crate::named_paths::Use;
use crate::planner::{Planner, scratch};
use crate::presets;
use crate::runtime::{Runtime, Runtimes};
use crate::{
    Args, BaseImage, CopyItem, ImageOrigin, Layer, PlanError, Platform, Project, Read, Request, Step, StepId, StepKind,
    Steps, Target, emulation, left_behind, metadata, packages, unavailable,
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
    /// What the image holds, as far as that is known; `None` for a build or a stage.
    pub contents: Option<Contents>,
    /// The folder of the image that has the files of the build's source folder as they are; none where they are compiled, or come from elsewhere.
    pub source_folder: Option<String>,
    /// Annotations of the image's manifest.
    pub annotations: BTreeMap<String, String>,
    /// The arguments that it depends on, those that the platform defines included.
    pub args: BTreeSet<String>,
    /// The files of the context that decided how it looks; some are not there.
    pub read: Read,
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
    let (made, part) = begin(planner, target).await?;
    let whole = planner.whole(part);
    let missing = planner.missing(&whole.named).await?;
    let lack = match missing.iter().any(|(used, _)| *used == Use::Source) {
        true => Lack::Source,
        false if missing.is_empty() => Lack::Nothing,
        false => Lack::Path,
    };
    let Ends { result, config, base_config, contents, source_folder, annotations } = judged(made, lack, missing)?;
    let steps = planner.finish(result, &whole);
    let Whole { notes, mut warnings, gates, args, read, named: _ } = whole;
    // A build that only gives files to another one may plan what no result needs, such as the dependencies of an image.
    let build = &planner.request.build_platform;
    warnings.retain(|found| emulation::is_needed(build, found, steps.iter().map(|(_, step)| step)));
    let (target, platform) = (target.label(), planner.platform.clone());
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
        annotations,
        args,
        read,
        notes,
        warnings,
    })
}

/// What there is to say about a target beside its steps, for an overview; what was said of another target is left out.
pub(crate) struct Seen {
    pub(crate) contents: Option<Contents>,
    pub(crate) news: News,
    /// Steps that no other target needed.
    pub(crate) steps: Vec<Arc<Step>>,
}

/// Plans a target to see whether it can be, and what its image holds.
pub(crate) async fn see_with(planner: &Planner<'_, Door<'_>>, target: Target<'_>) -> Result<Seen, PlanError> {
    let (made, part) = begin(planner, target).await?;
    let news = planner.news(part);
    let missing = planner.missing(&news.named).await?;
    match judged(made, planner.lack(part, &news), missing) {
        Ok(Ends { result, contents, .. }) => {
            let steps = planner.new_steps(result, &news);
            Ok(Seen { contents, news, steps })
        }
        Err(error) => {
            planner.unsaid(&news);
            Err(error)
        }
    }
}

async fn begin(
    planner: &Planner<'_, Door<'_>>,
    target: Target<'_>,
) -> Result<(Result<Ends, PlanError>, Part), PlanError> {
    match target {
        Target::Image { name, .. } => planner.shorten(Name::Image, name).await?,
        Target::Build { name, .. } => planner.shorten(Name::Build, name).await?,
        Target::Stage { name, .. } => planner.shorten(Name::Stage, name).await?,
    }
    match planner.apart(ends(planner, target)).await {
        (Err(error @ PlanError::Project(_)), _) => Err(error),
        known => Ok(known),
    }
}

/// What was made, unless there is nothing at a path that it needs.
fn judged(made: Result<Ends, PlanError>, lack: Lack, missing: Vec<(Use, Diagnostic)>) -> Result<Ends, PlanError> {
    let mut missing: Vec<_> = missing.into_iter().map(|(_, found)| found).collect();
    match made {
        Ok(made) if lack == Lack::Nothing => Ok(made),
        // A folder that is not there is the reason for whatever a preset misses in it.
        Err(PlanError::Invalid(found)) if lack != Lack::Source => {
            missing.extend(found);
            Err(PlanError::Invalid(missing))
        }
        _ => Err(PlanError::Invalid(missing)),
    }
}

/// A target, but for its steps.
struct Ends {
    result: StepId,
    config: Value,
    base_config: Value,
    contents: Option<Contents>,
    source_folder: Option<String>,
    annotations: BTreeMap<String, String>,
}

async fn ends(planner: &Planner<'_, Door<'_>>, target: Target<'_>) -> Result<Ends, PlanError> {
    let Planner { platform, request, .. } = planner;
    let (label, span) = (target.label(), target.span());
    let (mut annotations, mut source_folder) = (BTreeMap::new(), None);
    let (result, config, base_config, contents) = match target {
        Target::Image { name, variant, image } => {
            unavailable::report(planner, image);
            planner.repository_checks().await?;
            let made = match variant {
                None => planner.image_of(name, image).await?,
                Some(_) => Rc::new(file_system(planner, &label, image, span).await?),
            };
            let program = made.laid.made.as_deref();
            let mut config = Evaluated::new(&image.keys.config, &planner.args, program).map_err(PlanError::Invalid)?;
            let build = image.build.as_ref().map(|used| &used.build);
            source_folder = build.zip(program).and_then(|(build, made)| presets::source_in_image(build, made));
            if let Some(program) = program {
                left_behind::report(planner, image, program, &config);
                let keys = &image.keys.config;
                if keys.entrypoint.is_none() && keys.cmd.is_none() {
                    program.start.findings.iter().for_each(|found| planner.warn(found.clone()));
                }
            }
            if let Some(home) = &made.laid.folders.home {
                config.env.push(("HOME".to_owned(), home.clone()));
            }
            config.healthcheck = crate::healthcheck::evaluate(image.keys.healthcheck.as_ref(), &planner.args)?;
            let contents = contents_of(planner, image, &made, &config).await?;
            let metadata = metadata::evaluate(&image.keys.metadata, &planner.args, &made.base)?;
            config.labels.splice(0..0, metadata.clone());
            annotations.extend(metadata);
            let base_config = made.base.config.clone();
            let config = image_config(&base_config, platform, &config, &made.layers, request);
            (made.step, config, base_config, Some(contents))
        }
        Target::Build { name, build } => {
            let made = planner.made(name, build, Dependencies::Production, None).await?;
            (made.output, files_config(platform), json!({}), None)
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
            (result, files_config(platform), json!({}), None)
        }
    };
    Ok(Ends { result, config, base_config, contents, source_folder, annotations })
}

/// What is known of an image's contents.
///
/// # Errors
/// An entrypoint that certainly cannot be run.
async fn contents_of<P: Project>(
    planner: &Planner<'_, P>,
    image: &Image,
    made: &FileSystem,
    config: &Evaluated,
) -> Result<Contents, PlanError> {
    let laid = &made.laid;
    let keys = &image.keys.config;
    let health: &[Template] = match &image.keys.healthcheck {
        Some(Healthcheck::Check { test: HealthTest::Run(words), .. }) => words,
        _ => &[],
    };
    let health_words = health.iter().map(|word| planner.eval(word)).collect::<Result<Vec<_>, _>>()?;
    let folders: Vec<String> = laid.volumes.iter().chain(&laid.workdir).map(|place| place.path.clone()).collect();
    let env = env_of(&made.base.config);
    let held = Held {
        base: &made.known,
        made: laid.made.as_deref(),
        files: &laid.files,
        folders: &folders,
        env: &env,
        has_packages: made.has_packages,
    };
    let words = (keys.entrypoint.as_deref(), keys.cmd.as_deref(), health);
    let programs = contents::look(planner.project, &held, words, config, &health_words).await?;
    contents::refuse(&made.known, &programs.calls, held.made)?;
    let has_program = image.build.as_ref().is_some_and(|build| build.build.preset.value != Preset::Static);
    Ok(Contents {
        base: made.known.clone(),
        user: laid.user.clone(),
        unknown_user: made.unknown_user.clone(),
        calls: programs.calls,
        argument: programs.argument,
        starts: programs.starts,
        absent: programs.absent,
        suggestions: programs.suggestions,
        idle: held.made.and_then(|made| made.start.idle.clone()),
        has_program,
        unwritable: laid.folders.unwritable.clone(),
        lack: made.lack.clone(),
        hiding: layers::hiding(laid),
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
    known: Base,
    laid: Laid,
    unknown_user: Option<UnknownName>,
    has_packages: bool,
    lack: Option<Unfit>,
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
    if let (Some(runtime), Some(word)) = (&keys.runtime, &word)
        && !SHORT_NAMES.contains(&word.as_str())
    {
        planner.check_name(runtime, word)?;
    }
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
    let known = Base::of(&base);
    let prefix = planner.prefix(planner.platform);
    let mut laid = layers::lay(planner, (owner, &prefix, span), image, (&known, &base), made).await?;
    let has_packages = wanted_packages(image).next().is_some();
    // Packages and files may bring what the base lacks.
    let brings = has_packages && runtimes.need.is_package();
    let brings = brings || laid.files.iter().any(|file| contents::may_bring(&file.path));
    let lack = known.lacks(&runtimes.need, runtime_span).filter(|_| !brings);
    if let Some(lack) = lack.as_ref().filter(|lack| lack.is_certain) {
        // What a build says against a runtime without any C library holds here as well.
        let help = runtimes.refusal("static").filter(|_| lack.is_of_c_library).unwrap_or(&lack.help);
        return Err(Diagnostic::error(lack.span, lack.message(&known)).with_help(help.to_owned()).into());
    }
    let unknown_user = check_users(planner, image, (&known, &base), &laid, has_packages).await?;
    let base_step =
        planner.base(owner, &format!("[{prefix}{owner} base]"), base.clone(), planner.platform, runtime_span);
    let (mut base_step, installed) =
        install_packages(planner, (owner, &prefix), image, base_step, (&known, &base)).await?;
    let in_base = std::mem::take(&mut laid.in_base);
    for layer in &in_base {
        let kind = StepKind::Write { root: base_step, layer: layer.clone() };
        base_step = planner.add(owner, layer.name.clone(), layer.span, kind);
    }
    let mut layers = std::mem::take(&mut laid.layers);
    let step = planner.add(
        owner,
        format!("[{prefix}{owner}] assemble"),
        span,
        StepKind::Assemble { base: base_step, layers: layers.clone() },
    );
    layers.splice(0..0, installed.into_iter().chain(in_base));
    Ok(FileSystem { step, layers, base, known, laid, unknown_user, has_packages, lack })
}

/// The packages that an image and its build ask for.
fn wanted_packages(image: &Image) -> impl Iterator<Item = &Template> {
    let of_build = image.build.iter().flat_map(|build| &build.build.packages.runtime);
    of_build.chain(&image.keys.packages)
}

/// The base with the packages that the image and its build ask for, and the layer that they are, for the history.
async fn install_packages<P: Project>(
    planner: &Planner<'_, P>,
    (owner, prefix): (&str, &str),
    image: &Image,
    root: StepId,
    (known, base): (&Base, &BaseImage),
) -> Result<(StepId, Option<Layer>), PlanError> {
    let wanted: Vec<_> = wanted_packages(image).collect();
    let Some(span) = wanted.first().map(|template| template.span) else { return Ok((root, None)) };
    if let Some(why) = packages::refusal(planner.project, planner.platform, (known, base)).await? {
        return Err(Diagnostic::error(span, format!("no package can be installed on `{}`: {why}", base.name))
            .with_help("stand on an image of Debian or Ubuntu, such as `runtime: slim`, or delete the packages")
            .into());
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

/// Refuses names of users that an image certainly does not know; the name of its own that it does not seem to know.
async fn check_users<P: Project>(
    planner: &Planner<'_, P>,
    image: &Image,
    (base, base_image): (&Base, &BaseImage),
    laid: &Laid,
    has_packages: bool,
) -> Result<Option<UnknownName>, PlanError> {
    let refuse = |user: &User, unknown: &UnknownName| {
        Diagnostic::error(user.span, unknown.message(&base.name)).with_help(UnknownName::HELP).into()
    };
    let of_base = |_: &str| if has_packages { Added::Packages } else { Added::Nothing };
    for template in image.keys.files.iter().filter_map(|(_, file)| file.owner.as_ref()) {
        let owner = planner.eval(template)?;
        contents::check_form(&owner, template.span)?;
        // Files are given to `root` without looking it up; other names are looked up in the base.
        let parts: Vec<_> = owner.split(':').map(|part| if part == "root" { "0" } else { part }).collect();
        let owner = User { text: parts.join(":"), span: template.span };
        let unknown =
            contents::unknown(planner.project, planner.platform, (base, base_image), &owner, &of_base).await?;
        if let Some(unknown) = unknown.filter(|unknown| unknown.is_certain) {
            return Err(refuse(&owner, &unknown));
        }
    }
    let mut lists = BTreeMap::new();
    for file in ["etc/passwd", "etc/group"] {
        lists.insert(file, contents::brought_text(planner.project, laid.made.as_deref(), &laid.files, file).await?);
    }
    let added = |file: &str| match lists.get(file) {
        Some(Some(text)) => Added::File(text.as_deref()),
        _ => of_base(file),
    };
    match contents::unknown(planner.project, planner.platform, (base, base_image), &laid.user, &added).await? {
        Some(unknown) if unknown.is_certain => Err(refuse(&laid.user, &unknown)),
        unknown => Ok(unknown),
    }
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
