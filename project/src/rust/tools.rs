//! Files that macros of well-known crates look up at fixed paths, although the code does not name them.

use super::package::Package;
use crate::paths::{in_folder, is_within, self_and_above};

/// A crate, and the names that its macros look up: in the package's folder and those above it, up to the workspace's.
const LOOKED_FOR: &[(&str, &[&str])] = &[
    // The output of `cargo sqlx prepare`, also of earlier releases.
    ("sqlx", &[".sqlx", "sqlx-data.json"]),
    ("diesel_migrations", &["migrations", "diesel.toml"]),
];

/// Files above a package's folder that macros of its dependencies look up.
pub(super) fn looked_for(package: &Package, folder: &str, root: &str) -> Vec<String> {
    let names: Vec<&str> = LOOKED_FOR
        .iter()
        .filter(|(name, _)| package.depends_on(name))
        .flat_map(|(_, files)| files.iter().copied())
        .collect();
    let above = self_and_above(folder).skip(1).filter(|above| is_within(root, above));
    above.flat_map(|above| names.iter().map(move |name| in_folder(above, name))).collect()
}
