//! An image of the spec in the making.

use slipway_spec::yaml::quoted;

use crate::told::Told;

/// A key and its value, as YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Why it has this value, if that is a guess.
    pub(crate) note: String,
}

/// What becomes of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A preset builds it.
    Preset,
    /// Its Dockerfile does.
    Adopted,
    /// It is only a comment.
    Comment,
}

/// An image.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) name: String,
    pub(crate) form: Form,
    /// What a reader should know, one sentence each.
    pub(crate) notes: Vec<String>,
    /// Its keys with a preset.
    pub(crate) keys: Vec<Key>,
    /// The keys of the stage with its Dockerfile; empty without one.
    pub(crate) stage: Vec<Key>,
    /// Its keys with that stage.
    pub(crate) adopted: Vec<Key>,
    /// Why it has its form.
    pub(crate) why: String,
    /// The image that it extends.
    pub(crate) extends: Option<String>,
    /// Findings that its owner has to decide about.
    pub(crate) skips: Vec<Skip>,
}

/// A finding that a comment skips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skip {
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    /// Whether it is about the stage of the image.
    pub(crate) in_stages: bool,
}

impl Image {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            form: Form::Preset,
            notes: Vec::new(),
            keys: Vec::new(),
            stage: Vec::new(),
            adopted: Vec::new(),
            why: String::new(),
            extends: None,
            skips: Vec::new(),
        }
    }

    /// The keys of its form.
    pub(crate) fn own(&self) -> &[Key] {
        if self.form == Form::Adopted { &self.adopted } else { &self.keys }
    }

    /// Takes the next form, because of a finding.
    pub(crate) fn demote(&mut self, why: &str) {
        self.form = match self.form {
            Form::Preset if !self.stage.is_empty() => Form::Adopted,
            _ => Form::Comment,
        };
        why.clone_into(&mut self.why);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.name == name)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.set_with(name, value, "");
    }

    pub(crate) fn set_with(&mut self, name: &str, value: impl Into<String>, note: &str) {
        self.keys.push(key_with(name, value, note));
    }
}

pub(crate) fn key(name: &str, value: impl Into<String>) -> Key {
    key_with(name, value, "")
}

pub(crate) fn key_with(name: &str, value: impl Into<String>, note: &str) -> Key {
    Key { name: name.to_owned(), value: value.into(), note: note.to_owned() }
}

/// A text of the spec without arguments.
pub(crate) fn literal(text: &str) -> String {
    quoted(&text.replace('$', "$$"))
}

/// A list of texts without arguments.
pub(crate) fn list(words: &[String]) -> String {
    format!("[{}]", words.iter().map(|word| literal(word)).collect::<Vec<_>>().join(", "))
}

/// A map of keys to values that are YAML already.
pub(crate) fn map(pairs: &[(String, String)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}: {value}", quoted(name))).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// The value of `user` for root.
pub(crate) const ROOT: &str = "root # check=skip=RootUser";

/// Why an image that keeps what its Dockerfile does runs as root; `None` if its Dockerfile or its base names a user.
///
/// Files of a Dockerfile usually belong to root, so an image that runs as root there has to run as root here. Where
/// nobody said so, it is a guess.
pub(crate) fn why_root(told: &Told) -> Option<&'static str> {
    match told.user.as_deref() {
        Some(user) => matches!(user.split(':').next(), Some("root" | "0"))
            .then_some("The Dockerfile says so. Delete `user` where the program works as 65532."),
        None if has_user(&told.base) => None,
        None if is_root(&told.base) => {
            Some("A guess: the Dockerfile has no `USER`. Delete `user` where the program works as 65532.")
        }
        None => Some(
            "A guess: the Dockerfile has no `USER`. Delete `user` if the base has a user of its own, or where the \
             program works as 65532.",
        ),
    }
}

/// Words in names of images that have a user of their own.
const WITH_USER: &[&str] = &[
    "nonroot",
    "unprivileged",
    "rootless",
    "bitnami/",
    "chainguard/",
    "gotenberg/",
    "grafana/",
    "jenkins/",
    "keycloak/",
    "opensearchproject/",
    "prom/",
    "selenium/",
    "/nodejs-",
    "/python-3",
    "/openjdk-",
];

/// Official images that have one, though most run as root.
const OFFICIAL_WITH_USER: &[&str] = &[
    "elasticsearch",
    "flink",
    "haproxy",
    "jetty",
    "kibana",
    "kong",
    "logstash",
    "memcached",
    "odoo",
    "solr",
    "sonarqube",
    "varnish",
];

fn has_user(image: &str) -> bool {
    let own = WITH_USER.iter().any(|word| image.contains(word));
    own || OFFICIAL_WITH_USER.contains(&repository(image))
}

/// Whether an image is known to run as root: an official one of Docker Hub, or one of distroless.
fn is_root(image: &str) -> bool {
    image.contains("distroless/") || !repository(image).contains('/')
}

/// The repository of an image, without the registry if that is Docker Hub.
fn repository(image: &str) -> &str {
    let image = image.trim_start_matches("docker.io/").trim_start_matches("library/");
    image.split(['@', ':']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_said_a_guess_or_not_true() {
        for (base, user, expected) in [
            ("python:3.13", None, Some("where the program")),
            ("docker.io/library/nginx:1@sha256:0", None, Some("where the program")),
            ("gcr.io/distroless/static-debian12", None, Some("where the program")),
            ("gcr.io/distroless/static-debian12:nonroot", None, None),
            ("grafana/grafana:12", None, None),
            ("registry.access.redhat.com/ubi9/nodejs-22", None, None),
            ("solr:9", None, None),
            ("example/base:1", None, Some("if the base has a user")),
            ("grafana/grafana:12", Some("root"), Some("says so")),
            ("example/base:1", Some("0:0"), Some("says so")),
            ("alpine:3", Some("app"), None),
        ] {
            let told = Told { base: base.to_owned(), user: user.map(str::to_owned), ..Told::default() };
            let found = why_root(&told);
            let is_it = found.is_some_and(|why| expected.is_some_and(|words| why.contains(words)));
            assert!(is_it || found.is_none() && expected.is_none(), "{base} {user:?}: {found:?}");
        }
    }
}
