//! Folders of an image: those of `folders`, and those that its user writes to: volumes, an explicit working directory,
//! and a home directory if the base has none.
//!
//! They belong to the user, unless `folders` has another owner; the files in them belong to root, so that a program
//! cannot change itself.

use slipway_spec::Span;

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

/// The permission bits of a folder without other ones in the spec.
const MODE: u32 = 0o755;

/// Folders of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Folders {
    /// Folders that are created, by path.
    pub(crate) made: Vec<MadeFolder>,
    /// The home directory to set in the environment, because no list of users has it.
    pub(crate) home: Option<String>,
    /// Folders that its user should be able to write to and cannot.
    pub(crate) unwritable: Vec<Place>,
}

/// A folder that is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeFolder {
    /// Its path.
    pub(crate) path: String,
    /// Permission bits.
    pub(crate) mode: u32,
    /// User and group; the user of the image if absent.
    pub(crate) owner: Option<String>,
    /// Whether it is the home directory of a user that the base does not have.
    pub(crate) is_home: bool,
}

impl Folders {
    /// Whether a path is created.
    pub(crate) fn makes(&self, path: &str) -> bool {
        self.made.iter().any(|made| made.path == path)
    }

    /// Whether a path is a home directory that the base does not have.
    pub(crate) fn is_new_home(&self, path: &str) -> bool {
        self.made.iter().any(|made| made.is_home && made.path == path)
    }

    /// Keeps only folders whose owner is in the spec, because the user is unknown.
    pub(crate) fn without_user(&mut self) {
        self.made.retain(|made| made.owner.is_some());
        self.home = None;
    }

    /// The items of a layer.
    pub(crate) fn items(&self, user: &str) -> Vec<LayerItem> {
        let folder = |made: &MadeFolder| LayerItem::Folder {
            path: made.path.clone(),
            mode: made.mode,
            owner: Some(made.owner.as_deref().unwrap_or(user).to_owned()),
        };
        self.made.iter().map(folder).collect()
    }

    /// Their line in the history.
    pub(crate) fn history(&self, user: &str) -> String {
        let mut line = "MKDIR".to_owned();
        let mut before = None;
        for made in &self.made {
            let owner = made.owner.as_deref().unwrap_or(user);
            if before != Some((owner, made.mode)) {
                line += &format!(" --chown={owner}");
                if made.mode != MODE {
                    line += &format!(" --chmod={:04o}", made.mode);
                } else if before.is_some_and(|(_, mode)| mode != MODE) {
                    line += &format!(" --chmod={MODE:04o}");
                }
                before = Some((owner, made.mode));
            }
            line += &format!(" {}", made.path);
        }
        line
    }
}

fn is_of_system(path: &str) -> bool {
    OF_SYSTEM.contains(&path) || is_inside(path, "/proc") || is_inside(path, "/sys")
}

fn is_for_all(base: &Base, path: &str) -> bool {
    match base.kind {
        Kind::Scratch => base.is_furnished() && path == "/tmp",
        _ => OF_ALL.contains(&path),
    }
}

/// Whether a path is one where the engine that runs a container mounts its own folders.
pub(crate) fn is_for_engine(path: &str) -> bool {
    ["/dev", "/proc", "/sys"].into_iter().any(|folder| is_inside(path, folder))
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
    /// Its entries of `folders`.
    pub(crate) own: Vec<OwnFolder>,
    /// The home directory of its user.
    pub(crate) home: Home,
}

/// An entry of `folders`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnFolder {
    /// Its path.
    pub(crate) place: Place,
    /// Permission bits.
    pub(crate) mode: Option<u32>,
    /// User and group.
    pub(crate) owner: Option<String>,
    /// Their location in the spec.
    pub(crate) owner_span: Span,
}

/// The home directory of an image's user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Home {
    /// The base has it, or it is unknown.
    #[default]
    OfBase,
    /// It is created.
    New {
        /// Its path.
        path: String,
        /// Whether the environment has to name it.
        in_env: bool,
    },
    /// The base has it, and its environment names another one.
    InEnv(String),
}

impl Home {
    /// That of a user in no list.
    pub(crate) fn unlisted() -> Self {
        Self::New { path: HOME.to_owned(), in_env: true }
    }
}

/// The folders that an image needs.
pub(crate) fn of_user(base: &Base, user: &User, wanted: &Wanted) -> Folders {
    let mut folders = Folders::default();
    let owner = user.is_root().then(|| "0:0".to_owned());
    for OwnFolder { place, mode, owner: own, .. } in &wanted.own {
        let (path, mode) = (place.path.clone(), mode.unwrap_or(MODE));
        folders.made.push(MadeFolder { path, mode, owner: own.clone().or(owner.clone()), is_home: false });
    }
    if !user.is_root() {
        let mut make = |path: &str, is_home| match folders.made.iter_mut().find(|made| made.path == path) {
            Some(made) => made.is_home |= is_home,
            None => folders.made.push(MadeFolder { path: path.to_owned(), mode: MODE, owner: None, is_home }),
        };
        let workdir = wanted.workdir.as_ref().filter(|_| !wanted.is_filled);
        for path in wanted.volumes.iter().map(|volume| &volume.path).chain(workdir) {
            if !is_of_system(path) && !is_for_all(base, path) {
                make(path, false);
            }
        }
        if let Home::New { path, .. } = &wanted.home
            && !is_of_system(path)
            && !OF_ALL.contains(&path.as_str())
        {
            make(path, true);
        }
        let is_lost = |volume: &&Place| is_of_system(&volume.path) && !folders.makes(&volume.path);
        folders.unwritable = wanted.volumes.iter().filter(is_lost).cloned().collect();
        folders.home = match &wanted.home {
            Home::New { path, in_env: true } | Home::InEnv(path) => Some(path.clone()),
            Home::New { .. } | Home::OfBase => None,
        };
    }
    // A folder precedes those in it, so that each is created with its own owner.
    folders.made.sort_by(|one, other| one.path.cmp(&other.path));
    folders
}
