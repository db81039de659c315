//! The projects of a Gradle build, which of them one needs, and the files of these.
//!
//! Scripts are programs, so they are not understood but looked through: texts in quotes and a few words decide. What
//! cannot be told so is taken as a whole.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::Diagnostic;

use super::groovy::{Token, tokens};
use super::inputs::{Inputs, Noise};
use super::manifests::{SCRIPTS, SETTINGS};
use super::maven::inside;
use crate::PlanError;
use crate::presets::{Context, in_folder, join_path};

/// A Gradle build.
pub(super) struct GradleBuild {
    /// The folder of the root.
    pub(super) folder: String,
    /// Folders in the context by the path of the project, such as `:libs:common`.
    projects: BTreeMap<String, String>,
    /// Projects by what Kotlin's and Groovy's accessors call them.
    accessors: BTreeMap<String, Vec<String>>,
    /// Files that the settings name, and scripts of builds inside of this one, as patterns of the context.
    named: BTreeSet<String>,
    /// What the script of a project names.
    scripts: BTreeMap<String, Vec<Token>>,
    /// What scripts that count for every project name.
    shared: Vec<Token>,
    /// Builds of their own inside of this one, whose plugins or libraries it uses.
    included: BTreeSet<String>,
    /// Why projects cannot be told from each other.
    opaque: Option<&'static str>,
}

impl GradleBuild {
    /// Reads the settings, and the scripts of the projects that they name.
    pub(super) async fn read(cx: &Context<'_>, folder: &str, settings: Option<&str>) -> Result<Self, PlanError> {
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
        build.read_settings(cx, &tokens_of_settings)?;
        for path in build.projects.keys() {
            build.accessors.entry(accessor(path)).or_default().push(path.clone());
        }
        build.name_files(&tokens_of_settings, folder);
        // Scripts in these folders are plugins of any project.
        let mut shared = Vec::new();
        let logic: Vec<String> = ["gradle", "buildSrc/src/main/groovy", "buildSrc/src/main/kotlin"]
            .iter()
            .map(|name| in_folder(folder, name))
            .chain(
                build.included.iter().flat_map(|one| ["groovy", "kotlin"].map(|kind| format!("{one}/src/main/{kind}"))),
            )
            .collect();
        for (at, entries) in logic.iter().zip(cx.project().list_all(&logic).await?) {
            let scripts = entries.into_iter().flatten().filter(|entry| !entry.is_folder);
            let scripts =
                scripts.filter(|entry| entry.name.ends_with(".gradle") || entry.name.ends_with(".gradle.kts"));
            shared.extend(scripts.map(|entry| in_folder(at, &entry.name)));
        }
        // Builds inside of this one have settings and scripts of their own, which name files beside them.
        let inner: Vec<String> = build.included.iter().cloned().chain([in_folder(folder, "buildSrc")]).collect();
        let paths: Vec<(usize, String)> = inner
            .iter()
            .enumerate()
            .flat_map(|(index, one)| SETTINGS.into_iter().chain(SCRIPTS).map(move |name| (index, in_folder(one, name))))
            .collect();
        let names: Vec<String> = paths.iter().map(|(_, path)| path.clone()).collect();
        for ((index, _), file) in paths.iter().zip(cx.project().read_all(&names).await?) {
            if let (Some(bytes), Some(one)) = (file, inner.get(*index)) {
                build.name_files(&tokens(&String::from_utf8_lossy(&bytes)), one);
            }
        }
        let projects: Vec<(String, String)> = build.projects.clone().into_iter().collect();
        let own = projects.iter().flat_map(|(_, folder)| SCRIPTS.map(|name| in_folder(folder, name)));
        let paths: Vec<String> = own.chain(shared).collect();
        let mut texts = cx
            .project()
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
            // `subprojects { … }` of the root counts for all.
            build.shared.extend(root.iter().cloned());
        }
        Ok(build)
    }

    fn read_settings(&mut self, cx: &Context<'_>, settings: &[Token]) -> Result<(), Diagnostic> {
        let outside = |path: &str| {
            Diagnostic::error(
                cx.span(),
                format!("the settings of Gradle name `{path}`, which is outside of the context"),
            )
            .with_help("build from a folder that holds both, and name the project's folder with `source`")
        };
        let mut last_text = None;
        for (at, token) in settings.iter().enumerate() {
            let Token::Word(word) = token else {
                last_text = token.text().or(last_text);
                continue;
            };
            let texts = || texts_after(settings, at + 1);
            match word.as_str() {
                "include" if texts().next().is_none() => self.opaque = Some("its settings compute what they include"),
                "include" => {
                    for text in texts() {
                        if text.contains(['$', '*']) {
                            self.opaque = Some("its settings compute what they include");
                            continue;
                        }
                        // Projects between the root and this one are there, too.
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
                "includeFlat" => self.opaque = Some("it includes projects from beside its folder"),
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
                    _ => self.opaque = Some("its settings compute where projects are"),
                },
                "buildFileName" => self.opaque = Some("its settings give scripts other names"),
                _ => {}
            }
        }
        Ok(())
    }

    /// The path of the project in a folder.
    pub(super) fn project_in(&self, folder: &str) -> Option<&str> {
        self.projects.iter().find(|(_, place)| *place == folder).map(|(path, _)| path.as_str())
    }

    /// Folders of the projects that have scripts, relative to the root's.
    pub(super) fn programs(&self) -> Vec<&str> {
        let own = self.projects.iter().filter(|(path, _)| !path.is_empty() && self.scripts.contains_key(*path));
        own.filter_map(|(_, place)| inside(&self.folder, place)).collect()
    }

    /// The projects that one needs, with itself.
    fn closure(&self, start: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut next: Vec<&str> =
            self.projects.get_key_value(start).map(|(path, _)| path.as_str()).into_iter().collect();
        if !start.is_empty() {
            next.extend(self.named(&self.shared));
        }
        while let Some(path) = next.pop() {
            if found.insert(path) {
                next.extend(self.named(self.scripts.get(path).map(Vec::as_slice).unwrap_or_default()));
            }
        }
        found
    }

    /// The projects that a script names: `":libs:common"`, or `projects.libs.common`.
    fn named<'a>(&'a self, script: &[Token]) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut last_word = None;
        for (at, token) in script.iter().enumerate() {
            match token {
                Token::Text(text) => {
                    let path = if text.starts_with(':') { text.clone() } else { format!(":{text}") };
                    if text.starts_with(':') || last_word == Some("project") {
                        found.extend(self.longest(&path));
                    }
                }
                Token::Word(word) => {
                    last_word = Some(word);
                    if word != "projects" {
                        continue;
                    }
                    let mut path = String::new();
                    // Projects do not stand deeper inside of each other.
                    for part in script.get(at + 1..).unwrap_or_default().iter().take(40) {
                        match part {
                            Token::Mark('.') => {}
                            Token::Word(name) => {
                                path = format!("{path}:{name}");
                                found.extend(self.accessors.get(&path).into_iter().flatten().map(String::as_str));
                            }
                            _ => break,
                        }
                    }
                }
                Token::Mark(_) => {}
            }
        }
        found
    }

    /// The project that a path of a project, or of a task of one, belongs to.
    fn longest(&self, path: &str) -> Option<&str> {
        let mut path = path;
        loop {
            if let Some((known, _)) = self.projects.get_key_value(path).filter(|(known, _)| !known.is_empty()) {
                return Some(known);
            }
            path = path.rsplit_once(':')?.0;
        }
    }

    /// The files that a project's build needs; and why it is all of them, if it is.
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
            // A package may be called `build`.
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
        // Scripts that are applied by their path.
        let all: BTreeSet<&str> = self.projects.values().map(String::as_str).collect();
        let applied = self.shared.iter().chain(closure.iter().filter_map(|path| self.scripts.get(*path)).flatten());
        for text in applied.filter_map(Token::text) {
            let text = without_root(text);
            if text.contains('/') && text.len() < 256 && !text.contains(['$', '*', ' ']) && !text.contains("://") {
                let bases = folders.iter().copied().chain([root.as_str()]);
                let places = bases.filter_map(|base| join_path(base, text));
                // Not whole projects: these are dependencies or nothing.
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

/// Endings of what Gradle itself reads: scripts, catalogs, locks, and settings.
const READ_BY_GRADLE: &[&str] = &[".gradle", ".gradle.kts", ".toml", ".lockfile", ".properties"];
/// Words behind which a folder of artifacts stands.
const ARTIFACTS: &[&str] = &["dirs", "flatDir", "url", "uri", "setUrl", "artifactUrls"];

impl GradleBuild {
    /// Adds files that a script names and that Gradle reads before it resolves anything: other scripts, catalogs, and
    /// repositories in folders.
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
            // Not whole projects: these come with their sources.
            let places = places.filter(|place| {
                !place.is_empty() && !self.projects.values().any(|known| inside(place, known).is_some())
            });
            self.named.extend(places.collect::<Vec<_>>());
        }
    }
}

