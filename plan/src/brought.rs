//! `files` of an image: the sources and destinations of each entry, and symbolic links.

use slipway_spec::model::{Image, ImageFile, Origin};
use slipway_spec::{Diagnostic, strange_path};

use crate::PlanError;
use crate::contents::{Brought, Link, Links, Shape};
use crate::draft::Draft;
use crate::named_paths::Use;
use crate::paths::absolute_at;

/// The entries of `files` of an image, in order.
///
/// # Errors
/// An invalid destination or address.
pub(crate) fn bring(draft: &mut Draft<'_>, image: &Image) -> Result<Vec<Brought>, PlanError> {
    let mut brought = Vec::new();
    for (destination, file) in image.keys.files.iter().filter_map(|(name, file)| Some((name, file.copied()?))) {
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

/// The symbolic links of an image, in order.
///
/// # Errors
/// A destination or a target that cannot be a path.
pub(crate) fn links(draft: &mut Draft<'_>, image: &Image) -> Result<Links, Diagnostic> {
    let mut links = Vec::new();
    for (destination, file) in image.keys.files.iter() {
        let ImageFile::Link(template) = file else { continue };
        let target = draft.eval(template)?;
        if let Some(found) = strange_path(&target, template.span) {
            return Err(found);
        }
        let mut path = absolute_at(destination, destination.span)?;
        // As for copies, the link has the name of what it leads to.
        if destination.ends_with('/') {
            let name = target.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            if matches!(name, "" | "." | "..") {
                let message = format!("the link in `{}` has no name of its own", destination.value);
                return Err(Diagnostic::error(destination.span, message)
                    .with_help("write the path of the link, such as `/usr/bin/app`"));
            }
            path = format!("{}/{name}", path.trim_end_matches('/'));
        }
        if target.is_empty() {
            return Err(Diagnostic::error(template.span, "the link does not say where it leads")
                .with_help("write a path of the image, such as `/opt/app/bin/app`"));
        }
        links.push(Link { path, target, span: destination.span, target_span: template.span });
    }
    Ok(Links::new(links))
}
