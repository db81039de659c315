//! Finds Slipway files whose `# syntax=` line is missing or not recognized.
//!
//! # What it does
//!
//! Reads the top of the file as an engine does. The line must be the first; only `# check=…`, `# escape=…` and a line
//! that starts with `#!` may precede it. Any other line ends the search: another comment, an empty line, `---`. The `#`
//! must be the first character of its line.
//!
//! Only `slipway check` applies this rule, because in a build the frontend is already running. Files without images,
//! which others include, do not need the line. It is also not needed if the command line names the frontend with
//! `--build-arg BUILDKIT_SYNTAX=…`.
//!
//! # Why
//!
//! Without the line, an engine treats the file as a Dockerfile:
//! `dockerfile parse error … unknown instruction: images:`.
//!
//! # Bad
//!
//! ```yaml
//! # yaml-language-server: $schema=./slipway.schema.json
//! # syntax=ghcr.io/acme/slipway:1
//! images:
//!   api: { go: ./cmd/api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! # syntax=ghcr.io/acme/slipway:1
//! # yaml-language-server: $schema=./slipway.schema.json
//! images:
//!   api: { go: ./cmd/api }
//! ```

use slipway_spec::{Diagnostic, FileId, Position, Span};

use crate::Findings;
use crate::syntax_line::{DEFAULT_IMAGE, Named, SyntaxLine, find};
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if !lint.needs_syntax_line || !lint.has_images() {
        return;
    }
    let Some(file) = lint.sources.get(FileId::ROOT) else { return };
    let line = |named: Option<Named<'_>>| {
        let image = named.filter(|named| !named.reads_dockerfiles()).map(|named| named.versioned());
        format!("# syntax={}", image.as_deref().unwrap_or(DEFAULT_IMAGE))
    };
    // A `#!` line stays first.
    let first = if file.text().starts_with("#!") { Position { line: 2, column: 1 } } else { Position::START };
    let place = Span { file: FileId::ROOT, start: first, end: first };
    let (found, line) = match find(file) {
        SyntaxLine::Found(named) => {
            if named.reads_dockerfiles() {
                let message = format!("the frontend `{}` reads Dockerfiles, not Slipway files", named.image);
                findings.push(
                    Diagnostic::error(named.span, message)
                        .with_help(format!("name the Slipway image, as in `{}`", line(None)))
                        .with_fix(named.span, DEFAULT_IMAGE),
                );
            }
            return;
        }
        SyntaxLine::Misplaced(named, stop) if stop.start.line == named.span.start.line => {
            let message = "this `# syntax=` line is not recognized, so Docker treats the file as a Dockerfile: the \
             line must start with a single `#`";
            (Diagnostic::error(named.span, message), line(Some(named)))
        }
        SyntaxLine::Misplaced(named, stop) => {
            let message = "this `# syntax=` line is not recognized, so Docker treats the file as a Dockerfile: the \
             search for it ends above";
            (Diagnostic::error(named.span, message).with_label(stop, "ends here"), line(Some(named)))
        }
        SyntaxLine::Missing => {
            let message = "no `# syntax=` line names the frontend, so Docker treats the file as a Dockerfile";
            (Diagnostic::error(place, message), line(None))
        }
    };
    findings.push(
        found
            .with_help(format!(
                "make `{line}` the first line of the file; or build with `--build-arg BUILDKIT_SYNTAX=…`"
            ))
            .with_fix(place, format!("{line}\n")),
    );
}
