//! A Python project as its own files tell of it: what installs its dependencies, from which manifests, and for which Python.

use slipway_spec::model::{PythonOptions, PythonTool};
use slipway_spec::{Diagnostic, Span};

use super::requirements;
use super::version;
use crate::presets::common::{at, is_version, toml};
use crate::presets::{Context, in_folder};
use crate::{PlanError, Project};

/// A Python project.
pub(super) struct PythonProject {
    /// Its folder in the context.
    pub(super) folder: String,
    pub(super) tool: Tool,
    /// What the dependency step sees.
    pub(super) manifests: Vec<String>,
    /// What it sees when it installs what developers need, too.
    pub(super) dev_manifests: Vec<String>,
    /// The version of Python, as the image's tag has it.
    pub(super) version: String,
    /// The part of the spec that told the version.
    pub(super) version_span: Span,
}

/// What installs the dependencies.
pub(super) enum Tool {
    /// pip, from requirements files relative to the project's folder.
    Pip {
        /// What the program needs.
        main: String,
        /// What its developers need, too.
        dev: Option<String>,
    },
    /// uv, of a version.
    Uv(String),
    /// Poetry, of a version.
    Poetry(String),
}

/// uv's version where the project asks for none: it reads the lockfiles of earlier ones.
const UV: &str = "0.13.9";
/// Where developers' requirements are looked for.
const DEV_REQUIREMENTS: [&str; 4] =
    ["requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements/dev.txt"];

/// Reads the manifests of the build's folder.
pub(super) async fn read<P: Project>(
    cx: &Context<'_, P>,
    options: &PythonOptions,
    folder: String,
) -> Result<PythonProject, PlanError> {
    let span = cx.span();
    let file = |name: &str| in_folder(&folder, name);
    let requirements = match &options.requirements {
        Some(template) => crate::presets::context_path(&cx.eval(template)?, template.span)?,
        None => "requirements.txt".to_owned(),
    };
    let mut paths: Vec<_> = ["pyproject.toml", "uv.lock", "poetry.lock", ".python-version"].map(file).to_vec();
    paths.push(file(&requirements));
    paths.extend(DEV_REQUIREMENTS.map(file));
    let mut files = cx.project().manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten();
    let (pyproject, uv_lock, poetry_lock, python_version, pip) = (next(), next(), next(), next(), next());
    let dev = DEV_REQUIREMENTS.into_iter().find(|_| next().is_some());

    let pyproject_path = file("pyproject.toml");
    let pyproject = pyproject.map(|bytes| toml(&bytes, &pyproject_path, span)).transpose()?;
    let found = Found { uv: uv_lock.is_some(), poetry: poetry_lock.is_some(), pip: pip.is_some() };
    let (tool, why) = choose(options, &found, &requirements, pyproject.as_ref(), &folder, span)?;
    let pyproject = pyproject.unwrap_or_default();
    let (manifests, dev_manifests);
    let tool = match tool {
        PythonTool::Pip => {
            let (main, dev) = (requirements, dev.map(str::to_owned));
            manifests = requirements::closure(cx, &folder, std::slice::from_ref(&main)).await?;
            let both: Vec<_> = std::iter::once(main.clone()).chain(dev.clone()).collect();
            dev_manifests = requirements::closure(cx, &folder, &both).await?;
            Tool::Pip { dev: dev.filter(|dev| *dev != main), main }
        }
        PythonTool::Uv => {
            let lock = toml(&uv_lock.unwrap_or_default(), &file("uv.lock"), span)?;
            refuse_local(uv_local(&lock), &file("uv.lock"), span)?;
            manifests = vec![pyproject_path, file("uv.lock")];
            dev_manifests = manifests.clone();
            let wanted = at(&pyproject, &["tool", "uv", "required-version"]).and_then(toml::Value::as_str);
            let exact = wanted.and_then(|wanted| wanted.strip_prefix("==")).map(str::trim);
            Tool::Uv(exact.filter(|version| is_version(version)).unwrap_or(UV).to_owned())
        }
        PythonTool::Poetry => {
            let bytes = poetry_lock.unwrap_or_default();
            let lock = toml(&bytes, &file("poetry.lock"), span)?;
            refuse_local(poetry_local(&lock), &file("poetry.lock"), span)?;
            manifests = vec![pyproject_path, file("poetry.lock")];
            dev_manifests = manifests.clone();
            Tool::Poetry(poetry_version(&bytes).unwrap_or("2.1.4").to_owned())
        }
    };
    let python_version = python_version.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let version = version::choose(cx, options, python_version.as_deref(), &pyproject, &folder)?;
    cx.note(format!("Python {}, from {}", version.text, version.place));
    cx.note(format!("dependencies by {}, {why}", tool.describe()));
    Ok(PythonProject { folder, tool, manifests, dev_manifests, version: version.text, version_span: version.span })
}

impl Tool {
    /// Its name, as one word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Pip { .. } => "pip",
            Self::Uv(_) => "uv",
            Self::Poetry(_) => "poetry",
        }
    }

    /// Its name and version.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Pip { main, .. } => format!("pip from `{main}`"),
            Self::Uv(version) => format!("uv {version}"),
            Self::Poetry(version) => format!("Poetry {version}"),
        }
    }
}

/// Which lockfiles there are.
struct Found {
    uv: bool,
    poetry: bool,
    pip: bool,
}

