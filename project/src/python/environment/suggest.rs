//! Suggested commands for an image without one.

use super::known::{Environment, Suggestion};
use crate::paths::in_folder;
use crate::{Error, Repository};

/// Common names of main files.
const STARTS: &[&str] =
    &["main.py", "app.py", "server.py", "api.py", "asgi.py", "wsgi.py", "run.py", "bot.py", "worker.py"];
/// Folders of main files, in addition to the project's folder and its packages.
const FOLDERS: usize = 24;
/// Longer files are not searched for an application.
const LONGEST: usize = 200_000;

/// Classes of applications, and how their objects are served: by a program of a package, with these words around the
/// object.
const ASGI: &[&str] = &["FastAPI", "Starlette", "Litestar", "Quart", "Sanic", "BlackSheep", "Application"];
const WSGI: &[&str] = &["Flask", "Bottle", "App"];

pub(super) async fn all(environment: &Environment, repository: &Repository<'_>) -> Result<Vec<Suggestion>, Error> {
    let mut found: Vec<Suggestion> = environment
        .scripts
        .iter()
        .take(8)
        .map(|name| suggestion([name.as_str()], "the scripts of `pyproject.toml`"))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let folder = &environment.folder;
    // The project's folder, the folders of modules, and the packages there.
    let mut places: Vec<(String, String)> = Vec::new();
    for root in std::iter::once("").chain(environment.roots.iter().map(String::as_str)) {
        if !places.iter().any(|(known, _)| known == root) {
            places.push((root.to_owned(), String::new()));
        }
    }
    let listed =
        repository.list_all(&places.iter().map(|(root, _)| in_folder(folder, root)).collect::<Vec<_>>()).await?;
    let mut packages = Vec::new();
    let mut top = Vec::new();
    for ((root, _), entries) in places.iter().zip(listed) {
        for entry in entries.into_iter().flatten() {
            if !entry.is_folder && root.is_empty() {
                top.push(entry.name);
            } else if entry.is_folder && is_package(&entry.name) && !environment.roots.contains(&entry.name) {
                packages.push((in_folder(root, &entry.name), entry.name));
            }
        }
    }
    packages.sort();
    packages.dedup();
    packages.truncate(FOLDERS);
    places.extend(packages);
    if top.iter().any(|name| name == "manage.py")
        && let Some(django) = django(environment, repository).await?
    {
        found.push(django);
    }
    let candidates: Vec<(String, String)> = places
        .iter()
        .flat_map(|(place, package)| {
            STARTS.iter().map(move |name| {
                let stem = name.trim_end_matches(".py");
                let module = if package.is_empty() { stem.to_owned() } else { format!("{package}.{stem}") };
                (in_folder(place, name), module)
            })
        })
        .collect();
    let files = candidates.iter().map(|(file, _)| in_folder(folder, file)).collect::<Vec<_>>();
    let texts = repository.read_all(&files).await?;
    let mut programs = Vec::new();
    for ((file, module), text) in candidates.iter().zip(texts) {
        let Some(text) = text.filter(|text| text.len() <= LONGEST) else { continue };
        let text = String::from_utf8_lossy(&text);
        found.extend(application(environment, &text, file, module));
        let is_program = text.contains("__name__ ==") || module.ends_with("main") && !file.contains('/');
        if is_program {
            programs.push(suggestion(["python3", file.as_str()], &format!("`{file}`")));
        }
    }
    if found.is_empty() {
        let packages: Vec<_> = places.iter().filter(|(_, package)| !package.is_empty()).collect();
        let mains: Vec<_> =
            packages.iter().map(|(place, _)| in_folder(folder, &in_folder(place, "__main__.py"))).collect();
        let there = repository.exists_all(&mains).await?;
        let mains = packages.iter().zip(there).filter(|(_, there)| *there);
        found.extend(mains.map(|((place, package), _)| {
            suggestion(["python3", "-m", package.as_str()], &format!("`{place}/__main__.py`"))
        }));
    }
    if found.is_empty() {
        found = programs;
    }
    Ok(found)
}

