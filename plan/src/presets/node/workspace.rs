//! Workspaces: which folders are packages of one, and which of them a package needs.

use std::collections::BTreeSet;

use crate::presets::{Context, in_folder, join_path};
use crate::{PlanError, Project};

use super::package::Package;

/// A package of a workspace, or one that is named by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its folder in the context.
    pub(super) folder: String,
    pub(super) package: Package,
}

/// How deep `**` looks: a workspace that is deeper than this is none that people keep.
const DEPTH: usize = 6;
/// How many parts of a pattern count, for the same reason.
const PARTS: usize = 12;

/// The folders that patterns such as `packages/*`, `apps/**` and `!packages/old` name, seen from a folder of the context; in the order of their paths.
pub(super) async fn folders<P: Project>(
    cx: &Context<'_, P>,
    root: &str,
    patterns: &[String],
) -> Result<BTreeSet<String>, PlanError> {
    let mut found = BTreeSet::new();
    let mut without: Vec<Vec<&str>> = Vec::new();
    for pattern in patterns {
        let (excluded, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern.as_str()),
        };
        let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if excluded {
            without.push(parts);
            continue;
        }
        let mut level = vec![String::new()];
        for part in parts.iter().take(PARTS) {
            level = match *part {
                "**" => below(cx, root, level).await?,
                ".." => Vec::new(),
                part if part.contains('*') => children(cx, root, &level, part).await?,
                part => level.iter().map(|folder| in_folder(folder, part)).collect(),
            };
        }
        found.extend(level);
    }
    found.remove("");
    found.retain(|folder| {
        let parts: Vec<&str> = folder.split('/').collect();
        !without.iter().any(|pattern| matches(pattern, &parts))
    });
    Ok(found)
}

async fn children<P: Project>(
    cx: &Context<'_, P>,
    root: &str,
    folders: &[String],
    pattern: &str,
) -> Result<Vec<String>, PlanError> {
    let mut found = BTreeSet::new();
    for folder in folders {
        let place = in_folder(root, folder);
        let entries = cx.project().list(place.trim_end_matches('/')).await?.unwrap_or_default();
        let named = entries.iter().filter(|entry| {
            entry.is_folder
                && entry.name != "node_modules"
                && !entry.name.starts_with('.')
                && wildcard(pattern, &entry.name)
        });
        found.extend(named.map(|entry| in_folder(folder, &entry.name)));
    }
    Ok(found.into_iter().collect())
}

async fn below<P: Project>(cx: &Context<'_, P>, root: &str, folders: Vec<String>) -> Result<Vec<String>, PlanError> {
    let mut found: BTreeSet<String> = folders.iter().cloned().collect();
    let mut level = folders;
    for _ in 0..DEPTH {
        level = children(cx, root, &level, "*").await?;
        found.extend(level.iter().cloned());
    }
    Ok(found.into_iter().collect())
}

/// Whether a path matches a pattern, part by part.
fn matches(pattern: &[&str], path: &[&str]) -> bool {
    with_gaps(pattern, path, |part| *part == "**", |part, name| wildcard(part, name))
}

/// Whether a name matches a pattern in which `*` is any text.
pub(super) fn wildcard(pattern: &str, name: &str) -> bool {
    with_gaps(pattern.as_bytes(), name.as_bytes(), |part| *part == b'*', |part, byte| part == byte)
}

/// Whether a text matches a pattern in which some elements are gaps. Of several gaps only the last need ever be widened, so the time is bounded.
fn with_gaps<P, T>(pattern: &[P], text: &[T], is_gap: impl Fn(&P) -> bool, same: impl Fn(&P, &T) -> bool) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut last_gap: Option<(usize, usize)> = None;
    while let Some(element) = text.get(from) {
        match pattern.get(at) {
            Some(part) if is_gap(part) => {
                last_gap = Some((at, from));
                at += 1;
            }
            Some(part) if same(part, element) => {
                at += 1;
                from += 1;
            }
            _ => match &mut last_gap {
                Some((gap, until)) => {
                    *until += 1;
                    (at, from) = (*gap + 1, *until);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(is_gap)
}

/// The members that a package needs, directly or through others, without itself.
pub(super) fn closure<'m>(
    members: &'m [Member],
    folder: &str,
    package: &'m Package,
    with_dev: bool,
) -> Vec<&'m Member> {
    let mut needed: BTreeSet<usize> = BTreeSet::new();
    let mut open = vec![(folder.to_owned(), package, with_dev)];
    while let Some((folder, package, with_dev)) = open.pop() {
        let own = package.dependencies.iter();
        let dev = package.dev_dependencies.iter().filter(|_| with_dev);
        for (name, place) in own.chain(dev) {
            let local = ["file:", "link:", "portal:"].iter().find_map(|scheme| place.strip_prefix(scheme));
            let local = local.and_then(|path| join_path(&folder, path));
            for (index, member) in members.iter().enumerate() {
                let meant = match &local {
                    Some(local) => *local == member.folder,
                    None => member.package.name.as_ref() == Some(name),
                };
                if meant && member.folder != folder && needed.insert(index) {
                    open.push((member.folder.clone(), &member.package, with_dev));
                }
            }
        }
    }
    needed.into_iter().filter_map(|index| members.get(index)).filter(|member| member.folder != folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_package_managers_match_them() {
        assert!(wildcard("*", "a") && wildcard("a*c", "abc") && wildcard("a*", "a") && !wildcard("a*c", "ab"));
        assert!(matches(&["packages", "**"], &["packages", "a", "b"]));
        assert!(!matches(&["packages", "*"], &["packages", "a", "b"]));
    }
}
