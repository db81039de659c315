//! Final images: a base, the output of the build, additional files, and a config. They are assembled, not built: no
//! program runs in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use slipway_spec::model::{
    BaseRef, Distro, HealthTest, Healthcheck, Image, ImageTestOf, Package, PackageRepository, Preset,
};
use slipway_spec::{Diagnostic, Map, Name, Span, Spanned, Template};

use crate::any_project::AnyProject;
use crate::config::{Evaluated, image_config};
use crate::contents::{self, Added, Base, Contents, Held, MissingLibrary, Unfit, UnknownName, User};
use crate::debug::Debugging;
use crate::draft::Draft;
use crate::env::env_of;
use crate::ground::{Ground, Part};
use crate::image::{BaseImage, scratch};
use crate::layers::{self, Laid};
use crate::output::{BuildOutput, Watched};
use crate::packages::Packages;
use crate::paths::is_within;
use crate::runtime::{Runtime, Runtimes};
use crate::{
    Layer, PlanError, Platform, StepId, StepKind, compress, debug, develop, emulation, healthcheck, image_user,
    metadata, missing_program, opened_files, packages, prisma_engine, probe,
};

/// A target without its steps.
pub(crate) struct Ends {
    pub(crate) result: StepId,
    pub(crate) config: Value,
    pub(crate) base_config: Value,
    pub(crate) contents: Option<Contents>,
    pub(crate) source_folder: Option<String>,
    pub(crate) lockfiles: Option<StepId>,
    pub(crate) debugger_port: Option<u16>,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) watched: Option<Watched>,
}

impl Ends {
    /// Those of a result that is files, not an image.
    pub(crate) fn files(platform: &Platform, result: StepId) -> Self {
        Self::of_config(result, files_config(platform), json!({}))
    }

    /// Those of a stage: its root file system, with the config that an image on it would inherit.
    pub(crate) fn of_config(result: StepId, config: Value, base_config: Value) -> Self {
        Self {
            result,
            config,
            base_config,
            contents: None,
            source_folder: None,
            lockfiles: None,
            debugger_port: None,
            annotations: BTreeMap::new(),
            watched: None,
        }
    }
}

/// The config of an image, and its known contents.
///
/// # Errors
/// The spec of the image is invalid, or its program certainly does not run.
pub(crate) async fn end(
    draft: &mut Draft<'_>,
    (image, span): (&Image, Span),
    made: &FileSystem,
    source_folder: Option<String>,
) -> Result<Ends, PlanError> {
    let mut config = evaluate(draft, image, made)?;
    if let Some(program) = made.output() {
        missing_program::report(draft, image, program, &config);
        let keys = &image.keys.config;
        if keys.entrypoint.is_none() && keys.cmd.is_none() {
            program.start.findings.iter().for_each(|found| draft.warn(found.clone()));
        }
        let is_brought = |path: &str| image.keys.files.iter().any(|(file, _)| is_within(&file.value, path));
        let lacks = program.start.lacks.iter().filter(|(path, _)| !is_brought(path));
        lacks.for_each(|(_, found)| draft.warn(found.clone()));
        if let Some(build) = &image.build {
            let place = (image, build.build.preset.span);
            let contents = (&made.ground.known, made.laid.files.as_slice(), &made.laid.links);
            opened_files::report(draft, place, &program.start.opens, contents, config.workdir.as_deref());
        }
    }
    prisma_engine::report(draft, image, &made.ground.known, made.output());
    let contents = contents_of(draft, image, made, &config).await?;
    let mut annotations = metadata_of(draft, image, made)?.into_iter().collect();
    metadata::override_with(&mut annotations, &draft.request.labels);
    metadata::require((&draft.spec.policy, span), &config.labels, &draft.request.labels)?;
    let base = &made.ground;
    debug::start(made.debugging.as_ref(), base, &mut config)?;
    let watched = develop::watched(made.output(), &config);
    let config = image_config(&base.image.config, draft.platform, &config, &made.layers, &draft.request.labels);
    let base_config = base.bottom_config.clone();
    let (contents, debugger_port) = (Some(contents), made.debugging.as_ref().and_then(Debugging::port));
    let lockfiles = made.output().and_then(|made| made.lockfiles);
    Ok(Ends {
        result: made.step,
        config,
        base_config,
        contents,
        source_folder,
        lockfiles,
        debugger_port,
        annotations,
        watched,
    })
}

