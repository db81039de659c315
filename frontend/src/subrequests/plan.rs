//! `--call=slipway.plan`: what a build would do, step by step, and why.

use std::fmt::Write as _;

use serde_json::{Value, json};
use slipway_plan::{Plan, find_target};
use slipway_spec::Name;

use super::shared_layers::Layers;
use super::steps::{End, Graph};
use super::{Answer, Method, Needs, Question, location};
use crate::failure::Failure;

pub(super) const METHOD: Method = Method {
    name: "frontend.slipway.plan",
    version: "1.0.0",
    description: "Show the steps of a build, what each of them sees, and why",
    takes_target: true,
    names_spec: false,
    needs: Needs::Plans,
    formats: &[],
    answer,
};

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let graph = Graph::of(question.analysis()?.plans()?, &question.cache_prefix());
    let mut text = String::new();
    let mut shown = vec![false; graph.nodes.len()];
    for end in &graph.ends {
        if !text.is_empty() {
            text.push('\n');
        }
        describe(&mut text, question, &graph, end, &mut shown);
    }
    let layers = Layers::of(&graph);
    if let Some(table) = layers.text() {
        text.push('\n');
        text.push_str(&table);
    }
    let json = json!({
        "steps": (0..graph.nodes.len()).map(|number| graph.step_json(number)).collect::<Value>(),
        "layers": layers.json(),
        "targets": graph.ends.iter().map(target).collect::<Value>(),
        "sources": question.sources.iter().map(slipway_spec::SourceFile::name).collect::<Value>(),
    });
    Ok(Answer { json, text, status: None })
}

fn target(end: &End<'_>) -> Value {
    let plan = end.plan;
    json!({
        "target": plan.target,
        "platform": plan.platform.to_string(),
        "steps": end.steps,
        "result": end.result,
        "gates": end.gates.iter().map(|(name, step)| json!({ "name": name, "step": step })).collect::<Value>(),
        "args": plan.args,
        "annotations": plan.annotations,
        "config": plan.config.get("config"),
        "inherited": plan.contents.as_ref().map(|contents| json!({
            "base": contents.base.name,
            "kind": contents.base.part().map_or("image of a registry", Name::noun),
            "entrypoint": contents.base.entrypoint,
            "cmd": contents.base.cmd,
        })),
        "notes": plan.notes.iter().map(|note| json!({
            "owner": note.owner, "text": note.text, "location": location(note.span),
        })).collect::<Value>(),
        "warnings": plan.warnings.iter().map(|found| json!({
            "rule": found.rule, "message": found.message, "help": found.help, "location": location(found.primary.span),
        })).collect::<Value>(),
    })
}

/// A target as text. Steps that were already shown are only named.
fn describe(text: &mut String, question: &Question<'_>, graph: &Graph<'_>, end: &End<'_>, shown: &mut [bool]) {
    let plan = end.plan;
    let mut line = |indent: usize, words: String| {
        text.extend(std::iter::repeat_n(' ', indent));
        text.push_str(words.trim_end());
        text.push('\n');
    };
    line(0, format!("TARGET {} for {}", plan.target, plan.platform));
    line(0, String::new());
    let build_platform = question.scope.request.build_platform.to_string();
    let mut shared = Vec::new();
    for number in &end.steps {
        let Some((node, was_shown)) = graph.nodes.get(*number).zip(shown.get_mut(*number)) else { continue };
        if std::mem::replace(was_shown, true) {
            shared.push(*number);
            continue;
        }
        line(2, format!("{number}  {}", node.step.name));
        for words in details(&node.json, &build_platform) {
            line(2 + number.to_string().len() + 2, words);
        }
    }
    if !shared.is_empty() {
        line(2, format!("shared with targets above: {}", ranges(&shared)));
    }
    line(0, String::new());
    line(2, format!("RESULT  step {}", end.result));
    for (name, step) in &end.gates {
        line(2, format!("GATE    {name}: step {step}"));
    }
    if let Some((base, part)) =
        plan.contents.as_ref().and_then(|contents| Some((&contents.base, contents.base.part()?)))
    {
        line(2, format!("ON      the {} {} of this file, with its config", part.noun(), base.name));
    }
    for (key, value) in runs(plan) {
        line(2, format!("{key:7} {value}"));
    }
    let target = question.spec.as_ref().ok().and_then(|spec| find_target(spec, Some(&plan.target)).ok());
    let names_workdir =
        target.is_some_and(|target| target.image().is_some_and(|image| image.keys.config.workdir.is_some()));
    for (key, value) in config(plan.config.get("config").unwrap_or(&Value::Null), names_workdir) {
        line(2, format!("{:7} {value}", key.to_uppercase()));
    }
    for note in &plan.notes {
        line(2, format!("WHY     {}: {}", note.owner, note.text));
    }
    for found in &plan.warnings {
        line(2, format!("WARNING {}", found.render(question.sources)));
    }
}

