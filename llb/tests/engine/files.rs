//! File actions.

use buildkit_llb::{
    file::{Mode, Timestamp, Wildcards},
    prelude::*,
};

use super::{Case, World, case, failing};

pub(crate) fn all(world: &World) -> Vec<Case> {
    let mut all = copies(world);
    all.extend(owners(world));
    all.extend(made(world));
    all
}

fn on_scratch() -> FileOp {
    FileOp::on(&Output::scratch())
}

fn copies(world: &World) -> Vec<Case> {
    let copied = |src: &str, dest: &str, options: fn(Copy) -> Copy| {
        on_scratch().copy(options(Copy::new(&world.context, src, dest))).into_output()
    };
    let tar = world.out("mkdir /p && echo packed > /p/f && tar -C /p -cf /out/a.tar f", |e| e);
    let unpacked = on_scratch().copy(Copy::new(&tar, "/a.tar", "/").unpack()).into_output();
    let way = on_scratch().mkdir(Mkdir::new("/a.txt")).mkfile(Mkfile::new("/a.txt/x", "")).into_output();
    let over = |options: fn(Copy) -> Copy| {
        FileOp::on(&way).copy(options(Copy::new(&world.context, "/", "/").contents_only())).into_output()
    };
    let timed = |copy: Copy| copy.timestamp(Timestamp::from_unix_seconds(1_600_000_000));
    vec![
        case("copy_file", &copied("/a.txt", "/x", |c| c), |b| assert_eq!(b.text("/x"), "a")),
        case("copy_into", &copied("/a.txt", "/x/", Copy::create_dest_path), |b| assert_eq!(b.text("/x/a.txt"), "a")),
        case("copy_contents", &copied("/dir", "/x", Copy::contents_only), |b| {
            assert_eq!(b.paths(), ["/x", "/x/c.txt", "/x/deep", "/x/deep/d.txt"]);
        }),
        case("copy_directory_itself", &copied("/dir", "/", |c| c), |b| assert!(b.has("/dir/c.txt"))),
        failing("copy_without_parent", &copied("/a.txt", "/no/such/x", |c| c), "no such file"),
        case("copy_include", &copied("/", "/", |c| c.include(["**/*.txt"]).exclude(["dir/deep"])), |b| {
            assert_eq!(b.paths(), ["/a.txt", "/dir", "/dir/c.txt"]);
        }),
        case("copy_required", &copied("/", "/", |c| c.include(["*.txt"]).require_paths(["/a.txt"])), |b| {
            assert_eq!(b.paths(), ["/a.txt"]);
        }),
        failing(
            "copy_required_missing",
            &copied("/", "/", |c| c.include(["*.txt", "no.md"]).require_paths(["/no.md"])),
            "no.md",
        ),
        case("copy_wildcard", &copied("/*.txt", "/", |c| c.wildcards(Wildcards::MustMatch)), |b| {
            assert_eq!(b.paths(), ["/a.txt"]);
        }),
        failing("copy_wildcard_must_match", &copied("/*.no", "/", |c| c.wildcards(Wildcards::MustMatch)), "no"),
        case(
            "copy_wildcard_may_match_nothing",
            &copied("/*.no", "/", |c| c.wildcards(Wildcards::MayMatchNothing)),
            |b| {
                assert!(b.paths().is_empty());
            },
        ),
        case("copy_like_dockerfile", &copied("/dir", "/p/q", Copy::like_dockerfile), |b| assert!(b.has("/p/q/c.txt"))),
        case("copy_mode", &copied("/run.sh", "/x", |c| c.mode(0o751)), |b| assert_eq!(b.mode("/x"), "file 0751 0:0")),
        case("copy_mode_symbolic", &copied("/run.sh", "/x", |c| c.mode(Mode::Symbolic("u=rx,go=".into()))), |b| {
            assert_eq!(b.mode("/x"), "file 0500 0:0");
        }),
        case("copy_timestamp", &copied("/a.txt", "/x", timed), |b| {
            assert_eq!(b.file("/x")["modTime"], 1_600_000_000_000_000_000_u64);
        }),
        case("copy_unpack", &unpacked, |b| assert_eq!(b.text("/f"), "packed")),
        failing("copy_in_the_way", &over(|c| c), "a.txt"),
        case("copy_replace", &over(Copy::replace_existing), |b| assert_eq!(b.text("/a.txt"), "a")),
    ]
}

