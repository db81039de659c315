//! One op as JSON, with the names of BuildKit's Go types (`solver/pb/ops.pb.go`, `solver/pb/json.go`).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use buildkit_proto::{
    ext::{self, OpKind},
    pb::{self, file_action::Action, user_opt::User},
};
use serde_json::Value;

use super::object::Object;

fn object() -> Object {
    Object::default()
}

pub(super) fn op(op: &ext::Op) -> Value {
    let kind = match &op.op {
        None => object(),
        Some(OpKind::Exec(x)) => object().put("exec", exec(x)),
        Some(OpKind::Source(x)) => object().put(
            "source",
            object().text("identifier", &x.identifier).map("attrs", &x.attrs, |v| v.as_str().into()).done(),
        ),
        Some(OpKind::File(x)) => object().put("file", object().list("actions", &x.actions, file_action).done()),
        Some(OpKind::Build(x)) => object().put("build", build(x)),
        Some(OpKind::Merge(x)) => object()
            .put("merge", object().list("inputs", &x.inputs, |input| object().int("input", input.input).done()).done()),
        Some(OpKind::Diff(x)) => {
            let lower = x.lower.map(|lower| object().int("input", lower.input).done());
            let upper = x.upper.map(|upper| object().int("input", upper.input).done());
            object().put("diff", object().some("lower", lower).some("upper", upper).done())
        }
        Some(OpKind::Passthrough(x)) => object().put(
            "passthrough",
            object().text("id", &x.id).list("outputs", &x.outputs, |output| (*output).into()).done(),
        ),
    };
    let platform = op.platform.as_ref().map(|platform| {
        object()
            .text("Architecture", &platform.architecture)
            .text("OS", &platform.os)
            .text("Variant", &platform.variant)
            .text("OSVersion", &platform.os_version)
            .texts("OSFeatures", &platform.os_features)
            .done()
    });
    let constraints = op.constraints.as_ref().map(|constraints| object().texts("filter", &constraints.filter).done());
    object()
        .list("inputs", &op.inputs, |input| object().text("digest", &input.digest).int("index", input.index).done())
        .put("Op", kind.done())
        .some("platform", platform)
        .some("constraints", constraints)
        .done()
}

fn exec(exec: &pb::ExecOp) -> Value {
    object()
        .some("meta", exec.meta.as_ref().map(meta))
        .list("mounts", &exec.mounts, mount)
        .int("network", exec.network)
        .int("security", exec.security)
        .list("secretenv", &exec.secretenv, |secret| {
            object().text("ID", &secret.id).text("name", &secret.name).flag("optional", secret.optional).done()
        })
        .list("cdiDevices", &exec.cdi_devices, |device| {
            object().text("name", &device.name).flag("optional", device.optional).done()
        })
        .done()
}

fn meta(meta: &pb::Meta) -> Value {
    let proxy = meta.proxy_env.as_ref().map(|proxy| {
        object()
            .text("http_proxy", &proxy.http_proxy)
            .text("https_proxy", &proxy.https_proxy)
            .text("ftp_proxy", &proxy.ftp_proxy)
            .text("no_proxy", &proxy.no_proxy)
            .text("all_proxy", &proxy.all_proxy)
            .done()
    });
    object()
        .texts("args", &meta.args)
        .texts("env", &meta.env)
        .text("cwd", &meta.cwd)
        .text("user", &meta.user)
        .some("proxy_env", proxy)
        .list("extraHosts", &meta.extra_hosts, |host| object().text("Host", &host.host).text("IP", &host.ip).done())
        .text("hostname", &meta.hostname)
        .list("ulimit", &meta.ulimit, |ulimit| {
            object().text("Name", &ulimit.name).int("Soft", ulimit.soft).int("Hard", ulimit.hard).done()
        })
        .text("cgroupParent", &meta.cgroup_parent)
        .flag("removeMountStubsRecursive", meta.remove_mount_stubs_recursive)
        .list("validExitCodes", &meta.valid_exit_codes, |code| (*code).into())
        .done()
}

