//! Symbolic links of images, on bases that they do not depend on and on bases that have something at their path.

use slipway_tests::{Build, Loaded, Project, alone, run, unique};

const SPEC: &str = r#"stages:
  house:
    from: busybox:1.37
    steps:
      - run: |
          mkdir -p /opt/old/sub && echo old >/opt/old/sub/x && echo old >/opt/tool
images:
  nothing:
    go: { main: ., destination: /opt/app/bin/app }
    runtime: scratch
    files:
      /usr/bin/: { link: /opt/app/bin/app }
      /short: { link: usr/bin/app }
    entrypoint: [/short]
  house:
    extends: nothing
    runtime: house
    files:
      /opt/tool: { link: /opt/app/bin/app }
      /opt/old: { link: app }
    entrypoint: [/opt/old/bin/app]
"#;

#[test]
fn links_lead_to_files_on_every_base_and_replace_what_is_at_their_path() {
    let _alone = alone();
    let project = Project::go(SPEC);
    let text = unique("linked");
    project.write("main.go", &format!("package main\n\nimport \"fmt\"\n\nfunc main() {{ fmt.Println(\"{text}\") }}\n"));
    let nothing = Loaded::new("nothing");
    let _ = Build::of(&project).target("nothing").args(nothing.arguments()).succeed();
    assert_eq!(run(["--read-only", &nothing.tag]), format!("{text}\n"));

    let house = Loaded::new("house");
    let built = Build::of(&project).target("house").args(house.arguments()).succeed();
    assert!(built.executed().iter().all(|name| !name.contains("go build")), "{:#?}", built.executed());
    assert_eq!(run([&house.tag]), format!("{text}\n"));
    let script = "readlink /opt/tool; readlink /opt/old; ls /opt/old; stat -c '%u:%g' /opt/tool; \
                  readlink -f /short";
    let seen = run(["--user", "0", "--entrypoint", "sh", &house.tag, "-c", script]);
    assert_eq!(seen, "/opt/app/bin/app\napp\nbin\n0:0\n/opt/app/bin/app\n");
}
