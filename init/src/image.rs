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

/// The note of images that run as root because their Dockerfiles do.
pub(crate) const ROOT: &str = "The Dockerfile runs as root. Delete `user` where the program works as 65532.";

/// The default user of an image from a Dockerfile is root, if nothing says otherwise.
pub(crate) fn runs_as_root(told: &Told) -> bool {
    match told.user.as_deref() {
        Some(user) => matches!(user.split(':').next(), Some("root" | "0")),
        None => !["nonroot", "unprivileged", "rootless"].iter().any(|word| told.base.contains(word)),
    }
}
