//! Merges the steps of several plans into one graph, in which shared steps appear once.
//!
//! Steps are equal if they do the same with equal steps, regardless of their names; the engine compares them in the
//! same way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};
use slipway_plan::{
    CopyItem, GitSource, Layer, LayerCopy, LayerItem, Mount, MountKind, Network, Plan, Run, RunOutput, Sharing, Source,
    Step, StepId, StepKind,
};

use super::location;

/// The steps of some plans.
pub(super) struct Graph<'a> {
    /// Each after its dependencies.
    pub(super) nodes: Vec<Node<'a>>,
    /// The plans, in their order.
    pub(super) ends: Vec<End<'a>>,
}

/// A step, numbered by its position in the graph.
pub(super) struct Node<'a> {
    /// The step as in the first plan.
    pub(super) step: &'a Step,
    /// The steps that it depends on, each with its purpose.
    pub(super) needs: BTreeMap<usize, &'static str>,
    /// What it does, with stable keys; other steps are referred to by number.
    pub(super) json: Value,
}

/// A plan in the graph.
pub(super) struct End<'a> {
    pub(super) plan: &'a Plan,
    /// Its steps.
    pub(super) steps: BTreeSet<usize>,
    /// The step whose result is the target.
    pub(super) result: usize,
    /// The steps that must succeed, with their names.
    pub(super) gates: Vec<(&'a str, usize)>,
}

impl<'a> Graph<'a> {
    /// Merges plans. The names of cache mounts on the engine have a prefix.
    pub(super) fn of(plans: &'a [Plan], cache_prefix: &str) -> Self {
        let mut graph = Self { nodes: Vec::new(), ends: Vec::new() };
        let mut known: HashMap<String, usize> = HashMap::new();
        // Plans that were created together share their steps.
        let mut same: HashMap<*const Step, usize> = HashMap::new();
        for plan in plans {
            let mut numbers: BTreeMap<StepId, usize> = BTreeMap::new();
            for (id, step) in plan.steps.shared() {
                let number = |id: StepId| numbers.get(&id).copied().unwrap_or_default();
                let number = *same.entry(Arc::as_ptr(step)).or_insert_with(|| {
                    let mut json = describe(&step.kind, &number);
                    let mounts = json.get_mut("mounts").and_then(Value::as_array_mut).into_iter().flatten();
                    for mount in mounts.filter(|mount| mount["kind"] == "cache") {
                        if let Some(Value::String(id)) = mount.get_mut("id") {
                            id.insert_str(0, cache_prefix);
                        }
                    }
                    *known.entry(json.to_string()).or_insert_with(|| {
                        let needs = step.kind.inputs().into_iter().map(|(from, what)| (number(from), what)).collect();
                        graph.nodes.push(Node { step, needs, json });
                        graph.nodes.len() - 1
                    })
                });
                numbers.insert(id, number);
            }
            let number = |id: StepId| numbers.get(&id).copied().unwrap_or_default();
            graph.ends.push(End {
                plan,
                result: number(plan.result),
                gates: plan.gates.iter().map(|gate| (gate.name.as_str(), number(gate.step))).collect(),
                steps: numbers.values().copied().collect(),
            });
        }
        graph
    }

    /// A step with its whole description.
    pub(super) fn step_json(&self, number: usize) -> Value {
        let Some(node) = self.nodes.get(number) else { return Value::Null };
        let mut json = node.json.clone();
        if let Some(object) = json.as_object_mut() {
            object.insert("id".to_owned(), number.into());
            object.insert("name".to_owned(), node.step.name.as_str().into());
            object.insert("owner".to_owned(), node.step.owner.as_str().into());
            object.insert("location".to_owned(), location(node.step.span));
        }
        json
    }
}

/// What a step does, without its name.
fn describe(kind: &StepKind, number: &dyn Fn(StepId) -> usize) -> Value {
    match kind {
        StepKind::Base { image, platform } => {
            json!({ "kind": "image", "image": image.name, "platform": platform.to_string() })
        }
        StepKind::Context => json!({ "kind": "context" }),
        StepKind::Source(source) => self::source(source),
        StepKind::Dockerfile(stage) => json!({
            "kind": "dockerfile",
            "path": stage.path,
            "context": stage.context.map(number),
            "args": stage.args.iter().map(|(name, value)| format!("{name}={value}")).collect::<Value>(),
            "target": stage.target,
            "secrets": stage.secrets,
            "platform": stage.platform.to_string(),
        }),
        StepKind::Select { items } => {
            json!({ "kind": "copy", "items": items.iter().map(|item| copy_item(item, number)).collect::<Value>() })
        }
        StepKind::Run(run) => self::run(run, number),
        StepKind::Write { root, layer } => {
            json!({ "kind": "write", "root": number(*root), "layers": [self::layer(layer, number)] })
        }
        StepKind::Assemble { base, layers } => json!({
            "kind": "assemble",
            "base": number(*base),
            "layers": layers.iter().map(|layer| self::layer(layer, number)).collect::<Value>(),
        }),
    }
}

