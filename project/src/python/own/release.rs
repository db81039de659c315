//! Versions of packages in normalized form: `1.0-Beta.2` is `1.0b2`.
//!
//! Source: <https://packaging.python.org/en/latest/specifications/version-specifiers/#normalization>.

/// Names of releases before and after a final one, and their normalized forms.
const WORDS: &[(&str, &str)] = &[
    ("alpha", "a"),
    ("beta", "b"),
    ("preview", "rc"),
    ("post", ".post"),
    ("pre", "rc"),
    ("rev", ".post"),
    ("dev", ".dev"),
    ("rc", "rc"),
    ("a", "a"),
    ("b", "b"),
    ("c", "rc"),
    ("r", ".post"),
];

/// A version in normalized form; `None` for an invalid version.
pub(super) fn normal(version: &str) -> Option<String> {
    let version = version.trim().to_ascii_lowercase();
    let version = version.strip_prefix('v').unwrap_or(&version);
    let (public, local) = match version.split_once('+') {
        Some((public, local)) => (public, Some(local)),
        None => (version, None),
    };
    let (epoch, mut rest) = match public.split_once('!') {
        Some((epoch, rest)) => (Some(number(epoch)?), rest),
        None => (None, public),
    };
    let mut normal = epoch.filter(|epoch| epoch != "0").map(|epoch| format!("{epoch}!")).unwrap_or_default();
    let (first, after) = digits(rest)?;
    normal.push_str(&first);
    rest = after;
    while let Some((next, after)) = rest.strip_prefix('.').and_then(digits) {
        normal.push('.');
        normal.push_str(&next);
        rest = after;
    }
    // `1.0-1` is a release after the final one.
    if let Some((count, "")) = rest.strip_prefix('-').and_then(digits) {
        normal.push_str(".post");
        normal.push_str(&count);
        rest = "";
    }
    while !rest.is_empty() {
        let bare = rest.trim_start_matches(['.', '-', '_']);
        let (word, written) = WORDS.iter().find(|(word, _)| bare.starts_with(word))?;
        let after = bare.strip_prefix(word)?;
        let (count, after) = digits(after.trim_start_matches(['.', '-', '_'])).unwrap_or(("0".to_owned(), after));
        normal.push_str(written);
        normal.push_str(&count);
        rest = after;
    }
    if let Some(local) = local {
        let is_right = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
        let parts: Vec<_> = local.split(['.', '-', '_']).collect();
        if !parts.iter().copied().all(is_right) {
            return None;
        }
        let parts: Vec<_> = parts.into_iter().map(|part| number(part).unwrap_or_else(|| part.to_owned())).collect();
        normal.push('+');
        normal.push_str(&parts.join("."));
    }
    Some(normal)
}

/// A number without leading zeros.
fn number(text: &str) -> Option<String> {
    let is_number = !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_ascii_digit());
    let number = text.trim_start_matches('0');
    is_number.then(|| if number.is_empty() { "0".to_owned() } else { number.to_owned() })
}

/// The number at the start of a text, and the rest.
fn digits(text: &str) -> Option<(String, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((number(digits)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_normalized() {
        for (version, expected) in [
            ("1.0", "1.0"),
            ("v01.002", "1.2"),
            ("1.0-Beta.2", "1.0b2"),
            ("1.0.0-rc1", "1.0.0rc1"),
            ("1.0.0alpha", "1.0.0a0"),
            ("1.0-1", "1.0.post1"),
            ("1.0c1.post2.dev3", "1.0rc1.post2.dev3"),
            ("2!1.0", "2!1.0"),
            ("1.0+Ubuntu-1", "1.0+ubuntu.1"),
            ("2026.11.27", "2026.11.27"),
        ] {
            assert_eq!(normal(version).as_deref(), Some(expected), "{version}");
        }
        for version in ["", "latest", "1.0.", "1.0/2", "1.0-", "1..0", "${VERSION}", "1.0+a b", "1.0+"] {
            assert_eq!(normal(version), None, "{version}");
        }
    }
}
