//! Named contexts of the command line: the form of `--build-context NAME=VALUE` and of contexts of
//! `docker buildx bake`.
//!
//! Only the spelling is handled. The forms are those of BuildKit `frontend/dockerui/namedcontext.go`.

use slipway_plan::Source;

use crate::git_url;

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
        if let Some(repository) = git_url::read(value)? {
            return Ok(Self::Remote(Source::Git(repository)));
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

#[cfg(test)]
mod tests {
    use slipway_plan::GitSource;

    use super::*;

    #[test]
    fn every_form_of_the_client_is_understood() {
        for (value, expected) in [
            ("docker-image://scratch", Named::Scratch),
            ("docker-image://a/b:1", Named::Registry("a/b:1".to_owned())),
            ("oci-layout://store:tag@sha256:0", Named::Layout("store:tag@sha256:0".to_owned())),
            ("local:proto", Named::Local("proto".to_owned())),
            ("input:base::linux/arm64", Named::Input("base::linux/arm64".to_owned())),
            (
                "https://h/x.git",
                Named::Remote(Source::Git(GitSource { url: "https://h/x.git".to_owned(), ..GitSource::default() })),
            ),
            ("http://h/x.tar.gz", Named::Remote(Source::Http { url: "http://h/x.tar.gz".to_owned(), checksum: None })),
        ] {
            assert_eq!(Named::read(value).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_in_words() {
        for (value, words) in
            [("nothing", "is not valid"), ("ftp://x", "is not valid"), ("https://h/x.git?depth=x", "`depth`")]
        {
            assert!(Named::read(value).unwrap_err().contains(words), "{value}");
        }
    }
}
