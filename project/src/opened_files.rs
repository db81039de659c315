//! Finds files that a program opens at run time by a relative path.
//!
//! It does not parse any language. A call counts if its name is in a list, its path is a string literal, and the
//! repository contains that path. Paths that are constructed at run time are missed.

use slipway_diagnostic::join_path;

use crate::paths::{in_folder, is_within};
use crate::{Error, Repository};

/// The maximum number of paths of a program.
const MOST: usize = 64;

/// The starts of calls that open a path, each with the number of arguments before the path.
pub type Openers = &'static [(&'static str, usize)];

/// A call that opens a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The path, up to the first pattern in it.
    path: String,
    /// The file and the line.
    at: String,
}

/// A file or folder that a program opens by a relative path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedFile {
    /// The path, relative to the working directory of the program.
    pub path: String,
    /// The path in the context.
    pub place: String,
    /// The source file that opens it, and the line.
    pub at: String,
}

/// The calls in a source file that open relative paths.
#[must_use]
pub fn calls(file: &str, code: &str, openers: Openers) -> Vec<Call> {
    let mut found = Vec::new();
    for (opener, before) in openers {
        for (at, _) in code.match_indices(opener) {
            let (head, tail) = code.split_at(at);
            let line = head.rsplit('\n').next().unwrap_or_default();
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            if line.contains("//") || !opener.starts_with('.') && head.ends_with(is_part) {
                continue;
            }
            let Some(path) = tail.get(opener.len()..).and_then(|rest| argument(rest, *before)).and_then(relative)
            else {
                continue;
            };
            let number = head.matches('\n').count() + 1;
            found.push(Call { path, at: format!("{file}:{number}") });
        }
    }
    found
}

/// The string literal after `before` other arguments, which are string literals or names.
fn argument(mut rest: &str, before: usize) -> Option<&str> {
    for _ in 0..before {
        rest = rest.trim_start();
        rest = match rest.strip_prefix('"') {
            Some(text) => text.split_once('"')?.1,
            None => rest.trim_start_matches(|c: char| c.is_alphanumeric() || "_.&".contains(c)),
        };
        rest = rest.trim_start().strip_prefix(',')?;
    }
    let (text, behind) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    // Otherwise the path continues.
    behind.trim_start().starts_with([')', ',']).then_some(text)
}

/// A path below the working directory of a program, up to the first pattern in it.
fn relative(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/*".contains(c);
    if text.starts_with('/') || !text.chars().all(is_plain) {
        return None;
    }
    let parts: Vec<_> = text.split('/').take_while(|part| !part.contains('*')).collect();
    let path = join_path("", &parts.join("/"))?;
    (!path.is_empty() && !path.starts_with(['.', '-'])).then_some(path)
}

/// The calls whose path exists, in the first of the folders that contains it.
///
/// # Errors
/// The files cannot be read.
pub async fn there(
    repository: &Repository<'_>,
    folders: &[&str],
    mut calls: Vec<Call>,
) -> Result<Vec<OpenedFile>, Error> {
    calls.sort();
    calls.dedup_by(|one, other| one.path == other.path);
    calls.truncate(MOST);
    let paths: Vec<String> =
        calls.iter().flat_map(|call| folders.iter().map(|folder| in_folder(folder, &call.path))).collect();
    let exists = repository.exists_all(&paths).await?;
    let mut answers = paths.into_iter().zip(exists);
    let mut found: Vec<OpenedFile> = Vec::new();
    for call in calls {
        let places: Vec<_> = answers.by_ref().take(folders.len()).collect();
        // Paths in a folder that is also opened are included in it.
        if found.iter().any(|known| is_within(&call.path, &known.path)) {
            continue;
        }
        let place = places.into_iter().find(|(_, is_there)| *is_there);
        found.extend(place.map(|(place, _)| OpenedFile { path: call.path, place, at: call.at }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENERS: Openers = &[("os.Open(", 0), (".Static(", 1)];

    fn paths(code: &str) -> Vec<String> {
        calls("main.go", code, OPENERS).into_iter().map(|call| format!("{} {}", call.path, call.at)).collect()
    }

    #[test]
    fn only_relative_string_literals_count() {
        assert_eq!(paths("x\nos.Open(\"./config/a.yaml\")"), ["config/a.yaml main.go:2"]);
        assert_eq!(paths("r.Static(\"/assets\", \"./assets/**/*\")"), ["assets main.go:1"]);
        for code in [
            "os.Open(path)",
            "os.Open(\"/etc/passwd\")",
            "os.Open(\"../a\")",
            "os.Open(\".env\")",
            "os.Open(\"a\" + name)",
            "macos.Open(\"a\")",
            "// os.Open(\"a\")",
            "os.Open(\"a b\")",
            "os.Open(\"*\")",
            "os.Open(\"a",
            "r.Static(\"/assets\")",
        ] {
            assert_eq!(paths(code), [""; 0], "{code}");
        }
    }
}
