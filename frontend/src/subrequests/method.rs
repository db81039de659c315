//! The definition of a `--call` method: what it needs, its input, and its description.

use std::collections::BTreeMap;

use base64::Engine as _;
use buildkit_proto::gateway;
use buildkit_proto::keys::metadata;
use serde_json::Value;
use slipway_init::Written;
use slipway_spec::{Diagnostic, Sources, Spec};

use super::answer::Answer;
use crate::analysis::{Analysis, Scope};
use crate::failure::Failure;

/// The input of a method.
pub(crate) struct Question<'a> {
    /// The spec's files.
    pub(super) sources: &'a Sources,
    /// The typed spec, or its errors.
    pub(super) spec: &'a Result<Spec, Vec<Diagnostic>>,
    /// The request of the command line.
    pub(super) scope: &'a Scope,
    /// The requested text format, one of [`Method::formats`]; the first if absent.
    pub(super) format: Option<&'static str>,
    /// Every method, for the one that lists them.
    pub(super) methods: &'static [Method],
    /// The plans, for methods that need them, unless the spec is invalid.
    pub(super) analysis: Option<&'a Analysis>,
    /// A spec for the repository, for the method that writes one.
    pub(super) written: Option<&'a Written>,
}

/// What a method needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: it is about Slipway itself.
    Nothing,
    /// The repository, which need not have a spec.
    Repository,
    /// The files of the spec, which may be invalid.
    Spec,
    /// The plans of everything that can be built as well, if the file has secrets or SSH agents.
    Uses,
    /// The plan of one target as well, the default if none is named, and the files of the context.
    Plan,
    /// The plans of the requested targets, or of all images.
    Plans,
    /// The same, but only the parts that rules need are kept.
    Overview,
}

/// A method and its description.
#[derive(Debug)]
pub(crate) struct Method {
    /// Its name in BuildKit; all start with [`PREFIX`].
    pub(crate) name: &'static str,
    pub(super) version: &'static str,
    pub(crate) description: &'static str,
    /// Whether it depends on `--target`.
    pub(super) takes_target: bool,
    /// Whether its answer names the spec, for which it must be found in the context.
    pub(crate) names_spec: bool,
    pub(crate) needs: Needs,
    /// Text formats, the default first; requested as `NAME.FORMAT`. Most methods have one without a name.
    pub(crate) formats: &'static [&'static str],
    pub(super) answer: fn(&Question<'_>) -> Result<Answer, Failure>,
}

/// The prefix of all method names; clients add it to what users type.
pub(super) const PREFIX: &str = "frontend.";

impl Method {
    /// What users type after `--call=`.
    pub(crate) fn short_name(&self) -> &'static str {
        let name = self.name.strip_prefix(PREFIX).unwrap_or(self.name);
        // Clients have their own name for this one.
        if name == "lint" { "check" } else { name }
    }

    /// All of its names, without [`PREFIX`].
    pub(super) fn is_called(&self, name: &str) -> bool {
        let own = self.name.strip_prefix(PREFIX).unwrap_or(self.name);
        name == own || name == self.short_name() || name == self.last_word()
    }

    /// The last part of its name, which is the name of its command.
    pub(crate) fn last_word(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The answer in the form that BuildKit's clients expect.
    pub(crate) fn to_result(&self, answer: Answer) -> gateway::Result {
        let mut values = BTreeMap::from([
            (metadata::RESULT_JSON, answer.json_text()),
            (metadata::RESULT_TXT, answer.text),
            (metadata::VERSION, self.version.to_owned()),
        ]);
        if let Some(status) = answer.status {
            values.insert(metadata::RESULT_STATUS_CODE, status.to_string());
        }
        let metadata = values.into_iter().map(|(key, value)| (key.to_owned(), value.into_bytes())).collect();
        gateway::Result { metadata, ..Default::default() }
    }
}

impl Question<'_> {
    /// The spec, for methods that cannot handle an invalid one.
    pub(super) fn valid_spec(&self) -> Result<&Spec, Failure> {
        self.spec.as_ref().map_err(|found| Failure::Invalid(found.clone()))
    }

    /// The plans, for methods that cannot handle a spec without a plan.
    pub(super) fn analysis(&self) -> Result<&Analysis, Failure> {
        self.valid_spec()?;
        self.analysis.ok_or_else(|| Failure::Other("there is no plan".to_owned()))
    }

    /// The file names and texts of the sources, for methods without access to files.
    pub(super) fn sources(&self) -> Value {
        self.sources.iter().map(|file| base64::engine::general_purpose::STANDARD.encode(file.text())).collect()
    }
}
