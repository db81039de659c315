//! `--call=targets`: what `--target` accepts.

use buildkit_proto::keys::subrequests;
use serde_json::json;
use slipway_plan::{CheckOf, Target, default_target, targets};
use slipway_spec::model::Stage;

use super::{Answer, Method, Needs, Question, location, table};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: subrequests::TARGETS,
    version: subrequests::VERSION_1,
    description: "List all targets current build supports",
    takes_target: false,
    names_spec: false,
    needs: Needs::Spec,
    formats: &[],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let spec = question.valid_spec()?;
    let default = default_target(spec).map(|target| target.label());
    let mut found = Vec::new();
    let mut rows = vec![vec!["TARGET".to_owned(), "DESCRIPTION".to_owned()]];
    for target in targets(spec) {
        let label = target.label();
        let is_default = default.as_ref() == Some(&label);
        let description = describe(target);
        found.push(json!({
            "name": label,
            "default": is_default,
            "description": description,
            "location": location(target.span()),
        }));
        rows.push(vec![if is_default { format!("{label} (default)") } else { label }, description]);
    }
    let json = json!({ "targets": found, "sources": question.sources() });
    Ok(Answer { json, text: table(&rows), status: None })
}

/// A short description of a target.
fn describe(target: Target<'_>) -> String {
    match target {
        Target::Image { image, variant, .. } => {
            if let Some(own) = &image.keys.description {
                // A variant inherits the description of its image.
                return variant.map_or_else(|| own.clone(), |variant| format!("{own} ({})", variant.value));
            }
            let noun = if variant.is_some() { "variant" } else { "image" };
            match &image.build {
                None => format!("{noun} of files only"),
                Some(used) => match &used.name {
                    Some(name) => format!("{} {noun} of the build {}", used.build.preset.value.name(), name.value),
                    None => format!("{} {noun}", used.build.preset.value.name()),
                },
            }
        }
        Target::Build { build, .. } => format!("output of the {} build", build.preset.value.name()),
        Target::Stage { stage: Stage::Dockerfile { .. }, .. } => "stage of a Dockerfile".to_owned(),
        Target::Stage { stage: Stage::Steps(_), .. } => "stage".to_owned(),
        Target::Check(check) => {
            let whose = match check.of {
                CheckOf::Repository(_) => "check of the repository",
                CheckOf::Build { .. } => "check",
            };
            let gate = if check.is_gate() { ", which images wait for" } else { "" };
            format!("{whose}{gate}")
        }
        Target::Scan { .. } => "reports of a scan".to_owned(),
        Target::Tests { .. } => "report of the tests of an image".to_owned(),
        Target::Checks { .. } => "all checks".to_owned(),
    }
}
