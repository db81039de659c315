//! Files and modules in a command.

use slipway_diagnostic::{Span, join_path};

use super::known::Environment;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// A file or module in a command that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// The part of the spec that names it.
    pub span: Span,
    /// The problem.
    pub message: String,
    /// The suggestion.
    pub help: String,
}

/// What a command runs.
#[derive(Debug, PartialEq, Eq)]
enum Runs {
    /// A file, by the index of its word.
    File(usize),
    /// A module, by the index of its word, its name, and whether all parts of the name are modules.
    Module(usize, String, bool),
}

/// Names of modules that packages do not use, because many projects do.
const OF_PROJECTS: &[&str] =
    &["main", "app", "server", "api", "wsgi", "asgi", "manage", "run", "src", "backend", "config", "core"];
/// Programs that serve an object of a module: `main:app`.
const SERVERS: &[&str] = &["uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "waitress-serve"];
/// Options that change where modules are found.
const ELSEWHERE: &[&str] =
    &["--app-dir", "--chdir", "--pythonpath", "--workdir", "--working-dir", "-c", "--config", "--factory-path"];

pub(super) async fn absent(
    environment: &Environment,
    repository: &Repository<'_>,
    words: &[(String, Option<Span>)],
    workdir: &str,
    is_brought: &dyn Fn(&str) -> bool,
) -> Result<Option<Absent>, Error> {
    let texts: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    let Some(runs) = runs(&texts) else { return Ok(None) };
    let (folder, app) = (&environment.folder, environment.app.as_str());
    // The path in the context of a path in the image; paths outside the program's folder are unknown.
    let in_context = |path: &str| {
        let path = join_path("", path.trim_start_matches('/'))?;
        let rest = path.strip_prefix(app.trim_start_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| in_folder(folder, rest.trim_start_matches('/')))
    };
    match runs {
        Runs::File(index) => {
            let Some((word, Some(span))) = words.get(index) else { return Ok(None) };
            let path = if word.starts_with('/') { word.clone() } else { format!("{workdir}/{word}") };
            let Some(place) = in_context(&path).filter(|place| *place != *folder) else { return Ok(None) };
            if place.contains("${") || is_brought(&path) || repository.exists(&place).await? {
                return Ok(None);
            }
            let others = environment.roots.iter().map(|root| in_folder(root, word)).filter(|other| other != word);
            let others: Vec<String> = others.collect();
            let places: Vec<_> = others.iter().map(|other| in_folder(folder, other)).collect();
            let there = repository.exists_all(&places).await?;
            let other = others.iter().zip(there).find(|(_, there)| *there).map(|(other, _)| other);
            let help = match other {
                Some(other) => format!("write `{other}`"),
                None => format!(
                    "write the path in the build's folder, which is `{app}` in the image; also check the ignore file"
                ),
            };
            let message = format!("there is no `{word}` in the image: `{place}` is not in the context");
            Ok(Some(Absent { span: *span, message, help }))
        }
        Runs::Module(index, module, all) => {
            let Some((_, Some(span))) = words.get(index) else { return Ok(None) };
            let Some(here) = in_context(workdir) else { return Ok(None) };
            let mut roots: Vec<String> = environment.roots.iter().map(|root| in_folder(folder, root)).collect();
            roots.push(here);
            let parts: Vec<&str> = module.split('.').collect();
            let is_missing = first_missing(repository, &roots, &parts, all, environment.has_locals).await?;
            let Some(count) = is_missing else { return Ok(None) };
            let path = parts.get(..=count).unwrap_or_default().join("/");
            let image_roots = environment.roots.iter().map(|root| in_folder(app, root));
            if image_roots
                .chain([workdir.to_owned()])
                .any(|root| is_brought(&format!("{root}/{path}")) || is_brought(&format!("{root}/{path}.py")))
            {
                return Ok(None);
            }
            let message = format!("there is no module `{}` in the image", path.replace('/', "."));
            let help = format!(
                "name a module in the build's folder, which is `{app}` in the image; also check the ignore file"
            );
            Ok(Some(Absent { span: *span, message, help }))
        }
    }
}

/// The index of the first part of a module name that certainly does not exist.
async fn first_missing(
    repository: &Repository<'_>,
    roots: &[String],
    parts: &[&str],
    all: bool,
    has_locals: bool,
) -> Result<Option<usize>, Error> {
    let mut open = roots.to_vec();
    // Other parts of a folder without `__init__.py` may be elsewhere.
    let is_whole = parts.first().is_some_and(|first| OF_PROJECTS.contains(first)) && !has_locals;
    let count = if all { parts.len().min(MOST) } else { 1 };
    for (index, part) in parts.iter().take(count).enumerate() {
        let listed = repository.list_all(&open).await?;
        let mut next = Vec::new();
        let mut is_file = false;
        let mut has_init = false;
        for (folder, entries) in open.iter().zip(listed) {
            for entry in entries.into_iter().flatten() {
                has_init |= entry.name == "__init__.py";
                // `fast.cpython-311.so` is also a module.
                if entry.is_folder && entry.name == *part {
                    next.push(in_folder(folder, part));
                } else if !entry.is_folder && entry.name.split('.').next() == Some(part) && entry.name != *part {
                    is_file = true;
                }
            }
        }
        if is_file {
            return Ok(None);
        }
        if next.is_empty() {
            return Ok((is_whole || index > 0 && has_init).then_some(index));
        }
        open = next;
    }
    Ok(None)
}

/// The maximum number of parts in a module name.
const MOST: usize = 16;

/// What a command runs, if it runs a file or module.
fn runs(words: &[&str]) -> Option<Runs> {
    let program = words.first()?.rsplit('/').next()?;
    let rest = || words.iter().enumerate().skip(1);
    if program.strip_prefix("python").is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.')) {
        let mut takes_value = false;
        for (index, word) in rest() {
            if std::mem::take(&mut takes_value) {
                continue;
            }
            match *word {
                "-m" => {
                    let module = words.get(index + 1)?;
                    // The rest is as if the module was called as a program.
                    let served = words.get(index + 1..).and_then(runs).filter(|_| SERVERS.contains(module));
                    return match served {
                        Some(Runs::Module(at, name, all)) => Some(Runs::Module(at + index + 1, name, all)),
                        _ => is_module(module).then(|| Runs::Module(index + 1, (*module).to_owned(), true)),
                    };
                }
                "-X" | "-W" | "--check-hash-based-pycs" => takes_value = true,
                // `-c`, `-` and anything else that ends the options.
                "-" | "-c" => return None,
                word if word.starts_with('-') => {}
                _ => return Some(Runs::File(index)),
            }
        }
        return None;
    }
    if words.iter().any(|word| ELSEWHERE.iter().any(|option| word.split('=').next() == Some(option))) {
        return None;
    }
    if SERVERS.contains(&program) {
        return rest().find_map(|(index, word)| {
            let (module, object) = word.split_once(':')?;
            let object = object.trim_end_matches("()");
            (is_module(module) && is_module(object)).then(|| Runs::Module(index, module.to_owned(), true))
        });
    }
    if program == "celery" {
        let at = words.iter().position(|word| matches!(*word, "-A" | "--app"))? + 1;
        let name = words.get(at)?.split(':').next()?;
        // The last part may be an object.
        return is_module(name).then(|| Runs::Module(at, name.to_owned(), false));
    }
    if let ("streamlit" | "fastapi", [_, "run", file, ..]) = (program, words) {
        return file.ends_with(".py").then_some(Runs::File(2));
    }
    None
}

