//! The pages for users: all of them are in the table of contents, every link leads somewhere, and files that a page
//! shows are shown as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Markdown files below a folder, relative to the repository.
fn markdown(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(repository().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().into_string().unwrap());
        // Dependencies that somebody has installed in an example bring pages of their own.
        if entry.file_type().unwrap().is_dir() && !name.ends_with("/node_modules") {
            found.extend(markdown(&name));
        } else if name.ends_with(".md") {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// All pages: their names, and their texts.
fn pages() -> BTreeMap<String, String> {
    let root = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "scripts/testbed/README.md"];
    let names = root.map(str::to_owned).into_iter().chain(markdown("docs")).chain(markdown("examples"));
    names.map(|name| (name.clone(), fs::read_to_string(repository().join(name)).unwrap())).collect()
}

/// A line of a page, and the fence of the block that it is in; the lines of fences themselves are left out.
struct Line<'a> {
    number: usize,
    text: &'a str,
    fence: Option<&'a str>,
}

fn lines(page: &str) -> Vec<Line<'_>> {
    let mut fence = None;
    let mut found = Vec::new();
    for (number, text) in page.lines().enumerate() {
        match text.trim_start().strip_prefix("```") {
            Some(info) => fence = if fence.is_none() { Some(info.trim()) } else { None },
            None => found.push(Line { number: number + 1, text, fence }),
        }
    }
    found
}

/// A line without what is between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// The anchors of a page, as code hosting services and mdBook derive them from headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in lines(page).iter().filter(|line| line.fence.is_none() && line.text.starts_with('#')) {
        let heading = line.text.trim_start_matches('#').trim();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let name: String = kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        let again = (1..).map(|count| format!("{name}-{count}"));
        let free = std::iter::once(name.clone()).chain(again).find(|name| !found.contains(name)).unwrap();
        found.insert(free);
    }
    found
}

/// The path that a link of a page leads to, relative to the repository.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in Path::new(page).parent().unwrap().join(link).components() {
        match component {
            Component::ParentDir => assert!(parts.pop().is_some(), "{page}: {link} is outside of the repository"),
            Component::Normal(part) => parts.push(part.to_str().unwrap().to_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let summary = fs::read_to_string(repository().join("docs/SUMMARY.md")).unwrap();
    let listed: Vec<String> =
        summary.split("](").skip(1).map(|rest| resolve("docs/SUMMARY.md", rest.split(')').next().unwrap())).collect();
    let once: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "docs/SUMMARY.md lists a page twice");
    // scripts/docs adds the pages of the first two. The others are part of an example, as a README of one of its
    // packages.
    let is_added = |name: &str| {
        name.starts_with("docs/rules/")
            || name.starts_with("docs/reference/")
            || (name.starts_with("examples/") && name.matches('/').count() > 2)
    };
    let missing: Vec<_> = pages()
        .into_keys()
        .filter(|name| name != "docs/SUMMARY.md" && !is_added(name) && !once.contains(name))
        .collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md does not list {missing:?}");
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut dead = String::new();
    let mut count = 0;
    for (name, text) in &pages {
        for line in lines(text).iter().filter(|line| line.fence.is_none()) {
            let text = without_code(line.text);
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if link.contains("://") || link.starts_with("mailto:") {
                    continue;
                }
                count += 1;
                let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if path.is_empty() { name.clone() } else { resolve(name, path) };
                // A folder has no page on most servers, and its anchors are those of another file.
                let found = repository().join(&target).is_file()
                    && (anchor.is_empty() || pages.get(&target).is_some_and(|page| anchors(page).contains(anchor)));
                if !found {
                    dead.push_str(&format!("{name}:{}: {link}\n", line.number));
                }
            }
        }
    }
    assert!(count > 500, "only {count} links were found");
    assert!(dead.is_empty(), "these links do not lead to a file or a heading:\n{dead}");
}

#[test]
fn the_first_page_is_short() {
    let count = fs::read_to_string(repository().join("README.md")).unwrap().lines().count();
    assert!(count <= 100, "README.md has {count} lines; move some to docs/");
}

#[test]
fn files_are_shown_as_they_are() {
    let mut shown: BTreeMap<(String, String), String> = BTreeMap::new();
    for (name, text) in pages() {
        for line in lines(&text) {
            if let Some(file) = line.fence.and_then(|info| info.split_once("file=")).map(|(_, file)| file) {
                let block = shown.entry((name.clone(), file.to_owned())).or_default();
                block.push_str(line.text);
                block.push('\n');
            }
        }
    }
    for ((page, file), block) in shown {
        let path = repository().join(&file);
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{page} shows {file}: {error}"));
        assert!(text.contains(&block), "{page} shows {file} differently; it shows\n{block}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_not_searched() {
        let page = "# A b\n\n[x](y) `[p](q)`\n\n```sh\n# no heading\n```\n\n## A `b`!\n";
        assert_eq!(anchors(page), ["a-b", "a-b-1"].map(str::to_owned).into());
        assert_eq!(without_code("[x](y) `[p](q)` z"), "[x](y)  z");
    }

    #[test]
    fn links_are_relative_to_their_page() {
        assert_eq!(resolve("docs/rules/A.md", "../go.md"), "docs/go.md");
        assert_eq!(resolve("README.md", "docs/go.md"), "docs/go.md");
    }
}
