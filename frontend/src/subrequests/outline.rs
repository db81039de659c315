//! `--call=outline`: what a target takes from the command line.

use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};
use slipway_plan::find_target;

use super::{Answer, Method, Question, location, table};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: subrequests::OUTLINE,
    version: subrequests::VERSION_1,
    description: "List all parameters current build target supports",
    takes_target: true,
    answer,
};

/// The secret by which networked steps are told of a company's certificates.
const CA: &str = "ca";

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let spec = question.valid_spec()?;
    let target = find_target(spec, question.target)?;
    let mut args = Vec::new();
    let mut rows = vec![vec!["BUILD ARG".to_owned(), "VALUE".to_owned(), "DESCRIPTION".to_owned()]];
    for (name, arg) in spec.args.iter() {
        let given = question.build_args.get(&name.value);
        let value = given.or(arg.default.as_ref().map(|default| &default.value)).cloned().unwrap_or_default();
        let mut notes: Vec<String> = arg.description.iter().cloned().collect();
        if arg.required {
            notes.push("required".to_owned());
        }
        if !arg.values.is_empty() {
            notes.push(format!("one of {}", arg.values.join(", ")));
        }
        let description = notes.join("; ");
        args.push(json!({
            "name": name.value,
            "value": value,
            "description": description,
            "location": location(name.span),
        }));
        rows.push(vec![name.value.clone(), value, description]);
    }
    let mut text = format!("TARGET: {}\n", target.label());
    if !args.is_empty() {
        text.push('\n');
        text.push_str(&table(&rows));
    }
    text.push('\n');
    text.push_str(&table(&[vec!["SECRET".to_owned(), "REQUIRED".to_owned()], vec![CA.to_owned()]]));
    let json = json!({
        "name": target.label(),
        "args": args,
        "secrets": [{ "name": CA, "location": location(target.span()) }],
        "sources": question.sources(),
    });
    Ok(Answer { json: drop_empty(json), text, status: None })
}

/// Leaves out what is empty, as Go's `omitempty` does.
fn drop_empty(mut json: Value) -> Value {
    if let Some(object) = json.as_object_mut() {
        object.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    }
    json
}
