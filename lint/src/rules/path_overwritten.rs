//! Finds a `PATH` without the system folders.
//!
//! # What it does
//!
//! Looks at `PATH` in `env` of images based on a distribution, of stages and of their steps and other commands, for
//! values without `/usr/bin`, `/bin` or `/usr/local/bin`.
//!
//! # Why
//!
//! `env` replaces a variable, it does not append to it. With such a `PATH`, even `ls` is not found, and a start script
//! fails with `not found`.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!     env: { PATH: /opt/tools/bin }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!     env: { PATH: "/opt/tools/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }
//! ```

use slipway_plan::contents::Kind;
use slipway_spec::{Diagnostic, Map, Template};

use crate::Findings;
use crate::view::View;

const SYSTEM: &[&str] = &["/usr/bin", "/bin", "/usr/local/bin"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (target, contents) in lint.planned() {
        if let Some(image) =
            target.image().filter(|_| !matches!(contents.base.kind, Kind::Scratch | Kind::Distroless(_)))
        {
            look(lint, &image.keys.config.env, findings);
        }
    }
    for (_, stage) in lint.stages() {
        look(lint, &stage.env, findings);
    }
    for command in lint.commands() {
        look(lint, command.env, findings);
    }
}

fn look(lint: &View<'_>, env: &Map<Template>, findings: &mut Findings) {
    for (name, value) in env.iter().filter(|(name, _)| name.value == "PATH") {
        // `$PATH` in it is a different finding, and shows that the author did not mean to omit anything.
        let Some(path) = lint.text(value).filter(|_| value.bare_name().is_none()) else { continue };
        if !path.split(':').any(|folder| SYSTEM.contains(&folder.trim_end_matches('/'))) {
            findings.push(Diagnostic::warning(name.span, "this `PATH` contains none of the system folders").with_help(
                format!("append them: `{path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`"),
            ));
        }
    }
}
