//! `dependencies: traced`: the files of dependencies that the program reaches, found by a tracer of the ecosystem.
//!
//! The tracer sees exactly the files that the image would have otherwise, and starts from its command. It is installed in
//! a step of its own; the steps that trace have no network. What the build itself leaves in `output` is not narrowed.
//!
//! A first step reads that output and lists what it imports. The second one traces dependencies from this list, so an
//! edit that imports nothing new takes its result from the cache.

use slipway_spec::{Diagnostic, Spanned, join_path};

use super::kit::NodeSteps;
use super::manager::{NPM_CACHE, npm_cache};
use super::platform::npm_cpu;
use crate::paths::shown;
use crate::presets::{Context, OutputLayer, in_folder, set};
use crate::shell::{self, Text, script, word, words};
use crate::traced::Traced;
use crate::{CopyItem, LayerCopy, LayerItem, Mount, MountKind, StepId};

/// The tracer: the one of Vercel, which Next.js uses for its standalone output.
const TRACER: &str = "@vercel/nft@1.11.5";
/// The oldest Node.js that it runs with.
const OLDEST: u64 = 20;
/// Its folder in a step.
const FOLDER: &str = "/opt/tracer";
/// The files of the image in a step.
const IMAGE: &str = "/run/image";
/// The output of the build in the step that reads it.
const OWN: &str = "/run/own";
/// What it imports, in the output of that step and in the one that traces.
const IMPORTS: &str = "/imports.json";
const IMPORTED: &str = "/run/slipway/imports.json";
/// The traced files in the output of the step.
const FILES: &str = "/files";
/// What it does not see, in the output of the step: a warning a line.
const WARNINGS: &str = "/warnings";
const HELP: &str = "name what the program needs in `include`, as in `dependencies: { traced: { include: \
                    [node_modules/pino-pretty] } }`, and test the image; with `{ traced: {} }`, only the output of the \
                    step names them";
/// The program that calls it.
const PROGRAM: &str = "/run/slipway/trace.js";

const TRACE_JS: &str = include_str!("scripts/trace.js");
const TRACE: &str = script(include_str!("scripts/trace.sh"));

/// Narrows the layers of dependencies to what the program reaches. `own` are the layers of the build's own output, and
/// `own_paths` their paths in images.
pub(super) fn trace(
    cx: &mut Context<'_, '_>,
    kit: &NodeSteps<'_>,
    traced: &Traced,
    cmd: &[String],
    (dependencies, own, own_paths): (Vec<OutputLayer>, &[OutputLayer], Vec<String>),
) -> Result<OutputLayer, Diagnostic> {
    if kit.project.release.major < OLDEST {
        let message =
            format!("tracing needs Node.js {OLDEST} or later, and this build has {}", kit.project.release.number);
        return Err(Diagnostic::error(traced.span, message).with_help("write `dependencies: production`"));
    }
    let tree = |cx: &mut Context<'_, '_>, what: &str, layers: &[OutputLayer]| {
        let items = layers.iter().flat_map(|layer| &layer.items).filter_map(copied).collect::<Vec<_>>();
        cx.add(cx.step_name(what, "COPY"), traced.span, items)
    };
    let (dependencies, own) = (tree(cx, "files", &dependencies), tree(cx, "own files", own));
    let tracer = tracer(cx, kit);
    let folder = kit.in_image(&kit.project.folder);
    let workdir = traced.workdir.as_ref().unwrap_or(&folder);
    let include = traced.include.iter().map(|path| included(kit, path)).collect::<Result<Vec<_>, _>>()?;
    let words_of_image = traced.words.as_deref().unwrap_or(cmd);
    let lists =
        [words_of_image, include.as_slice(), own_paths.as_slice()].map(|list| serde_json::json!(list).to_string());
    let mut env = kit.env.clone();
    // Packages with machine code choose a file by these.
    let cpu = npm_cpu(cx.target()).unwrap_or_default();
    set(&mut env, "npm_config_arch", cpu);
    set(&mut env, "npm_config_platform", "linux");
    let container = || {
        kit.here.container(env.clone()).cwd("/").mounts([
            Mount::read_only(FOLDER, tracer),
            Mount::text(PROGRAM, TRACE_JS),
            Mount::tmpfs("/tmp"),
        ])
    };
    let called = |function: &'static str, more: &[String]| {
        let arguments = [IMAGE, workdir, folder.as_str()].into_iter().chain(more.iter().map(String::as_str));
        Text::from(TRACE) + function + " " + words(arguments) + "\n"
    };
    let reads = container().mounts([Mount::discarded(IMAGE, dependencies), Mount::read_only(OWN, own)]);
    let reads = reads.run(shell::offline("imports", called("imports", &lists))).output(super::OUTPUT);
    let imports = cx.add(cx.step_name("imports", "nft"), traced.span, reads);
    let imports = MountKind::ReadOnly { from: imports, path: IMPORTS.to_owned() };
    let container = container()
        .mounts([Mount::read_only(IMAGE, dependencies), Mount { target: IMPORTED.to_owned(), kind: imports }]);
    let run = container.run(shell::offline("trace", called("trace", &[]))).output(super::OUTPUT);
    let run = if traced.is_seen { run } else { run.warnings(WARNINGS, HELP) };
    let step = cx.add(cx.step_name("traced dependencies", "nft"), traced.span, run);
    let top = kit.home.path.clone();
    let copy = LayerCopy::whole(step, in_folder(FILES, top.trim_start_matches('/')), top.clone());
    Ok(cx.layer(format!("COPY {top}"), "traced dependencies", vec![LayerItem::Copy(copy)]))
}

/// The step that installs the tracer.
fn tracer(cx: &mut Context<'_, '_>, kit: &NodeSteps<'_>) -> StepId {
    let mut env = kit.env.clone();
    set(&mut env, "npm_config_cache", NPM_CACHE);
    let text = Text::from("npm install --global --prefix ") + FOLDER + " --no-audit --no-fund --ignore-scripts ";
    let script = shell::networked("install-tracer", text + word(TRACER) + "\n");
    let container = kit.here.container(env).cwd("/tmp").mount(npm_cache()).mount(Mount::tmpfs("/tmp"));
    let name = kit.workspace_step_name("tracer", TRACER);
    cx.add(name, cx.span(), container.run(script).output(FOLDER))
}

/// The same copy into a step.
fn copied(item: &LayerItem) -> Option<CopyItem> {
    let LayerItem::Copy(LayerCopy { from, source, target, include, exclude, .. }) = item else { return None };
    Some(CopyItem::new(*from, source, target).including(include.clone()).excluding(exclude.clone()))
}

/// The path in images of a path that `include` names.
fn included(kit: &NodeSteps<'_>, path: &Spanned<String>) -> Result<String, Diagnostic> {
    let place = join_path(&kit.project.folder, path).filter(|place| kit.has_in_image(place));
    place.map(|place| kit.in_image(&place)).ok_or_else(|| {
        let top = shown(&kit.top);
        Diagnostic::error(path.span, format!("`{}` is not in images of this build, which hold `{top}`", path.value))
        .with_help(
            "name a file of the package or of its dependencies, such as `dist/worker.js` or `node_modules/pino-pretty`",
        )
    })
}
