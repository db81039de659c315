//! Finds stage outputs that are inside a cache mount.
//!
//! # What it does
//!
//! Looks for stages whose `output` is one of their `cache` folders, or inside one, and for addresses in such a folder.
//!
//! # Why
//!
//! A cache mount is a folder on the engine that steps see while they run. It is not part of their output, so the files
//! taken from it are missing or an empty folder.
//!
//! # Bad
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     cache: [/gen]
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! stages:
//!   gen:
//!     from: bufbuild/buf:1.50
//!     cache: [/root/.cache/buf]
//!     steps:
//!       - run: buf generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```

use std::collections::HashMap;

use slipway_spec::model::{Origin, StageStepKind, StepsStage};
use slipway_spec::{Diagnostic, Name, Span};

use crate::Findings;
use crate::view::View;

/// Longer texts are not paths.
const MAX_PATH: usize = 4096;

/// The cache mounts of a stage by folder, with their locations.
type Caches = HashMap<String, Span>;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let mut stages: HashMap<&str, (String, Caches)> = HashMap::new();
    for (name, stage) in lint.stages() {
        let caches = caches(lint, stage);
        let output = stage.output.as_ref().and_then(|output| Some((lint.text(output)?, output.span)));
        if let Some((path, span)) = &output {
            look(path, *span, &caches, findings);
        }
        let output = output.map_or_else(String::new, |(path, _)| path.trim_end_matches('/').to_owned());
        stages.insert(&name.value, (output, caches));
    }
    for address in lint.addresses() {
        let Origin::Named(Name::Stage, name) = &address.origin else { continue };
        let Some((output, caches)) = stages.get(name.value.as_str()) else { continue };
        let Some(path) = lint.text(&address.path).filter(|path| !path.trim_matches('/').is_empty()) else { continue };
        look(&format!("{output}/{}", path.trim_start_matches('/')), address.path.span, caches, findings);
    }
}

fn caches(lint: &View<'_>, stage: &StepsStage) -> Caches {
    let of_steps = stage.steps.iter().flat_map(|step| match &step.kind {
        StageStepKind::Run(run) => run.cache.as_slice(),
        StageStepKind::Copy(_) | StageStepKind::File(_) => &[],
    });
    let all = stage.cache.iter().chain(of_steps);
    all.filter_map(|cache| Some((lint.text(&cache.target)?.trim_end_matches('/').to_owned(), cache.target.span)))
        .collect()
}

fn look(path: &str, span: Span, caches: &Caches, findings: &mut Findings) {
    let path = path.trim_end_matches('/');
    if caches.is_empty() || path.len() > MAX_PATH {
        return;
    }
    let ends = path.match_indices('/').map(|(index, _)| index).chain(std::iter::once(path.len()));
    let mut folders = ends.filter_map(|end| path.get(..end)).filter(|folder| !folder.is_empty());
    let Some((cache, declared)) = folders.find_map(|folder| caches.get_key_value(folder)) else { return };
    findings.push(
        Diagnostic::warning(
            span,
            format!("`{path}` is in the cache mount `{cache}`, which is not part of the step's output"),
        )
        .with_label(*declared, "the cache")
        .with_help("copy the result to another folder in the step, and name that folder"),
    );
}
