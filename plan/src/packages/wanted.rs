//! The packages of a build or an image, and the files and repositories that they come from.

use slipway_spec::model::{Package, PackageRepository};
use slipway_spec::{Diagnostic, Map, Span, Template};

use super::names::{check_name, check_version};
use crate::contents::Manager;
use crate::draft::Draft;
use crate::named_paths::Use;
use crate::shell::{Text, word};
use crate::step::StepPath;
use crate::{Mount, MountKind, PlanError};

/// The folder of package files in a step.
const FILES: &str = "/run/slipway/packages";
/// The folder of the keys of repositories in a step.
const KEYS: &str = "/run/slipway/keys";

/// Packages to install.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packages {
    /// Names, optionally with versions, without duplicates.
    pub(crate) names: Vec<String>,
    files: Vec<File>,
    repositories: Vec<Repository>,
}

/// A file, as a mount.
#[derive(Debug, Clone)]
struct File {
    target: String,
    place: StepPath,
}

/// A repository that the base does not have.
#[derive(Debug, Clone)]
struct Repository {
    name: String,
    url: String,
    suite: String,
    components: String,
    key: File,
}

impl From<Vec<String>> for Packages {
    fn from(names: Vec<String>) -> Self {
        Self { names, ..Self::default() }
    }
}

impl Packages {
    /// The packages of lists in the spec, for a package manager. A later repository replaces an earlier one of the same
    /// name.
    ///
    /// # Errors
    /// A name, file or repository that the manager does not support, or an invalid address.
    pub(crate) fn of<'s>(
        draft: &mut Draft<'_>,
        manager: Manager,
        packages: impl IntoIterator<Item = &'s Package>,
        repositories: impl IntoIterator<Item = &'s Map<PackageRepository>>,
    ) -> Result<Self, PlanError> {
        let mut found = Self::default();
        for package in packages {
            match package {
                Package::Name(template) => {
                    let name = draft.eval(template)?;
                    check_name(&name, template.span)?;
                    check_version(manager, &name, template.span)?;
                    if !found.names.contains(&name) {
                        found.names.push(name);
                    }
                }
                Package::File(address) => {
                    let place = draft.address(address, Use::Package)?;
                    let target = format!("{FILES}/{}/{}", found.files.len(), base_name(&place.path));
                    check_file(manager, &place.path, address.path.span)?;
                    found.files.push(File { target, place });
                }
            }
        }
        for (name, repository) in repositories.into_iter().flat_map(Map::iter) {
            let repository = Repository::of(draft, manager, &name.value, repository)?;
            found.repositories.retain(|other| other.name != repository.name);
            found.repositories.push(repository);
        }
        Ok(found)
    }

    /// Other packages from the same repositories.
    pub(crate) fn with_names(&self, names: Vec<String>) -> Self {
        Self { names, files: Vec::new(), repositories: self.repositories.clone() }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.files.is_empty()
    }

    /// The names, and the names of files.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str).chain(self.files.iter().map(|file| base_name(&file.target)))
    }

    /// Mounts of the files and keys.
    pub(super) fn mounts(&self) -> impl Iterator<Item = Mount> {
        let files = self.files.iter().chain(self.repositories.iter().map(|repository| &repository.key));
        files.map(|File { target, place }| {
            let kind = MountKind::ReadOnly { from: place.step, path: place.path.clone() };
            Mount { target: target.clone(), kind }
        })
    }

    /// Whether packages come from elsewhere than the repositories of the base.
    pub(super) fn has_repositories(&self) -> bool {
        !self.repositories.is_empty()
    }

    /// Shell lines that add the repositories, for a script that defines `repository`.
    pub(super) fn repository_lines(&self) -> Text {
        let line = |repository: &Repository| {
            let Repository { name, url, suite, components, key } = repository;
            let words = [name, &key.target, url, suite, components].map(|text| word(text));
            words.into_iter().fold(Text::from("repository"), |line, word| line + " " + word) + "\n"
        };
        self.repositories.iter().map(line).collect()
    }

    /// The files as words of a shell, each after a space; empty if there are none.
    pub(super) fn file_words(&self) -> Text {
        self.files.iter().map(|file| Text::from(" ") + word(&file.target)).collect()
    }
}

impl Repository {
    fn of(draft: &mut Draft<'_>, manager: Manager, name: &str, written: &PackageRepository) -> Result<Self, PlanError> {
        if let (Manager::Apk | Manager::Dnf | Manager::Microdnf, Some(own)) = (manager, of_apt(written)) {
            let manager = manager.name();
            let message = format!("suites and components are for apt, but the base has {manager}");
            let help = format!("delete the key; a repository of {manager} is only its `url`");
            return Err(Diagnostic::error(own.span, message).with_help(help).into());
        }
        let url = one_word(draft, &written.url)?;
        let suite = written.suite.as_ref().map(|suite| one_word(draft, suite)).transpose()?.unwrap_or_default();
        let mut components =
            written.components.iter().map(|word| one_word(draft, word)).collect::<Result<Vec<_>, _>>()?;
        if suite.ends_with('/') {
            if let Some(first) = written.components.first() {
                let message = format!("the suite `{suite}` is a folder, which has no components");
                let help = "delete `components`, or name a suite that does not end in `/`";
                return Err(Diagnostic::error(first.span, message).with_help(help).into());
            }
        } else if components.is_empty() {
            components.push("main".to_owned());
        }
        let place = draft.address(&written.key, Use::Package)?;
        let target = format!("{KEYS}/{name}/{}", base_name(&place.path));
        let key = File { target, place };
        Ok(Self { name: name.to_owned(), url, suite, components: components.join(" "), key })
    }
}

/// What only apt supports.
fn of_apt(repository: &PackageRepository) -> Option<&Template> {
    repository.suite.as_ref().or_else(|| repository.components.first())
}

/// A text that goes into a list of repositories, which has one word in its place.
fn one_word(draft: &mut Draft<'_>, template: &Template) -> Result<String, Diagnostic> {
    let text = draft.eval(template)?;
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let message = format!("`{}` is not one word", text.escape_debug());
        return Err(Diagnostic::error(template.span, message).with_help("write it without spaces and line breaks"));
    }
    Ok(text)
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Reports a file that is not a package of a manager.
fn check_file(manager: Manager, path: &str, span: Span) -> Result<(), Diagnostic> {
    let ends = manager.files();
    if ends.iter().any(|end| path.ends_with(end)) {
        return Ok(());
    }
    let is_other = Manager::Unknown.files().iter().any(|end| path.ends_with(end));
    let message = match (manager, is_other) {
        (Manager::Unknown | Manager::None, _) | (_, false) => format!("`{}` is not a package", base_name(path)),
        (manager, true) => format!("`{}` is not a package for {}, which the base has", base_name(path), manager.name()),
    };
    let ends: Vec<_> = ends.iter().map(|end| format!("`{end}`")).collect();
    Err(Diagnostic::error(span, message).with_help(format!("name a file that ends in {}", ends.join(" or "))))
}
