//! Folders of a Java project.

/// A path relative to a folder that contains it.
pub(super) fn inside<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() || folder == path {
        return Some(if folder == path { "" } else { path });
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// A folder as shown in messages.
pub(super) fn place_of(folder: &str) -> String {
    if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") }
}
