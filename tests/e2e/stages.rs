//! Stages: steps in the spec, and files that images and builds copy from them.

use slipway_tests::{Build, Folder, OciArchive, Project, alone, temporary_file, unique};

fn secret(project: &Project, id: &str, text: &str) -> [String; 2] {
    project.write(&format!("secrets/{id}"), text);
    ["--secret".to_owned(), format!("id={id},src={}", project.file(&format!("secrets/{id}")).display())]
}

#[test]
fn an_ssh_agent_and_a_cache_are_mounted_on_request() {
    let project = Project::spec(&format!(
        r#"stages:
  gen:
    from: busybox:1.37
    cache: [{{ target: /cache, id: "{}" }}]
    steps:
      - run: echo x >> /cache/count; wc -l < /cache/count > /count; test -S "$SSH_AUTH_SOCK"
        ssh: [default]
"#,
        unique("cache")
    ));
    // After one success, the step is cached, with or without the agent.
    project.replace("slipway.yaml", "echo x", &format!("echo {}", unique("x")));
    let without = Build::of(&project).target("stage:gen").fail();
    assert!(without.message.contains("ssh forward key default"), "{}", without.message);
    assert!(without.message.contains("   7 | >>>"), "{}", without.message);

    let socket = project.file("agent.sock");
    let _agent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let build = || Build::of(&project).target("stage:gen").args(["--ssh", &format!("default={}", socket.display())]);
    let (first, _) = Folder::of(build());
    assert_eq!(first.text("count").trim(), "1");
    project.replace("slipway.yaml", " >> /cache", "-again >> /cache");
    let (second, _) = Folder::of(build());
    assert_eq!(second.text("count").trim(), "2", "the cache outlives the step");
}

#[test]
fn an_image_takes_files_from_all_sources() {
    let project = Project::go(
        r#"contexts:
  assets: { path: ./assets }
  tools: { image: "busybox:1.37" }
stages:
  gen: { from: scratch, steps: [{ file: { path: /out/gen.txt, content: gen } }], output: /out }
builds:
  app: { preset: go, source: ., inputs: { ./text.txt: "gen:/gen.txt" } }
images:
  other: { runtime: scratch, files: { /other: ./conf/a.toml } }
  all:
    build: app
    runtime: busybox:1.37
    metadata: { title: All, version: "${VERSION:-1.2}" }
    files:
      /etc/app.toml: { from: ./conf/a.toml, mode: "0400", owner: "1001:1002" }
      /etc/conf/: ./conf/a.toml
      /conf: ./conf
      /gen: "gen:/"
      /from-build: "app:/"
      /other: "other:/other"
      /assets: "assets:/sub"
      /bin/ls2: "tools:/bin/ls"
    variants:
      shell: { entrypoint: [/bin/sh], env: { DEBUG: "1" }, files: { /debug.txt: ./conf/a.toml } }
"#
        .replace("version: \"${VERSION:-1.2}\"", "version: \"1.2\"")
        .as_str(),
    )
    .with(
        "main.go",
        "package main\n\nimport _ \"embed\"\n\n//go:embed text.txt\nvar text string\n\nfunc main() { println(text) }\n",
    )
    .with("conf/a.toml", &unique("a"))
    .with("conf/deep/b.toml", "b")
    .with("assets/sub/logo.svg", "<svg/>");
    let archive = temporary_file();
    let _ = Build::of(&project).target("all/shell").args(OciArchive::at(archive.path())).succeed();
    let image = OciArchive::read(archive.path()).images().remove(0);
    let file = |path: &str| {
        let found = image.layers.iter().flatten().rfind(|file| file.path == path);
        found.unwrap_or_else(|| panic!("no {path}"))
    };
    assert_eq!((file("etc/app.toml").mode & 0o7777, file("etc/app.toml").owner), (0o400, (1001, 1002)));
    for path in [
        "etc/conf/a.toml",
        "conf/a.toml",
        "conf/deep/b.toml",
        "gen/gen.txt",
        "other",
        "assets/logo.svg",
        "bin/ls2",
        "debug.txt",
        "from-build/app",
        "app",
    ] {
        assert_eq!(file(path).owner, (0, 0), "{path}");
    }
    assert_eq!(file("gen/gen.txt").contents, b"gen");
    assert_eq!(image.config["config"]["Entrypoint"], serde_json::json!(["/bin/sh"]));
    let annotation = |name: &str| image.annotations[format!("org.opencontainers.image.{name}")].as_str().unwrap_or("-");
    assert_eq!((annotation("title"), annotation("version")), ("All", "1.2"));
    assert!(slipway_tests::stand_in("busybox:1.37").contains(annotation("base.name")), "{}", image.annotations);
    assert!(annotation("base.digest").starts_with("sha256:"), "{}", image.annotations);
    assert_eq!(image.config["config"]["Labels"]["org.opencontainers.image.title"], "All");

    let history = image.config["history"].as_array().unwrap();
    let layers = history.iter().filter(|entry| entry["empty_layer"] != true).count();
    assert_eq!(layers, image.layers.len(), "history and layers do not match: {history:#?}");

    let (folder, _) = Folder::of(Build::of(&project).target("build:app"));
    assert_eq!(folder.files(), ["app"]);
}

