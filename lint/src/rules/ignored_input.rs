//! Finds files that the build needs and the ignore file excludes.
//!
//! # What it does
//!
//! Looks at the files that the spec takes from the context: addresses such as `./db/migrations`, source folders, and
//! the manifests of builds such as `go.mod`. It reports those that the ignore file excludes. Folders that a later `!`
//! line may include again in part are not reported.
//!
//! # Why
//!
//! Files that the ignore file excludes are never sent to the engine. The build fails with `not found`, although the
//! file exists.
//!
//! # Bad
//!
//! ```dockerignore
//! .git
//! db
//! ```
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /migrations: ./db/migrations }
//! ```
//!
//! # Good
//!
//! ```dockerignore
//! .git
//! db/*
//! !db/migrations
//! ```
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /migrations: ./db/migrations }
//! ```

use std::collections::BTreeMap;

use slipway_ignore::{Matcher, Patterns};
use slipway_plan::presets;
use slipway_spec::model::Origin;
use slipway_spec::{Diagnostic, Span, join_path};

use crate::Findings;
use crate::view::View;

/// The maximum number of character comparisons: patterns with many wildcards take long on long paths.
const MAX_WORK: usize = 500_000_000;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let Some((name, text)) = lint.ignore else { return };
    // Docker refuses the whole file where a pattern is invalid.
    let Ok(ignore) = Matcher::new(&Patterns::parse(text)) else { return };
    let inputs = inputs(lint);
    let length: usize = inputs.keys().map(|path| path.len() * path.split('/').count()).sum();
    if length.saturating_mul(ignore.size()) > MAX_WORK {
        return;
    }
    for (path, spans) in inputs {
        let Some(line) = ignore.excluded_whole_by(&path) else { continue };
        let written = text.lines().nth(line.number - 1).unwrap_or_default().trim_start_matches('\u{feff}').trim();
        for span in spans {
            findings.push(
                Diagnostic::warning(
                    span,
                    format!(
                        "this needs `{path}`, but line {} of `{name}`, `{}`, excludes it from the context",
                        line.number, written
                    ),
                )
                .with_help(format!("delete that line, or add `!{path}` below it")),
            );
        }
    }
}

/// Paths of the context that the spec needs, with their locations.
fn inputs(lint: &View<'_>) -> BTreeMap<String, Vec<Span>> {
    let mut inputs: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    let mut need = |path: &str, span: Span| {
        if let Some(path) = normal(path) {
            inputs.entry(path).or_default().push(span);
        }
    };
    for address in lint.addresses().into_iter().filter(|address| address.origin == Origin::Context) {
        if let Some(path) = lint.text(&address.path) {
            need(&path, address.path.span);
        }
    }
    for build in lint.builds() {
        let folder = match &build.source.path {
            None => Some(String::new()),
            // `name:/path` is a path in another output.
            Some(path) => lint.text(path).filter(|path| !path.contains(":/")),
        };
        let Some(folder) = folder else { continue };
        let span = build.source.path.as_ref().map_or(build.preset.span, |path| path.span);
        need(&folder, span);
        for manifest in presets::manifests(build) {
            need(&format!("{folder}/{manifest}"), span);
        }
    }
    inputs
}

/// A path relative to the root of the context, without `.`; `None` for the context itself and for paths outside it.
fn normal(path: &str) -> Option<String> {
    join_path("", path.trim_start_matches('/')).filter(|path| !path.is_empty())
}
