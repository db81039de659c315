//! Processes: their settings, and their mounts.

use buildkit_llb::{
    Cap, Resources, Swap,
    exec::{CacheSharing, ContentCache, Device, Proxy, SecretEnv},
    prelude::*,
};

use super::{Case, World, case, failing};

pub(crate) fn all(world: &World) -> Vec<Case> {
    let mut all = settings(world);
    all.extend(limits(world));
    all.extend(binds(world));
    all.extend(caches(world));
    all.extend(from_the_client(world));
    all
}

fn settings(world: &World) -> Vec<Case> {
    let ip = "10.1.2.3".parse().unwrap();
    let open = FileOp::on(&Output::scratch()).mkdir(Mkdir::new("/w").owner(Owner::ids(1234, 99))).into_output();
    let as_user = Exec::shell("id -u > /out/w/u; id -g > /out/w/g").root(&world.base).user("1234:99");
    let (_, [as_user]) = as_user.env("SALT", &world.salt).run_keeping([KeptMount::new("/out", &open)]);
    let proxy = Proxy { http: "http://p:1".into(), no: "x".into(), ..Proxy::default() };
    let device = Device { name: "vendor.com/none=x".into(), optional: true };
    let changed = Exec::shell("echo changed > /changed").root(&world.base).env("SALT", &world.salt).run();
    vec![
        case("root_changes_are_kept", &changed, |built| assert_eq!(built.text("/changed"), "changed")),
        case(
            "env_and_cwd",
            &world.out("pwd > /out/p; echo $A > /out/a", |e| e.cwd("/made/here").env("A", "1 2")),
            |b| {
                assert_eq!((b.text("/p"), b.text("/a")), ("/made/here", "1 2"));
            },
        ),
        case("default_path", &world.out("echo $PATH > /out/p", |e| e), |b| assert!(b.text("/p").contains("/usr/bin"))),
        case("user", &as_user, |b| assert_eq!((b.text("/w/u"), b.text("/w/g")), ("1234", "99"))),
        case("hostname", &world.out("hostname > /out/h", |e| e.hostname("here")), |b| assert_eq!(b.text("/h"), "here")),
        case("network_none", &world.out("ls /sys/class/net > /out/n", |e| e.network(Network::None)), |b| {
            assert_eq!(b.text("/n"), "lo");
        }),
        case("network_sandbox", &world.out("ls /sys/class/net > /out/n", |e| e), |b| assert_ne!(b.text("/n"), "lo")),
        case("network_host", &world.out("ls /sys/class/net > /out/n", |e| e.network(Network::Host)), |b| {
            let mut here: Vec<_> = std::fs::read_dir("/sys/class/net")
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            here.sort();
            let mut there: Vec<_> = b.text("/n").lines().collect();
            there.sort_unstable();
            // Network interfaces of other steps come and go.
            here.retain(|name| !name.starts_with("veth"));
            there.retain(|name| !name.starts_with("veth"));
            assert_eq!(there, here);
        }),
        failing("insecure_needs_leave", &world.out("true", |e| e.security(Security::Insecure)), "insecure"),
        case("ulimit", &world.out("ulimit -n > /out/n", |e| e.ulimit("nofile", 1234, 2345)), |b| {
            assert_eq!(b.text("/n"), "1234");
        }),
        case("extra_host", &world.out("grep myhost /etc/hosts > /out/h", |e| e.extra_host("myhost", ip)), |b| {
            assert!(b.text("/h").starts_with("10.1.2.3"));
        }),
        case("proxy", &world.out("echo $http_proxy $HTTP_PROXY $no_proxy > /out/p", |e| e.proxy(proxy)), |b| {
            assert_eq!(b.text("/p"), "http://p:1 http://p:1 x");
        }),
        case("exit_code_accepted", &world.out("echo x > /out/x; exit 3", |e| e.valid_exit_codes([0, 3])), |b| {
            assert_eq!(b.text("/x"), "x");
        }),
        failing("exit_code_refused", &world.out("exit 4", |e| e.valid_exit_codes([0, 3])), "exit code: 4"),
        failing("zero_refused", &world.out("exit 0", |e| e.valid_exit_codes([3])), "exit code: 0"),
        case("optional_device", &world.out("echo x > /out/x", |e| e.device(device)), |b| assert!(b.has("/x"))),
        case(
            "annotations",
            &world.out("echo x > /out/x", |e| {
                e.name("named").description("k", "").export_cache(buildkit_llb::ExportCache::Never).ignore_cache()
            }),
            |b| assert!(b.has("/x")),
        ),
    ]
}

