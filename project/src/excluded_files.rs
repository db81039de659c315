//! Files of a repository that are not part of a program: documents, and settings of version control, editors, services
//! and containers.
//!
//! A build that uses a whole folder excludes these at its top, so that changing them does not invalidate its cache. All
//! patterns match single names.

use crate::paths::in_folder;

/// Documents in the folder of any project.
const PAPERS: &[&str] = &["README*", "readme*", "CHANGELOG*", "changelog*", "CONTRIBUTING*"];
/// Additional documents at the root of a repository.
const PAPERS_OF_REPOSITORIES: &[&str] =
    &["CODE_OF_CONDUCT*", "SECURITY.*", "AUTHORS*", "MAINTAINERS*", "AGENTS.md", "CLAUDE.md"];

/// Settings of tools in the folder of any project.
const TOOLS: &[&str] = &["Dockerfile*", ".dockerignore", ".gitignore"];
/// Additional settings of tools at the root of a repository.
const TOOLS_OF_REPOSITORIES: &[&str] = &[
    // Version control and its tools.
    ".git",
    ".gitattributes",
    ".gitmodules",
    ".github",
    ".gitlab*",
    ".gitea",
    ".mailmap",
    ".husky",
    ".pre-commit-config.y*ml",
    ".commitlintrc*",
    "commitlint.config.*",
    ".lintstagedrc*",
    "lint-staged.config.*",
    "CODEOWNERS",
    "renovate.json*",
    ".renovaterc*",
    // Services that build, test and review.
    ".circleci",
    ".travis.yml",
    ".woodpecker*",
    "Jenkinsfile",
    "azure-pipelines.y*ml",
    "bitbucket-pipelines.y*ml",
    ".coderabbit.y*ml",
    ".codecov.y*ml",
    "codecov.y*ml",
    "crowdin.y*ml",
    "sonar-project.properties",
    // Editors and assistants.
    ".editorconfig",
    ".vscode",
    ".idea",
    ".zed",
    ".cursor*",
    ".claude",
    ".codex",
    ".agents",
    ".devcontainer",
    ".gitpod*",
    // Containers.
    "*.Dockerfile",
    "Containerfile*",
    ".hadolint.y*ml",
    "compose*.y*ml",
    "docker-compose*.y*ml",
    "docker-bake.*",
];

/// Files of environment variables, without templates of them, which programs may read. Patterns of an ignore file.
const ENV_FILES: &[&str] = &[
    "**/.env",
    "**/.env.*",
    "**/.envrc",
    "!**/.env.defaults",
    "!**/.env.dist",
    "!**/.env.example",
    "!**/.env.sample",
    "!**/.env.template",
    "!**/.env.test",
];

/// Settings of linters and formatters.
const READ_BY_CHECKS: &[&str] = &[".editorconfig", ".gitignore"];

/// Manifests, lockfiles and settings of languages and their tools.
const MANIFESTS: &[&str] = &[
    "go.mod",
    "go.sum",
    "go.work",
    "go.work.sum",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain*",
    "pyproject.toml",
    "uv.lock",
    "uv.toml",
    "poetry.lock",
    "poetry.toml",
    "requirements*.txt",
    ".python-version",
    "pom.xml",
    "mvnw*",
    "*.gradle",
    "*.gradle.kts",
    "gradle.properties",
    "gradlew*",
];

/// Patterns to exclude at the top of a project's folder; the context is treated as a repository.
pub fn patterns(folder: &str) -> impl Iterator<Item = String> {
    let papers = if folder.is_empty() { PAPERS_OF_REPOSITORIES } else { &[] };
    PAPERS.iter().chain(papers).map(move |name| in_folder(folder, name)).chain(tools(folder))
}

/// Patterns to exclude files of environment variables at any depth, except those that an included pattern names.
pub fn without_env_files(include: &[String]) -> impl Iterator<Item = String> {
    let named = include.iter().filter(|path| last_part(path).starts_with(".env"));
    ENV_FILES.iter().map(ToString::to_string).chain(named.map(|path| format!("!{path}")))
}

