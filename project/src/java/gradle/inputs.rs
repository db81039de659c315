//! The input files of a project of a Gradle build.

use std::collections::BTreeSet;

use slipway_diagnostic::join_path;

use super::build::GradleBuild;
use super::script::Token;
use super::words::without_root;
use crate::java::files::SCRIPTS;
use crate::java::inputs::{Inputs, Noise};
use crate::java::place::inside;
use crate::paths::in_folder;

impl GradleBuild {
    /// The files that a project's build requires; and, if these are all files, the reason.
    pub(super) fn inputs(&self, start: &str) -> (Inputs, Option<&'static str>) {
        let root = &self.folder;
        let mut inputs = Inputs::default();
        let always = [
            "settings.gradle",
            "settings.gradle.kts",
            "build.gradle",
            "build.gradle.kts",
            "gradle.properties",
            "gradle",
            "gradlew",
            "buildSrc",
            "buildscript-gradle.lockfile",
            "settings-gradle.lockfile",
            "gradle.lockfile",
            "lombok.config",
        ];
        inputs.manifests.extend(always[..11].iter().map(|name| in_folder(root, name)));
        inputs.manifests.extend(self.included.iter().cloned());
        inputs.manifests.extend(self.named.iter().cloned());
        inputs.include.extend(self.named.iter().cloned());
        if self.opaque.is_some() {
            let names = [
                "**/build.gradle",
                "**/build.gradle.kts",
                "**/*.gradle",
                "**/*.gradle.kts",
                "**/gradle.properties",
                "**/*.lockfile",
                "**/*.versions.toml",
            ];
            inputs.manifests.extend(names.map(|name| in_folder(root, name)));
        }
        for place in self.projects.values() {
            let names = ["*.gradle", "*.gradle.kts", "gradle.properties", "*.lockfile", "gradle/dependency-locks"];
            inputs.manifests.extend(names.map(|name| in_folder(place, name)));
        }
        for inner in ["build", ".gradle"] {
            let builds = self.included.iter().cloned().chain([in_folder(root, "buildSrc")]);
            inputs.exclude.extend(builds.map(|place| in_folder(&place, inner)));
        }
        let noise = Noise { output: "build", tests: false, documents: false };
        if self.opaque.is_some() || start.is_empty() {
            inputs.add_module(root, &noise);
            // A package may be named `build`.
            let results = ["build/libs", "build/classes", "build/tmp", "build/resources", ".gradle", "src/test"];
            inputs.exclude.extend(results.map(|name| in_folder(root, &format!("**/{name}"))));
            return (inputs, self.opaque);
        }
        inputs.include.extend(always.iter().map(|name| in_folder(root, name)));
        inputs.include.extend(self.included.iter().cloned());
        let closure = self.closure(start);
        let folders: BTreeSet<&str> = closure
            .iter()
            .filter(|path| !path.is_empty())
            .filter_map(|path| self.projects.get(*path))
            .map(String::as_str)
            .collect();
        for folder in &folders {
            inputs.add_module(folder, &noise);
        }
        for (path, place) in
            self.projects.iter().filter(|(path, _)| !path.is_empty() && !closure.contains(path.as_str()))
        {
            let is_inside = folders.iter().any(|folder| inside(folder, place).is_some());
            let holds = folders.iter().any(|folder| inside(place, folder).is_some());
            if is_inside && !holds {
                inputs.exclude.push(place.clone());
            }
            // A project between the root and these may have a script.
            if holds {
                inputs.include.extend(SCRIPTS.map(|name| in_folder(place, name)));
            } else if let Some(place) = inside(root, place).filter(|_| !path.is_empty()) {
                inputs.absent.push(place.to_owned());
            }
        }
        // Scripts that are applied by path.
        let all: BTreeSet<&str> = self.projects.values().map(String::as_str).collect();
        let applied = self.shared.iter().chain(closure.iter().filter_map(|path| self.scripts.get(*path)).flatten());
        for text in applied.filter_map(Token::text) {
            let text = without_root(text);
            if text.contains('/') && text.len() < 256 && !text.contains(['$', '*', ' ']) && !text.contains("://") {
                let bases = folders.iter().copied().chain([root.as_str()]);
                let places = bases.filter_map(|base| join_path(base, text));
                // Not whole projects: these are dependencies or not needed.
                let covers = |place: &String| place.is_empty() || is_above(&all, place);
                inputs.include.extend(
                    places.filter(|place| {
                        !covers(place) && !folders.iter().any(|folder| inside(folder, place).is_some())
                    }),
                );
            }
        }
        (inputs, None)
    }
}

/// Whether one of some folders equals a folder or is inside it.
fn is_above(folders: &BTreeSet<&str>, place: &str) -> bool {
    folders.range(place..).take(1).any(|known| *known == place)
        || folders.range(format!("{place}/").as_str()..).take(1).any(|known| inside(place, known).is_some())
}
