//! Files that the manifests of a package name.
//!
//! A package may take its version, README or data from outside its folder, through the settings of a dozen tools. All
//! of them have the path in a string. So every string of a manifest counts, except in tables of tools that are not
//! involved in a build. A string that is not a path has no effect.

/// Tables of `tool` that do not affect how a package is built.
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
/// Tables that name other packages, which are installed but not read.
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
/// Longer strings are not paths.
const LONGEST: usize = 512;

/// Strings of a package's manifests that may be paths.
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
            // Hatch has files as keys, and their destinations as values.
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

/// Strings of Python code that may be paths. Several in a row may be parts of one, as in `os.path.join(here, "..",
/// "VERSION")`.
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
    fn packages_and_development_tools_are_not_read() {
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
}
