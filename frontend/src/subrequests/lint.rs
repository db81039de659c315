//! `--check`: whether the file is right, without building anything.

use base64::Engine as _;
use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};
use slipway_spec::Diagnostic;

use super::{Answer, Method, Needs, Question, location};
use crate::analysis::unused_args;
use crate::failure::Failure;
use crate::lower::LANGUAGE;

pub(super) const METHOD: Method = Method {
    name: subrequests::LINT,
    version: subrequests::VERSION_1,
    description: "Lint a Slipway file",
    takes_target: true,
    needs: Needs::Plans,
    formats: &[],
    answer,
};

/// The name of warnings that no rule has given.
const NAMELESS: &str = "Warning";

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let errors = match (question.spec, question.analysis) {
        (Err(found), _) => found.clone(),
        (Ok(_), Some(analysis)) => analysis.errors(),
        (Ok(_), None) => Vec::new(),
    };
    let warnings = warnings(question);
    let render = |found: &[Diagnostic]| -> Vec<String> {
        found.iter().map(|diagnostic| diagnostic.render(question.sources)).collect()
    };
    let sources = question.sources.iter().map(|file| {
        json!({
            "filename": file.name(),
            "language": LANGUAGE,
            "data": base64::engine::general_purpose::STANDARD.encode(file.text()),
        })
    });
    let mut json = json!({
        "sources": sources.collect::<Vec<_>>(),
        "warnings": warnings.iter().map(warning).collect::<Vec<_>>(),
    });
    if let (Some(first), Some(object)) = (errors.first(), json.as_object_mut()) {
        let error = json!({ "message": render(&errors).join("\n"), "location": location(first.primary.span) });
        object.insert("buildError".to_owned(), error);
    }
    let mut lines = render(&errors);
    lines.extend(
        warnings.iter().map(|found| format!("{} ({})", found.render(question.sources), found.rule.unwrap_or(NAMELESS))),
    );
    let is_right = lines.is_empty();
    if is_right {
        lines.push("Check complete, no warnings found.".to_owned());
    }
    Ok(Answer { json, text: lines.join("\n") + "\n", status: Some(u8::from(!is_right)) })
}

/// What a build would warn of.
fn warnings(question: &Question<'_>) -> Vec<Diagnostic> {
    let (Ok(spec), Some(analysis)) = (question.spec, question.analysis) else {
        return Vec::new();
    };
    let mut found = analysis.warnings();
    found.extend(unused_args(spec, &question.scope.request, spec.images_span));
    found
}

/// A warning in BuildKit's form.
fn warning(found: &Diagnostic) -> Value {
    let help = found.help.iter().map(|help| format!("; {help}"));
    json!({
        "ruleName": found.rule.unwrap_or(NAMELESS),
        "detail": std::iter::once(found.message.clone()).chain(help).collect::<String>(),
        "location": location(found.primary.span),
    })
}