fn owners(world: &World) -> Vec<Case> {
    let names = on_scratch()
        .mkdir(Mkdir::new("/etc"))
        .mkfile(Mkfile::new("/etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:123:456::/:/bin/sh\n"))
        .mkfile(Mkfile::new("/etc/group", "root:x:0:\nstaff:x:789:\n"))
        .into_output();
    let copy = |owner: Owner| Copy::new(&world.context, "/a.txt", "/x").owner(owner);
    let on = |base: &Output, owner: Owner| FileOp::on(base).copy(copy(owner)).into_output();
    let made = FileOp::on(&names)
        .mkfile(Mkfile::new("/f", "").owner(Owner::parse("app")))
        .mkdir(Mkdir::new("/d").owner(Owner::ids(3, 4)))
        .symlink(Symlink::new("f", "/l").owner(Owner::parse("app:5")))
        .into_output();
    vec![
        case("owner_ids", &on(&Output::scratch(), Owner::ids(11, 22)), |b| assert_eq!(b.mode("/x"), "file 0644 11:22")),
        case("owner_uid_alone", &on(&Output::scratch(), Owner::parse("11")), |b| {
            assert_eq!(b.mode("/x"), "file 0644 11:11");
        }),
        case("owner_names", &on(&names, Owner::parse("app:staff")), |b| assert_eq!(b.mode("/x"), "file 0644 123:789")),
        case("owner_name_alone", &on(&names, Owner::parse("app")), |b| assert_eq!(b.mode("/x"), "file 0644 123:456")),
        case("owner_names_within", &on(&Output::scratch(), Owner::parse("app:staff").within(&names)), |b| {
            assert_eq!((b.mode("/x").as_str(), b.paths()), ("file 0644 123:789", vec!["/x"]));
        }),
        failing("owner_names_in_nothing", &on(&Output::scratch(), Owner::parse("app")), "invalid user index"),
        case("owner_of_made", &made, |b| {
            assert_eq!(b.mode("/f"), "file 0644 123:456");
            assert_eq!(b.mode("/d"), "dir 0755 3:4");
            assert!(b.mode("/l").ends_with("123:5"));
        }),
    ]
}

fn made(world: &World) -> Vec<Case> {
    let time = Timestamp::from_unix_seconds(1_500_000_000);
    let made = on_scratch()
        .mkdir(Mkdir::new("/p/q").mode(0o700).parents().timestamp(time))
        .mkfile(Mkfile::new("/p/f", "text").mode(0o640).timestamp(time))
        .symlink(Symlink::new("../p/f", "/p/l").timestamp(time))
        .into_output();
    let files = ["/a.log", "/b.log", "/c"].iter().fold(on_scratch(), |op, path| op.mkfile(Mkfile::new(path, "")));
    let removed = files.clone().rm(Rm::new("/*.log").wildcard()).rm(Rm::new("/none").missing_ok()).into_output();
    let inner = FileOp::on(&world.context).mkfile(Mkfile::new("/dir/made", "inner")).rm(Rm::new("/dir/c.txt"));
    let nested =
        on_scratch().mkdir(Mkdir::new("/x")).copy(Copy::new(inner, "/dir", "/x").contents_only()).into_output();
    let open = on_scratch().mkdir(Mkdir::new("/w").mode(0o777)).mkfile(Mkfile::new("/f", "").mode(0o666)).into_output();
    let opened =
        on_scratch().copy(Copy::new(on_scratch().mkdir(Mkdir::new("/w")), "/", "/x").mode(0o777)).into_output();
    vec![
        case("made", &made, |b| {
            assert_eq!(
                (b.mode("/p/q"), b.mode("/p/f"), b.text("/p/f")),
                ("dir 0700 0:0".into(), "file 0640 0:0".into(), "text")
            );
            assert_eq!(b.file("/p/l")["link"], "../p/f");
            for path in ["/p/q", "/p/f", "/p/l"] {
                assert_eq!(b.file(path)["modTime"], 1_500_000_000_000_000_000_u64, "{path}");
            }
        }),
        // Docker's daemon applies its umask to created files (issue 3602 of BuildKit); buildkitd has none. Copies are
        // exact.
        case("mkdir_open_to_all", &open, |b| {
            assert!(["dir 0777 0:0", "dir 0755 0:0"].contains(&b.mode("/w").as_str()), "{}", b.mode("/w"));
            assert!(["file 0666 0:0", "file 0644 0:0"].contains(&b.mode("/f").as_str()), "{}", b.mode("/f"));
        }),
        case("copy_opens_to_all", &opened, |b| {
            assert_eq!((b.mode("/x"), b.mode("/x/w")), ("dir 0777 0:0".into(), "dir 0777 0:0".into()));
        }),
        case("removed", &removed, |b| assert_eq!(b.paths(), ["/c"])),
        failing("remove_missing", &files.rm(Rm::new("/none")).into_output(), "none"),
        failing("mkfile_without_parent", &on_scratch().mkfile(Mkfile::new("/no/x", "")).into_output(), "no such file"),
        case("copy_from_chain", &nested, |b| {
            assert_eq!(b.paths(), ["/x", "/x/deep", "/x/deep/d.txt", "/x/made"]);
        }),
    ]
}
