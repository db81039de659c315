//! The first word of a Compose health check selects how the others are run: `CMD`, `CMD-SHELL` or `NONE`. Here, `run`
//! would treat it as the program.

use crate::Diagnostic;
use crate::decode::{Context, convert, text};
use crate::yaml::{Kind, Node};

/// Reports Compose's form in `run` of a health check, and suggests the equivalent.
pub(super) fn report(check: &Node, cx: &mut Context) {
    let Some(run) = check.get("run") else { return };
    let Kind::Sequence(items) = &run.kind else { return };
    let Some(first) = items.first() else { return };
    let Some(word) = text(first).filter(|word| ["CMD", "CMD-SHELL", "NONE"].contains(word)) else { return };
    let found = Diagnostic::error(first.span, format!("`{word}` is Compose syntax, not a program"));
    let hint = convert::health_check(run);
    cx.report(match hint.write.as_deref() {
        _ if items.len() == 1 && word != "NONE" => found.with_help(convert::NO_CHECK),
        Some("none") => found.with_fix(check.span, "none"),
        Some(write) => {
            let list = write.strip_prefix("{ run: ").and_then(|rest| rest.strip_suffix(" }")).unwrap_or(write);
            match convert::needed_program(write) {
                Some(program) => found.with_help(format!("write `{list}`; the image must contain `{program}`")),
                None => found.with_fix(run.span, list),
            }
        }
        None => found.with_help(hint.help),
    });
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
            slipway.yaml:1:40: unknown key `test` in a health check; write `run: [curl, -f, http://localhost:8080/health]`; the image must contain `curl`
        { test: ["CMD-SHELL", "curl -f localhost || exit 1"] }
            slipway.yaml:1:40: unknown key `test` in a health check; write `run: [sh, -c, curl -f localhost || exit 1]`; the image must contain `sh`
        { test: curl -f localhost || exit 1 }
            slipway.yaml:1:40: unknown key `test` in a health check; write `run: [curl, -f, localhost]`; the image must contain `curl`
        { test: [NONE] }
            slipway.yaml:1:38: this disables the health check in Compose syntax; write `none`
        { test: NONE }
            slipway.yaml:1:38: this disables the health check in Compose syntax; write `none`
        { test: [/api, health] }
            slipway.yaml:1:40: unknown key `test` in a health check; write `run: [/api, health]`
        { run: [CMD, curl, "8080"] }
            slipway.yaml:1:46: `CMD` is Compose syntax, not a program; write `[curl, "8080"]`; the image must contain `curl`
        { run: [CMD-SHELL, /api health] }
            slipway.yaml:1:46: `CMD-SHELL` is Compose syntax, not a program; write `[sh, -c, /api health]`; the image must contain `sh`
        { run: [NONE] }
            slipway.yaml:1:46: `NONE` is Compose syntax, not a program; write `none`
        { run: [CMD] }
            slipway.yaml:1:46: `CMD` is Compose syntax, not a program; write `{ run: [/program, argument] }` with a program of the image, or `none`
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
