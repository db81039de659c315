//! Paths in a spec: existing paths are copied, and missing paths are reported in the words of `check`.

use slipway_tests::{Build, Folder, Project};

const SPEC: &str = r#"include: [./ci/base.yaml]
contexts: { conf: { path: ./conf }, file: { path: ./conf/api.toml } }
stages:
  gen: { from: "busybox:1.37", steps: [{ run: "mkdir -p /out/js && echo g >/out/js/a.js" }], output: /out }
  offline: { from: "busybox:1.37", network: none, steps: [{ run: "echo EAI_AGAIN >&2; exit 3" }] }
builds:
  site: { preset: static, source: ./site, inputs: { ./site/page: "./app/[slug]", ./site/js: "gen:/js" } }
  bad: { preset: static, source: ./site, inputs: { ./site/js: "gen:/nope" } }
images:
  good:
    build: site
    files:
      /conf: "conf:/"
      /api: "conf:/api.toml"
      /slug/: "./app/[slug]/page.tsx"
      /lib: "old:/opt/lib"
      /sql: { from: ./db, include: ["*.sql"] }
      /link: ./link
      /trail: ./conf/
      /file: "file:/api.toml"
  outside: { files: { /x: ./outside } }
  below: { files: { /x: ./conf/api.toml/y } }
  ignored: { files: { /x: ./ci/base.yaml } }
  bad: { build: bad }
"#;

#[test]
fn named_paths_are_copied_or_reported_before_anything_runs() {
    let project = Project::spec(SPEC)
        .with(".dockerignore", "ci\nlegacy\n")
        .with("ci/base.yaml", "stages: { old: { dockerfile: ./legacy/Dockerfile } }\n")
        .with("legacy/Dockerfile", "FROM busybox:1.37\nRUN mkdir -p /opt/lib && echo x >/opt/lib/x\n")
        .with("conf/api.toml", "")
        .with("site/index.html", "")
        .with("app/[slug]/page.tsx", "")
        .with("db/1.sql", "")
        .with("db/2.md", "");
    std::os::unix::fs::symlink("conf", project.file("link")).unwrap();
    std::os::unix::fs::symlink("../../../etc/hostname", project.file("outside")).unwrap();
    let (folder, _) = Folder::of(Build::of(&project).target("good"));
    let files = [
        "api",
        "conf/api.toml",
        "file",
        "lib/x",
        "link/api.toml",
        "slug/page.tsx",
        "sql/1.sql",
        "srv/www/index.html",
        "srv/www/js/a.js",
        "srv/www/page/page.tsx",
        "trail/api.toml",
    ];
    let mut found = folder.files();
    found.sort_unstable();
    assert_eq!(found, files);
    for (target, words) in [
        ("outside", "there is no `outside` in the context"),
        ("below", "`./conf/api.toml` is a file, not a folder"),
        ("ignored", "line 1 of `.dockerignore`, `ci`, excludes it"),
        ("bad", "\"/out/nope\": not found"),
        ("stage:offline", "offline-1.sh echo EAI_AGAIN"),
    ] {
        let outcome = Build::of(&project).target(target).fail();
        assert!(outcome.message.contains(words), "{target}: {}", outcome.message);
        if target == "stage:offline" {
            assert!(outcome.logs.contains("This step has no network"), "{}", outcome.logs);
            assert!(!outcome.logs.contains("certificate"), "{}", outcome.logs);
        }
    }
}
