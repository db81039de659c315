//! Finds steps that change nothing but their own shell.
//!
//! # What it does
//!
//! Looks for steps that consist of `cd`, `export`, `alias`, `set`, `umask` and the activation of a virtual environment,
//! and of nothing else.
//!
//! # Why
//!
//! Each step is a shell of its own, as `RUN` of a Dockerfile is. The folder, the variables and the aliases that it sets
//! are gone when it ends, and the next step starts anew.
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
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for run in lint.run_steps() {
        let Some(text) = lint.text(&run.run) else { continue };
        if let Some(help) = lost(&text) {
            findings.push(
                Diagnostic::warning(
                    run.run.span,
                    "each step is a shell of its own, so nothing of this is left for the next one",
                )
                .with_help(help),
            );
        }
    }
}

/// What to write in place of a script that only changes its shell.
fn lost(text: &str) -> Option<String> {
    // What a substitution runs may do something.
    if text.contains("$(") || text.contains('`') || text.contains('>') {
        return None;
    }
    let commands = commands(text)?;
    let mut help = None;
    for words in &commands {
        let advice = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", folder] if folder.starts_with('/') => {
                format!("write `workdir: {folder}` at the stage or at the steps that need it")
            }
            ["cd", ..] => "write `workdir: /path` at the stage or at the steps that need it".to_owned(),
            ["export", pair] if pair.contains('=') && !pair.contains('$') => {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                format!("write `env: {{ {name}: \"{value}\" }}` at the stage or at the steps that need it")
            }
            ["export", ..] => "write `env: { NAME: value }` at the stage or at the steps that need it".to_owned(),
            ["source" | ".", file] if file.ends_with("/activate") => {
                "call the programs of the environment by their paths, or write it in the same step".to_owned()
            }
            ["alias" | "umask" | "ulimit", ..] => "write it in the step that needs it".to_owned(),
            ["set" | "unset", ..] => continue,
            _ => return None,
        };
        help.get_or_insert(advice);
    }
    help
}

#[cfg(test)]
mod tests {
    use super::lost;

    #[test]
    fn only_what_does_nothing_else() {
        for text in [
            "cd /app",
            "set -e\ncd /app && cd x",
            "export A=b",
            "export PATH=/x:$PATH",
            ". /venv/bin/activate",
            "umask 022",
        ] {
            assert!(lost(text).is_some(), "{text}");
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
            assert_eq!(lost(text), None, "{text}");
        }
        assert!(lost("cd /app").unwrap().contains("`workdir: /app`"));
        assert!(lost("export A='b c'").unwrap().contains("`env: { A: \"b c\" }`"));
    }
}
