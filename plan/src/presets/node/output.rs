//! The step that runs the build's scripts, and the paths that are kept.

use slipway_project::node::{MANIFEST, Member, NodeProject, Package, Settings, Unbuilt};
use slipway_spec::{Diagnostic, Spanned};

use super::beside::{Kept, Named};
use super::build_step::build_step;
use super::calls::{self, Calls};
use super::folders::{BESIDE, PACKAGE, WORKSPACE};
use super::kit::NodeSteps;
use super::sources::Built;
use crate::presets::{Context, OutputLayer, in_folder};
use crate::{CopyItem, LayerCopy, LayerItem, PlanError, StepId};

/// Output folders of tools, by their packages; the first dependency of the project counts.
const KNOWN: &[(&str, &str)] = &[
    ("next", ".next"),
    ("nuxt", ".output"),
    ("react-scripts", "build"),
    ("@sveltejs/kit", "build"),
    ("@angular/cli", "dist"),
    ("@nestjs/cli", "dist"),
    ("astro", "dist"),
    ("vite", "dist"),
    ("typescript", "dist"),
];

/// Additional inputs of `next start`. A configuration in TypeScript is excluded, because reading it may require a
/// compiler, which is a development dependency.
const BESIDE_NEXT: &[&str] = &["public", "next.config.js", "next.config.mjs"];

/// For `# check=skip=…`: a package of the workspace that names a file which no script creates.
pub(crate) const PACKAGE_NOT_BUILT: &str = "PackageNotBuilt";

/// The maximum number of layers for packages of a workspace; an image has at most 127.
const MOST_LAYERS: usize = 32;

/// The result of a build.
pub(super) struct Output {
    /// The packages of its workspace that the program requires.
    pub(super) members: Vec<OutputLayer>,
    /// The build's own output.
    pub(super) layers: Vec<OutputLayer>,
    /// The paths of that in images.
    pub(super) own_paths: Vec<String>,
    /// The step with the paths in `output` at its root.
    pub(super) output: StepId,
    /// The paths of the package that are kept; empty for all.
    pub(super) kept: Vec<String>,
    /// Files that images contain unchanged from the context: their paths in both.
    pub(super) unchanged: Vec<(String, String)>,
}

