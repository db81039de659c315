//! Finds documents at the top of a project's folder that its program opens at run time.
//!
//! Builds exclude such files, so that changing a README does not invalidate their caches. A program may still read one,
//! to show it or to find its own version; its code then has the name in a string.

use std::collections::BTreeSet;

use super::query::Query;
use crate::paths::in_folder;
use crate::{Entry, Error, Repository, code_files, excluded_files};

/// Documents of a project that its program opens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Documents {
    /// Their paths.
    pub paths: Vec<String>,
    /// Whether these are all documents, because the program has too many files to search.
    pub are_all: bool,
}

/// Extensions of files that open others at run time: code and templates.
const CODE: &[&str] = &[".py", ".html", ".j2", ".jinja", ".jinja2"];
/// Programs and folders that are not part of an image.
const NOT_SHIPPED: &[&str] = &["setup.py", "noxfile.py", "conftest.py", "tests", "test", "docs", "node_modules"];
/// In a program with more files, all documents count as opened.
const MOST: usize = 4_000;

/// The documents of a project that its program opens. `members` are folders of other packages.
pub(super) async fn read(repository: &Repository<'_>, query: &Query, members: &[String]) -> Result<Documents, Error> {
    let folder = query.folder.as_str();
    let patterns: Vec<String> = excluded_files::patterns(folder).collect();
    let entries = repository.list(folder).await?.unwrap_or_default();
    let names: Vec<String> = entries
        .into_iter()
        .filter(|entry| !entry.is_folder && in_folder(folder, &entry.name) != query.own_file)
        .map(|entry| entry.name)
        .filter(|name| {
            patterns.iter().any(|pattern| excluded_files::matches(pattern.rsplit('/').next().unwrap_or_default(), name))
        })
        .collect();
    if names.is_empty() {
        return Ok(Documents::default());
    }
    let is_left_out = |path: &str, entry: &Entry| {
        let name = entry.name.as_str();
        name.starts_with('.') || NOT_SHIPPED.contains(&name) || members.iter().any(|member| member == path)
    };
    let is_code = |name: &str| CODE.iter().any(|end| name.ends_with(end));
    let Some(code) = code_files::below(repository, folder, MOST, is_left_out, is_code).await? else {
        let paths = names.into_iter().map(|name| in_folder(folder, &name)).collect();
        return Ok(Documents { paths, are_all: true });
    };
    let mut kept = BTreeSet::new();
    for file in repository.read_all(&code).await?.into_iter().flatten() {
        let text = String::from_utf8_lossy(&file);
        kept.extend(names.iter().filter(|name| names_file(&text, name)));
    }
    let paths = kept.into_iter().map(|name| in_folder(folder, name)).collect();
    Ok(Documents { paths, are_all: false })
}

/// Whether code has the name of a file at the end of a string, or a string that may refer to any file with its
/// extension.
fn names_file(text: &str, name: &str) -> bool {
    let ends = |at: usize, length: usize| text.get(at + length..).is_some_and(|rest| rest.starts_with(['"', '\'']));
    let starts = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(['"', '\'', '/']));
    if text.match_indices(name).any(|(at, _)| starts(at) && ends(at, name.len())) {
        return true;
    }
    // `*.md`, `f"{name}.md"`, `name + ".md"`, `path.suffix == ".md"`
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let pattern = format!(".{ending}");
    let before = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(['*', '}', '"', '\'']));
    text.match_indices(&pattern).any(|(at, _)| before(at) && ends(at, pattern.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_names_files_in_quotes() {
        for (text, expected) in [
            ("open('CHANGELOG.md')", true),
            ("open(f\"{base}/CHANGELOG.md\")", true),
            ("Path(__file__).parent / 'CHANGELOG.md'", true),
            ("base.glob('*.md')", true),
            ("open(f'{name}.md')", true),
            ("name + \".md\"", true),
            ("open('other.md')", false),
            ("# see CHANGELOG.md", false),
            ("'''See CHANGELOG.md.'''", false),
            ("open('OLD-CHANGELOG.md')", false),
        ] {
            assert_eq!(names_file(text, "CHANGELOG.md"), expected, "{text}");
        }
    }
}
