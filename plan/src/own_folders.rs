//! `folders` of an image: their paths, owners and permission bits.

use std::collections::HashMap;

use slipway_spec::model::Image;
use slipway_spec::{Diagnostic, Span};

use crate::contents::{OwnFolder, Place, User, is_for_engine};
use crate::draft::Draft;
use crate::paths::absolute_at;

/// The entries of `folders` of an image.
///
/// # Errors
/// A path that cannot be a folder of the image, or the same path twice.
pub(crate) fn read(draft: &mut Draft<'_>, image: &Image) -> Result<Vec<OwnFolder>, Diagnostic> {
    let mut folders = Vec::new();
    let mut seen: HashMap<String, Span> = HashMap::new();
    for (key, folder) in image.keys.folders.iter() {
        let path = absolute_at(key, key.span)?;
        if path == "/" {
            return Err(Diagnostic::error(key.span, "the root of an image belongs to root")
                .with_help("name the folder that the program writes to, such as `/data`"));
        }
        if is_for_engine(&path) {
            return Err(Diagnostic::error(
                key.span,
                format!("`{path}` is hidden by the engine that runs the container"),
            )
            .with_help("choose another path, such as `/data`; delete this one"));
        }
        if let Some(first) = seen.insert(path.clone(), key.span) {
            return Err(Diagnostic::error(key.span, format!("`folders` has `{path}` twice"))
                .with_label(first, "the first one")
                .with_help("keep one of the two"));
        }
        folders.push(OwnFolder {
            place: Place { path, span: key.span },
            mode: folder.mode.map(|mode| mode.0),
            owner: draft.eval_option(folder.owner.as_ref())?,
            owner_span: folder.owner.as_ref().map_or(key.span, |owner| owner.span),
        });
    }
    Ok(folders)
}

/// Rejects folders with files of the build that would not belong to root: a program could replace itself.
///
/// # Errors
/// There is one.
pub(crate) fn check(
    folders: &[OwnFolder],
    user: &User,
    has_files_of_build: impl Fn(&str) -> bool,
) -> Result<(), Diagnostic> {
    for folder in folders {
        let owner = folder.owner.as_deref().map(|owner| User::written(owner.to_owned(), folder.owner_span));
        let OwnFolder { place, .. } = folder;
        if !owner.as_ref().unwrap_or(user).is_root() && has_files_of_build(&place.path) {
            let message = format!("`{}` has the files of the build, so it belongs to root", place.path);
            return Err(Diagnostic::error(place.span, message).with_help(format!(
                "a program must not be able to replace itself: choose another folder, such as `{}/data`",
                place.path
            )));
        }
    }
    Ok(())
}
