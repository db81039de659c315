//! Finds dependencies from git repositories, because the step that downloads them then needs git.

/// How lockfiles and requirements of npm, pnpm, Yarn, Bun, uv and pip refer to git repositories.
const FORMS: &[&str] = &["git+", "git://", ".git#", "git = \"", "type: git"];

/// Whether a lockfile or a requirements file has a dependency from a git repository.
#[must_use]
pub fn names_git(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    FORMS.iter().any(|form| text.contains(form))
}
