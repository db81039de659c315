//! The compiler's input files: the folders of the packages that a program requires, other paths that their code names,
//! and every manifest.

use std::collections::BTreeSet;

use slipway_project::excluded_files;
use slipway_project::paths::{in_folder, is_within, self_and_above, shown};
use slipway_project::rust::{self, Code, Workspace};
use slipway_spec::{Diagnostic, join_path};

use crate::StepId;
use crate::presets::Context;

/// The files of a program.
pub(super) struct Sources {
    /// The step with them.
    pub(super) step: StepId,
    /// Its folders that contain all files that the context has there.
    pub(super) whole: Vec<String>,
    /// Stubs for other files, as arguments of a script.
    pub(super) stubs: Vec<String>,
}

/// The step with the files that a program of the packages in `closure` is compiled from.
pub(super) fn select(
    cx: &mut Context<'_, '_>,
    workspace: &Workspace,
    closure: &BTreeSet<String>,
    code: &Code,
    start: &str,
) -> Result<Sources, Diagnostic> {
    let folders: Vec<String> = closure.iter().cloned().collect();
    let mut extra = code.elsewhere.clone();
    let source = &cx.build.source;
    // Included even if they do not exist: a first test must not change this step.
    let mut exclude: BTreeSet<String> = folders.iter().flat_map(|folder| rust::left_out(folder)).collect();
    // The image determines the toolchain: rustup would look for the one in these files.
    let never = ["target", "rust-toolchain.toml", "rust-toolchain"];
    exclude
        .extend(folders.iter().chain([&workspace.root]).flat_map(|folder| never.map(|name| in_folder(folder, name))));
    let others = workspace.packages.keys().filter(|other| !closure.contains(*other));
    let all: BTreeSet<&str> = folders.iter().map(String::as_str).collect();
    exclude.extend(others.filter(|other| is_inside(other, &all)).cloned());
    // A package at the root of the context gets all of it.
    if closure.contains("") {
        exclude.extend(excluded_files::patterns(""));
    }
    exclude.insert(cx.request().spec_name.clone());
    let mut exclude: Vec<_> = exclude.into_iter().collect();
    // Patterns of the spec come last: those with `!` include again what is excluded here.
    let own_exclude = cx.patterns(start, &source.exclude)?;
    exclude.extend(own_exclude.iter().cloned());
    for pattern in &source.include {
        let text = cx.eval(pattern)?;
        extra.insert(join_path(start, &text).ok_or_else(|| {
            Diagnostic::error(pattern.span, format!("`{text}` is outside the context"))
                .with_help("name files inside the folder that is built, relative to `source`")
        })?);
    }
    // A package at the context's root gets all files that no other package has.
    let whole = if closure.contains("") { Vec::new() } else { outermost(&folders) };
    let mut items = vec![cx.sources(whole, exclude), cx.files(workspace.manifests(start), Vec::new())];
    if !extra.is_empty() {
        items.push(cx.files(extra.iter().cloned().collect(), own_exclude));
    }
    let step = cx.select_items(cx.shared_step_name("sources", &title(&folders)), items);

    let elsewhere = |path: &&str| !path.is_empty() && !is_inside(path, &all) && !all.contains(path);
    let inputs = cx.laid_over().map(|input| input.target.trim_matches('/')).filter(elsewhere);
    let whole = folders
        .iter()
        .cloned()
        .chain(extra.into_iter().filter(|path| !path.contains('*')))
        .chain(inputs.map(str::to_owned));
    let stubs = super::dependencies::stubs(workspace, &folders);
    Ok(Sources { step, whole: whole.collect(), stubs })
}

/// The step with the whole workspace, for commands of the spec: only they know which part they use. Checks also read
/// documents.
pub(super) fn everything(
    cx: &mut Context<'_, '_>,
    workspace: &Workspace,
    folder: &str,
    for_checks: bool,
) -> Result<StepId, Diagnostic> {
    let root = &workspace.root;
    let mut include = Vec::new();
    if !root.is_empty() {
        include.push(root.clone());
        let outside = |folder: &&String| !is_within(root, folder);
        include.extend(workspace.packages.keys().filter(outside).cloned());
        include.extend(workspace.manifests(folder));
    }
    let mut exclude = cx.patterns(folder, &cx.build.source.exclude)?;
    // The image determines the toolchain: rustup would look for the one in these files.
    exclude.extend(["rust-toolchain.toml", "rust-toolchain", "target"].map(|name| in_folder(root, name)));
    exclude.extend([".git".to_owned(), cx.request().spec_name.clone()]);
    if !for_checks {
        exclude.extend(excluded_files::patterns(root));
    }
    let what = format!("COPY {} for {}", shown(root), if for_checks { "checks" } else { "run" });
    Ok(cx.select(cx.shared_step_name("sources", &what), include, exclude))
}

/// Whether a folder is inside one of these. There may be thousands of both, so the few folders above it are looked up.
fn is_inside(folder: &str, all: &BTreeSet<&str>) -> bool {
    self_and_above(folder).skip(1).any(|above| all.contains(above))
}

/// Folders without those inside others.
fn outermost(folders: &[String]) -> Vec<String> {
    let all: BTreeSet<&str> = folders.iter().map(String::as_str).collect();
    folders.iter().filter(|folder| !is_inside(folder, &all)).cloned().collect()
}

fn title(folders: &[String]) -> String {
    let names: Vec<_> = folders.iter().map(|folder| shown(folder)).collect();
    match names.as_slice() {
        [first, rest @ ..] if rest.len() > 4 => format!("COPY {first} and {} more packages", rest.len()),
        names => format!("COPY {}", names.join(" ")),
    }
}
