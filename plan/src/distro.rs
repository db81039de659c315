//! Debian releases of images: those that the official images of each language have, and the one that a tag names.
//!
//! What is known is from the history of <https://github.com/docker-library/official-images> until August 2026. Tags of a
//! series, such as `1.24`, move; those of a patch release stay as they were, so a release is missing for patches that
//! are older than it.

use slipway_spec::model::Distro;
use slipway_spec::{Diagnostic, Spanned};

/// The releases, the newest first.
const NEWEST_FIRST: [Distro; 3] = [Distro::Trixie, Distro::Bookworm, Distro::Bullseye];

/// The number of a release.
pub(crate) fn number(distro: Distro) -> u32 {
    match distro {
        Distro::Bullseye => 11,
        Distro::Bookworm => 12,
        Distro::Trixie => 13,
    }
}

/// The minor version of its GNU C library, which is 2.N.
pub(crate) fn glibc(distro: Distro) -> u32 {
    match distro {
        Distro::Bullseye => 31,
        Distro::Bookworm => 36,
        Distro::Trixie => 41,
    }
}

/// The release with a number.
pub(crate) fn of_number(wanted: u32) -> Option<Distro> {
    NEWEST_FIRST.into_iter().find(|distro| number(*distro) == wanted)
}

/// The release that a tag names, as in `1.24-bookworm`.
pub(crate) fn in_tag(tag: &str) -> Option<Distro> {
    NEWEST_FIRST.into_iter().find(|distro| tag.split(['-', '.']).any(|part| part == distro.name()))
}

/// Official images of a language.
pub(crate) struct Toolchains {
    /// The language.
    language: &'static str,
    /// The number of parts of a version that name a series, whose other parts are patches.
    series: usize,
    /// The Debian releases of its images.
    releases: &'static [Published],
    /// Whether steps need GNU tools, which images of other distributions may lack.
    pub(crate) needs_gnu: bool,
}

/// A Debian release of the images of a language.
struct Published {
    distro: Distro,
    /// The first version that has always had it.
    from: &'static str,
    /// The first patches of older series that have it.
    patches: &'static [&'static str],
    /// The first version without it.
    until: Option<&'static str>,
}

pub(crate) const GO: Toolchains = Toolchains {
    language: "Go",
    series: 2,
    needs_gnu: false,
    releases: &[
        Published { distro: Distro::Trixie, from: "1.25", patches: &["1.24.6"], until: None },
        Published { distro: Distro::Bookworm, from: "1.21", patches: &["1.20.5", "1.19.10"], until: None },
        Published { distro: Distro::Bullseye, from: "1.17", patches: &["1.16.8"], until: Some("1.25") },
    ],
};

pub(crate) const RUST: Toolchains = Toolchains {
    language: "Rust",
    series: 2,
    needs_gnu: true,
    releases: &[
        Published { distro: Distro::Trixie, from: "1.88", patches: &[], until: None },
        Published { distro: Distro::Bookworm, from: "1.67", patches: &[], until: None },
        Published { distro: Distro::Bullseye, from: "1.55", patches: &[], until: None },
    ],
};

pub(crate) const PYTHON: Toolchains = Toolchains {
    language: "Python",
    series: 2,
    needs_gnu: true,
    releases: &[
        Published {
            distro: Distro::Trixie,
            from: "3.14",
            patches: &["3.13.6", "3.12.11", "3.11.13", "3.10.18", "3.9.23"],
            until: None,
        },
        Published {
            distro: Distro::Bookworm,
            from: "3.12",
            patches: &["3.11.4", "3.10.12", "3.9.17", "3.8.17", "3.7.17"],
            until: None,
        },
        Published {
            distro: Distro::Bullseye,
            from: "3.10",
            patches: &["3.9.7", "3.8.12", "3.7.12", "3.6.15"],
            until: Some("3.14"),
        },
    ],
};

pub(crate) const NODE: Toolchains = Toolchains {
    language: "Node.js",
    series: 1,
    needs_gnu: true,
    releases: &[
        Published { distro: Distro::Trixie, from: "25", patches: &["24.5.0", "22.18.0", "20.19.4"], until: None },
        Published { distro: Distro::Bookworm, from: "21", patches: &["20.3.0", "18.16.0", "16.20.0"], until: None },
        Published { distro: Distro::Bullseye, from: "17", patches: &["16.8.0", "14.17.5", "12.22.5"], until: None },
    ],
};

