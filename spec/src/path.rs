//! Paths inside a tree of files, as the language writes them: with `/` between their parts, and never out of the tree.

/// Resolves a relative path against a folder, both seen from the root of the tree; empty for the root itself, and `None` for a path that leads out.
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