/// An image to be examined: its config, without what is said of it.
///
/// # Errors
/// The spec of the image is invalid.
pub(crate) fn examined(draft: &mut Draft<'_>, image: &Image, made: &FileSystem) -> Result<Ends, PlanError> {
    let evaluated = evaluate(draft, image, made)?;
    let base = &made.ground.image.config;
    let config = image_config(base, draft.platform, &evaluated, &made.layers, &draft.request.labels);
    Ok(Ends::of_config(made.step, config, json!({})))
}

/// An image as the base of a stage or of another image.
///
/// # Errors
/// The spec of the image is invalid.
pub(crate) fn as_ground(
    draft: &mut Draft<'_>,
    name: &str,
    image: &Image,
    made: &FileSystem,
) -> Result<Ground, PlanError> {
    let mut evaluated = evaluate(draft, image, made)?;
    let below = &made.ground;
    debug::start(made.debugging.as_ref(), below, &mut evaluated)?;
    // Labels of the command line belong to the image that is built.
    let labels = BTreeMap::new();
    let part = Part {
        config: image_config(&below.image.config, draft.platform, &evaluated, &made.layers, &labels),
        is_changed: !made.layers.is_empty(),
        user: Some(evaluated.user),
        entrypoint: evaluated.entrypoint,
        cmd: evaluated.cmd,
    };
    // Packages may add users.
    let lists = made.laid.lists.clone().filter(|_| !made.has_packages);
    Ok(Ground { lists, ..below.under((Name::Image, name), made.step, part) })
}

/// The config in the spec of an image, over that of its build.
fn evaluate(draft: &mut Draft<'_>, image: &Image, made: &FileSystem) -> Result<Evaluated, PlanError> {
    let user = made.laid.user.text.clone();
    let evaluated = Evaluated::new(&image.keys.config, &mut draft.evaluator, made.output(), user);
    let mut config = evaluated.map_err(PlanError::Invalid)?;
    develop::start(draft, image, made.output(), &mut config)?;
    if let Some(home) = &made.laid.folders.home {
        config.env.push(("HOME".to_owned(), home.clone()));
    }
    if config.workdir.is_none() {
        config.workdir = made.laid.user.workdir_instead_of(&made.ground.image);
    }
    config.healthcheck = healthcheck::evaluate(image.keys.healthcheck.as_ref(), &mut draft.evaluator)?;
    if let (Some(check), Some(_)) = (&mut config.healthcheck, made.output().and_then(|made| made.develop.as_ref())) {
        develop::wait_for_start(check);
    }
    config.init = image.keys.init.as_ref().map(|init| init.value);
    probe::check_init(image, &made.ground, (config.entrypoint.as_deref(), config.cmd.as_deref()))?;
    config.labels.splice(0..0, metadata_of(draft, image, made)?);
    Ok(config)
}

/// The metadata of an image. Its base is the image of a registry that it stands on in the end.
fn metadata_of(draft: &mut Draft<'_>, image: &Image, made: &FileSystem) -> Result<Vec<(String, String)>, Diagnostic> {
    let base = BaseImage { name: made.ground.bottom.clone(), config: Value::Null, ..made.ground.image.clone() };
    metadata::evaluate(&image.keys.metadata, &mut draft.evaluator, &base)
}

