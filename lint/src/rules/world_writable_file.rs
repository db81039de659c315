//! Finds files that every user may change.
//!
//! # What it does
//!
//! Looks at `mode` of an image's `files` and of `copy` and `file` steps for write permission for all users, such as
//! `"0777"`. Folders with the sticky bit, such as `"1777"`, are not reported.
//!
//! # Why
//!
//! An attacker in the program can change the file, whatever user it runs as: the program's code, its configuration, or
//! what it runs next.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files:
//!       /etc/api.toml: { from: ./deploy/api.toml, mode: "0666" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files:
//!       /etc/api.toml: { from: ./deploy/api.toml, mode: "0444" }
//! ```

use slipway_spec::model::{FileMode, StageStepKind};
use slipway_spec::{Diagnostic, Span};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (destination, file) in lint.images_and_variants().flat_map(|image| image.keys.files.iter()) {
        let Some(file) = file.copied() else { continue };
        look(file.mode, destination.span, &destination.value, findings);
    }
    for step in lint.stages().flat_map(|(_, stage)| &stage.steps) {
        match &step.kind {
            StageStepKind::Copy(copy) => {
                look(copy.mode, copy.to.span, &lint.text(&copy.to).unwrap_or_default(), findings);
            }
            StageStepKind::File(file) => {
                look(file.mode, file.path.span, &lint.text(&file.path).unwrap_or_default(), findings);
            }
            StageStepKind::Run(_) => {}
        }
    }
}

fn look(mode: Option<FileMode>, span: Span, path: &str, findings: &mut Findings) {
    let Some(FileMode(mode)) = mode else { return };
    if mode & 0o002 != 0 && mode & 0o1000 == 0 {
        findings.push(
            Diagnostic::warning(span, format!("every user may change `{path}`: its mode is {mode:04o}"))
                .with_help(format!("remove the write permission of others: `mode: \"{:04o}\"`", mode & !0o022)),
        );
    }
}
