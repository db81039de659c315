use buildkit_llb::{
    Resources, Swap,
    exec::{CacheSharing, ContentCache, Device, Proxy, SecretEnv},
    prelude::*,
};

pub(crate) fn alpine() -> Output {
    Image::new("alpine").platform(Platform::LINUX_AMD64).into_output()
}

pub(crate) fn busybox() -> Output {
    Image::new("busybox").platform(Platform::LINUX_AMD64).into_output()
}

pub(crate) fn context() -> Output {
    Local::new("context").session("s1").into_output()
}

fn make() -> Exec {
    Exec::new("make").args(["-j", "all"]).root(&alpine())
}

pub(crate) fn all() -> Vec<(&'static str, Output)> {
    [settings(), mounts(), kept()].concat()
}

fn settings() -> Vec<(&'static str, Output)> {
    let ip = |text: &str| text.parse().unwrap();
    let proxy = Proxy { http: "h".into(), https: "s".into(), ftp: "f".into(), no: "n".into(), all: "a".into() };
    let gpu = |number, optional| Device { name: format!("vendor.com/gpu={number}"), optional };
    let arm = Image::new("alpine").platform(Platform::LINUX_ARM64).into_output();
    let aarch64 = Image::new("alpine").platform("linux/aarch64".parse::<Platform>().unwrap()).into_output();
    let resources = Resources {
        memory: Some(64 << 20),
        memory_swap: Some(Swap::Unlimited),
        cpu_shares: Some(512),
        cpu_period: Some(100_000),
        cpu_quota: Some(50_000),
        cpuset_cpus: Some("0-1".into()),
        cpuset_mems: Some("0".into()),
    };
    let hosts = make().extra_host("a", ip("10.0.0.1")).extra_host("b", ip("fe80::1:0:0"));
    let secrets = make().secret_env(SecretEnv::new("TOKEN", "token"));
    vec![
        ("exec_plain", make().run()),
        ("exec_shell", Exec::shell("echo hello > /x").root(&alpine()).run()),
        ("exec_empty_arg", Exec::from_argv(["x", "", "y"]).unwrap().root(&alpine()).run()),
        ("exec_env", make().env("A", "1").envs([("B", ""), ("A", "2")]).run()),
        ("exec_cwd", make().cwd("/src/./x").run()),
        ("exec_cwd_relative", make().cwd("src/../y").run()),
        ("exec_user", make().user("app:staff").run()),
        ("exec_hostname", make().hostname("builder").run()),
        ("exec_network_none", make().network(Network::None).run()),
        ("exec_network_host", make().network(Network::Host).run()),
        ("exec_insecure", make().security(Security::Insecure).run()),
        ("exec_ulimits", make().ulimit("nofile", 1024, 2048).ulimit("core", -1, -1).run()),
        ("exec_extra_hosts", hosts.extra_host("c", ip("::ffff:1.2.3.4")).run()),
        ("exec_cgroup_parent", make().cgroup_parent("/builds").run()),
        ("exec_proxy", make().proxy(proxy).run()),
        ("exec_proxy_empty", make().proxy(Proxy::default()).run()),
        ("exec_devices", make().device(gpu(0, false)).device(gpu(1, true)).run()),
        ("exec_exit_codes", make().valid_exit_codes([0, 3, 255]).run()),
        ("exec_exit_code_negative", make().valid_exit_codes([-1]).run()),
        ("exec_secret_env", secrets.secret_env(SecretEnv::new("T2", "t2").optional()).run()),
        ("exec_platform", make().platform(Platform::LINUX_ARM64).run()),
        ("exec_constraints", make().constraints(["worker==a", "b"]).run()),
        ("exec_resources", make().resources(resources).run()),
        ("exec_on_scratch", Exec::new("x").platform(Platform::LINUX_AMD64).run()),
        ("exec_inherits_platform", Exec::new("x").root(&FileOp::on(&arm).mkdir(Mkdir::new("/x")).into_output()).run()),
        ("exec_normalizes_platform", Exec::new("x").root(&aarch64).run()),
    ]
}

