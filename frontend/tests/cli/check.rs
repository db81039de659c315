//! `slipway check`.

use std::os::unix::fs::symlink;

use super::{SHOP, SYNTAX, Shop};

/// A typo, and a finding of a rule.
fn wrong() -> Shop {
    Shop::new(
        SHOP.replace("description: Takes", "descriptoin: Takes")
            .replace("./cmd/worker }", "./cmd/worker, user: root }"),
    )
}

fn warned() -> Shop {
    Shop::new(SHOP.replace("./cmd/worker }", "./cmd/worker, user: root }"))
}

#[test]
fn a_file_without_fault_is_passed_over_in_silence() {
    let shop = Shop::new(SHOP);
    assert_eq!(shop.run(&["check"]).whole(), "exit status 0\n");
    assert_eq!(shop.run(&["check", "--strict"]).whole(), "exit status 0\n");
    let human = shop.run(&["check", "--format", "human"]);
    assert_eq!(human.whole(), "exit status 0\n--- stdout\nslipway.yaml: no problems found\n");
}

#[test]
fn an_error_ends_with_1() {
    insta::assert_snapshot!(wrong().run(&["check"]).whole());
}

#[test]
fn warnings_end_with_1_where_that_is_asked_for() {
    let shop = warned();
    insta::assert_snapshot!(shop.run(&["check"]).whole());
    assert_eq!(shop.run(&["check", "--strict"]).code, 1);
    assert_eq!(
        shop.run(&["check", "--target", "api", "--strict"]).stdout,
        shop.run(&["check", "--target", "api"]).stdout
    );
    let strict_file = Shop::new("# check=error=true\n".to_owned() + &shop.text("slipway.yaml"));
    assert_eq!(strict_file.run(&["check"]).code, 1);
    let skipped = Shop::new("# check=skip=RootUser\n".to_owned() + &shop.text("slipway.yaml"));
    assert_eq!(skipped.run(&["check", "--strict"]).whole(), "exit status 0\n");
}

