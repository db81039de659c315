//! What `BUILDKIT_SBOM_SCAN_STAGE` names: the parts of a build that an SBOM covers beside the image.

use buildkit_proto::keys::build_args;

use crate::options::{boolean, split};

/// Which parts of a build are scanned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stages {
    /// The files that list the modules of a static program.
    Lockfiles,
    /// The results of all stages and builds, or of none.
    All(bool),
    /// The results of these.
    Named(Vec<String>),
}

impl Stages {
    /// The value of the option: names, or a boolean.
    pub(crate) fn read(text: &str) -> Self {
        match (text, boolean(build_args::SBOM_SCAN_STAGE, text)) {
            ("", _) => Self::Lockfiles,
            (_, Ok(all)) => Self::All(all),
            (names, Err(_)) => Self::Named(split(names)),
        }
    }

    /// Whether the result of a part is scanned.
    pub(crate) fn has(&self, owner: &str) -> bool {
        match self {
            Self::Lockfiles => false,
            Self::All(all) => *all,
            Self::Named(names) => names.iter().any(|name| bare(name).eq_ignore_ascii_case(owner)),
        }
    }
}

/// A part of a file without the prefix that `--target` takes.
fn bare(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, bare)| bare)
}

/// The parts of a file that `BUILDKIT_SBOM_SCAN_STAGE` names.
pub(crate) fn named(text: &str) -> Vec<String> {
    let Stages::Named(names) = Stages::read(text) else { return Vec::new() };
    names.iter().map(|name| bare(name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_named_as_targets_or_without_their_prefix() {
        assert_eq!(Stages::read(""), Stages::Lockfiles);
        assert!(Stages::read("true").has("gen") && !Stages::read("0").has("gen"));
        let named = Stages::read("stage:Gen, go");
        assert!(named.has("gen") && named.has("go") && !named.has("other"));
    }
}