/// For both versions of control groups.
fn limits(world: &World) -> Vec<Case> {
    let limited = |script: &str, resources: Resources| world.out(script, |e| e.resources(resources));
    let none = Resources::default;
    let read =
        |old: &str, new: &str| format!("cd /sys/fs/cgroup; cat {old} 2>/dev/null > /out/x || cat {new} > /out/x");
    let memory = Resources { memory: Some(64 << 20), memory_swap: Some(Swap::Bytes(64 << 20)), ..none() };
    let share = Resources { cpu_period: Some(50_000), cpu_quota: Some(20_000), ..none() };
    let first = Resources { cpuset_cpus: Some("0".into()), ..none() };
    vec![
        case("resources", &limited("echo x > /out/x", memory.clone()), |b| assert!(b.has("/x"))),
        case("resources_memory", &limited(&read("memory/memory.limit_in_bytes", "memory.max"), memory.clone()), |b| {
            assert_eq!(b.text("/x"), "67108864");
        })
        .needs(Cap::ExecMetaLinuxResources),
        // A line without an end is kept completely in memory.
        failing(
            "resources_memory_is_short",
            &limited("head -c 200m /dev/zero | tail -n 1 > /dev/null", memory),
            "exit code: 137",
        )
        .needs(Cap::ExecMetaLinuxResources),
        case("resources_cpu_quota", &limited(&read("cpu/cpu.cfs_quota_us", "cpu.max"), share), |b| {
            assert_eq!(b.text("/x").split(' ').next(), Some("20000"));
        })
        .needs(Cap::ExecMetaLinuxResources),
        case("resources_cpuset", &limited("nproc > /out/n", first), |b| assert_eq!(b.text("/n"), "1"))
            .needs(Cap::ExecMetaLinuxResources),
    ]
}

fn binds(world: &World) -> Vec<Case> {
    let context = || Mount::bind("/in", &world.context);
    let read = "cat /in/a.txt > /out/a; touch /in/x 2> /dev/null || echo refused > /out/w";
    let write = "echo new > /in/a.txt && cp /in/a.txt /out/a";
    let kept = Exec::shell("echo more > /in/dir/more").root(&world.base).env("SALT", &world.salt);
    let (_, [kept]) = kept.run_keeping([KeptMount::new("/in", &world.context)]);
    let part = Exec::shell("ls /in > /in/seen").root(&world.base).env("SALT", &world.salt);
    let (_, [part]) = part.run_keeping([KeptMount::new("/in", &world.context).selector("dir")]);
    let two = Exec::shell("echo 1 > /one/f; echo 2 > /two/f").root(&world.base).env("SALT", &world.salt);
    let empty = Output::scratch();
    let (_, [two, one]) =
        two.read_only_root().run_keeping([KeptMount::new("/two", &empty), KeptMount::new("/one", &empty)]);
    let read_only = "touch /x 2> /dev/null || echo refused > /out/r";
    vec![
        case("bind_is_read_only", &world.out(read, |e| e.mount(context())), |b| {
            assert_eq!((b.text("/a"), b.text("/w")), ("a", "refused"));
        }),
        case("bind_discards_writes", &world.out(write, |e| e.mount(context().discard_writes())), |b| {
            assert_eq!(b.text("/a"), "new");
        }),
        case("bind_was_not_changed", &world.out("cp /in/a.txt /out/a", |e| e.mount(context())), |b| {
            assert_eq!(b.text("/a"), "a");
        }),
        case("bind_selector", &world.out("ls /in > /out/l", |e| e.mount(context().selector("dir"))), |b| {
            assert_eq!(b.text("/l"), "c.txt\ndeep");
        }),
        case(
            "bind_file",
            &world.out("cat /f > /out/f", |e| e.mount(Mount::bind("/f", &world.context).selector("b.md"))),
            |b| {
                assert_eq!(b.text("/f"), "b");
            },
        ),
        case(
            "content_cache_off",
            &world.out("ls /in > /out/l", |e| e.mount(context().content_cache(ContentCache::Off))),
            |b| assert!(b.text("/l").contains("a.txt")),
        ),
        case("kept_has_old_and_new", &kept, |b| {
            assert_eq!((b.text("/dir/more"), b.text("/a.txt")), ("more", "a"));
        }),
        case("kept_part", &part, |b| assert!(b.text("/dir/seen").starts_with("c.txt") && b.has("/a.txt"))),
        case("kept_one", &one, |b| assert_eq!(b.text("/f"), "1")),
        case("kept_two", &two, |b| assert_eq!(b.text("/f"), "2")),
        case("read_only_root", &world.out(read_only, Exec::read_only_root), |b| assert_eq!(b.text("/r"), "refused")),
    ]
}

