//! A Python project as its own files tell of it: what installs its dependencies, by which lockfile, and for which
//! Python.

use slipway_spec::model::{PythonOptions, PythonTool};
use slipway_spec::{Diagnostic, Span, Spanned};

use super::poetry;
use super::uv::{self, UvLock};
use super::version::{self, Told};
use crate::PlanError;
use crate::presets::common::{at, is_version, toml};
use crate::presets::{Context, in_folder};

/// A Python project.
pub(super) struct PythonProject {
    /// Its folder in the context.
    pub(super) folder: String,
    pub(super) tool: Tool,
    pub(super) pyproject: toml::Table,
    /// The version of Python, as the image's tag has it.
    pub(super) version: String,
    /// The part of the spec that told the version.
    pub(super) version_span: Span,
    /// Extras of the project to install.
    pub(super) extras: Vec<Spanned<String>>,
    /// Groups of dependencies to install beside the main ones.
    pub(super) groups: Vec<Spanned<String>>,
}

/// What installs the dependencies, and by what.
pub(super) enum Tool {
    /// pip, from requirements files relative to the project's folder.
    Pip {
        /// What the program needs.
        main: String,
        /// What its developers need, too.
        dev: Option<String>,
    },
    Uv {
        version: String,
        /// The folder of the lockfile: the project's own, or that of its workspace.
        root: String,
        /// The lockfile; `None` for one in a form that this release does not know, which is then taken whole.
        lock: Option<UvLock>,
        /// The manifest beside the lockfile.
        manifest: toml::Table,
    },
    Poetry {
        version: String,
        lock: toml::Table,
    },
}

/// uv's version where the project asks for none: it reads the lockfiles of earlier ones.
const UV: &str = "0.13.9";
/// Where developers' requirements are looked for.
const DEV_REQUIREMENTS: [&str; 4] =
    ["requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements/dev.txt"];
/// Lockfiles of tools that this preset does not know.
const OTHER_LOCKS: [(&str, &str); 2] =
    [("Pipfile.lock", "pipenv requirements > requirements.txt"), ("pdm.lock", "pdm export -o requirements.txt")];
/// How far above a project the lockfile of its workspace is looked for.
const ABOVE: usize = 8;

/// A manifest and a lockfile of a folder above the project.
struct Above {
    folder: String,
    manifest: toml::Table,
    lock: Vec<u8>,
}

