//! Finds outputs of stages that are in a cache.
//!
//! # What it does
//!
//! Looks for stages whose `output` is one of their `cache` folders, or inside one, and for addresses that lead there.
//!
//! # Why
//!
//! A cache is a folder of the engine's that steps see while they run. It is no part of what they leave behind, so
//! whoever takes the output gets an empty folder, or none.
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

/// Longer paths than this are no paths.
const MAX_PATH: usize = 4096;

/// The caches of a stage by their folders, and where they are written.
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
            format!("`{path}` is in the cache `{cache}`, of which nothing is left when the step ends"),
        )
        .with_label(*declared, "the cache")
        .with_help("let the step copy its result to a folder that is no cache, and name that one"),
    );
}
