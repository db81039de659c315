//! Paths of the context and of images: how they are joined, normalized and compared.

pub(crate) use slipway_project::paths::{in_folder, is_within, self_and_above, shown, whole};
use slipway_spec::{Diagnostic, Span, Template, join_path, strange_path};

/// The path of a folder of the context in a step or an image that has the context at `root`.
pub(crate) fn place_in(root: &str, folder: &str) -> String {
    in_folder(root, folder).trim_end_matches('/').to_owned()
}

/// A folder of the context, normalized: no `.`, no duplicate or trailing `/`; empty for the context itself.
///
/// # Errors
/// A path outside the context.
pub(crate) fn context_path(path: &str, span: Span) -> Result<String, Diagnostic> {
    strange_path(path, span).map_or(Ok(()), Err)?;
    join_path("", path).ok_or_else(|| {
        Diagnostic::error(span, format!("`{path}` is outside the context"))
            .with_help("use a path in the folder that is built, such as `./cmd/api`")
    })
}

/// A path in a step or an image: absolute, without `.`, `..` and a trailing `/`.
///
/// # Errors
/// It is not absolute, or above the root.
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
    let inside = join_path("", rest.trim_start_matches('/'))
        .ok_or_else(|| Diagnostic::error(span, format!("`{path}` is above the root")).with_help("remove the `..`"))?;
    Ok(format!("/{inside}"))
}
