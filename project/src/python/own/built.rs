//! Projects that must be built, because only their build knows their version, or creates some of their modules.

use slipway_diagnostic::join_path;

use super::super::local::Local;
use crate::toml_file::at;

/// Tables of settings with which a build creates files that are not in the repository.
const HOOKS: &[&[&str]] = &[
    &["tool", "hatch", "build", "hooks"],
    &["tool", "hatch", "build", "targets", "wheel", "hooks"],
    &["tool", "hatch", "build", "targets", "wheel", "force-include"],
    &["tool", "poetry", "build"],
    &["tool", "pdm", "build", "custom-hook"],
];
/// Fields that the build may compute, and that programs query.
const DYNAMIC: &[&str] = &["version", "scripts", "gui-scripts", "entry-points"];

/// Whether the project must be built.
pub(super) fn is_needed(pyproject: &toml::Table, local: &Local) -> bool {
    // Poetry 2 takes the version from its own table.
    let of_poetry = at(pyproject, &["tool", "poetry", "version"]).is_some();
    let dynamic = at(pyproject, &["project", "dynamic"]).and_then(toml::Value::as_array).into_iter().flatten();
    let mut dynamic = dynamic.filter_map(toml::Value::as_str).filter(|key| !of_poetry || *key != "version");
    local.native.is_some()
        || local.version_from_git.is_some()
        || dynamic.any(|key| DYNAMIC.contains(&key))
        || HOOKS.iter().any(|path| at(pyproject, path).is_some())
}

/// The READMEs that a manifest names in the project's folder.
#[must_use]
pub fn readmes(pyproject: &toml::Table) -> Vec<String> {
    let tables = [&["project", "readme"][..], &["tool", "poetry", "readme"]];
    let values = tables.into_iter().filter_map(|path| at(pyproject, path));
    let mut files: Vec<&str> = Vec::new();
    for value in values {
        files.extend(value.as_str().or_else(|| value.get("file")?.as_str()));
        files.extend(value.as_array().into_iter().flatten().filter_map(toml::Value::as_str));
    }
    files.into_iter().take(16).filter_map(|file| join_path("", file)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::super::super::local::{Manifests, package};
    use super::*;

    #[test]
    fn only_projects_with_computed_values_are_built() {
        let needed = |text: &str| {
            let pyproject: toml::Table = text.parse().unwrap();
            let manifests = Manifests { pyproject: Some(pyproject.clone()), ..Manifests::default() };
            is_needed(&pyproject, &package("a", "", &manifests))
        };
        let system = |name: &str| format!("[build-system]\nrequires = ['{name}']\n");
        for (text, expected) in [
            ("[project]\nname = 'a'\nversion = '1'\ndynamic = ['description']".to_owned(), false),
            ("[project]\nname = 'a'\ndynamic = ['version']".to_owned(), true),
            ("[project]\nname = 'a'\ndynamic = ['version']\n[tool.poetry]\nversion = '1'".to_owned(), false),
            (format!("{}[project]\nname = 'a'\nversion = '1'", system("maturin>=1")), true),
            (format!("{}[project]\nname = 'a'\nversion = '1'", system("hatchling")), false),
            (format!("{}[tool.poetry]\nname = 'a'\nversion = '0'", system("poetry-dynamic-versioning")), true),
            ("[project]\nname = 'a'\nversion = '1'\n[tool.hatch.build.hooks.custom]".to_owned(), true),
        ] {
            assert_eq!(needed(&text), expected, "{text}");
        }
    }
}
