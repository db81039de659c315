//! Findings for users: with excerpts on a terminal, one line each elsewhere.

use slipway_report::{Format, Options, render};
use slipway_spec::model::Policy;
use slipway_spec::{Diagnostic, Sources};

use super::screen::Screen;
use crate::policy;

/// Findings formatted for the screen.
pub(super) fn report(findings: &[Diagnostic], sources: &Sources, screen: &Screen) -> String {
    let format = if screen.is_terminal { Format::Terminal } else { Format::Plain };
    report_as(format, findings, (sources, None), screen)
}

/// Findings in a format. Their rules have pages at the address that the policy names.
pub(super) fn report_as(
    format: Format,
    findings: &[Diagnostic],
    (sources, policy): (&Sources, Option<&Policy>),
    screen: &Screen,
) -> String {
    let rules = slipway_lint::rule_infos();
    let options = Options {
        color: screen.color,
        width: width(std::env::var("COLUMNS").ok().as_deref()),
        rules: &rules,
        rule_docs: policy::rule_docs(policy),
        version: env!("CARGO_PKG_VERSION"),
    };
    render(format, findings, sources, &options)
}

/// The width of the terminal, as shells export it.
fn width(columns: Option<&str>) -> usize {
    columns.and_then(|columns| columns.parse().ok()).filter(|columns| (40..=400).contains(columns)).unwrap_or(120)
}
