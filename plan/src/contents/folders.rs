//! Folders that the image's user writes to: volumes, a working directory of the spec's own, and a home where the base
//! has none.
//!
//! They belong to the user; the files that are in them belong to root as everywhere, so that a program cannot change
//! itself.

use super::base::{Base, Kind};
use super::{Place, User, is_inside};
use crate::LayerItem;

/// Where a user without a home gets one: the place that distroless images have for the same user.
const HOME: &str = "/home/nonroot";

/// Folders of the system, which belong to root whatever an image says.
const OF_SYSTEM: &[&str] = &[
    "/",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/lib",
];
/// Folders that everybody may write to, in every image that stands on something.
const OF_ALL: &[&str] = &["/tmp", "/var/tmp"];

/// Folders of an image's user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Folders {
    /// Those that are made for it.
    pub(crate) made: Vec<String>,
    /// The home that it is given.
    pub(crate) home: Option<String>,
    /// Those that it is meant to write to and cannot.
    pub(crate) unwritable: Vec<Place>,
}

impl Folders {
    /// They as the items of a layer.
    pub(crate) fn items(&self, owner: &str) -> Vec<LayerItem> {
        let folder =
            |path: &String| LayerItem::Folder { path: path.clone(), mode: 0o755, owner: Some(owner.to_owned()) };
        self.made.iter().map(folder).collect()
    }
}

fn is_of_system(path: &str) -> bool {
    OF_SYSTEM.contains(&path) || is_inside(path, "/proc") || is_inside(path, "/sys")
}

fn is_for_all(base: &Base, path: &str) -> bool {
    base.kind != Kind::Scratch && OF_ALL.contains(&path)
}

/// Whether a base certainly has a folder, with bits that are not ours to change.
pub(crate) fn is_there(base: &Base, path: &str) -> bool {
    is_for_all(base, path) || base.is_distribution() && is_of_system(path)
}

/// What an image asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wanted {
    /// Its own volumes.
    pub(crate) volumes: Vec<Place>,
    /// Its own working directory.
    pub(crate) workdir: Option<String>,
    /// Whether the build puts its program there, which then belongs to root with its folder.
    pub(crate) is_filled: bool,
    /// Whether the environment says where the home is.
    pub(crate) has_home: bool,
}

/// Which folders an image's user has to have.
pub(crate) fn of_user(base: &Base, user: &User, wanted: &Wanted) -> Folders {
    let mut folders = Folders::default();
    if user.is_root() {
        return folders;
    }
    for volume in &wanted.volumes {
        if is_of_system(&volume.path) {
            folders.unwritable.push(volume.clone());
        }
    }
    let workdir = wanted.workdir.as_ref().filter(|_| !wanted.is_filled);
    for path in wanted.volumes.iter().map(|volume| &volume.path).chain(workdir) {
        if !is_of_system(path) && !is_for_all(base, path) && !folders.made.contains(path) {
            folders.made.push(path.clone());
        }
    }
    if !wanted.has_home && user.uid().is_some_and(|uid| base.lacks_home_of(uid)) {
        folders.home = Some(HOME.to_owned());
        if !folders.made.iter().any(|made| made == HOME) {
            folders.made.push(HOME.to_owned());
        }
    }
    // A folder comes before those in it, so that each is made with its own owner.
    folders.made.sort();
    folders
}
