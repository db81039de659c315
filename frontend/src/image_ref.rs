//! Image references in short and in BuildKit's normalized form.
//!
//! Only the spelling is handled, as in `github.com/distribution/reference`: the registry validates references. The
//! crate that parses references completely depends on a regular expression engine, which would be larger than the rest
//! of the frontend.

const DEFAULT_DOMAIN: &str = "docker.io";
const OFFICIAL: &str = "library/";

/// `golang` → `docker.io/library/golang:latest`: domain, repository, and a tag or digest.
pub(crate) fn normalize(reference: &str) -> String {
    let (domain, rest) = split_domain(reference);
    let rest =
        if domain == DEFAULT_DOMAIN && !rest.contains('/') { format!("{OFFICIAL}{rest}") } else { rest.to_owned() };
    let last = rest.rsplit('/').next().unwrap_or(&rest);
    let tag = if last.contains([':', '@']) { "" } else { ":latest" };
    format!("{domain}/{rest}{tag}")
}

/// `docker.io/library/golang:latest` → `golang`: the form in names of named contexts.
pub(crate) fn familiar(reference: &str) -> String {
    let full = normalize(reference);
    let short = full.strip_prefix("docker.io/").unwrap_or(&full);
    let short = short.strip_prefix(OFFICIAL).filter(|name| !name.contains('/')).unwrap_or(short);
    short.strip_suffix(":latest").unwrap_or(short).to_owned()
}

/// `golang:1.24` → `golang`.
pub(crate) fn without_tag(reference: &str) -> &str {
    let last = reference.rfind('/').map_or(0, |slash| slash + 1);
    match reference.get(last..).and_then(|name| name.find(':')) {
        Some(colon) => reference.get(..last + colon).unwrap_or(reference),
        None => reference,
    }
}

/// The first part is a domain if it contains a dot, a port or capitals, or is `localhost`.
fn split_domain(reference: &str) -> (&str, &str) {
    match reference.split_once('/') {
        Some(("index.docker.io", rest)) => (DEFAULT_DOMAIN, rest),
        Some((first, rest))
            if first.contains(['.', ':']) || first == "localhost" || first.chars().any(|c| c.is_ascii_uppercase()) =>
        {
            (first, rest)
        }
        _ => (DEFAULT_DOMAIN, reference),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_completed() {
        for (written, full) in [
            ("golang", "docker.io/library/golang:latest"),
            ("golang:1.24-bookworm", "docker.io/library/golang:1.24-bookworm"),
            ("bufbuild/buf:1.50", "docker.io/bufbuild/buf:1.50"),
            ("gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static-debian12:nonroot"),
            ("localhost/x", "localhost/x:latest"),
            ("127.0.0.1:5000/x/y", "127.0.0.1:5000/x/y:latest"),
            ("x@sha256:00", "docker.io/library/x@sha256:00"),
            ("index.docker.io/x/y:1", "docker.io/x/y:1"),
        ] {
            assert_eq!(normalize(written), full);
            assert_eq!(normalize(&normalize(written)), full);
        }
    }

    #[test]
    fn tags_are_taken_off() {
        for (tagged, name) in [("a:1", "a"), ("h:5000/a/b:1", "h:5000/a/b"), ("h:5000/a", "h:5000/a"), ("a", "a")] {
            assert_eq!(without_tag(tagged), name);
        }
    }

    #[test]
    fn named_contexts_are_called_as_people_write() {
        for (written, short) in [
            ("docker.io/library/golang:latest", "golang"),
            ("golang:1.24-bookworm", "golang:1.24-bookworm"),
            ("docker.io/bufbuild/buf", "bufbuild/buf"),
            ("gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static-debian12:nonroot"),
        ] {
            assert_eq!(familiar(written), short);
        }
    }
}
