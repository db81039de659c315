//! Packages of the repository: how each is built, and from which files.
//!
//! Source of the tables: <https://packaging.python.org/en/latest/specifications/pyproject-toml/>.

use std::collections::{BTreeMap, BTreeSet};

use slipway_diagnostic::{Diagnostic, Span, join_path};

use super::name::normal_name;
use super::{named_files, roots};
use crate::paths::{in_folder, is_within, shown};
use crate::toml_file::{self, at};
use crate::{Error, Repository};

/// A package of the repository that is built and installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// Its normalized name.
    pub name: String,
    /// Its folder in the context.
    pub folder: String,
    /// Its build requirements.
    pub requires: Vec<String>,
    /// The build backend: `hatchling.build`.
    pub backend: String,
    /// Folders that the backend is in, relative to the package's.
    pub backend_path: Vec<String>,
    /// Folders that may contain its modules, relative to the package's.
    pub roots: Vec<String>,
    /// Files outside its folder that its manifests name.
    pub outside: Vec<String>,
    /// Folders inside its own that are other packages.
    pub others: Vec<String>,
    /// Whether its build does not read its README.
    pub without_readme: bool,
    /// What makes it specific to a platform.
    pub native: Option<String>,
    /// The tool that takes its version from git, and the variable that sets a version instead.
    pub version_from_git: Option<(String, &'static str)>,
}

/// The build system of a package that specifies none; see <https://peps.python.org/pep-0517/#source-trees>.
const LEGACY: (&str, &str) = ("setuptools>=40.8.0", "setuptools.build_meta:__legacy__");

/// Build requirements that make a package specific to a platform.
const NATIVE: &[&str] = &[
    "maturin",
    "setuptools-rust",
    "cython",
    "scikit-build",
    "scikit-build-core",
    "meson-python",
    "pybind11",
    "nanobind",
    "cffi",
    "numpy",
];

/// Build requirements that take the version from git, and the variables that set it instead.
const FROM_GIT: &[(&str, &str)] = &[
    ("setuptools-scm", "SETUPTOOLS_SCM_PRETEND_VERSION"),
    ("hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION"),
    ("vcs-versioning", "SETUPTOOLS_SCM_PRETEND_VERSION"),
    ("poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS"),
    ("uv-dynamic-versioning", "UV_DYNAMIC_VERSIONING_BYPASS"),
];

/// The packages in some folders of the context, sorted by name.
pub(super) async fn read(
    repository: &Repository<'_>,
    folders: &BTreeMap<String, String>,
    why: &str,
    span: Span,
) -> Result<Vec<Local>, Error> {
    let manifests = Manifests::read(repository, folders.values(), span).await?;
    let mut locals = Vec::new();
    for ((name, folder), manifests) in folders.iter().zip(manifests) {
        if manifests.are_missing() {
            return Err(Diagnostic::error(
                span,
                format!(
                    "{why} takes `{name}` from `{}`, but there is no `pyproject.toml` in the context there",
                    shown(folder)
                ),
            )
            .with_help("commit it, or delete it from the ignore file")
            .into());
        }
        locals.push(package(name, folder, &manifests));
    }
    Ok(locals)
}

/// The manifests of a package.
#[derive(Default)]
pub(super) struct Manifests {
    pub(super) pyproject: Option<toml::Table>,
    pub(super) setup: Option<String>,
    pub(super) config: Option<String>,
}

impl Manifests {
    /// The manifests of some folders of the context, in their order.
    pub(super) async fn read<'f>(
        repository: &Repository<'_>,
        folders: impl Iterator<Item = &'f String> + Clone,
        span: Span,
    ) -> Result<Vec<Self>, Error> {
        let names = ["pyproject.toml", "setup.py", "setup.cfg"];
        let paths = folders.clone().flat_map(|folder| names.map(|name| in_folder(folder, name)));
        let mut files = repository.read_all(&paths.collect::<Vec<_>>()).await?.into_iter();
        let mut next = || files.next().flatten();
        let mut found = Vec::new();
        for folder in folders {
            let (pyproject, setup, config) = (next(), next(), next());
            let path = in_folder(folder, "pyproject.toml");
            let pyproject = pyproject.map(|bytes| toml_file::parse(&bytes, &path, span)).transpose()?;
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            found.push(Self { pyproject, setup: setup.map(text), config: config.map(text) });
        }
        Ok(found)
    }

    /// Whether there is no package.
    pub(super) fn are_missing(&self) -> bool {
        self.pyproject.is_none() && self.setup.is_none()
    }
}

