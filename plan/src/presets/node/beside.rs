//! Paths of `output`: in the package, or beside it in the repository.
//!
//! A path beside the package has the same place relative to it in images: `/app` is then the folder of the repository that
//! contains both. In the output of the build, it has its path in the repository.

use std::collections::BTreeSet;

use slipway_project::node::{MANIFEST, NodeProject};
use slipway_spec::{Diagnostic, Spanned, join_path, strange_path};

use crate::paths::{in_folder, is_within, self_and_above};
use crate::presets::Context;

/// The paths of `output`.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    /// Relative to the package; empty for all of it.
    pub(super) inside: Vec<Spanned<String>>,
    /// Beside the package, relative to the context.
    pub(super) beside: Vec<Spanned<String>>,
}

/// The paths of the package in images.
pub(super) struct Kept {
    /// Relative to the package; empty for all.
    pub(super) paths: Vec<Spanned<String>>,
    /// Beside the package, relative to the context.
    pub(super) beside: Vec<Spanned<String>>,
    /// Their origin, in words.
    pub(super) notes: Vec<String>,
}

/// Evaluates `output`.
pub(super) fn named(cx: &mut Context<'_, '_>) -> Result<Named, Diagnostic> {
    let folder = cx.source_folder()?;
    let mut named = Named::default();
    let mut seen = BTreeSet::new();
    for template in &cx.build.keys.output {
        let (written, span) = (cx.eval(template)?, template.span);
        if let Some(found) = strange_path(&written, span) {
            return Err(found);
        }
        if written.contains(['*', '?', '[', '\n']) {
            let message = format!("`{written}` is a pattern, but `output` requires paths");
            return Err(Diagnostic::error(span, message).with_help("name the folder"));
        }
        let inside_package = join_path("", &written);
        let Some(place) =
            inside_package.as_deref().map(|path| in_folder(&folder, path)).or_else(|| join_path(&folder, &written))
        else {
            return Err(Diagnostic::error(span, format!("`{written}` is outside the context"))
                .with_help("name a path in the folder that is built, relative to the folder of `package.json`"));
        };
        let place = place.trim_end_matches('/').to_owned();
        if !seen.insert(place.clone()) {
            let message = format!("`{written}` is in `output` twice");
            return Err(Diagnostic::error(span, message).with_help("delete one of them"));
        }
        if is_within(&folder, &place) {
            let inside = place.strip_prefix(&folder).unwrap_or(&place).trim_start_matches('/');
            named.inside.push(Spanned::new(inside.to_owned(), span));
        } else if is_within(&place, &folder) {
            let message = format!("`{written}` contains the package itself");
            return Err(Diagnostic::error(span, message).with_help("name the folders in it that images need"));
        } else {
            named.beside.push(Spanned::new(place, span));
        }
    }
    for path in &named.beside {
        let overlaps =
            |other: &&Spanned<String>| is_within(&path.value, &other.value) || is_within(&other.value, &path.value);
        if let Some(other) = named.inside.iter().filter(|other| !other.value.is_empty()).find(overlaps) {
            let message = format!(
                "`{}` of the package and `{}` of the repository have the same address",
                other.value, path.value
            );
            return Err(Diagnostic::error(path.span, message).with_help("name only one of them in this build"));
        }
    }
    // No path in the package means all of it. The manifest is in every image.
    if let Some(first) = named.beside.first().filter(|_| named.inside.is_empty()) {
        named.inside.push(Spanned::new(MANIFEST.to_owned(), first.span));
    }
    Ok(named)
}

/// The folder of the context that is the application in images.
pub(super) fn top(project: &NodeProject, beside: &[Spanned<String>]) -> String {
    let contains_all = |folder: &&str| beside.iter().all(|path| is_within(folder, &path.value));
    self_and_above(&project.workspace.top).find(contains_all).unwrap_or_default().to_owned()
}