#[test]
fn findings_come_in_every_format() {
    let shop = warned();
    for format in ["human", "plain", "json", "sarif", "github"] {
        let said = shop.run(&["check", "--format", format, "--strict"]);
        assert_eq!((said.code, said.stderr.as_str()), (1, ""), "{format}");
        if format == "sarif" {
            // It also contains the documentation of every rule.
            let mut report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
            let index = report["runs"][0]["results"][0].as_object_mut().unwrap().remove("ruleIndex").unwrap();
            let rule = &report["runs"][0]["tool"]["driver"]["rules"][index.as_u64().unwrap() as usize];
            assert_eq!(rule["id"], "RootUser");
            insta::assert_snapshot!("check_sarif", format!("{:#}", report["runs"][0]["results"]));
            assert_eq!(report["runs"][0]["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
        } else {
            insta::assert_snapshot!(format!("check_{format}"), said.stdout);
        }
    }
    assert_eq!(shop.run(&["check", "--format", "terminal"]).stdout, shop.run(&["check", "--format", "human"]).stdout);
}

#[test]
fn color_is_used_where_it_is_wanted() {
    let shop = warned();
    let has_color = |arguments: &[&str], vars: &[(&str, &str)]| {
        let mut command = shop.command(&[&["check", "--format", "human"], arguments].concat());
        let output = command.envs(vars.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("\u{1b}[")
    };
    assert!(!has_color(&[], &[]));
    assert!(has_color(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(has_color(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!has_color(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn the_file_may_come_from_anywhere() {
    let shop = wrong();
    let from_stdin = shop.run_with_stdin(&["check", "-f", "-"], shop.text("slipway.yaml").as_bytes());
    assert_eq!(from_stdin.code, 1);
    assert!(from_stdin.stdout.starts_with("<stdin>:10:5: error: unknown key `descriptoin`"), "{}", from_stdin.stdout);
    shop.write("deploy/other.yaml", "# syntax=ghcr.io/acme/slipway:1\nimages: { api: { go: ./cmd/api } }\n");
    assert_eq!(shop.run(&["check", "-f", "deploy/other.yaml"]).whole(), "exit status 0\n");
    // Another folder has neither the package nor a module.
    let elsewhere = shop.run(&["check", "-f", "deploy/other.yaml", "deploy"]);
    assert!(
        elsewhere.stdout.starts_with("deploy/other.yaml:2:22: error: there is no folder `cmd/api` in the context"),
        "{}",
        elsewhere.stdout
    );
    let missing = shop.run(&["check", "deploy"]);
    assert_eq!(
        missing.whole(),
        "exit status 2\n--- stderr\nerror: there is no file `deploy/slipway.yaml`; name the Slipway file with `-f`\n"
    );
}

#[test]
fn the_project_counts_as_the_build_sees_it() {
    let shop = Shop::new(SHOP);
    shop.write("slipway.yaml.dockerignore", "go.mod\n");
    assert_eq!(shop.run(&["check"]).code, 1);
    shop.write(".dockerignore", "go.mod\n");
    shop.write("slipway.yaml.dockerignore", "*\n!go.*\n!cmd\n");
    assert_eq!(shop.run(&["check"]).code, 0, "{}", shop.run(&["check"]).whole());
    shop.write("slipway.yaml.dockerignore", "[\n");
    insta::assert_snapshot!(shop.run(&["check"]).whole());
}

#[test]
fn includes_are_read_from_the_folder_and_nowhere_else() {
    let shop = Shop::new(SHOP.replace("version: 1", "version: 1\ninclude: [./platform/base.yaml]"));
    let missing = shop.run(&["check"]);
    assert!(
        missing.stdout.starts_with("slipway.yaml:3:11: error: there is no file `platform/base.yaml` in the context"),
        "{}",
        missing.stdout
    );
    shop.write("platform/base.yaml", "defaults: { usr: '1001' }\n");
    let wrong = shop.run(&["check"]);
    assert!(wrong.stdout.starts_with("platform/base.yaml:1:13: error: unknown key `usr`"), "{}", wrong.stdout);
    shop.write("platform/base.yaml", "defaults: { user: '1001' }\n");
    assert_eq!(shop.run(&["check"]).whole(), "exit status 0\n");
    std::fs::remove_file(shop.path().join("platform/base.yaml")).unwrap();
    symlink("/etc/hostname", shop.path().join("platform/base.yaml")).unwrap();
    assert_eq!(shop.run(&["check"]).stdout, missing.stdout);
    let git = "include: [{ git: https://example.com/base.git, checksum: 0123456789abcdef0123456789abcdef01234567, path: base.yaml }]";
    let git = Shop::new(SHOP.replace("version: 1", &format!("version: 1\n{git}")));
    insta::assert_snapshot!(git.run(&["check"]).whole());
}

#[test]
fn hostile_files_are_refused_in_words() {
    let refused = |bytes: &[u8], words: &str| {
        let said = Shop::new(bytes).run(&["check"]);
        assert_eq!(said.code, 1, "{words}");
        assert!(said.stdout.starts_with("slipway.yaml:") && said.stdout.contains(words), "{words}: {}", said.stdout);
    };
    refused(b"", "this file is empty");
    refused(b"\xff\xfei\0", "UTF-16");
    refused(b"images: \xc3(", "not UTF-8");
    refused(b"images:\n\tapi: 1\n", "not valid YAML");
    refused(&vec![b'#'; 5 << 20], "at most 4194304");
    let shop = Shop::new(SHOP);
    std::fs::File::options().write(true).open(shop.path().join("slipway.yaml")).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(
        shop.run(&["check"]).whole(),
        "exit status 2\n--- stderr\nerror: `slipway.yaml` is larger than 16 MiB, so it is not read\n"
    );
}

#[test]
fn arguments_come_from_options_and_from_the_environment() {
    let shop = Shop::new(
        "# syntax=ghcr.io/acme/slipway:1\nargs: { LEVEL: { default: a, enum: [a, b] } }\nimages: { api: { go: ./cmd/api, env: { L: '${LEVEL}' } } }\n",
    );
    assert_eq!(shop.run(&["check", "--build-arg", "LEVEL=b"]).whole(), "exit status 0\n");
    insta::assert_snapshot!(shop.run(&["check", "--build-arg", "LEVEL=c"]).whole());
    insta::assert_snapshot!(shop.run(&["check", "--build-arg", "LEVL=b"]).whole());
    let from_environment = shop.command(&["check", "--build-arg", "LEVEL"]).env("LEVEL", "c").output().unwrap();
    assert_eq!(from_environment.status.code(), Some(1));
    assert_eq!(shop.run(&["check", "--build-arg", "LEVEL"]).code, 0);
}

/// The findings with a word, for an option that names parts of a file.
fn found_in_parts(word: &str, option: &str, value: &str) -> Vec<String> {
    let shop = Shop::new(
        "# syntax=ghcr.io/acme/slipway:1\nstages: { tools: { from: debian, steps: [{ run: make }] } }\n\
         images: { api: { go: ./cmd/api, files: { /t: \"tools:/t\" } } }\n",
    );
    let said = shop.run(&["check", option, value]);
    said.stdout.lines().filter(|line| line.contains(word)).map(str::to_owned).collect()
}

#[test]
fn named_contexts_replace_parts_of_the_file_and_images() {
    let warned =
        |name: &str| found_in_parts("--build-context", "--build-context", &format!("{name}=docker-image://x:1"));
    for used in ["tools", "api", "debian", "golang:1.9", "ghcr.io/acme/slipway"] {
        assert_eq!(warned(used), [] as [&str; 0], "{used}");
    }
    let message = "`--build-context tool=…` replaces nothing in this file";
    assert!(warned("tool")[0].ends_with(&format!("{message}; did you mean `tools`?")), "{:?}", warned("tool"));
}

#[test]
fn parts_of_an_sbom_are_parts_of_the_file() {
    let warned = |names: &str| found_in_parts("SBOM", "--build-arg", &format!("BUILDKIT_SBOM_SCAN_STAGE={names}"));
    for used in ["", "true", "0", "tools", "stage:Tools,api"] {
        assert_eq!(warned(used), [] as [&str; 0], "{used}");
    }
    let message = "`BUILDKIT_SBOM_SCAN_STAGE` names `tool`, which is no part of this file; did you mean `tools`?";
    assert!(warned("api,stage:tool")[0].ends_with(message), "{:?}", warned("api,stage:tool"));
}

#[test]
fn platforms_and_targets_narrow_what_is_looked_at() {
    let shop = Shop::new(SHOP);
    insta::assert_snapshot!(shop.run(&["check", "--target", "apy"]).whole());
    assert_eq!(shop.run(&["check", "--platform", "linux/amd64,linux/arm64"]).code, 0);
    insta::assert_snapshot!(shop.run(&["check", "--target", "api", "--platform", "linux/amd64/x/y"]).whole());
}

/// Other images may be invalid.
#[test]
fn a_target_is_checked_alone() {
    let shop = Shop::new(
        "\
# syntax=ghcr.io/acme/slipway:1
args: { UNUSED: x }
contexts: { proto: { git: \"https://github.com/acme/proto.git\", ref: main } }
stages:
  gen: { from: alpine, steps: [{ run: make }], output: /out }
  lone: { from: \"busybox:latest\", steps: [{ run: \"true\" }] }
builds:
  base: { preset: go, source: ./nowhere }
images:
  api: { go: ./cmd/api, files: { /gen: \"gen:/\" } }
  worker: { go: ./cmd/worker, user: root, files: { /proto: \"proto:/\" } }
  broken: { build: base, files: { /x: ./nope } }
",
    );
    let lines = |target: &str| {
        let said = shop.run(&["check", "--target", target]);
        let rules = said.stdout.lines().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "));
        format!("{} {}", said.code, rules.collect::<Vec<_>>().join(", "))
    };
    assert_eq!(lines("api"), "0 slipway.yaml:5:16: warning");
    assert_eq!(lines("worker"), "0 slipway.yaml:3:69: warning, slipway.yaml:11:37: warning");
    assert_eq!(lines("broken"), "1 slipway.yaml:8:31: error");
    assert_eq!(lines("stage:lone"), "0 slipway.yaml:6:17: warning");
    let all = shop.run(&["check"]).stdout;
    for rule in ["UnusedArg", "UnusedStage", "RootUser", "UnpinnedGit", "FloatingTag", "nowhere"] {
        assert!(all.contains(rule), "{rule}: {all}");
    }
    assert_eq!(lines("lone"), lines("stage:lone"));
    let said = shop.run(&["check", "--target", "lonely"]);
    assert!(said.stdout.ends_with("did you mean `stage:lone`?\n"), "{}", said.whole());
}

/// Files that describe a build are read as a client sends them: the ignore file only excludes files of the context.
#[test]
fn ignore_files_hide_no_part_of_the_description() {
    let shop = Shop::new(
        "\
# syntax=ghcr.io/acme/slipway:1
include: [./ci/base.yaml]
stages: { old: { dockerfile: ./ci/Dockerfile } }
images:
  api: { build: { from: go-service, main: ./cmd/api }, files: { /etc/old: \"old:/etc\" } }
",
    );
    shop.write("ci/base.yaml", "builds:\n  go-service: { preset: go }\n  node-service: { preset: node }\n");
    shop.write("ci/Dockerfile", "FROM busybox:1.37\n");
    shop.write(".dockerignore", "ci\nslipway.yaml\n.dockerignore\n");
    assert_eq!(shop.run(&["check", "--strict"]).whole(), "exit status 0\n");
    // A build that only serves as a base is not listed as a target, but can be named.
    assert_eq!(
        shop.run(&["targets"]).stdout,
        "TARGET          DESCRIPTION\napi (default)   go image of the build go-service\nstage:old       stage of a Dockerfile\n"
    );
    assert_eq!(shop.run(&["plan", "--target", "build:go-service"]).code, 1);
    assert_eq!(shop.run(&["bake"]).code, 0);
    shop.write(
        "slipway.yaml",
        "# syntax=ghcr.io/acme/slipway:1\nimages: { a: { files: { /x: ./ci/base.yaml, /y: ./cmd } } }\n",
    );
    assert_eq!(
        shop.run(&["check"]).whole(),
        "exit status 1\n--- stdout\nslipway.yaml:2:29: error: `ci/base.yaml` is not in the context: line 1 of `.dockerignore`, `ci`, excludes it; delete that line, or add `!ci/base.yaml` below it\n"
    );
}

/// An image from a runtime is valid if it changes how the runtime runs.
#[test]
fn an_image_may_be_a_runtime_and_what_is_put_into_it() {
    for image in [
        "{ runtime: slim, packages: [curl], entrypoint: [curl] }",
        "{ runtime: \"debian:13\", packages: [curl] }",
        "{ runtime: \"nginx:1.29\", env: { A: b } }",
        "{ runtime: \"busybox:1.37\", cmd: [httpd, -f] }",
        "{ files: { /x: ./go.mod } }",
    ] {
        let said = Shop::new(format!("{SYNTAX}images: {{ a: {image} }}\n")).run(&["check"]);
        assert_eq!(said.code, 0, "{image}: {}", said.whole());
    }
    for (image, help) in [
        ("{ runtime: slim }", "add `build: NAME`"),
        ("{ runtime: slim, env: { A: b } }", "add `build: NAME`"),
        ("{ packages: [curl] }", "as in `runtime: slim`"),
        ("{ env: { A: b } }", "add `build: NAME`"),
    ] {
        let said = Shop::new(format!("{SYNTAX}images: {{ a: {image} }}\n")).run(&["check"]);
        assert!(said.code == 1 && said.stdout.contains("is empty"), "{image}: {}", said.whole());
        assert!(said.stdout.contains(help), "{image}: {}", said.whole());
    }
}

/// Without the line, a build does not even start.
#[test]
fn an_engine_has_to_find_the_frontend() {
    let images = "images:\n  api: { go: ./cmd/api }\n";
    let check = |text: &str| Shop::new(text).run(&["check"]);
    for head in ["", "# A shop.\n\n", "# yaml-language-server: $schema=x\n", "---\n"] {
        let bare = check(&format!("{head}{images}"));
        assert_eq!(
            bare.whole(),
            "exit status 1\n--- stdout\nslipway.yaml:1:1: error: no `# syntax=` line names the frontend, so Docker treats the file as a Dockerfile; \
             make `# syntax=ghcr.io/acme/slipway:1` the first line of the file; or build with `--build-arg BUILDKIT_SYNTAX=…` [SyntaxLineMissing]\n"
        );
        if !head.is_empty() {
            let number = head.lines().count() + 1;
            let late = check(&format!("{head}# syntax=acme/slipway:2\n{images}"));
            let start = format!("slipway.yaml:{number}:10: error: this `# syntax=` line is not recognized");
            assert!(late.code == 1 && late.stdout.starts_with(&start), "{}", late.whole());
            assert!(
                late.stdout.contains("(ends here at 1:1); make `# syntax=acme/slipway:2` the first"),
                "{}",
                late.whole()
            );
        }
    }
    assert_eq!(check(&format!("# check=skip=RootUser\n{SYNTAX}{images}")).whole(), "exit status 0\n");
    let other = check(&format!("# syntax=docker/dockerfile:1\n{images}"));
    assert!(
        other.stdout.contains("slipway.yaml:1:10: error: the frontend `docker/dockerfile:1` reads"),
        "{}",
        other.whole()
    );
    // The command line may name the frontend, and included files need no line.
    let shop = Shop::new(images);
    let named = ["check", "--strict", "--build-arg", "BUILDKIT_SYNTAX=ghcr.io/acme/slipway:1"];
    assert_eq!(shop.run(&named).whole(), "exit status 0\n");
    assert_eq!(shop.run(&["check", "--target", "api"]).code, 1);
    let shared = check("builds: { go-service: { preset: go } }\n");
    assert!(!shared.stdout.contains("SyntaxLineMissing"), "{}", shared.whole());
    assert_eq!(check(&format!("# check=skip=SyntaxLineMissing\n{images}")).whole(), "exit status 0\n");
}
