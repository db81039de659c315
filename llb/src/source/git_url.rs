//! URLs of git repositories, parsed as far as BuildKit's client does.

use crate::path::absolute;

/// A remote, split into its name and its clone URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GitUrl {
    /// Host and path without protocol and user: the same for all clone URLs.
    pub(super) name: String,
    /// The argument for git.
    pub(super) remote: String,
    pub(super) transport: Transport,
    /// `ref` and `subdir` in a fragment `#ref:subdir`.
    pub(super) reference: Option<String>,
    pub(super) subdir: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Ssh,
    Other,
}

impl GitUrl {
    /// Parses `https://…`, `http://…`, `ssh://…`, `git://…` and `user@host:path`. Anything else is prefixed with
    /// `https://`.
    pub(super) fn parse(text: &str) -> Self {
        Self::with_scheme(text)
            .or_else(|| Self::scp_style(text))
            .or_else(|| Self::with_scheme(&format!("https://{text}")))
            .unwrap_or_else(|| Self {
                name: text.to_owned(),
                remote: text.to_owned(),
                transport: Transport::Other,
                reference: None,
                subdir: None,
            })
    }

    fn with_scheme(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let transport = match scheme.as_str() {
            "ssh" => Transport::Ssh,
            "http" | "https" | "git" => Transport::Other,
            _ => return None,
        };
        let (rest, fragment) = cut(rest, '#');
        let (rest, _query) = cut(rest, '?');
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at_checked(slash)?,
            None => (rest, ""),
        };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Some(Self::new(
            format!("{host}{}", absolute(path)),
            format!("{scheme}://{authority}{path}"),
            transport,
            fragment,
        ))
    }

    fn scp_style(text: &str) -> Option<Self> {
        let (user, rest) = text.split_once('@')?;
        let (host, rest) = rest.split_once(':')?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let user_ok = !user.is_empty() && user.chars().all(|c| is_word(c) || c == '_');
        let host_ok = !host.is_empty() && host.chars().all(|c| is_word(c) || c == '.');
        if !user_ok || !host_ok {
            return None;
        }
        let (rest, fragment) = cut(rest, '#');
        let (path, _query) = cut(rest, '?');
        Some(Self::new(format!("{host}{}", absolute(path)), format!("{user}@{host}:{path}"), Transport::Ssh, fragment))
    }

    fn new(name: String, remote: String, transport: Transport, fragment: Option<&str>) -> Self {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (reference, subdir) = cut(fragment.unwrap_or_default(), ':');
        Self {
            name,
            remote,
            transport,
            reference: some(reference),
            subdir: subdir.and_then(|subdir| some(absolute(subdir).trim_start_matches('/'))),
        }
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_depend_on_the_clone_url() {
        for (text, remote, transport) in [
            ("https://github.com/moby/buildkit.git", "https://github.com/moby/buildkit.git", Transport::Other),
            (
                "HTTPS://u:p@github.com/moby/buildkit.git?x=1",
                "https://u:p@github.com/moby/buildkit.git",
                Transport::Other,
            ),
            ("ssh://git@github.com/moby/buildkit.git", "ssh://git@github.com/moby/buildkit.git", Transport::Ssh),
            ("git@github.com:moby/buildkit.git", "git@github.com:moby/buildkit.git", Transport::Ssh),
            ("github.com/moby/buildkit.git", "https://github.com/moby/buildkit.git", Transport::Other),
        ] {
            let url = GitUrl::parse(text);
            assert_eq!(url.name, "github.com/moby/buildkit.git", "{text}");
            assert_eq!((url.remote.as_str(), url.transport), (remote, transport), "{text}");
        }
    }

    #[test]
    fn fragments_name_ref_and_directory() {
        let url = GitUrl::parse("https://h/p.git#v1:/a/../b");
        assert_eq!((url.reference.as_deref(), url.subdir.as_deref()), (Some("v1"), Some("b")));
        let url = GitUrl::parse("git@h:p.git#:sub");
        assert_eq!((url.reference, url.subdir.as_deref()), (None, Some("sub")));
    }
}
