//! The number of findings.

use slipway_spec::{Diagnostic, Severity};

/// `2 errors, 1 warning`; empty if there are none.
#[must_use]
pub fn summary(findings: &[Diagnostic]) -> String {
    [Severity::Error, Severity::Warning]
        .into_iter()
        .filter_map(|severity| {
            let count = findings.iter().filter(|finding| finding.severity == severity).count();
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {}{plural}", severity.name()))
        })
        .collect::<Vec<_>>()
        .join(", ")
}
