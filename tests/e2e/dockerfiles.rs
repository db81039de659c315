//! Stages of existing Dockerfiles.

use std::process::Command;

use slipway_tests::{Build, Folder, Loaded, Project, Repository, alone, ask, contexts, output, run, unique};

/// A spec that uses a stage of a Dockerfile.
fn project(dockerfile: &str) -> Project {
    Project::spec(
        r#"args: { GREETING: "" }
stages:
  legacy:
    dockerfile: ./legacy/Dockerfile
    target: builder
    output: /opt
    args: { GREETING: "${GREETING:-hello}" }
  more: { from: legacy, steps: [{ run: cat /opt/lib/text > /opt/more }], output: /opt }
images:
  app:
    files:
      /usr/lib/legacy: "legacy:/lib"
      /more: "more:/more"
"#,
    )
    .with("legacy/Dockerfile", dockerfile)
    .with("legacy/text", &unique("text"))
    .with("elsewhere", "")
    .with(".dockerignore", "**/Dockerfile\n")
}

const DOCKERFILE: &str = "# syntax=127.0.0.1:1/no/such:frontend
FROM busybox:1.37 AS builder
ARG GREETING=hello
COPY legacy/text /opt/lib/text
RUN echo $GREETING >> /opt/lib/text
FROM builder
RUN exit 1
";

const OWN: &str = r#"args: { VERSION: "1" }
secrets: { token: { target: /token } }
stages:
  worker:
    dockerfile: ./worker/Dockerfile
    context: ./worker
    args: { VERSION: "${VERSION}" }
    target: prod
    secrets: [token]
images:
  worker: { runtime: worker, files: { /more: ./elsewhere }, env: { MORE: "1" } }
"#;

const WORKER: &str = "FROM swapped AS build
ARG VERSION=none
ARG OTHER=none
COPY . /app
RUN --mount=type=secret,id=token echo $VERSION $OTHER $(ls /app) > /app/seen
FROM build AS prod
ENV WORKER=yes
WORKDIR /app
USER 1234
LABEL kind=worker
ENTRYPOINT [\"sh\", \"-c\"]
CMD [\"cat seen; echo $WORKER $MORE $(id -u 2>/dev/null)\"]
FROM prod
RUN exit 1
";

#[test]
fn its_errors_show_the_dockerfile_and_the_stage() {
    for (from, to, line, words) in [
        ("RUN echo", "RUN exit 3; echo", "   5 | >>> RUN exit 3", "exit code: 3"),
        ("COPY legacy", "CPOY legacy", "   4 | >>> CPOY", "unknown instruction: CPOY"),
        ("COPY legacy/text", "COPY legacy/txet", "   4 | >>> COPY", "\"/legacy/txet\": not found"),
    ] {
        let outcome = Build::of(&project(&DOCKERFILE.replace(from, to))).fail();
        assert!(outcome.message.contains(line), "{line}: {}", outcome.message);
        assert!(outcome.message.contains(words), "{words}: {}", outcome.message);
        assert!(outcome.message.contains("   4 | >>>   legacy:"), "{}", outcome.message);
    }
    let project = project(DOCKERFILE);
    project.replace("slipway.yaml", "target: builder", "target: bilder");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("bilder"), "{}", outcome.message);
    assert!(outcome.message.contains("   4 | >>>   legacy:"), "{}", outcome.message);
    project.replace("slipway.yaml", "./legacy/Dockerfile", "./legacy/Dokerfile");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("there is no file `legacy/Dokerfile` in the context"), "{}", outcome.message);
}

