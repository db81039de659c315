//! `--check`: whether the file is right, without building anything.

use base64::Engine as _;
use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};
use slipway_plan::find_target;
use slipway_spec::Diagnostic;

use super::{Answer, Method, Question, location};
use crate::failure::Failure;
use crate::lower::LANGUAGE;

pub(super) const METHOD: Method = Method {
    name: subrequests::LINT,
    version: subrequests::VERSION_1,
    description: "Lint a Slipway file",
    takes_target: true,
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let found = errors(question);
    let lines: Vec<_> = found.iter().map(|diagnostic| diagnostic.render(question.sources)).collect();
    let build_error: Option<Value> =
        found.first().map(|first| json!({ "message": lines.join("\n"), "location": location(first.primary.span) }));
    let sources = question.sources.iter().map(|file| {
        json!({
            "filename": file.name(),
            "language": LANGUAGE,
            "data": base64::engine::general_purpose::STANDARD.encode(file.text()),
        })
    });
    let mut json = json!({ "sources": sources.collect::<Vec<_>>() });
    if let (Some(error), Some(object)) = (build_error, json.as_object_mut()) {
        object.insert("buildError".to_owned(), error);
    }
    let text = match lines.as_slice() {
        [] => "Check complete, no warnings found.\n".to_owned(),
        lines => lines.join("\n") + "\n",
    };
    Ok(Answer { json, text, status: Some(u8::from(!found.is_empty())) })
}

/// What is wrong with the file, or with the target for it.
fn errors(question: &Question<'_>) -> Vec<Diagnostic> {
    match question.spec {
        Err(found) => found.clone(),
        // Without a target every one is meant, so that a file of many images needs no default to be checked.
        Ok(spec) => match question.target.filter(|target| !target.is_empty()) {
            Some(target) => find_target(spec, Some(target)).err().into_iter().collect(),
            None => Vec::new(),
        },
    }
}
