//! A plan to LLB: one step after the other, each from the results of those before it.
//!
//! This is the only place that knows both a plan's words and BuildKit's. It knows no language, and it decides nothing but which form the engine can do.

use std::collections::BTreeMap;

use buildkit_llb::exec::{BindMount, CacheSharing, SecretEnv};
use buildkit_llb::file::{Owner, Wildcards};
use buildkit_llb::{
    Annotate, Cap, Caps, Copy, Exec, FileOp, Git, Http, Image, KeptMount, Location, Merge, Mkdir, Mkfile,
    Mount as GraphMount, Network as GraphNetwork, OciLayout, Output, Passthrough, Platform, Position, Range,
    ResolveMode, SourceFile,
};
use slipway_plan::{
    BaseImage, CopyItem, ImageOrigin, Layer, LayerCopy, LayerItem, Mount, MountKind, Network, Plan, Run, RunOutput,
    Sharing, Source, Step, StepId, StepKind,
};
use slipway_spec::{Sources, Span};

use crate::options::{Options, StepNetwork};

/// What lowering needs to know beside the plan.
pub(crate) struct Lowering<'a> {
    pub(crate) options: &'a Options,
    /// What the engine can do.
    pub(crate) caps: &'a Caps,
    /// The main context.
    pub(crate) context: &'a Output,
    /// The files of the spec, for the places of its parts; the root first.
    pub(crate) files: &'a [SourceFile],
    /// Results of steps that other frontends and other builds make.
    pub(crate) foreign: &'a BTreeMap<StepId, Output>,
}

/// The files of a spec, as graphs carry them.
pub(crate) fn graph_files(sources: &Sources) -> Vec<SourceFile> {
    sources.iter().map(|file| SourceFile::new(file.name(), LANGUAGE, file.text().as_bytes().to_vec())).collect()
}

/// What BuildKit calls the language of a spec.
pub(crate) const LANGUAGE: &str = "YAML";

/// Results by step; a step that is not there yet is empty, which the order of a plan rules out.
struct Results(BTreeMap<StepId, Output>);

impl Results {
    fn of(&self, step: StepId) -> Output {
        self.0.get(&step).cloned().unwrap_or_default()
    }
}

/// The graph of a plan's result.
pub(crate) fn lower(plan: &Plan, cx: &Lowering<'_>) -> Output {
    let mut results = Results(BTreeMap::new());
    let in_layer = gates_are_in_a_layer(plan, cx);
    for (id, step) in plan.steps.iter() {
        let gates: Vec<_> = match in_layer && id == plan.result {
            true => plan.gates.iter().map(|gate| results.of(gate.step)).collect(),
            false => Vec::new(),
        };
        let output = match &step.kind {
            StepKind::Base { image, platform } => base(image, platform, step, id, cx),
            StepKind::Context => cx.context.clone(),
            StepKind::Source(source) => self::source(source, step, id, cx),
            StepKind::Dockerfile { .. } => cx.foreign.get(&id).cloned().unwrap_or_default(),
            StepKind::Select { items } => select(items, &results, step, cx),
            StepKind::Run(run) => exec(run, &results, step, cx),
            StepKind::Write { root, layer } => {
                let root = results.of(*root);
                self::layer(&root, layer, &root, &results, step, cx).into_output()
            }
            StepKind::Assemble { base, layers } => assemble(&results.of(*base), layers, &gates, &results, step, cx),
        };
        results.0.insert(id, output);
    }
    let result = results.of(plan.result);
    if in_layer { result } else { behind_gates(result, plan, &results) }
}

/// Whether the gates are waited for by the uppermost layer of the result. Engines that have no operation for waiting would make an empty layer of it.
fn gates_are_in_a_layer(plan: &Plan, cx: &Lowering<'_>) -> bool {
    let result = plan.steps.iter().find(|(id, _)| *id == plan.result);
    let has_layers =
        matches!(result, Some((_, Step { kind: StepKind::Assemble { layers, .. }, .. })) if !layers.is_empty());
    has_layers && !cx.caps.supports(Cap::PassthroughOp)
}

