//! Patterns for the folders of a workspace, as in `package.json` and `pnpm-workspace.yaml`.
//!
//! Parts of a path are shell patterns (`*`, `?`, `[al]`), `**` is any number of folders, `{api,lib}` and `{1..3}` are
//! alternatives, and `!` excludes.

use std::collections::BTreeSet;

use crate::paths::in_folder;
use crate::{Error, Repository};

/// The maximum depth for `**`; real workspaces are not deeper.
const DEPTH: usize = 6;
/// The maximum number of parts of a pattern, for the same reason.
const PARTS: usize = 12;
/// The maximum number of patterns that braces expand to.
const MOST: usize = 1_000;
/// The maximum number of folders that patterns match.
const MOST_FOLDERS: usize = 50_000;

/// The matches of patterns.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Folders of the context, with or without a package.
    pub(crate) folders: BTreeSet<String>,
    /// Patterns in the engine's syntax, each with the folders that it matches.
    pub(crate) globs: Vec<(String, BTreeSet<String>)>,
}

/// When patterns with `!` apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exclusions {
    /// In order: a later pattern may include folders again.
    InOrder,
    /// After all others.
    Last,
}

/// The folders that patterns such as `packages/*`, `apps/**` and `!packages/old` match, relative to a folder of the
/// context.
pub(crate) async fn folders(
    repository: &Repository<'_>,
    root: &str,
    patterns: &[String],
    exclusions: Exclusions,
) -> Result<Named, Error> {
    let mut named = Named::default();
    let mut last: Vec<String> = Vec::new();
    for pattern in patterns.iter().flat_map(|pattern| alternatives(pattern)).take(MOST) {
        if let Some(excluded) = pattern.strip_prefix('!') {
            match exclusions {
                Exclusions::InOrder => exclude(&mut named.folders, root, excluded),
                Exclusions::Last => last.push(excluded.to_owned()),
            }
            continue;
        }
        let parts: Vec<&str> = parts(&pattern).take(PARTS).collect();
        let mut level = vec![root.to_owned()];
        for part in &parts {
            level = match *part {
                "**" => below(repository, level).await?,
                ".." => level.iter().filter(|folder| !folder.is_empty()).map(|folder| above(folder)).collect(),
                part if is_pattern(part) => children(repository, &level, part).await?,
                part => level.iter().map(|folder| in_folder(folder, part)).collect(),
            };
            level.truncate(MOST_FOLDERS);
        }
        // The engine has another syntax for `[!a]`, and its `**` also matches folders that package managers skip.
        let for_engine = parts.iter().any(|part| is_pattern(part))
            && !parts.iter().any(|part| ["**", ".."].contains(part) || part.contains("[!"));
        if for_engine {
            named.globs.push((in_folder(root, &parts.join("/")), level.iter().cloned().collect()));
        }
        named.folders.extend(level);
    }
    last.iter().for_each(|excluded| exclude(&mut named.folders, root, excluded));
    named.folders.remove(root);
    Ok(named)
}

fn parts(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('/').filter(|part| !part.is_empty() && *part != ".")
}

fn above(folder: &str) -> String {
    folder.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned())
}

fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

fn exclude(folders: &mut BTreeSet<String>, root: &str, pattern: &str) {
    let pattern: Vec<&str> = parts(pattern).collect();
    folders.retain(|folder| {
        let inside = if root.is_empty() {
            Some(folder.as_str())
        } else {
            folder.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'))
        };
        let path: Option<Vec<&str>> = inside.map(|inside| inside.split('/').collect());
        !path.is_some_and(|path| with_gaps(&pattern, &path, |part| *part == "**", |part, name| wildcard(part, name)))
    });
}

async fn children(repository: &Repository<'_>, folders: &[String], pattern: &str) -> Result<Vec<String>, Error> {
    let lists = repository.list_all(folders).await?;
    let mut found = BTreeSet::new();
    for (folder, entries) in folders.iter().zip(lists) {
        let named = entries.into_iter().flatten().filter(|entry| {
            entry.is_folder
                && entry.name != "node_modules"
                && !entry.name.starts_with('.')
                && wildcard(pattern, &entry.name)
        });
        found.extend(named.map(|entry| in_folder(folder, &entry.name)));
    }
    Ok(found.into_iter().take(MOST_FOLDERS).collect())
}

