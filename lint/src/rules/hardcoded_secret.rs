//! Finds tokens, private keys and passwords in the file.
//!
//! # What it does
//!
//! Looks in the whole file, comments included, for secrets that can be recognized by their form: access tokens of
//! well-known services, such as GitHub, npm and AWS, private keys, and passwords in URLs. `${NAME}` in a URL and
//! placeholders such as `user:password` are not reported. Messages and excerpts show `*` instead of the secret.
//!
//! # Why
//!
//! Everyone who can read the repository can read the secret. The file is also a part of the build's provenance, and its
//! values become part of image configs, histories and layers. Revoke a secret that was in any of them.
//!
//! # Bad
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://bot:8f2k1x@git.example.com/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /proto: "proto:/" }
//! ```
//!
//! # Good
//!
//! The builder has the credentials of git repositories: `--secret id=GIT_AUTH_TOKEN` for the client, or `--ssh default`.
//! Steps get secrets from `secrets`, and programs read files that are mounted when the image runs.
//!
//! ```yaml
//! contexts:
//!   proto: { git: "https://git.example.com/proto.git", ref: v2.1.0, checksum: 9f1c2ab }
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /proto: "proto:/" }
//! ```

use slipway_spec::secrets::secrets;
use slipway_spec::{Diagnostic, Position, SourceFile, Span};

use crate::Findings;
use crate::view::View;

/// The maximum number of findings in a file.
const MAX_FOUND: usize = 20;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for file in lint.sources.iter() {
        for secret in secrets(file.text()).into_iter().take(MAX_FOUND) {
            let span = span(file, secret.range);
            findings.push(
                Diagnostic::warning(
                    span,
                    format!("this is {}, and everyone who can read this file has it", secret.what),
                )
                .with_help(
                    "revoke it and remove it; declare a secret and list it in the step that needs it, or mount it \
                         as a file when you run the image",
                ),
            );
        }
    }
}

/// The location of a part of a file, from its bytes.
fn span(file: &SourceFile, range: std::ops::Range<usize>) -> Span {
    let position = |end: usize| {
        let before = file.text().get(..end).unwrap_or_default();
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        let lines = before.matches('\n').count() + before.replace("\r\n", "\n").matches('\r').count();
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        Position { line: count(lines), column: count(column) }
    };
    Span { file: file.id(), start: position(range.start), end: position(range.end) }
}

#[cfg(test)]
mod tests {
    use slipway_spec::Sources;

    use super::*;

    #[test]
    fn a_secret_is_located_in_lines_of_every_kind() {
        let mut sources = Sources::default();
        let id = sources.add("x", "a: 1\r\nä: git+https://me:hunter2@x\rb: 1\n".into()).unwrap();
        let file = sources.get(id).unwrap();
        let found = secrets(file.text());
        let span = span(file, found[0].range.clone());
        assert_eq!((span.start, span.end), (Position { line: 2, column: 19 }, Position { line: 2, column: 26 }));
    }
}
