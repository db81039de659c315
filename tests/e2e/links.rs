//! Symbolic links of images, on bases that they do not depend on and on bases that have something at their path.

use slipway_tests::{Build, Loaded, Project, alone, run, unique};

const SPEC: &str = r#"stages:
  house:
    from: busybox:1.37
    steps:
      - run: |
          mkdir -p /opt/old/sub && echo old >/opt/old/sub/x && echo old >/opt/tool
          mkdir -p /opt/real /srv/app && echo old >/opt/real/x && ln -s real /opt/through && ln -s /srv/app /opt/app
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
      /opt/through/app: { link: /opt/old/bin/app }
      /opt/through/etc/main.go: ./main.go
    folders: { /opt/through/box: { mode: "0700" } }
    volumes: [/opt/through/data]
    user: { name: shop, uid: 1001, home: /opt/through/home }
    entrypoint: [/opt/through/app]
"#;

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn links_lead_to_files_on_every_base_and_replace_what_is_at_their_path() {
        let _alone = alone();
        let project = Project::go(SPEC);
        let text = unique("linked");
        project.write(
            "main.go",
            &format!("package main\n\nimport \"fmt\"\n\nfunc main() {{ fmt.Println(\"{text}\") }}\n"),
        );
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
        assert_eq!(seen, "/opt/app/bin/app\napp\nbin\n0:0\n/srv/app/bin/app\n");
        // Nobody knows the links that a step makes before it runs. Everything goes through them, as with COPY.
        let script =
            "readlink /opt/through; cd /opt/real; stat -c '%n %a %u' x etc/main.go box data home; readlink app";
        let seen = run(["--entrypoint", "sh", &house.tag, "-c", script]);
        let paths = "x 644 0\netc/main.go 644 0\nbox 700 1001\ndata 755 1001\nhome 755 1001\n";
        assert_eq!(seen, format!("real\n{paths}/opt/old/bin/app\n"));
    }
}
