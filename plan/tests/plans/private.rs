//! Private hosts: what each language's dependency step gets, and all errors. The effect of the lines is tested
//! separately.

use crate::support::{Memory, go_project, make, print, refusal, request};
use slipway_plan::{MountKind, Run, StepKind};

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

const HOSTS: &str = "private: [{ host: git.acme.com/*, secret: git }, { host: github.com/acme, ssh: default }, { host: git.acme.com, secret: git }]";

/// The steps with logins for [`HOSTS`], with their scripts.
fn steps(project: &Memory, preset: &str) -> Vec<(String, Run, String)> {
    let spec = format!(
        "secrets: {{ git: {{ env: TOKEN, revision: '7', required: false }} }}\nimages: {{ app: {{ {preset}, {HOSTS} }} }} }}"
    );
    let plan = make(project, &spec, None, "linux/amd64", &request()).unwrap();
    let has_login = |run: &Run| run.mounts.iter().any(|mount| mount.target == "/run/slipway-login");
    plan.steps
        .iter()
        .filter_map(|(_, step)| match &step.kind {
            StepKind::Run(run) if has_login(run) => {
                let text = run.mounts.iter().find_map(|mount| match &mount.kind {
                    MountKind::Script { text } if mount.target.ends_with(".sh") => Some(text.clone()),
                    _ => None,
                });
                Some((step.name.clone(), run.clone(), text.unwrap()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn the_dependency_step_of_every_language_can_log_in() {
    let lock = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n";
    let cargo = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let pom = "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version></project>";
    let node = |lockfile: &'static str| {
        let manifest = "{\"name\":\"web\",\"scripts\":{\"build\":\"x\"},\"dependencies\":{\"a\":\"1\"}}";
        project(&[("package.json", manifest), (".nvmrc", "22"), (lockfile, "")])
    };
    let cases = [
        ("go: { main: ./cmd/api", go_project(), "go mod download"),
        ("node: { scripts: [build], output: [dist]", node("package-lock.json"), "npm ci"),
        ("node: { scripts: [build], output: [dist]", node("pnpm-lock.yaml"), "pnpm install"),
        ("node: { scripts: [build], output: [dist]", node("bun.lock"), "bun install"),
        (
            "python: { python: '3.13'",
            project(&[("requirements.txt", "a==1\n"), ("app.py", "")]),
            "python3 -m pip --python",
        ),
        (
            "rust: { rust: '1'",
            project(&[("Cargo.toml", cargo), ("Cargo.lock", lock), ("src/main.rs", "")]),
            "cargo fetch",
        ),
        ("java: { java: 21", project(&[("pom.xml", pom)]), "mvn"),
        ("java: { java: 21", project(&[("build.gradle", "")]), "slipwayResolve"),
    ];
    for (preset, project, command) in cases {
        let found = steps(&project, preset);
        assert!(!found.is_empty(), "{preset}");
        for (name, run, script) in found {
            let (login, installs) = (script.find("Logins to private").unwrap(), script.rfind(command));
            assert!(installs.is_none_or(|installs| login < installs), "{name}: {script}");
            assert!(script.contains("# revision of the secret git: 7"), "{name}: {script}");
            let kinds: Vec<_> = run.mounts.iter().map(|mount| (mount.target.as_str(), &mount.kind)).collect();
            let secret = MountKind::Secret { id: "git".into(), required: false };
            assert_eq!(kinds.iter().filter(|(_, kind)| **kind == secret).count(), 1, "{name}: {kinds:?}");
            assert!(
                kinds.contains(&("/run/slipway-ssh/default", &MountKind::Ssh { id: "default".into(), required: true })),
                "{name}"
            );
            assert!(kinds.contains(&("/run/slipway-login", &MountKind::Tmpfs)), "{name}: {kinds:?}");
            assert!(run.secret_env.is_empty() && run.env.iter().all(|(variable, _)| variable != "NETRC"), "{name}");
        }
        assert!(steps(&project, preset).iter().any(|(_, _, script)| script.contains(command)), "{preset}: {command}");
    }
}

#[test]
fn go_also_gets_hosts_without_a_login() {
    let spec =
        "images: { api: { go: { main: ./cmd/api, private: ['*.corp.example.com', 'http://git.acme.com:8080/x'] } } }";
    let text = print(&make(&go_project(), spec, None, "linux/amd64", &request()).unwrap());
    assert!(text.contains("env GOPRIVATE=*.corp.example.com,git.acme.com:8080/x\n"), "{text}");
    assert!(text.contains("env GOINSECURE=git.acme.com:8080/x\n"), "{text}");
    assert!(!text.contains("slipway-login"), "{text}");
}

#[test]
fn invalid_hosts_are_rejected_with_help() {
    let go = |private: &str| {
        let spec = format!(
            "secrets: {{ a: {{}}, b: {{}} }}\nimages: {{ api: {{ go: {{ main: ./cmd/api, private: [{private}] }} }} }}"
        );
        refusal(&go_project(), &spec)
    };
    let python = project(&[("requirements.txt", "a==1\n"), ("app.py", "")]);
    let cases = [
        ("an address", go("'https://github.com/acme'")),
        ("a login in it", go("'me:word@github.com'")),
        ("nothing", go("''")),
        ("a pattern with a login", go("{ host: '*.acme.com', secret: a }")),
        ("a scope with a login", go("{ host: '@acme/x', secret: a }")),
        ("a port that is none", go("{ host: 'git.acme.com:99999', ssh: default }")),
        ("two logins", go("{ host: github.com/a, secret: a }, { host: github.com/b, secret: b }")),
        ("two agents", go("{ host: github.com/a, ssh: default }, { host: github.com/b, ssh: other }")),
        ("an agent that is a path", go("{ host: github.com, ssh: ../x }")),
        ("no login", refusal(&python, "images: { api: { python: { python: '3.13', private: [pypi.acme.com] } } }")),
    ];
    let text: String = cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect();
    insta::assert_snapshot!(text);
}
