//! Finds arguments that nothing uses.
//!
//! # What it does
//!
//! Looks for arguments whose `${NAME}` stands nowhere. In a file that adopts stages of a Dockerfile nothing is looked
//! for, since these may use them.
//!
//! # Why
//!
//! `--build-arg` accepts the argument, and it changes nothing. Often a name is misspelt where it is used, or a part of
//! the file is gone.
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

/// Arguments with a meaning of their own.
const WELL_KNOWN: &[&str] = &["SOURCE_DATE_EPOCH", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.args.is_empty() || lint.adopts_dockerfile() {
        return;
    }
    // Every text of the language may name arguments, so the files are read rather than each key by itself.
    let used: HashSet<&str> = lint.sources.iter().flat_map(|file| file.text().lines()).flat_map(names).collect();
    for (name, _) in lint.spec.args.iter() {
        let known = WELL_KNOWN.contains(&name.to_ascii_uppercase().as_str()) || name.starts_with("BUILDKIT_");
        if !lint.is_wanted("arg", name) && !known && !used.contains(name.value.as_str()) {
            findings.push(
                Diagnostic::warning(name.span, format!("nothing uses the argument `{}`", name.value))
                    .with_help(format!("write `${{{}}}` where its value belongs, or delete it", name.value)),
            );
        }
    }
}

/// Names behind `${` in a line that is no comment.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let line = if line.trim_start().starts_with('#') { "" } else { line };
    line.split("${").skip(1).filter_map(|rest| rest.split(['}', ':']).next())
}
