//! The layers of a final image: the output of the build, additional files, and folders of the image's user.
//!
//! Layers that change least come first, and none depends on another. Folders of the user come last: their owner applies
//! to everything below.

mod claims;

use std::sync::Arc;

use slipway_spec::model::Image;
use slipway_spec::{Diagnostic, Span};

use self::claims::{claims, folder_claims, placed, target_of};
use crate::any_project::AnyProject;
use crate::brought::{self, bring};
use crate::contents::{
    self, Base, Brought, By, Claim, Folders, Home, Kind, Links, Lists, OwnFolder, Place, Shape, Targets, User, Wanted,
    is_inside, look_where_it_matters,
};
use crate::draft::Draft;
use crate::ground::Ground;
use crate::init::PROBE;
use crate::output::{BuildOutput, OutputLayer};
use crate::paths::{absolute_at, in_folder};
use crate::{Layer, LayerCopy, LayerItem, PlanError, develop, furnish, image_user, own_folders, probe, secret_files};

/// The layers of an image with additional facts.
pub(crate) struct Laid {
    /// The lists of users and groups that are written into the base.
    pub(crate) users: Option<(image_user::InBase, Layer)>,
    /// Layers that are written into the base, because it has its own kind of folder at their destination.
    pub(crate) in_base: Vec<Layer>,
    /// Layers that do not depend on the base.
    pub(crate) layers: Vec<Layer>,
    /// The output of the build, with the program at its path in this image.
    pub(crate) made: Option<Arc<BuildOutput>>,
    /// The entries of `files`.
    pub(crate) files: Vec<Brought>,
    /// The links in `files`.
    pub(crate) links: Links,
    /// The image's own volumes.
    pub(crate) volumes: Vec<Place>,
    /// The image's own working directory.
    pub(crate) workdir: Option<Place>,
    /// The entries of `folders`.
    pub(crate) own_folders: Vec<OwnFolder>,
    /// Folders of the user, and those of `folders`.
    pub(crate) folders: Folders,
    pub(crate) user: User,
    /// The lists of users and groups, if they are known.
    pub(crate) lists: Option<Lists>,
}

