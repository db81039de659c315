//! Finds a `# syntax=` line without a version.
//!
//! # What it does
//!
//! Looks at the image that the first line names: whether it has a tag other than `latest`, or a digest.
//!
//! # Why
//!
//! The frontend decides what the file means. Without a version, the engine takes whichever was published last, and a file that was not changed may build
//! differently, or not at all.
//!
//! # Bad
//!
//! ```yaml
//! # syntax=ghcr.io/acme/slipway
//! images:
//!   api: { go: ./cmd/api }
//! ```
//!
//! # Good
//!
//! ```yaml
//! # syntax=ghcr.io/acme/slipway:1
//! images:
//!   api: { go: ./cmd/api }
//! ```

use slipway_spec::{Diagnostic, FileId, Position, Span};

use super::floating_tag::tag;
use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let Some(file) = lint.sources.get(FileId::ROOT) else { return };
    let lines = file.text().lines().take_while(|line| line.starts_with('#'));
    for (number, line) in (1u32..).zip(lines) {
        let Some((key, value)) = line.trim_start_matches('#').split_once('=') else { continue };
        if !key.trim().eq_ignore_ascii_case("syntax") {
            continue;
        }
        let Some(image) = value.split_whitespace().next() else { return };
        if !matches!(tag(image), None | Some("latest")) {
            return;
        }
        let column = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
        let before = line.find(image).and_then(|offset| line.get(..offset)).unwrap_or_default();
        let start = Position { line: number, column: column(before) };
        let end = Position { column: start.column.saturating_add(column(image)).saturating_sub(1), ..start };
        findings.push(
            Diagnostic::warning(
                Span { file: FileId::ROOT, start, end },
                "the frontend has no version, so the file means whatever the latest one makes of it",
            )
            .with_help(format!("name one: `# syntax={}:1`", image.trim_end_matches(":latest"))),
        );
        return;
    }
}
