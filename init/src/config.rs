//! The config of an image: users, files, environment, labels, ports, health.

use slipway_project::paths::is_within;
use slipway_spec::PLATFORM_ARGS;
use slipway_spec::yaml::quoted;

use crate::health::healthcheck;
use crate::image::{Image, ROOT, list, map};
use crate::program::Language;
use crate::told::Told;
use crate::vars::{SECRETS, Vars};

/// Variables that presets set, or that only builds read.
const OWN_VARIABLES: &[&str] = &[
    "PATH",
    "NODE_ENV",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "DEBIAN_FRONTEND",
    "PYTHONDONTWRITEBYTECODE",
    "CGO_ENABLED",
    "GOOS",
    "GOARCH",
    "GOPATH",
    "GOPROXY",
    "GOFLAGS",
    "GOCACHE",
    "GOMODCACHE",
    "GOTOOLCHAIN",
    "GOPRIVATE",
    "GOBIN",
    "GO111MODULE",
    "HOME",
    "JAVA_HOME",
    "PNPM_HOME",
    "YARN_VERSION",
    "CI",
];
const OWN_PREFIXES: &[&str] =
    &["PIP_", "UV_", "POETRY_", "CARGO_", "NPM_", "npm_", "COREPACK_", "MAVEN_", "GRADLE_", "RUSTUP_"];

/// Labels that are keys of `metadata`.
const METADATA: &[&str] =
    &["title", "description", "source", "url", "documentation", "vendor", "licenses", "version", "authors", "revision"];

/// The config of the image.
pub(crate) fn config(image: &mut Image, told: &mut Told, language: Option<Language>) {
    if matches!(language, Some(Language::Go | Language::Rust)) && told.user.is_none() {
        leave_home_of_root(image, told);
    }
    if let Some(user) = user(told).filter(|_| language.is_some()) {
        image.set("user", user);
    } else if language.is_some() && told.user.is_none() && names_home_of_root(told) {
        image.set_with("user", ROOT, "It uses files in /root. Delete `user` when they are elsewhere.");
    }
    let address = |from: &str| if from.contains(":/") { from.to_owned() } else { format!("./{from}") };
    let files: Vec<_> = told.files.iter().map(|(to, from)| (to.clone(), quoted(&address(from)))).collect();
    if !files.is_empty() {
        image.set("files", map(&files));
        // Bases have working directories of their own, such as `/home/nonroot`.
        let is_relative = told.workdir != "/" || told.files.iter().any(|(to, _)| !is_of_system(to));
        if matches!(language, Some(Language::Go | Language::Rust)) && is_relative {
            image.set("workdir", quoted(&told.workdir));
        }
    }
    let own = |path: &&String| {
        let is_system = [
            "/tmp",
            "/var/cache",
            "/var/lib/apt",
            "/var/log",
            "/etc/apt",
            "/root",
            "/run",
            "/etc",
            "/usr",
            "/opt/venv",
            "/home",
        ];
        let is_made = told.files.iter().any(|(to, _)| to.starts_with(path.as_str()));
        **path != told.workdir && !is_made && !is_system.iter().any(|prefix| is_within(prefix, path))
    };
    let mut folders: Vec<_> =
        told.folders.iter().filter(own).filter(|path| !told.volumes.contains(path)).cloned().collect();
    folders.sort();
    folders.dedup();
    if !folders.is_empty() {
        image.set("folders", map(&folders.into_iter().map(|path| (path, "{}".to_owned())).collect::<Vec<_>>()));
    }
    env(image, told);
    labels(image, told);
    ports(image, told);
    if !told.volumes.is_empty() {
        image.set("volumes", list(&told.volumes));
    }
    if let Some(signal) = told.stop_signal.as_deref().filter(|signal| *signal != "SIGTERM") {
        image.set("stop_signal", quoted(signal));
    }
    health(image, told);
}

/// Whether a path is one that programs name in full.
fn is_of_system(path: &str) -> bool {
    ["/bin", "/etc", "/lib", "/opt", "/srv", "/usr", "/var"].iter().any(|folder| is_within(folder, path))
}

/// Whether something is in the home directory of root, where no other user may read.
fn names_home_of_root(told: &Told) -> bool {
    names_root(told) || told.files.iter().any(|(to, _)| is_within("/root", to))
}

/// Whether the environment or a volume names the home directory of root.
fn names_root(told: &Told) -> bool {
    let env = told.env.iter().filter(|(name, _)| !is_own(name)).map(|(_, value)| value);
    env.chain(&told.volumes).any(|text| is_of_root(text))
}

fn is_of_root(text: &str) -> bool {
    text.split([':', ',', '=', ' ', '"', '[']).any(|part| is_within("/root", part))
}