/// The known contents of an image.
///
/// # Errors
/// An entrypoint that certainly cannot be run.
async fn contents_of(
    draft: &mut Draft<'_>,
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
    let health_words = draft.eval_all(health)?;
    let mut tests = Vec::new();
    for (_, test) in image.keys.tests.iter() {
        if let ImageTestOf::Run { run, .. } = &test.of
            && let Some(program) = run.first()
        {
            tests.push(Spanned::new(draft.eval(program)?, program.span));
        }
    }
    let own = laid.own_folders.iter().map(|folder| &folder.place);
    let folders =
        laid.volumes.iter().chain(&laid.workdir).chain(own).map(|place| place.path.clone()).collect::<Vec<_>>();
    let env = env_of(&made.ground.image.config);
    let held = Held {
        base: &made.ground.known,
        made: laid.made.as_deref(),
        files: &laid.files,
        links: &laid.links,
        folders: &folders,
        env: &env,
        has_packages: made.has_packages,
    };
    let words = (keys.entrypoint.as_deref(), keys.cmd.as_deref(), health);
    let programs = contents::look(draft.project, &held, words, config, &health_words, &tests).await?;
    contents::refuse(&made.ground.known, &programs.calls, held.made)?;
    let foreign = contents::foreign(draft.project, draft.platform, &held, &programs.calls).await?;
    let has_program = image.build.as_ref().is_some_and(|build| build.build.preset.value != Preset::Static);
    Ok(Contents {
        base: made.ground.known.clone(),
        user: laid.user.clone(),
        unknown_user: made.unknown_user.clone(),
        calls: programs.calls,
        argument: programs.argument,
        starts: programs.starts,
        absent: programs.absent,
        suggestions: programs.suggestions,
        idle: held.made.and_then(|made| made.start.idle.clone()),
        has_program,
        exposed: config.expose.clone(),
        unwritable: laid.folders.unwritable.clone(),
        lack: made.lack.clone(),
        libraries: made.libraries.clone(),
        hiding: layers::hiding(laid),
        dangling: held.dangling(draft.project).await?,
        foreign,
    })
}

/// The config of a result that is files, not an image.
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
    ground: Ground,
    laid: Laid,
    unknown_user: Option<UnknownName>,
    has_packages: bool,
    lack: Option<Unfit>,
    libraries: Vec<MissingLibrary>,
    debugging: Option<Debugging>,
}

impl FileSystem {
    /// The output of the image's build, with the program at its path in this image.
    pub(crate) fn output(&self) -> Option<&BuildOutput> {
        self.laid.made.as_deref()
    }
}

/// Looks up the base of an image while its build is planned, if it is already known. [`file_system`] reports errors of
/// the lookup.
///
/// # Errors
/// `None`: the type is that of the future it runs beside.
pub(crate) async fn look_ahead(
    project: &AnyProject<'_>,
    platform: &Platform,
    known: Option<Runtimes>,
    (runtime, distro): (Option<&str>, Option<&Spanned<Distro>>),
) -> Result<(), PlanError> {
    if let Some(Ok(Runtime::Image(reference))) = known.map(|known| known.find(runtime, distro)) {
        let _ = project.image(&reference, platform).await;
    }
    Ok(())
}

