//! Files of bake and Compose, with the keys that they share with the command line.

use std::process::Command;

use serde_json::{Map, Value, json};
use slipway_tests::{Build, Folder, Loaded, OciArchive, Project, Repository, SYNTAX, contexts, output, unique};

/// The named contexts of the tests.
fn stand_ins() -> Map<String, Value> {
    let contexts = contexts();
    let named = contexts.iter().filter(|word| *word != "--build-context").filter_map(|word| word.split_once('='));
    named.map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// Images with a file that a step writes about its options.
fn project() -> Project {
    Project::spec(&format!(
        "args: {{ WHO: nobody }}\nsecrets: {{ token: {{}} }}\nstages:\n  gen:\n    from: busybox:1.37\n    output: /out\n    \
         steps:\n      - run: |\n          : {}\n          mkdir /out\n          (echo ${{WHO}}; cat /etc/hosts; ulimit -n; \
         df -k /dev/shm; cat /run/secrets/token) >/out/seen\n        secrets: [token]\n\
         images: {{ one: {{ files: {{ /seen: \"gen:/seen\" }} }}, two: {{ files: {{ /seen: \"gen:/seen\" }} }} }}\n",
        unique("mark")
    ))
}

/// Runs `docker` in a project; returns whether it succeeded, and what it printed.
fn run(project: &Project, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new("docker");
    command.args(arguments).current_dir(project.path()).env("TOKEN", "t0ken").env("BUILDX_BAKE_ENTITLEMENTS_FS", "0");
    let done = output(&mut command);
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done.status.success(), said)
}

/// What the step saw.
fn assert_seen(seen: &str, who: &str) {
    for words in [[who, ""], ["1.2.3.4", "named"], ["1000", ""], ["32768", "/dev/shm"], ["t0ken", ""]] {
        assert!(seen.lines().any(|line| words.iter().all(|word| line.contains(word))), "{words:?} is not in\n{seen}");
    }
}

#[test]
fn a_bake_file_passes_what_its_keys_say() {
    let project = project();
    let bake = json!({
        "group": { "default": { "targets": ["app"] } },
        "target": {
            "base": {
                "context": ".", "dockerfile": "slipway.yaml", "contexts": stand_ins(), "platforms": ["linux/amd64"],
                "args": { "WHO": "bake" }, "labels": { "x.y": "label" }, "annotations": ["manifest:a.b=annotation"],
                "extra-hosts": { "named": "1.2.3.4" }, "ulimits": ["nofile=1000:2000"], "shm-size": "32m",
                "secret": ["id=token,env=TOKEN"], "network": "default", "pull": true, "attest": ["type=provenance,disabled=true"],
            },
            "app": {
                "inherits": ["base"], "matrix": { "image": ["one", "two"] }, "name": "app-${image}", "target": "${image}",
                "output": ["type=oci,compression=uncompressed,dest=${image}.tar"],
                "no-cache-filter": ["gen"], "tags": ["shop/${image}:1"],
                "cache-from": ["type=local,src=cache-${image}"], "cache-to": ["type=local,dest=cache-${image}"],
            },
        },
    });
    project.write("bake.json", &bake.to_string());
    let seen = |name: &str| {
        assert!(project.file(&format!("cache-{name}/index.json")).is_file());
        let archive = OciArchive::read(&project.file(&format!("{name}.tar")));
        let tag = format!("docker.io/shop/{name}:1");
        assert_eq!(archive.root().0["annotations"]["io.containerd.image.name"], tag);
        // There is nothing else, such as an attestation.
        let [image] = <[_; 1]>::try_from(archive.images()).unwrap_or_else(|_| panic!("several images"));
        assert_eq!(image.config["config"]["Labels"]["x.y"], "label");
        assert_eq!(image.annotations["a.b"], "annotation");
        let file = image.layers.iter().flatten().find(|file| file.path == "seen").unwrap();
        String::from_utf8(file.contents.clone()).unwrap()
    };
    let (success, said) = run(&project, &["buildx", "bake", "--file", "bake.json"]);
    assert!(success, "{said}");
    assert_seen(&seen("one"), "bake");
    assert_seen(&seen("two"), "bake");
    let set = ["buildx", "bake", "--file", "bake.json", "app-one", "--set", "*.args.WHO=set", "--no-cache"];
    let (success, said) = run(&project, &set);
    assert!(success, "{said}");
    assert_seen(&seen("one"), "set");

    for (question, expected) in [("check", "Check complete"), ("outline", "WHO"), ("targets", "two")] {
        let call = format!("--call={question}");
        let (success, said) = run(&project, &["buildx", "bake", "--file", "bake.json", "app-one", &call]);
        assert!(success && said.contains(expected), "{question}: {said}");
    }
}

