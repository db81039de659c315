//! The files that say how a project is built, and the contents of those that are read first.

use std::collections::BTreeMap;

use super::tool::Tool;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// The names of the script of a Gradle project.
pub(super) const SCRIPTS: [&str; 2] = ["build.gradle", "build.gradle.kts"];
/// The names of the settings file of a Gradle build.
pub(super) const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];
/// Files in the project's folder that name the Java release for all tools.
pub(super) const VERSION_FILES: [&str; 3] = [".java-version", ".sdkmanrc", ".tool-versions"];

/// The files of a wrapper: its script, and the properties that name the release it downloads.
pub(super) fn wrapper(tool: Tool) -> [&'static str; 2] {
    match tool {
        Tool::Maven => ["mvnw", ".mvn/wrapper/maven-wrapper.properties"],
        Tool::Gradle => ["gradlew", "gradle/wrapper/gradle-wrapper.properties"],
    }
}

/// The files that are read first, by their paths.
pub(super) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The contents of files; missing files are left out.
    pub(super) fn of(paths: Vec<String>, found: Vec<Option<Vec<u8>>>) -> Self {
        Self(paths.into_iter().zip(found).filter_map(|(path, file)| Some((path, text(file?)))).collect())
    }

    /// A file of a folder.
    pub(super) fn get(&self, folder: &str, name: &str) -> Option<&str> {
        self.0.get(&in_folder(folder, name)).map(String::as_str)
    }

    /// The first of some names that exists in a folder.
    pub(super) fn any(&self, folder: &str, names: [&str; 2]) -> Option<&str> {
        names.into_iter().find_map(|name| self.get(folder, name))
    }

    /// Also reads the files at the root of a project that are about its tools.
    pub(super) async fn read_root(&mut self, repository: &Repository<'_>, root: &str, tool: Tool) -> Result<(), Error> {
        let names = VERSION_FILES.into_iter().chain(SCRIPTS).chain(wrapper(tool));
        let paths: Vec<_> = names.map(|name| in_folder(root, name)).filter(|path| !self.0.contains_key(path)).collect();
        let found = repository.read_all(&paths).await?;
        self.0.extend(paths.into_iter().zip(found).filter_map(|(path, file)| Some((path, text(file?)))));
        Ok(())
    }

    /// The files of a folder that name the Java release for all tools: their paths and contents.
    pub(super) fn versions(&self, folder: &str) -> Vec<(String, String)> {
        let found = |name: &str| Some((in_folder(folder, name), self.get(folder, name)?.to_owned()));
        VERSION_FILES.into_iter().filter_map(found).collect()
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
