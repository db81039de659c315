//! What is in a repository: the names of its files, and the texts of the few small ones that say what it ships.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use slipway_project::paths::{in_folder, is_within};
use slipway_project::{Files, FilesError};

/// The maximum number of folders to look into, of files to know, and of files to read.
const MOST_FOLDERS: usize = 2000;
const MOST_FILES: usize = 40_000;
const MOST_READ: usize = 1500;
/// The maximum number of concurrent queries.
const AT_ONCE: usize = 64;

/// Folders of tools, of tests, and of what builds leave behind.
const PASSED_OVER: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "testdata",
    "tests",
    "test",
    "e2e",
    "fixtures",
    "target",
    "dist",
    "venv",
    "env",
    "site-packages",
    "__pycache__",
    "__tests__",
    "bower_components",
    "hack",
    "benchmarks",
    "samples",
    "docs",
];

/// Names of files that are read.
const READ: &[&str] = &[
    "go.mod",
    "main.go",
    "package.json",
    "pnpm-workspace.yaml",
    "pyproject.toml",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    "Procfile",
    "requirements.txt",
    "app.py",
    "main.py",
    "server.py",
    "wsgi.py",
    "asgi.py",
];

/// The Compose files that tools find by themselves, in their order.
pub(crate) const COMPOSE: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The file with the variables of Compose files. It is only read if nothing ignores it, because it may have secrets.
pub(crate) const ENV: &str = ".env";

/// A repository.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Paths of its files.
    pub(crate) files: BTreeSet<String>,
    texts: BTreeMap<String, String>,
    /// What could not be looked at, in words.
    pub(crate) notes: Vec<String>,
}

impl Survey {
    /// Looks at a repository.
    ///
    /// # Errors
    /// The files cannot be read.
    pub(crate) async fn of(files: &dyn Files) -> Result<Self, FilesError> {
        let mut survey = Self::default();
        let mut level = vec![String::new()];
        let mut folders = 0;
        while !level.is_empty() {
            if folders + level.len() > MOST_FOLDERS || survey.files.len() > MOST_FILES {
                survey.notes.push(format!("Only the first {folders} folders were looked at."));
                break;
            }
            folders += level.len();
            let mut listed = stream::iter(&level).map(|folder| files.list(folder)).buffered(AT_ONCE);
            let mut next = Vec::new();
            let mut names = level.iter();
            while let (Some(listed), Some(folder)) = (listed.next().await, names.next()) {
                let entries = match listed {
                    Ok(entries) => entries.unwrap_or_default(),
                    Err(error) => {
                        survey.set_aside(error)?;
                        continue;
                    }
                };
                for entry in entries {
                    let path = in_folder(folder, &entry.name);
                    if !entry.is_folder {
                        survey.files.insert(path);
                    } else if !entry.name.starts_with(['.', '{']) && !PASSED_OVER.contains(&entry.name.as_str()) {
                        next.push(path);
                    }
                }
            }
            drop(listed);
            level = next;
        }
        survey.read(files).await?;
        Ok(survey)
    }

    /// Reads the files whose contents count.
    async fn read(&mut self, files: &dyn Files) -> Result<(), FilesError> {
        // The program of a Go module may be in any file next to its `go.mod`.
        let is_of_module =
            |path: &str| path.ends_with(".go") && self.files.contains(&in_folder(folder(path), "go.mod"));
        let is_read = |path: &&String| is_read(path) || is_of_module(path);
        let mut paths: Vec<String> = self.files.iter().filter(is_read).cloned().collect();
        paths.truncate(MOST_READ);
        self.read_all(files, &paths).await?;
        // Ignore files often exclude these, and Docker reads them even so. They are where the manifests are, and in the
        // folders of the root.
        let folders = self.files.iter().filter(|path| READ.contains(&name(path)) && !path.ends_with(".py"));
        let mut folders: BTreeSet<&str> = folders.map(|path| folder(path)).collect();
        let of_root = self.files.iter().filter_map(|path| path.split_once('/')).map(|(first, _)| first);
        folders.extend(["", "docker"].into_iter().chain(of_root));
        let folders = folders.iter().take(AT_ONCE);
        let hidden = folders.flat_map(|folder| ["Dockerfile", "dockerfile"].map(|name| in_folder(folder, name)));
        let hidden: Vec<_> = hidden.chain(COMPOSE.iter().map(|name| (*name).to_owned())).collect();
        self.define(files, &hidden).await
    }

