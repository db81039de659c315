//! Folders that modules are imported from: those that an editable install of the project would add to the import path.

use slipway_diagnostic::join_path;

use super::entry_points::console_scripts;
use crate::paths::in_folder;
use crate::toml_file::at;
use crate::{Error, Repository};

/// The folders relative to the project's, in the order of the import path. `src` is one if it exists; others come from
/// the settings of the build backend, and from the modules of the project's programs.
pub(super) async fn roots(
    repository: &Repository<'_>,
    folder: &str,
    pyproject: &toml::Table,
) -> Result<Vec<String>, Error> {
    let src = repository.exists(&in_folder(folder, "src")).await?;
    let mut roots = vec![if src { "src" } else { "" }.to_owned()];
    let mut add = |root: String| {
        if !roots.contains(&root) {
            roots.push(root);
        }
    };
    let said = said(pyproject);
    let is_said = !said.is_empty();
    said.into_iter().take(MOST).for_each(&mut add);
    if src && !is_said {
        let mut modules: Vec<_> = console_scripts(pyproject)
            .into_iter()
            .filter_map(|(_, object)| Some(object.split([':', '.']).next()?.to_owned()))
            .collect();
        modules.sort();
        modules.dedup();
        for module in modules.into_iter().take(MOST) {
            let places = ["src/", ""].map(|root| in_folder(folder, &format!("{root}{module}")));
            let files = places.clone().map(|place| format!("{place}.py"));
            let there = repository.exists_all(&[&places[..], &files].concat()).await?;
            if let [false, true, false, _] | [false, _, false, true] = there[..] {
                add(String::new());
            }
        }
    }
    Ok(roots)
}

/// The maximum number of folders; real projects have fewer.
const MOST: usize = 16;

/// Folders that settings of build backends name, relative to the project's.
pub(super) fn said(pyproject: &toml::Table) -> Vec<String> {
    let text = |path: &[&str]| at(pyproject, path).and_then(toml::Value::as_str);
    let list = |path: &[&str]| at(pyproject, path).and_then(toml::Value::as_array).into_iter().flatten();
    let mut found: Vec<&str> = Vec::new();
    found.extend(text(&["tool", "uv", "build-backend", "module-root"]));
    found.extend(text(&["tool", "pdm", "build", "package-dir"]));
    found.extend(text(&["tool", "setuptools", "package-dir", ""]));
    found.extend(text(&["tool", "maturin", "python-source"]));
    found.extend(list(&["tool", "setuptools", "packages", "find", "where"]).filter_map(toml::Value::as_str));
    let of_hatch = list(&["tool", "hatch", "build", "targets", "wheel", "packages"])
        .chain(list(&["tool", "hatch", "build", "packages"]))
        .filter_map(toml::Value::as_str);
    found.extend(of_hatch.map(|package| package.trim_end_matches('/').rsplit_once('/').map_or("", |(above, _)| above)));
    let of_poetry = list(&["tool", "poetry", "packages"]).filter(|package| package.get("to").is_none());
    found.extend(of_poetry.map(|package| package.get("from").and_then(toml::Value::as_str).unwrap_or_default()));
    found.into_iter().filter_map(|root| join_path("", root.trim_start_matches('/'))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    #[test]
    fn build_tools_have_settings() {
        for (pyproject, expected) in [
            ("[tool.setuptools.packages.find]\nwhere = ['./lib']", "lib"),
            ("[tool.setuptools.package-dir]\n'' = 'lib'", "lib"),
            ("[tool.hatch.build.targets.wheel]\npackages = ['python/app']", "python"),
            ("[tool.hatch.build.targets.wheel]\npackages = ['app']", ""),
            ("[tool.poetry]\npackages = [{ include = 'app', from = 'lib' }]", "lib"),
            ("[tool.uv.build-backend]\nmodule-root = ''", ""),
            ("[tool.pdm.build]\npackage-dir = 'python'", "python"),
        ] {
            assert_eq!(said(&pyproject.parse().unwrap()), [expected], "{pyproject}");
        }
        assert_eq!(said(&"[tool.setuptools.packages.find]\nwhere = ['../x']".parse().unwrap()), [] as [&str; 0]);
    }
}
