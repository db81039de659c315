//! Finds steps that only change the state of their own shell.
//!
//! # What it does
//!
//! Looks for steps that consist only of `cd`, `export`, `alias`, `set`, `umask` and the activation of a virtual
//! environment.
//!
//! # Why
//!
//! Each step runs in a new shell, like `RUN` in a Dockerfile. The working directory, variables and aliases that it sets
//! are lost when it ends.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   site:
//!     from: alpine:3.22
//!     steps:
//!       - copy: { from: ./site, to: /site }
//!       - run: cd /site
//!       - run: make
//!     output: /site/out
//! images:
//!   web: { runtime: "nginx:1.29", files: { /usr/share/nginx/html: "site:/" } }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   site:
//!     from: alpine:3.22
//!     steps:
//!       - copy: { from: ./site, to: /site }
//!       - run: make
//!         workdir: /site
//!     output: /site/out
//! images:
//!   web: { runtime: "nginx:1.29", files: { /usr/share/nginx/html: "site:/" } }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::shell_words::commands;
use crate::view::{Owner, View};

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for command in lint.commands() {
        let Some(text) = lint.text(command.text).filter(|_| command.of != Owner::Check) else { continue };
        if let Some(help) = lost(&text, command.of) {
            findings.push(
                Diagnostic::warning(
                    command.text.span,
                    "each step runs in a new shell, so this has no effect on the next one",
                )
                .with_help(help),
            );
        }
    }
}

/// What to write instead of a script that only changes its shell.
fn lost(text: &str, of: Owner) -> Option<String> {
    // A command substitution may have effects.
    if text.contains("$(") || text.contains('`') || text.contains('>') {
        return None;
    }
    let commands = commands(text)?;
    let mut help = None;
    let whole = if of == Owner::Build { "build" } else { "stage" };
    for words in &commands {
        let advice = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", folder] if of == Owner::Build && !folder.starts_with(['/', '-', '~']) => {
                format!("write `workdir: {folder}` in the steps that need it")
            }
            ["cd", ..] if of == Owner::Build => "write `workdir: FOLDER` in the steps that need it".to_owned(),
            ["cd", folder] if folder.starts_with('/') => {
                format!("write `workdir: {folder}` in the stage or in the steps that need it")
            }
            ["cd", ..] => "write `workdir: /path` in the stage or in the steps that need it".to_owned(),
            ["export", pair] if pair.contains('=') && !pair.contains('$') => {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                format!("write `env: {{ {name}: \"{value}\" }}` in the {whole} or in the steps that need it")
            }
            ["export", ..] => format!("write `env: {{ NAME: value }}` in the {whole} or in the steps that need it"),
            ["source" | ".", file] if file.ends_with("/activate") => {
                "call the programs of the environment by path, or move this into the step that needs it".to_owned()
            }
            ["alias" | "umask" | "ulimit", ..] => "move this into the step that needs it".to_owned(),
            ["set" | "unset", ..] => continue,
            _ => return None,
        };
        help.get_or_insert(advice);
    }
    help
}

#[cfg(test)]
mod tests {
    use super::{Owner, lost};

    #[test]
    fn only_steps_without_other_effects_are_reported() {
        for text in [
            "cd /app",
            "set -e\ncd /app && cd x",
            "export A=b",
            "export PATH=/x:$PATH",
            ". /venv/bin/activate",
            "umask 022",
        ] {
            assert!(lost(text, Owner::Stage).is_some(), "{text}");
        }
        for text in [
            "cd /app && make",
            "cd /app || mkdir /app",
            "export A=b; make",
            "set -e",
            "export A=$(make)",
            "cd x > log",
            "",
            ". ./build.sh",
            "(cd x; make)",
        ] {
            assert_eq!(lost(text, Owner::Stage), None, "{text}");
        }
        assert!(lost("cd /app", Owner::Stage).unwrap().contains("`workdir: /app`"));
        assert!(lost("export A='b c'", Owner::Stage).unwrap().contains("`env: { A: \"b c\" }`"));
    }
}