/// A result that there is only once the gates have succeeded. They run beside what makes it, and as parts of its graph they are in exported caches, too.
fn behind_gates(result: Output, plan: &Plan, results: &Results) -> Output {
    let Some(first) = plan.gates.first() else {
        return result;
    };
    let names: Vec<_> = plan.gates.iter().map(|gate| gate.name.as_str()).collect();
    let gates = plan.gates.iter().map(|gate| results.of(gate.step));
    let [behind] = Passthrough::new(&first.name)
        .after(gates)
        .name(format!("[{}] wait for {}", plan.target, names.join(", ")))
        .hand_on([&result]);
    behind
}

/// Says of an operation what is known of its step.
fn annotate<T: Annotate>(op: T, name: &str, span: Span, owner: &str, cx: &Lowering<'_>) -> T {
    let op = match location(span, cx.files) {
        Some(location) => op.name(name).location(location),
        None => op.name(name),
    };
    if cx.options.no_cache.covers(owner) { op.ignore_cache() } else { op }
}

fn location(span: Span, files: &[SourceFile]) -> Option<Location> {
    let position = |at: slipway_spec::Position| Position { line: at.line, character: at.column.saturating_sub(1) };
    Some(files.get(span.file.index())?.at(Range { start: position(span.start), end: position(span.end) }))
}

/// Files from elsewhere.
fn source(source: &Source, step: &Step, id: StepId, cx: &Lowering<'_>) -> Output {
    match source {
        Source::Git { url, reference, subdir, checksum } => {
            let mut git = Git::new(url);
            if let Some(reference) = reference {
                git = git.reference(reference);
            }
            if let Some(subdir) = subdir {
                git = git.subdir(subdir);
            }
            if let Some(checksum) = checksum {
                git = git.checksum(checksum);
            }
            annotate(git, &step.name, step.span, &step.owner, cx).into_output()
        }
        Source::Http { url, checksum } => {
            let mut http = Http::new(url);
            if let Some(checksum) = checksum {
                http = http.checksum(checksum);
            }
            annotate(http, &step.name, step.span, &step.owner, cx).into_output()
        }
        Source::Local { .. } | Source::Input { .. } => cx.foreign.get(&id).cloned().unwrap_or_default(),
    }
}

fn base(image: &BaseImage, platform: &Platform, step: &Step, id: StepId, cx: &Lowering<'_>) -> Output {
    match &image.origin {
        ImageOrigin::Scratch => Output::scratch(),
        ImageOrigin::Input { .. } => cx.foreign.get(&id).cloned().unwrap_or_default(),
        ImageOrigin::Registry { reference } => {
            let image = Image::new(reference).platform(platform).resolve_mode(match cx.options.resolve_mode.as_str() {
                "pull" => ResolveMode::Pull,
                "local" => ResolveMode::Local,
                _ => ResolveMode::Default,
            });
            placed(image, step, cx).into_output()
        }
        ImageOrigin::OciLayout { reference, store } => {
            let (name, digest) = reference.split_once('@').unwrap_or((reference, ""));
            let layout = OciLayout::new(name, digest).session(&cx.options.session_id).store(store).platform(platform);
            placed(layout, step, cx).into_output()
        }
    }
}

/// Says of a base image what is known of its step; `--no-cache` means what runs on it, not the image.
fn placed<T: Annotate>(op: T, step: &Step, cx: &Lowering<'_>) -> T {
    match location(step.span, cx.files) {
        Some(location) => op.name(&step.name).location(location),
        None => op.name(&step.name),
    }
}

fn select(items: &[CopyItem], results: &Results, step: &Step, cx: &Lowering<'_>) -> Output {
    let copies = items.iter().fold(FileOp::on(&Output::scratch()), |files, item| {
        files.copy(
            Copy::new(results.of(item.from), &item.source, &item.target)
                .follow_symlinks()
                .contents_only()
                .create_dest_path()
                .wildcards(Wildcards::MayMatchNothing)
                .include(item.include.iter().cloned())
                .exclude(item.exclude.iter().cloned()),
        )
    });
    annotate(copies, &step.name, step.span, &step.owner, cx).into_output()
}