/// Plans the file system of an image with the output of its build. Its base is a part of the file, or what the word in
/// `runtime` means.
pub(crate) async fn file_system(
    draft: &mut Draft<'_>,
    (owner, span): (&str, Span),
    image: &Image,
    base: Result<Ground, (Option<&str>, Option<&Spanned<Distro>>)>,
    made: Option<Arc<BuildOutput>>,
) -> Result<FileSystem, PlanError> {
    let keys = &image.keys;
    develop::check(owner, image, made.as_deref())?;
    let made = compress::programs(draft, owner, image, made).await?;
    let debugging = debug::wanted(owner, image, made.as_deref())?;
    let runtime_span = keys.runtime.as_ref().map_or(span, BaseRef::span);
    let runtimes = made.as_ref().map_or_else(|| Runtimes::of("scratch"), |made| made.runtimes.clone());
    let ground = match (made.as_ref().and_then(|made| made.develop.as_ref()), base) {
        (Some(develop), _) => develop::ground(draft, owner, image, develop)?,
        (None, Ok(ground)) => ground,
        (None, Err(word)) => Ground::of_image(look_up(draft, (owner, runtime_span), &runtimes, word).await?),
    };
    let (base, known) = (&ground.image, &ground.known);
    let prefix = draft.prefix(draft.platform);
    let has_packages = wanted_packages(image).next().is_some();
    let mut laid = layers::lay(draft, (owner, &prefix, span), image, &ground, (made, has_packages)).await?;
    // Packages and files may provide what the base lacks.
    let mut brought = laid.files.iter().map(|file| &file.path).chain(laid.links.iter().map(|link| &link.path));
    let brings_files = brought.any(|path| contents::may_bring(path));
    let brings = has_packages && runtimes.need.is_package() || brings_files;
    let lack = known.lacks(&runtimes.need, runtimes.built_on, runtime_span).filter(|_| !brings);
    let of_packages = || known.lacks_for(&runtimes.native, runtime_span).filter(|_| !brings_files);
    let lack = lack.or_else(of_packages);
    let libraries = match runtimes.loads_libraries && !brings_files {
        true => missing_libraries(draft, image, (known, runtimes.built_on))?,
        false => Vec::new(),
    };
    if let Some(lack) = lack.as_ref().filter(|lack| lack.is_certain) {
        // Objections of a build to a runtime without a C library also apply here.
        let help = runtimes.refusal("static").filter(|_| lack.is_of_c_library).unwrap_or(&lack.help);
        return Err(Diagnostic::error(lack.span, lack.message(known)).with_help(help.to_owned()).into());
    }
    let unknown_user = check_users(draft, (known, base), &laid, has_packages).await?;
    let title = format!("[{prefix}{owner} base]");
    let base_step =
        ground.step.unwrap_or_else(|| draft.base(owner, &title, base.clone(), draft.platform, runtime_span));
    let (base_step, users) = match laid.users.take() {
        Some(users) => image_user::into_base(draft, (owner, base), base_step, users),
        None => (base_step, None),
    };
    let (mut base_step, installed) = install_packages(draft, (owner, &prefix), image, base_step, (known, base)).await?;
    let in_base = std::mem::take(&mut laid.in_base);
    for layer in &in_base {
        let kind = StepKind::Write { root: base_step, layer: layer.clone() };
        base_step = draft.add(owner, layer.name.clone(), layer.span, kind);
    }
    // Below all others, because it changes least.
    let probe = probe::layer(draft, (owner, &format!("[{prefix}{owner}]")), image, &ground);
    let mut layers: Vec<_> = probe.into_iter().chain(std::mem::take(&mut laid.layers)).collect();
    if let Some(debugging) = &debugging {
        // On top, so that all others are those of the image without it.
        layers.extend(debug::layers(draft, (owner, &prefix), &ground, debugging).await?);
    }
    let step = draft.add(
        owner,
        format!("[{prefix}{owner}] assemble"),
        span,
        StepKind::Assemble { base: base_step, layers: layers.clone() },
    );
    layers.splice(0..0, users.into_iter().chain(installed).chain(in_base));
    Ok(FileSystem { step, layers, ground, laid, unknown_user, has_packages, lack, libraries, debugging })
}

/// The image that a word in `runtime` means for a build.
async fn look_up(
    draft: &Draft<'_>,
    (owner, span): (&str, Span),
    runtimes: &Runtimes,
    (word, distro): (Option<&str>, Option<&Spanned<Distro>>),
) -> Result<BaseImage, PlanError> {
    let refused = |word| Some((word, runtimes.refusal(word)?));
    if let Some((refused, why)) = refused(word.unwrap_or(runtimes.default)) {
        let default = if word.is_none() { ", the default runtime" } else { "" };
        let found = Diagnostic::error(span, format!("`{owner}` cannot run on `{refused}`{default}"));
        return Err(found.with_help(why.to_owned()).into());
    }
    let reference = match runtimes.find(word, distro)? {
        Runtime::Scratch => return Ok(scratch()),
        Runtime::Image(reference) => reference,
    };
    let found = |error| {
        let message = format!(
            "cannot get the image `{reference}` for {}, which is the base of `{owner}`: {error}",
            draft.platform
        );
        let help = format!(
            "check the name and the platform, or provide an image with `runtime:` or `--build-context \
             {reference}=docker-image://…`"
        );
        Diagnostic::error(span, message).with_help(help)
    };
    Ok(draft.project.image(&reference, draft.platform).await.map_err(|error| error.at(span, found))?)
}

/// The packages of an image and its build.
fn wanted_packages(image: &Image) -> impl Iterator<Item = &Package> {
    let of_build = image.build.iter().flat_map(|build| &build.build.packages.runtime);
    of_build.chain(&image.keys.packages.runtime)
}

/// The package repositories of an image and its build.
fn repositories(image: &Image) -> impl Iterator<Item = &Map<PackageRepository>> {
    let of_build = image.build.iter().map(|build| &build.build.packages.repositories);
    of_build.chain([&image.keys.packages.repositories])
}

