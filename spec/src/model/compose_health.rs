//! Health checks in Compose's form, where a first word says how the others are run: `CMD`, `CMD-SHELL` or `NONE`. They are answered with the same check in ours.

use crate::decode::{Context, text};
use crate::yaml::{Entry, Kind, Node};
use crate::{Diagnostic, Span};

/// Reports Compose's form in the keys of a health check; whether there was one.
pub(super) fn report(node: &Node, cx: &mut Context) -> bool {
    let find = |key: &str| node.entries().iter().find(|entry| entry.key.value == key);
    let found = match (find("test"), find("run")) {
        (Some(test), _) => of_test(test),
        (None, Some(run)) => of_run(run),
        (None, None) => None,
    };
    found.map(|found| cx.report(found)).is_some()
}

/// `test`, which is a list, or a text for a shell.
fn of_test(entry: &Entry) -> Option<Diagnostic> {
    let words = match text(&entry.value) {
        Some("NONE") => vec!["NONE".to_owned()],
        Some(script) => vec!["CMD-SHELL".to_owned(), script.to_owned()],
        None => words(&entry.value)?,
    };
    Some(answer(entry.key.span, "`test` is what Compose calls `run`".to_owned(), &words))
}

/// `run` with a word of Compose's in front.
fn of_run(entry: &Entry) -> Option<Diagnostic> {
    let words = words(&entry.value)?;
    let first = words.first().filter(|first| ["CMD", "CMD-SHELL", "NONE"].contains(&first.as_str()))?;
    let Kind::Sequence(items) = &entry.value.kind else { return None };
    Some(answer(items.first()?.span, format!("`{first}` is a word of Compose, and no program"), &words))
}

fn words(node: &Node) -> Option<Vec<String>> {
    let Kind::Sequence(items) = &node.kind else { return None };
    items.iter().map(|item| text(item).map(str::to_owned)).collect()
}

/// The finding, with the same check as it is written here.
fn answer(span: Span, message: String, words: &[String]) -> Diagnostic {
    let (first, rest) = words.split_first().map_or(("", words), |(first, rest)| (first.as_str(), rest));
    let run = match first {
        "NONE" => return Diagnostic::error(span, message).with_help("write `healthcheck: none`"),
        "CMD" => rest.to_vec(),
        "CMD-SHELL" => vec!["sh".to_owned(), "-c".to_owned(), rest.join(" ")],
        _ => words.to_vec(),
    };
    let list = run.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    let length = list.chars().count();
    let help = match length {
        0 => "write the program and its arguments, as in `run: [/api, health]`".to_owned(),
        1..=400 => format!("write `run: [{list}]`"),
        _ => "write `run: […]` with the program and its arguments as words of the list".to_owned(),
    };
    Diagnostic::error(span, message).with_help(help)
}

/// A word as it can stand in a list of YAML.
fn quoted(word: &str) -> String {
    let is_plain = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '-')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.=".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "-"].contains(&word.to_ascii_lowercase().as_str());
    if is_plain { word.to_owned() } else { serde_json::Value::from(word).to_string() }
}

#[cfg(test)]
mod tests {
    fn said(healthcheck: &str) -> String {
        let spec = format!("images: {{ api: {{ go: ., healthcheck: {healthcheck} }} }}");
        let parsed = crate::parse("slipway.yaml", spec.into_bytes());
        let found = parsed.spec.err().unwrap_or_default();
        found.iter().map(|found| found.render(&parsed.sources) + "\n").collect()
    }

    #[test]
    fn the_answer_is_the_same_check_in_our_form() {
        let all: String = [
            r#"{ test: [CMD, curl, -f, "http://localhost:8080/health"], interval: 10s }"#,
            r#"{ test: ["CMD-SHELL", "curl -f localhost || exit 1"] }"#,
            r#"{ test: curl -f localhost || exit 1 }"#,
            "{ test: [NONE] }",
            "{ test: NONE }",
            "{ test: [/api, health] }",
            r#"{ run: [CMD, curl, "8080"] }"#,
            "{ run: [CMD-SHELL, /api health] }",
            "{ run: [NONE] }",
            "{ run: [CMD] }",
            "{ run: [/api, CMD] }",
        ]
        .map(|check| format!("{check}\n    {}\n", said(check).trim_end()))
        .concat();
        insta::assert_snapshot!(all, @r#"
        { test: [CMD, curl, -f, "http://localhost:8080/health"], interval: 10s }
            slipway.yaml:1:40: `test` is what Compose calls `run`; write `run: [curl, -f, "http://localhost:8080/health"]`
        { test: ["CMD-SHELL", "curl -f localhost || exit 1"] }
            slipway.yaml:1:40: `test` is what Compose calls `run`; write `run: [sh, -c, "curl -f localhost || exit 1"]`
        { test: curl -f localhost || exit 1 }
            slipway.yaml:1:40: `test` is what Compose calls `run`; write `run: [sh, -c, "curl -f localhost || exit 1"]`
        { test: [NONE] }
            slipway.yaml:1:40: `test` is what Compose calls `run`; write `healthcheck: none`
        { test: NONE }
            slipway.yaml:1:40: `test` is what Compose calls `run`; write `healthcheck: none`
        { test: [/api, health] }
            slipway.yaml:1:40: `test` is what Compose calls `run`; write `run: [/api, health]`
        { run: [CMD, curl, "8080"] }
            slipway.yaml:1:46: `CMD` is a word of Compose, and no program; write `run: [curl, "8080"]`
        { run: [CMD-SHELL, /api health] }
            slipway.yaml:1:46: `CMD-SHELL` is a word of Compose, and no program; write `run: [sh, -c, "/api health"]`
        { run: [NONE] }
            slipway.yaml:1:46: `NONE` is a word of Compose, and no program; write `healthcheck: none`
        { run: [CMD] }
            slipway.yaml:1:46: `CMD` is a word of Compose, and no program; write the program and its arguments, as in `run: [/api, health]`
        { run: [/api, CMD] }
        "#);
    }

    #[test]
    fn the_answers_are_right() {
        for answer in
            ["{ run: [curl, -f, \"http://localhost:8080/health\"] }", "{ run: [sh, -c, \"a || exit 1\"] }", "none"]
        {
            assert_eq!(said(answer), "", "{answer}");
        }
    }
}
