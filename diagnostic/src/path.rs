//! Paths inside a tree of files, as the language writes them: with `/` as the separator, and never outside the tree.

use crate::{Diagnostic, Span};

/// The maximum length of a path and of a file name on Linux.
const MAX_PATH: usize = 4095;
const MAX_PART: usize = 255;

/// What is wrong with text that is not a valid or plausible path: control characters, or excessive length.
#[must_use]
pub fn strange(path: &str, span: Span) -> Option<Diagnostic> {
    if path.contains(char::is_control) {
        let found = Diagnostic::error(span, format!("`{path}` contains a control character, which paths cannot"));
        return Some(found.with_help("delete it; in double quotes, a backslash starts an escape sequence"));
    }
    if path.len() > MAX_PATH {
        let found = Diagnostic::error(span, format!("the path `{path}` is too long: it has {} bytes", path.len()));
        return Some(found.with_help(format!("the maximum on Linux is {MAX_PATH} bytes")));
    }
    let part = path.split('/').find(|part| part.len() > MAX_PART)?;
    let found = Diagnostic::error(span, format!("the file name `{part}` is too long: it has {} bytes", part.len()));
    Some(found.with_help(format!("the maximum on Linux is {MAX_PART} bytes")))
}

/// Resolves a relative path against a folder, both relative to the root of the tree; empty for the root itself, and
/// `None` for a path outside.
#[must_use]
pub fn join_path(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
