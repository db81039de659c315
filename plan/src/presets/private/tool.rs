//! The tools that log in.

/// What logs in, besides git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::presets) enum Tool {
    Go,
    /// npm and pnpm.
    Npm,
    /// Yarn 1.
    Yarn,
    /// Yarn 2 and later.
    Berry,
    Bun,
    /// pip, uv and Poetry.
    Python,
    Cargo,
    Maven,
    Gradle,
}
