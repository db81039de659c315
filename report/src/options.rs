//! Options of renderers.

use slipway_spec::{RuleInfo, page_address};

/// The name of the tool in reports.
pub(crate) const TOOL: &str = "slipway";

/// Options of renderers. Each renderer uses only some of them.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Whether to use color on a terminal.
    pub color: bool,
    /// The width of the terminal.
    pub width: usize,
    /// The rules of the findings, for formats that include their documentation.
    pub rules: &'a [RuleInfo],
    /// The address of the pages of rules, in which `*` stands for the name of a rule.
    pub rule_docs: Option<&'a str>,
    /// The version of Slipway, for formats that name the tool.
    pub version: &'a str,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { color: false, width: 120, rules: &[], rule_docs: None, version: env!("CARGO_PKG_VERSION") }
    }
}

impl Options<'_> {
    /// The URL of a rule's documentation.
    pub(crate) fn page_of(&self, rule: &str) -> Option<String> {
        Some(page_address(self.rule_docs?, rule))
    }
}
