//! Versions in tools and image tags.

/// Whether a text is a valid version in an image tag: `3.13`, `3.13.1`, `1.90.0-beta`.
#[must_use]
pub fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
}

/// Whether a release is older than another, compared up to the shorter one: `1.24` may be any `1.24.x`.
#[must_use]
pub fn is_older(version: &str, than: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> {
        let end = version.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(version.len());
        version.get(..end).unwrap_or_default().split('.').map_while(|part| part.parse().ok()).collect()
    };
    let (version, than) = (numbers(version), numbers(than));
    version.iter().zip(&than).find(|(one, other)| one != other).is_some_and(|(one, other)| one < other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_as_far_as_specified() {
        assert!(is_older("1.23", "1.24"));
        assert!(is_older("1.23.9", "1.24rc1"));
        assert!(is_older("1.24.1", "1.24.3"));
        assert!(!is_older("1.24", "1.24.3"));
        assert!(!is_older("1.24.3", "1.24"));
        assert!(!is_older("1.25", "1.24.9"));
        assert!(!is_older("1", "1.90"));
    }
}