/// A working directory in the home directory of root becomes `/app`, unless something names it by its path: only root
/// could start a program there.
fn leave_home_of_root(image: &Image, told: &mut Told) {
    let keys = || image.keys.iter().filter(|key| matches!(key.name.as_str(), "entrypoint" | "cmd"));
    if !is_within("/root", &told.workdir) || names_root(told) || keys().any(|key| is_of_root(&key.value)) {
        return;
    }
    let old = std::mem::replace(&mut told.workdir, "/app".to_owned());
    for (to, _) in told.files.iter_mut().filter(|(to, _)| is_within(&old, to)) {
        *to = format!("/app{}", to.get(old.len()..).unwrap_or_default());
    }
}

/// Whether a variable is one that presets set, or that only builds read.
fn is_own(name: &str) -> bool {
    OWN_VARIABLES.contains(&name) || OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn user(told: &Told) -> Option<String> {
    let written = told.user.as_deref()?;
    let name = written.split(':').next().unwrap_or_default();
    if name.parse::<u32>().is_ok_and(|number| number != 0 && number != 65532) {
        let own = if written.contains(':') { written.to_owned() } else { format!("{written}:{written}") };
        return own.split(':').all(|part| part.parse::<u32>().is_ok()).then(|| format!("\"{own}\""));
    }
    let (name, number) = told.users.iter().find(|(known, _)| known == name)?;
    let number = number.as_deref().filter(|number| number.parse::<u32>().is_ok_and(|number| number > 0))?;
    Some(map(&[("name".to_owned(), quoted(name)), ("uid".to_owned(), number.to_owned())]))
}

fn env(image: &mut Image, told: &Told) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let has_options = image.has("java") && image.has("env");
    let is_replaced = |name: &str| has_options && (name.starts_with("JAVA_") || name == "JVM_OPTS");
    for (name, value) in told.env.iter().filter(|(name, _)| !is_own(name) && !is_replaced(name)) {
        if SECRETS.iter().any(|word| name.to_ascii_uppercase().contains(word)) {
            image.notes.push(format!(
                "{name} is not here: whoever has the image could read it. Set it when the container starts."
            ));
            continue;
        }
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.clone(), quoted(value)));
    }
    let named = image.keys.iter_mut().find(|key| key.name == "env");
    match named {
        Some(key) if !pairs.is_empty() => {
            key.value = format!("{}, {}", key.value.trim_end_matches(" }"), map(&pairs).trim_start_matches("{ "));
        }
        None if !pairs.is_empty() => image.set("env", map(&pairs)),
        _ => {}
    }
}

fn labels(image: &mut Image, told: &Told) {
    let (mut labels, mut metadata) = (Vec::new(), Vec::new());
    for (name, value) in told.labels.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("maintainer")) {
        let pair = |name: &str| (name.to_owned(), quoted(value));
        match name.strip_prefix("org.opencontainers.image.") {
            Some(key) if METADATA.contains(&key) => metadata.push(pair(key)),
            Some(_) => {}
            None => labels.push(pair(name)),
        }
    }
    for (key, pairs) in [("labels", labels), ("metadata", metadata)] {
        if !pairs.is_empty() {
            image.set(key, map(&pairs));
        }
    }
}

fn ports(image: &mut Image, told: &Told) {
    let mut ports: Vec<String> = Vec::new();
    for port in &told.expose {
        let port = port.trim_end_matches("/tcp");
        let number = port.split('/').next().unwrap_or_default();
        if number.parse::<u16>().is_ok() && !ports.iter().any(|known| known == port) {
            ports.push(port.to_owned());
        }
    }
    if !ports.is_empty() {
        image.set("expose", format!("[{}]", ports.join(", ")));
    }
}

fn health(image: &mut Image, told: &Told) {
    let port = told.expose.iter().map(|port| port.trim_end_matches("/tcp")).find(|port| port.parse::<u16>().is_ok());
    let own = told.health.as_ref().map(healthcheck);
    match (own, port) {
        (Some(Some(own)), _) => image.set("healthcheck", own),
        (Some(None), Some(port)) => {
            image.set_with(
                "healthcheck",
                format!("{{ tcp: \":{port}\" }}"),
                "The check of the Dockerfile needs a shell or a program that the image lacks.",
            );
        }
        (None, Some(port)) => image.set_with(
            "healthcheck",
            format!("{{ tcp: \":{port}\" }}"),
            "A guess. If it answers HTTP, write { http: \":PORT/PATH\" }.",
        ),
        _ => {}
    }
}

/// Arguments that a text of the spec uses, with their defaults.
pub(crate) fn used_args(text: &str, vars: &Vars) -> Vec<(String, String)> {
    let names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    let known = names.filter(|name| vars.0.iter().any(|(known, _)| known == name));
    let known = known.filter(|name| !PLATFORM_ARGS.contains(name));
    known.map(|name| (name.to_owned(), vars.default_of(name).unwrap_or_default().to_owned())).collect()
}
