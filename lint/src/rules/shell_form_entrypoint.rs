//! Finds commands that are one text instead of a list of words, or that run in a shell.
//!
//! # What it does
//!
//! Looks at `entrypoint`, `cmd` and `healthcheck: { run: … }` of images for a single word with spaces in it, such as
//! `["/api --port 80"]`, and for `sh -c`. A shell that starts the program with `exec` is not reported.
//!
//! # Why
//!
//! Lists are run without a shell: the engine looks for a program with the name `/api --port 80` and does not find it.
//! With an explicit `sh -c`, the shell is process 1: it does not forward signals, so the container is killed after ten
//! seconds instead of stopping.
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
            // After an entrypoint, including that of a build, the words of `cmd` are arbitrary arguments.
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
                format!("`{key}` starts a shell, which does not forward signals to the program"),
            )
            .with_help(
                "write the program and its arguments as words of the list; or start it with `exec` in the shell",
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
            Diagnostic::warning(only.span, format!("`{key}` is one word with spaces, which is not a program"))
                .with_help(format!("split it into words: `[{}]`", parts.join(", "))),
        );
    }
}

/// A word as an item of a list.
fn quoted(word: &str) -> String {
    let plain = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '-')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '='));
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace(['"', '\''], "")) }
}
