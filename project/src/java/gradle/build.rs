//! The projects of a Gradle build, and the files that their scripts name.
//!
//! Scripts are programs. They are not interpreted but searched: string literals and a few keywords decide. If that is
//! not enough, all files of the build are inputs.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::script::{Token, tokens};
use super::words::{accessor, texts_after, without_root};
use crate::java::files::{SCRIPTS, SETTINGS};
use crate::java::place::inside;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// A Gradle build.
pub(super) struct GradleBuild {
    /// The folder of the root.
    pub(super) folder: String,
    /// Folders in the context by the path of the project, for example `:libs:common`.
    pub(super) projects: BTreeMap<String, String>,
    /// Projects by their names in type-safe accessors of Kotlin and Groovy.
    pub(super) accessors: BTreeMap<String, Vec<String>>,
    /// Files that the settings name, and scripts of included builds, as patterns of the context.
    pub(super) named: BTreeSet<String>,
    /// What a project's script names.
    pub(super) scripts: BTreeMap<String, Vec<Token>>,
    /// What scripts name that apply to every project.
    pub(super) shared: Vec<Token>,
    /// Included builds, whose plugins or libraries this build uses.
    pub(super) included: BTreeSet<String>,
    /// Why the projects cannot be told apart.
    pub(super) opaque: Option<&'static str>,
}

impl GradleBuild {
    /// Reads the settings, and the scripts of the projects that they include.
    pub(super) async fn read(
        repository: &Repository<'_>,
        folder: &str,
        settings: Option<&str>,
        span: Span,
    ) -> Result<Self, Error> {
        let tokens_of_settings = settings.map(tokens).unwrap_or_default();
        let mut build = Self {
            folder: folder.to_owned(),
            projects: BTreeMap::from([(String::new(), folder.to_owned())]),
            accessors: BTreeMap::new(),
            named: BTreeSet::new(),
            scripts: BTreeMap::new(),
            shared: Vec::new(),
            included: BTreeSet::new(),
            opaque: None,
        };
        build.read_settings(&tokens_of_settings, span)?;
        for path in build.projects.keys() {
            build.accessors.entry(accessor(path)).or_default().push(path.clone());
        }
        build.name_files(&tokens_of_settings, folder);
        // Scripts in these folders are plugins for any project.
        let mut shared = Vec::new();
        let logic: Vec<String> = ["gradle", "buildSrc/src/main/groovy", "buildSrc/src/main/kotlin"]
            .iter()
            .map(|name| in_folder(folder, name))
            .chain(
                build.included.iter().flat_map(|one| ["groovy", "kotlin"].map(|kind| format!("{one}/src/main/{kind}"))),
            )
            .collect();
        for (at, entries) in logic.iter().zip(repository.list_all(&logic).await?) {
            let scripts = entries.into_iter().flatten().filter(|entry| !entry.is_folder);
            let scripts =
                scripts.filter(|entry| entry.name.ends_with(".gradle") || entry.name.ends_with(".gradle.kts"));
            shared.extend(scripts.map(|entry| in_folder(at, &entry.name)));
        }
        // Included builds have their own settings and scripts, which name files next to them.
        let inner: Vec<String> = build.included.iter().cloned().chain([in_folder(folder, "buildSrc")]).collect();
        let paths: Vec<(usize, String)> = inner
            .iter()
            .enumerate()
            .flat_map(|(index, one)| SETTINGS.into_iter().chain(SCRIPTS).map(move |name| (index, in_folder(one, name))))
            .collect();
        let names: Vec<String> = paths.iter().map(|(_, path)| path.clone()).collect();
        for ((index, _), file) in paths.iter().zip(repository.read_all(&names).await?) {
            if let (Some(bytes), Some(one)) = (file, inner.get(*index)) {
                build.name_files(&tokens(&String::from_utf8_lossy(&bytes)), one);
            }
        }
        let projects: Vec<(String, String)> = build.projects.clone().into_iter().collect();
        let own = projects.iter().flat_map(|(_, folder)| SCRIPTS.map(|name| in_folder(folder, name)));
        let paths: Vec<String> = own.chain(shared).collect();
        let mut texts = repository
            .read_all(&paths)
            .await?
            .into_iter()
            .map(|file| file.map(|bytes| tokens(&String::from_utf8_lossy(&bytes))));
        for (project, _) in projects {
            let (groovy, kotlin) = (texts.next().flatten(), texts.next().flatten());
            if let Some(found) = groovy.or(kotlin) {
                build.scripts.insert(project, found);
            }
        }
        build.shared = texts.flatten().flatten().collect();
        for (path, script) in &build.scripts.clone() {
            if let Some(place) = build.projects.get(path).cloned() {
                build.name_files(script, &place);
            }
        }
        build.name_files(&build.shared.clone(), folder);
        if let Some(root) = build.scripts.get("") {
            // `subprojects { … }` in the root applies to all projects.
            build.shared.extend(root.iter().cloned());
        }
        Ok(build)
    }

