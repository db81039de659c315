//! The form of an image reference.

/// What is wrong with the form of a reference, and the reference that was probably meant.
pub(super) fn wrong_form(written: &str) -> Option<(&'static str, Option<String>)> {
    if let Some((scheme, rest)) = written.split_once("://") {
        let rest = rest.trim_end_matches('/');
        let of_hub = rest.strip_prefix("hub.docker.com/").map(|page| {
            page.strip_prefix("_/")
                .or_else(|| page.strip_prefix("r/"))
                .unwrap_or(page)
                .trim_end_matches("/tags")
                .to_owned()
        });
        let image = of_hub.unwrap_or_else(|| rest.to_owned());
        let is_image = !matches!(scheme, "oci-layout" | "git" | "ssh" | "file") && !image.is_empty();
        return Some(("is a URL, but this must be an image reference", is_image.then_some(image)));
    }
    if written.contains(char::is_whitespace) {
        let words: Vec<&str> = written.split_whitespace().collect();
        let words = words.strip_prefix(&["FROM"]).unwrap_or(&words);
        let image = match words {
            [image] => Some((*image).to_owned()),
            [image, word, _] if word.eq_ignore_ascii_case("as") => Some((*image).to_owned()),
            _ => None,
        };
        return Some(("is not an image reference", image));
    }
    let (name, digest) = match written.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (written, None),
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    let (repository, tag) = match last.split_once(':') {
        Some((_, tag)) => (name.strip_suffix(tag).and_then(|name| name.strip_suffix(':')).unwrap_or(name), Some(tag)),
        None => (name, None),
    };
    if let Some(digest) = digest.filter(|digest| !is_digest(digest)) {
        // Package managers write `name@version`.
        let is_tag = tag.is_none() && is_tag(digest) && !digest.starts_with("sha");
        return Some(("has no digest after the `@`", is_tag.then(|| format!("{name}:{digest}"))));
    }
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Some(("has an invalid tag", None));
    }
    let (host, path) = match repository.split_once('/') {
        Some((host, path))
            if host.trim_matches('.').contains(['.', ':']) || host == "localhost" || has_capitals(host) =>
        {
            (host, path)
        }
        _ => ("", repository),
    };
    if has_capitals(path) {
        let rest = written.strip_prefix(repository).unwrap_or_default();
        let slash = if host.is_empty() { "" } else { "/" };
        return Some((
            "contains capital letters, which image names cannot",
            Some(format!("{host}{slash}{}{rest}", path.to_ascii_lowercase())),
        ));
    }
    let is_part = |part: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        ends(part.chars().next())
            && ends(part.chars().next_back())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'))
    };
    (!path.split('/').all(is_part)).then_some(("is not an image reference", None))
}

fn has_capitals(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_uppercase())
}

fn is_tag(tag: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.starts_with(is_letter) && tag.len() <= 128 && tag.chars().all(|c| is_letter(c) || matches!(c, '.' | '-'))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, digits)) = digest.split_once(':') else {
        return false;
    };
    let wanted = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return !algorithm.is_empty() && digits.len() >= 32,
    };
    digits.len() == wanted && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_a_form() {
        for right in [
            "alpine",
            "alpine:3.22",
            "a/b:1",
            "localhost:5000/a/b",
            "REGISTRY.example.com/a/b:V1",
            "gcr.io/distroless/static-debian12:nonroot",
            "python:3.13-slim@sha256:0123456789012345678901234567890123456789012345678901234567890123",
            "a__b/c--d",
        ] {
            assert_eq!(wrong_form(right), None, "{right}");
        }
        for (wrong, meant) in [
            ("docker://alpine:3.22", Some("alpine:3.22")),
            ("https://hub.docker.com/_/nginx", Some("nginx")),
            ("https://hub.docker.com/r/acme/shop/tags", Some("acme/shop")),
            ("https://ghcr.io/acme/shop:1", Some("ghcr.io/acme/shop:1")),
            ("oci-layout://x", None),
            ("FROM alpine:3.22 AS build", Some("alpine:3.22")),
            ("Alpine Linux", None),
            ("Alpine:3.22", Some("alpine:3.22")),
            ("ghcr.io/Acme/Shop:V1", Some("ghcr.io/acme/shop:V1")),
            ("alpine@3.22", Some("alpine:3.22")),
            ("alpine@sha256:12", None),
            ("python:3.13:slim", None),
            ("alpine:", None),
            ("/alpine", None),
            ("./base", None),
            ("-alpine", None),
        ] {
            let found = wrong_form(wrong);
            assert!(found.is_some(), "{wrong}");
            assert_eq!(found.and_then(|(_, meant)| meant).as_deref(), meant, "{wrong}");
        }
    }
}
