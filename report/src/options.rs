//! Options of renderers.

use slipway_spec::RuleInfo;

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
    /// The base URL of the rules' pages: the URL of a rule is this, its name, and `.md`.
    pub rules_url: Option<&'a str>,
    /// The version of Slipway, for formats that name the tool.
    pub version: &'a str,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { color: false, width: 120, rules: &[], rules_url: None, version: env!("CARGO_PKG_VERSION") }
    }
}

impl Options<'_> {
    /// The URL of a rule's documentation.
    pub(crate) fn page_of(&self, rule: &str) -> Option<String> {
        let base = self.rules_url?.trim_end_matches('/');
        Some(format!("{base}/{rule}.md"))
    }
}