/// Libraries that packages provide in the build steps but not in the image.
fn missing_libraries(
    draft: &mut Draft<'_>,
    image: &Image,
    (base, built_on): (&Base, Option<Distro>),
) -> Result<Vec<MissingLibrary>, PlanError> {
    let of_build = image.build.iter().flat_map(|build| &build.build.packages.build);
    let wanted = of_build.filter_map(Package::name).map(|template| Ok((draft.eval(template)?, template.span)));
    let wanted = wanted.collect::<Result<Vec<_>, Diagnostic>>()?;
    let installed = wanted_packages(image).map(|package| package.name().map(|name| draft.eval(name)).transpose());
    // A file may contain any library.
    let installed: Option<Vec<_>> = installed.collect::<Result<Option<_>, _>>()?;
    Ok(installed.map_or_else(Vec::new, |installed| contents::missing_libraries(base, built_on, &wanted, &installed)))
}

/// The base with the packages of the image and its build, and their layer, for the history.
async fn install_packages(
    draft: &mut Draft<'_>,
    (owner, prefix): (&str, &str),
    image: &Image,
    root: StepId,
    (known, base): (&Base, &BaseImage),
) -> Result<(StepId, Option<Layer>), PlanError> {
    let wanted: Vec<_> = wanted_packages(image).collect();
    let Some(span) = wanted.first().map(|package| package.span()) else { return Ok((root, None)) };
    let manager = packages::manager(draft.project, draft.platform, (known, base)).await?.map_err(|why| {
        Diagnostic::error(span, format!("packages cannot be installed on `{}`: {why}", base.name))
            .with_help("use an image of a distribution, such as `runtime: slim`, or delete the packages")
    })?;
    emulation::report(draft, draft.platform, span, "installing packages", "their scripts run in the image");
    let packages = Packages::of(draft, manager, wanted, repositories(image))?;
    let env = env_of(&base.config);
    let title = format!("[{prefix}{owner} packages]");
    let into = packages::InstallInto { owner, title: &title, root, manager, env: &env, platform: draft.platform, span };
    let step = packages::install(draft, &into, &packages);
    let history = format!("RUN {}", packages::command(manager, &packages));
    Ok((step, Some(Layer { name: title, history, span, items: Vec::new() })))
}

/// Rejects user names that certainly do not exist in an image; returns the image's own if it probably does not exist.
async fn check_users(
    draft: &mut Draft<'_>,
    (base, base_image): (&Base, &BaseImage),
    laid: &Laid,
    has_packages: bool,
) -> Result<Option<UnknownName>, PlanError> {
    let refuse = |user: &User, unknown: &UnknownName| {
        Diagnostic::error(user.span, unknown.message(&base.name)).with_help(UnknownName::HELP).into()
    };
    let of_base = |file: &str| match &laid.lists {
        Some(lists) if !has_packages => {
            Added::File(Some(if file == contents::GROUP { &lists.group } else { &lists.passwd }))
        }
        _ if has_packages => Added::Packages,
        _ => Added::Nothing,
    };
    let files = laid.files.iter().filter_map(|file| Some((file.owner.as_ref()?, file.owner_span)));
    let folders = laid.own_folders.iter().filter_map(|folder| Some((folder.owner.as_ref()?, folder.owner_span)));
    for (owner, span) in files.chain(folders) {
        contents::check_form(owner, span)?;
        // `root` as an owner is not looked up; other names are looked up in the base.
        let parts: Vec<_> = owner.split(':').map(|part| if part == "root" { "0" } else { part }).collect();
        let owner = User::written(parts.join(":"), span);
        let unknown = contents::unknown(draft.project, draft.platform, (base, base_image), &owner, &of_base).await?;
        if let Some(unknown) = unknown.filter(|unknown| unknown.is_certain) {
            return Err(refuse(&owner, &unknown));
        }
    }
    let mut lists = BTreeMap::new();
    for file in ["etc/passwd", "etc/group"] {
        lists.insert(file, contents::brought_text(draft.project, laid.made.as_deref(), &laid.files, file).await?);
    }
    let added = |file: &str| match lists.get(file) {
        Some(Some(text)) => Added::File(text.as_deref()),
        _ => of_base(file),
    };
    match contents::unknown(draft.project, draft.platform, (base, base_image), &laid.user, &added).await? {
        Some(unknown) if unknown.is_certain => Err(refuse(&laid.user, &unknown)),
        unknown => Ok(unknown),
    }
}
