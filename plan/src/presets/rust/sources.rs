//! Which files of the context the compiler sees: the folders of the packages that a program needs, what their code
//! names elsewhere, and every manifest.

use std::collections::{BTreeMap, BTreeSet};

use slipway_spec::Diagnostic;

use super::members::is_below;
use super::mentions::{Code, Places, mentioned};
use super::tools::looked_for;
use super::workspace::{Workspace, ancestors};
use crate::presets::excluded_files::{self, matches};
use crate::presets::{Context, in_folder, join_path};
use crate::{CopyItem, PlanError, StepId};
use slipway_project::opened_files::Call;

/// The files of a program.
pub(super) struct Sources {
    /// The step that holds them.
    pub(super) step: StepId,
    /// Folders of it whose files are all that the context has there.
    pub(super) whole: Vec<String>,
    /// Files that have to stand in for others, as a script is told of them.
    pub(super) stubs: Vec<String>,
    /// Calls of the code that open files where the program runs.
    pub(super) opens: Vec<Call>,
}

/// What is at the top of a package's folder and no part of a program, unless its code names it: folders, and patterns
/// of files.
const LEFT_OUT: ([&str; 3], [&str; 3]) = (["tests", "benches", "examples"], ["*.md", "LICENSE*", "Cargo.lock"]);

fn is_left_out(name: &str, is_folder: bool) -> bool {
    let (folders, files) = LEFT_OUT;
    if is_folder { folders.contains(&name) } else { files.iter().any(|pattern| matches(pattern, name)) }
}

/// Finds the files that a program of the packages in `closure` is compiled from.
pub(super) async fn select(
    cx: &Context<'_>,
    workspace: &Workspace,
    closure: &BTreeSet<String>,
    start: &str,
) -> Result<Sources, PlanError> {
    let folders: Vec<String> = closure.iter().cloned().collect();
    let mut left_out = BTreeMap::new();
    for (folder, entries) in folders.iter().zip(cx.project().list_all(&folders).await?) {
        let entries = entries.into_iter().flatten().filter(|entry| is_left_out(&entry.name, entry.is_folder));
        left_out.insert(folder, entries.map(|entry| in_folder(folder, &entry.name)).collect::<Vec<_>>());
    }
    let code: Vec<_> = left_out.iter().map(|(folder, left_out)| code(workspace, folder, left_out)).collect();
    let places = Places { root: &workspace.root, variables: &workspace.variables };
    let (mut extra, opens) = mentioned(cx, &code, &places).await?;
    extra.extend(code.iter().flat_map(|code| code.roots.iter().cloned()));
    drop(code);

    let source = &cx.build.source;
    // Whether they are there or not: a first test must not make another step of this one.
    let (left_out, patterns) = LEFT_OUT;
    let left_out = left_out.into_iter().chain(patterns);
    let mut exclude: BTreeSet<String> =
        folders.iter().flat_map(|folder| left_out.clone().map(move |name| in_folder(folder, name))).collect();
    // The image decides on the toolchain: rustup would look for the one that these files name.
    let never = ["target", "rust-toolchain.toml", "rust-toolchain"];
    exclude
        .extend(folders.iter().chain([&workspace.root]).flat_map(|folder| never.map(|name| in_folder(folder, name))));
    let others = workspace.packages.keys().filter(|other| !closure.contains(*other));
    let all: BTreeSet<&str> = folders.iter().map(String::as_str).collect();
    exclude.extend(others.filter(|other| is_inside(other, &all)).cloned());
    // A package at the root of the context takes all of it.
    if closure.contains("") {
        exclude.extend(excluded_files::patterns(""));
    }
    exclude.insert(cx.request().spec_name.clone());
    let mut exclude: Vec<_> = exclude.into_iter().collect();
    // Patterns of the spec come last: one with `!` takes back what is left out here.
    let own_exclude = cx.patterns(start, &source.exclude)?;
    exclude.extend(own_exclude.iter().cloned());
    for pattern in &source.include {
        let text = cx.eval(pattern)?;
        extra.insert(join_path(start, &text).ok_or_else(|| {
            Diagnostic::error(pattern.span, format!("`{text}` leads out of the context"))
                .with_help("name files inside the folder that is built, relative to `source`")
        })?);
    }
    let item = |include: Vec<String>, exclude: Vec<String>| CopyItem {
        from: cx.context(),
        source: "/".into(),
        target: "/".into(),
        include,
        exclude,
    };
    // A package at the context's root is all of the context that no other package has.
    let whole = if closure.contains("") { Vec::new() } else { outermost(&folders) };
    let mut items = vec![item(whole, exclude), item(workspace.manifests(start), Vec::new())];
    if !extra.is_empty() {
        items.push(item(extra.iter().cloned().collect(), own_exclude));
    }
    let step = cx.select_items(cx.shared_step_name("sources", &title(&folders)), items);

    let inputs = cx.inputs.iter().filter_map(|input| join_path("", &input.target));
    let whole = folders.iter().cloned().chain(extra.into_iter().filter(|path| !path.contains('*'))).chain(inputs);
    let stubs = super::dependencies::stubs(workspace, &folders);
    Ok(Sources { step, whole: whole.collect(), stubs, opens })
}

/// What of a package may name files.
fn code<'a>(workspace: &Workspace, folder: &'a str, left_out: &'a [String]) -> Code<'a> {
    let package = workspace.packages.get(folder);
    let looked_for = package.map(|package| looked_for(package, folder, &workspace.root)).unwrap_or_default();
    Code { folder, left_out, roots: roots(workspace, folder), looked_for }
}

/// The roots of a package's code that its manifest puts outside of `src`: a file, or the folder that its modules are
/// in.
fn roots(workspace: &Workspace, folder: &str) -> Vec<String> {
    let Some(package) = workspace.packages.get(folder) else { return Vec::new() };
    let paths = package.roots().into_iter().filter_map(|path| join_path(folder, path));
    let folders = paths.map(|path| path.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned()));
    let found: BTreeSet<_> = folders.filter(|found| !is_below(folder, found)).collect();
    found.into_iter().filter(|found| !is_below(found, &in_folder(folder, "src"))).collect()
}

/// Whether a folder is inside of one of these. There may be thousands of both, so the few folders above it are looked
/// up.
fn is_inside(folder: &str, all: &BTreeSet<&str>) -> bool {
    ancestors(folder).skip(1).any(|above| all.contains(above.as_str()))
}

/// Folders without those that are inside of others.
fn outermost(folders: &[String]) -> Vec<String> {
    let all: BTreeSet<&str> = folders.iter().map(String::as_str).collect();
    folders.iter().filter(|folder| !is_inside(folder, &all)).cloned().collect()
}

fn title(folders: &[String]) -> String {
    let names: Vec<_> = folders.iter().map(|folder| if folder.is_empty() { "." } else { folder }).collect();
    match names.as_slice() {
        [first, rest @ ..] if rest.len() > 4 => format!("COPY {first} and {} more packages", rest.len()),
        names => format!("COPY {}", names.join(" ")),
    }
}