fn exec(run: &Run, results: &Results, step: &Step, cx: &Lowering<'_>) -> Output {
    let steps = &cx.options.steps;
    let mut words = run.args.iter().cloned();
    let mut exec = Exec::new(words.next().unwrap_or_default())
        .args(words)
        .envs(run.env.iter().cloned())
        .cwd(&run.workdir)
        .platform(&run.platform)
        .network(match (run.network, steps.network) {
            (Network::None, _) | (Network::Sandbox, StepNetwork::None) => GraphNetwork::None,
            (Network::Sandbox, StepNetwork::Sandbox) => GraphNetwork::Sandbox,
            (Network::Sandbox, StepNetwork::Host) => GraphNetwork::Host,
        })
        .root(&results.of(run.root));
    for mount in &run.mounts {
        exec = exec.mount(lower_mount(mount, results, cx));
    }
    for secret in &run.secret_env {
        let variable = SecretEnv::new(&secret.name, &secret.id);
        exec = exec.secret_env(if secret.required { variable } else { variable.optional() });
    }
    if run.network == Network::Sandbox {
        if let Some(proxy) = &steps.proxy {
            exec = exec.proxy(proxy.clone());
        }
        exec = steps.hosts.iter().fold(exec, |exec, (name, ip)| exec.extra_host(name, *ip));
    }
    exec = steps.ulimits.iter().fold(exec, |exec, limit| exec.ulimit(&limit.name, limit.soft, limit.hard));
    if let Some(bytes) = steps.shm_bytes {
        exec = exec.mount(GraphMount::tmpfs("/dev/shm").size(bytes));
    }
    if let Some(path) = &steps.cgroup_parent {
        exec = exec.cgroup_parent(path);
    }
    let exec = annotate(exec, &step.name, step.span, &step.owner, cx);
    match &run.output {
        RunOutput::Folder(path) => {
            let (_, [output]) = exec.run_keeping([KeptMount::new(path, &Output::scratch())]);
            output
        }
        RunOutput::Root => exec.run(),
    }
}

fn bind(target: &str, from: &Output, path: &str) -> BindMount {
    let mount = GraphMount::bind(target, from);
    if path == "/" { mount } else { mount.selector(path) }
}

fn lower_mount(Mount { target, kind }: &Mount, results: &Results, cx: &Lowering<'_>) -> GraphMount {
    match kind {
        MountKind::ReadOnly { from, path } => bind(target, &results.of(*from), path).into(),
        MountKind::Discarded { from, path } => bind(target, &results.of(*from), path).discard_writes().into(),
        MountKind::Cache { id, sharing } => {
            let id = match cx.options.cache_namespace() {
                Some(namespace) => format!("{namespace}/{id}"),
                None => id.clone(),
            };
            GraphMount::cache(target, id)
                .sharing(match sharing {
                    Sharing::Shared => CacheSharing::Shared,
                    Sharing::Locked => CacheSharing::Locked,
                    Sharing::Private => CacheSharing::Private,
                })
                .into()
        }
        MountKind::Script { text } => {
            let name = target.rsplit('/').next().unwrap_or(target);
            let file = FileOp::on(&Output::scratch())
                .mkfile(Mkfile::new(format!("/{name}"), text.as_bytes()).mode(0o555))
                .name(format!("[internal] write {name}"))
                .into_output();
            GraphMount::bind(target, &file).selector(format!("/{name}")).into()
        }
        MountKind::Secret { id, required } => {
            let secret = GraphMount::secret(target, id);
            if *required { secret.into() } else { secret.optional().into() }
        }
        MountKind::Ssh { id } => GraphMount::ssh().id(id).dest(target).into(),
        MountKind::Tmpfs => GraphMount::tmpfs(target).into(),
    }
}

