//! Which folders `workspace.members` means.

use std::collections::BTreeSet;

use crate::PlanError;
use crate::presets::common::at;
use crate::presets::excluded_files::matches;
use crate::presets::{Context, in_folder, join_path};

/// The folders that a workspace names.
pub(super) struct Members {
    /// Those that it names outright.
    pub(super) named: BTreeSet<String>,
    /// Those that a pattern of it matches. As Cargo does, folders without a manifest are passed over.
    pub(super) matched: BTreeSet<String>,
    /// Those that it does not want, with everything below.
    excluded: BTreeSet<String>,
}

impl Members {
    /// Whether a package that the workspace names with `path` belongs to it, as Cargo decides it: one inside of its
    /// folder does.
    pub(super) fn takes_in(&self, root: &str, folder: &str) -> bool {
        self.named.contains(folder)
            || self.matched.contains(folder)
            || is_below(folder, root) && !self.excluded.iter().any(|excluded| is_below(folder, excluded))
    }
}

/// Whether a folder is another one, or inside of it.
pub(super) fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty() || folder == above || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// Reads `workspace.members` and `workspace.exclude`.
pub(super) async fn members(cx: &Context<'_>, root: &str, manifest: &toml::Table) -> Result<Members, PlanError> {
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
            let entries = cx.project().list_all(&folders).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_below_another_by_whole_names() {
        assert!(is_below("a/b", "a") && is_below("a", "a") && is_below("a", ""));
        assert!(!is_below("ab", "a") && !is_below("a", "a/b"));
    }
}