#[test]
fn a_missing_file_is_reported_where_it_is_named() {
    let project = Project::spec("images:\n  app:\n    files:\n      /a: ./nothing/here\n");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("there is no `nothing/here` in the context"), "{}", outcome.message);
    assert!(outcome.message.contains("   5 | >>>       /a: ./nothing/here"), "{}", outcome.message);
    let unknown = Project::spec("images:\n  app:\n    files:\n      /a: { from: ./slipway.yaml, owner: app }\n");
    let outcome = Build::of(&unknown).fail();
    assert!(outcome.message.contains("slipway.yaml:5:42: there is no user `app`"), "{}", outcome.message);
    let stage = Project::spec(
        "stages:\n  gen:\n    from: busybox:1.37\n    steps:\n      - copy: { from: ./nothing, to: /x }\n      - run: echo said; exit 7\n",
    );
    let outcome = Build::of(&stage).target("stage:gen").fail();
    assert!(outcome.message.contains("   6 | >>>       - copy:"), "{}", outcome.message);
    stage.write("nothing", "");
    let outcome = Build::of(&stage).target("stage:gen").fail();
    assert!(outcome.message.contains("exit code: 7") && outcome.logs.contains("said"), "{}", outcome.message);
    assert!(outcome.message.contains("gen-2.sh echo said; exit 7"), "{}", outcome.message);
    assert!(!outcome.logs.contains("certificate"), "these were passed: {}", outcome.logs);
    assert!(outcome.message.contains("   7 | >>>       - run:"), "{}", outcome.message);
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn steps_run_in_order_and_leave_their_output() {
        let _alone = alone();
        let project = Project::spec(
            r#"args: { WHO: world }
stages:
  base:
    from: busybox:1.37
    workdir: /work
    env: { GREETING: hello }
    steps:
      - run: |
          echo "$GREETING ${WHO}" > greeting
          pwd > where
      - copy: { from: ./src, to: copied, exclude: ["*.md"] }
      - copy: { from: ./src/a.txt, to: single/, mode: "0600" }
      - file: { path: app.conf, content: "arch=${TARGETARCH}\n", mode: "0640" }
  gen:
    from: base
    env: { MORE: "1" }
    steps:
      - run: ip addr | grep -q eth0 && exit 1; cat ../work/greeting > /out/greeting
        workdir: /out
        network: none
        env: { MORE: "2" }
      - run: echo "$GREETING $MORE $(pwd)" >> /out/greeting; cp -r /work /out/
    output: /out
"#,
        )
        .with("src/a.txt", &unique("a"))
        .with("src/b.md", "")
        .with("src/deep/c.txt", "c");
        let (folder, outcome) = Folder::of(Build::of(&project).target("stage:gen"));
        assert_eq!(
            folder.files(),
            [
                "greeting",
                "work/app.conf",
                "work/copied/a.txt",
                "work/copied/deep/c.txt",
                "work/greeting",
                "work/single/a.txt",
                "work/where"
            ]
        );
        assert_eq!(folder.text("greeting"), "hello world\nhello 1 /work\n");
        assert_eq!(folder.text("work/where"), "/work\n");
        assert_eq!(folder.text("work/app.conf"), "arch=amd64\n");
        assert_eq!((folder.mode("work/single/a.txt"), folder.mode("work/app.conf")), (0o600, 0o640));
        assert_eq!(outcome.steps("[base 1/4] RUN echo").len(), 1);
        assert_eq!(outcome.steps("[base 3/4] COPY /src/a.txt /work/single/").len(), 1);

        project.write("src/b.md", "changed");
        let again = Build::of(&project).target("stage:gen").succeed();
        assert_eq!(again.executed(), [] as [&str; 0], "excluded files are not inputs");
        let other =
            Build::of(&project).target("stage:gen").args(["--build-arg", &format!("WHO={}", unique("who"))]).succeed();
        assert!(!other.is_cached("[base 1/4]"));
    }

    #[test]
    fn only_steps_that_request_secrets_get_them() {
        let _alone = alone();
        let (token, file) = (unique("token"), unique("file"));
        let project = Project::spec(
        r#"secrets:
  token: { env: TOKEN, revision: "1" }
  file: { target: /etc/secret.txt, required: false }
stages:
  gen:
    from: busybox:1.37
    steps:
      - run: |
          mkdir /out
          test "$TOKEN" = "$(cat /run/secrets/token 2>/dev/null || echo "$TOKEN")"
          echo "${#TOKEN} $(wc -c < /etc/secret.txt || echo none)" > /out/lengths
        secrets: [token, file]
      - run: echo "[${TOKEN:-}] $(ls /etc/secret.txt 2>&1 | wc -l)" > /out/later; cat /etc/secret.txt >> /out/later || true
    output: /out
"#
        .replace("${#TOKEN}", "$${#TOKEN}")
        .replace("${TOKEN:-}", "$${TOKEN:-}")
        // After one success, the step is cached, with or without the secret.
        .replace("mkdir /out", &format!("mkdir /out # {}", unique("run")))
        .as_str(),
    );
        let build = || Build::of(&project).target("stage:gen");
        let missing = build().fail();
        assert!(missing.message.contains("secret token: not found"), "{}", missing.message);
        assert!(missing.message.contains("  10 | >>>           mkdir /out"), "{}", missing.message);
        assert!(!missing.message.contains(">>>         secrets:"), "{}", missing.message);

        let given = [secret(&project, "token", &token), secret(&project, "file", &file)].concat();
        let (folder, _) = Folder::of(build().args(&given));
        assert_eq!(folder.text("lengths"), format!("{} {}\n", token.len(), file.len()));
        assert_eq!(folder.text("later").lines().next(), Some("[] 1"), "neither exists in another step");
        assert!(!folder.text("later").contains(&file));

        let other_value = secret(&project, "token", "rotated");
        let again = build().args(&other_value).succeed();
        assert!(again.is_cached("[gen 1/2]"), "neither the value of a secret nor its absence is part of a cache key");
        project.replace("slipway.yaml", r#"revision: "1""#, r#"revision: "2""#);
        let revised = build().args(&other_value).succeed();
        assert!(!revised.is_cached("[gen 1/2]"), "its revision is");
    }
}
