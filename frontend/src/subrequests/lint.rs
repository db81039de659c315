//! `--check`: checks the file without building anything.

use base64::Engine as _;
use buildkit_proto::keys::subrequests;
use serde_json::{Value, json};
use slipway_spec::{Diagnostic, RuleInfo, page_address};

use super::{Answer, Method, Needs, Question, location};
use crate::failure::Failure;
use crate::lower::LANGUAGE;
use crate::policy;
use crate::warnings::{warnings, without_told};

pub(super) const METHOD: Method = Method {
    name: subrequests::LINT,
    version: subrequests::VERSION_1,
    description: "Lint a Slipway file",
    takes_target: true,
    names_spec: false,
    needs: Needs::Overview,
    formats: &[],
    answer,
};

/// The name of warnings that do not come from a rule.
const NAMELESS: &str = "Warning";

fn answer(question: &Question<'_>) -> Result<Answer, Failure> {
    let errors = match (question.spec, question.analysis) {
        (Err(found), _) => found.clone(),
        (Ok(_), Some(analysis)) => analysis.errors().to_vec(),
        (Ok(_), None) => Vec::new(),
    };
    let warnings = match (question.spec, question.analysis) {
        (Ok(spec), Some(analysis)) => warnings(
            question.sources,
            (spec, spec.images_span),
            question.scope.target(),
            analysis.overview(),
            analysis.ignore(),
            &question.scope.request,
            false,
        ),
        _ => Vec::new(),
    };
    let warnings = without_told(warnings, &errors);
    let rules = slipway_lint::rule_infos();
    let pages = policy::rule_docs(question.spec.as_ref().ok().map(|spec| &spec.policy));
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
        "warnings": warnings.iter().map(|found| warning(found, &rules, pages)).collect::<Vec<_>>(),
    });
    if let (Some(first), Some(object)) = (errors.first(), json.as_object_mut()) {
        let error = json!({ "message": render(&errors).join("\n"), "location": location(first.primary.span) });
        object.insert("buildError".to_owned(), error);
    }
    let mut lines = render(&errors);
    lines.extend(warnings.iter().map(|found| {
        let page = pages.zip(found.rule).map(|(pages, rule)| format!(": {}", page_address(pages, rule)));
        let (rule, page) = (found.rule.unwrap_or(NAMELESS), page.unwrap_or_default());
        format!("{} ({rule}{page})", found.render(question.sources))
    }));
    let is_right = lines.is_empty();
    if is_right {
        lines.push("Check complete, no warnings found.".to_owned());
    }
    Ok(Answer { json, text: lines.join("\n") + "\n", status: Some(u8::from(!is_right)) })
}

/// A warning in BuildKit's form.
fn warning(found: &Diagnostic, rules: &[RuleInfo], pages: Option<&str>) -> Value {
    let help = found.help.iter().map(|help| format!("; {help}"));
    let mut json = json!({
        "ruleName": found.rule.unwrap_or(NAMELESS),
        "detail": std::iter::once(found.message.clone()).chain(help).collect::<String>(),
        "location": location(found.primary.span),
    });
    let rule = rules.iter().find(|rule| Some(rule.id) == found.rule);
    if let (Some(rule), Some(object)) = (rule, json.as_object_mut()) {
        object.insert("description".to_owned(), rule.summary.clone().into());
        if let Some(pages) = pages {
            object.insert("url".to_owned(), page_address(pages, rule.id).into());
        }
    }
    json
}

#[cfg(test)]
mod tests {
    use slipway_spec::Span;

    use super::*;

    #[test]
    fn warnings_of_rules_link_to_their_pages() {
        let rules = slipway_lint::rule_infos();
        let pages = Some("https://docs.example.com/*.html");
        for (rule, url) in [("RootUser", "RootUser.html"), ("StartScript", "StartScript.html")] {
            let found = Diagnostic::warning(Span::START, "x").with_rule(rule);
            let json = warning(&found, &rules, pages);
            assert_eq!(json["url"], format!("https://docs.example.com/{url}"));
            assert!(json["description"].as_str().unwrap().starts_with("Finds "), "{json}");
            assert_eq!(warning(&found, &rules, None).get("url"), None);
        }
        let nameless = warning(&Diagnostic::warning(Span::START, "x"), &rules, pages);
        assert_eq!((&nameless["ruleName"], nameless.get("url")), (&NAMELESS.into(), None));
    }
}
