//! The words of `runtime`.

/// Words that stand for an image, or for nothing.
pub(crate) const ALL: &[&str] = &["scratch", "static", "base", "cc", "distroless", "slim"];

/// Those of them without a shell, or any other program to call.
pub(crate) const WITHOUT_SHELL: &[&str] = &["scratch", "static", "base", "cc", "distroless"];
