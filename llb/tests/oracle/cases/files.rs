use buildkit_llb::{
    file::{Mode, Timestamp, Wildcards},
    prelude::*,
};

use super::execs::{alpine, busybox, context};

fn on_alpine() -> FileOp {
    FileOp::on(&alpine())
}

fn on_scratch() -> FileOp {
    FileOp::on(&Output::scratch())
}

pub(crate) fn all() -> Vec<(&'static str, Output)> {
    [copies(), files(), combined()].concat()
}

fn copies() -> Vec<(&'static str, Output)> {
    let copied = |src: &str, dest: &str, options: fn(Copy) -> Copy| {
        on_alpine().copy(options(Copy::new(context(), src, dest))).into_output()
    };
    let ab = |options: fn(Copy) -> Copy| copied("/a", "/b", options);
    let owned = |owner: Owner| on_alpine().copy(Copy::new(context(), "/a", "/b").owner(owner)).into_output();
    vec![
        ("copy_plain", ab(|copy| copy)),
        ("copy_into", copied("/a", "/b/", |copy| copy)),
        ("copy_into_dot", copied("a/../c", "b/.", |copy| copy)),
        ("copy_root", copied("/", "/", |copy| copy)),
        ("copy_like_dockerfile", copied("*.txt", "/b", Copy::like_dockerfile)),
        ("copy_wildcard", copied("*.txt", "/b", |copy| copy.wildcards(Wildcards::MustMatch))),
        ("copy_unpack", copied("/a.tar", "/b", Copy::unpack)),
        ("copy_replace", ab(Copy::replace_existing)),
        ("copy_include_exclude", ab(|copy| copy.include(["**/*.go", "x"]).exclude(["y"]))),
        ("copy_required", ab(|copy| copy.include(["x"]).require_paths(["x/y"]))),
        ("copy_mode", ab(|copy| copy.mode(0o644))),
        ("copy_mode_zero", ab(|copy| copy.mode(0))),
        ("copy_mode_symbolic", ab(|copy| copy.mode(Mode::Symbolic("u=rwX,go=rX".into())))),
        ("copy_owner_ids", owned(Owner::ids(1000, 0))),
        ("copy_owner_uid", owned(Owner::parse("1000"))),
        ("copy_owner_names", owned(Owner::parse("app:staff"))),
        ("copy_owner_root", owned(Owner::parse("root:"))),
        ("copy_owner_mixed", owned(Owner::parse("app:7").within(&alpine()))),
        ("copy_timestamp", ab(|copy| copy.timestamp(Timestamp::from_unix_nanoseconds(1_700_000_000_000_000_005)))),
        ("copy_epoch", ab(|copy| copy.timestamp(Timestamp::from_unix_seconds(0)))),
    ]
}

fn files() -> Vec<(&'static str, Output)> {
    let time = Timestamp::from_unix_seconds(1_700_000_000);
    let mkfile_all = Mkfile::new("/a", [0, 255]).mode(0o4755).owner(Owner::parse("app")).timestamp(time);
    let mkdir_all = Mkdir::new("/a/b").mode(0o700).parents().owner(Owner::ids(1, 2)).timestamp(time);
    let symlink_all = Symlink::new("x", "/a").owner(Owner::parse("0:0")).timestamp(time);
    let chain = on_alpine().mkdir(Mkdir::new("/a")).mkfile(Mkfile::new("/a/b", "x")).rm(Rm::new("/etc/x"));
    let chain = chain.symlink(Symlink::new("b", "/a/c")).copy(Copy::new(context(), "/src", "/a/"));
    let to_a = |from: &Output| Copy::new(from, "/x", "/a/");
    let twice = FileOp::on(&busybox()).copy(Copy::new(context(), "/a", "/b"));
    let inner = FileOp::on(&busybox()).mkdir(Mkdir::new("/d")).mkfile(Mkfile::new("/d/f", "y"));
    let inner_copy = on_scratch().copy(Copy::new(context(), "/a", "/b").owner(Owner::parse("app")));
    let in_busybox =
        |from: &Output, src: &str, dest: &str| FileOp::on(&busybox()).copy(Copy::new(from, src, dest)).into_output();
    vec![
        ("file_mkfile", on_scratch().mkfile(Mkfile::new("/a", "hello\n")).into_output()),
        ("file_mkfile_empty", on_alpine().mkfile(Mkfile::new("a/../b", "").mode(0o400)).into_output()),
        ("file_mkfile_all", on_alpine().mkfile(mkfile_all).into_output()),
        ("file_mkdir", on_scratch().mkdir(Mkdir::new("/a")).into_output()),
        ("file_mkdir_all", on_alpine().mkdir(mkdir_all).into_output()),
        ("file_rm", on_alpine().rm(Rm::new("/a")).into_output()),
        ("file_rm_all", on_alpine().rm(Rm::new("/a*").missing_ok().wildcard()).into_output()),
        ("file_symlink", on_alpine().symlink(Symlink::new("../x", "/a")).into_output()),
        ("file_symlink_all", on_alpine().symlink(symlink_all).into_output()),
        ("file_chain", chain.copy(Copy::new(busybox(), "/bin", "/a/")).into_output()),
        (
            "file_chain_on_scratch",
            on_scratch().mkdir(Mkdir::new("/a")).copy(to_a(&busybox())).copy(to_a(&context())).into_output(),
        ),
        ("file_copy_same_twice", twice.copy(Copy::new(context(), "/c", "/d")).into_output()),
        ("file_copy_from_itself", in_busybox(&busybox(), "/a", "/b")),
        ("file_copy_from_scratch", in_busybox(&Output::scratch(), "/", "/")),
        (
            "file_copy_from_chain",
            on_alpine().mkdir(Mkdir::new("/x")).copy(Copy::new(inner, "/d", "/e")).rm(Rm::new("/x")).into_output(),
        ),
        (
            "file_copy_from_chain_of_copies",
            on_alpine().copy(Copy::new(inner_copy, "/b", "/c")).copy(Copy::new(context(), "/q", "/r")).into_output(),
        ),
        ("file_constraints", on_alpine().mkdir(Mkdir::new("/a")).constraints(["x"]).into_output()),
    ]
}

fn combined() -> Vec<(&'static str, Output)> {
    let scratch = Output::scratch();
    let arm = Image::new("alpine").platform(Platform::LINUX_ARM64).into_output();
    let [first, second] = Passthrough::new("two").after([busybox()]).pass_through([&alpine(), &context()]);
    let [alone] = Passthrough::new("id").after([busybox(), context()]).pass_through([&alpine()]);
    let changed = Exec::new("x").root(&alpine()).run();
    let build = || Build::new(&busybox()).platform(Platform::LINUX_AMD64);
    vec![
        ("merge_two", merge([alpine(), busybox()])),
        ("merge_many", merge([alpine(), busybox(), scratch.clone(), context(), busybox()])),
        ("merge_one", merge([scratch.clone(), busybox()])),
        ("merge_platform", Exec::new("x").root(&merge([arm, busybox()])).run()),
        ("diff", Diff::new(&alpine(), &changed).into_output()),
        ("diff_same", Diff::new(&alpine(), &alpine()).into_output()),
        ("diff_to_scratch", Diff::new(&alpine(), &scratch).into_output()),
        ("diff_from_scratch", Diff::new(&scratch, &alpine()).into_output()),
        ("passthrough", alone),
        ("passthrough_outputs", merge([second, first])),
        ("build", build().into_output()),
        ("build_filename", build().filename("app.pb").into_output()),
    ]
}
