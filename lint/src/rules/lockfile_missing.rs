//! Finds steps that install packages without a lockfile.
//!
//! # What it does
//!
//! Looks at `run` of stages, builds and checks for installers that choose the versions to install: `npm install`,
//! `yarn install` and `pnpm install` without an option for the lockfile, `cargo install` without `--locked`,
//! `pip install` of a package without a version. The dependency steps of builds are not affected: they install exactly
//! what the lockfile says.
//!
//! # Why
//!
//! Without a lockfile, the newest versions of the packages and all of their dependencies are installed. The same commit
//! builds another image tomorrow, and an attacker who takes over one of those packages is in it.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   ui:
//!     from: node:22-slim
//!     workdir: /src
//!     steps:
//!       - copy: { from: ./ui, to: /src }
//!       - run: npm install
//!     output: /src
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /ui: "ui:/" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   ui:
//!     from: node:22-slim
//!     workdir: /src
//!     steps:
//!       - copy: { from: ./ui, to: /src }
//!       - run: npm ci
//!     output: /src
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /ui: "ui:/" }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for command in lint.commands() {
        let Some(text) = lint.text(command.text) else { continue };
        let parts = text.lines().flat_map(|line| line.split([';', '&', '|']));
        if let Some((installer, help)) = parts.filter_map(unlocked).next() {
            findings.push(
                Diagnostic::warning(
                    command.text.span,
                    format!("`{installer}` installs the newest versions at the time of the build"),
                )
                .with_help(help),
            );
        }
    }
}

/// The installer in a command that does not use a lockfile, and what to write instead.
fn unlocked(command: &str) -> Option<(String, &'static str)> {
    let words: Vec<&str> =
        command.split_whitespace().skip_while(|word| word.contains('=') || *word == "sudo").collect();
    let [program, verb, rest @ ..] = words.as_slice() else { return None };
    let has = |options: &[&str]| rest.iter().any(|word| options.iter().any(|option| word.starts_with(option)));
    // Words that are not options are packages, or values of options.
    let packages: Vec<&&str> = rest.iter().filter(|word| !word.starts_with('-')).collect();
    let help = match (*program, *verb) {
        ("npm", "install" | "i") if packages.is_empty() && !has(&["-g", "--global"]) => {
            "commit `package-lock.json` and write `npm ci`"
        }
        ("pnpm", "install" | "i") if !has(&["--frozen-lockfile"]) && packages.is_empty() => {
            "commit `pnpm-lock.yaml` and write `pnpm install --frozen-lockfile`"
        }
        ("yarn", "install") if !has(&["--frozen-lockfile", "--immutable"]) => {
            "commit `yarn.lock` and write `yarn install --immutable`, or `--frozen-lockfile` with Yarn 1"
        }
        ("cargo", "install") if !has(&["--locked", "--frozen"]) => {
            "add `--locked`, and `--version` for the program itself"
        }
        ("pip" | "pip3", "install")
            if !rest.is_empty()
                && rest.iter().all(|word| is_package(word))
                && !rest.iter().any(|word| word.contains("==")) =>
        {
            "pin versions, `package==1.2.3`, or install from a requirements file with hashes"
        }
        _ => return None,
    };
    Some((format!("{program} {verb}"), help))
}

/// Whether a word of `pip install` is the name of a package without a version.
fn is_package(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']' | ','))
        && !word.ends_with(".whl")
}

#[cfg(test)]
mod tests {
    use super::unlocked;

    #[test]
    fn only_installers_without_a_lockfile_are_reported() {
        for command in [
            "npm install",
            "CI=1 npm i --omit=dev",
            "pnpm install",
            "yarn install --production",
            "cargo install sqlx-cli",
            "pip install uvicorn fastapi[all]",
        ] {
            assert!(unlocked(command).is_some(), "{command}");
        }
        for command in [
            "npm ci",
            "npm install -g npm@11.0.0",
            "npm install left-pad@1.3.0",
            "pnpm install --frozen-lockfile",
            "yarn install --immutable",
            "cargo install --locked sqlx-cli",
            "pip install -r requirements.txt",
            "pip install .",
            "pip install uvicorn==0.30.0",
            "pip install --no-deps dist/app.whl",
            "echo npm install",
            "npm",
        ] {
            assert!(unlocked(command).is_none(), "{command}");
        }
    }
}