/// What installs, and why.
fn choose(
    options: &PythonOptions,
    found: &Found,
    requirements: &str,
    pyproject: Option<&toml::Table>,
    folder: &str,
    span: Span,
) -> Result<(PythonTool, &'static str), Diagnostic> {
    let missing = |name: &str, help: &str| {
        Err(Diagnostic::error(span, format!("there is no `{}` in the context", in_folder(folder, name)))
            .with_help(help))
    };
    let tool = match (options.tool, &options.requirements) {
        (Some(tool @ (PythonTool::Uv | PythonTool::Poetry)), Some(requirements)) => {
            let word = if tool == PythonTool::Uv { "uv" } else { "poetry" };
            return Err(Diagnostic::error(requirements.span, format!("`requirements` is pip's, but `tool` is {word}"))
                .with_help("delete one of them"));
        }
        (Some(tool), _) => (tool, "as `tool` says"),
        (None, Some(_)) => (PythonTool::Pip, "as `requirements` says"),
        (None, None) => match (found.uv, found.poetry, found.pip) {
            (true, true, _) => {
                return Err(Diagnostic::error(span, "there are both a `uv.lock` and a `poetry.lock` in the context")
                    .with_help(
                        "delete the one that is no longer kept up to date, or write `tool: uv` or `tool: poetry`",
                    ));
            }
            (true, ..) => (PythonTool::Uv, "told from `uv.lock`"),
            (_, true, _) => (PythonTool::Poetry, "told from `poetry.lock`"),
            (.., true) => (PythonTool::Pip, "told from `requirements.txt`"),
            (false, false, false) => {
                let help = match pyproject {
                    Some(file) if at(file, &["tool", "poetry"]).is_some() => {
                        "run `poetry lock` and commit `poetry.lock`"
                    }
                    Some(_) => "run `uv lock` and commit `uv.lock`",
                    None => {
                        "name the file with `requirements:`, or the project's folder with `source:`; an empty \
                         `requirements.txt` will do for a program without dependencies"
                    }
                };
                let what = "there is no `uv.lock`, `poetry.lock` or `requirements.txt` in";
                let place = if folder.is_empty() { "the context".to_owned() } else { format!("`{folder}`") };
                return Err(Diagnostic::error(span, format!("{what} {place}")).with_help(help));
            }
        },
    };
    match tool.0 {
        PythonTool::Uv if !found.uv => missing("uv.lock", "run `uv lock` and commit it"),
        PythonTool::Poetry if !found.poetry => missing("poetry.lock", "run `poetry lock` and commit it"),
        PythonTool::Uv | PythonTool::Poetry if pyproject.is_none() => {
            missing("pyproject.toml", "commit it beside the lockfile; an ignore file may also keep it out")
        }
        PythonTool::Pip if !found.pip => {
            let span = options.requirements.as_ref().map_or(span, |template| template.span);
            let path = in_folder(folder, requirements);
            Err(Diagnostic::error(span, format!("there is no `{path}` in the context"))
                .with_help("name the file relative to `source`; an ignore file may also keep it out"))
        }
        PythonTool::Pip if !(options.extras.is_empty() && options.groups.is_empty()) => {
            let first = options.extras.first().or(options.groups.first());
            Err(Diagnostic::error(
                first.map_or(span, |first| first.span),
                "a requirements file has no extras or groups",
            )
            .with_help("name another file with `requirements:`, or use uv or Poetry"))
        }
        _ => Ok(tool),
    }
}

/// A package of a lockfile whose files are in the repository.
fn refuse_local(found: Option<(String, String)>, lock: &str, span: Span) -> Result<(), Diagnostic> {
    let Some((name, path)) = found else { return Ok(()) };
    Err(Diagnostic::error(
        span,
        format!("`{lock}` takes `{name}` from the folder `{path}`, which this release of Slipway cannot install yet"),
    )
    .with_help("depend on a published version of it, or build the program in a stage"))
}

fn packages(lock: &toml::Table) -> impl Iterator<Item = &toml::Table> {
    lock.get("package").and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_table)
}

fn text(table: &toml::Table, path: &[&str]) -> Option<String> {
    at(table, path).and_then(toml::Value::as_str).map(str::to_owned)
}

/// A package that `uv.lock` takes from a folder or a file, beside the project itself.
fn uv_local(lock: &toml::Table) -> Option<(String, String)> {
    packages(lock).find_map(|package| {
        let path =
            ["editable", "directory", "virtual", "path"].iter().find_map(|kind| text(package, &["source", kind]))?;
        (path != ".").then(|| (text(package, &["name"]).unwrap_or_default(), path))
    })
}

/// A package that `poetry.lock` takes from a folder or a file.
fn poetry_local(lock: &toml::Table) -> Option<(String, String)> {
    packages(lock).find_map(|package| {
        let kind = text(package, &["source", "type"])?;
        ["directory", "file"].contains(&kind.as_str()).then(|| {
            (text(package, &["name"]).unwrap_or_default(), text(package, &["source", "url"]).unwrap_or_default())
        })
    })
}

/// The Poetry that wrote a lockfile, from its first line.
fn poetry_version(lock: &[u8]) -> Option<&str> {
    let first = std::str::from_utf8(lock).ok()?.lines().next()?;
    let (_, after) = first.split_once("by Poetry ")?;
    let version = after.split_whitespace().next()?;
    is_version(version).then_some(version)
}
