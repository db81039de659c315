//! Finds images that do not run anything.
//!
//! # What it does
//!
//! Looks for images of a program, and for images that configure how it runs (`expose`, `healthcheck`, `volumes`,
//! `init`), that have neither `entrypoint` nor `cmd`, their own or inherited. A shell or an interpreter in the base
//! does not count as a program. Images that others extend are not reported if each of those images has a program. For
//! Python, the finding suggests what to write: a script that `pyproject.toml` defines, the server of an application, or
//! a package or file that is a program.
//!
//! A `start` script of `package.json` runs automatically if it does not need a shell. Otherwise, the finding gives the
//! reason, and what to write.
//!
//! # Why
//!
//! A container of the image does not start, or exits at once: `no command specified`, or an interpreter that waits for
//! input.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   site:
//!     static: ./public
//!     expose: [8080]
//!     healthcheck: none
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   site:
//!     static: ./public
//!     runtime: "busybox:1.37"
//!     entrypoint: [httpd, -f, -p, "8080", -h, /srv/www]
//!     expose: [8080]
//!     healthcheck: none
//! ```

use slipway_spec::Diagnostic;
use slipway_spec::model::Image;

use crate::Findings;
use crate::add_key::{add_key, list};
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (target, contents) in lint.planned() {
        let Some(image) = target.image() else { continue };
        let keys = &image.keys;
        let says_how = !keys.config.expose.is_empty()
            || keys.healthcheck.is_some()
            || !keys.config.volumes.is_empty()
            || keys.init.is_some();
        let is_asked = contents.has_program || says_how;
        if contents.starts != Some(false) || !is_asked || is_common_part(lint, &target.label()) {
            continue;
        }
        if let Some(idle) = &contents.idle {
            let message = format!("`{}` does not run anything: {}", target.label(), idle.why);
            findings.push(Diagnostic::warning(target.span(), message).with_help(&idle.help));
            continue;
        }
        let message = format!("`{}` does not run anything: it has neither `entrypoint` nor `cmd`", target.label());
        if let Some((best, others)) = contents.suggestions.split_first() {
            let line = format!("entrypoint: {}", list(&best.words));
            let others: String = others.iter().take(3).map(|other| format!(" or `{}`", list(&other.words))).collect();
            let help = format!("write `{line}`{others}, detected from {}", best.why);
            let found = Diagnostic::warning(target.span(), message).with_help(help);
            // With several programs, only the user knows which one is meant.
            let fix = others.is_empty().then(|| add_key(lint.sources, target.span(), &line)).flatten();
            findings.push(match fix {
                Some((span, text)) => found.with_fix(span, text),
                None => found,
            });
            continue;
        }
        let help = match contents.base.entrypoint.as_deref() {
            Some([program, ..]) => format!("name the file that `{program}` runs, as in `cmd: [dist/server.js]`"),
            _ => "add the program and its arguments, as in `entrypoint: [/program, argument]`".to_owned(),
        };
        findings.push(Diagnostic::warning(target.span(), message).with_help(help));
    }
}

/// Whether an image exists only to be extended by images that each have a program.
fn is_common_part(lint: &View<'_>, name: &str) -> bool {
    let extends = |image: &&Image| image.keys.extends.as_ref().is_some_and(|extends| extends.value == name);
    let runs = |image: &Image| image.keys.config.entrypoint.is_some() || image.keys.config.cmd.is_some();
    let mut children = lint.images().map(|(_, image)| image).filter(extends).peekable();
    children.peek().is_some() && children.all(runs)
}