fn caches(world: &World) -> Vec<Case> {
    let id = format!("llb-engine-{}", world.salt);
    let cache = || Mount::cache("/c", &id);
    let seed = FileOp::on(&Output::scratch())
        .mkdir(Mkdir::new("/part"))
        .mkfile(Mkfile::new("/part/seed", "seed"))
        .into_output();
    let look = "ls /c > /out/l";
    let seeded = Mount::cache("/c", format!("{id}-seeded")).from(&seed).selector("/part");
    vec![
        case("cache_1_written", &world.out("echo kept > /c/f; touch /out/x", |e| e.mount(cache())), |b| {
            assert_eq!(b.paths(), ["/x"]);
        }),
        case("cache_2_kept", &world.out("cp /c/f /out/f", |e| e.mount(cache())), |b| assert_eq!(b.text("/f"), "kept")),
        case(
            "cache_3_locked",
            &world.out("cp /c/f /out/locked", |e| e.mount(cache().sharing(CacheSharing::Locked))),
            |b| assert_eq!(b.text("/locked"), "kept"),
        ),
        case(
            "cache_4_private",
            &world.out("cp /c/f /out/private", |e| e.mount(cache().sharing(CacheSharing::Private))),
            |b| assert_eq!(b.text("/private"), "kept"),
        ),
        case("cache_5_emptied", &world.out(look, |e| e.mount(cache()).ignore_cache()), |b| {
            assert_eq!(b.text("/l"), "");
        }),
        case("cache_seeded", &world.out(look, |e| e.mount(seeded)), |b| assert_eq!(b.text("/l"), "seed")),
        case("tmpfs", &world.out("grep ' /t ' /proc/mounts > /out/m", |e| e.mount(Mount::tmpfs("/t"))), |b| {
            assert!(b.text("/m").starts_with("tmpfs /t tmpfs"));
        }),
        case(
            "tmpfs_size",
            &world.out("grep ' /t ' /proc/mounts > /out/m", |e| e.mount(Mount::tmpfs("/t").size(64 << 20))),
            |b| assert!(b.text("/m").contains("size=65536k"), "{}", b.text("/m")),
        ),
    ]
}

fn from_the_client(world: &World) -> Vec<Case> {
    let same = "[ \"$(cat /run/s)\" = s3cret ] && stat -c '%a %u %g' /run/s > /out/m";
    let env = "[ \"$TOKEN\" = s3cret ] && echo same > /out/e; echo \"<$NONE>\" > /out/n";
    let socket = "[ -S \"$SSH_AUTH_SOCK\" ] && echo $SSH_AUTH_SOCK > /out/s";
    let absent = "[ -e /run/x ] || echo absent > /out/x";
    let owned = Mount::secret("/run/s", "token").owner(5, 6).mode(0o440);
    let tokens =
        |e: Exec| e.secret_env(SecretEnv::new("TOKEN", "token")).secret_env(SecretEnv::new("NONE", "none").optional());
    vec![
        case("secret", &world.out(same, |e| e.mount(Mount::secret("/run/s", "token"))), |b| {
            assert_eq!(b.text("/m"), "400 0 0");
        }),
        case("secret_owned", &world.out(same, |e| e.mount(owned)), |b| assert_eq!(b.text("/m"), "440 5 6")),
        case("secret_optional", &world.out(absent, |e| e.mount(Mount::secret("/run/x", "none").optional())), |b| {
            assert_eq!(b.text("/x"), "absent");
        }),
        failing("secret_missing", &world.out("true", |e| e.mount(Mount::secret("/run/x", "none"))), "none"),
        case("secret_env", &world.out(env, tokens), |b| assert_eq!((b.text("/e"), b.text("/n")), ("same", "<>"))),
        case("ssh", &world.out(socket, |e| e.mount(Mount::ssh())), |b| {
            assert_eq!(b.text("/s"), "/run/buildkit/ssh_agent.0");
        }),
        case("ssh_at", &world.out(socket, |e| e.mount(Mount::ssh().dest("/agent").mode(0o666))), |b| {
            assert_eq!(b.text("/s"), "/agent");
        }),
        case(
            "ssh_optional",
            &world.out(absent, |e| e.mount(Mount::ssh().id("nobody").dest("/run/x").optional())),
            |b| assert_eq!(b.text("/x"), "absent"),
        ),
        failing("ssh_missing", &world.out("true", |e| e.mount(Mount::ssh().id("nobody"))), "nobody"),
    ]
}
