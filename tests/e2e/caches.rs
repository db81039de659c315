//! Cache mounts: one engine can serve many users with separate caches.

use slipway_tests::{Build, Folder, Project, unique};

#[test]
fn a_namespace_has_its_own_caches() {
    let project = Project::spec(&format!(
        "args: {{ RUN: '0' }}\nstages:\n  gen:\n    from: busybox:1.37\n    cache: [{{ target: /cache, id: {} }}]\n    steps:\n      - run: mkdir /out; echo \"${{RUN}}\" >> /cache/runs; cp /cache/runs /out/\n    output: /out\n",
        unique("cache")
    ));
    // The id of a cache is not part of what BuildKit knows a step by, so a second run of this test needs other commands.
    let this = unique("run");
    let runs = |run: &str, namespace: Option<&str>| {
        let mut build = Build::of(&project).target("stage:gen").args(["--build-arg", &format!("RUN={this}.{run}")]);
        if let Some(namespace) = namespace {
            build = build.args(["--build-arg", &format!("BUILDKIT_CACHE_MOUNT_NS={namespace}")]);
        }
        let (folder, outcome) = Folder::of(build);
        assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
        folder.text("runs").replace(&format!("{this}."), "").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(runs("1", None), "1");
    assert_eq!(runs("2", Some("one")), "2");
    assert_eq!(runs("3", Some("two")), "3");
    assert_eq!(runs("4", Some("one")), "2 4");
    assert_eq!(runs("5", None), "1 5");
}
