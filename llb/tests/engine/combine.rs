//! Merge, diff, passthrough and build, with their fallbacks.

use buildkit_llb::{Cap, Caps, prelude::*};

use super::{Case, World, case, failing};

pub(crate) fn all(world: &World, caps: &Caps) -> Vec<Case> {
    let scratch = Output::scratch();
    let file = |path: &str, text: &str| FileOp::on(&scratch).mkfile(Mkfile::new(path, text)).into_output();
    let merged = merge([file("/a", "lower"), file("/b", "b"), file("/a", "upper")]);
    let copied = merged.adapted_to(&caps.clone().without(Cap::MergeOp)).unwrap();
    let both = |b: &super::Built| assert_eq!((b.text("/a"), b.text("/b"), b.paths().len()), ("upper", "b", 2));

    let base = FileOp::on(&file("/old", "old")).mkfile(Mkfile::new("/gone", "")).into_output();
    let changed = FileOp::on(&base).mkfile(Mkfile::new("/new", "new")).rm(Rm::new("/gone")).into_output();
    let difference = Diff::new(&base, &changed).into_output();
    let on_other = merge([&file("/gone", ""), &file("/other", ""), &difference]);

    let checked = |script: &str| {
        let check = Exec::shell(script).root(&world.base).env("SALT", &world.salt).run();
        let [checked] = Passthrough::new("check").after([check]).pass_through([&file("/a", "checked")]);
        // Current engines do not support passthrough; newer ones are made to use the fallback as well.
        checked.adapted_to(&caps.clone().without(Cap::PassthroughOp)).unwrap()
    };
    let log = format!("llb-passthrough-{}", world.salt);
    let step = |script: &str, on: &Output| {
        Exec::shell(script).root(on).env("SALT", &world.salt).mount(Mount::cache("/c", &log))
    };
    // Without the order, the second step would look a second before the first one writes.
    let slow = step("sleep 1; echo slow > /c/log", &world.base).run();
    let [ready, beside] = Passthrough::new("order").after([&slow]).pass_through([&world.base, &file("/b", "beside")]);
    let (_, [after]) = step("cp /c/log /out/log", &ready).run_keeping([KeptMount::new("/out", &scratch)]);
    let broken = Exec::shell("exit 9").root(&world.base).env("SALT", &world.salt).run();
    let [refused] = Passthrough::new("refused").after([broken]).pass_through([&file("/a", "refused")]);

    let definition = file("/made-by", "a definition").marshal().encode();
    let written = FileOp::on(&scratch).mkfile(Mkfile::new("/app.pb", definition)).into_output();
    let built = Build::new(&written).filename("app.pb").into_output();
    vec![
        case("merge", &merged, both),
        case("merge_by_copies", &copied, both),
        case("diff", &difference, |b| assert_eq!((b.text("/new"), b.has("/old")), ("new", false))),
        case("diff_over_another", &on_other, |b| {
            assert_eq!((b.text("/new"), b.has("/other"), b.has("/gone")), ("new", true, false));
        }),
        case("passthrough_by_copy", &checked("true"), |b| assert_eq!((b.text("/a"), b.paths().len()), ("checked", 1))),
        failing("passthrough_requires", &checked("exit 9"), "exit code: 9"),
        case("passthrough_order", &after, |b| assert_eq!(b.text("/log"), "slow")).needs(Cap::PassthroughOp),
        case("passthrough_second", &beside, |b| assert_eq!((b.text("/b"), b.paths().len()), ("beside", 1)))
            .needs(Cap::PassthroughOp),
        case("passthrough_base", &ready, |b| assert!(b.has("/bin") && !b.has("/b"))).needs(Cap::PassthroughOp),
        failing("passthrough_failed", &refused, "exit code: 9").needs(Cap::PassthroughOp),
        case("build", &built, |b| assert_eq!(b.text("/made-by"), "a definition")),
    ]
}