/// Reads the manifests of the build's folder.
pub(super) async fn read(
    cx: &Context<'_>,
    options: &PythonOptions,
    folder: String,
) -> Result<PythonProject, PlanError> {
    let span = cx.span();
    let file = |name: &str| in_folder(&folder, name);
    let requirements = match &options.requirements {
        Some(template) => crate::presets::context_path(&cx.eval(template)?, template.span)?,
        None => "requirements.txt".to_owned(),
    };
    let above: Vec<String> = above(&folder).collect();
    let mut paths: Vec<_> = ["pyproject.toml", "uv.lock", "poetry.lock", ".python-version"].map(file).to_vec();
    paths.push(file(&requirements));
    paths.extend(DEV_REQUIREMENTS.map(file));
    paths.extend(OTHER_LOCKS.map(|(name, _)| file(name)));
    for folder in &above {
        paths.extend(["pyproject.toml", "uv.lock", ".python-version"].map(|name| in_folder(folder, name)));
    }
    let mut files = cx.project().manifests(&paths).await?.into_iter();
    let mut next = || files.next().flatten();
    let (pyproject, uv_lock, poetry_lock, python_version, pip) = (next(), next(), next(), next(), next());
    let dev = DEV_REQUIREMENTS.map(|name| next().map(|_| name)).into_iter().flatten().next();
    let other = OTHER_LOCKS.map(|other| next().map(|_| other)).into_iter().flatten().next();
    let mut version_files = vec![(file(".python-version"), python_version)];
    let mut workspace = None;
    for folder in above {
        let (manifest, lock, version) = (next(), next(), next());
        if workspace.is_none() {
            let path = in_folder(&folder, ".python-version");
            version_files.push((path, version));
        }
        if let (Some(manifest), Some(lock), None) = (manifest, lock, &workspace) {
            let manifest = toml(&manifest, &in_folder(&folder, "pyproject.toml"), span)?;
            if at(&manifest, &["tool", "uv", "workspace"]).is_some() {
                workspace = Some(Above { folder, manifest, lock });
            }
        }
    }

    let pyproject_path = file("pyproject.toml");
    let pyproject = pyproject.map(|bytes| toml(&bytes, &pyproject_path, span)).transpose()?;
    // A lockfile above is the project's own if it names the project: else there is a workspace that it is no part of.
    let above_lock =
        workspace.as_ref().map(|above| uv_lock_of(&above.lock, &in_folder(&above.folder, "uv.lock"), span));
    let above_lock = above_lock.transpose()?;
    let is_member = match (&workspace, &above_lock) {
        (Some(above), Some((Some(lock), _))) => lock.has(relative(&above.folder, &folder)),
        (_, lock) => lock.is_some(),
    };
    let only_above = uv_lock.is_none() && is_member && pyproject.is_some();
    let found = Found {
        uv: uv_lock.is_some() || only_above,
        poetry: poetry_lock.is_some(),
        pip: pip.is_some(),
        other,
        no_member: (workspace.is_some() && !is_member && pyproject.is_some())
            .then(|| workspace.as_ref().map(|above| in_folder(&above.folder, "uv.lock")))
            .flatten(),
    };
    let (tool, why) = choose(options, &found, &requirements, pyproject.as_ref(), &folder, span)?;
    let pyproject = pyproject.unwrap_or_default();
    let files = version_files.into_iter();
    let files = files.filter_map(|(path, bytes)| Some((path, String::from_utf8_lossy(&bytes?).into_owned())));
    let mut told = Told { files: files.collect(), requirements: Vec::new() };
    told.manifest(&pyproject, &pyproject_path);
    let tool = match tool {
        PythonTool::Pip => {
            Tool::Pip { dev: dev.map(str::to_owned).filter(|dev| *dev != requirements), main: requirements }
        }
        PythonTool::Uv => {
            let (root, manifest, (lock, table)) = match (uv_lock, workspace, above_lock) {
                (None, Some(above), Some(lock)) => (above.folder, above.manifest, lock),
                (bytes, ..) => {
                    let lock = uv_lock_of(&bytes.unwrap_or_default(), &file("uv.lock"), span)?;
                    (folder.clone(), pyproject.clone(), lock)
                }
            };
            let path = in_folder(&root, "uv.lock");
            if root != folder {
                cx.note(format!("a member of the workspace that `{path}` locks"));
            }
            // Where members differ, the lockfile has what all of them allow.
            let all = table.get("requires-python").and_then(toml::Value::as_str);
            told.requirements.extend(all.map(|text| ("requires-python", text.to_owned(), path)));
            let wanted = [&pyproject, &manifest]
                .into_iter()
                .find_map(|manifest| at(manifest, &["tool", "uv", "required-version"])?.as_str());
            let exact = wanted.and_then(|wanted| wanted.strip_prefix("==")).map(str::trim);
            let version = exact.filter(|version| is_version(version)).unwrap_or(UV).to_owned();
            Tool::Uv { version, root, lock, manifest }
        }
        PythonTool::Poetry => {
            let bytes = poetry_lock.unwrap_or_default();
            let lock = toml(&bytes, &file("poetry.lock"), span)?;
            Tool::Poetry { version: poetry::version(&bytes).unwrap_or("2.1.4").to_owned(), lock }
        }
    };
    let version = version::choose(cx, options, &told)?;
    cx.note(format!("Python {}, from {}", version.text, version.place));
    cx.note(format!("dependencies by {}, {why}", tool.describe()));
    let (extras, groups) = (cx.eval_words(&options.extras)?, cx.eval_words(&options.groups)?);
    Ok(PythonProject { folder, tool, pyproject, version: version.text, version_span: version.span, extras, groups })
}

/// Folders above a folder, the nearest first; the context itself is empty.
fn above(folder: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let above: Vec<_> = (0..parts.len()).map(|count| parts.get(..count).unwrap_or_default().join("/")).collect();
    above.into_iter().rev().take(ABOVE)
}

/// A folder as it is seen from one above it.
pub(super) fn relative<'f>(above: &str, folder: &'f str) -> &'f str {
    folder.strip_prefix(above).unwrap_or(folder).trim_start_matches('/')
}

/// A lockfile of uv: what this preset knows of it, and its table.
fn uv_lock_of(bytes: &[u8], path: &str, span: Span) -> Result<(Option<UvLock>, toml::Table), Diagnostic> {
    let table = toml(bytes, path, span)?;
    Ok((UvLock::read(&String::from_utf8_lossy(bytes), &table), table))
}

impl PythonProject {
    /// The minor version: `3.11`, where the version may be `3.11.4`.
    pub(super) fn minor(&self) -> String {
        self.version.split('.').take(2).collect::<Vec<_>>().join(".")
    }
}

impl Tool {
    /// Its name, as one word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Pip { .. } => "pip",
            Self::Uv { .. } => "uv",
            Self::Poetry { .. } => "poetry",
        }
    }

    /// Its name and version.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Pip { main, .. } => format!("pip from `{main}`"),
            Self::Uv { version, .. } => format!("uv {version}"),
            Self::Poetry { version, .. } => format!("Poetry {version}"),
        }
    }
}

/// Which lockfiles there are.
struct Found {
    uv: bool,
    poetry: bool,
    pip: bool,
    /// A lockfile of a tool that is not known, and the command that makes requirements of it.
    other: Option<(&'static str, &'static str)>,
    /// The lockfile of a workspace above, which the project is no part of.
    no_member: Option<String>,
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
                if let Some(lock) = &found.no_member {
                    return Err(uv::no_member(folder, lock, span));
                }
                if let Some((lock, command)) = found.other {
                    let path = in_folder(folder, lock);
                    return Err(Diagnostic::error(
                        span,
                        format!("`{path}` is of a tool that the python preset does not know"),
                    )
                    .with_help(format!("write its packages to a `requirements.txt` and commit it: `{command}`")));
                }
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
