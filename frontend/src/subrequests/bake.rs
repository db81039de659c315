//! `--call=slipway.bake`: a definition for `docker buildx bake -f -`, which builds every image at once.
//!
//! The text is HCL: bake first tries to parse JSON from standard input as a Compose file, and warns about unknown keys.
//! Reference of both formats: <https://docs.docker.com/build/bake/reference/>. In JSON, `${NAME}` is also a variable.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use slipway_plan::{Target, check_targets, targets};
use slipway_spec::Spec;

use super::given::variable_of;
use super::names::{Names, Variables};
use super::{Answer, Method, Needs, Question};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.bake",
    version: "1.0.0",
    description: "Print a definition for docker buildx bake that builds every image",
    takes_target: false,
    names_spec: true,
    needs: Needs::Uses,
    formats: &[],
    answer,
};

/// The prefix of image names in tags, and the tag; unless the file has arguments of these names.
const OWN_VARIABLES: [(&str, &str, &str); 2] =
    [("REGISTRY", "", "The prefix of image names, including its slash"), ("TAG", "latest", "The tag of every image")];

/// The group of all checks.
const CHECKS: &str = "checks";

/// The group of the tests of all images.
const TESTS: &str = "tests";

/// The number of targets in a part. All frontends of a bake start at once, and BuildKit gives up on those that take
/// longer than ten seconds, so a small or busy machine cannot build hundreds of targets in one bake.
const PART: usize = 50;

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let spec = question.valid_spec()?;
    let mut names = Names::default();
    // Images come first, so that in a conflict the variant gets a number.
    let images: Vec<_> = targets(spec).filter(|target| target.image().is_some()).collect();
    let (plain, variants): (Vec<_>, Vec<_>) =
        images.into_iter().partition(|target| matches!(target, Target::Image { variant: None, .. }));
    let mut defined = Map::new();
    let mut default = Vec::new();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for target in plain.into_iter().chain(variants) {
        let name = names.take(&target.label());
        match target {
            Target::Image { variant: Some(variant), .. } => {
                groups.entry(variant.value.clone()).or_default().push(name.clone());
            }
            _ => default.push(name.clone()),
        }
        defined.insert(name, definition(question, spec, target));
    }
    let mut checks = Vec::new();
    for check in check_targets(spec) {
        let name = names.take(&format!("check/{}", check.path()));
        checks.push(name.clone());
        defined.insert(name, definition(question, spec, Target::Check(check)));
    }
    for tests in targets(spec).filter(|target| matches!(target, Target::Tests { .. })) {
        let name = names.take(&tests.label());
        groups.entry(TESTS.to_owned()).or_default().push(name.clone());
        defined.insert(name, definition(question, spec, tests));
    }
    let mut group = Map::from_iter([("default".to_owned(), json!({ "targets": default }))]);
    let parts: Vec<_> = default.chunks(PART).map(<[String]>::to_vec).collect();
    if !checks.is_empty() {
        groups.entry(CHECKS.to_owned()).or_default().extend(checks);
    }
    for (variant, targets) in groups {
        // A group of the variants of one name, of all checks or all tests, unless that name exists.
        if variant != "default" && names.take(&variant) == variant {
            group.insert(variant, json!({ "targets": targets }));
        }
    }
    if parts.len() > 1 {
        for (part, targets) in parts.into_iter().enumerate() {
            group.insert(names.take(&format!("part-{}", part + 1)), json!({ "targets": targets }));
        }
    }
    let mut variables = variables(spec);
    let uses = question.uses(None);
    let secrets = uses.secrets.keys().filter_map(|id| Some((variable_of(spec, id)?, format!("The secret {id}"))));
    let agent = uses.ssh.get(AGENT).map(|_| (AGENT_VARIABLE.to_owned(), "The socket of the SSH agent".to_owned()));
    for (name, description) in secrets.chain(agent) {
        let declared = || json!({ "default": "", "description": escape(&description) });
        variables.entry(name).or_insert_with(declared);
    }
    let text = hcl(&[("variable", &variables), ("group", &group), ("target", &defined)]);
    let json = json!({ "variable": variables, "group": group, "target": defined });
    Ok(Answer { text, json, status: None })
}

fn variables(spec: &Spec) -> Map<String, Value> {
    let mut variables = Map::new();
    for (name, default, description) in OWN_VARIABLES {
        variables.insert(name.to_owned(), json!({ "default": default, "description": description }));
    }
    for (name, arg) in spec.args.iter() {
        let mut variable = Map::new();
        // Arguments without a value are omitted, so that the file decides.
        variable.insert("default".to_owned(), arg.default.as_ref().map(|default| escape(default)).into());
        if let Some(description) = &arg.description {
            variable.insert("description".to_owned(), escape(description).into());
        }
        variables.insert(name.value.clone(), variable.into());
    }
    variables
}