/// Joins a base and layers. Where the engine can merge, each layer stands by itself, so that a new base leaves it valid; elsewhere it is copied onto what is
/// below it: once, and as one layer of its own, where `buildkit-llb`'s own way around a missing merge would copy a second time.
fn assemble(
    base: &Output,
    layers: &[Layer],
    gates: &[Output],
    results: &Results,
    step: &Step,
    cx: &Lowering<'_>,
) -> Output {
    // The uppermost layer is there only once the gates are: it takes from them a file that they do not have.
    let layer = |below: &Output, (index, part): (usize, &Layer)| {
        let files = layer(below, part, base, results, step, cx);
        let gates = if index + 1 == layers.len() { gates } else { &[] };
        let wait = |files: FileOp, gate: &Output| {
            files.copy(Copy::new(gate, NOTHING, "/").wildcards(Wildcards::MayMatchNothing))
        };
        gates.iter().fold(files, wait).into_output()
    };
    if cx.caps.supports(Cap::MergeOp) && !base.is_scratch() {
        let parts = layers.iter().enumerate().map(|part| layer(&Output::scratch(), part));
        let merge = Merge::new(std::iter::once(base.clone()).chain(parts));
        return annotate(merge, &step.name, step.span, &step.owner, cx).into_output();
    }
    layers.iter().enumerate().fold(base.clone(), |below, part| layer(&below, part))
}

/// Files on what is below them; names of users are looked up in a file system.
fn layer(below: &Output, part: &Layer, names: &Output, results: &Results, step: &Step, cx: &Lowering<'_>) -> FileOp {
    let files = part.items.iter().fold(FileOp::on(below), |files, item| match item {
        LayerItem::Folder { path, mode } => files.mkdir(Mkdir::new(path).parents().mode(*mode).owner(root())),
        LayerItem::Copy(item) => files.copy(layer_copy(item, names, results)),
        LayerItem::Text { path, content, mode, owner } => {
            // The folders above it belong to root, whoever the file belongs to.
            let files = match path.rsplit_once('/') {
                Some((folder, _)) if !folder.is_empty() => {
                    files.mkdir(Mkdir::new(folder).parents().mode(0o755).owner(root()))
                }
                _ => files,
            };
            files.mkfile(Mkfile::new(path, content.as_bytes()).mode(*mode).owner(owner_of(owner.as_deref(), names)))
        }
    });
    annotate(files, &part.name, part.span, &step.owner, cx)
}

/// A pattern that no file has.
const NOTHING: &str = "/.nothing-*-but-a-gate";

fn layer_copy(item: &LayerCopy, names: &Output, results: &Results) -> Copy {
    let copy = Copy::new(results.of(item.from), &item.source, &item.target)
        .follow_symlinks()
        .contents_only()
        .create_dest_path()
        .include(item.include.iter().cloned())
        .exclude(item.exclude.iter().cloned())
        .owner(owner_of(item.owner.as_deref(), names));
    match item.mode {
        Some(mode) => copy.mode(mode),
        None => copy,
    }
}

fn owner_of(owner: Option<&str>, names: &Output) -> Owner {
    owner.map_or_else(root, |owner| Owner::parse(owner).within(names))
}