/// Whether a name is that of such a file.
#[must_use]
pub fn is_env_file(name: &str) -> bool {
    let matching =
        |pattern: &&&str| pattern.trim_start_matches('!').strip_prefix("**/").is_some_and(|own| matches(own, name));
    ENV_FILES.iter().rev().find(matching).is_some_and(|pattern| !pattern.starts_with('!'))
}

/// The same without documents.
pub fn tools(folder: &str) -> impl Iterator<Item = String> {
    let tools = if folder.is_empty() { TOOLS_OF_REPOSITORIES } else { &[] };
    TOOLS.iter().chain(tools).map(move |name| in_folder(folder, name))
}

/// The same without settings of linters and formatters, for checks.
pub fn patterns_of_checks(folder: &str) -> impl Iterator<Item = String> {
    patterns(folder).filter(|pattern| !READ_BY_CHECKS.contains(&last_part(pattern)))
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file at the root of a repository is for linters and formatters.
#[must_use]
pub fn is_read_by_checks(name: &str) -> bool {
    READ_BY_CHECKS.contains(&name)
}

/// Whether a file at the root of a repository is irrelevant to JavaScript builds: a document, or a file for tools or
/// another language.
#[must_use]
pub fn is_foreign_to_javascript(name: &str) -> bool {
    let all = [PAPERS, PAPERS_OF_REPOSITORIES, TOOLS, TOOLS_OF_REPOSITORIES, MANIFESTS];
    all.into_iter().flatten().any(|pattern| matches(pattern, name))
}

/// Whether a shell pattern (`*`, `?`, `[…]`) matches a name.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_valid() {
        for pattern in patterns("").chain(MANIFESTS.iter().map(ToString::to_string)) {
            assert!(glob::Pattern::new(&pattern).is_ok() && !pattern.contains('/'), "{pattern}");
        }
    }

    #[test]
    fn environment_files_and_their_templates() {
        for (name, expected) in [
            (".env", true),
            (".env.production", true),
            (".envrc", true),
            (".env.example", false),
            (".environment", false),
        ] {
            assert_eq!(is_env_file(name), expected, "{name}");
        }
        let named: Vec<_> = without_env_files(&["web/.env.production".to_owned(), "web".to_owned()]).collect();
        assert_eq!(named.last().map(String::as_str), Some("!web/.env.production"));
        assert_eq!(named.len(), ENV_FILES.len() + 1);
    }

    #[test]
    fn files_that_a_build_may_read_are_not_excluded() {
        for name in ["tsconfig.json", ".env", ".env.production", ".npmrc", "turbo.json", "vite.config.ts", "docs"] {
            assert!(!is_foreign_to_javascript(name), "{name}");
        }
        for name in ["uv.lock", "go.sum", "README.md", ".github", ".gitignore", "compose.yaml", "prod.Dockerfile"] {
            assert!(is_foreign_to_javascript(name), "{name}");
        }
    }

    #[test]
    fn files_of_linters_are_known() {
        let of = |patterns: &mut dyn Iterator<Item = String>| patterns.collect::<Vec<_>>();
        let (builds, checks) = (of(&mut patterns("web")), of(&mut patterns_of_checks("web")));
        assert!(builds.contains(&"web/.gitignore".to_owned()) && !checks.contains(&"web/.gitignore".to_owned()));
        assert!(!of(&mut patterns_of_checks("")).contains(&".editorconfig".to_owned()));
        assert!(is_read_by_checks(".editorconfig") && !is_read_by_checks("README.md"));
    }

    #[test]
    fn patterns_are_shell_patterns() {
        for (pattern, name, expected) in
            [("*", "api", true), ("svc-*", "svc-a", true), ("a?i", "ai", false), ("svc-[ab]", "svc-b", true)]
        {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
