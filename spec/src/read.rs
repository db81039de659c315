//! From the tree of a spec to its typed form.

use crate::model::Policy;
use crate::{Diagnostic, Sources, Spec, decode, model, yaml};

/// A spec after reading: its files, and their content or errors.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The files.
    pub sources: Sources,
    /// Their content, or every problem found, in the order of the files; the list is never empty.
    pub spec: Result<Spec, Vec<Diagnostic>>,
}

/// The maximum number of findings in one report.
const MAX_REPORTED: usize = 100;

/// Reads a spec from its tree, which may already have findings.
pub(crate) fn read(root: &yaml::Node, policy: Policy, found: Vec<Diagnostic>) -> Result<Spec, Vec<Diagnostic>> {
    let mut cx = decode::Context::default();
    let spec = model::decode_spec(root, policy, found.is_empty(), &mut cx);
    let (findings, more) = cx.into_findings();
    match spec {
        Some(spec) if findings.is_empty() && found.is_empty() => Ok(spec),
        _ => Err(in_order(found.into_iter().chain(findings).collect(), more)),
    }
}

/// Findings in the order of the files, up to the maximum, and the number of others.
pub(crate) fn in_order(mut diagnostics: Vec<Diagnostic>, more: usize) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span);
    diagnostics.dedup();
    let more = more + diagnostics.len().saturating_sub(MAX_REPORTED);
    if let (1.., Some(last)) = (more, diagnostics.get(MAX_REPORTED - 1)) {
        let rest = Diagnostic::error(last.primary.span, format!("{more} more errors are not shown"))
            .with_help("fix these first");
        diagnostics.truncate(MAX_REPORTED);
        diagnostics.push(rest);
    }
    diagnostics.into_iter().map(Diagnostic::shortened).collect()
}
