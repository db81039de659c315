//! Finds compile steps with network access.
//!
//! # What it does
//!
//! Looks at `run` steps of stages and builds that call a compiler or a build tool, such as `go build` or `cargo build`,
//! and that have network access. In a stage, this is the default; in a build, they have it with `network: default`.
//!
//! # Why
//!
//! A compile step with network access downloads what it is missing, in the newest version. It then takes longer, fails
//! if a server fails, and produces different output tomorrow. Compile steps of presets have no network access; a stage
//! can do the same if it downloads dependencies in a separate step.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   tool:
//!     from: golang:1.24
//!     steps:
//!       - copy: { from: ./tools, to: /src }
//!       - run: go build -o /out/tool .
//!         workdir: /src
//!     output: /out
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /tool: "tool:/tool" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   tool:
//!     from: golang:1.24
//!     workdir: /src
//!     steps:
//!       - copy: { from: ./tools, to: /src }
//!       - run: go mod download
//!       - run: go build -o /out/tool .
//!         network: none
//!     output: /out
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /tool: "tool:/tool" }
//! ```

use slipway_spec::Diagnostic;

use crate::Findings;
use crate::view::{Owner, View};

/// Compile commands: the program, and the words of which one must follow.
const COMPILERS: &[(&str, &[&str])] = &[
    ("go", &["build", "install"]),
    ("cargo", &["build", "rustc"]),
    ("npm", &["run build"]),
    ("pnpm", &["run build", "build"]),
    ("yarn", &["run build", "build"]),
    ("mvn", &["package", "compile"]),
    ("gradle", &["build", "assemble"]),
    ("./gradlew", &["build", "assemble"]),
    ("./mvnw", &["package", "compile"]),
    ("dotnet", &["build", "publish"]),
];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for command in lint.commands() {
        let help = match command.of {
            Owner::Stage => "download dependencies in an earlier step, and add `network: none` to this one",
            Owner::Build => "delete `network`: the dependencies of the build are already installed",
            Owner::Check => continue,
        };
        let Some(text) = lint.text(command.text).filter(|_| command.networked) else { continue };
        // A package with a version is downloaded on purpose, as with `go install tool@v1.2.3`.
        if let Some(compiler) = compiles(&text).filter(|_| !text.contains('@')) {
            let message = format!("`{compiler}` has network access, so it may download unexpected versions");
            findings.push(Diagnostic::warning(command.text.span, message).with_help(help));
        }
    }
}

/// The compile command in a script.
fn compiles(script: &str) -> Option<String> {
    script.lines().flat_map(|line| line.split([';', '&', '|'])).find_map(|command| {
        let words: Vec<&str> = command.split_whitespace().skip_while(|word| word.contains('=')).collect();
        let (first, rest) = words.split_first()?;
        let (_, followers) = COMPILERS.iter().find(|(program, _)| program == first)?;
        let rest = rest.join(" ");
        let follower =
            followers.iter().find(|follower| rest == **follower || rest.starts_with(&format!("{follower} ")))?;
        Some(format!("{first} {follower}"))
    })
}

#[cfg(test)]
mod tests {
    use super::compiles;

    #[test]
    fn compile_commands_are_found() {
        assert_eq!(compiles("set -x\nCGO_ENABLED=0 go build -o x ."), Some("go build".to_owned()));
        assert_eq!(compiles("cd x && npm run build"), Some("npm run build".to_owned()));
        for script in ["go mod download", "npm ci", "echo go build", "cargo fetch", "npm run builder"] {
            assert_eq!(compiles(script), None, "{script}");
        }
    }
}
