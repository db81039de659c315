//! Checks whether the files that a package starts are in its image.

use slipway_diagnostic::join_path;

use super::files;
use super::manager::Manager;
use super::programs::{Found, Installed, Programs};
use super::project::NodeProject;
use super::start::{Question, Runs, Unclear, list};
use super::unbuilt::forms;
use crate::paths::{in_folder, is_within};
use crate::{Error, Repository};

/// The input of the check.
#[derive(Debug, Clone, Copy)]
pub struct StartQuery<'a> {
    /// Scripts that run during the build of the image.
    pub done: &'a [&'a str],
    /// Whether the image contains development dependencies.
    pub with_dev: bool,
    /// The paths of the package that are in the image; empty for all of it.
    pub kept: &'a [String],
    /// Whether all files of the image are from the repository, because no step creates any.
    pub is_complete: bool,
}

/// What an image of a package runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// This command.
    Runs(Runs),
    /// Unknown, or files that do not exist.
    Idle {
        /// The reason.
        why: String,
        /// The suggestion.
        help: String,
    },
}

impl NodeProject {
    /// What an image of the package runs by default.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn start(&self, repository: &Repository<'_>, query: &StartQuery<'_>) -> Result<Start, Error> {
        let manifest = in_folder(&self.folder, files::MANIFEST);
        let programs = Installed { project: self, with_dev: query.with_dev };
        let question = Question {
            package: &self.package,
            done: query.done,
            runs_around: self.manager != Manager::Berry,
            programs: &programs,
        };
        let mut idle = None;
        for candidate in question.candidates() {
            let found = match candidate {
                Ok(runs) => match missing(repository, &programs, &runs, query).await? {
                    None => return Ok(Start::Runs(runs)),
                    Some(file) => is_missing(&runs, &manifest, &file, query.kept),
                },
                Err(unclear) => {
                    let instead = match unclear.instead.clone() {
                        Some(runs) if missing(repository, &programs, &runs, query).await?.is_none() => Some(runs),
                        _ => None,
                    };
                    Start::Idle { help: help(&unclear, instead.as_ref()), why: unclear.why }
                }
            };
            idle.get_or_insert(found);
        }
        Ok(idle.unwrap_or_else(|| Start::Idle { why: String::new(), help: String::new() }))
    }
}

fn is_missing(runs: &Runs, manifest: &str, file: &str, kept: &[String]) -> Start {
    if runs.key == "server.js" {
        return Start::Idle {
            why: format!("`{manifest}` has no script `start`"),
            help: "add one there, or name the file that `node` runs, as in `cmd: [dist/server.js]`".to_owned(),
        };
    }
    let why = format!("`{}` of `{manifest}` names `{file}`, which is not in the image", runs.key);
    let help = if kept.is_empty() {
        "correct it, or name the file that `node` runs, as in `cmd: [dist/server.js]`".to_owned()
    } else {
        let names = kept.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
        format!("the image only gets {names} from the build: add the file's folder to `output` of the build")
    };
    Start::Idle { why, help }
}

/// The suggestion for a script that requires more than `node`.
fn help(unclear: &Unclear, instead: Option<&Runs>) -> String {
    const BY_SHELL: &str =
        "or write `runtime: slim` and `entrypoint: [npm, start]`, which runs the script with a shell";
    match (instead, &unclear.help) {
        (Some(runs), _) => {
            let env: Vec<String> =
                runs.env.iter().map(|(name, value)| format!("{name}: {}", serde_json::json!(value))).collect();
            let env = if env.is_empty() { String::new() } else { format!(" and `env: {{ {} }}`", env.join(", ")) };
            format!("write `cmd: {}`{env}, if nothing else must run; {BY_SHELL}", list(&runs.words))
        }
        (None, Some(help)) => help.clone(),
        (None, None) => format!("name the file that `node` runs, as in `cmd: [dist/server.js]`; {BY_SHELL}"),
    }
}

/// The first of the required files that is not in the image.
async fn missing(
    repository: &Repository<'_>,
    programs: &Installed<'_>,
    runs: &Runs,
    query: &StartQuery<'_>,
) -> Result<Option<String>, Error> {
    for file in &runs.files {
        if !is_there(repository, programs, file, query).await? {
            return Ok(Some(file.clone()));
        }
    }
    Ok(None)
}

async fn is_there(
    repository: &Repository<'_>,
    programs: &Installed<'_>,
    file: &str,
    query: &StartQuery<'_>,
) -> Result<bool, Error> {
    let project = programs.project;
    // Files of another package are in that package's folder.
    let Some(path) = join_path("", file) else { return Ok(true) };
    if let Some(inside) = path.strip_prefix("node_modules/") {
        if let Some(program) = inside.strip_prefix(".bin/") {
            // With pnpm, this folder contains shell scripts.
            return Ok(project.manager != Manager::Pnpm
                && matches!(programs.find(program), Found::File { is_script: true, .. }));
        }
        let package = &project.package;
        let mut names =
            package.dependencies.keys().chain(package.dev_dependencies.keys().filter(|_| programs.with_dev));
        return Ok(names.any(|name| {
            inside.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }));
    }
    let forms = forms(&path);
    let is_kept = |path: &String| query.kept.iter().any(|kept| is_within(kept, path));
    if !query.kept.is_empty() && !forms.iter().any(is_kept) {
        return Ok(false);
    }
    // Files that the build creates do not exist yet.
    if !query.is_complete {
        return Ok(true);
    }
    for form in forms {
        if repository.exists(&in_folder(&project.folder, &form)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
