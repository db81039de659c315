//! Finds scripts that are downloaded and run without a check.
//!
//! # What it does
//!
//! Looks at `run` of stages, builds and checks for the output of `curl` or `wget` that is piped into a shell or an
//! interpreter.
//!
//! # Why
//!
//! What ran is unknown: the file is not kept, its contents are not verified, and it may change at any time. If the
//! download is interrupted, the first half still runs; a shell does not notice that the left side of a pipe failed.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   tools:
//!     from: debian:12
//!     steps:
//!       - run: curl -sSL https://example.com/install.sh | sh
//!     output: /opt
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /opt: "tools:/" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! contexts:
//!   installer:
//!     http: https://example.com/install.sh
//!     checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! stages:
//!   tools:
//!     from: debian:12
//!     steps:
//!       - copy: { from: "installer:/", to: /tmp }
//!       - run: sh /tmp/install.sh
//!     output: /opt
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /opt: "tools:/" }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

/// Programs that run their input.
const INTERPRETERS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "python", "python3", "perl", "node", "ruby"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for command in lint.commands() {
        let Some(text) = lint.text(command.text) else { continue };
        if let Some(interpreter) = text.replace("\\\n", " ").lines().find_map(piped) {
            findings.push(
                Diagnostic::warning(
                    command.text.span,
                    format!("a download runs in `{interpreter}` without being verified"),
                )
                .with_help("declare it under `contexts` with `http` and `checksum`, copy it, and run the copy"),
            );
        }
    }
}

/// The interpreter that a shell line pipes a download into.
fn piped(line: &str) -> Option<&'static str> {
    let mut downloaded = false;
    // `||` is not a pipe.
    for command in line.replace("||", ";").split('|') {
        let last = command.rsplit([';', '&', '(']).next().unwrap_or(command);
        let mut words = command.split([';', '&', '(']).next().unwrap_or(command).split_whitespace();
        let first = words
            .find(|word| !matches!(*word, "sudo" | "env" | "exec") && !word.contains('=') && !word.starts_with('-'));
        let name = first.and_then(|word| word.rsplit('/').next()).unwrap_or_default();
        if downloaded && let Some(found) = INTERPRETERS.iter().find(|known| **known == name) {
            return Some(found);
        }
        let words: Vec<&str> = last.split_whitespace().collect();
        downloaded = downloaded || words.iter().any(|word| matches!(*word, "curl" | "wget"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::piped;

    #[test]
    fn only_interpreters_of_downloads_are_reported() {
        assert_eq!(piped("curl -fsSL https://x/y.sh | sudo -E bash -s -- --yes"), Some("bash"));
        assert_eq!(piped("set -e; wget -O- https://x | tee log | /bin/sh"), Some("sh"));
        for line in [
            "curl https://x | tar xz",
            "curl -o x https://x || sh fallback.sh",
            "echo curl | cat",
            "cat script.sh | sh",
            "curl https://x | sha256sum -c && sh x",
            "curl https://x > y.sh",
        ] {
            assert_eq!(piped(line), None, "{line}");
        }
    }
}
