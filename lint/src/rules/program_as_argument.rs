//! Finds a `cmd` that names a program although the image has an entrypoint.
//!
//! # What it does
//!
//! Looks at the first word of `cmd` after an entrypoint of the image, its build, or its base. An interpreter such as
//! `node` expects a file, not another program, and a program does not expect its own name.
//!
//! # Why
//!
//! `cmd` contains the arguments of the entrypoint. The distroless image of Node.js runs `node`, so `cmd: [npm, start]`
//! makes it look for a file named `npm`, and `cmd: [node, index.js]` for one named `node`; the container exits at once.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     cmd: [/api, serve]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     cmd: [serve]
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for contents in lint.contents() {
        let Some(argument) = &contents.argument else { continue };
        let (word, entrypoint) = (&argument.word, argument.entrypoint.join(" "));
        let message = format!("`{word}` is an argument here, because the image has the entrypoint `{entrypoint}`");
        let interprets = |word: &str| {
            let name = |word: &str| {
                word.rsplit('/').next().unwrap_or_default().trim_end_matches(['0', '1', '2', '3']).to_owned()
            };
            argument.entrypoint.first().is_some_and(|first| name(first) == name(word))
        };
        let help = if argument.is_entrypoint || interprets(word) {
            format!("delete `{word}` and keep the words after it")
        } else if argument.of_interpreter {
            format!(
                "name the file that `{word}` would run; or set `entrypoint` as well, on a runtime that contains \
                 `{word}`, such as `runtime: slim`"
            )
        } else {
            "move it to `entrypoint`, which replaces the build's program; or delete it".to_owned()
        };
        findings.push(Diagnostic::warning(argument.span, message).with_help(help));
    }
}
