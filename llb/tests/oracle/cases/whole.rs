use buildkit_llb::{ExportCache, Membership, ProgressGroup, prelude::*};

use super::execs::{alpine, busybox, context};

fn said(say: impl FnOnce(FileOp) -> FileOp) -> Output {
    say(FileOp::on(&alpine()).mkdir(Mkdir::new("/a"))).into_output()
}

fn group(id: &str, name: &str, membership: Membership) -> ProgressGroup {
    ProgressGroup { id: id.into(), name: name.into(), membership }
}

fn service(number: usize, base: &Output, runtime: &Output) -> Output {
    let name = format!("svc{number}");
    let narrowed = Copy::new(context(), format!("/{name}"), "/").contents_only();
    let source = FileOp::on(&Output::scratch()).copy(narrowed).into_output();
    let go = |root: &Output| Exec::new("go").root(root).cwd("/src").mount(Mount::bind("/src", &source));
    let dependencies = go(base).args(["mod", "download"]).run();
    let (_, [out]) = go(&dependencies)
        .args(["build", "-o", &format!("/out/{name}")])
        .mount(Mount::cache("/root/.cache", "go"))
        .name(format!("build {name}"))
        .run_keeping([KeptMount::new("/out", &Output::scratch())]);
    let layer = FileOp::on(&Output::scratch()).copy(Copy::new(&out, format!("/{name}"), "/app")).into_output();
    merge([runtime, &layer])
}

pub(crate) fn all() -> Vec<(&'static str, Output)> {
    [annotated(), located(), graphs()].concat()
}

fn annotated() -> Vec<(&'static str, Output)> {
    let everything = Annotations::new()
        .name("n")
        .ignore_cache()
        .export_cache(ExportCache::Always)
        .progress_group(group("i", "n", Membership::Weak))
        .constraints(["r"]);
    vec![
        ("said_name", said(|op| op.name("[internal] x"))),
        ("said_description", said(|op| op.description("b", "2").description("a", "1").description("c", ""))),
        ("said_ignore_cache", said(FileOp::ignore_cache)),
        ("said_export_cache", said(|op| op.export_cache(ExportCache::Always))),
        ("said_no_export_cache", said(|op| op.export_cache(ExportCache::Never))),
        ("said_group", said(|op| op.progress_group(group("id", "name", Membership::Full)))),
        ("said_weak_group", said(|op| op.progress_group(group("id", "name", Membership::Weak)))),
        ("said_everything", said(|op| op.annotate(&everything))),
        (
            "said_twice",
            merge([
                busybox(),
                said(|op| op.name("first").ignore_cache()),
                said(|op| op.name("second").progress_group(group("i", "n", Membership::Full))),
            ]),
        ),
    ]
}

fn located() -> Vec<(&'static str, Output)> {
    let file = SourceFile::new("build.yaml", "YAML", "a: 1\nb: 2\n");
    let equal = SourceFile::new("build.yaml", "YAML", "a: 1\nb: 2\n");
    let other = SourceFile::new("other.yaml", "YAML", "");
    let loaded = SourceFile::new("build.yaml", "YAML", "x").loaded_by(context().marshal());
    let image = || Image::new("alpine").platform(Platform::LINUX_AMD64);
    let two = other.at_all([Range::line(1), Range::lines(3, 4)]);
    let exec = Exec::new("x").root(&image().location(file.at(Range::line(1))).into_output());
    vec![
        ("said_location", said(|op| op.location(file.at(Range::lines(1, 2))))),
        ("said_two_locations", said(|op| op.location(file.at(Range::line(1))).location(two))),
        (
            "said_locations_in_equal_files",
            exec.location(equal.at(Range::line(2))).location(other.at(Range::line(1))).run(),
        ),
        ("said_location_with_definition", image().location(loaded.at(Range::line(1))).into_output()),
    ]
}

fn graphs() -> Vec<(&'static str, Output)> {
    let [a, b, c] = ["a", "b", "c"].map(|program| Exec::new(program).root(&alpine()));
    let (a, b) = (a.run(), b.run());
    let base = Image::new("golang:1.24").platform(Platform::LINUX_AMD64).into_output();
    let runtime = Image::new("gcr.io/distroless/static").platform(Platform::LINUX_AMD64).into_output();
    let deep = (0..60).fold(alpine(), |below, number| {
        FileOp::on(&below).mkfile(Mkfile::new(format!("/{number}"), "x")).into_output()
    });
    vec![
        ("graph_scratch", Output::scratch()),
        ("graph_diamond", c.mount(Mount::bind("/a", &a)).mount(Mount::bind("/b", &b)).run()),
        ("graph_deep", deep),
        ("graph_services", merge((0..12).map(|number| service(number, &base, &runtime)))),
    ]
}