/// Images with a step that needs the network of the engine and an SSH agent, and is different each time.
fn privileged_project() -> (Project, std::os::unix::net::UnixListener) {
    let project = Project::spec(&format!(
        "stages:\n  gen:\n    from: busybox:1.37\n    output: /out\n    steps:\n      - run: mkdir /out; test -S \"$SSH_AUTH_SOCK\"; \
         cat /proc/sys/kernel/random/uuid >/out/seen; ip addr >>/out/seen; true {}\n        ssh: [default]\n        network: host\n\
         images: {{ one: {{ files: {{ /seen: \"gen:/seen\" }} }} }}\n",
        unique("mark")
    ));
    let agent = std::os::unix::net::UnixListener::bind(project.file("agent.sock")).unwrap();
    (project, agent)
}

#[test]
fn a_bake_file_passes_agents_permissions_and_questions() {
    let (project, _agent) = privileged_project();
    let bake = json!({ "target": {
        "one": {
            "context": ".", "dockerfile": "slipway.yaml", "contexts": stand_ins(), "target": "one", "no-cache": true,
            "ssh": ["default=agent.sock"], "entitlements": ["network.host"], "description": "What one is",
            "output": ["type=tar,dest=one.tar"], "attest": ["type=provenance,disabled=true"],
        },
        "names": { "inherits": ["one"], "call": "targets" },
    }});
    project.write("bake.json", &bake.to_string());
    let bake = |target: &[&str]| {
        let allow = ["--allow", "network.host", "--allow", "ssh", "--allow", "fs=*"];
        run(&project, &[&["buildx", "bake", "--file", "bake.json"][..], &allow, target].concat())
    };
    let seen = || {
        let (success, said) = bake(&["one"]);
        assert!(success, "{said}");
        Folder::read(&project.file("one.tar")).text("seen")
    };
    let first = seen();
    assert!(first.contains("127.0.0.1"), "{first}");
    assert_ne!(first, seen(), "the step is cached");
    let (success, said) = bake(&["names"]);
    assert!(success && said.contains("stage:gen"), "{said}");
    let (success, said) = bake(&["--list", "targets"]);
    assert!(success && said.contains("What one is"), "{said}");
}

#[test]
fn a_compose_file_passes_agents_permissions_and_attestations() {
    let (project, _agent) = privileged_project();
    let scanner = Loaded::pushed("scanner");
    project.write("scan.sh", crate::flags::SCANNER);
    project.write("Dockerfile", "FROM busybox:1.37\nCOPY --chmod=755 scan.sh /scan\nENTRYPOINT [\"/scan\"]\n");
    let _ = Build::dockerfile(&project, "Dockerfile").args(["--tag", &scanner.tag, "--push"]).succeed();
    let image = Loaded::new("compose");
    let file = json!({ "services": { "one": { "image": image.tag, "build": {
        "context": ".", "dockerfile": "slipway.yaml", "target": "one", "additional_contexts": stand_ins(),
        "ssh": ["default=agent.sock"], "entitlements": ["network.host"], "cache_to": ["type=local,dest=./cache"],
        "provenance": "mode=max", "sbom": format!("generator={}", scanner.tag),
    }}}});
    project.write("compose.json", &file.to_string());
    let (success, said) = run(&project, &["compose", "--file", "compose.json", "build"]);
    assert!(success, "{said}");
    assert!(project.file("cache/index.json").is_file());
    let saved = project.file("one.tar").display().to_string();
    let (success, said) = run(&project, &["image", "save", "--output", &saved, &image.tag]);
    assert!(success, "{said}");
    let archive = OciArchive::read(&project.file("one.tar"));
    for predicate in ["https://spdx.dev/Document", "https://slsa.dev/provenance/"] {
        assert!(archive.contains(predicate.as_bytes()), "{predicate}");
    }
}

