//! Finds which projects of a Gradle build one project requires.

use std::collections::BTreeSet;

use super::build::GradleBuild;
use super::script::Token;
use crate::java::place::inside;

impl GradleBuild {
    /// Whether the projects cannot be told apart.
    pub(super) fn is_opaque(&self) -> bool {
        self.opaque.is_some()
    }

    /// The path of the project in a folder.
    pub(super) fn project_in(&self, folder: &str) -> Option<&str> {
        self.projects.iter().find(|(_, place)| *place == folder).map(|(path, _)| path.as_str())
    }

    /// Folders of the projects that have scripts, relative to the root.
    pub(super) fn programs(&self) -> Vec<&str> {
        let own = self.projects.iter().filter(|(path, _)| !path.is_empty() && self.scripts.contains_key(*path));
        own.filter_map(|(_, place)| inside(&self.folder, place)).collect()
    }

    /// The projects that one project requires, including itself.
    pub(super) fn closure(&self, start: &str) -> BTreeSet<&str> {
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

    /// The projects that a script names, as `":libs:common"` or `projects.libs.common`.
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
                    // The maximum nesting of projects.
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

    /// The project of a project path or task path.
    fn longest(&self, path: &str) -> Option<&str> {
        let mut path = path;
        loop {
            if let Some((known, _)) = self.projects.get_key_value(path).filter(|(known, _)| !known.is_empty()) {
                return Some(known);
            }
            path = path.rsplit_once(':')?.0;
        }
    }

    /// Folders of the other projects that are built with one, relative to the root.
    pub(super) fn siblings(&self, start: &str) -> Vec<String> {
        let closure = self.closure(start);
        let others =
            closure.into_iter().filter(|path| *path != start && self.scripts.contains_key(*path) && !path.is_empty());
        others.filter_map(|path| inside(&self.folder, self.projects.get(path)?)).map(str::to_owned).collect()
    }
}
