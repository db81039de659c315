//! What each part of an image claims for itself: the paths of its folders, files and programs. A program moves away from
//! a path that something else has.

use std::sync::Arc;

use slipway_spec::{Diagnostic, Span};

use crate::contents::{Brought, By, Claim, OwnFolder, Place, Shape, place_program};
use crate::output::BuildOutput;
use crate::paths::absolute_at;
use crate::{BaseImage, LayerItem};

/// Folders that exist regardless of the layers.
pub(super) fn folder_claims(
    (workdir, volumes, own): (Option<&Place>, &[Place], &[OwnFolder]),
    made: Option<&BuildOutput>,
    base: &BaseImage,
    span: Span,
) -> Vec<Claim> {
    let folder = |path: &str, by, span| Claim { path: path.to_owned(), shape: Shape::Folder, by, span };
    let mut claims = Vec::new();
    claims.extend(workdir.map(|place| folder(&place.path, By::Workdir, place.span)));
    claims.extend(volumes.iter().map(|place| folder(&place.path, By::Volume, place.span)));
    claims.extend(own.iter().map(|own| folder(&own.place.path, By::Folders, own.place.span)));
    let of_base = |key: &str| base.config.pointer(key);
    let base_workdir = of_base("/config/WorkingDir").and_then(serde_json::Value::as_str);
    let base_volumes = of_base("/config/Volumes").and_then(serde_json::Value::as_object);
    let base_volumes = base_volumes.into_iter().flat_map(|volumes| volumes.keys().map(String::as_str));
    for path in base_workdir.filter(|_| workdir.is_none()).into_iter().chain(base_volumes) {
        if let Ok(path) = absolute_at(path, span)
            && path != "/"
        {
            claims.push(folder(&path, By::Base, span));
        }
    }
    let programs = made.map(|made| made.programs.as_slice()).unwrap_or_default();
    let made_items = made
        .iter()
        .flat_map(|made| &made.layers)
        .flat_map(|layer| layer.items.iter().map(move |item| (layer.span, item)));
    for (span, item) in made_items {
        // The output of a step is nearly always a folder; a manifest next to the program is not worth a lookup.
        let target = target_of(item);
        if target != "/" && !programs.iter().any(|program| program == target) {
            claims.push(Claim { shape: Shape::Unknown, ..folder(target, By::Build, span) });
        }
    }
    claims
}

/// Everything at a path.
pub(super) fn claims(folders: &[Claim], made: Option<&BuildOutput>, files: &[Brought], span: Span) -> Vec<Claim> {
    let mut claims = folders.to_vec();
    if let Some(made) = made {
        let span = made.destination.as_ref().map_or(span, |destination| destination.span);
        let claim = |program: &String| Claim { path: program.clone(), shape: Shape::File, by: By::Build, span };
        claims.extend(made.programs.iter().map(claim));
    }
    claims.extend(files.iter().map(|file| Claim {
        path: file.path.clone(),
        shape: file.shape,
        by: By::Files,
        span: file.span,
    }));
    claims
}

/// Where an entry of a layer is.
pub(super) fn target_of(item: &LayerItem) -> &str {
    let path = match item {
        LayerItem::Copy(copy) => &copy.target,
        LayerItem::Folder { path, .. } | LayerItem::Link { path, .. } | LayerItem::Text { path, .. } => path,
    };
    if path.len() > 1 { path.trim_end_matches('/') } else { path }
}

/// The output of a build with its programs moved away from everything else in this image.
pub(super) fn placed(
    made: Arc<BuildOutput>,
    claims: impl FnOnce() -> Vec<Claim>,
) -> Result<Arc<BuildOutput>, Diagnostic> {
    // Only a program with the default path at the root can be moved.
    let is_movable = |path: &&String| made.destination.is_none() && path.rfind('/') == Some(0);
    let mut programs = made.programs.iter().filter(is_movable).peekable();
    if programs.peek().is_none() {
        return Ok(made);
    }
    let claims = claims();
    let mut moved = Vec::new();
    for program in programs {
        moved.extend(place_program(program, &claims)?.map(|other| (program.clone(), other)));
    }
    if moved.is_empty() {
        return Ok(made);
    }
    let mut made = BuildOutput::clone(&made);
    for (place, other) in moved {
        for path in made.entrypoint.iter_mut().chain(&mut made.programs).filter(|path| **path == place) {
            path.clone_from(&other);
        }
        for layer in &mut made.layers {
            for item in &mut layer.items {
                if let LayerItem::Copy(copy) = item
                    && copy.target == place
                {
                    copy.target.clone_from(&other);
                    layer.what = format!("COPY {other}");
                }
            }
        }
    }
    Ok(Arc::new(made))
}
