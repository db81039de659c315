//! Files that macros of well-known crates look for at places of their own, though the code does not name them.

use super::package::Package;
use crate::paths::{in_folder, is_within, self_and_above};

/// A crate, and what its macros look for: in the package's folder and those above it, up to the workspace's.
const LOOKED_FOR: &[(&str, &[&str])] = &[
    // What `cargo sqlx prepare` leaves, also in the form of earlier releases.
    ("sqlx", &[".sqlx", "sqlx-data.json"]),
    ("diesel_migrations", &["migrations", "diesel.toml"]),
];

/// What macros of a package's dependencies look for above its folder.
pub(super) fn looked_for(package: &Package, folder: &str, root: &str) -> Vec<String> {
    let names: Vec<&str> = LOOKED_FOR
        .iter()
        .filter(|(name, _)| package.depends_on(name))
        .flat_map(|(_, files)| files.iter().copied())
        .collect();
    let above = self_and_above(folder).skip(1).filter(|above| is_within(root, above));
    above.flat_map(|above| names.iter().map(move |name| in_folder(above, name))).collect()
}
