//! The files of an installed package with its name, its description and its entry points.
//!
//! Source of the formats: <https://packaging.python.org/en/latest/specifications/core-metadata/> and
//! <https://packaging.python.org/en/latest/specifications/entry-points/>.

use std::collections::BTreeMap;

use super::super::entry_points::{EntryPoints, entry_points};
use super::super::name::normal_name;
use super::release;
use crate::toml_file::at;

/// The maximum number of lines.
const MOST: usize = 2_000;

/// The files of a package by their paths in the folder of installed packages; `None` if its name or version is
/// computed.
pub(super) fn texts(pyproject: &toml::Table) -> Option<Vec<(String, String)>> {
    let project = pyproject.get("project");
    let poetry = at(pyproject, &["tool", "poetry"]);
    let text = |key: &str| [project, poetry].into_iter().flatten().find_map(|table| table.get(key)?.as_str());
    let name = text("name").filter(|name| is_name(name))?;
    let version = release::normal(text("version")?)?;
    let mut metadata = vec![format!("Metadata-Version: 2.4\nName: {name}\nVersion: {version}")];
    let mut say = |key: &str, value: &str| {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() && metadata.len() < MOST {
            metadata.push(format!("{key}: {value}"));
        }
    };
    for (key, field) in [("description", "Summary"), ("license", "License-Expression")] {
        text(key).into_iter().for_each(|value| say(field, value));
    }
    at(pyproject, &["project", "license", "text"])
        .and_then(toml::Value::as_str)
        .into_iter()
        .for_each(|value| say("License", value));
    text("requires-python").into_iter().for_each(|value| say("Requires-Python", value));
    let texts = |key: &str| strings([project, poetry].into_iter().flatten().find_map(|table| table.get(key)));
    let keywords = texts("keywords").collect::<Vec<_>>().join(",");
    say("Keywords", &keywords);
    for author in list([project, poetry].into_iter().flatten().find_map(|table| table.get("authors"))) {
        let part = |key: &str| author.get(key).and_then(toml::Value::as_str);
        match (author.as_str(), part("name"), part("email")) {
            (Some(text), ..) => say("Author-email", text),
            (_, Some(name), Some(email)) => say("Author-email", &format!("{name} <{email}>")),
            (_, Some(name), None) => say("Author", name),
            (_, None, email) => email.into_iter().for_each(|email| say("Author-email", email)),
        }
    }
    texts("classifiers").for_each(|value| say("Classifier", value));
    for (label, url) in project.and_then(|project| project.get("urls")?.as_table()).into_iter().flatten() {
        url.as_str().into_iter().for_each(|url| say("Project-URL", &format!("{label}, {url}")));
    }
    strings(project.and_then(|project| project.get("dependencies"))).for_each(|needed| say("Requires-Dist", needed));
    let extras = project.and_then(|project| project.get("optional-dependencies")?.as_table());
    for (extra, list) in extras.into_iter().flatten() {
        let extra = normal_name(extra);
        say("Provides-Extra", &extra);
        strings(Some(list)).for_each(|needed| say("Requires-Dist", &of_extra(needed, &extra)));
    }
    let folder = format!("{}-{version}.dist-info", normal_name(name).replace('-', "_"));
    let mut files = vec![
        (format!("{folder}/METADATA"), metadata.join("\n") + "\n"),
        (format!("{folder}/INSTALLER"), "slipway\n".to_owned()),
    ];
    let points = entry_points(pyproject);
    if !points.is_empty() {
        files.push((format!("{folder}/entry_points.txt"), entry_points_text(&points)));
    }
    let record: String = files.iter().map(|(path, _)| format!("{path},,\n")).collect();
    files.push((format!("{folder}/RECORD"), format!("{record}{folder}/RECORD,,\n")));
    Some(files)
}

/// A requirement that applies only with an extra: `b>=1; os_name == 'posix'` has another condition.
fn of_extra(needed: &str, extra: &str) -> String {
    match needed.split_once(';') {
        Some((what, marker)) => format!("{}; ({}) and extra == '{extra}'", what.trim(), marker.trim()),
        None => format!("{}; extra == '{extra}'", needed.trim()),
    }
}

