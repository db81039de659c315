//! `slipway explain`: the pages of rules, which are also in `docs/rules`.

use clap::Args;
use serde_json::{Value, json};
use slipway_lint::{nearest_rule, rule_infos};
use slipway_spec::{RuleInfo, page_address};

use super::code::Code;
use super::screen::{Color, Screen, trouble};
use crate::policy;
use crate::subrequests::table;

/// What the program in the frontend's image adds: it has to be small.
const ELSEWHERE: &str = "The command line of a release shows the whole page.\n";

/// Show the page of a rule, or list all rules
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The name of the rule, as in findings
    rule: Option<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,
}

pub(super) fn run(explain: &Explain) -> Code {
    let mut rules = rule_infos();
    if let Some(name) = &explain.rule {
        rules.retain(|rule| rule.id.eq_ignore_ascii_case(name));
        if rules.is_empty() {
            return trouble(&format!("there is no rule `{name}`; {}", nearest_rule(name)));
        }
    }
    let text = match (explain.format.as_str(), &explain.rule, rules.as_slice()) {
        ("json", ..) => format!("{:#}\n", rules.iter().map(as_json).collect::<Value>()),
        (_, Some(_), [rule, ..]) if cfg!(feature = "pages") => rule.page(),
        (_, Some(_), [rule, ..]) => format!("{}\n{ELSEWHERE}", rule.page()),
        _ => table(&rules.iter().map(|rule| vec![rule.id.to_owned(), rule.summary.clone()]).collect::<Vec<_>>()),
    };
    Screen::stdout(Color::Never).write(&text, Code::Fine)
}

/// A rule for programs. Keys may be added, but not changed or removed.
fn as_json(rule: &RuleInfo) -> Value {
    json!({
        "name": rule.id,
        "severity": rule.default_severity.name(),
        "summary": rule.summary,
        "docs": policy::rule_docs(None).map(|pages| page_address(pages, rule.id)),
        "markdown": rule.page(),
    })
}
