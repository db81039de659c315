//! Folders of a base that a layer must not create again: links, and folders with their own owner or bits.
//!
//! An independent layer contains every folder above its files, as plain folders of root with mode 0755. Over a base
//! where `/bin` is a link to `usr/bin`, it replaces the link with a folder, and `/bin/sh` is lost; over
//! `/home/nonroot`, it takes the home directory from its user. Files in such places, and all files on an unknown base,
//! are written into the base, like `COPY` in a Dockerfile. Everything else stays independent of the base.
//!
//! What steps of the file do is not known before they run. On a base that they have changed, everything below a folder is
//! written into the base, also the output of a build.

use super::base::{Base, Kind};
use super::destination::is_of_system;
use super::{ancestors, is_inside};
use crate::{Layer, LayerItem};

/// Folders that are links in distributions: links into `/usr`, and links into `/run`.
const LINKS: &[&str] = &["/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/var/lock", "/var/run"];
/// Folders with their own bits; `/home` itself has none, but the folders in it do.
const OF_OTHERS: &[&str] = &["/home", "/root", "/run/lock", "/tmp", "/var/local", "/var/mail", "/var/tmp"];

impl Base {
    /// Whether a layer with a file at a path would change folders of the base.
    pub(crate) fn has_own_folders_at(&self, path: &str) -> bool {
        if self.kind == Kind::Scratch {
            return false;
        }
        let is_own = |folder: &str| LINKS.contains(&folder) || OF_OTHERS.contains(&folder);
        is_own(path) || ancestors(path).any(is_own)
    }

    /// Whether the folder of a path may be a link in a base.
    pub(crate) fn may_link(path: &str) -> bool {
        ancestors(path).any(|folder| LINKS.contains(&folder))
    }

    /// Whether a file of the image has to be written into the base instead of an independent layer: in doubt, except
    /// for folders that a build fills anyway.
    pub(crate) fn takes_in(&self, path: &str, has_packages: bool, is_of_build: impl FnOnce() -> bool) -> bool {
        let may_be_new_link = || self.is_changed() || has_packages && may_be_of_packages(path);
        self.has_own_folders_at(path) || may_be_new_link() || !self.is_known() && !is_of_build()
    }

    /// Whether its folders are known.
    pub(crate) fn is_known(&self) -> bool {
        let is_known = self.is_plain() || matches!(self.kind, Kind::Scratch | Kind::Distroless(_) | Kind::RedHat);
        is_known && !self.is_changed()
    }
}

/// Whether a package may have made a folder of a path, perhaps as a link. Distributions leave the folders that are not
/// listed here to others.
fn may_be_of_packages(path: &str) -> bool {
    let is_theirs = ["/etc", "/usr", "/var"].iter().any(|folder| is_inside(path, folder));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    is_theirs && !is_inside(path, "/usr/local") && !is_of_system(folder)
}

/// Folders below a path that a layer must not create again.
pub(crate) fn below(path: &str) -> impl Iterator<Item = &'static str> {
    let all = LINKS.iter().chain(OF_OTHERS).copied();
    all.filter(move |folder| *folder != path && is_inside(folder, path))
}

/// Removes files that have to be written into the base from layers.
pub(crate) fn take_out(layers: &mut Vec<Layer>, mut is_wanted: impl FnMut(&LayerItem) -> bool) -> Vec<Layer> {
    let mut taken = Vec::new();
    for layer in layers.iter_mut() {
        let (out, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut layer.items).into_iter().partition(&mut is_wanted);
        layer.items = rest;
        if !out.is_empty() {
            taken.push(Layer { items: out, ..layer.clone() });
        }
    }
    layers.retain(|layer| !layer.items.is_empty());
    taken
}
