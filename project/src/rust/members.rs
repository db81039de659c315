//! Resolves `workspace.members` to folders.

use std::collections::BTreeSet;

use slipway_diagnostic::join_path;

use crate::excluded_files::matches;
use crate::paths::{in_folder, is_within};
use crate::toml_file::at;
use crate::{Error, Repository};

/// The folders that a workspace names.
pub(super) struct Members {
    /// Folders that it lists by name.
    pub(super) named: BTreeSet<String>,
    /// Folders that match its patterns. Like in Cargo, those without a manifest are skipped.
    pub(super) matched: BTreeSet<String>,
    /// Folders that it excludes, with everything below.
    excluded: BTreeSet<String>,
}

impl Members {
    /// Whether a dependency with a `path` is a member. Like in Cargo, it is one if it is inside the workspace's folder.
    pub(super) fn takes_in(&self, root: &str, folder: &str) -> bool {
        self.named.contains(folder)
            || self.matched.contains(folder)
            || is_within(root, folder) && !self.excluded.iter().any(|excluded| is_within(excluded, folder))
    }
}

/// Parses `workspace.members` and `workspace.exclude`.
pub(super) async fn members(repository: &Repository<'_>, root: &str, manifest: &toml::Table) -> Result<Members, Error> {
    let list = |key: &str| {
        let list = at(manifest, &["workspace", key]).and_then(toml::Value::as_array);
        list.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let excluded: BTreeSet<_> = list("exclude").iter().filter_map(|path| join_path(root, path)).collect();
    let (mut named, mut matched) = (BTreeSet::new(), BTreeSet::new());
    for pattern in list("members") {
        let mut folders = vec![root.to_owned()];
        for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if !is_pattern(part) {
                folders = folders.iter().filter_map(|folder| join_path(folder, part)).collect();
                continue;
            }
            let entries = repository.list_all(&folders).await?;
            let inside = folders.iter().zip(entries).flat_map(|(folder, entries)| {
                let folders = entries.unwrap_or_default().into_iter().filter(|entry| entry.is_folder);
                folders.filter(|entry| matches(part, &entry.name)).map(|entry| in_folder(folder, &entry.name))
            });
            folders = inside.collect();
        }
        if is_pattern(&pattern) { matched.extend(folders) } else { named.extend(folders) }
    }
    named.retain(|folder| !excluded.contains(folder));
    matched.retain(|folder| !excluded.contains(folder));
    Ok(Members { named, matched, excluded })
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}