fn suggestion<'w>(words: impl IntoIterator<Item = &'w str>, why: &str) -> Suggestion {
    Suggestion { words: words.into_iter().map(str::to_owned).collect(), why: why.to_owned() }
}

fn is_package(name: &str) -> bool {
    let is_name =
        name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name && !["tests", "test", "docs", "scripts", "node_modules", "migrations"].contains(&name)
}

/// A Django project: with its server if it has one, otherwise with Django's own.
async fn django(environment: &Environment, repository: &Repository<'_>) -> Result<Option<Suggestion>, Error> {
    let Some(text) = repository.read(&in_folder(&environment.folder, "manage.py")).await? else { return Ok(None) };
    let text = String::from_utf8_lossy(&text);
    let why = "`manage.py`";
    let settings = text.split_once("DJANGO_SETTINGS_MODULE").and_then(|(_, rest)| {
        let after = rest.trim_start_matches(['"', '\'', ']']);
        let (_, rest) = after.split_once(['"', '\''])?;
        rest.split(['"', '\'']).next()
    });
    let module = settings.and_then(|settings| settings.split('.').next()).filter(|module| is_package(module));
    if let Some(module) = module {
        let files = ["wsgi.py", "asgi.py"].map(|file| in_folder(&environment.folder, &format!("{module}/{file}")));
        if let [wsgi, asgi] = repository.exists_all(&files).await?[..] {
            let object = |kind: &str| format!("{module}.{kind}:application");
            if wsgi && environment.packages.contains("gunicorn") {
                return Ok(Some(suggestion(["gunicorn", "--bind", "0.0.0.0:8000", &object("wsgi")], why)));
            }
            if asgi && environment.packages.contains("uvicorn") {
                return Ok(Some(suggestion(["uvicorn", &object("asgi"), "--host", "0.0.0.0"], why)));
            }
            if asgi && environment.packages.contains("daphne") {
                return Ok(Some(suggestion(["daphne", "-b", "0.0.0.0", &object("asgi")], why)));
            }
        }
    }
    Ok(Some(suggestion(["python3", "manage.py", "runserver", "0.0.0.0:8000"], why)))
}

/// An application of a framework, with a server from its packages.
fn application(environment: &Environment, text: &str, file: &str, module: &str) -> Option<Suggestion> {
    let has = |package: &str| environment.packages.contains(package);
    let why = format!("`{file}`");
    if has("streamlit") && text.lines().any(|line| line.starts_with("import streamlit")) {
        return Some(suggestion(["streamlit", "run", file, "--server.address", "0.0.0.0"], &why));
    }
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.split(':').next().unwrap_or_default().trim_end();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let Some((class, _)) = value.trim_start().split_once('(').filter(|_| is_name) else { continue };
        let class = class.rsplit('.').next().unwrap_or(class);
        let object = format!("{module}:{name}");
        if class == "Celery" && has("celery") {
            return Some(suggestion(["celery", "-A", module, "worker"], &why));
        }
        if ASGI.contains(&class) {
            if has("uvicorn") {
                return Some(suggestion(["uvicorn", &object, "--host", "0.0.0.0"], &why));
            }
            if has("hypercorn") {
                return Some(suggestion(["hypercorn", "--bind", "0.0.0.0:8000", &object], &why));
            }
            if has("granian") {
                return Some(suggestion(["granian", "--interface", "asgi", "--host", "0.0.0.0", &object], &why));
            }
        }
        if WSGI.contains(&class) {
            if has("gunicorn") {
                return Some(suggestion(["gunicorn", "--bind", "0.0.0.0:8000", &object], &why));
            }
            if has("waitress") {
                return Some(suggestion(["waitress-serve", "--listen=*:8000", &object], &why));
            }
            if class == "Flask" && has("flask") {
                return Some(suggestion(["flask", "--app", &object, "run", "--host", "0.0.0.0"], &why));
            }
        }
    }
    None
}
