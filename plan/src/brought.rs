//! `files` of an image: the sources and destinations of each entry.

use slipway_spec::model::{Image, Origin};

use crate::PlanError;
use crate::contents::{Brought, Shape};
use crate::draft::Draft;
use crate::named_paths::Use;
use crate::paths::absolute_at;

/// The entries of `files` of an image, in order.
///
/// # Errors
/// An invalid destination or address.
pub(crate) fn bring(draft: &mut Draft<'_>, image: &Image) -> Result<Vec<Brought>, PlanError> {
    let mut brought = Vec::new();
    for (destination, file) in image.keys.files.iter() {
        let from = draft.address(&file.from, Use::File)?;
        let is_folder = destination.len() > 1 && destination.ends_with('/');
        let path = absolute_at(destination, destination.span)?;
        let target = if is_folder && path != "/" { format!("{path}/") } else { path.clone() };
        let in_context = (file.from.origin == Origin::Context).then(|| from.path.trim_start_matches('/').to_owned());
        let shape = if from.path.trim_end_matches('/').is_empty() { Shape::Folder } else { Shape::Unknown };
        brought.push(Brought {
            target,
            path,
            shape,
            from,
            in_context,
            mode: file.mode.map(|mode| mode.0),
            owner: draft.eval_option(file.owner.as_ref())?,
            owner_span: file.owner.as_ref().map_or(destination.span, |owner| owner.span),
            include: draft.eval_all(&file.include)?,
            exclude: draft.eval_all(&file.exclude)?,
            span: destination.span,
            from_span: file.from.path.span,
        });
    }
    Ok(brought)
}
