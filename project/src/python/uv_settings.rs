//! uv's settings, in `uv.toml` or in `tool.uv` of a manifest.

use crate::toml_file::at;

/// Folders that are used as indexes, relative to the settings file.
pub(super) fn local_indexes(settings: &toml::Table) -> Vec<String> {
    let listed = |key: &str| -> Vec<&toml::Value> {
        match settings.get(key) {
            Some(toml::Value::Array(list)) => list.iter().collect(),
            other => other.into_iter().collect(),
        }
    };
    let urls = listed("index").into_iter().filter_map(|index| index.get("url"));
    let named = ["find-links", "index-url", "extra-index-url"].into_iter().flat_map(listed);
    named.chain(urls).filter_map(toml::Value::as_str).filter(|place| is_local(place)).map(str::to_owned).collect()
}

/// Whether the URL of an index is a relative path.
pub(super) fn is_local(place: &str) -> bool {
    !place.contains("://") && !place.starts_with('/') && !place.contains('$')
}

/// The groups that uv installs by default: `dev`, unless the project specifies others.
pub(super) fn default_groups(pyproject: &toml::Table, root: &toml::Table) -> Vec<String> {
    let configured = |table| at(table, &["tool", "uv", "default-groups"]);
    match configured(pyproject).or_else(|| configured(root)) {
        Some(toml::Value::Array(list)) => list.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
        Some(_) => {
            let groups = at(pyproject, &["dependency-groups"]).and_then(toml::Value::as_table);
            groups.into_iter().flatten().map(|(name, _)| name.clone()).collect()
        }
        None => vec!["dev".to_owned()],
    }
}