/// Plans the layers of an image.
///
/// # Errors
/// Two files with the same path, or an invalid text.
pub(crate) async fn lay(
    draft: &mut Draft<'_>,
    (owner, prefix, span): (&str, &str, Span),
    image: &Image,
    ground: &Ground,
    (made, has_packages): (Option<Arc<BuildOutput>>, bool),
) -> Result<Laid, PlanError> {
    let (base, base_image) = (&ground.known, &ground.image);
    let config = &image.keys.config;
    let mut place = |template: &slipway_spec::Template| {
        let path = absolute_at(&draft.eval(template)?, template.span)?;
        Ok::<_, Diagnostic>(Place { path, span: template.span })
    };
    let workdir = config.workdir.as_ref().map(&mut place).transpose()?;
    let volumes = config.volumes.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let links = brought::links(draft, image)?;
    links.check(base)?;
    // The folder is where the link leads.
    let workdir = workdir.filter(|workdir| !links.has(&workdir.path));
    let user = image_user::Wanted::of(draft, config, ground.user.as_deref(), span)?;
    let runs = made.as_ref().is_some_and(|made| !made.entrypoint.is_empty())
        || config.entrypoint.is_some()
        || config.cmd.is_some()
        || matches!(user, image_user::Wanted::New(_));
    let furnish = base.kind == Kind::Scratch && base.part().is_none() && runs;
    let is_furnished = furnish || base.kind == Kind::Scratch && ground.lists.is_some();
    let base = &if is_furnished { base.furnished() } else { base.clone() };
    let mut files = bring(draft, image)?;
    for file in &files {
        secret_files::report(draft, &file.from, &file.include, &file.exclude, file.from_span).await?;
    }
    let mut own_folders = own_folders::read(draft, image)?;
    let mut folders = folder_claims((workdir.as_ref(), &volumes, &own_folders), made.as_deref(), base_image, span);
    let probe = probe::wanted(image);
    folders.extend(probe.map(|span| Claim { path: PROBE.to_owned(), shape: Shape::File, by: By::Probe, span }));
    folders.retain(|claim| claim.by != By::Base || !links.has(&claim.path));
    folders.extend(links.claims());
    if !files.is_empty() {
        look_where_it_matters(draft.project, &mut files, &claims(&folders, made.as_deref(), &[], span)).await?;
    }
    let made = match made {
        Some(made) => Some(placed(made, || claims(&folders, None, &files, span))?),
        None => None,
    };
    contents::check(&claims(&folders, made.as_deref(), &files, span))?;

    let is_filled = |path: &str| made.as_ref().is_some_and(|made| fills(&made.layers, path));
    let of = image_user::In {
        base,
        image: base_image,
        made: made.as_deref(),
        files: &files,
        lists: ground.lists.as_ref(),
        furnish,
        has_packages,
        sets_home: config.env.names().any(|name| name == "HOME")
            || made.as_ref().is_some_and(|made| made.env.iter().any(|(name, _)| name == "HOME")),
    };
    let image_user::Planned { user, lists, items, home, in_base } = image_user::plan(draft, user, &of).await?;
    let destination = made.as_deref().and_then(|made| made.destination.as_ref());
    let destination = destination.map(|destination| (destination.value.as_str(), destination.span));
    // Its user could open no file there, and the working directory belongs to the user.
    for (path, span) in destination.into_iter().chain(workdir.as_ref().map(|place| (place.path.as_str(), place.span))) {
        check_reach(base, &user, path, span)?;
    }
    let owned = match &made {
        Some(made) if made.develop.is_some() => {
            let owner = contents::owner(draft.project, Some(made), &files, &user).await?;
            Some(develop::owned(Arc::clone(made), owner.as_deref()))
        }
        _ => None,
    };
    let resolve = |owner: &mut Option<String>| {
        if let Some(owner) = owner {
            *owner = contents::resolved(owner, user.account.as_ref(), lists.as_ref());
        }
    };
    files.iter_mut().for_each(|file| resolve(&mut file.owner));
    own_folders.iter_mut().for_each(|folder| resolve(&mut folder.owner));
    own_folders::check(&own_folders, &user, is_filled)?;
    let wanted = Wanted {
        volumes: volumes.clone(),
        workdir: workdir.as_ref().map(|workdir| workdir.path.clone()),
        is_filled: workdir.as_ref().is_some_and(|workdir| is_filled(&workdir.path)),
        home: match home {
            Home::New { path, .. } if is_filled(&path) || links.has(&path) => Home::OfBase,
            home => home,
        },
        own: own_folders,
    };
    let mut folders = contents::of_user(base, &user, &wanted);
    let user_of_folders = match folders.made.is_empty() {
        true => None,
        false => contents::owner(draft.project, made.as_deref(), &files, &user).await?,
    };
    let user_of_folders = user_of_folders.map(|user| contents::resolved(&user, None, lists.as_ref()));
    if user_of_folders.is_none() {
        folders.without_user();
    }

    let of_build = made.as_ref().and_then(|made| Some(made.layers.first()?.span));
    let title = format!("[{prefix}{owner}]");
    let users_span = if user.account.is_some() { user.span } else { of_build.unwrap_or(span) };
    let mut users = None;
    let mut layers = Vec::new();
    if furnish {
        layers = furnish::layers(&title, made.as_deref(), items, users_span);
    } else if user.account.as_ref().is_some_and(|account| account.is_new) {
        let layer = image_user::layer(&title, items, users_span);
        match in_base {
            Some(how) => users = Some((how, layer)),
            None => layers.push(layer),
        }
    }
    let made_workdir = made.as_ref().and_then(|made| Some(Place { path: made.workdir.clone()?, span: of_build? }));
    if let Some(Place { path, span }) = workdir.clone().or(made_workdir)
        && path != "/"
        && !is_filled(&path)
        && !folders.makes(&path)
        && !links.has(&path)
        && !contents::is_there(base, &path)
    {
        layers.push(Layer {
            name: format!("{title} WORKDIR {path}"),
            history: format!("WORKDIR {path}"),
            span,
            items: vec![LayerItem::Folder { path, mode: 0o755, owner: None }],
        });
    }
    for layer in owned.as_ref().or(made.as_ref()).into_iter().flat_map(|made| &made.layers) {
        let how = if layer.how.is_empty() { String::new() } else { format!(" # {}", layer.how) };
        layers.push(Layer {
            name: format!("{title} {}", layer.what),
            history: format!("{}{how}", layer.what),
            span: layer.span,
            items: layer.items.clone(),
        });
    }
    let mut in_base = Vec::new();
    for file in &files {
        let target = &file.target;
        let (items, is_of_base) = copies(draft.project, base, file).await?;
        let layer = Layer {
            name: format!("{title} COPY {target}"),
            history: format!("COPY {target}"),
            span: file.from_span,
            items,
        };
        // On a changed base, the order of all layers is kept below.
        if is_of_base && !base.is_changed() { in_base.push(layer) } else { layers.push(layer) }
    }
    layers.extend(links.layer(&title));
    if !folders.made.is_empty() {
        let paths = folders.made.iter().map(|made| made.path.as_str()).collect::<Vec<_>>().join(" ");
        let user = user_of_folders.unwrap_or_default();
        let first = wanted.own.first().map(|folder| &folder.place).or(volumes.first()).or(workdir.as_ref());
        layers.push(Layer {
            name: format!("{title} MKDIR {paths}"),
            history: folders.history(&user),
            // A home directory exists only for the output of the build, whichever image has it.
            span: first.map_or(of_build.unwrap_or(span), |place| place.span),
            items: folders.items(&user),
        });
    }
    // There is no folder above a program at the root.
    let programs = made.as_ref().map_or(&[][..], |made| &made.programs);
    let is_at_root = |path: &str| path.rfind('/') == Some(0) && programs.iter().any(|program| program == path);
    // Most bases are known and need no lookup.
    let all_targets =
        || made.iter().flat_map(|made| &made.layers).flat_map(|layer| &layer.items).map(target_of).collect::<Targets>();
    let mut made_targets = None;
    in_base.extend(contents::take_out(&mut layers, |item| {
        let target = target_of(item);
        // A home directory that is created here is one that the base does not have.
        let is_new_home = folders.is_new_home(target) && base.is_known();
        let is_of_build = || made_targets.get_or_insert_with(all_targets).meet(target);
        !is_new_home && !is_at_root(target) && base.takes_in(target, has_packages, is_of_build)
    }));
    let own_folders = wanted.own;
    Ok(Laid { users, in_base, layers, made, files, links, volumes, workdir, own_folders, folders, user, lists })
}

