//! What renderers have to know beside the findings.

use slipway_spec::RuleInfo;

/// The name of the tool in reports that carry one.
pub(crate) const TOOL: &str = "slipway";

/// What renderers have to know beside the findings. Each looks only at what concerns it.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Whether a terminal gets colours.
    pub colour: bool,
    /// How many columns a terminal has.
    pub width: usize,
    /// The rules that findings may name, for formats that carry their documentation.
    pub rules: &'a [RuleInfo],
    /// Where the pages of the rules are: the page of a rule is this, its name, and `.md`.
    pub rules_url: Option<&'a str>,
    /// The version of Slipway, for formats that name the tool.
    pub version: &'a str,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { colour: false, width: 120, rules: &[], rules_url: None, version: env!("CARGO_PKG_VERSION") }
    }
}

impl Options<'_> {
    /// Where the documentation of a rule is.
    pub(crate) fn page_of(&self, rule: &str) -> Option<String> {
        let base = self.rules_url?.trim_end_matches('/');
        Some(format!("{base}/{rule}.md"))
    }
}