fn mount(mount: &pb::Mount) -> Value {
    let tmpfs = mount.tmpfs_opt.map(|tmpfs| object().int("size", tmpfs.size).done());
    let cache =
        mount.cache_opt.as_ref().map(|cache| object().text("ID", &cache.id).int("sharing", cache.sharing).done());
    let secret = mount.secret_opt.as_ref().map(|s| file_from_client(&s.id, [s.uid, s.gid, s.mode], s.optional));
    let ssh = mount.ssh_opt.as_ref().map(|s| file_from_client(&s.id, [s.uid, s.gid, s.mode], s.optional));
    object()
        .int("input", mount.input)
        .text("selector", &mount.selector)
        .text("dest", &mount.dest)
        .int("output", mount.output)
        .flag("readonly", mount.readonly)
        .int("mountType", mount.mount_type)
        .some("TmpfsOpt", tmpfs)
        .some("cacheOpt", cache)
        .some("secretOpt", secret)
        .some("SSHOpt", ssh)
        .text("resultID", &mount.result_id)
        .int("contentCache", mount.content_cache)
        .done()
}

fn file_from_client(id: &str, [uid, gid, mode]: [u32; 3], optional: bool) -> Value {
    object().text("ID", id).int("uid", uid).int("gid", gid).int("mode", mode).flag("optional", optional).done()
}

fn build(build: &pb::BuildOp) -> Value {
    // This library never creates a definition inside an op; its ops would be shown encoded.
    let def = build.def.as_ref().map(|def| object().list("def", &def.def, |op| bytes(op)).done());
    object()
        .int("builder", build.builder)
        .map("inputs", &build.inputs, |input| object().int("input", input.input).done())
        .some("def", def)
        .map("attrs", &build.attrs, |value| value.as_str().into())
        .done()
}

fn file_action(action: &pb::FileAction) -> Value {
    let kind = match &action.action {
        None => object(),
        Some(Action::Copy(x)) => object().put("copy", copy(x)),
        Some(Action::Mkfile(x)) => object().put(
            "mkfile",
            object()
                .text("path", &x.path)
                .int("mode", x.mode)
                .some("data", (!x.data.is_empty()).then(|| bytes(&x.data)))
                .some("owner", x.owner.as_ref().map(owner))
                .int("timestamp", x.timestamp)
                .done(),
        ),
        Some(Action::Mkdir(x)) => object().put(
            "mkdir",
            object()
                .text("path", &x.path)
                .int("mode", x.mode)
                .flag("makeParents", x.make_parents)
                .some("owner", x.owner.as_ref().map(owner))
                .int("timestamp", x.timestamp)
                .done(),
        ),
        Some(Action::Rm(x)) => object().put(
            "rm",
            object()
                .text("path", &x.path)
                .flag("allowNotFound", x.allow_not_found)
                .flag("allowWildcard", x.allow_wildcard)
                .done(),
        ),
        Some(Action::Symlink(x)) => object().put(
            "symlink",
            object()
                .text("oldpath", &x.oldpath)
                .text("newpath", &x.newpath)
                .some("owner", x.owner.as_ref().map(owner))
                .int("timestamp", x.timestamp)
                .done(),
        ),
    };
    object()
        .put("input", action.input)
        .put("secondaryInput", action.secondary_input)
        .put("output", action.output)
        .put("Action", kind.done())
        .done()
}

fn copy(copy: &pb::FileActionCopy) -> Value {
    object()
        .text("src", &copy.src)
        .text("dest", &copy.dest)
        .some("owner", copy.owner.as_ref().map(owner))
        .int("mode", copy.mode)
        .flag("followSymlink", copy.follow_symlink)
        .flag("dirCopyContents", copy.dir_copy_contents)
        .flag("attemptUnpackDockerCompatibility", copy.attempt_unpack_docker_compatibility)
        .flag("createDestPath", copy.create_dest_path)
        .flag("allowWildcard", copy.allow_wildcard)
        .flag("allowEmptyWildcard", copy.allow_empty_wildcard)
        .int("timestamp", copy.timestamp)
        .texts("include_patterns", &copy.include_patterns)
        .texts("exclude_patterns", &copy.exclude_patterns)
        .flag("alwaysReplaceExistingDestPaths", copy.always_replace_existing_dest_paths)
        .text("modeStr", &copy.mode_str)
        .texts("required_paths", &copy.required_paths)
        .done()
}

fn owner(owner: &pb::ChownOpt) -> Value {
    object().some("user", owner.user.as_ref().map(user)).some("group", owner.group.as_ref().map(user)).done()
}

fn user(user: &pb::UserOpt) -> Value {
    let user = match &user.user {
        None => object(),
        Some(User::ByName(name)) => {
            object().put("byName", object().text("name", &name.name).int("input", name.input).done())
        }
        Some(User::ById(id)) => object().int("byId", *id),
    };
    object().put("User", user.done()).done()
}

fn bytes(bytes: &[u8]) -> Value {
    STANDARD.encode(bytes).into()
}