/// The copies of an entry of `files`, and whether all of it is written into the base. Folders of the context that meet
/// one that the base has in its own way are copied separately.
async fn copies(project: &AnyProject<'_>, base: &Base, file: &Brought) -> Result<(Vec<LayerItem>, bool), PlanError> {
    let whole = |source: String, target: &str| LayerCopy {
        mode: file.mode,
        owner: file.owner.clone(),
        ..LayerCopy::whole(file.from.step, source, target)
    };
    let mut copy = LayerCopy {
        include: file.include.clone(),
        exclude: file.exclude.clone(),
        ..whole(file.from.path.clone(), &file.target)
    };
    let mut met = Vec::new();
    if let Some(folder) = file.in_context.as_deref().filter(|_| base.kind != Kind::Scratch) {
        let within = |path: &'static str| path.get(file.path.trim_end_matches('/').len() + 1..).unwrap_or_default();
        let all: Vec<_> = contents::below(&file.path).map(|path| (path, within(path))).collect();
        let folders: Vec<_> = all.iter().map(|(_, part)| in_folder(folder, part)).collect();
        let there = project.list_all(&folders).await?;
        met.extend(all.into_iter().zip(there).filter(|(_, there)| there.is_some()).map(|(path, _)| path));
    }
    // Patterns are relative to the folder that is copied, so their effect on a part of it cannot be separated.
    if !file.include.is_empty() || !file.exclude.is_empty() {
        return Ok((vec![LayerItem::Copy(copy)], !met.is_empty()));
    }
    copy.exclude = met.iter().map(|(_, part)| (*part).to_owned()).collect();
    let source = file.from.path.trim_end_matches('/');
    let apart = met.into_iter().map(|(target, part)| LayerItem::Copy(whole(format!("{source}/{part}"), target)));
    let items = apart.collect::<Vec<_>>();
    Ok((std::iter::once(LayerItem::Copy(copy)).chain(items).collect(), false))
}

/// Rejects a folder that the image's user cannot reach.
fn check_reach(base: &Base, user: &User, path: &str, span: Span) -> Result<(), Diagnostic> {
    // Distributions let only root enter this folder.
    if !is_inside(path, "/root") || user.is_root() || base.kind == Kind::Scratch {
        return Ok(());
    }
    let contains = if path == "/root" { String::new() } else { format!(", which contains `{path}`") };
    let message = format!("the user `{}` cannot enter `/root`{contains}", user.text);
    Err(Diagnostic::error(span, message)
        .with_help("choose a folder outside of it, or write `user: \"0\"` to the image to run as root"))
}

/// Whether layers put something into a folder, so that it does not need its own layer.
fn fills(layers: &[OutputLayer], folder: &str) -> bool {
    layers.iter().flat_map(|layer| &layer.items).any(|item| is_inside(target_of(item), folder))
}

/// Volumes over files of the build: once a volume has files, a container sees only these.
pub(crate) fn hiding(laid: &Laid) -> Vec<Place> {
    let Some(made) = &laid.made else { return Vec::new() };
    let items = || made.layers.iter().flat_map(|layer| &layer.items).map(target_of);
    let hides = |volume: &&Place| items().any(|target| is_inside(target, &volume.path));
    laid.volumes.iter().filter(hides).cloned().collect()
}
