//! Paths of a repository: relative to its root and separated by `/`; the root itself is the empty path.

/// A folder, and the folders above it, up to the root.
pub fn self_and_above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// A name in a folder.
#[must_use]
pub fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A folder as shown in messages: the root is `.`.
#[must_use]
pub fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// A folder and everything in it as a pattern: the root has no name.
#[must_use]
pub fn whole(folder: &str) -> String {
    if folder.is_empty() { "**".to_owned() } else { folder.to_owned() }
}

/// Whether a path equals a folder, or is inside it.
#[must_use]
pub fn is_within(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
