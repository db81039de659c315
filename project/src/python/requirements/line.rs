//! Parses one line of a requirements file like pip.
//!
//! Source: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>, and the behavior of pip 25 for paths.

/// What a line names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Another requirements file.
    File(String),
    /// A folder of packages, or a page with links to them.
    Links(String),
    /// A published package.
    Package(String),
    /// A folder with the sources of a package, and extras.
    Folder(String, Vec<String>),
}

/// Extensions of published packages.
const ARCHIVES: &[&str] =
    &[".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"];

/// The lines of a requirements file with the numbers of their first and last parts, without comments, and joined if
/// they end with `\`. A comment ends such a line.
pub(super) fn logical_lines(text: &str) -> Vec<((usize, usize), String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut last = 0;
    for (number, line) in text.lines().enumerate() {
        last = number;
        let line = line.trim_end_matches('\r');
        let (first, mut joined) = open.take().unwrap_or((number, String::new()));
        let is_comment = line.trim_start().starts_with('#');
        if let Some(part) = line.strip_suffix('\\').filter(|_| !is_comment) {
            joined.push_str(part);
            open = Some((first, joined));
            continue;
        }
        if is_comment {
            joined.push(' ');
        }
        joined.push_str(line);
        found.push(((first, number), joined));
    }
    found.extend(open.map(|(first, joined)| ((first, last), joined)));
    let lines = found.into_iter().map(|(numbers, line)| (numbers, without_comment(&line).trim().to_owned()));
    lines.filter(|(_, line)| !line.is_empty()).collect()
}

/// A line without its comment, which is at the start of the line or after a blank.
fn without_comment(line: &str) -> &str {
    let starts = |at: &usize| line.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']));
    line.match_indices('#').map(|(at, _)| at).find(starts).and_then(|at| line.get(..at)).unwrap_or(line)
}

/// What a line names.
pub(super) fn leads(line: &str) -> Vec<Line> {
    // A requirement ends at the first option; only options may be quoted.
    let mut requirement = line;
    let mut options = "";
    let mut at = 0;
    for part in line.split(' ') {
        if part.starts_with('-') {
            (requirement, options) = (line.get(..at).unwrap_or_default(), line.get(at..).unwrap_or_default());
            break;
        }
        at += part.len() + 1;
    }
    let requirement = requirement.trim();
    if !requirement.is_empty() {
        return of_requirement(requirement, false).into_iter().collect();
    }
    of_options(&shlex::split(options).unwrap_or_else(|| options.split_whitespace().map(str::to_owned).collect()))
}

/// What options name.
pub(super) fn of_options(words: &[String]) -> Vec<Line> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let option = |short: &str, long: &str| -> Option<Option<String>> {
            if word == short || word == long {
                return Some(None);
            }
            let long = word.strip_prefix(long).and_then(|rest| rest.strip_prefix('='));
            // `-rfile` and `-r file` are the same.
            let short = word.strip_prefix(short).filter(|rest| !rest.is_empty() && !word.starts_with("--"));
            long.or(short).map(|value| Some(value.to_owned()))
        };
        let kinds = [
            ("-r", "--requirement"),
            ("-c", "--constraint"),
            ("-f", "--find-links"),
            ("-e", "--editable"),
            ("-i", "--index-url"),
        ];
        let Some((kind, value)) = kinds.into_iter().find_map(|(short, long)| Some((short, option(short, long)?)))
        else {
            continue;
        };
        let Some(value) = value.or_else(|| words.next().cloned()) else { break };
        match kind {
            "-r" | "-c" if !is_url(&value) => found.push(Line::File(without_scheme(&value).to_owned())),
            "-f" if !is_url(&value) && !value.starts_with('/') => {
                found.push(Line::Links(without_scheme(&value).to_owned()));
            }
            "-e" => found.extend(of_requirement(&value, true)),
            _ => {}
        }
    }
    found
}

fn is_url(text: &str) -> bool {
    text.contains("://") && !text.starts_with("file:")
}

fn without_scheme(place: &str) -> &str {
    place.strip_prefix("file:").unwrap_or(place)
}

/// What a requirement names, if it is a path. For pip, a path contains a `/` or starts with a dot; an editable
/// requirement is a path unless it is a URL.
fn of_requirement(text: &str, editable: bool) -> Option<Line> {
    // URLs may contain a `;`, so a marker after one must follow a blank.
    let marker = if text.contains("://") { "; " } else { ";" };
    let text = text.split_once(marker).map_or(text, |(text, _)| text).trim();
    let named = text.split_once('@').map(|(name, place)| (name.trim(), place.trim()));
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-[], ".contains(c))
            && !name.starts_with('.')
    };
    let (name, place) = named.filter(|(name, _)| is_name(name)).unwrap_or(("", text));
    let (place, extras) = match place.strip_suffix(']').and_then(|place| place.rsplit_once('[')) {
        Some((place, extras)) => (place, extras),
        None => (place, name.split_once('[').map_or("", |(_, extras)| extras.trim_end_matches(']'))),
    };
    let is_file = place.starts_with("file:");
    let path = without_scheme(place.trim()).split('#').next().unwrap_or_default();
    let is_archive = ARCHIVES.iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let is_path = is_file || path.contains('/') || path.starts_with('.') || editable || is_archive;
    // Only a URL can follow `name @`.
    if is_url(place) || is_vcs(place) || !is_path || (!name.is_empty() && !is_file && !path.starts_with(['.', '/'])) {
        return None;
    }
    if is_archive {
        return Some(Line::Package(path.to_owned()));
    }
    let extras = extras.split(',').map(str::trim).filter(|extra| !extra.is_empty());
    Some(Line::Folder(path.to_owned(), extras.map(str::to_owned).collect()))
}

