//! Paths inside a tree of files, as the language writes them: with `/` between their parts, and never out of the tree.

use crate::{Diagnostic, Span};

/// Bytes of a path, and of a name in it, that Linux takes at most.
const MAX_PATH: usize = 4095;
const MAX_PART: usize = 255;

/// What is wrong with text that no file system takes for a path, or that nobody means: control characters, and what is
/// too long.
#[must_use]
pub fn strange(path: &str, span: Span) -> Option<Diagnostic> {
    if path.contains(char::is_control) {
        let found = Diagnostic::error(span, format!("`{path}` holds a control character, and paths have none"));
        return Some(
            found.with_help("delete it; in double quotes, YAML takes a backslash for the beginning of an escape"),
        );
    }
    if path.len() > MAX_PATH {
        let found = Diagnostic::error(span, format!("`{path}` is too long for a path: it has {} bytes", path.len()));
        return Some(found.with_help(format!("Linux takes paths of at most {MAX_PATH} bytes")));
    }
    let part = path.split('/').find(|part| part.len() > MAX_PART)?;
    let found =
        Diagnostic::error(span, format!("`{part}` is too long for the name of a file: it has {} bytes", part.len()));
    Some(found.with_help(format!("Linux takes names of at most {MAX_PART} bytes")))
}

/// Resolves a relative path against a folder, both seen from the root of the tree; empty for the root itself, and
/// `None` for a path that leads out.
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
