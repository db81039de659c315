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

use slipway_plan::presets;
use slipway_spec::model::Origin;
use slipway_spec::{Diagnostic, Span, join_path};

use crate::Findings;
use crate::ignore::Ignore;
use crate::view::View;

/// More comparisons than these are not made.
const MAX_WORK: usize = 1_000_000;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let Some((name, text)) = lint.ignore else { return };
    let ignore = Ignore::parse(text);
    let inputs = inputs(lint);
    if inputs.len().saturating_mul(ignore.len()) > MAX_WORK {
        return;
    }
    for (path, spans) in inputs {
        let Some(line) = ignore.excludes(&path) else { continue };
        for span in spans {
            findings.push(
                Diagnostic::warning(
                    span,
                    format!(
                        "`{path}` is needed here, and line {} of `{name}`, `{}`, keeps it out of the context",
                        line.number, line.text
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
