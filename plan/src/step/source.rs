//! Files from elsewhere.

use crate::Platform;

/// The location of files from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A git repository.
    Git(GitSource),
    /// A file from the web; the result contains only this file, named after the last part of its path.
    Http {
        /// Its URL.
        url: String,
        /// Its digest, as `sha256:…`.
        checksum: Option<String>,
    },
    /// A local folder of the client, by its name on the command line.
    Local {
        /// The name.
        name: String,
    },
    /// The result of another build, by its name.
    Input {
        /// The name.
        name: String,
    },
    /// The image of the frontend, whose program examines finished images.
    Frontend,
    /// The probe, from the image of the frontend: `/probes/linux-amd64` is a folder with the files that an image of
    /// this platform gets.
    Probe {
        /// The platform of the image.
        platform: Platform,
    },
}

/// A git repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct GitSource {
    /// Its URL.
    pub url: String,
    /// Branch, tag or commit; the remote's default branch if absent.
    pub reference: Option<String>,
    /// A folder in the repository.
    pub subdir: Option<String>,
    /// The commit, or a prefix of it.
    pub checksum: Option<String>,
    /// What differs from an ordinary checkout.
    pub options: Vec<GitOption>,
}

/// What differs from an ordinary checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GitOption {
    /// The files include `.git`.
    KeepGitFolder,
    /// Submodules are not fetched.
    SkipSubmodules,
    /// Files have the time of the commit.
    CommitTimes,
    /// The commit of the checksum is fetched, wherever the reference is by now.
    FetchByCommit,
}
