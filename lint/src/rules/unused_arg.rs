//! Finds arguments that nothing uses.
//!
//! # What it does
//!
//! Looks for arguments that no `${NAME}` refers to. A stage from a Dockerfile sees only its own `args`, which may refer
//! to them.
//!
//! # Why
//!
//! `--build-arg` accepts the argument, but it has no effect. Often its name is misspelled where it is used, or part of
//! the file is missing.
//!
//! # Bad
//!
//! ```yaml
//! args: { VERSION: dev }
//! images:
//!   api: { go: ./cmd/api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! args: { VERSION: dev }
//! images:
//!   api:
//!     go: { main: ./cmd/api, ldflags: "-X main.version=${VERSION}" }
//! ```

use std::collections::HashSet;

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

/// Arguments with a predefined meaning.
const WELL_KNOWN: &[&str] = &["SOURCE_DATE_EPOCH", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.args.is_empty() {
        return;
    }
    // Any text of the language may refer to arguments, so the rule searches the files instead of each key.
    let used: HashSet<&str> = lint.sources.iter().flat_map(|file| file.text().lines()).flat_map(names).collect();
    for (name, _) in lint.spec.args.iter() {
        let known = WELL_KNOWN.contains(&name.to_ascii_uppercase().as_str()) || name.starts_with("BUILDKIT_");
        if !lint.is_wanted("arg", name) && !known && !used.contains(name.value.as_str()) {
            findings.push(
                Diagnostic::warning(name.span, format!("nothing uses the argument `{}`", name.value))
                    .with_help(format!("write `${{{}}}` where its value is needed, or delete it", name.value)),
            );
        }
    }
}

/// Names after `${` in a line that is not a comment.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let line = if line.trim_start().starts_with('#') { "" } else { line };
    line.split("${").skip(1).filter_map(|rest| rest.split(['}', ':']).next())
}
