//! Dependencies that come from git repositories, so that the step which fetches them needs git.

/// How lockfiles and requirements of npm, pnpm, Yarn, Bun, uv and pip name git repositories.
const FORMS: &[&str] = &["git+", "git://", ".git#", "git = \"", "type: git"];

/// Whether a lockfile or a requirements file has a dependency from a git repository.
#[must_use]
pub fn names_git(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    FORMS.iter().any(|form| text.contains(form))
}
