//! A plan to LLB: one step after the other, each from the results of those before it.
//!
//! This is the only place that knows both a plan's words and BuildKit's. It knows no language, and it decides nothing but which form the engine can do.

use std::collections::BTreeMap;

use buildkit_llb::exec::CacheSharing;
use buildkit_llb::file::{Owner, Wildcards};
use buildkit_llb::{
    Annotate, Cap, Caps, Copy, Exec, FileOp, Image, KeptMount, Location, Merge, Mkdir, Mkfile, Mount as GraphMount,
    Network as GraphNetwork, OciLayout, Output, Platform, Position, Range, ResolveMode, SourceFile,
};
use slipway_plan::{
    BaseImage, CopyItem, ImageOrigin, Layer, LayerItem, Mount, MountKind, Network, Plan, Run, Sharing, Step, StepId,
    StepKind,
};
use slipway_spec::Span;

use crate::options::{Options, StepNetwork};

/// What lowering needs to know beside the plan.
pub(crate) struct Lowering<'a> {
    pub(crate) options: &'a Options,
    /// What the engine can do.
    pub(crate) caps: &'a Caps,
    /// The main context.
    pub(crate) context: &'a Output,
    /// The spec, for the places of its parts.
    pub(crate) file: &'a SourceFile,
}

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
    for (id, step) in plan.steps.iter() {
        let output = match &step.kind {
            StepKind::Base { image, platform } => base(image, platform, step, cx),
            StepKind::Context => cx.context.clone(),
            StepKind::Select { from, items } => select(&results.of(*from), items, step, cx),
            StepKind::Run(run) => exec(run, &results, step, cx),
            StepKind::Assemble { base, layers } => assemble(&results.of(*base), layers, &results, step, cx),
        };
        results.0.insert(id, output);
    }
    results.of(plan.result)
}

/// Says of an operation what is known of its step.
fn annotate<T: Annotate>(op: T, name: &str, span: Span, owner: &str, cx: &Lowering<'_>) -> T {
    let op = op.name(name).location(location(span, cx.file));
    if cx.options.no_cache.covers(owner) { op.ignore_cache() } else { op }
}

fn location(span: Span, file: &SourceFile) -> Location {
    let position = |at: slipway_spec::Position| Position { line: at.line, character: at.column.saturating_sub(1) };
    file.at(Range { start: position(span.start), end: position(span.end) })
}

fn base(image: &BaseImage, platform: &Platform, step: &Step, cx: &Lowering<'_>) -> Output {
    let place = location(step.span, cx.file);
    match &image.origin {
        ImageOrigin::Scratch => Output::scratch(),
        ImageOrigin::Registry { reference } => Image::new(reference)
            .platform(platform)
            .resolve_mode(match cx.options.resolve_mode.as_str() {
                "pull" => ResolveMode::Pull,
                "local" => ResolveMode::Local,
                _ => ResolveMode::Default,
            })
            .name(&step.name)
            .location(place)
            .into_output(),
        ImageOrigin::OciLayout { reference, store } => {
            let (name, digest) = reference.split_once('@').unwrap_or((reference, ""));
            OciLayout::new(name, digest)
                .session(&cx.options.session_id)
                .store(store)
                .platform(platform)
                .name(&step.name)
                .location(place)
                .into_output()
        }
    }
}

fn select(from: &Output, items: &[CopyItem], step: &Step, cx: &Lowering<'_>) -> Output {
    let copies = items.iter().fold(FileOp::on(&Output::scratch()), |files, item| {
        files.copy(
            Copy::new(from, &item.source, &item.target)
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
    let (_, [output]) = exec.run_keeping([KeptMount::new(&run.output, &Output::scratch())]);
    output
}

fn lower_mount(Mount { target, kind }: &Mount, results: &Results, cx: &Lowering<'_>) -> GraphMount {
    match kind {
        MountKind::ReadOnly { from } => GraphMount::bind(target, &results.of(*from)).into(),
        MountKind::Discarded { from } => GraphMount::bind(target, &results.of(*from)).discard_writes().into(),
        MountKind::Cache { id, sharing } => {
            let id = match cx.options.cache_namespace() {
                Some(namespace) => format!("{namespace}/{id}"),
                None => id.clone(),
            };
            GraphMount::cache(target, id)
                .sharing(match sharing {
                    Sharing::Shared => CacheSharing::Shared,
                    Sharing::Locked => CacheSharing::Locked,
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
        MountKind::OptionalSecret { id } => GraphMount::secret(target, id).optional().into(),
        MountKind::Tmpfs => GraphMount::tmpfs(target).into(),
    }
}

/// Joins a base and layers. Where the engine can merge, each layer stands by itself, so that a new base leaves it valid; elsewhere it is copied onto what is
/// below it: once, and as one layer of its own, where `buildkit-llb`'s own way around a missing merge would copy a second time.
fn assemble(base: &Output, layers: &[Layer], results: &Results, step: &Step, cx: &Lowering<'_>) -> Output {
    if cx.caps.supports(Cap::MergeOp) && !base.is_scratch() {
        let parts = layers.iter().map(|part| layer(&Output::scratch(), part, results, step, cx));
        let merge = Merge::new(std::iter::once(base.clone()).chain(parts));
        return annotate(merge, &step.name, step.span, &step.owner, cx).into_output();
    }
    layers.iter().fold(base.clone(), |below, part| layer(&below, part, results, step, cx))
}

fn layer(below: &Output, part: &Layer, results: &Results, step: &Step, cx: &Lowering<'_>) -> Output {
    let files = part.items.iter().fold(FileOp::on(below), |files, item| match item {
        LayerItem::Folder { path, mode } => files.mkdir(Mkdir::new(path).parents().mode(*mode).owner(root())),
        LayerItem::File { from, source, target, mode } => {
            files.copy(Copy::new(results.of(*from), source, target).create_dest_path().mode(*mode).owner(root()))
        }
    });
    annotate(files, &part.name, part.span, &step.owner, cx).into_output()
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
        let source = slipway_spec::SourceFile::new("slipway.yaml", SPEC.as_bytes().to_vec()).unwrap();
        let spec = slipway_spec::parse(&source).unwrap();
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
        let file = SourceFile::new("slipway.yaml", "YAML", SPEC);
        lower(&plan, &Lowering { options: &options, caps, context: &context, file: &file })
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
