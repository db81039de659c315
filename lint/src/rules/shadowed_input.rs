//! Finds files that are copied and then overwritten.
//!
//! # What it does
//!
//! Looks for two entries of a build's `inputs`, or of an image's `files`, with the same destination, such as `./gen`
//! and `gen/`, or `/etc/app.toml` and a file of that name that is copied to `/etc/`.
//!
//! # Why
//!
//! The later one wins, so all or part of the earlier one has no effect.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files:
//!       /etc/app.toml: ./deploy/app.toml
//!       /etc/: ./defaults/app.toml
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files:
//!       /etc/app.toml: ./deploy/app.toml
//!       /etc/defaults.toml: ./defaults/app.toml
//! ```

use std::collections::HashMap;

use slipway_spec::model::ImageFile;
use slipway_spec::{Diagnostic, Span, Spanned};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for build in lint.builds() {
        let places = build.keys.inputs.iter().map(|(destination, _)| (destination, normal(destination)));
        look(places, findings);
    }
    for image in lint.images_and_variants() {
        let places = image.keys.files.iter().map(|(destination, file)| {
            let place = normal(destination);
            if !destination.ends_with('/') {
                return (destination, place);
            }
            // The source for a destination folder is another folder, or one file: a name with a dot is treated as a
            // file.
            let source = match file {
                ImageFile::Copy(file) => &file.from.path,
                ImageFile::Link(target) => target,
            };
            let source = lint.text(source).unwrap_or_default();
            let name = source.rsplit('/').next().unwrap_or_default();
            let is_file = name.trim_start_matches('.').contains('.');
            let is_file = is_file || matches!(file, ImageFile::Link(_));
            (destination, if is_file { format!("{place}/{name}") } else { format!("{place}/") })
        });
        look(places, findings);
    }
}

fn look<'a>(places: impl Iterator<Item = (&'a Spanned<String>, String)>, findings: &mut Findings) {
    let mut seen: HashMap<String, (Span, &str)> = HashMap::new();
    for (destination, place) in places {
        if let Some((first, _)) = seen.insert(place.clone(), (destination.span, &destination.value)) {
            findings.push(
                Diagnostic::warning(destination.span, format!("this overwrites what was copied to `{place}` before"))
                    .with_label(first, "overwritten")
                    .with_help("keep one of the two, or use different destinations"),
            );
        }
    }
}

/// A path without `.`, and without duplicate or trailing `/`.
fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}
