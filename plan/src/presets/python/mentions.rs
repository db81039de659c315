//! Files that manifests of packages, and code, name.
//!
//! A package may take its version, its README, its data from outside of its folder, by settings of a dozen tools. They
//! have one thing in common: a text with the path. So every text of a manifest counts, but for those of tools that take
//! no part in a build. One that is no file does no harm.

use std::collections::BTreeSet;

use crate::presets::{Context, code_files, excluded_files, in_folder};
use crate::{Entry, PlanError};

/// Tables of `tool` that say nothing of how a package is built.
const NOT_OF_BUILDS: &[&str] = &[
    "pytest",
    "ruff",
    "mypy",
    "coverage",
    "black",
    "isort",
    "pyright",
    "pylint",
    "bandit",
    "flake8",
    "tox",
    "commitizen",
    "towncrier",
    "semantic_release",
    "bumpversion",
    "cibuildwheel",
    "pixi",
    "pylsp",
    "codespell",
    "deptry",
];
/// Tables that name packages, which are installed and not read.
const OF_PACKAGES: &[&[&str]] = &[
    &["dependency-groups"],
    &["project", "dependencies"],
    &["project", "optional-dependencies"],
    &["tool", "uv", "sources"],
    &["tool", "uv", "workspace"],
    &["tool", "poetry", "dependencies"],
    &["tool", "poetry", "dev-dependencies"],
    &["tool", "poetry", "group"],
    &["tool", "hatch", "envs"],
];
/// Longer texts are no paths.
const LONGEST: usize = 512;

/// Texts of a package's manifests that may be files.
pub(super) fn of_package(pyproject: &toml::Table, setup: Option<&str>, config: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<(Vec<&str>, &toml::Table)> = vec![(Vec::new(), pyproject)];
    while let Some((path, table)) = open.pop() {
        for (key, value) in table {
            let mut path = path.clone();
            path.push(key);
            let is_foreign = matches!(path.as_slice(), ["tool", tool] if NOT_OF_BUILDS.contains(tool));
            if is_foreign || OF_PACKAGES.contains(&path.as_slice()) || path.len() > 16 {
                continue;
            }
            // Hatch has files as keys, and where they go as values.
            found.push(key.clone());
            let mut values = vec![value];
            while let Some(value) = values.pop() {
                match value {
                    toml::Value::String(text) => found.push(text.clone()),
                    toml::Value::Array(list) => values.extend(list),
                    toml::Value::Table(inner) => open.push((path.clone(), inner)),
                    _ => {}
                }
            }
        }
    }
    // `version = file: ../VERSION, …`
    let words = config.into_iter().flat_map(|text| text.split([',', ':', '=']).flat_map(str::split_whitespace));
    found.extend(words.map(str::to_owned));
    found.extend(setup.into_iter().flat_map(of_code));
    found.retain(|text| !text.is_empty() && text.len() <= LONGEST && !text.contains(['\n', '\0']));
    found
}

/// Texts of a program in Python that may be files; those that follow each other may be the parts of one, as in
/// `os.path.join(here, "..", "VERSION")`.
fn of_code(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, from) = rest.split_at(at);
        let quote = from.get(..1).unwrap_or_default();
        let Some((text, after)) = from.get(1..).and_then(|inside| inside.split_once(quote)) else { break };
        found.push(text.to_owned());
        match runs.last_mut().filter(|_| before.trim() == ",") {
            Some(run) => run.push(text),
            None => runs.push(vec![text]),
        }
        rest = after;
    }
    let runs = runs.iter().filter(|run| run.len() > 1 && run.len() <= 8);
    found.extend(runs.filter_map(|run| Some(run.get(run.iter().position(|part| *part == "..")?..)?.join("/"))));
    found
}

/// Endings of files that open others where they run: code and templates.
const CODE: &[&str] = &[".py", ".html", ".j2", ".jinja", ".jinja2"];
/// Programs and folders that take no part in what ships.
const NOT_SHIPPED: &[&str] = &["setup.py", "noxfile.py", "conftest.py", "tests", "test", "docs", "node_modules"];
/// Of a program with more files, everything is kept.
const MOST: usize = 4_000;

