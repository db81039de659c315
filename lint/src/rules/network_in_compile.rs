//! Finds compile steps with network access.
//!
//! # What it does
//!
//! Looks at `run` steps of stages that call a compiler or a build tool, such as `go build` or `cargo build`, and whose
//! `network` is not `none`.
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
use slipway_spec::model::{NetworkMode, StageStepKind};

use crate::Findings;
use crate::view::View;

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
    for (_, stage) in lint.stages() {
        for step in &stage.steps {
            let StageStepKind::Run(run) = &step.kind else { continue };
            let reaches = run.network.unwrap_or(stage.network) != NetworkMode::None;
            let Some(text) = lint.text(&run.run).filter(|_| reaches) else { continue };
            // A package with a version is downloaded on purpose, as with `go install tool@v1.2.3`.
            if let Some(command) = compiles(&text).filter(|_| !text.contains('@')) {
                findings.push(
                    Diagnostic::warning(
                        run.run.span,
                        format!("`{command}` has network access, so it may download unexpected versions"),
                    )
                    .with_help("download dependencies in an earlier step, and add `network: none` to this one"),
                );
            }
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
