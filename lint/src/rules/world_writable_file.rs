//! Finds files that everyone may change.
//!
//! # What it does
//!
//! Looks at `mode` of an image's `files` and of `copy` and `file` steps for the permission of all users to write, such
//! as `"0777"`. Folders with the sticky bit, such as `"1777"`, are left alone.
//!
//! # Why
//!
//! Whoever gets into the program can then change the file, whatever user it runs as: its own code, its configuration,
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
            Diagnostic::warning(span, format!("everyone may change `{path}`: its mode is {mode:04o}"))
                .with_help(format!("take the right to write away from others: `mode: \"{:04o}\"`", mode & !0o022)),
        );
    }
}
