//! Commands: their mounts and environment, and options of the command line for all of them.

use buildkit_llb::exec::{BindMount, CacheSharing, ContentCache, SecretEnv, Security};
use buildkit_llb::{
    Annotate, Cap, Exec, FileOp, KeptMount, Mkfile, Mount as GraphMount, Network as GraphNetwork, Output,
};
use slipway_plan::{Mount, MountKind, Network, Run, RunOutput, Sharing, Step};

use super::lowering::{Lowering, Results, annotate};
use crate::options::StepNetwork;

pub(super) fn exec(run: &Run, results: &Results, step: &Step, cx: &Lowering<'_>) -> Output {
    let steps = &cx.options.steps;
    let mut words = run.args.iter().cloned();
    let mut exec = Exec::new(words.next().unwrap_or_default())
        .args(words)
        .envs(run.env.iter().cloned())
        .cwd(&run.workdir)
        .user(&run.user)
        .platform(&run.platform)
        .network(match (run.network, steps.network) {
            (Network::None, _) | (Network::Sandbox, StepNetwork::None) => GraphNetwork::None,
            (Network::Sandbox, StepNetwork::Sandbox) => GraphNetwork::Sandbox,
            (Network::Host, _) | (Network::Sandbox, StepNetwork::Host) => GraphNetwork::Host,
        })
        .security(if run.insecure { Security::Insecure } else { Security::Sandbox })
        .root(&results.of(run.root));
    for mount in &run.mounts {
        exec = with_mount(exec, mount, results, cx);
    }
    for secret in &run.secret_env {
        let variable = SecretEnv::new(&secret.name, &secret.id);
        exec = exec.secret_env(if secret.required { variable } else { variable.optional() });
    }
    if run.network != Network::None {
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
    if let Some(name) = &steps.hostname {
        exec = exec.hostname(name);
    }
    if cx.caps.supports(Cap::ExecMetaLinuxResources) {
        exec = exec.resources(steps.resources.clone());
    }
    let exec = annotate(exec, &step.name, step.span, &step.owner, cx);
    let exec = if run.always { exec.ignore_cache() } else { exec };
    match &run.output {
        RunOutput::Folder { path, on } => {
            let on = on.map_or_else(Output::scratch, |on| results.of(on));
            let (_, [output]) = exec.run_keeping([KeptMount::new(path, &on)]);
            output
        }
        RunOutput::Root => exec.run(),
    }
}

fn bind(target: &str, from: &Output, path: &str) -> BindMount {
    let mount = GraphMount::bind(target, from);
    if path == "/" { mount } else { mount.selector(path) }
}

/// Parts of an image, in folders with their numbers. They are known by how they were made: to compare them by their
/// contents, the engine would read all files.
fn parts(exec: Exec, target: &str, parts: &[Output]) -> Exec {
    parts.iter().enumerate().fold(exec, |exec, (number, part)| {
        exec.mount(GraphMount::bind(format!("{target}/{number}"), part).content_cache(ContentCache::Off))
    })
}

fn with_mount(exec: Exec, Mount { target, kind }: &Mount, results: &Results, cx: &Lowering<'_>) -> Exec {
    let mount: GraphMount = match kind {
        MountKind::Parts { from } => return parts(exec, target, &results.parts(*from)),
        MountKind::ReadOnly { from, path } => bind(target, &results.of(*from), path).into(),
        MountKind::Discarded { from, path } => bind(target, &results.of(*from), path).discard_writes().into(),
        MountKind::Dependencies { from, discarded } => {
            let mount = GraphMount::bind(target, &results.of(*from)).content_cache(ContentCache::Off);
            if *discarded { mount.discard_writes().into() } else { mount.into() }
        }
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
        MountKind::Ssh { id, required } => {
            let agent = GraphMount::ssh().id(id).dest(target);
            if *required { agent.into() } else { agent.optional().into() }
        }
        MountKind::Tmpfs => GraphMount::tmpfs(target).into(),
    };
    exec.mount(mount)
}
