//! Which files of the context a build reads.

use slipway_spec::Diagnostic;

use super::module::Module;
use crate::presets::{Context, in_folder};
use crate::{Project, StepId};

/// The step that holds the files that the compiler may read.
pub(super) fn select<P: Project>(
    cx: &Context<'_, P>,
    module: &Module,
    without_tests: bool,
) -> Result<StepId, Diagnostic> {
    let source = &cx.build.source;
    let folders: Vec<_> = std::iter::once(&module.folder).chain(&module.replacements).collect();
    let mut include = Vec::new();
    if source.include.is_empty() {
        // The context as a whole needs no pattern.
        if folders.iter().all(|folder| !folder.is_empty()) {
            include.extend(folders.iter().map(|folder| (*folder).clone()));
        }
    } else {
        include.extend(cx.patterns(&module.folder, &source.include)?);
        for name in ["go.mod", "go.sum", "vendor"] {
            include.push(in_folder(&module.folder, name));
        }
        include.extend(module.replacements.iter().cloned());
    }
    let mut exclude = cx.patterns(&module.folder, &source.exclude)?;
    if source.include.is_empty() {
        // `go build` does not read tests, and the spec says nothing to a program. Who embeds them names them in `source.include`.
        if without_tests {
            exclude.push("**/*_test.go".to_owned());
        }
        exclude.push(cx.request().spec_name.clone());
    }
    let what = if module.folder.is_empty() { "." } else { &module.folder };
    let what = if without_tests { format!("COPY {what}") } else { format!("COPY {what} with tests") };
    Ok(cx.select(cx.shared_step_name("sources", &what), include, exclude))
}