    /// Reads files that describe a build, even if they are ignored.
    ///
    /// # Errors
    /// The files cannot be read.
    pub(crate) async fn define(&mut self, files: &dyn Files, paths: &[String]) -> Result<(), FilesError> {
        let unknown = |path: &&String| slipway_project::can_be(path) && !self.files.contains(*path);
        let hidden: Vec<_> = paths.iter().filter(unknown).collect();
        let mut found = stream::iter(&hidden).map(|path| files.definition(path)).buffered(AT_ONCE);
        let mut names = hidden.iter();
        while let (Some(text), Some(path)) = (found.next().await, names.next()) {
            text?.iter().for_each(|text| self.keep(path, text));
        }
        drop(found);
        let unread: Vec<_> = paths.iter().filter(|path| self.files.contains(*path)).cloned().collect();
        self.read_all(files, &unread).await
    }

    async fn read_all(&mut self, files: &dyn Files, paths: &[String]) -> Result<(), FilesError> {
        let paths: Vec<_> = paths.iter().filter(|path| !self.texts.contains_key(*path)).collect();
        let mut contents = stream::iter(&paths).map(|path| files.read(path)).buffered(AT_ONCE);
        let mut names = paths.iter();
        while let (Some(content), Some(path)) = (contents.next().await, names.next()) {
            match content {
                Ok(content) => content.iter().for_each(|text| self.keep(path, text)),
                Err(error) => self.set_aside(error)?,
            }
        }
        Ok(())
    }

    fn keep(&mut self, path: &str, text: &[u8]) {
        self.files.insert(path.to_owned());
        self.texts.insert(path.to_owned(), String::from_utf8_lossy(text).into_owned());
    }

    /// A file that cannot be read does not stop the others.
    fn set_aside(&mut self, error: FilesError) -> Result<(), FilesError> {
        if !error.is_about_file {
            return Err(error);
        }
        self.notes.push(format!("{}.", error.message));
        Ok(())
    }

    /// The text of a file that was read; empty for others.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// Whether a file exists.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// Whether a file is in a folder, or at the root, where it counts for all folders.
    pub(crate) fn has_for(&self, folder: &str, file: &str) -> bool {
        self.has(&in_folder(folder, file)) || self.has(file)
    }

    /// Whether a file or a folder exists.
    pub(crate) fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.below(path).next().is_some()
    }

    /// The files in a folder and below, or the file itself.
    pub(crate) fn below<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = &'s str> {
        let from = self.files.range(folder.to_owned()..).map(String::as_str);
        let within = from.take_while(move |path| path.starts_with(folder));
        within.filter(move |path| is_within(folder, path))
    }

    /// Files of one of some names, with their folders.
    pub(crate) fn named<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = (&'s str, &'s str)> {
        let paths = self.files.iter().map(String::as_str).filter(|path| names.contains(&name(path)));
        paths.map(|path| (folder(path), path))
    }

    /// The Dockerfiles.
    pub(crate) fn dockerfiles(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|path| is_dockerfile(name(path)))
    }
}

/// Whether a path is in a folder that is not looked into, or that a build makes.
pub(crate) fn is_passed_over(path: &str) -> bool {
    path.split('/').any(|part| PASSED_OVER.contains(&part) && !MADE.contains(&part))
}

/// Folders that builds make.
const MADE: &[&str] = &["dist", "target", "build", "out"];

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of a path.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_read(path: &str) -> bool {
    let name = name(path);
    // A program in Go is a folder below `cmd`, whatever its files are called.
    let is_command = name.ends_with(".go") && !name.ends_with("_test.go") && folder(folder(path)).ends_with("cmd");
    let is_script = name.ends_with(".sh") && path.matches('/').count() < 3;
    path == ENV || READ.contains(&name) || is_compose(name) || is_dockerfile(name) || is_command || is_script
}

/// Whether a file is one for Compose: the one that it reads by itself, or another one.
pub(crate) fn is_compose(name: &str) -> bool {
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    is_yaml && ["compose.", "docker-compose.", "docker-compose-"].iter().any(|start| name.starts_with(start))
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_own = ["dockerfile", "containerfile"]
        .iter()
        .any(|own| lower.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_'])));
    (is_own || lower.ends_with(".dockerfile")) && !lower.ends_with("ignore") && !lower.ends_with(".md")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_have_many_names() {
        for name in ["Dockerfile", "dockerfile", "Containerfile", "Dockerfile.api", "api.Dockerfile", "Dockerfile-web"]
        {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in ["Dockerfile.dockerignore", "Dockerfiles", "dockerfile.go.md", "Makefile", ".dockerignore"] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }

    #[test]
    fn a_folder_is_not_its_neighbor() {
        let survey = Survey { files: ["a-b/x", "a/y", "ab"].map(str::to_owned).into(), ..Survey::default() };
        assert_eq!(survey.below("a").collect::<Vec<_>>(), ["a/y"]);
        assert!(survey.exists("a") && survey.exists("ab") && !survey.exists("b"));
    }
}
