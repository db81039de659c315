//! Finds Slipway files in which an engine does not find the `# syntax=` line.
//!
//! # What it does
//!
//! Reads the top of the file as an engine does. The line has to be the first; only `# check=…` and `# escape=…` may
//! stand above it, and a line that begins with `#!`. Any other line ends the search: another comment, an empty line,
//! `---`. The `#` is the first character of its line.
//!
//! Only `slipway check` looks for it, for in a build the frontend runs already. Files without images, which others
//! include, need no such line. With `--build-arg BUILDKIT_SYNTAX=…` the command line names the frontend, and the file
//! need not.
//!
//! # Why
//!
//! Without the line an engine takes the file for a Dockerfile: `dockerfile parse error … unknown instruction: images:`.
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
    // A line for the shell that runs the file stays where it is.
    let first = if file.text().starts_with("#!") { Position { line: 2, column: 1 } } else { Position::START };
    let place = Span { file: FileId::ROOT, start: first, end: first };
    let (found, line) = match find(file) {
        SyntaxLine::Found(named) => {
            if named.reads_dockerfiles() {
                let message = format!("the frontend `{}` reads Dockerfiles, and refuses a Slipway file", named.image);
                findings.push(
                    Diagnostic::error(named.span, message)
                        .with_help(format!("name the image of Slipway, as in `{}`", line(None)))
                        .with_fix(named.span, DEFAULT_IMAGE),
                );
            }
            return;
        }
        SyntaxLine::Misplaced(named, stop) if stop.start.line == named.span.start.line => {
            let message = "this `# syntax=` line is not found, so Docker takes the file for a Dockerfile: its `#` has to be the first character of the line, and the only one";
            (Diagnostic::error(named.span, message), line(Some(named)))
        }
        SyntaxLine::Misplaced(named, stop) => {
            let message = "this `# syntax=` line is not found, so Docker takes the file for a Dockerfile: the search for it ends above";
            (Diagnostic::error(named.span, message).with_label(stop, "ends here"), line(Some(named)))
        }
        SyntaxLine::Missing => {
            let message = "no `# syntax=` line names the frontend, so Docker takes the file for a Dockerfile";
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