fn source(source: &Source) -> Value {
    match source {
        Source::Git(GitSource { url, reference, subdir, checksum, options: _ }) => {
            json!({ "kind": "git", "url": url, "ref": reference, "subdir": subdir, "checksum": checksum })
        }
        Source::Http { url, checksum } => json!({ "kind": "http", "url": url, "checksum": checksum }),
        Source::Local { name } => json!({ "kind": "local", "context": name }),
        Source::Frontend => json!({ "kind": "frontend" }),
        Source::Probe { platform } => json!({ "kind": "probe", "platform": platform.to_string() }),
    }
}

fn copy_item(item: &CopyItem, number: &dyn Fn(StepId) -> usize) -> Value {
    let CopyItem { from, source, target, include, exclude } = item;
    json!({ "from": number(*from), "source": source, "target": target, "include": include, "exclude": exclude })
}

fn run(run: &Run, number: &dyn Fn(StepId) -> usize) -> Value {
    let secret_env = run
        .secret_env
        .iter()
        .map(|variable| json!({ "name": variable.name, "id": variable.id, "required": variable.required }));
    let mut json = json!({
        "kind": "run",
        "root": number(run.root),
        "platform": run.platform.to_string(),
        "args": run.args,
        "env": run.env.iter().map(|(name, value)| format!("{name}={value}")).collect::<Value>(),
        "workdir": run.workdir,
        "network": match run.network {
            Network::None => "none",
            Network::Sandbox => "default",
            Network::Host => "host",
        },
        "mounts": run.mounts.iter().map(|mount| self::mount(mount, number)).collect::<Value>(),
        "secret_env": secret_env.collect::<Value>(),
        "output": match &run.output { RunOutput::Folder { path, .. } => path.as_str(), RunOutput::Root => "/" },
    });
    if let (Some(object), RunOutput::Folder { on: Some(on), .. }) = (json.as_object_mut(), &run.output) {
        object.insert("on".to_owned(), number(*on).into());
    }
    if let (Some(object), true) = (json.as_object_mut(), run.insecure) {
        object.insert("security".to_owned(), "insecure".into());
    }
    if let (Some(object), false) = (json.as_object_mut(), run.user.is_empty()) {
        object.insert("user".to_owned(), run.user.as_str().into());
    }
    json
}

fn mount(mount: &Mount, number: &dyn Fn(StepId) -> usize) -> Value {
    let target = &mount.target;
    match &mount.kind {
        MountKind::ReadOnly { from, path } => {
            json!({ "kind": "read-only", "target": target, "from": number(*from), "path": path })
        }
        MountKind::Discarded { from, path } => {
            json!({ "kind": "discarded", "target": target, "from": number(*from), "path": path })
        }
        MountKind::Dependencies { from, discarded } => {
            let kind = if *discarded { "discarded" } else { "read-only" };
            json!({ "kind": kind, "target": target, "from": number(*from), "path": "/" })
        }
        MountKind::Parts { from } => json!({ "kind": "parts", "target": target, "from": number(*from) }),
        MountKind::Cache { id, sharing } => {
            let sharing = match sharing {
                Sharing::Shared => "shared",
                Sharing::Locked => "locked",
                Sharing::Private => "private",
            };
            json!({ "kind": "cache", "target": target, "id": id, "sharing": sharing })
        }
        MountKind::Script { text } => json!({ "kind": "script", "target": target, "text": text }),
        MountKind::Secret { id, required } => {
            json!({ "kind": "secret", "target": target, "id": id, "required": required })
        }
        MountKind::Ssh { id, required } => {
            json!({ "kind": "ssh", "target": target, "id": id, "required": required })
        }
        MountKind::Tmpfs => json!({ "kind": "tmpfs", "target": target }),
    }
}

fn layer(layer: &Layer, number: &dyn Fn(StepId) -> usize) -> Value {
    let item = |item: &LayerItem| match item {
        LayerItem::Folder { path, mode, owner } => json!({
            "kind": "folder", "target": path, "mode": format!("{mode:04o}"), "owner": owner,
        }),
        LayerItem::Link { path, target } => json!({ "kind": "link", "target": path, "to": target }),
        LayerItem::Copy(LayerCopy { from, source, target, mode, owner, include, exclude, epoch: _ }) => json!({
            "kind": "copy",
            "from": number(*from),
            "source": source,
            "target": target,
            "mode": mode.map(|mode| format!("{mode:04o}")),
            "owner": owner,
            "include": include,
            "exclude": exclude,
        }),
        LayerItem::Text { path, content, mode, owner } => json!({
            "kind": "text", "target": path, "content": content, "mode": format!("{mode:04o}"), "owner": owner,
        }),
    };
    json!({ "history": layer.history, "items": layer.items.iter().map(item).collect::<Value>() })
}
