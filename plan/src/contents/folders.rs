//! Folders that the image's user writes to: volumes, an explicit working directory, and a home directory if the base
//! has none.
//!
//! They belong to the user; the files in them belong to root, so that a program cannot change itself.

use super::base::{Base, Kind};
use super::{Place, User, is_inside};
use crate::LayerItem;

/// The home directory of a user without one: the path of the distroless images for the same user.
const HOME: &str = "/home/nonroot";

/// System folders, which belong to root whatever an image sets.
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
/// World-writable folders, in every image with a base.
const OF_ALL: &[&str] = &["/tmp", "/var/tmp"];

/// Folders of an image's user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Folders {
    /// Folders that are created for it.
    pub(crate) made: Vec<String>,
    /// Its new home directory.
    pub(crate) home: Option<String>,
    /// Folders that it should be able to write to and cannot.
    pub(crate) unwritable: Vec<Place>,
}

impl Folders {
    /// The items of a layer.
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

/// Whether a base certainly has a folder whose bits must not change.
pub(crate) fn is_there(base: &Base, path: &str) -> bool {
    is_for_all(base, path) || base.is_distribution() && is_of_system(path)
}

/// The folders of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wanted {
    /// Its volumes.
    pub(crate) volumes: Vec<Place>,
    /// Its explicit working directory.
    pub(crate) workdir: Option<String>,
    /// Whether the build puts its program there, which then belongs to root with its folder.
    pub(crate) is_filled: bool,
    /// Whether the environment sets the home directory.
    pub(crate) has_home: bool,
}

/// The folders that an image's user needs.
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
    // A folder precedes those in it, so that each is created with its own owner.
    folders.made.sort();
    folders
}