pub(super) fn build(
    cx: &mut Context<'_, '_>,
    kit: &mut NodeSteps<'_>,
    generated: Option<StepId>,
    built: &Built,
    kept: Kept,
    unbuilt: &[Unbuilt],
    mut calls: Vec<Calls>,
) -> Result<Output, PlanError> {
    let project = kit.project;
    kept.notes.iter().for_each(|note| cx.note(note));
    let how = calls.iter().map(|calls| calls.shown.as_str()).collect::<Vec<_>>().join(" && ");
    let last = calls.pop();
    for calls in (1..).zip(calls) {
        calls::before_others(cx, kit, calls, generated, built)?;
    }
    let scope = kit.own_scope();
    let sources = kit.sources(cx, &scope, built, false)?;
    let needed = project.workspace.needed(&project.folder, false);
    let (done, needed): (Vec<_>, Vec<_>) = needed.into_iter().partition(|member| built.get(&member.folder).is_some());
    let package = format!("/{}", project.folder);
    let (output, locals) = if let Some(last) = last {
        let step = build_step(cx, kit, last, (&kept, &needed), (&scope, sources, built), generated)?;
        if needed.is_empty() && kept.beside.is_empty() {
            (step, (step, String::new()))
        } else {
            let items = vec![CopyItem::new(step, PACKAGE, "/")];
            let output = cx.add(cx.shared_step_name("output", "COPY"), cx.span(), items);
            (output, (step, WORKSPACE.to_owned()))
        }
    } else {
        warn_of_unbuilt(cx, kit, unbuilt);
        let include: Vec<String> =
            kept.paths.iter().map(|path| path.value.clone()).filter(|path| !path.is_empty()).collect();
        let item = |from| CopyItem::new(from, &package, "/").including(include.clone());
        let mut items = vec![item(sources)];
        items.extend(generated.map(|generated| item(generated).excluding(vec!["**/node_modules".to_owned()])));
        let output = cx.add(cx.shared_step_name("output", "COPY"), cx.span(), items);
        (output, (sources, String::new()))
    };
    let of_package = output;
    let beside_in = |path: &str| match &kit.scripts {
        [] => (sources, format!("/{path}")),
        _ => (locals.0, format!("{BESIDE}/{path}")),
    };
    let output = if kept.beside.is_empty() {
        of_package
    } else {
        let copy = |path: &Spanned<String>| {
            let (from, source) = beside_in(path);
            CopyItem::new(from, source, format!("/{}", path.value))
        };
        let items = std::iter::once(CopyItem::all(of_package)).chain(kept.beside.iter().map(copy)).collect::<Vec<_>>();
        cx.add(cx.shared_step_name("output", "COPY with paths beside the package"), cx.span(), items)
    };
    let mut member_layers = Vec::new();
    let whole = |from, source: String, member: &Member| {
        let exclude = if member.folder == project.root { project.foreign_to_root() } else { Vec::new() };
        LayerItem::Copy(LayerCopy::whole(from, source, kit.in_image(&member.folder)).excluding(exclude))
    };
    // One layer each, up to the limit of engines.
    for members in done.chunks(done.len().div_ceil(MOST_LAYERS).max(1)) {
        let items = members.iter().filter_map(|member| Some(whole(built.get(&member.folder)?, "/".to_owned(), member)));
        member_layers.push(cx.layer(copied(kit, members), "package of the workspace", items.collect()));
    }
    if !needed.is_empty() {
        let (from, prefix) = &locals;
        let copy = |member: &&Member| {
            let source = format!("{prefix}/{}", member.folder);
            whole(*from, format!("/{}", source.trim_matches('/')), member)
        };
        let items = needed.iter().map(copy).collect();
        member_layers.push(cx.layer(copied(kit, &needed), "packages of the workspace", items));
    }
    let folder = kit.in_image(&project.folder);
    let manifest =
        LayerCopy::whole(sources, format!("/{}", in_folder(&project.folder, MANIFEST)), format!("{folder}/{MANIFEST}"));
    let items = vec![LayerItem::Copy(manifest), LayerItem::Copy(LayerCopy::whole(of_package, "/", folder.clone()))];
    let mut layers = vec![cx.layer(format!("COPY {folder}"), how.clone(), items)];
    if !kept.beside.is_empty() {
        let item = |path: &Spanned<String>| {
            let (from, source) = beside_in(path);
            LayerItem::Copy(LayerCopy::whole(from, source, kit.in_image(path)))
        };
        let names = kept.beside.iter().map(|path| kit.in_image(path)).collect::<Vec<_>>().join(" ");
        layers.push(cx.layer(format!("COPY {names}"), how, kept.beside.iter().map(item).collect()));
    }
    let beside: Vec<String> = kept.beside.into_iter().map(|path| path.value).collect();
    let kept: Vec<String> = kept.paths.into_iter().map(|path| path.value).collect();
    let own_paths = match kept.iter().any(String::is_empty) || kept.is_empty() {
        true => vec![folder.clone()],
        false => kept.iter().map(String::as_str).chain([MANIFEST]).map(|path| in_folder(&folder, path)).collect(),
    };
    let own_paths = own_paths.into_iter().chain(beside.iter().map(|path| kit.in_image(path))).collect();
    // A script may change any file.
    let is_unchanged = kit.scripts.is_empty() && generated.is_none() && !cx.gets_more();
    let place = |path: &str| {
        let (image, source) = (in_folder(&folder, path), in_folder(&project.folder, path));
        (image.trim_end_matches('/').to_owned(), source.trim_end_matches('/').to_owned())
    };
    let mut unchanged: Vec<_> = match kept.as_slice() {
        _ if !is_unchanged => Vec::new(),
        [] => vec![place("")],
        kept => kept.iter().map(|path| place(path)).collect(),
    };
    if is_unchanged {
        unchanged.extend(beside.into_iter().map(|path| (kit.in_image(&path), path)));
    }
    Ok(Output { members: member_layers, layers, own_paths, output, kept, unchanged })
}

