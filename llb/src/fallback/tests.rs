use super::*;
use crate::{Resources, exec::Device, prelude::*};

const COMMIT: &str = "73ed6825c4b7569379ef89df0aedcdbe64473d31";

fn base() -> Output {
    Image::new("alpine").into_output()
}

fn other() -> Output {
    FileOp::on(&Output::scratch()).mkfile(Mkfile::new("/x", "")).into_output()
}

fn adapted(output: &Output, missing: &[Cap]) -> Output {
    let caps = missing.iter().fold(Caps::all(), |caps, cap| caps.without(*cap));
    let adapted = output.adapted_to(&caps).unwrap();
    assert_eq!(caps.first_missing(&adapted.marshal().required_caps()), None);
    adapted
}

fn tree(output: &Output) -> String {
    output.marshal().to_tree()
}

#[test]
fn supported_ops_stay_unchanged() {
    let graph = Merge::new([base(), other()]).name("n").into_output();
    let same = graph.adapted_to(&Caps::all()).unwrap();
    assert_eq!(same.marshal().encode(), graph.marshal().encode());
}

#[test]
fn a_merge_becomes_copies_and_its_users_are_updated() {
    let merged = Merge::new([base(), other(), base()]).name("image").into_output();
    let user = Exec::new("x").root(&merged).run();
    let copied = adapted(&user, &[Cap::MergeOp]);
    assert!(tree(&copied).contains("  image ("), "{}", tree(&copied));
    let json = copied.marshal().to_json_lines();
    assert!(!json.contains("\"merge\"") && json.matches("\"copy\"").count() == 2, "{json}");
    // With an engine that does not support replacing copies either, plain ones are used.
    adapted(&user, &[Cap::MergeOp, Cap::FileCopyAlwaysReplace]);
}

#[test]
fn a_passthrough_becomes_a_copy_of_nothing() {
    let [a, b] = Passthrough::new("p").after([Exec::new("lint").root(&base()).run()]).pass_through([&base(), &other()]);
    let both = adapted(&merge([a, b]), &[Cap::PassthroughOp]);
    let definition = both.marshal();
    assert!(definition.to_json_lines().contains("allowEmptyWildcard"));
    assert!(tree(&both).contains("lint"));
    assert!(!definition.required_caps().contains(Cap::PassthroughOp));
}

#[test]
fn pins_are_part_of_identifiers() {
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let image = Image::new("alpine:3").checksum(digest).into_output();
    let pinned = Image::new(format!("alpine:3@{digest}")).into_output();
    assert_eq!(adapted(&image, &[Cap::SourceImageChecksum]), pinned);

    let git = |reference: &str| Git::new("https://h/p.git").reference(reference).subdir("d");
    let checked = git("main").checksum(COMMIT).into_output();
    assert_eq!(adapted(&checked, &[Cap::SourceGitChecksum]), git(COMMIT).into_output());
    let short = git("main").checksum("73ed682").into_output();
    assert!(short.adapted_to(&Caps::all().without(Cap::SourceGitChecksum)).is_err());
}

#[test]
fn limits_and_hints_are_omitted() {
    let plain = || Exec::new("x").root(&base());
    let limited = plain()
        .resources(Resources { memory: Some(1), ..Resources::default() })
        .cgroup_parent("/x")
        .device(Device { name: "v/c=n".into(), optional: true })
        .run();
    let missing = [Cap::ExecMetaLinuxResources, Cap::ExecMetaCgroupParent, Cap::ExecMetaCdi];
    assert_eq!(adapted(&limited, &missing).marshal().encode(), plain().run().marshal().encode());
    let sized = plain().mount(Mount::tmpfs("/t").size(5)).run();
    assert_eq!(adapted(&sized, &[Cap::ExecMountTmpfsSize]), plain().mount(Mount::tmpfs("/t")).run());
}

