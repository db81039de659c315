//! Cache mounts: one engine can serve many users with separate caches.

use slipway_tests::{Build, Folder, Project, alone, unique};

/// Tests that need the engine exclusively, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn a_namespace_has_its_own_caches() {
        // While other builds run, the engine can find a cache mount in use that is not, and make a new one.
        let _alone = alone();
        let project = Project::spec(&format!(
            "args: {{ RUN: '0' }}\nstages:\n  gen:\n    from: busybox:1.37\n    cache: [{{ target: /cache, id: {} }}]\n    steps:\n      - run: mkdir /out; echo \"${{RUN}}\" >> /cache/runs; cp /cache/runs /out/\n    output: /out\n",
            unique("cache")
        ));
        let runs = |run: &str, namespace: Option<&str>| {
            let mut build = Build::of(&project).target("stage:gen").args(["--build-arg", &format!("RUN={run}")]);
            if let Some(namespace) = namespace {
                build = build.args(["--build-arg", &format!("BUILDKIT_CACHE_MOUNT_NS={namespace}")]);
            }
            let (folder, outcome) = Folder::of(build);
            assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);
            folder.text("runs").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(runs("1", None), "1");
        assert_eq!(runs("2", Some("one")), "2");
        assert_eq!(runs("3", Some("two")), "3");
        assert_eq!(runs("4", Some("one")), "2 4");
        assert_eq!(runs("5", None), "1 5");
    }
}
