//! The services of a Compose file that are built from this repository.

use slipway_project::paths::in_folder;
use slipway_spec::join_path;
use slipway_spec::yaml::{Kind, Node};

use crate::shell;
use crate::vars::{SECRETS, Vars};

/// A service with a `build`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// The folder of its build context.
    pub(crate) context: String,
    /// The path of its Dockerfile.
    pub(crate) dockerfile: String,
    pub(crate) target: Option<String>,
    /// Arguments with values.
    pub(crate) args: Vec<(String, String)>,
    /// Ports of the container.
    pub(crate) ports: Vec<String>,
    pub(crate) entrypoint: Option<Vec<String>>,
    pub(crate) command: Option<Vec<String>>,
    /// Paths of named and of anonymous volumes.
    pub(crate) volumes: Vec<String>,
    pub(crate) user: Option<String>,
    /// The words of its health check, as in a Dockerfile: `CMD …`.
    pub(crate) health: Option<String>,
}

/// The services of a file in the folder of the Compose file.
///
/// `vars` are those of `.env`. Those with names of secrets are not evaluated.
pub(crate) fn services(file: &Node, folder: &str, vars: &Vars) -> Vec<Service> {
    let named = file.get("services").map(Node::entries).unwrap_or_default().iter();
    named.filter_map(|entry| service(&entry.key.value, &entry.value, folder, vars)).collect()
}

fn service(name: &str, node: &Node, folder: &str, vars: &Vars) -> Option<Service> {
    let build = node.get("build")?;
    let known = |text: String| vars.value(&text).unwrap_or(text);
    let context = build.text().or_else(|| build.get("context")?.text()).unwrap_or(".".to_owned());
    let context = known(context);
    if context.contains(':') || context.contains('$') {
        return None;
    }
    let context = join_path(folder, &context)?;
    let text = |key: &str| build.get(key).and_then(Node::text).map(known);
    if build.get("dockerfile_inline").is_some() {
        return None;
    }
    let dockerfile = text("dockerfile").unwrap_or("Dockerfile".to_owned());
    let dockerfile = join_path(&context, &dockerfile).unwrap_or_else(|| in_folder(&context, "Dockerfile"));
    let args = build.get("args").map(pairs).unwrap_or_default();
    Some(Service {
        name: name.to_owned(),
        context,
        dockerfile,
        target: text("target"),
        args: args.into_iter().filter(|(_, value)| !value.contains('$')).collect(),
        ports: list(node.get("ports")).iter().filter_map(|node| port(node, vars)).collect(),
        entrypoint: node.get("entrypoint").and_then(words).map(|words| all(words, vars)),
        command: node.get("command").and_then(words).map(|words| all(words, vars)),
        volumes: list(node.get("volumes")).iter().filter_map(volume).collect(),
        user: node.get("user").and_then(Node::text).filter(|user| !user.contains('$')),
        health: node.get("healthcheck").and_then(|node| health(node, vars)),
    })
}

/// A text with its variables; `None` if one is not known, or looks like a secret.
fn evaluated(text: &str, vars: &Vars) -> Option<String> {
    let is_secret = SECRETS.iter().any(|word| text.split('$').skip(1).any(|rest| of_name(rest).contains(word)));
    // Two signs are one of the text.
    vars.value(&text.replace("$$", "\\$")).filter(|_| !is_secret)
}

/// The name at the start of a text.
fn of_name(text: &str) -> &str {
    let text = text.trim_start_matches('{');
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn all(words: Vec<String>, vars: &Vars) -> Vec<String> {
    words.into_iter().map(|word| evaluated(&word, vars).unwrap_or(word)).collect()
}

fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(Kind::Sequence(items)) => items,
        _ => &[],
    }
}

/// A map, or a list of `NAME=VALUE`.
fn pairs(node: &Node) -> Vec<(String, String)> {
    let of_list = list(Some(node)).iter().filter_map(|item| {
        let (name, value) = item.text()?.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))?;
        Some((name, value))
    });
    let of_map = node.entries().iter().filter_map(|entry| Some((entry.key.value.clone(), entry.value.text()?)));
    of_list.chain(of_map).collect()
}

/// A command: a list, or a text that Compose splits into words.
fn words(node: &Node) -> Option<Vec<String>> {
    if let Kind::Sequence(items) = &node.kind {
        return items.iter().map(Node::text).collect();
    }
    let text = node.text()?;
    shell::plain(&text).or_else(|| shlex::split(&text)).filter(|words| !words.is_empty())
}

/// The port of the container: `8080`, `"80:8080"`, `"127.0.0.1:80:8080/udp"`, `"${PORT:-80}:8080"`.
fn port(node: &Node, vars: &Vars) -> Option<String> {
    let text = node.get("target").and_then(Node::text).or_else(|| node.text())?;
    let text = vars.value(&text).unwrap_or(text);
    let inner = match text.rsplit_once(':') {
        Some((before, inner)) if before.matches("${").count() <= before.matches('}').count() => inner,
        _ => text.as_str(),
    };
    let inner = inner.rsplit_once(":-").or_else(|| inner.rsplit_once('-')).map_or(inner, |(_, fallback)| fallback);
    let inner = inner.trim_end_matches('}').trim_end_matches("/tcp");
    inner.trim_end_matches("/udp").bytes().all(|digit| digit.is_ascii_digit()).then(|| inner.to_owned())
}

/// The path of a volume that is no folder of the repository or the host.
fn volume(node: &Node) -> Option<String> {
    let (source, target) = match node.get("target") {
        Some(target) if node.get("type").and_then(Node::text).as_deref() != Some("volume") => {
            let _ = target;
            return None;
        }
        Some(target) => (String::new(), target.text()?),
        None => {
            let text = node.text()?;
            let (source, target) = text.split_once(':').unwrap_or(("", &text));
            (source.to_owned(), target.split(':').next()?.to_owned())
        }
    };
    let is_named = !source.starts_with(['.', '/', '~', '$']);
    (is_named && target.starts_with('/') && !target.contains('$') && !target.ends_with("node_modules"))
        .then_some(target)
}

/// `healthcheck` as the text of an instruction.
fn health(node: &Node, vars: &Vars) -> Option<String> {
    let test = node.get("test")?;
    let words: Vec<String> = list(Some(test)).iter().filter_map(Node::text).collect();
    let command = match words.split_first() {
        None => test.text()?,
        Some((kind, rest)) if kind == "CMD" => serde_json::Value::from(rest).to_string(),
        Some((kind, rest)) if kind == "CMD-SHELL" => rest.join(" "),
        Some(_) => return Some("NONE".to_owned()),
    };
    let mut text = String::new();
    for (key, flag) in
        [("interval", "interval"), ("timeout", "timeout"), ("retries", "retries"), ("start_period", "start-period")]
    {
        if let Some(value) = node.get(key).and_then(Node::text) {
            text.push_str(&format!("--{flag}={value} "));
        }
    }
    Some(format!("{text}CMD {}", evaluated(&command, vars)?))
}
