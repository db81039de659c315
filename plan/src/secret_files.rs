//! Warns about secret files in folders of the context that are copied.

use slipway_ignore::{Matcher, Patterns};
use slipway_project::secret_files::{SECRET_FILE_HELP, in_folders};
use slipway_spec::{Diagnostic, Span};

use crate::PlanError;
use crate::any_project::AnyProject;
use crate::draft::Draft;
use crate::step::StepPath;

/// The lint rule about secret files that the spec itself names.
const SECRET_FILE: &str = "SecretFile";

/// The maximum number of paths in a finding.
const SHOWN: usize = 3;

/// The secret files in a folder of the context that patterns include.
///
/// # Errors
/// The context cannot be read.
pub(crate) async fn find(
    project: &AnyProject<'_>,
    folder: &str,
    include: &[String],
    exclude: &[String],
) -> Result<Vec<String>, PlanError> {
    let mut found = in_folders(project, folder).await?;
    let matcher = |patterns: &[String]| Matcher::new(&Patterns::parse(&patterns.join("\n"))).ok();
    let (included, excluded) = (matcher(include), matcher(exclude));
    found.retain(|path| {
        let path = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
        let is_in = |matcher: &Option<Matcher>| matcher.as_ref().is_some_and(|matcher| matcher.excludes(path));
        (include.is_empty() || is_in(&included)) && !is_in(&excluded)
    });
    Ok(found)
}

/// The warning about secret files in a folder that the spec names.
pub(crate) fn warning(found: &[String], span: Span) -> Option<Diagnostic> {
    let (look, are, them) = match found.len() {
        0 => return None,
        1 => ("looks like a secret file", "is", "it"),
        _ => ("look like secret files", "are", "them"),
    };
    let names: Vec<_> = found.iter().take(SHOWN).map(|path| format!("`{path}`")).collect();
    let more = found.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message = format!("{}{more} {look}, and {are} copied with this folder into a layer", names.join(", "));
    let help = format!("exclude {them} with `exclude` or in `.dockerignore`; {SECRET_FILE_HELP}");
    Some(Diagnostic::warning(span, message).with_rule(SECRET_FILE).with_help(help))
}

/// Warns about secret files where a folder of the main context is copied.
///
/// # Errors
/// The context cannot be read.
pub(crate) async fn report(
    draft: &mut Draft<'_>,
    from: &StepPath,
    include: &[String],
    exclude: &[String],
    span: Span,
) -> Result<(), PlanError> {
    if from.step == draft.context {
        let found = find(draft.project, from.path.trim_matches('/'), include, exclude).await?;
        warning(&found, span).into_iter().for_each(|found| draft.warn(found));
    }
    Ok(())
}
