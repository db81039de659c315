//! `--call=targets`: what `--target` may name.

use buildkit_proto::keys::subrequests;
use serde_json::json;
use slipway_spec::Spec;

use super::{Answer, Method, Question, location, table};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: subrequests::TARGETS,
    version: subrequests::VERSION_1,
    description: "List all targets current build supports",
    takes_target: false,
    answer,
};

/// The target that is built when none is named.
pub(super) fn default_target(spec: &Spec) -> Option<&str> {
    let only = || spec.images.names().next().filter(|_| spec.images.len() == 1);
    spec.default.as_ref().map(|default| default.value.as_str()).or_else(only)
}

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let spec = question.valid_spec()?;
    let default = default_target(spec);
    let mut targets = Vec::new();
    let mut rows = vec![vec!["TARGET".to_owned(), "DESCRIPTION".to_owned()]];
    for (name, image) in spec.images.iter() {
        let is_default = default == Some(name.value.as_str());
        let description = spec.build_of(image).map(|(build, made)| match build {
            Some(build) => format!("{} image of the build {build}", made.preset.value.name()),
            None => format!("{} image", made.preset.value.name()),
        });
        let description = description.unwrap_or_default();
        targets.push(json!({
            "name": name.value,
            "default": is_default,
            "description": description,
            "location": location(name.span),
        }));
        let marked = if is_default { format!("{} (default)", name.value) } else { name.value.clone() };
        rows.push(vec![marked, description]);
    }
    Ok(Answer { json: json!({ "targets": targets, "sources": question.sources() }), text: table(&rows), status: None })
}