fn mounts() -> Vec<(&'static str, Output)> {
    let with = |mount: Mount| make().mount(mount).run();
    let bind = |from: &Output| Mount::bind("/src", from);
    let cache = || Mount::cache("/c", "id");
    let secret = || Mount::secret("/run/secrets/x", "token");
    let sorted = make().mount(Mount::bind("/z", &busybox())).mount(Mount::bind("/a", &context()));
    let sorted = sorted.mount(Mount::tmpfs("/m")).mount(Mount::bind("/b", &busybox()));
    let all = make().mount(Mount::ssh().id("k")).mount(secret()).mount(Mount::tmpfs("/t"));
    let all = all.mount(Mount::bind("/a", &context())).secret_env(SecretEnv::new("T2", "t2"));
    let locked = cache().sharing(CacheSharing::Locked);
    let agent = Mount::ssh().id("work").dest("/agent").owner(1, 2).mode(0o660).optional();
    vec![
        ("exec_mount_bind", with(bind(&busybox()).into())),
        ("exec_mount_bind_selector", with(bind(&context()).selector("/web").into())),
        ("exec_mount_bind_discard", with(bind(&context()).discard_writes().into())),
        ("exec_mount_bind_scratch", with(bind(&Output::scratch()).into())),
        ("exec_mount_bind_same_as_root", with(bind(&alpine()).into())),
        ("exec_mount_content_cache_on", with(bind(&context()).content_cache(ContentCache::On).into())),
        (
            "exec_mount_content_cache_off",
            with(bind(&context()).discard_writes().content_cache(ContentCache::Off).into()),
        ),
        ("exec_mount_cache_shared", with(cache().into())),
        ("exec_mount_cache_private", with(cache().sharing(CacheSharing::Private).into())),
        ("exec_mount_cache_locked", with(locked.clone().into())),
        ("exec_mount_cache_from", with(locked.from(&busybox()).selector("/etc").into())),
        ("exec_mount_tmpfs", with(Mount::tmpfs("/t").into())),
        ("exec_mount_tmpfs_size", with(Mount::tmpfs("/t").size(64 << 20).into())),
        ("exec_mount_secret", with(secret().into())),
        ("exec_mount_secret_options", with(secret().owner(1, 2).mode(0o440).optional().into())),
        ("exec_mount_ssh", with(Mount::ssh().into())),
        ("exec_mount_ssh_options", with(agent.into())),
        ("exec_mount_ssh_two", make().mounts([Mount::ssh().id("a"), Mount::ssh().id("b")]).run()),
        ("exec_mount_ssh_own_variable", make().mount(Mount::ssh()).env("SSH_AUTH_SOCK", "/x").env("B", "1").run()),
        ("exec_mount_sorted", sorted.mount(Mount::cache("/c", "c")).run()),
        ("exec_mount_all", all.run()),
    ]
}

fn kept() -> Vec<(&'static str, Output)> {
    let scratch = Output::scratch();
    let make = || Exec::new("make").root(&alpine());
    let out = || KeptMount::new("/out", &scratch);
    let (_, [kept]) = make().run_keeping([out()]);
    let two = [KeptMount::new("/z", &scratch), KeptMount::new("/a", &busybox()).selector("/etc")];
    let (root, [z, a]) = make().mount(Mount::bind("/ro", &busybox())).run_keeping(two);
    let (read_only, [from_read_only]) = make().read_only_root().run_keeping([out()]);
    assert_eq!(read_only, alpine());
    let (first_root, first_out) = Exec::new("a").root(&alpine()).run_keeping_all(&[out()]);
    let second = Exec::new("b").root(&busybox()).mount(Mount::bind("/in", &first_out[0]));
    vec![
        ("kept_scratch", kept),
        ("kept_two", merge([root, z, a])),
        ("kept_read_only_root", from_read_only),
        ("kept_before_root_in_chain", second.mount(Mount::bind("/root", &first_root)).run()),
    ]
}