    fn read_settings(&mut self, settings: &[Token], span: Span) -> Result<(), Diagnostic> {
        let outside = |path: &str| {
            Diagnostic::error(span, format!("Gradle's settings name `{path}`, which is outside the context"))
                .with_help("build from a folder that contains both, and set `source:` to the project's folder")
        };
        let mut last_text = None;
        for (at, token) in settings.iter().enumerate() {
            let Token::Word(word) = token else {
                last_text = token.text().or(last_text);
                continue;
            };
            let texts = || texts_after(settings, at + 1);
            match word.as_str() {
                "include" if texts().next().is_none() => {
                    self.opaque = Some("its settings compute the included projects");
                }
                "include" => {
                    for text in texts() {
                        if text.contains(['$', '*']) {
                            self.opaque = Some("its settings compute the included projects");
                            continue;
                        }
                        // Projects between the root and this one exist as well.
                        let mut path = String::new();
                        for part in text.split([':', '/']).filter(|part| !part.is_empty()) {
                            path = format!("{path}:{part}");
                            let place = path.replace(':', "/");
                            let place =
                                join_path(&self.folder, place.trim_start_matches('/')).ok_or_else(|| outside(text))?;
                            self.projects.entry(path.clone()).or_insert(place);
                        }
                    }
                }
                "includeFlat" => self.opaque = Some("it includes projects outside its folder"),
                "includeBuild" => {
                    for text in texts().take(1).filter(|text| !text.contains('$')) {
                        self.included.insert(join_path(&self.folder, text).ok_or_else(|| outside(text))?);
                    }
                }
                // `project(":a").projectDir = file("b")`
                "projectDir" => match (last_text, texts().next()) {
                    (Some(project), Some(text)) if project.starts_with(':') && !text.contains('$') => {
                        let place = join_path(&self.folder, text).ok_or_else(|| outside(text))?;
                        self.projects.insert(project.to_owned(), place);
                    }
                    _ => self.opaque = Some("its settings compute project folders"),
                },
                "buildFileName" => self.opaque = Some("its settings rename build scripts"),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Extensions of files that Gradle itself reads: scripts, catalogs, locks, and settings.
const READ_BY_GRADLE: &[&str] = &[".gradle", ".gradle.kts", ".toml", ".lockfile", ".properties"];
/// Keywords before a folder of artifacts.
const ARTIFACTS: &[&str] = &["dirs", "flatDir", "url", "uri", "setUrl", "artifactUrls"];

impl GradleBuild {
    /// Adds files that a script names and that Gradle reads before it resolves dependencies: other scripts, catalogs,
    /// and repositories in folders.
    fn name_files(&mut self, script: &[Token], folder: &str) {
        let mut words = [""; 2];
        let mut found = Vec::new();
        for token in script {
            match token {
                Token::Word(word) => words = [words[1], word.as_str()],
                Token::Text(text) => {
                    let is_read = READ_BY_GRADLE.iter().any(|end| text.ends_with(end));
                    let is_folder = words.iter().any(|word| ARTIFACTS.contains(word)) && !text.starts_with(':');
                    let path = without_root(text.strip_prefix("file:").unwrap_or(text));
                    let is_path = !path.is_empty() && !path.contains(['$', '*', ' ', '\\']) && !path.contains("://");
                    if (is_read || is_folder) && is_path && path.len() < 256 && !path.starts_with('/') {
                        found.push(path.to_owned());
                    }
                }
                Token::Mark(_) => {}
            }
        }
        let root = self.folder.clone();
        for base in [folder, root.as_str()] {
            let places = found.iter().filter_map(|path| join_path(base, path));
            // Not whole projects: their sources are added separately.
            let places = places.filter(|place| {
                !place.is_empty() && !self.projects.values().any(|known| inside(place, known).is_some())
            });
            self.named.extend(places.collect::<Vec<_>>());
        }
    }
}