/// Whether it is the URL of a version control system: `git+ssh://…`, `git+file:…`.
fn is_vcs(place: &str) -> bool {
    ["git+", "hg+", "svn+", "bzr+"].iter().any(|scheme| place.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    fn folder(place: &str, extras: &[&str]) -> Vec<Line> {
        vec![Line::Folder(place.to_owned(), extras.iter().map(|extra| (*extra).to_owned()).collect())]
    }

    #[test]
    fn lines_lead_to_files_and_folders() {
        let file = |place: &str| vec![Line::File(place.to_owned())];
        let package = |place: &str| vec![Line::Package(place.to_owned())];
        let links = |place: &str| vec![Line::Links(place.to_owned())];
        let nothing = Vec::new;
        for (line, expected) in [
            ("-r base.txt", file("base.txt")),
            ("-rbase.txt", file("base.txt")),
            ("-r \"base reqs.txt\"", file("base reqs.txt")),
            ("-r base\\ reqs.txt", file("base reqs.txt")),
            ("--requirement=../base.txt", file("../base.txt")),
            ("--requirement='base reqs.txt'", file("base reqs.txt")),
            ("-c constraints.txt", file("constraints.txt")),
            ("-r https://example.com/a.txt", nothing()),
            ("-e .", folder(".", &[])),
            ("-e shared", folder("shared", &[])),
            ("-e '.[pg, web]'", folder(".", &["pg", "web"])),
            ("-e \"my libs/a\"", folder("my libs/a", &[])),
            ("-e git+https://example.com/a.git#egg=a", nothing()),
            ("--editable=./a", folder("./a", &[])),
            ("libs/shared", folder("libs/shared", &[])),
            ("libs/shared[pg]", folder("libs/shared", &["pg"])),
            ("my libs/shared", folder("my libs/shared", &[])),
            ("libs/shared; python_version > '3.8'", folder("libs/shared", &[])),
            ("./libs/a ; python_version > '3.8'", folder("./libs/a", &[])),
            ("./libs/a --config-settings=x=y", folder("./libs/a", &[])),
            ("a[pg] @ file:libs/a", folder("libs/a", &["pg"])),
            ("a[pg] @ file:./libs/a", folder("./libs/a", &["pg"])),
            ("a@file:./libs/a", folder("./libs/a", &[])),
            ("a @ file:///libs/a", folder("///libs/a", &[])),
            ("./wheels/a-1-py3-none-any.whl", package("./wheels/a-1-py3-none-any.whl")),
            ("a-1-py3-none-any.whl", package("a-1-py3-none-any.whl")),
            ("a @ file:./a-1-py3-none-any.whl#sha256=0", package("./a-1-py3-none-any.whl")),
            ("--find-links ./wheels", links("./wheels")),
            ("--no-index --find-links wheels", links("wheels")),
            ("--find-links file:./wheels", links("./wheels")),
            ("a @ https://example.com/a.whl", nothing()),
            ("https://example.com/a-1.tar.gz", nothing()),
            ("git+https://example.com/a.git@v1#subdirectory=b", nothing()),
            ("a @ git+ssh://git@example.com/a.git", nothing()),
            ("requests==2.32 ; python_version > '3.8'", nothing()),
            ("requests [security] >= 2.8.1, == 2.8.* ; python_version < '3'", nothing()),
            ("--index-url https://example.com", nothing()),
            ("a==1 --hash=sha256:00", nothing()),
            ("-e", nothing()),
            ("-r \"open", file("\"open")),
        ] {
            assert_eq!(leads(line), expected, "{line}");
        }
    }

    #[test]
    fn comments_are_removed_and_continued_lines_are_joined() {
        assert_eq!(
            logical_lines("# all\r\na==1 \\\r\n  --hash=sha256:00\n\nb # why\nc#no\nd \\\n # ends\ne \\"),
            [
                ((1, 2), "a==1   --hash=sha256:00".to_owned()),
                ((4, 4), "b".to_owned()),
                ((5, 5), "c#no".to_owned()),
                ((6, 7), "d".to_owned()),
                ((8, 8), "e".to_owned()),
            ]
        );
    }
}
