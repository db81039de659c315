//! The entry points in a manifest, and which of them are programs.
//!
//! Source of the format: <https://packaging.python.org/en/latest/specifications/entry-points/>.

use std::collections::BTreeMap;

use crate::toml_file::at;

/// Entry points by group: names and objects.
pub(super) type EntryPoints = BTreeMap<String, BTreeMap<String, String>>;

/// The entry points of a manifest, including programs.
pub(super) fn entry_points(pyproject: &toml::Table) -> EntryPoints {
    let table = |path: &[&str]| at(pyproject, path).and_then(toml::Value::as_table).into_iter().flatten();
    let groups = table(&["project", "entry-points"]).chain(table(&["tool", "poetry", "plugins"]));
    let groups = groups.filter_map(|(group, points)| Some((group.as_str(), points.as_table()?)));
    let mut found = EntryPoints::new();
    let mut add = |group: &str, name: &str, value: &toml::Value| {
        // Poetry uses a table for anything more than a name.
        let text = value.as_str().or_else(|| value.get("callable")?.as_str());
        let reference = || value.get("reference")?.as_str().filter(|text| text.contains(':'));
        let Some(value) = text.or_else(reference).map(str::trim) else { return };
        let is_line = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        if is_line(name) && is_line(value) && is_line(group) && !name.contains('=') && !group.contains(']') {
            found.entry(group.to_owned()).or_default().insert(name.to_owned(), value.to_owned());
        }
    };
    groups.for_each(|(group, points)| points.iter().for_each(|(name, value)| add(group, name, value)));
    for (group, path) in [
        ("console_scripts", &["tool", "poetry", "scripts"][..]),
        ("console_scripts", &["project", "scripts"]),
        ("gui_scripts", &["project", "gui-scripts"]),
    ] {
        table(path).for_each(|(name, value)| add(group, name, value));
    }
    found
}

/// The programs in a manifest, with the objects that they call: `serve` and `app.main:run`.
#[must_use]
pub fn console_scripts(pyproject: &toml::Table) -> Vec<(String, String)> {
    let safe = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "_.:-".contains(c));
    let points = entry_points(pyproject);
    let scripts = ["console_scripts", "gui_scripts"].into_iter().filter_map(|group| points.get(group)).flatten();
    let objects = scripts.filter_map(|(name, value)| Some((name.clone(), value.split('[').next()?.trim().to_owned())));
    objects.filter(|(name, place)| safe(name) && safe(place) && place.contains(':')).collect()
}
