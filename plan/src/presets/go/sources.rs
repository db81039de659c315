//! The files of the context that a build uses.

use slipway_project::go::{Closure, Module, ModuleKind};
use slipway_spec::Diagnostic;

use crate::presets::{Context, excluded_files, in_folder, shown};
use crate::{CopyItem, StepId};

/// Files in a package's folder that are not part of the program.
const NO_PART: &[&str] = &["*_test.go", "_*", ".*"];

/// The step with only the packages of programs, and files in the spec relative to the build's own folder. `reduced` is a
/// step with manifests that have only what the programs need, and their folder in it.
pub(super) fn packages(
    cx: &mut Context<'_, '_>,
    source: &str,
    module: &Module,
    closure: &Closure,
    (packages, reduced): (&[String], Option<(StepId, String)>),
) -> Result<StepId, Diagnostic> {
    let mut manifests = module.manifests();
    if module.kind == ModuleKind::Vendored {
        manifests.push(in_folder(module.root(), "vendor"));
    }
    let mut items = Vec::new();
    if reduced.is_none() {
        items.push(item(cx, "", manifests, Vec::new()));
    }
    let unwanted = cx.patterns(source, &cx.build.source.exclude)?;
    // Each folder has separate patterns: patterns for the whole context would be matched with each of its files, for
    // every service of a repository.
    for (folder, package) in &closure.packages {
        items.push(item(cx, folder, package.patterns(), NO_PART.iter().map(|&pattern| pattern.to_owned()).collect()));
        items.extend(
            package
                .embeds
                .iter()
                .map(|embedded| item(cx, folder, vec![embedded.include.clone()], embedded.exclude.clone())),
        );
    }
    let added = cx.patterns(source, &cx.build.source.include)?;
    if !added.is_empty() {
        items.push(item(cx, "", added, Vec::new()));
    }
    if !unwanted.is_empty() {
        items = items.into_iter().map(|item| from_root(item, &unwanted)).collect();
    }
    items.extend(reduced.map(|(step, folder)| CopyItem::new(step, folder, "/")));
    Ok(cx.select_items(cx.shared_step_name("sources", &format!("COPY packages of {}", packages.join(" "))), items))
}

fn item(cx: &mut Context<'_, '_>, folder: &str, include: Vec<String>, exclude: Vec<String>) -> CopyItem {
    let place = format!("/{folder}");
    CopyItem::new(cx.context(), place.clone(), place).including(include).excluding(exclude)
}

/// The same files, except those that patterns of the whole context select.
fn from_root(item: CopyItem, unwanted: &[String]) -> CopyItem {
    let folder = item.source.trim_matches('/');
    let absolute = |patterns: Vec<String>| -> Vec<String> {
        patterns.into_iter().map(|pattern| in_folder(folder, &pattern)).collect()
    };
    let mut exclude = absolute(item.exclude);
    exclude.extend_from_slice(unwanted);
    CopyItem::all(item.from).including(absolute(item.include)).excluding(exclude)
}

/// What files are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The compiler.
    Compile,
    /// Checks, which read tests.
    Checks,
    /// `run` steps.
    Commands,
}

/// The step with the whole modules of the repository, and additional files in the spec.
pub(super) fn whole(
    cx: &mut Context<'_, '_>,
    folder: &str,
    module: &Module,
    wanted: Use,
) -> Result<StepId, Diagnostic> {
    let source = &cx.build.source;
    let folders: Vec<_> = module.locals.iter().map(|local| local.folder.clone()).collect();
    let mut include = Vec::new();
    // The whole context requires no pattern.
    if folders.iter().all(|folder| !folder.is_empty()) {
        include.extend(folders);
        include.extend(cx.patterns(folder, &source.include)?);
    }
    if !include.is_empty() {
        let manifests = module.manifests().into_iter().filter(|path| !include.iter().any(|folder| is_in(folder, path)));
        let manifests: Vec<_> = manifests.collect();
        include.extend(manifests);
        if let (ModuleKind::Vendored, Some(workspace)) = (module.kind, &module.workspace) {
            include.push(in_folder(&workspace.folder, "vendor"));
        }
    }
    let mut exclude = cx.patterns(folder, &source.exclude)?;
    // `go build` does not read tests. If a program embeds them, add them to `source.include`.
    if wanted != Use::Checks && source.include.is_empty() {
        exclude.push("**/*_test.go".to_owned());
    }
    // The spec has no meaning for a program.
    exclude.push(cx.request().spec_name.clone());
    let what = shown(&module.folder);
    let what = if wanted == Use::Checks { format!("COPY {what} with tests") } else { format!("COPY {what}") };
    if wanted == Use::Commands && source.include.is_empty() {
        exclude.extend(excluded_files::patterns(&module.folder));
    }
    Ok(cx.select(cx.shared_step_name("sources", &what), include, exclude))
}

fn is_in(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