#[test]
fn contexts_of_the_command_line_are_those_of_the_dockerfile() {
    let _share = Project::empty();
    let project = Project::spec(
        "contexts: { mine: { path: ./shared } }\nstages: { legacy: { dockerfile: ./Dockerfile, output: /opt } }\n\
         images: { app: { files: { /x: \"legacy:/\" } } }\n",
    )
    .with("Dockerfile", CONTEXTS)
    .with("shared/a", &unique("a"))
    .with("shared/ignored", "")
    .with("shared/.dockerignore", "ignored\n.dockerignore\n")
    .with("other/Dockerfile", "FROM scratch\nCOPY c /\n")
    .with("other/c", &unique("c"));
    let repository = Repository::with(&[("sub/b", &unique("b"))]);
    let layout = project.file("layout").display().to_string();
    let mut command = Command::new("docker");
    command.args(["buildx", "build", "--quiet", "--provenance", "false", "--output"]);
    command.arg(format!("type=oci,tar=false,dest={layout}")).arg(project.file("other"));
    assert!(output(&mut command).status.success());
    let given = [
        format!("shared={}", project.file("shared").display()),
        format!("repo={}#v1:sub", repository.url),
        format!("layout=oci-layout://{layout}"),
    ];
    let build = || Build::of(&project).args(given.iter().flat_map(|given| ["--build-context", given]));
    let (folder, _) = Folder::of(build());
    assert_eq!(folder.files(), ["x/a", "x/b", "x/c"]);

    project.replace("Dockerfile", "--from=shared", "--from=mine");
    let outcome = build().fail();
    assert!(outcome.message.contains("`mine` of the spec is not known in `Dockerfile`"), "{}", outcome.message);
    assert!(outcome.message.contains("   3 | >>> stages"), "{}", outcome.message);
    assert!(outcome.message.contains("   2 | >>> COPY --from=mine"), "{}", outcome.message);
}

const CONTEXTS: &str = "FROM busybox:1.37
COPY --from=shared / /opt/
COPY --from=repo /b /opt/b
RUN --mount=from=layout,target=/l cp /l/c /opt/c
";

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn a_stage_is_built_as_in_docker() {
        let _alone = alone();
        let project = project(DOCKERFILE);
        let (folder, outcome) = Folder::of(Build::of(&project));
        assert_eq!(folder.files(), ["more", "usr/lib/legacy/text"]);
        assert!(folder.text("usr/lib/legacy/text").ends_with("hello\n"));
        assert_eq!(folder.text("more"), folder.text("usr/lib/legacy/text"));
        assert!(!outcome.is_cached("[builder 2/3] RUN echo hello"));
        let (status, said) = ask(&project, &["--check"]);
        assert!(status == 0 || !said.contains("Dockerfile"), "{said}");

        project.write("elsewhere", "changed");
        let again = Build::of(&project).succeed();
        assert_eq!(again.executed(), [] as [&str; 0]);
        let (other, _) = Folder::of(Build::of(&project).args(["--build-arg", "GREETING=bye"]));
        assert!(other.text("more").ends_with("bye\n"));
        let fresh = Build::of(&project).args(["--no-cache-filter", "legacy"]).succeed();
        assert!(!fresh.is_cached("[builder 2/3] RUN echo hello"));
    }

    #[test]
    fn a_context_arguments_and_secrets_of_its_own_and_a_config_that_comes_along() {
        let _alone = alone();
        let version = unique("v");
        let project = Project::spec(&OWN.replace("VERSION: \"1\"", &format!("VERSION: {version}")))
            .with("worker/Dockerfile", WORKER)
            .with("worker/.dockerignore", "*.tmp\nDockerfile\n")
            .with("worker/a.rb", "")
            .with("worker/b.tmp", "")
            .with("elsewhere", "");
        let image = Loaded::new("worker");
        let busybox =
            contexts().into_iter().find_map(|given| Some(given.split_once("busybox:1.37=")?.1.to_owned())).unwrap();
        let build = || {
            let given = format!("swapped={busybox}");
            Build::of(&project).args(image.arguments()).args(["--build-context", &given, "--label", "kind=shop"])
        };
        let _ = build().args(["--build-arg", "OTHER=leaked"]).succeed();
        let said = run([&image.tag]);
        assert!(said.starts_with(&format!("{version} none a.rb\nyes 1")), "{said}");
        let config = &image.inspect()["Config"];
        assert_eq!((config["User"].as_str(), config["WorkingDir"].as_str()), (Some("1234"), Some("/app")));
        project.write("elsewhere", "changed");
        let again = build().succeed();
        assert!(again.executed().iter().all(|name| !name.contains("RUN")), "{:#?}", again.executed());

        project.replace("slipway.yaml", "    secrets: [token]\n", "");
        let refused = build().fail();
        assert!(
            refused.message.contains("uses the secret `token`, which this stage does not list"),
            "{}",
            refused.message
        );
    }
}