fn is_module(text: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    text.split('.').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_files_and_modules() {
        let module = |index, name: &str, all| Some(Runs::Module(index, name.to_owned(), all));
        for (words, expected) in [
            (&["python", "-u", "-X", "dev", "serve.py", "--x"][..], Some(Runs::File(4))),
            (&["/app/.venv/bin/python3.13", "serve.py"], Some(Runs::File(1))),
            (&["python3", "-c", "print()"], None),
            (&["python3", "-m", "shop.worker"], module(2, "shop.worker", true)),
            (&["python3", "-m", "uvicorn", "main:app", "--host", "0.0.0.0"], module(3, "main", true)),
            (&["uvicorn", "--host", "0.0.0.0", "shop.main:app"], module(3, "shop.main", true)),
            (&["uvicorn", "--app-dir", "src", "main:app"], None),
            (&["gunicorn", "-b", "0.0.0.0:8000", "shop.main:make()"], module(3, "shop.main", true)),
            (&["gunicorn", "-b", "unix:/run/x", "-k", "a.B"], None),
            (&["celery", "-A", "shop.app", "worker"], module(2, "shop.app", false)),
            (&["streamlit", "run", "main.py"], Some(Runs::File(2))),
            (&["serve", "x:y"], None),
            (&[], None),
        ] {
            assert_eq!(runs(words), expected, "{words:?}");
        }
    }
}