#[test]
fn a_spec_can_be_part_of_a_bake_file_or_of_a_repository() {
    let spec = format!(
        "# syntax={SYNTAX}\nimages: {{ all: {{ runtime: scratch, files: {{ /a: ./a }}, env: {{ A: b }} }} }}\n"
    );
    let inline = json!({ "target": {
        "all": {
            "context": ".", "dockerfile-inline": spec, "contexts": stand_ins(), "output": ["type=tar,dest=inline.tar"],
        },
        "docker": {
            "context": ".", "dockerfile-inline": "FROM house\nCOPY --from=house /a /b\n", "contexts": { "house": "target:all" },
            "output": ["type=oci,compression=uncompressed,dest=docker.tar"], "attest": ["type=provenance,disabled=true"],
        },
    }});
    let project = Project::empty().with("bake.json", &inline.to_string()).with("a", "");
    let (success, said) = run(&project, &["buildx", "bake", "--file", "bake.json", "all", "docker"]);
    assert!(success, "{said}");
    assert!(Folder::read(&project.file("inline.tar")).files().contains(&"a".to_owned()));
    let image = OciArchive::read(&project.file("docker.tar")).images().remove(0);
    assert!(image.layers.iter().flatten().any(|file| file.path == "b"));
    assert!(image.config["config"]["Env"].to_string().contains("A=b"), "{}", image.config);

    let remote =
        json!({ "target": { "all": { "context": ".", "dockerfile": "slipway.yaml", "contexts": stand_ins() } } });
    let remote = remote.to_string();
    let repository = Repository::with(&[("slipway.yaml", &spec), ("docker-bake.json", &remote), ("a", &unique("a"))]);
    let url = format!("{}#v1", repository.url);
    let (success, said) =
        run(&project, &["buildx", "bake", &url, "all", "--set", "all.output=type=tar,dest=remote.tar"]);
    assert!(success, "{said}");
    assert!(Folder::read(&project.file("remote.tar")).files().contains(&"a".to_owned()));
    project.write("bake.json", &remote);
    let set = ["--set", "all.output=type=tar,dest=set.tar", "--set", &format!("all.context={url}")];
    let (success, said) = run(&project, &[&["buildx", "bake", "--file", "bake.json", "all"][..], &set].concat());
    assert!(success, "{said}");
    assert!(Folder::read(&project.file("set.tar")).files().contains(&"a".to_owned()));
}

#[test]
fn a_compose_file_passes_what_its_keys_say() {
    let project = project();
    let (one, other, inline) = (Loaded::new("compose"), Loaded::new("compose"), Loaded::new("inline"));
    let mut contexts = stand_ins();
    contexts.insert("given".to_owned(), "service:base".into());
    let file = json!({
        "secrets": { "token": { "environment": "TOKEN" } },
        "services": {
            "base": { "build": { "context": ".", "dockerfile_inline": "FROM scratch\nCOPY slipway.yaml /from-service\n" } },
            "one": { "image": one.tag, "build": {
                "context": ".", "dockerfile": "slipway.yaml", "target": "one", "args": { "WHO": "compose" },
                "labels": { "x.y": "label" }, "platforms": ["linux/amd64"], "additional_contexts": stand_ins(),
                "extra_hosts": ["named=1.2.3.4"], "ulimits": { "nofile": { "soft": 1000, "hard": 2000 } },
                "shm_size": "32m", "secrets": ["token"], "network": "default", "no_cache": true,
                "cache_from": ["type=local,src=./no-such-cache"], "tags": [other.tag], "pull": true,
            }},
            "inline": { "image": inline.tag, "build": {
                "context": ".", "additional_contexts": contexts, "dockerfile_inline": format!(
                    "# syntax={SYNTAX}\ncontexts: {{ given: {{ path: ./none }} }}\n\
                     images: {{ all: {{ runtime: busybox:1.37, files: {{ /given: \"given:/\" }} }} }}\n"
                ),
            }},
        },
    });
    project.write("compose.json", &file.to_string());
    let (success, said) = run(&project, &["compose", "--file", "compose.json", "build", "one", "inline"]);
    assert!(success, "{said}");
    assert_eq!(one.inspect()["Config"]["Labels"]["x.y"], "label");
    assert_eq!(one.inspect()["Id"], other.inspect()["Id"]);
    let saved = project.file("one.tar").display().to_string();
    let (success, said) = run(&project, &["image", "save", "--output", &saved, &one.tag]);
    assert!(success, "{said}");
    assert!(OciArchive::read(&project.file("one.tar")).contains(b"t0ken"));
    assert!(OciArchive::read(&project.file("one.tar")).contains(b"1.2.3.4"));
    let said = slipway_tests::run([inline.tag.as_str(), "ls", "/given"]);
    assert!(said.contains("from-service"), "{said}");

    // Compose can also build by itself, one service after another.
    project.replace("compose.json", "\"WHO\":\"compose\"", "\"WHO\":\"alone\"");
    let mut command = Command::new("docker");
    command.args(["compose", "--file", "compose.json", "build", "one"]).current_dir(project.path());
    let done = output(command.env("TOKEN", "t0ken").env("COMPOSE_BAKE", "false"));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let (success, said) = run(&project, &["image", "save", "--output", &saved, &one.tag]);
    assert!(success, "{said}");
    assert!(OciArchive::read(&project.file("one.tar")).contains(b"alone\n"));
}