/// Ascending numbers, with ranges abbreviated: `0–3, 7`.
fn ranges(numbers: &[usize]) -> String {
    let rows = numbers.chunk_by(|one, next| one + 1 == *next).filter_map(|row| Some((row.first()?, row.last()?)));
    let words = rows.map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn words(value: &Value, key: &str) -> Vec<String> {
    list(value, key).map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}

/// Source and destination of files.
fn copy(item: &Value) -> String {
    let mut text = format!("step {} {} to {}", item["from"], word(item, "source"), word(item, "target"));
    for (key, what) in [("include", "only"), ("exclude", "without")] {
        let patterns = words(item, key);
        if !patterns.is_empty() {
            let _ = write!(text, ", {what} {}", patterns.join(" "));
        }
    }
    for (key, what) in [("mode", "mode"), ("owner", "owner")] {
        if !word(item, key).is_empty() {
            let _ = write!(text, ", {what} {}", word(item, key));
        }
    }
    text
}

/// What a step does, one line for each part.
fn details(step: &Value, build_platform: &str) -> Vec<String> {
    let mut lines = Vec::new();
    match word(step, "kind") {
        "image" => lines.push(format!("image {} for {}", word(step, "image"), word(step, "platform"))),
        "git" | "http" => {
            let parts = ["ref", "subdir", "checksum"].map(|key| (key, word(step, key)));
            let parts =
                parts.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!(" {key} {value}"));
            lines.push(format!("{} {}{}", word(step, "kind"), word(step, "url"), parts.collect::<String>()));
        }
        "local" => lines.push(format!("from the command line: {}", word(step, "context"))),
        "dockerfile" => {
            let stage = Some(word(step, "target")).filter(|stage| !stage.is_empty()).unwrap_or("the last stage");
            lines.push(format!("{} of {} for {}", stage, word(step, "path"), word(step, "platform")));
        }
        "copy" => lines.extend(list(step, "items").map(|item| format!("copies {}", copy(item)))),
        "run" => run(&mut lines, step, build_platform),
        kind @ ("assemble" | "write") => {
            lines.push(format!("on step {}", step[if kind == "write" { "root" } else { "base" }]));
            for item in list(step, "layers").flat_map(|layer| list(layer, "items")) {
                lines.push(match word(item, "kind") {
                    "copy" => format!("copies {}", copy(item)),
                    "folder" => format!("makes {}, mode {}", word(item, "target"), word(item, "mode")),
                    _ => format!("writes {}, mode {}", word(item, "target"), word(item, "mode")),
                });
            }
        }
        _ => {}
    }
    lines
}