impl Toolchains {
    /// The releases of the images of a version, the newest first.
    pub(crate) fn releases(&self, version: &str) -> Vec<Distro> {
        let wanted = Version::parse(version);
        let has = move |published: &&Published| {
            let Some(wanted) = &wanted else { return true };
            let is_patch = |patch: &&str| {
                let patch = Version::parse(patch).unwrap_or_default();
                wanted.series(self.series) == patch.series(self.series) && wanted.is_at_least(&patch)
            };
            let from = Version::parse(published.from).unwrap_or_default();
            let is_over = |until: &str| Version::parse(until).is_some_and(|until| wanted.is_at_least(&until));
            (wanted.is_at_least(&from) || published.patches.iter().any(is_patch))
                && !published.until.is_some_and(is_over)
        };
        self.releases.iter().filter(has).map(|published| published.distro).collect()
    }

    /// The release for a version: the one that the spec names, otherwise the newest.
    ///
    /// # Errors
    /// The images of the version do not have it.
    pub(crate) fn choose(&self, version: &str, wanted: Option<&Spanned<Distro>>) -> Result<Distro, Diagnostic> {
        let all = self.releases(version);
        let Some(wanted) = wanted else {
            // Images that are older than this table are on an old release.
            return Ok(all.first().copied().unwrap_or(Distro::Bullseye));
        };
        if all.is_empty() || all.contains(&wanted.value) {
            return Ok(wanted.value);
        }
        let names: Vec<_> = all.iter().map(|distro| format!("`{}`", distro.name())).collect();
        let message = format!(
            "there is no image of {} {version} on `{}`, only on {}",
            self.language,
            wanted.name(),
            names.join(" and ")
        );
        Err(Diagnostic::error(wanted.span, message)
            .with_help(format!("name one of these, or another version of {}", self.language)))
    }
}

/// The numbers of a version.
#[derive(Default)]
struct Version(Vec<u32>);

impl Version {
    /// The numbers at the start of a text: those of `1.25rc1` are 1 and 25. Words such as `lts` have none.
    fn parse(text: &str) -> Option<Self> {
        let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
        let numbers = text.get(..end)?.split('.').map(str::parse).collect::<Result<Vec<_>, _>>();
        numbers.ok().map(Self)
    }

    /// The numbers of its series; a missing one is the latest.
    fn series(&self, count: usize) -> Vec<u32> {
        self.padded(u32::MAX).into_iter().take(count).collect()
    }

    /// Whether it is another version or later; a missing number is the latest.
    fn is_at_least(&self, other: &Self) -> bool {
        self.padded(u32::MAX) >= other.padded(0)
    }

    /// Three numbers; this one in place of missing ones.
    fn padded(&self, missing: u32) -> Vec<u32> {
        self.0.iter().copied().chain(std::iter::repeat(missing)).take(3).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_of_a_version() {
        let newest = |table: &Toolchains, version: &str| table.choose(version, None).map(Distro::name);
        for (table, version, expected) in [
            (&GO, "1.24", "trixie"),
            (&GO, "1.24.5", "bookworm"),
            (&GO, "1.24.6", "trixie"),
            (&GO, "1.25rc1", "trixie"),
            (&GO, "1.23.12", "bookworm"),
            (&GO, "1.18", "bullseye"),
            (&GO, "1", "trixie"),
            (&RUST, "1.87.0", "bookworm"),
            (&RUST, "1.90", "trixie"),
            (&PYTHON, "3.13", "trixie"),
            (&PYTHON, "3.13.1", "bookworm"),
            (&PYTHON, "3.8", "bookworm"),
            (&PYTHON, "3.6", "bullseye"),
            (&NODE, "22", "trixie"),
            (&NODE, "22.11.0", "bookworm"),
            (&NODE, "23", "bookworm"),
            (&NODE, "lts", "trixie"),
        ] {
            assert_eq!(newest(table, version), Ok(expected), "{version}");
        }
    }

    #[test]
    fn a_release_that_a_version_lacks_is_refused() {
        let choose = |version: &str, distro: Distro| {
            GO.choose(version, Some(&Spanned::new(distro, slipway_spec::Span::START))).map_err(|found| found.message)
        };
        assert_eq!(choose("1.24", Distro::Bullseye), Ok(Distro::Bullseye));
        let expected = "there is no image of Go 1.25 on `bullseye`, only on `trixie` and `bookworm`";
        assert_eq!(choose("1.25", Distro::Bullseye), Err(expected.to_owned()));
    }

    #[test]
    fn tags_name_releases() {
        assert_eq!(in_tag("3.13-slim-bookworm"), Some(Distro::Bookworm));
        assert_eq!(in_tag("1.24-alpine"), None);
    }
}
