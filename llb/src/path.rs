//! Paths as in Go's package `path`, because they are part of digests.

/// Go's `path.Clean` of an absolute path: no `.`, no `..`, no double or trailing slashes.
pub(crate) fn absolute(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// [`absolute`], but with the trailing `/` or `/.` of a destination, which means "into".
pub(crate) fn destination(path: &str) -> String {
    let mut clean = absolute(path);
    if path.ends_with('/') && !clean.ends_with('/') {
        clean.push('/');
    } else if path.ends_with("/.") {
        if clean != "/" {
            clean.push('/');
        }
        clean.push('.');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean() {
        for (path, clean) in [("", "/"), ("/", "/"), ("a//b/", "/a/b"), ("/a/../../b/.", "/b"), ("./x", "/x")] {
            assert_eq!(absolute(path), clean, "{path}");
        }
    }

    #[test]
    fn trailing_slashes_of_destinations_are_kept() {
        for (path, clean) in
            [("/a/", "/a/"), ("/a/.", "/a/."), ("/", "/"), ("/.", "/."), ("a", "/a"), ("/a/..", "/"), (".", "/")]
        {
            assert_eq!(destination(path), clean, "{path}");
        }
    }
}