/// Creates a package from its manifests.
pub(super) fn package(name: &str, folder: &str, manifests: &Manifests) -> Local {
    let none = toml::Table::new();
    let pyproject = manifests.pyproject.as_ref().unwrap_or(&none);
    let setup = manifests.setup.as_deref();
    let texts = |path: &[&str]| -> Vec<String> {
        let list = at(pyproject, path).and_then(toml::Value::as_array).into_iter().flatten();
        list.filter_map(|value| Some(value.as_str()?.to_owned())).collect()
    };
    let system = pyproject.get("build-system").is_some();
    let mut requires = if system { texts(&["build-system", "requires"]) } else { vec![LEGACY.0.to_owned()] };
    let backend = at(pyproject, &["build-system", "build-backend"]).and_then(toml::Value::as_str).unwrap_or(LEGACY.1);
    let names: BTreeSet<_> = requires.iter().map(|requirement| normal_name(requirement)).collect();
    if names.contains("setuptools") && !names.contains("wheel") {
        // Setuptools before 70.1 builds wheels with this package, and requires it only at run time.
        requires.push("wheel".to_owned());
    }
    let extensions = at(pyproject, &["tool", "setuptools", "ext-modules"]).is_some()
        || setup.is_some_and(|text| text.contains("ext_modules") || text.contains("cffi_modules"));
    let native = NATIVE.iter().find(|tool| names.contains(**tool)).map(|tool| (*tool).to_owned());
    let native = native.or_else(|| extensions.then(|| "its extension modules".to_owned()));
    let dynamic =
        texts(&["project", "dynamic"]).iter().any(|key| key == "version") || pyproject.get("project").is_none();
    let of_setup = |tool: &str| {
        tool == "setuptools-scm"
            && setup.is_some_and(|text| text.contains("use_scm_version") || text.contains("setuptools_scm"))
    };
    let from_git = FROM_GIT.iter().find(|(tool, _)| dynamic && (names.contains(*tool) || of_setup(tool)));
    let named = named_files::of_package(pyproject, setup, manifests.config.as_deref());
    let mut outside: Vec<_> = named
        .iter()
        .filter(|path| path.split('/').any(|part| part == ".."))
        .filter_map(|path| join_path(folder, path))
        .filter(|path| !path.is_empty() && !is_within(folder, path) && !is_within(path, folder))
        .collect();
    outside.sort();
    outside.dedup();
    let mentions_readme = named.iter().any(|path| path.to_ascii_lowercase().contains("readme"));
    Local {
        name: name.to_owned(),
        folder: folder.to_owned(),
        requires,
        backend: backend.to_owned(),
        backend_path: texts(&["build-system", "backend-path"]),
        roots: roots::said(pyproject).into_iter().chain(["src".to_owned(), String::new()]).collect(),
        outside,
        others: Vec::new(),
        // The files that a `setup.py` or a plugin reads are unknown.
        without_readme: setup.is_none()
            && !mentions_readme
            && pyproject.get("project").is_some()
            && !dynamic_readme(pyproject),
        native,
        version_from_git: from_git.map(|(tool, variable)| ((*tool).to_owned(), *variable)),
    }
}

/// Whether a plugin creates the README: it may read any file.
fn dynamic_readme(pyproject: &toml::Table) -> bool {
    let list = at(pyproject, &["project", "dynamic"]).and_then(toml::Value::as_array);
    list.into_iter().flatten().any(|key| key.as_str() == Some("readme"))
}