/// A path that starts at the root of the build, without what says so.
fn without_root(text: &str) -> &str {
    let roots = [
        "$rootDir/",
        "${rootDir}/",
        "$rootProject.projectDir/",
        "${rootProject.projectDir}/",
        "$projectDir/",
        "${projectDir}/",
        "${project.rootDir}/",
        "${settingsDir}/",
        "$settingsDir/",
    ];
    roots.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text)
}

/// Whether one of some folders is in a folder, or is it.
fn is_above(folders: &BTreeSet<&str>, place: &str) -> bool {
    folders.range(place..).take(1).any(|known| *known == place)
        || folders.range(format!("{place}/").as_str()..).take(1).any(|known| inside(place, known).is_some())
}

/// The name of a project among Gradle's accessors: `:my-libs:common_io` is `projects.myLibs.commonIo`.
fn accessor(path: &str) -> String {
    let mut name = String::new();
    let mut upper = false;
    for c in path.chars() {
        if c == '-' || c == '_' {
            upper = true;
        } else if upper {
            name.extend(c.to_uppercase());
            upper = false;
        } else {
            name.push(c);
        }
    }
    name
}

/// The texts that belong to a word, up to the next word that is none of the usual ways to name a file.
fn texts_after(tokens: &[Token], at: usize) -> impl Iterator<Item = &str> {
    let rest = tokens.get(at..).unwrap_or_default();
    let usual = [
        "file",
        "new",
        "File",
        "settingsDir",
        "rootDir",
        "rootProject",
        "projectDir",
        "settings",
        "listOf",
        "layout",
        "dir",
    ];
    rest.iter()
        .take_while(move |token| match token {
            Token::Word(word) => usual.contains(&word.as_str()),
            Token::Mark(mark) => !['{', '}', ';'].contains(mark),
            Token::Text(_) => true,
        })
        .filter_map(Token::text)
}

impl GradleBuild {
    pub(super) fn is_opaque(&self) -> bool {
        self.opaque.is_some()
    }

    /// Folders of the other projects that are built with one, relative to the root's.
    pub(super) fn siblings(&self, start: &str) -> Vec<String> {
        let closure = self.closure(start);
        let others =
            closure.into_iter().filter(|path| *path != start && self.scripts.contains_key(*path) && !path.is_empty());
        others.filter_map(|path| inside(&self.folder, self.projects.get(path)?)).map(str::to_owned).collect()
    }
}