#[test]
fn a_path_is_set_if_the_engine_sets_none() {
    let run = |env: Option<&str>| match env {
        Some(path) => Exec::new("x").root(&base()).env("PATH", path).run(),
        None => Exec::new("x").root(&base()).run(),
    };
    let none = [Cap::ExecMetaSetsDefaultPath];
    let default = PATH.strip_prefix("PATH=");
    assert_eq!(adapted(&run(None), &none), run(default));
    assert_eq!(adapted(&run(Some("/x")), &none), run(Some("/x")));
}

#[test]
fn an_error_names_op_feature_and_release() {
    let diff = Diff::new(&base(), &other()).name("changes").into_output();
    let error = diff.adapted_to(&Caps::all().without(Cap::DiffOp)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "changes: the engine cannot do this: Diff ops (diffop); it needs BuildKit v0.10 or later"
    );
    let disabled = buildkit_proto::apicaps::ApiCap {
        id: "diffop".into(),
        disabled_reason_msg: "only with containerd".into(),
        ..Default::default()
    };
    let engine = Caps::from_list(&[disabled]);
    let error = Diff::new(&base(), &base()).into_output().adapted_to(&engine).unwrap_err();
    assert_eq!(error.capability, "source.image");
    let copy = Copy::new(other(), "/x", "/y").mode(crate::file::Mode::Symbolic("a+x".into()));
    let symbolic = FileOp::on(&Output::scratch()).copy(copy).into_output();
    let error = symbolic.adapted_to(&Caps::all().without(Cap::ExecValidExitCode)).unwrap_err();
    assert_eq!((error.capability.as_str(), error.since), ("file.copy.modestring", Some("0.17")));
}

#[test]
fn files_are_picked_before_a_copy_without_patterns() {
    let named = Owner::parse("app").within(&base());
    let graph = FileOp::on(&base())
        .mkdir(Mkdir::new("/app"))
        .copy(Copy::new(other(), "/x", "/app/x").include(["*.go"]).owner(named))
        .copy(Copy::new(other(), "/", "/all"))
        .copy(Copy::new(other(), "/x", "/app/y").include(["*.go"]))
        .copy(Copy::new(base(), "/etc", "/app/etc").exclude(["*.conf"]))
        .into_output();
    let caps = Caps::all().without(Cap::FileCopyIncludeExclude);
    assert_eq!(graph.adapted_to(&caps).unwrap_err().since, Some("0.9"));
    let picker = |pick: &Pick<'_>| {
        let words = [pick.include, pick.exclude].concat();
        let exec = Exec::new("pick").args([pick.path]).args(words).root(&base()).mount(Mount::bind("/in", pick.from));
        let (_, [picked]) = exec.run_keeping([KeptMount::new("/out", &Output::scratch())]);
        picked
    };
    let adapted = graph.adapted_with(&caps, Some(&picker)).unwrap();
    assert_eq!(caps.first_missing(&adapted.marshal().required_caps()), None);
    let json = adapted.marshal().to_json_lines();
    let count = |words: &str| json.matches(words).count();
    assert_eq!(count(r#""args":["pick","/x","*.go"]"#), 1, "once for two copies: {json}");
    assert_eq!(count(r#""args":["pick","/etc","*.conf"]"#), 1, "{json}");
    // Inputs 2 and 3 are new, and results of earlier actions have the numbers from 4.
    for action in [
        r#""owner":{"user":{"User":{"byName":{"name":"app"}}}},"src":"/x","timestamp":-1}},"input":4,"output":-1,"secondaryInput":2"#,
        r#""src":"/","timestamp":-1}},"input":5,"output":-1,"secondaryInput":1"#,
        r#""src":"/x","timestamp":-1}},"input":6,"output":-1,"secondaryInput":2"#,
        r#""src":"/etc","timestamp":-1}},"input":7,"output":0,"secondaryInput":3"#,
    ] {
        assert!(json.contains(action), "{action}\n{json}");
    }
}

#[test]
fn a_very_deep_graph_is_adapted_without_recursion() {
    let deep = (0..50_000)
        .fold(merge([base(), other()]), |below, _| FileOp::on(&below).rm(Rm::new("/x").missing_ok()).into_output());
    let adapted = adapted(&deep, &[Cap::MergeOp]);
    assert_eq!(adapted.marshal().ops().len(), deep.marshal().ops().len());
}
