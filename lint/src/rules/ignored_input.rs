//! Finds files that the build needs and the ignore file keeps back.
//!
//! # What it does
//!
//! Looks at what the file takes from the context: addresses such as `./db/migrations`, source folders, and the
//! manifests of builds such as `go.mod`. Each is held against the ignore file. A folder of which a later `!` line may
//! bring something back is left alone.
//!
//! # Why
//!
//! What the ignore file names is never sent to the engine. The build fails with `not found` for a file that everybody
//! can see.
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

/// Comparisons of one character at most: patterns with many wildcards take long on long paths.
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
                        "`{path}` is needed here, and line {} of `{name}`, `{}`, keeps it out of the context",
                        line.number, written
                    ),
                )
                .with_help(format!("delete that line, or add `!{path}` below it")),
            );
        }
    }
}

/// Paths of the context that the file needs, and where it says so.
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
            // `name:/path` is the output of something else.
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

/// A path from the root of the context, without `.`; none for the context itself and for what leads out of it.
fn normal(path: &str) -> Option<String> {
    join_path("", path.trim_start_matches('/')).filter(|path| !path.is_empty())
}
