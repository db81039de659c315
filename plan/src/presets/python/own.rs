//! What images and checks get of the project itself in addition to its files.

use slipway_project::python::OwnPackage;

use crate::shell::script;
use crate::{LayerItem, Mount};

/// Keeps what the build of a project creates in addition to its files.
pub(super) const BESIDE: &str = script(include_str!("programs/beside.py"));

/// The files of an image.
pub(super) fn items(own: &OwnPackage, venv: &str, minor: &str) -> Vec<LayerItem> {
    let item = |(path, content): &(String, String)| LayerItem::Text {
        path: format!("{}/{path}", packages(venv, minor)),
        content: content.clone(),
        mode: 0o644,
        owner: None,
    };
    own.texts().iter().map(item).collect()
}

/// The same files in a folder of a step.
pub(super) fn mounts(own: &OwnPackage, place: &str, minor: &str) -> Vec<Mount> {
    let mount = |(path, text): &(String, String)| Mount::text(format!("{}/{path}", packages(place, minor)), text);
    own.texts().iter().map(mount).collect()
}

/// The folder of installed packages in an environment.
pub(super) fn packages(venv: &str, minor: &str) -> String {
    format!("{venv}/lib/python{minor}/site-packages")
}