/// The name of a layer with packages, which may stand for many.
fn copied(kit: &NodeSteps<'_>, members: &[&Member]) -> String {
    const SHOWN: usize = 8;
    let names = members.iter().take(SHOWN).map(|member| kit.in_image(&member.folder)).collect::<Vec<_>>().join(" ");
    match members.len().saturating_sub(SHOWN) {
        0 => format!("COPY {names}"),
        more => format!("COPY {names} and {more} more"),
    }
}

/// The paths that are kept, relative to the package; empty for all. Without `output`, the tools that the package
/// depends on decide.
pub(super) async fn kept(
    cx: &Context<'_, '_>,
    project: &NodeProject,
    scripts: &[Spanned<String>],
    settings: &Settings,
    named: Named,
) -> Result<Kept, PlanError> {
    let mut notes = Vec::new();
    let Named { inside: mut kept, beside } = named;
    let Some(script) = scripts.first().filter(|_| kept.is_empty()) else {
        return Ok(Kept { paths: kept, beside, notes });
    };
    let of = |package: &Package| KNOWN.iter().find(|(tool, _)| package.depends_on(tool));
    let Some((tool, folder)) = of(&project.package).or_else(|| of(&project.root_package)) else {
        return Err(Diagnostic::error(script.span, "the output of the scripts is unknown")
            .with_help("name it, as in `output: [dist]`")
            .into());
    };
    let written = Some(*tool).filter(|tool| *tool == "typescript").and_then(|_| settings.output(&project.folder));
    let folder = match written {
        Some(folder) => {
            notes.push(format!("`output` is `{folder}`, from `outDir` of TypeScript's settings"));
            folder
        }
        None => {
            notes.push(format!("`output` is `{folder}`, since the package depends on `{tool}`"));
            folder
        }
    };
    kept.push(Spanned::new(folder.to_owned(), script.span));
    if *tool == "next" {
        for path in BESIDE_NEXT {
            if cx.project().exists(&in_folder(&project.folder, path)).await? {
                kept.push(Spanned::new((*path).to_owned(), script.span));
            }
        }
        let more = kept.iter().skip(1).map(|path| format!("`{}`", path.value)).collect::<Vec<_>>().join(", ");
        if !more.is_empty() {
            notes.push(format!("`output` also contains what `next start` reads: {more}"));
        }
    }
    Ok(Kept { paths: kept, beside, notes })
}

/// Rejects paths that are not in the context and that no step creates.
pub(super) async fn check_kept(cx: &Context<'_, '_>, project: &NodeProject, kept: &Kept) -> Result<(), PlanError> {
    let inside = kept.paths.iter().map(|path| (path, in_folder(&project.folder, &path.value)));
    for (path, place) in inside.chain(kept.beside.iter().map(|path| (path, path.value.clone()))) {
        if !cx.project().exists(place.trim_end_matches('/')).await? {
            return Err(Diagnostic::error(path.span, format!("there is no `{place}` in the context"))
                .with_help("name an existing path, or the script that creates it: `scripts: [build]`")
                .into());
        }
    }
    Ok(())
}

/// Without scripts, packages of the workspace are unchanged files of the repository, without the output of compilers.
fn warn_of_unbuilt(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>, unbuilt: &[Unbuilt]) {
    let own = in_folder(&kit.project.folder, MANIFEST);
    for Unbuilt { manifest, main, script } in unbuilt {
        cx.draft.warn(
            Diagnostic::warning(
                cx.span(),
                format!("`main` of `{manifest}` is `{main}`, which does not exist, and no script of the build creates it"),
            )
            .with_rule(PACKAGE_NOT_BUILT)
            .with_help(format!(
                "if `{own}` has a script `{script}` and the build has `scripts: [{script}]`, `{script}` of that package runs first"
            )),
        );
    }
}
