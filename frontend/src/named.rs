//! Named contexts of the command line: the form of `--build-context NAME=VALUE` and of contexts of
//! `docker buildx bake`.
//!
//! Only the spelling is handled. The forms are those of BuildKit `frontend/dockerui/namedcontext.go` and
//! `util/gitutil`.

use slipway_plan::Source;

/// The value of a named context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// Nothing: `docker-image://scratch`.
    Scratch,
    /// An image in a registry.
    Registry(String),
    /// An image in an OCI layout of the client: `store:tag@digest`.
    Layout(String),
    /// A local folder of the client, by its name.
    Local(String),
    /// The result of another build, by its name.
    Input(String),
    /// Files from a repository or from a URL.
    Remote(Source),
}

impl Named {
    /// Parses a value in the form that the client sends.
    ///
    /// # Errors
    /// An unknown form; the message lists the supported ones.
    pub(crate) fn read(value: &str) -> Result<Self, String> {
        if let Some(source) = git(value)? {
            return Ok(Self::Remote(source));
        }
        let unknown =
            || format!("`{value}` is not valid; use a folder, `docker-image://`, `oci-layout://`, a URL or `target:`");
        match value.split_once(':').ok_or_else(unknown)? {
            ("docker-image", "//scratch") => Ok(Self::Scratch),
            ("docker-image", rest) => Ok(Self::Registry(rest.trim_start_matches("//").to_owned())),
            ("oci-layout", rest) => Ok(Self::Layout(rest.trim_start_matches("//").to_owned())),
            ("local", name) => Ok(Self::Local(name.to_owned())),
            ("input", name) => Ok(Self::Input(name.to_owned())),
            ("http" | "https", _) => Ok(Self::Remote(Source::Http { url: value.to_owned(), checksum: None })),
            _ => Err(unknown()),
        }
    }
}

/// A repository: a URL scheme of git, or a path that ends in `.git`; then `#ref:subdir` or a query.
fn git(value: &str) -> Result<Option<Source>, String> {
    let (rest, fragment) = value.split_once('#').map_or((value, None), |(rest, fragment)| (rest, Some(fragment)));
    let (url, query) = rest.split_once('?').map_or((rest, None), |(url, query)| (url, Some(query)));
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_git = url.starts_with("git://")
        || url.starts_with("ssh://")
        || url.starts_with("git@")
        || url.starts_with("github.com/")
        || is_web && url.ends_with(".git");
    if !is_git {
        return Ok(None);
    }
    let url = if url.starts_with("github.com/") { format!("https://{url}") } else { url.to_owned() };
    let mut found = [None, None, None];
    let [reference, subdir, checksum] = &mut found;
    if let Some(fragment) = fragment {
        let (name, folder) = fragment.split_once(':').unwrap_or((fragment, ""));
        *reference = Some(name);
        *subdir = Some(folder);
    }
    for (key, value) in query.iter().flat_map(|query| query.split('&')).filter_map(|pair| pair.split_once('=')) {
        match key {
            "ref" | "tag" | "branch" => *reference = Some(value),
            "subdir" => *subdir = Some(value),
            "checksum" | "commit" => *checksum = Some(value),
            other => return Err(format!("`{other}` is not supported in the URL of a repository")),
        }
    }
    let [reference, subdir, checksum] = found.map(|text| text.filter(|text| !text.is_empty()).map(str::to_owned));
    Ok(Some(Source::Git { url, reference, subdir, checksum }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(url: &str, parts: [&str; 3]) -> Named {
        let [reference, subdir, checksum] =
            parts.map(|part| Some(part).filter(|part| !part.is_empty()).map(str::to_owned));
        Named::Remote(Source::Git { url: url.to_owned(), reference, subdir, checksum })
    }

    #[test]
    fn every_form_of_the_client_is_understood() {
        for (value, expected) in [
            ("docker-image://scratch", Named::Scratch),
            ("docker-image://a/b:1", Named::Registry("a/b:1".to_owned())),
            ("oci-layout://store:tag@sha256:0", Named::Layout("store:tag@sha256:0".to_owned())),
            ("local:proto", Named::Local("proto".to_owned())),
            ("input:base::linux/arm64", Named::Input("base::linux/arm64".to_owned())),
            ("https://h/x.git", git("https://h/x.git", ["", "", ""])),
            ("https://h/x.git#v1:api", git("https://h/x.git", ["v1", "api", ""])),
            ("https://h/x.git?ref=v1&subdir=a/b&checksum=ab", git("https://h/x.git", ["v1", "a/b", "ab"])),
            ("git@h:x/y#v1", git("git@h:x/y", ["v1", "", ""])),
            ("github.com/x/y", git("https://github.com/x/y", ["", "", ""])),
            ("http://h/x.tar.gz", Named::Remote(Source::Http { url: "http://h/x.tar.gz".to_owned(), checksum: None })),
        ] {
            assert_eq!(Named::read(value).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_in_words() {
        for (value, words) in
            [("nothing", "is not valid"), ("ftp://x", "is not valid"), ("https://h/x.git?mtime=x", "`mtime`")]
        {
            assert!(Named::read(value).unwrap_err().contains(words), "{value}");
        }
    }
}