/// Files at the top of the project's folder that presets leave out, and that code names: a program opens them where it
/// runs.
pub(super) async fn kept(cx: &Context<'_>, folder: &str, members: &[String]) -> Result<Vec<String>, PlanError> {
    let patterns: Vec<String> = excluded_files::patterns(folder).collect();
    let spec = cx.request().spec_name.as_str();
    let entries = cx.project().list(folder).await?.unwrap_or_default();
    let names: Vec<String> = entries
        .into_iter()
        .filter(|entry| !entry.is_folder && in_folder(folder, &entry.name) != spec)
        .map(|entry| entry.name)
        .filter(|name| {
            patterns.iter().any(|pattern| excluded_files::matches(pattern.rsplit('/').next().unwrap_or_default(), name))
        })
        .collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let is_left_out = |path: &str, entry: &Entry| {
        let name = entry.name.as_str();
        name.starts_with('.') || NOT_SHIPPED.contains(&name) || members.iter().any(|member| member == path)
    };
    let is_code = |name: &str| CODE.iter().any(|end| name.ends_with(end));
    let Some(code) = code_files::below(cx.project(), folder, MOST, is_left_out, is_code).await? else {
        return Ok(names.into_iter().map(|name| in_folder(folder, &name)).collect());
    };
    let mut kept = BTreeSet::new();
    for file in cx.project().read_all(&code).await?.into_iter().flatten() {
        let text = String::from_utf8_lossy(&file);
        kept.extend(names.iter().filter(|name| names_file(&text, name)));
    }
    let kept: Vec<String> = kept.into_iter().map(|name| in_folder(folder, name)).collect();
    if !kept.is_empty() {
        let list: Vec<_> = kept.iter().map(|path| format!("`{path}`")).collect();
        cx.note(format!("with {}, which the code names", list.join(", ")));
    }
    Ok(kept)
}

/// Whether a text has the name of a file at the end of a text in quotes, or something that may mean any file with its
/// ending.
fn names_file(text: &str, name: &str) -> bool {
    let ends = |at: usize, length: usize| text.get(at + length..).is_some_and(|rest| rest.starts_with(['"', '\'']));
    let starts = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(['"', '\'', '/']));
    if text.match_indices(name).any(|(at, _)| starts(at) && ends(at, name.len())) {
        return true;
    }
    // `*.md`, `f"{name}.md"`, `name + ".md"`, `path.suffix == ".md"`
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let pattern = format!(".{ending}");
    let before = |at: usize| text.get(..at).is_some_and(|before| before.ends_with(['*', '}', '"', '\'']));
    text.match_indices(&pattern).any(|(at, _)| before(at) && ends(at, pattern.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    fn outside(pyproject: &str, setup: Option<&str>, config: Option<&str>) -> Vec<String> {
        let mut found = of_package(&pyproject.parse().unwrap(), setup, config);
        found.retain(|text| text.contains(".."));
        found.sort();
        found
    }

    #[test]
    fn settings_of_any_tool_name_files() {
        for (pyproject, expected) in [
            ("[tool.hatch.version]\npath = '../../version.py'", "../../version.py"),
            ("[tool.setuptools.dynamic]\nversion = { file = ['../../VERSION'] }", "../../VERSION"),
            ("[tool.setuptools.dynamic]\nreadme = { file = '../README.md' }", "../README.md"),
            ("[tool.hatch.build.targets.wheel.force-include]\n'../../schemas' = 'a/schemas'", "../../schemas"),
            ("[tool.pdm.version]\nsource = 'file'\npath = '../v.py'", "../v.py"),
            ("[tool.poetry]\npackages = [{ include = 'a', from = '../src' }]", "../src"),
            ("[[tool.hatch.metadata.hooks.fancy-pypi-readme.fragments]]\npath = '../R.md'", "../R.md"),
            ("[project]\nreadme = { file = '../R.md' }", "../R.md"),
        ] {
            assert_eq!(outside(pyproject, None, None), [expected], "{pyproject}");
        }
    }

    #[test]
    fn packages_and_tools_of_developers_are_not_read() {
        for pyproject in [
            "[tool.uv.sources]\na = { path = '../a' }",
            "[tool.poetry.dependencies]\na = { path = '../a' }",
            "[tool.pytest.ini_options]\ntestpaths = ['../tests']",
            "[project]\ndependencies = ['a @ file:../a']",
        ] {
            assert_eq!(outside(pyproject, None, None), [] as [&str; 0], "{pyproject}");
        }
    }

    #[test]
    fn older_manifests_name_files_too() {
        let config = "[metadata]\nversion = file: ../VERSION\nlong_description = file: ../A.md, ../B.md\n";
        assert_eq!(outside("", None, Some(config)), ["../A.md", "../B.md", "../VERSION"]);
        let setup = "open(os.path.join(here, '..', \"..\", 'VERSION')); open('../x.txt')";
        let found = outside("", Some(setup), None);
        assert!(found.contains(&"../../VERSION".to_owned()) && found.contains(&"../x.txt".to_owned()), "{found:?}");
    }

    #[test]
    fn code_names_files_in_quotes() {
        for (text, expected) in [
            ("open('CHANGELOG.md')", true),
            ("open(f\"{base}/CHANGELOG.md\")", true),
            ("Path(__file__).parent / 'CHANGELOG.md'", true),
            ("base.glob('*.md')", true),
            ("open(f'{name}.md')", true),
            ("name + \".md\"", true),
            ("open('other.md')", false),
            ("# see CHANGELOG.md", false),
            ("'''See CHANGELOG.md.'''", false),
            ("open('OLD-CHANGELOG.md')", false),
        ] {
            assert_eq!(names_file(text, "CHANGELOG.md"), expected, "{text}");
        }
    }
}
