//! Image references in the full form that BuildKit requires.

/// The full form of an image reference: with a registry, `library/` for Docker's own images, and a tag or a digest.
///
/// An invalid reference is returned unchanged; the engine rejects it with its own message.
///
/// ```
/// use buildkit_llb::source::normalize_reference;
///
/// assert_eq!(normalize_reference("alpine"), "docker.io/library/alpine:latest");
/// assert_eq!(normalize_reference("me/app:1"), "docker.io/me/app:1");
/// assert_eq!(normalize_reference("localhost:5000/app"), "localhost:5000/app:latest");
/// ```
#[must_use]
pub fn normalize_reference(reference: &str) -> String {
    let (name, digest) = match reference.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (reference, None),
    };
    // A colon after the last slash starts a tag; an earlier one belongs to a port.
    let path_start = name.rfind('/').map_or(0, |slash| slash + 1);
    let tag_start = name.get(path_start..).and_then(|last| last.find(':')).map(|colon| path_start + colon);
    let (name, tag) = match tag_start.and_then(|colon| name.split_at_checked(colon)) {
        Some((name, tag)) => (name, tag),
        None => (name, ""),
    };
    if name.is_empty() {
        return reference.to_owned();
    }
    let (domain, path) = match name.split_once('/') {
        Some((first, rest)) if is_domain(first) => (first, rest),
        _ => ("docker.io", name),
    };
    let domain = if domain == "index.docker.io" { "docker.io" } else { domain };
    let library = if domain == "docker.io" && !path.contains('/') { "library/" } else { "" };
    let digest = digest.map_or_else(String::new, |digest| format!("@{digest}"));
    let tag = if tag.is_empty() && digest.is_empty() { ":latest" } else { tag };
    format!("{domain}/{library}{path}{tag}{digest}")
}

fn is_domain(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.chars().any(|c| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::normalize_reference;

    #[test]
    fn full_forms() {
        let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (short, full) in [
            ("golang:1.24", "docker.io/library/golang:1.24"),
            ("docker.io/golang", "docker.io/library/golang:latest"),
            ("index.docker.io/golang", "docker.io/library/golang:latest"),
            ("docker.io/a/b", "docker.io/a/b:latest"),
            ("ghcr.io/a/b:1", "ghcr.io/a/b:1"),
            ("localhost/a", "localhost/a:latest"),
            ("r:5000/a/b", "r:5000/a/b:latest"),
            ("[::1]:5000/a:b", "[::1]:5000/a:b"),
            ("", ""),
            (":x", ":x"),
        ] {
            assert_eq!(normalize_reference(short), full, "{short}");
        }
        assert_eq!(normalize_reference(&format!("a@{digest}")), format!("docker.io/library/a@{digest}"));
        assert_eq!(normalize_reference(&format!("a:1@{digest}")), format!("docker.io/library/a:1@{digest}"));
    }
}