fn run(lines: &mut Vec<String>, step: &Value, build_platform: &str) {
    let platform = word(step, "platform");
    let whose = if platform == build_platform { "the engine's own" } else { "emulated, unless the engine supports it" };
    let network = match (word(step, "network"), word(step, "security")) {
        ("none", "") => "no network",
        ("none", _) => "no network, all privileges",
        ("host", "") => "network of the engine",
        ("host", _) => "network of the engine, all privileges",
        (_, "") => "network",
        _ => "network, all privileges",
    };
    lines.push(format!(
        "runs in step {} on {platform} ({whose}), {network}, in {}",
        step["root"],
        word(step, "workdir")
    ));
    lines.push(format!("$ {}", shell_words(&words(step, "args"))));
    for mount in list(step, "mounts") {
        let target = word(mount, "target");
        let required = if mount["required"].as_bool() == Some(true) { "required" } else { "optional" };
        lines.push(match word(mount, "kind") {
            "read-only" => format!("sees step {} {} at {target}", mount["from"], word(mount, "path")),
            "discarded" => {
                format!("sees step {} {} at {target}; changes are dropped", mount["from"], word(mount, "path"))
            }
            "cache" => format!("keeps {target} as the cache {} ({})", word(mount, "id"), word(mount, "sharing")),
            "secret" => format!("secret {} at {target} ({required})", word(mount, "id")),
            "ssh" => format!("SSH agent {} ({required})", word(mount, "id")),
            "script" => format!("script {target}, {} lines", word(mount, "text").lines().count()),
            _ => format!("memory at {target}"),
        });
    }
    for variable in list(step, "secret_env") {
        lines.push(format!("secret {} in ${}", word(variable, "id"), word(variable, "name")));
    }
    let env = words(step, "env");
    if !env.is_empty() {
        lines.push(format!("env {}", shell_words(&env)));
    }
    let on = if step["on"].is_null() { String::new() } else { format!(", which has step {} before", step["on"]) };
    lines.push(format!("leaves {}{on}", word(step, "output")));
}

/// Words with quotes where a shell would need them.
fn shell_words(words: &[String]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    let quoted = words.iter().map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// The command and its arguments: those of the image, and inherited ones if known.
fn runs(plan: &Plan) -> Vec<(&'static str, String)> {
    let config = plan.config.get("config").unwrap_or(&Value::Null);
    let of = |key| words(config, key);
    let (entrypoint, cmd) = (of("Entrypoint"), of("Cmd"));
    let base = plan.contents.as_ref().map(|contents| &contents.base);
    let looked_up = plan.base_config.get("config").unwrap_or(&Value::Null);
    let inherited = |own: &[String], key: &str, of_base: Option<&Vec<String>>| match of_base {
        Some(words) if own.is_empty() || own == self::words(looked_up, key) => words.clone(),
        // The config of a part of the file is known even if no image was looked up.
        Some(words) if own == *words && base.is_some_and(|base| base.part().is_some()) => words.clone(),
        _ => Vec::new(),
    };
    let entrypoint_of_base = inherited(&entrypoint, "Entrypoint", base.and_then(|base| base.entrypoint.as_ref()));
    // Arguments of a base belong to its entrypoint.
    let cmd_of_base = match entrypoint.is_empty() || !entrypoint_of_base.is_empty() {
        true => inherited(&cmd, "Cmd", base.and_then(|base| base.cmd.as_ref())),
        false => Vec::new(),
    };
    let mut lines = Vec::new();
    for (name, own, of_base) in [("RUNS", entrypoint, entrypoint_of_base), ("WITH", cmd, cmd_of_base)] {
        if !of_base.is_empty() {
            lines.push((name, format!("{} (inherited)", shell_words(&of_base))));
        } else if !own.is_empty() {
            lines.push((name, shell_words(&own)));
        }
    }
    lines
}

/// The relevant parts of an image config.
fn config(config: &Value, names_workdir: bool) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for (key, name) in [("User", "user"), ("WorkingDir", "workdir"), ("StopSignal", "signal")] {
        // Without a key of the image, it is that of the base, which was not looked up.
        let is_unknown = key == "WorkingDir" && word(config, key) == "/" && !names_workdir;
        if !word(config, key).is_empty() && !is_unknown {
            lines.push((name, word(config, key).to_owned()));
        }
    }
    let mut env = words(config, "Env");
    // The base defines the path, and was not looked up.
    env.retain(|word| !word.starts_with("PATH="));
    if !env.is_empty() {
        lines.push(("env", shell_words(&env)));
    }
    for (key, name) in [("ExposedPorts", "ports"), ("Volumes", "volumes")] {
        let keys: Vec<_> =
            config.get(key).and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        if !keys.is_empty() {
            lines.push((name, keys.join(" ")));
        }
    }
    if let Some(test) = config.get("Healthcheck") {
        lines.push(("health", shell_words(&words(test, "Test"))));
    }
    lines
}