/// Files of an image belong to root, whoever runs it: a program cannot change itself.
fn root() -> Owner {
    Owner::ids(0, 0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use futures_util::FutureExt;
    use serde_json::json;
    use slipway_plan::{Args, Project, ProjectError, Request, find_target, plan};

    use super::*;

    /// A project with modules to download, and every image.
    struct Shop;

    impl Project for Shop {
        async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
            let text = b"module example.com/shop\n\ngo 1.24\n\nrequire a.com/b v1.0.0\n";
            Ok(["go.mod", "go.sum"].contains(&path).then(|| text.to_vec()))
        }

        async fn exists(&self, _: &str) -> Result<bool, ProjectError> {
            Ok(true)
        }

        async fn list(&self, _: &str) -> Result<Option<Vec<slipway_plan::Entry>>, ProjectError> {
            Ok(None)
        }

        async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
            let origin = match reference {
                "golang:1.24-bookworm" => {
                    ImageOrigin::Registry { reference: format!("docker.io/library/{reference}@sha256:{:064}", 1) }
                }
                other => ImageOrigin::OciLayout {
                    reference: format!("{}@sha256:{:064}", crate::image_ref::without_tag(other), 2),
                    store: "store".to_owned(),
                },
            };
            Ok(BaseImage { name: reference.to_owned(), origin, config: json!({}) })
        }
    }

    const SPEC: &str = "images: { api: { go: ./cmd/api, workdir: /data } }\n";

    fn graph(platform: &str, caps: &Caps, more: &[(&str, &str)]) -> Output {
        let given = [
            ("BUILDKIT_SESSION_ID", "session"),
            ("BUILDKIT_WORKERS", r#"[{"platforms":[{"os":"linux","architecture":"amd64"}]}]"#),
        ];
        let vars = given.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let options = Options::from_env(vars).unwrap();
        let parsed = slipway_spec::parse("slipway.yaml", SPEC.as_bytes().to_vec());
        let spec = parsed.spec.unwrap();
        let request = Request {
            build_args: BTreeMap::new(),
            labels: BTreeMap::new(),
            spec_name: "slipway.yaml".to_owned(),
            build_platform: options.build_platform.clone(),
            multi_platform: true,
        };
        let args = Args::declared(&spec, &request).unwrap();
        let target = find_target(&spec, None).unwrap();
        let platform = platform.parse().unwrap();
        let plan = plan(&Shop, &spec, target, &platform, &args, &request).now_or_never().unwrap().unwrap();
        let context = crate::context::main_context(&options, &crate::ignore::IgnorePatterns::parse(".git"));
        let files = graph_files(&parsed.sources);
        let foreign = BTreeMap::new();
        lower(&plan, &Lowering { options: &options, caps, context: &context, files: &files, foreign: &foreign })
    }

    #[test]
    fn a_whole_graph() {
        insta::assert_snapshot!(graph("linux/arm64", &Caps::all(), &[]).marshal().to_tree());
    }

    #[test]
    fn a_whole_graph_without_merge_and_with_options_of_the_command_line() {
        let caps = Caps::all().without(Cap::MergeOp);
        let options = [
            ("BUILDKIT_FRONTEND_OPT_0", "no-cache="),
            ("BUILDKIT_FRONTEND_OPT_1", "add-hosts=a=1.2.3.4"),
            ("BUILDKIT_FRONTEND_OPT_2", "ulimit=nofile=1:2"),
            ("BUILDKIT_FRONTEND_OPT_3", "build-arg:HTTPS_PROXY=http://user:secret@proxy:3128"),
            ("BUILDKIT_FRONTEND_OPT_4", "build-arg:BUILDKIT_CACHE_MOUNT_NS=team"),
            ("BUILDKIT_FRONTEND_OPT_5", "image-resolve-mode=pull"),
        ];
        insta::assert_snapshot!(graph("linux/amd64", &caps, &options).marshal().to_json_lines());
    }

    #[test]
    fn equal_input_gives_equal_bytes() {
        let first = graph("linux/arm64", &Caps::all(), &[]).marshal().encode();
        for _ in 0..25 {
            assert!(graph("linux/arm64", &Caps::all(), &[]).marshal().encode() == first);
        }
    }

    #[test]
    fn platforms_share_what_does_not_depend_on_them() {
        let digests = |platform: &str| -> Vec<String> {
            let definition = graph(platform, &Caps::all(), &[]).marshal();
            definition
                .ops()
                .filter(|op| {
                    op.custom_name().is_some_and(|name| {
                        name.contains("modules") || name.contains("sources") || name.contains("context")
                    })
                })
                .map(|op| op.digest().to_string())
                .collect()
        };
        assert_eq!(digests("linux/amd64"), digests("linux/arm64"));
        assert_eq!(digests("linux/amd64").len(), 4);
    }
}
