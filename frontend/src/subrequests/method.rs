//! A question: what it must know, what it is given, and what it says of itself.

use std::collections::BTreeMap;

use base64::Engine as _;
use buildkit_proto::gateway;
use buildkit_proto::keys::metadata;
use serde_json::Value;
use slipway_spec::{Diagnostic, Sources, Spec};

use super::answer::Answer;
use crate::analysis::{Analysis, Scope};
use crate::failure::Failure;

/// What a method is given.
pub(crate) struct Question<'a> {
    /// The spec's files.
    pub(super) sources: &'a Sources,
    /// What was read from them, or what is wrong with them.
    pub(super) spec: &'a Result<Spec, Vec<Diagnostic>>,
    /// What the command line asks about.
    pub(super) scope: &'a Scope,
    /// The form of the text that is asked for, one of [`Method::formats`]; the first when absent.
    pub(super) format: Option<&'static str>,
    /// Every method, for the one that lists them.
    pub(super) methods: &'static [Method],
    /// The plans, for methods that need them, unless the spec is wrong.
    pub(super) analysis: Option<&'a Analysis>,
}

/// What a method must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing: it speaks of Slipway itself.
    Nothing,
    /// The files of the spec, which may be wrong.
    Spec,
    /// The plan of one target as well, the default where none is named, and with it the files of the context.
    Plan,
    /// The plans of the targets asked about, all images where none is named.
    Plans,
    /// The same, of which no more is kept than rules look at.
    Overview,
}

/// A method and what it says of itself.
#[derive(Debug)]
pub(crate) struct Method {
    /// Its name as BuildKit has it; all begin with [`PREFIX`].
    pub(crate) name: &'static str,
    pub(super) version: &'static str,
    pub(crate) description: &'static str,
    /// Whether it depends on `--target`.
    pub(super) takes_target: bool,
    pub(crate) needs: Needs,
    /// Forms that its text may have, the usual one first; asked for as `NAME.FORMAT`. Most have one without a name.
    pub(crate) formats: &'static [&'static str],
    pub(super) answer: fn(&Question<'_>) -> Result<Answer, Failure>,
}

/// What the names of all methods begin with; clients put it before what is typed.
pub(super) const PREFIX: &str = "frontend.";

impl Method {
    /// What a user types after `--call=`.
    pub(crate) fn short_name(&self) -> &'static str {
        let name = self.name.strip_prefix(PREFIX).unwrap_or(self.name);
        // Clients have a name of their own for this one.
        if name == "lint" { "check" } else { name }
    }

    /// Every name that leads to it: a whole word, without [`PREFIX`].
    pub(super) fn is_called(&self, name: &str) -> bool {
        let own = self.name.strip_prefix(PREFIX).unwrap_or(self.name);
        name == own || name == self.short_name() || name == self.last_word()
    }

    /// The last word of its name, which is its name on our own command line.
    pub(crate) fn last_word(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The answer as clients of BuildKit take it.
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
    /// The spec, for methods that can say nothing about a wrong one.
    pub(super) fn valid_spec(&self) -> Result<&Spec, Failure> {
        self.spec.as_ref().map_err(|found| Failure::Invalid(found.clone()))
    }

    /// The plans, for methods that can say nothing about a spec that cannot be planned.
    pub(super) fn analysis(&self) -> Result<&Analysis, Failure> {
        self.valid_spec()?;
        self.analysis.ok_or_else(|| Failure::Other("nothing was planned".to_owned()))
    }

    /// The texts as methods without file names carry it.
    pub(super) fn sources(&self) -> Value {
        self.sources.iter().map(|file| base64::engine::general_purpose::STANDARD.encode(file.text())).collect()
    }
}
