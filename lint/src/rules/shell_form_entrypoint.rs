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
    if text.split_whitespace().count() < 2 {
        return;
    }
    let found = Diagnostic::warning(only.span, format!("`{key}` is one word with spaces, which is not a program"));
    findings.push(match list(&text) {
        Some(list) => found.with_help(format!("split it into words: `{list}`")),
        None => found.with_help("write the program and its arguments as words of a list"),
    });
}

/// The words of a command, as a shell splits them, as a list of YAML; `None` where quotes do not match, and where
/// there are several commands.
fn list(command: &str) -> Option<String> {
    let words = shlex::split(command)?;
    let is_operator = |word: &String| ["&", "&&", "|", "||", ";"].contains(&word.as_str()) || word.ends_with(';');
    if words.iter().any(is_operator) {
        return None;
    }
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    Some(format!("[{}]", words.join(", ")))
}

/// A word as an item of a list.
fn quoted(word: &str) -> String {
    let plain = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '-')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '='));
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace('\\', r"\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn words_are_split_like_in_a_shell() {
        for (command, words) in [
            ("/api --port 80", Some("[/api, --port, \"80\"]")),
            ("sh -c 'a b; c'", Some("[sh, -c, \"a b; c\"]")),
            (r#"echo "say \"hi\"" a\ b"#, Some(r#"[echo, "say \"hi\"", "a b"]"#)),
            ("it's", None),
            ("migrate && serve", None),
            ("migrate; serve", None),
        ] {
            assert_eq!(list(command).as_deref(), words, "{command}");
        }
    }
}