/// The secrets and SSH agents of a target. Those without a variable are not passed: buildx ignores empty items.
fn credentials(question: &Question<'_>, spec: &Spec, target: Target<'_>) -> [(&'static str, Vec<String>); 2] {
    let uses = question.uses(Some(&target.label()));
    let unless_empty = |name: &str, item: &str| format!("${{{name} == \"\" ? \"\" : \"{}\"}}", escape(item));
    let secret = |id: &String| {
        let name = variable_of(spec, id)?;
        Some(unless_empty(&name, &format!("id={id},env={name}")))
    };
    let agent = |id: &String| match id.as_str() {
        AGENT => unless_empty(AGENT_VARIABLE, id),
        _ => escape(id),
    };
    [
        ("secret", uses.secrets.keys().filter_map(secret).collect()),
        (
            "ssh",
            uses.ssh.iter().filter(|(id, (required, _))| *required || *id == AGENT).map(|(id, _)| agent(id)).collect(),
        ),
    ]
}

/// The SSH agent of the environment, and the variable with its socket.
const AGENT: &str = "default";
const AGENT_VARIABLE: &str = "SSH_AUTH_SOCK";

fn definition(question: &Question<'_>, spec: &Spec, target: Target<'_>) -> Value {
    let args = spec.args.names().map(|name| (name.to_owned(), variable(name).into()));
    let syntax = question.syntax().map(|(name, image)| (name.to_owned(), escape(image).into()));
    let args: Map<_, _> = args.chain(syntax).collect();
    let (dockerfile, text) = question.spec_file(["dockerfile", "dockerfile-inline"]);
    let mut definition = json!({
        "context": ".",
        dockerfile: escape(text),
        "target": escape(&target.label()),
        "args": args,
    });
    let image = target.image();
    let given = Variables::of(spec);
    let platforms = image.iter().flat_map(|image| &image.keys.platforms);
    let platforms: Option<Vec<_>> = platforms.map(|template| given.write(template, escape, variable)).collect();
    let description = image.and_then(|image| image.keys.description.as_deref());
    if let Some(object) = definition.as_object_mut() {
        match image {
            Some(image) => {
                let tags = image.keys.tags.iter().filter_map(|tag| given.write(tag, escape, variable));
                let mut tags: Vec<_> = tags.map(|tag| name_of(target, &tag)).collect();
                if tags.is_empty() {
                    tags.push(name_of(target, "${TAG}"));
                }
                object.insert("tags".to_owned(), tags.into())
            }
            // It has no image. `--set '*.output=type=local,dest=DIR'` gives the reports.
            None => object.insert("output".to_owned(), json!(["type=cacheonly"])),
        };
        // Without platforms, those of the file apply.
        if let Some(platforms) = platforms.filter(|platforms| !platforms.is_empty()) {
            object.insert("platforms".to_owned(), platforms.into());
        }
        for (key, items) in credentials(question, spec, target) {
            if !items.is_empty() {
                object.insert(key.to_owned(), items.into());
            }
        }
        let contexts = question.contexts(escape);
        if !contexts.is_empty() {
            object.insert("contexts".to_owned(), contexts.into());
        }
        if let Some(description) = description {
            object.insert("description".to_owned(), escape(description).into());
        }
    }
    definition
}

/// The name of an image in lower case, as repositories require, with a tag; variants differ in the tag.
fn name_of(target: Target<'_>, tag: &str) -> String {
    let (name, suffix) = match target {
        Target::Image { name, variant, .. } => {
            (name.value.as_str(), variant.map(|variant| format!("-{}", variant.value)).unwrap_or_default())
        }
        Target::Build { name, .. } | Target::Stage { name, .. } => (name.value.as_str(), String::new()),
        Target::Scan { .. } | Target::Tests { .. } | Target::Check(_) | Target::Checks { .. } => return String::new(),
    };
    format!("${{REGISTRY}}{}:{tag}{suffix}", name.to_lowercase())
}

/// HCL blocks: their types, and the blocks of each type.
fn hcl(blocks: &[(&str, &Map<String, Value>)]) -> String {
    let mut text = String::new();
    for (kind, all) in blocks {
        for (name, attributes) in *all {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("{kind} {} {{\n", quoted(name)));
            for (key, value) in attributes.as_object().into_iter().flatten() {
                text.push_str(&format!("  {key} = {}\n", expression(value)));
            }
            text.push_str("}\n");
        }
    }
    text
}

fn expression(value: &Value) -> String {
    match value {
        // A condition is an expression of its own; its texts are not those of a file.
        Value::String(text) => match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
            Some(condition) if condition.contains(" == \"\" ? ") => condition.to_owned(),
            _ => quoted(text),
        },
        Value::Array(list) => format!("[{}]", list.iter().map(expression).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{} = {}", quoted(key), expression(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A string: HCL has most of the escapes of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn variable(name: &str) -> String {
    format!("${{{name}}}")
}

/// Signs that introduce a variable or a directive in bake are doubled to be literal.
fn escape(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}
