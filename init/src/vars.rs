//! Variables of a Dockerfile: arguments and environment, and texts that use them.

use slipway_spec::PLATFORM_ARGS;

/// Words in names of secrets.
pub(crate) const SECRETS: &[&str] = &["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "PRIVATE_KEY", "CREDENTIAL"];

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Of an argument, with its default.
    Arg(Option<String>),
    /// Of the environment.
    Env(String),
}

/// Variables in the order of their definitions; the last one of a name counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vars(pub(crate) Vec<(String, Value)>);

impl Vars {
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.push((name.to_owned(), value));
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The default of an argument.
    pub(crate) fn default_of(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Arg(default) => default.as_deref(),
            Value::Env(_) => None,
        }
    }

    /// A text with all its variables replaced; `None` if one has no value.
    pub(crate) fn value(&self, text: &str) -> Option<String> {
        self.replaced(text, false)
    }

    /// A text of the spec, in which arguments stay arguments; `None` if a variable is unknown.
    pub(crate) fn template(&self, text: &str) -> Option<String> {
        self.replaced(text, true)
    }

    fn replaced(&self, text: &str, keeps: bool) -> Option<String> {
        let mut found = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            // A dollar sign with a backslash is one of the text.
            if let Some(before) = before.strip_suffix('\\') {
                found.push_str(before);
                found.push_str(if keeps { "$$" } else { "$" });
                rest = after;
                continue;
            }
            found.push_str(before);
            let (name, fallback, left) = variable(after)?;
            rest = left;
            match self.get(name) {
                Some(Value::Env(value)) => found.push_str(value),
                Some(Value::Arg(Some(value))) if !keeps => found.push_str(value),
                Some(Value::Arg(_)) if keeps => found.push_str(&format!("${{{name}}}")),
                None if keeps && PLATFORM_ARGS.contains(&name) => found.push_str(&format!("${{{name}}}")),
                _ => found.push_str(fallback?),
            }
            // Texts that multiply each other must not fill the memory.
            if found.len() > 1 << 16 {
                return None;
            }
        }
        found.push_str(rest);
        Some(found)
    }
}

/// A variable at the start of a text, after the dollar sign: its name, its fallback, and what follows.
fn variable(text: &str) -> Option<(&str, Option<&str>, &str)> {
    if let Some(inside) = text.strip_prefix('{') {
        let (inside, left) = inside.split_once('}')?;
        let (name, fallback) = match inside.split_once(":-").or_else(|| inside.split_once('-')) {
            Some((name, fallback)) => (name, Some(fallback)),
            None => (inside, None),
        };
        return Some((name, fallback, left));
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, left) = text.split_at_checked(end)?;
    (!name.is_empty()).then_some((name, None, left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_evaluated_or_become_templates() {
        let mut vars = Vars::default();
        vars.set("V", Value::Arg(Some("1.2".to_owned())));
        vars.set("N", Value::Arg(None));
        vars.set("E", Value::Env("x".to_owned()));
        for (text, value, template) in [
            ("go:$V-${E}", Some("go:1.2-x"), Some("go:${V}-x")),
            ("${N:-9}", Some("9"), Some("${N}")),
            ("$TARGETARCH", None, Some("${TARGETARCH}")),
            ("$UNKNOWN", None, None),
            ("\\$V", Some("$V"), Some("$$V")),
            ("${", None, None),
        ] {
            assert_eq!(vars.value(text).as_deref(), value, "{text}");
            assert_eq!(vars.template(text).as_deref(), template, "{text}");
        }
    }
}
