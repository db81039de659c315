//! Finds commands that are one text rather than a list of words, or go through a shell.
//!
//! # What it does
//!
//! Looks at `entrypoint`, `cmd` and `healthcheck: { run: … }` of images that ship for a single word with spaces in it,
//! such as `["/api --port 80"]`, and for `sh -c`. A shell that hands over with `exec` is left alone.
//!
//! # Why
//!
//! Lists are run as they are, without a shell: a program called `/api --port 80` is looked for and not found. And where
//! `sh -c` is written out, the shell is process 1: it passes no signal on, so the container is killed after ten seconds
//! instead of stopping.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     entrypoint: ["/api --port 8080"]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     entrypoint: [/api, --port, "8080"]
//! ```

use slipway_spec::model::{HealthTest, Healthcheck};
use slipway_spec::{Diagnostic, Template};

use crate::Findings;
use crate::view::View;

const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (_, image) in lint.images() {
        let config = &image.keys.config;
        if let Some(entrypoint) = &config.entrypoint {
            look("entrypoint", lint, entrypoint, findings);
        } else if image.build.is_none()
            && let Some(cmd) = &config.cmd
        {
            // Behind an entrypoint, a build's included, the words of `cmd` are arguments, which may be anything.
            look("cmd", lint, cmd, findings);
        }
        if let Some(Healthcheck::Check { test: HealthTest::Run(run), .. }) = &image.keys.healthcheck {
            single(lint, "run", run, findings);
        }
    }
}

fn look(key: &str, lint: &View<'_>, words: &[Template], findings: &mut Findings) {
    single(lint, key, words, findings);
    let [first, option, rest @ ..] = words else { return };
    let (Some(program), Some(option)) = (lint.text(first), lint.text(option)) else { return };
    let name = program.rsplit('/').next().unwrap_or_default();
    let command = option.starts_with('-') && !option.starts_with("--") && option.ends_with('c');
    let hands_over = rest.first().and_then(|script| lint.text(script)).is_some_and(|script| {
        script.lines().last().is_some_and(|line| line.trim_start().starts_with("exec "))
            || script.contains("; exec ")
            || script.contains("&& exec ")
    });
    if SHELLS.contains(&name) && command && !hands_over {
        findings.push(
            Diagnostic::warning(
                first.span,
                format!("`{key}` starts a shell, which passes no signal on to the program"),
            )
            .with_help(
                "name the program and its arguments as words of the list; or let the shell hand over with `exec`",
            ),
        );
    }
}

fn single(lint: &View<'_>, key: &str, words: &[Template], findings: &mut Findings) {
    let [only] = words else { return };
    let Some(text) = lint.text(only) else { return };
    let parts: Vec<String> = text.split_whitespace().map(quoted).collect();
    if parts.len() > 1 {
        findings.push(
            Diagnostic::warning(
                only.span,
                format!("`{key}` is one word with spaces in it, and no program is called that"),
            )
            .with_help(format!("make a list of its words: `[{}]`", parts.join(", "))),
        );
    }
}

/// A word as it can stand in a list.
fn quoted(word: &str) -> String {
    let plain = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '-')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '='));
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace(['"', '\''], "")) }
}
