//! What the command line gives to a build, for files of other tools that start the same build: the spec, its frontend,
//! named contexts, secrets and SSH agents.

use buildkit_proto::keys::build_args;
use serde_json::{Map, Value};
use slipway_plan::Plan;
use slipway_spec::Spec;

use super::Question;
use super::uses::Uses;
use crate::analysis::Analysis;

impl Question<'_> {
    /// The key and the value that name the spec: its path in the context, or its text under the other key.
    pub(super) fn spec_file(&self, keys: [&'static str; 2]) -> (&'static str, &str) {
        let [path, inline] = keys;
        match self.sources.iter().next().filter(|_| self.scope.is_elsewhere) {
            Some(file) => (inline, file.text()),
            None => (path, &self.scope.request.spec_name),
        }
    }

    /// Named contexts that another command can use: those that do not belong to the client of this one.
    pub(super) fn contexts(&self, escape: impl Fn(&str) -> String) -> Map<String, Value> {
        let is_known = |value: &str| !["local:", "oci-layout:", "input:"].iter().any(|kind| value.starts_with(kind));
        let contexts = self.scope.request.contexts.iter().filter(|(_, value)| is_known(value));
        contexts.map(|(name, value)| (escape(name), escape(value).into())).collect()
    }

    /// The frontend image that the command line names instead of the first line of the spec.
    pub(super) fn syntax(&self) -> Option<(&'static str, &str)> {
        let name = build_args::SYNTAX;
        let given = self.scope.request.build_args.get(name)?;
        Some((name, given.as_str())).filter(|(_, image)| !image.is_empty())
    }

    /// The prefix of the names of cache mounts on the engine.
    pub(super) fn cache_prefix(&self) -> String {
        let given = self.scope.request.build_args.get(build_args::CACHE_MOUNT_NS);
        given.filter(|name| !name.is_empty()).map(|name| format!("{name}/")).unwrap_or_default()
    }

    /// What a target uses, or everything; nothing without plans.
    pub(super) fn uses(&self, label: Option<&str>) -> Uses {
        let plans: &[Plan] = self.analysis.map(Analysis::made).unwrap_or_default();
        Uses::of(plans.iter().filter(|plan| label.is_none_or(|label| plan.target == label)))
    }
}

/// The environment variable that provides a secret of the file.
pub(super) fn variable_of(spec: &Spec, id: &str) -> Option<String> {
    let secret = spec.secrets.get(id)?;
    let plain = || id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    Some(secret.env.as_ref().map_or_else(plain, |name| name.value.clone()))
}
