//! Which Compose file says what a repository ships, and its variables.

use slipway_spec::{Sources, yaml};

use crate::compose::{self, Service};
use crate::survey::{COMPOSE, ENV, Survey, folder, is_compose};
use crate::targets::{OF_CONTAINERS, is_for_development};
use crate::vars::{Value, Vars};

/// The Compose file, and its services.
pub(crate) fn services(survey: &mut Survey) -> (Option<String>, Vec<Service>) {
    let at_root = COMPOSE.iter().find(|name| survey.has(name)).map(|name| (*name).to_owned());
    let is_near = |path: &String| OF_CONTAINERS.contains(&folder(path));
    let found = at_root.or_else(|| survey.named(COMPOSE).map(|(_, path)| path.to_owned()).find(is_near));
    // Some repositories run published images by default, and have another file that builds them.
    let is_other = |path: &&String| folder(path).is_empty() && is_compose(path) && !is_for_development(path);
    let others = survey.files.iter().filter(is_other).filter(|path| Some(*path) != found.as_ref());
    let paths: Vec<String> = found.iter().chain(others).cloned().collect();
    let vars = variables(survey.text(ENV));
    for path in paths {
        match parsed(&path, survey.text(&path)) {
            Ok(tree) => {
                let services = compose::services(&tree, folder(&path), &vars);
                if !services.is_empty() {
                    return (Some(path), services);
                }
            }
            Err(why) => survey.notes.push(format!("{path} was not used: {why}.")),
        }
    }
    (None, Vec::new())
}

/// The tree of a Compose file.
fn parsed(path: &str, text: &str) -> Result<yaml::Node, String> {
    let read = |text: String| {
        let mut sources = Sources::default();
        let id = sources.add(path.to_owned(), text.into_bytes()).map_err(|found| found.message.clone())?;
        let file = sources.get(id).ok_or_else(String::new)?;
        yaml::parse(file).map_err(|found| found.message)
    };
    read(text.to_owned()).or_else(|why| read(indented(text)).map_err(|_| why))
}

/// Compose accepts a bracket that closes a list in the column of its key; YAML requires that it is further in.
fn indented(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut last = "";
    for line in text.lines() {
        if line.trim_start().starts_with([']', '}']) {
            found.push_str(last);
        }
        found.push_str(line);
        found.push('\n');
        last = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
    }
    found
}

/// The variables in a file of them.
fn variables(text: &str) -> Vars {
    let mut vars = Vars::default();
    let pairs = text.lines().filter(|line| !line.trim_start().starts_with('#')).filter_map(|line| line.split_once('='));
    for (name, value) in pairs {
        let value = value.trim().trim_matches(['"', '\'']);
        let value = vars.value(value).unwrap_or_else(|| value.to_owned());
        vars.set(name.trim().trim_start_matches("export "), Value::Env(value));
    }
    vars
}
