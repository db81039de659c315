//! Finds a `cmd` that names a program although another one runs already.
//!
//! # What it does
//!
//! Looks at the first word of `cmd` behind an entrypoint: of the image, of its build, or of its base. An interpreter
//! such as `node` takes a file and no other program, and a program is not told its own name.
//!
//! # Why
//!
//! `cmd` holds the arguments of the entrypoint. The distroless image of Node.js runs `node`, so `cmd: [npm, start]`
//! makes it look for a file called `npm`, and `cmd: [node, index.js]` for one called `node`; the container ends at
//! once.
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
        let message = format!("`{word}` is an argument here: the entrypoint `{entrypoint}` runs");
        let interprets = |word: &str| {
            let name = |word: &str| {
                word.rsplit('/').next().unwrap_or_default().trim_end_matches(['0', '1', '2', '3']).to_owned()
            };
            argument.entrypoint.first().is_some_and(|first| name(first) == name(word))
        };
        let help = if argument.is_entrypoint || interprets(word) {
            format!("leave `{word}` out and keep what follows it")
        } else if argument.of_interpreter {
            format!(
                "name the file that `{word}` would run; or set `entrypoint` too, on an image that has `{word}`, such as `runtime: slim`"
            )
        } else {
            "write it to `entrypoint`, which takes the place of the build's program; or leave it out".to_owned()
        };
        findings.push(Diagnostic::warning(argument.span, message).with_help(help));
    }
}
