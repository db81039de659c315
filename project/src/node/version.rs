//! The Node.js release that a project requires.

use nodejs_semver::{Range, Version};

/// Majors with long-term support and their code names, newest first; see
/// <https://github.com/nodejs/release#release-schedule>.
const LONG_TERM: &[(u64, &str)] =
    &[(24, "krypton"), (22, "jod"), (20, "iron"), (18, "hydrogen"), (16, "gallium"), (14, "fermium")];

/// A Node.js release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its number, as specified: `22`, `22.11`, `22.11.0`.
    pub number: String,
    /// Its major number.
    pub major: u64,
}

impl Release {
    /// The default: the newest release with long-term support that this version of Slipway contains.
    pub(crate) fn newest() -> Self {
        LONG_TERM.first().map_or_else(|| Self::of_major(24), |(major, _)| Self::of_major(*major))
    }

    fn of_major(major: u64) -> Self {
        Self { number: major.to_string(), major }
    }

    /// Parses the value of `.nvmrc`, `.node-version`, `engines` or the option `node`: a version, a prefix of one, a
    /// code name, or a range, which selects its newest release with long-term support.
    pub fn parse(written: &str) -> Option<Self> {
        let text = written.trim();
        let word = text.to_ascii_lowercase();
        if let Some(name) = word.strip_prefix("lts/") {
            return if name == "*" {
                Some(Self::newest())
            } else {
                LONG_TERM.iter().find(|(_, known)| *known == name).map(|(major, _)| Self::of_major(*major))
            };
        }
        let number = text.strip_prefix('v').unwrap_or(text);
        let parts: Vec<&str> = number.split('.').collect();
        let is_number = |part: &&str| !part.is_empty() && part.len() < 6 && part.bytes().all(|b| b.is_ascii_digit());
        if (1..=3).contains(&parts.len()) && parts.iter().all(is_number) {
            return Some(Self { number: number.to_owned(), major: parts.first()?.parse().ok()? });
        }
        if text.is_empty() {
            return None;
        }
        Self::in_range(&Range::parse(text).ok()?)
    }

    /// The newest major with long-term support whose current and future releases are all in a range, otherwise the
    /// lowest release of the range.
    fn in_range(range: &Range) -> Option<Self> {
        let allows = |prefix: &str, newest: (u64, u64, u64)| {
            let (major, minor, patch) = newest;
            let newest: Version = format!("{major}.{minor}.{patch}").parse().ok()?;
            range.satisfies(&newest).then(|| Self { number: prefix.to_owned(), major })
        };
        // No release reaches this number.
        const FAR: u64 = 9999;
        if let Some(found) = LONG_TERM.iter().find_map(|(major, _)| allows(&major.to_string(), (*major, FAR, FAR))) {
            return Some(found);
        }
        let least = range.min_version()?;
        let (major, minor) = (least.major(), least.minor());
        if major >= FAR {
            return None;
        }
        allows(&major.to_string(), (major, FAR, FAR))
            .or_else(|| allows(&format!("{major}.{minor}"), (major, minor, FAR)))
            .or_else(|| Some(Self { number: format!("{major}.{minor}.{}", least.patch()), major }))
    }

    /// Whether a range allows some release of this number: `22` may be any `22.x.y`. As in npm, an invalid range allows
    /// everything.
    pub fn is_in(&self, range: &str) -> bool {
        let (Ok(own), Ok(range)) = (Range::parse(&self.number), Range::parse(range.trim())) else { return true };
        own.allows_any(&range)
    }

    /// Whether both may be the same release, as far as they are specified.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        self.number.split('.').zip(other.number.split('.')).all(|(one, other)| one == other)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // Everything here is test code.
mod tests {
    use super::*;

    #[test]
    fn versions_in_many_forms_select_a_release() {
        let number = |text: &str| Release::parse(text).map(|release| release.number);
        for (text, expected) in [
            ("22", "22"),
            ("v20.11.1\n", "20.11.1"),
            (" 18.20 ", "18.20"),
            ("lts/*", "24"),
            ("lts/Iron", "20"),
            (">=18", "24"),
            (">=18 <21", "20"),
            ("^20.9.0 || >=22.0.0", "24"),
            ("20.x", "20"),
            ("~20.11.0", "20.11"),
            ("=20.11.1", "20.11.1"),
            ("^23", "23"),
            ("*", "24"),
        ] {
            assert_eq!(number(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "latest", "lts/none", "22-bookworm", "22.1.2.3", "123456789"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
    #[test]
    fn releases_are_compared_as_far_as_specified() {
        for (number, range, expected) in [
            ("22", ">=22.11", true),
            ("22", ">=20", true),
            ("20", ">=22", false),
            ("22.10.0", ">=22.11", false),
            ("22.11.0", "^22.11.0 || >=24", true),
            ("23", "^22.11.0 || >=24", false),
            ("24", "<24", false),
            ("22.11", "22.x", true),
            ("18", "*", true),
            ("18", "whatever", true),
        ] {
            assert_eq!(Release::parse(number).unwrap().is_in(range), expected, "{number} in {range}");
        }
        for (one, other, expected) in
            [("22", "22.11.0", true), ("22.11.0", "22", true), ("22.11", "22.12", false), ("2", "22", false)]
        {
            assert_eq!(
                Release::parse(one).unwrap().may_be(&Release::parse(other).unwrap()),
                expected,
                "{one}, {other}"
            );
        }
    }
}
