//! Caches of tools between runs that are safe to reuse.
//!
//! TypeScript's build info (`*.tsbuildinfo`) is excluded: with it, the compiler only writes changes, which is correct
//! next to its last output and wrong without.

use super::kit::{NodeSteps, in_step};
use super::sources::Scope;
use crate::presets::{Context, in_folder};
use crate::{Mount, Sharing};

/// Tools, by their packages, and their cache folders in a package.
const CACHES: &[(&[&str], &str)] = &[
    (&["next"], ".next/cache"),
    (&["@angular/cli", "@angular/build"], ".angular/cache"),
    (&["parcel"], ".parcel-cache"),
    (&["astro"], "node_modules/.astro"),
    (
        &["webpack", "react-scripts", "@vue/cli-service", "babel-loader", "gatsby", "@rspack/core", "@rsbuild/core"],
        "node_modules/.cache",
    ),
];

/// The cache mounts of a package's tools.
pub(super) fn mounts(cx: &Context<'_, '_>, kit: &NodeSteps<'_>, scope: &Scope<'_>) -> Vec<Mount> {
    let project = kit.project;
    let used = CACHES.iter().filter(|(tools, _)| tools.iter().any(|tool| scope.package.depends_on(tool)));
    used.map(|(_, place)| {
        let name = scope.package.name.as_deref().or(project.root_package.name.as_deref()).unwrap_or(cx.name);
        let place_of_project =
            if scope.folder.is_empty() { name.to_owned() } else { format!("{name}/{}", scope.folder) };
        let kind = format!("node{}", place.rsplit("node_modules").next().unwrap_or(place).replace(['/', '.'], "-"));
        let kind = kind.replace("--", "-");
        let id = cx.cache_id(&kind, &place_of_project, &cx.request().build_platform, &project.release.number);
        // Tools do not expect concurrent writers.
        Mount::cache(in_step(&in_folder(scope.folder, place)), id, Sharing::Locked)
    })
    .collect()
}
