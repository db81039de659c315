//! Finds packages of a workspace whose `main` is a compiled file, which is not in the repository.

use slipway_diagnostic::join_path;

use super::files::MANIFEST;
use super::workspace::Member;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// A package whose `main` is not in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbuilt {
    /// Its manifest.
    pub manifest: String,
    /// The path in `main`.
    pub main: String,
    /// The script that most likely creates the file.
    pub script: String,
}

/// The packages with scripts whose `main` is not in the repository.
///
/// # Errors
/// The files cannot be read.
pub async fn unbuilt(repository: &Repository<'_>, members: &[&Member]) -> Result<Vec<Unbuilt>, Error> {
    let mut asked = Vec::new();
    for member in members.iter().filter(|member| !member.package.scripts.is_empty()) {
        let Some(main) = member.package.main.as_deref().and_then(|main| join_path("", main)) else { continue };
        asked.push((member, forms(&in_folder(&member.folder, &main))));
    }
    let paths: Vec<String> = asked.iter().flat_map(|(_, forms)| forms).cloned().collect();
    let mut there = repository.exists_all(&paths).await?.into_iter();
    let mut found = Vec::new();
    for (member, forms) in asked {
        let answers: Vec<bool> = there.by_ref().take(forms.len()).collect();
        let [main, ..] = forms;
        if !answers.contains(&true) {
            let scripts = member.package.scripts.keys().map(String::as_str);
            let script = scripts.clone().find(|name| *name == "build").or_else(|| scripts.clone().next());
            let script = script.unwrap_or("build").to_owned();
            found.push(Unbuilt { manifest: in_folder(&member.folder, MANIFEST), main, script });
        }
    }
    Ok(found)
}

/// The files that Node.js looks up for the path of a module.
pub(super) fn forms(path: &str) -> [String; 4] {
    [path.to_owned(), format!("{path}.js"), format!("{path}.json"), format!("{path}/index.js")]
}
