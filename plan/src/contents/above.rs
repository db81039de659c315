//! Folders of a base that a layer must not bring anew: links, and folders with an owner or bits of their own.
//!
//! A layer that stands by itself has every folder above its files, as plain folders of root with mode 0755. Laid over a
//! base where `/bin` is a link to `usr/bin`, it puts a folder in the link's place, and `/bin/sh` is gone; laid over
//! `/home/nonroot`, it takes the home from its user. What goes to such places, and all that goes to a base of which
//! nothing is known, is written into the base, as `COPY` of a Dockerfile does. Everything else stays independent of the
//! base.

use super::base::{Base, Kind};
use super::{ancestors, is_inside};
use crate::{Layer, LayerItem};

/// Folders that are links in distributions: all to `/usr` since these merged the two, and those of the time before
/// `/run`.
const LINKS: &[&str] = &["/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/var/lock", "/var/run"];
/// Folders with bits of their own; `/home` itself has none, those in it have.
const OF_OTHERS: &[&str] = &["/home", "/root", "/run/lock", "/tmp", "/var/local", "/var/mail", "/var/tmp"];

impl Base {
    /// Whether a layer with something at a path would change folders that the base has.
    pub(crate) fn has_own_folders_at(&self, path: &str) -> bool {
        if self.kind == Kind::Scratch {
            return false;
        }
        let is_own = |folder: &str| LINKS.contains(&folder) || OF_OTHERS.contains(&folder);
        is_own(path) || ancestors(path).any(is_own)
    }

    /// Whether something of the image's own has to be written into the base rather than laid over it: in doubt, but for
    /// folders that a build fills anyway.
    pub(crate) fn takes_in(&self, path: &str, is_of_build: impl FnOnce() -> bool) -> bool {
        let is_known = self.is_plain() || matches!(self.kind, Kind::Scratch | Kind::Distroless(_) | Kind::RedHat);
        self.has_own_folders_at(path) || !is_known && !is_of_build()
    }
}

/// Folders below a path that a layer must not bring anew.
pub(crate) fn below(path: &str) -> impl Iterator<Item = &'static str> {
    let all = LINKS.iter().chain(OF_OTHERS).copied();
    all.filter(move |folder| *folder != path && is_inside(folder, path))
}

/// Takes out of layers what has to be written into the base; what is left of a layer stays.
pub(crate) fn take_out(layers: &mut Vec<Layer>, is_wanted: impl Fn(&LayerItem) -> bool) -> Vec<Layer> {
    let mut taken = Vec::new();
    for layer in layers.iter_mut() {
        let (out, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut layer.items).into_iter().partition(&is_wanted);
        layer.items = rest;
        if !out.is_empty() {
            taken.push(Layer { items: out, ..layer.clone() });
        }
    }
    layers.retain(|layer| !layer.items.is_empty());
    taken
}
