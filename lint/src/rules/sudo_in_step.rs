//! Finds `sudo` in steps, which run as root.
//!
//! # What it does
//!
//! Looks for commands of steps and checks that start with `sudo`. Stages that install it are not reported.
//!
//! # Why
//!
//! Steps already run as root, and most images have no `sudo`, so the step fails with `sudo: not found`.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   tools:
//!     from: debian:13
//!     steps:
//!       - run: sudo apt-get update && sudo apt-get install -y jq
//!     output: /usr/bin
//! images:
//!   api: { go: ./cmd/api, files: { /usr/local/bin/: "tools:/" } }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   tools:
//!     from: debian:13
//!     steps:
//!       - run: apt-get update && apt-get install -y jq
//!     output: /usr/bin
//! images:
//!   api: { go: ./cmd/api, files: { /usr/local/bin/: "tools:/" } }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::shell_words::commands;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let scripts: Vec<_> =
        lint.commands().into_iter().filter_map(|one| Some((one.text.span, commands(&lint.text(one.text)?)?))).collect();
    let installs = |words: &Vec<String>| words.iter().skip(1).any(|word| word == "sudo") && !is_sudo(words);
    if scripts.iter().any(|(_, commands)| commands.iter().any(installs)) {
        return;
    }
    for (span, commands) in scripts {
        if commands.iter().any(|words| is_sudo(words)) {
            findings.push(
                Diagnostic::warning(span, "steps run as root, and most images have no `sudo`")
                    .with_help("delete the word `sudo`"),
            );
        }
    }
}

fn is_sudo(words: &[String]) -> bool {
    words.first().is_some_and(|word| word == "sudo")
}