fn entry_points_text(points: &EntryPoints) -> String {
    let group = |(group, points): (&String, &BTreeMap<String, String>)| {
        let lines: String = points.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
        format!("[{group}]\n{lines}")
    };
    points.iter().map(group).collect::<Vec<_>>().join("\n")
}

/// Whether a text is a valid package name; see
/// <https://packaging.python.org/en/latest/specifications/name-normalization/>.
fn is_name(name: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.len() <= 128 && name.chars().all(inside) && ends(name.chars().next()) && ends(name.chars().last())
}

fn list(value: Option<&toml::Value>) -> impl Iterator<Item = &toml::Value> {
    value.and_then(toml::Value::as_array).into_iter().flatten()
}

fn strings(value: Option<&toml::Value>) -> impl Iterator<Item = &str> {
    list(value).filter_map(toml::Value::as_str)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    fn files(pyproject: &str) -> Option<Vec<(String, String)>> {
        texts(&pyproject.parse().unwrap())
    }

    #[test]
    fn a_manifest_has_the_metadata() {
        let found = files(
            "[project]\nname = 'My.App'\nversion = '1.0-beta2'\ndescription = \"Does\\nit\"\nauthors = [{ name = 'A', email = 'a@b' }]\ndependencies = ['idna>=3']\n[project.optional-dependencies]\nPG = [\"b; os_name == 'posix'\"]\n[project.scripts]\nserve = 'app:main'\n[project.entry-points.'app.plugins']\nfirst = 'app.first'\n",
        )
        .unwrap();
        let text = found.iter().map(|(path, text)| format!("== {path}\n{text}")).collect::<String>();
        insta::assert_snapshot!(text, @r"
        == my_app-1.0b2.dist-info/METADATA
        Metadata-Version: 2.4
        Name: My.App
        Version: 1.0b2
        Summary: Does it
        Author-email: A <a@b>
        Requires-Dist: idna>=3
        Provides-Extra: pg
        Requires-Dist: b; (os_name == 'posix') and extra == 'pg'
        == my_app-1.0b2.dist-info/INSTALLER
        slipway
        == my_app-1.0b2.dist-info/entry_points.txt
        [app.plugins]
        first = app.first

        [console_scripts]
        serve = app:main
        == my_app-1.0b2.dist-info/RECORD
        my_app-1.0b2.dist-info/METADATA,,
        my_app-1.0b2.dist-info/INSTALLER,,
        my_app-1.0b2.dist-info/entry_points.txt,,
        my_app-1.0b2.dist-info/RECORD,,
        ");
    }

    #[test]
    fn poetry_has_its_own_tables() {
        let found = files("[tool.poetry]\nname = 'app'\nversion = '0.1'\nauthors = ['A <a@b>']\n[tool.poetry.scripts]\nx = { reference = 'app:x', type = 'console' }\nf = { reference = 'bin/f', type = 'file' }\n[tool.poetry.plugins.g]\np = 'app:p'\n").unwrap();
        assert_eq!(found[2].1, "[console_scripts]\nx = app:x\n\n[g]\np = app:p\n");
        // Poetry 2 takes fields that the standard table lacks from its own table.
        let found = files("[project]\nname = 'app'\ndynamic = ['version']\n[tool.poetry]\nversion = '0.2'\n").unwrap();
        assert_eq!(found[0].0, "app-0.2.dist-info/METADATA");
    }

    #[test]
    fn missing_values_are_not_guessed() {
        for pyproject in [
            "",
            "[project]\nname = 'app'\ndynamic = ['version']",
            "[project]\nname = '../app'\nversion = '1'",
            "[project]\nname = 'app'\nversion = '1/../..'",
            "[project]\nversion = '1'",
        ] {
            assert_eq!(files(pyproject), None, "{pyproject}");
        }
    }
}
