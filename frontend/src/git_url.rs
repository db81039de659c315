//! URLs of repositories as contexts: `URL#ref:subdir`, or `URL?ref=…&subdir=…`.
//!
//! Only the spelling is handled. The forms are those of BuildKit `frontend/dockerfile/dfgitutil`.

use slipway_plan::{GitOption, GitSource};

use crate::options::boolean;

/// The repository that a URL names; `None` if it names something else.
///
/// # Errors
/// Its query is not understood, or contradicts the fragment.
pub(crate) fn read(value: &str) -> Result<Option<GitSource>, String> {
    let (rest, fragment) = cut(value, '#');
    let (url, query) = cut(rest, '?');
    if !is_git(url) {
        return Ok(None);
    }
    let url = if url.starts_with("github.com/") { format!("https://{url}") } else { url.to_owned() };
    let mut found = GitSource { url, ..GitSource::default() };
    let (reference, subdir) = cut(fragment, ':');
    set("ref", &mut found.reference, reference.to_owned())?;
    set("subdir", &mut found.subdir, subdir.to_owned())?;
    for (key, value) in query.split('&').filter(|pair| !pair.is_empty()).map(|pair| cut(pair, '=')) {
        let value = decoded(value);
        let is_set = || if value.is_empty() { Ok(true) } else { boolean(key, &value) };
        let option = match key {
            "keep-git-dir" => is_set()?.then_some(GitOption::KeepGitFolder),
            "submodules" => (!is_set()?).then_some(GitOption::SkipSubmodules),
            "fetch-by-commit" => is_set()?.then_some(GitOption::FetchByCommit),
            _ if value.is_empty() => return Err(format!("`{key}` has no value in the URL of a repository")),
            "mtime" => match value.as_str() {
                "checkout" => None,
                "commit" => Some(GitOption::CommitTimes),
                _ => return Err(format!("`mtime={value}` is not valid in a URL; it may be `checkout` or `commit`")),
            },
            _ => {
                match key {
                    "ref" => set("ref", &mut found.reference, value)?,
                    "tag" => set("ref", &mut found.reference, full(value, "refs/tags/"))?,
                    "branch" => set("ref", &mut found.reference, full(value, "refs/heads/"))?,
                    "subdir" => set(key, &mut found.subdir, value)?,
                    "checksum" | "commit" => set("checksum", &mut found.checksum, value)?,
                    _ => return Err(format!("`{key}` is not supported in the URL of a repository")),
                }
                None
            }
        };
        found.options.extend(option);
    }
    if found.reference.is_none() {
        found.reference = found.checksum.clone();
    }
    Ok(Some(found))
}

/// Sets a part of a URL, which may name it several times.
fn set(name: &str, part: &mut Option<String>, value: String) -> Result<(), String> {
    match part {
        _ if value.is_empty() => {}
        Some(known) if *known != value => {
            return Err(format!("the URL of the repository has two values for `{name}`: `{known}` and `{value}`"));
        }
        _ => *part = Some(value),
    }
    Ok(())
}

/// A scheme of git, a path that ends in `.git`, or `user@host:path`.
fn is_git(url: &str) -> bool {
    let is_word = |text: &str, more: char| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == more)
    };
    match url.split_once("://") {
        Some(("git" | "ssh", _)) => true,
        Some(("http" | "https", path)) => path.ends_with(".git"),
        Some(_) => false,
        None => {
            let place = url.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?.0)));
            url.starts_with("github.com/") || place.is_some_and(|(user, host)| is_word(user, '_') && is_word(host, '.'))
        }
    }
}

/// A name with the folder of its kind.
fn full(name: String, folder: &str) -> String {
    if name.starts_with(folder) { name } else { format!("{folder}{name}") }
}

fn cut(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

/// A value of a query: `%2F` is `/`, and `+` is a space.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().replace('+', " ").into_bytes();
    for part in parts {
        let escaped = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(b'%'));
        let rest = escaped.and_then(|_| part.get(2..)).unwrap_or(part);
        bytes.extend(rest.replace('+', " ").into_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> [String; 4] {
        let GitSource { url, reference, subdir, checksum, options: _ } = read(url).unwrap().unwrap();
        [url, reference.unwrap_or_default(), subdir.unwrap_or_default(), checksum.unwrap_or_default()]
    }

    #[test]
    fn fragments_and_queries_name_the_same_parts() {
        for (value, expected) in [
            ("https://h/x.git", ["https://h/x.git", "", "", ""]),
            ("https://h/x.git#v1:api", ["https://h/x.git", "v1", "api", ""]),
            ("https://h/x.git#:api", ["https://h/x.git", "", "api", ""]),
            ("https://h/x.git?ref=v1&subdir=a/b&checksum=ab", ["https://h/x.git", "v1", "a/b", "ab"]),
            ("https://h/x.git?tag=v1#:a", ["https://h/x.git", "refs/tags/v1", "a", ""]),
            ("https://h/x.git?branch=a%2Fb%", ["https://h/x.git", "refs/heads/a/b%", "", ""]),
            ("https://h/x.git?branch=refs/heads/a&ref=refs/heads/a", ["https://h/x.git", "refs/heads/a", "", ""]),
            ("https://h/x.git?commit=abc", ["https://h/x.git", "abc", "", "abc"]),
            ("git@h:x/y#v1", ["git@h:x/y", "v1", "", ""]),
            ("deploy_er@h.example:x/y", ["deploy_er@h.example:x/y", "", "", ""]),
            ("github.com/x/y", ["https://github.com/x/y", "", "", ""]),
            ("ssh://git@h/x", ["ssh://git@h/x", "", "", ""]),
        ] {
            assert_eq!(parts(value), expected, "{value}");
        }
        for value in ["https://h/x", "https://h/x.git/y", "docker-image://h/x@sha256:00", "local:a", "./a@b"] {
            assert_eq!(read(value).unwrap(), None, "{value}");
        }
    }

    #[test]
    fn a_query_selects_what_is_checked_out() {
        for (query, expected) in [
            ("keep-git-dir", vec![GitOption::KeepGitFolder]),
            ("keep-git-dir=0&submodules=true&mtime=checkout", vec![]),
            ("submodules=false&mtime=commit", vec![GitOption::SkipSubmodules, GitOption::CommitTimes]),
            ("submodules=", vec![]),
            ("checksum=ab&fetch-by-commit=1", vec![GitOption::FetchByCommit]),
        ] {
            assert_eq!(read(&format!("https://h/x.git?{query}")).unwrap().unwrap().options, expected, "{query}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_an_error() {
        for (rest, words) in [
            ("?ref=a#b", "`b` and `a`"),
            ("?tag=a&branch=a", "two values for `ref`"),
            ("?depth=1", "`depth` is not supported"),
            ("?ref=", "`ref` has no value"),
            ("?keep-git-dir=maybe", "maybe"),
            ("?mtime=now", "`mtime=now`"),
        ] {
            let error = read(&format!("https://h/x.git{rest}")).unwrap_err();
            assert!(error.contains(words), "{rest}: {error}");
        }
    }
}