async fn below(repository: &Repository<'_>, folders: Vec<String>) -> Result<Vec<String>, Error> {
    let mut found: BTreeSet<String> = folders.iter().cloned().collect();
    let mut level = folders;
    for _ in 0..DEPTH {
        level = children(repository, &level, "*").await?;
        if level.is_empty() || found.len() > MOST_FOLDERS {
            break;
        }
        found.extend(level.iter().cloned());
    }
    Ok(found.into_iter().collect())
}

/// Whether a name matches one part of a pattern.
pub(crate) fn wildcard(pattern: &str, name: &str) -> bool {
    if !is_pattern(pattern) {
        return pattern == name;
    }
    glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(name))
}

/// Whether a text matches a pattern, some of whose elements are gaps. Of several gaps, only the last must be widened,
/// so the time is bounded.
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

/// The patterns that a pattern with braces expands to, from left to right.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut open = vec![pattern.to_owned()];
    let mut found = Vec::new();
    while let Some(pattern) = open.pop() {
        let Some((before, choices, after)) = braces(&pattern).filter(|_| open.len() + found.len() < MOST) else {
            found.push(pattern);
            continue;
        };
        // The list is a stack, so the order is that of the text.
        open.extend(choices.iter().rev().map(|choice| format!("{before}{choice}{after}")));
    }
    found
}

/// The first braces with alternatives: the text before them, the alternatives, and the text after them.
fn braces(pattern: &str) -> Option<(&str, Vec<String>, &str)> {
    let mut from = 0;
    loop {
        let start = from + pattern.get(from..)?.find('{')?;
        let (mut depth, mut commas, mut end) = (0usize, vec![start], None);
        for (at, c) in pattern.char_indices().skip_while(|(at, _)| *at < start) {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => {
                    end = Some(at);
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 1 => commas.push(at),
                _ => {}
            }
        }
        let end = end?;
        let inside = pattern.get(start + 1..end)?;
        let choices = if commas.len() > 1 {
            commas.push(end);
            commas
                .windows(2)
                .filter_map(|pair| Some(pattern.get(pair.first()? + 1..*pair.last()?)?.to_owned()))
                .collect()
        } else {
            numbers(inside)
        };
        if !choices.is_empty() {
            return Some((pattern.get(..start)?, choices, pattern.get(end + 1..)?));
        }
        from = start + 1;
    }
}

/// The numbers of `1..3`.
fn numbers(inside: &str) -> Vec<String> {
    let range =
        inside.split_once("..").and_then(|(from, to)| Some((from.parse::<u16>().ok()?, to.parse::<u16>().ok()?)));
    range.map(|(from, to)| (from..=to).take(MOST).map(|number| number.to_string()).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_expand_to_several_patterns() {
        for (pattern, expected) in [
            ("packages/*", "packages/*"),
            ("packages/{api,lib}", "packages/api packages/lib"),
            ("{a,b{1..2}}/{c,}", "a/c a/ b1/c b1/ b2/c b2/"),
            ("a{b}/{c,d}", "a{b}/c a{b}/d"),
            ("a{b,c", "a{b,c"),
            ("}{", "}{"),
        ] {
            assert_eq!(alternatives(pattern).join(" "), expected, "{pattern}");
        }
        assert!(alternatives(&"{a,b}".repeat(100)).len() <= 2 * MOST);
        assert!(alternatives(&"{".repeat(10_000)).len() == 1);
    }

    #[test]
    fn parts_match_as_package_managers_match_them() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("a*c", "abc", true),
            ("a*c", "ab", false),
            ("a?i", "api", true),
            ("a?i", "ai", false),
            ("[al]*", "lib", true),
            ("[al]*", "web", false),
            ("[", "[", false),
        ] {
            assert_eq!(wildcard(pattern, name), expected, "{pattern} {name}");
        }
        let excluded = |pattern: &str| {
            let mut folders =
                BTreeSet::from(["w/packages/a".to_owned(), "w/packages/a/test/x".to_owned(), "y".to_owned()]);
            exclude(&mut folders, "w", pattern);
            folders.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(excluded("packages/*"), "w/packages/a/test/x y");
        assert_eq!(excluded("**/test/**"), "w/packages/a y");
        assert_eq!(excluded("**"), "y");
    }
}
