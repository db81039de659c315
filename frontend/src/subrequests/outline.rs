//! `--call=outline`: what a target takes from the command line, and its cache mounts on the engine.

use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};
use slipway_plan::{Args, Target, find_target};
use slipway_spec::{Scope as _, Spec};

use super::uses::Uses;
use super::{Answer, Method, Needs, Question, location, table};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: subrequests::OUTLINE,
    version: subrequests::VERSION_1,
    description: "List all parameters current build target supports",
    takes_target: true,
    names_spec: false,
    needs: Needs::Plan,
    formats: &[],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let spec = question.valid_spec()?;
    let target = find_target(spec, question.scope.target())?;
    let mut uses = Uses::of(question.analysis()?.plans()?);
    let platforms = target.image().into_iter().flat_map(|image| &image.keys.platforms);
    uses.args.extend(platforms.flat_map(|template| template.names().map(str::to_owned)));
    let description = target.image().and_then(|image| image.keys.description.clone()).unwrap_or_default();

    let mut text = format!("TARGET: {}\n", target.label());
    if !description.is_empty() {
        text.push_str(&format!("DESCRIPTION: {description}\n"));
    }
    let mut part = |head: &[&str], rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            let head = head.iter().map(|cell| (*cell).to_owned()).collect();
            text.push('\n');
            text.push_str(&table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()));
        }
    };

    let args = args(question, spec, target, &uses);
    let cell = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let cells = |keys: &'static [&str], values: &[Value]| -> Vec<Vec<String>> {
        values.iter().map(|value| keys.iter().map(|key| cell(value, key)).collect()).collect()
    };
    part(&["BUILD ARG", "VALUE", "DESCRIPTION"], cells(&["name", "value", "description"], &args));

    let mut secrets = Vec::new();
    let mut rows = Vec::new();
    for (id, (required, span)) in &uses.secrets {
        let declared = spec.secrets.get_entry(id);
        let description = match declared {
            Some((_, secret)) => secret.description.clone().unwrap_or_default(),
            None => "CA certificates that steps with network access trust".to_owned(),
        };
        let span = declared.map_or(*span, |(name, _)| name.span);
        rows.push(vec![id.clone(), if *required { "true" } else { "" }.to_owned(), description.clone()]);
        secrets
            .push(json!({ "name": id, "required": required, "description": description, "location": location(span) }));
    }
    part(&["SECRET", "REQUIRED", "DESCRIPTION"], rows);
    let ssh = uses
        .ssh
        .iter()
        .map(|(id, (required, span))| json!({ "name": id, "required": required, "location": location(*span) }));
    let ssh: Vec<_> = ssh.collect();
    part(&["SSH"], cells(&["name"], &ssh));
    let prefix = question.cache_prefix();
    let caches: Vec<_> = uses
        .caches
        .iter()
        .map(|((id, folder), span)| json!({ "ID": format!("{prefix}{id}"), "target": folder, "location": location(*span) }))
        .collect();
    part(&["CACHE", "FOLDER"], cells(&["ID", "target"], &caches));

    let json = json!({
        "name": target.label(),
        "description": description,
        "args": args,
        "secrets": secrets,
        "ssh": ssh,
        "cache": caches,
        "sources": question.sources(),
    });
    Ok(Answer { json: without_empty(json), text, status: None })
}

/// The arguments that a target uses: those of the file in its order, then those of the platform.
fn args(question: &Question<'_>, spec: &Spec, target: Target<'_>, uses: &Uses) -> Vec<Value> {
    let request = &question.scope.request;
    let mut list = Vec::new();
    for (name, arg) in spec.args.iter().filter(|(name, _)| uses.args.contains(&name.value)) {
        let given = request.build_args.get(&name.value);
        let value = given.or(arg.default.as_ref().map(|default| &default.value)).cloned().unwrap_or_default();
        let mut notes: Vec<String> = arg.description.iter().cloned().collect();
        if arg.required {
            notes.push("required".to_owned());
        }
        if !arg.values.is_empty() {
            notes.push(format!("one of {}", arg.values.join(", ")));
        }
        list.push(json!({
            "name": name.value,
            "value": value,
            "description": notes.join("; "),
            "location": location(name.span),
        }));
    }
    let undeclared = uses.args.iter().filter(|name| spec.args.get(name).is_none());
    let platform = Args::of_platforms(request, &request.build_platform);
    for name in undeclared {
        // Values of the target platform differ between platforms.
        let value = if name.starts_with("TARGET") { "" } else { platform.value(name).unwrap_or_default() };
        list.push(json!({
            "name": name,
            "value": request.build_args.get(name).map_or(value, String::as_str),
            "description": "defined by the platform",
            "location": location(target.span()),
        }));
    }
    list
}

/// Omits empty values, like Go's `omitempty`.
fn without_empty(json: Value) -> Value {
    match json {
        Value::Object(object) => {
            let is_empty = |value: &Value| match value {
                Value::Array(list) => list.is_empty(),
                Value::String(text) => text.is_empty(),
                Value::Bool(value) => !value,
                _ => false,
            };
            let rest = object.into_iter().map(|(key, value)| (key, without_empty(value)));
            Value::Object(rest.filter(|(_, value)| !is_empty(value)).collect())
        }
        Value::Array(list) => list.into_iter().map(without_empty).collect(),
        other => other,
    }
}