/// The requirements of a package of the repository with some extras, if its manifest lists them statically.
pub(super) fn static_requirements(pyproject: &toml::Table, extras: &[String]) -> Option<Vec<String>> {
    let project = pyproject.get("project")?.as_table()?;
    project.get("name")?.as_str()?;
    let dynamic = project.get("dynamic").and_then(toml::Value::as_array).into_iter().flatten();
    let mut dynamic = dynamic.filter_map(toml::Value::as_str);
    if dynamic.any(|key| key == "dependencies" || (key == "optional-dependencies" && !extras.is_empty())) {
        return None;
    }
    let texts = |list: Option<&toml::Value>| -> Vec<String> {
        let list = list.and_then(toml::Value::as_array).into_iter().flatten();
        list.filter_map(|value| Some(value.as_str()?.to_owned())).collect()
    };
    let mut found = texts(project.get("dependencies"));
    for extra in extras {
        found.extend(texts(Some(project.get("optional-dependencies")?.get(extra)?)));
    }
    // A path relative to the package is invalid elsewhere.
    let relative = |requirement: &String| {
        requirement.split_once('@').is_some_and(|(_, place)| {
            let place = place.trim_start();
            place.starts_with(['.', '{']) || place.starts_with("file:")
        })
    };
    (!found.iter().any(relative)).then_some(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    fn read(pyproject: &str) -> Local {
        let pyproject = Some(pyproject.parse().unwrap());
        package("a", "libs/a", &Manifests { pyproject, ..Manifests::default() })
    }

    #[test]
    fn a_manifest_describes_how_a_package_is_built() {
        let local = read(
            "[project]\nname = 'a'\n[build-system]\nrequires = ['hatchling==1.27']\nbuild-backend = 'hatchling.build'",
        );
        assert_eq!(
            (local.requires.as_slice(), local.backend.as_str()),
            (&["hatchling==1.27".to_owned()][..], "hatchling.build")
        );
        assert!(local.without_readme && local.native.is_none() && local.version_from_git.is_none());
        let setup = Some("setup(ext_modules=[])".to_owned());
        let legacy = package("a", "libs/a", &Manifests { setup, ..Manifests::default() });
        assert_eq!(legacy.requires, ["setuptools>=40.8.0", "wheel"]);
        assert_eq!(legacy.backend, LEGACY.1);
        assert_eq!(legacy.native.as_deref(), Some("its extension modules"));
        assert!(!legacy.without_readme);
    }

    #[test]
    fn files_outside_the_folder_are_found() {
        let local =
            read("[project]\nname = 'a'\nreadme = '../../README.md'\nlicense-files = ['../../LICENSE', 'NOTICE']");
        assert_eq!(local.outside, ["LICENSE", "README.md"]);
        assert!(!local.without_readme);
        let local =
            read("[project]\nname = 'a'\ndynamic = ['version']\n[tool.hatch.version]\npath = '../../version.py'");
        assert_eq!(local.outside, ["version.py"]);
        assert!(local.without_readme);
    }

    #[test]
    fn dynamic_versions_from_git_are_detected() {
        let system = "[build-system]\nrequires = ['hatchling', 'hatch_vcs>=0.4']\nbuild-backend = 'hatchling.build'\n";
        assert!(read(&format!("{system}[project]\nname = 'a'\nversion = '1'")).version_from_git.is_none());
        let dynamic = read(&format!("{system}[project]\nname = 'a'\ndynamic = ['version']"));
        assert_eq!(dynamic.version_from_git, Some(("hatch-vcs".to_owned(), "SETUPTOOLS_SCM_PRETEND_VERSION")));
    }

    #[test]
    fn requirements_are_known_unless_they_are_computed() {
        let known = |text: &str, extras: &[&str]| {
            let extras: Vec<_> = extras.iter().map(|extra| (*extra).to_owned()).collect();
            static_requirements(&text.parse().unwrap(), &extras)
        };
        let project = "[project]\nname = 'a'\ndependencies = ['b>=1']\n[project.optional-dependencies]\npg = ['c']";
        assert_eq!(known(project, &[]), Some(vec!["b>=1".to_owned()]));
        assert_eq!(known(project, &["pg"]), Some(vec!["b>=1".to_owned(), "c".to_owned()]));
        assert_eq!(known("[project]\nname = 'a'\ndynamic = ['dependencies']", &[]), None);
        assert_eq!(known("[project]\nname = 'a'\ndependencies = ['b @ file:../b']", &[]), None);
        assert_eq!(known("[tool.poetry]\nname = 'a'", &[]), None);
    }

    #[test]
    fn names_are_compared_in_normalized_form() {
        for (requirement, expected) in [
            ("Foo_Bar[x]>=1", "foo-bar"),
            ("a.b-_c ; x", "a-b-c"),
            ("setuptools~=70", "setuptools"),
            ("a @ file:b", "a"),
        ] {
            assert_eq!(normal_name(requirement), expected);
        }
    }
}
