//! Options of the command line that all steps see: hosts, limits, networks, proxies, arguments and secrets.

use slipway_tests::{Build, OciArchive, Project, temporary_file, unique};

/// A stage with one command, in an image.
fn project(command: &str) -> Project {
    let mark = unique("mark");
    Project::spec(&format!(
        "args: {{ NAME: none, KIND: {{ default: a, enum: [a, b] }} }}\nsecrets: {{ token: {{ required: false }} }}\n\
         stages:\n  gen:\n    from: busybox:1.37\n    steps:\n      - run: |\n          # {mark} ${{KIND}} ${{NAME}}\n          {command}\n        \
         secrets: [token]\nimages: {{ one: {{ runtime: gen }} }}\n"
    ))
}

/// What the step prints.
fn logs<S: AsRef<std::ffi::OsStr>>(project: &Project, arguments: impl IntoIterator<Item = S>) -> String {
    Build::of(project).target("gen").args(["--no-cache"]).args(arguments).succeed().logs
}

#[test]
fn steps_have_the_hosts_and_limits_of_the_command_line() {
    let project = project("cat /etc/hosts; echo files $(ulimit -n); df -k /dev/shm");
    let options = ["--add-host", "UP.case=1.2.3.4", "--add-host", "six=2001:db8::1", "--ulimit", "nofile=1000:2000"];
    let said = logs(&project, options.into_iter().chain(["--shm-size", "32m", "--add-host", "gate=host-gateway"]));
    let has = |words: [&str; 2]| said.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(has(["1.2.3.4", "up.case"]) && has(["2001:db8::1", "six"]), "{said}");
    assert!(has(["gate", "."]), "{said}");
    assert!(has(["files", "1000"]) && has(["32768", "/dev/shm"]), "{said}");
}

#[test]
fn steps_are_in_the_control_group_of_the_command_line() {
    let parent = unique("group");
    let said = logs(&project("cat /proc/self/cgroup"), ["--cgroup-parent", &parent]);
    assert!(said.contains(&parent), "{said}");
}

#[test]
fn steps_have_the_network_of_the_command_line() {
    let project = project("echo devices $(ip addr | grep -c '^[0-9]')");
    let devices = |network: &str| logs(&project, ["--network", network]);
    assert!(devices("none").contains("devices 1"));
    assert!(!devices("default").contains("devices 1\n"));
    assert!(!devices("host").contains("devices 1\n"));
    let refused = Build::of(&project).target("gen").args(["--network", "wlan"]).fail();
    assert!(refused.message.contains("wlan"), "{}", refused.message);
}

#[test]
fn proxies_are_no_part_of_an_image_or_of_a_cache_key() {
    let project = project("echo proxy $HTTPS_PROXY");
    let archive = temporary_file();
    let build = |proxy: &str| {
        let build = Build::of(&project).args(["--build-arg", proxy, "--build-arg", "BUILDKIT_OF_THE_FUTURE=1"]);
        let build = build.args(OciArchive::at(archive.path())).succeed();
        assert!(!build.warnings.iter().any(|warning| warning.contains("--build-arg")), "{:?}", build.warnings);
        build
    };
    let first = build("HTTPS_PROXY=http://user:s3cret@127.0.0.1:1");
    assert!(first.logs.contains("proxy http://user:s3cret@127.0.0.1:1"), "{}", first.logs);
    assert!(!OciArchive::read(archive.path()).contains(b"s3cret"));
    assert!(build("https_proxy=http://127.0.0.1:2").is_cached("RUN "));
}

#[test]
fn arguments_and_secrets_come_from_the_environment_of_the_client() {
    let project = project("echo name ${NAME} of ${TARGETARCH} with $(cat /run/secrets/token | wc -c)");
    let build = |arguments: &[&str]| {
        let build = Build::of(&project).target("gen").env("NAME", "given").env("TOKEN", "t0ken");
        build.args(["--no-cache"]).args(arguments)
    };
    let said = build(&["--build-arg", "NAME", "--secret", "id=token,env=TOKEN"]).succeed().logs;
    assert!(said.contains("name given of amd64 with 5"), "{said}");
    let said = build(&["--build-arg", "NAME=", "--build-arg", "TARGETARCH=mips"]).succeed().logs;
    assert!(said.contains("name of mips with 0"), "{said}");
    let refused = build(&["--build-arg", "KIND=c"]).fail().message;
    assert!(refused.contains("KIND") && refused.contains("`a`"), "{refused}");
}

/// Clients keep them for old scripts.
#[test]
fn options_of_the_classic_builder_have_no_effect() {
    let project = project("echo made >/made");
    let old = ["--force-rm", "--rm", "--squash", "--compress", "--isolation", "default", "--security-opt", "x=y"];
    let layers = |options: &[&str]| {
        let archive = temporary_file();
        let _ = Build::of(&project).args(options).args(OciArchive::at(archive.path())).succeed();
        OciArchive::read(archive.path()).images()[0].config["rootfs"]["diff_ids"].clone()
    };
    assert_eq!(layers(&old), layers(&[]));
    assert!(layers(&[]).as_array().unwrap().len() > 1);
}

#[test]
fn a_source_policy_of_the_client_applies_to_images() {
    let project = project("true");
    let image = format!("docker-image://{}*", slipway_tests::stand_in("busybox:1.37"));
    let selector = serde_json::json!({ "identifier": image, "matchType": "WILDCARD" });
    let policy = serde_json::json!({ "rules": [{ "action": "DENY", "selector": selector }] });
    project.write("policy.json", &policy.to_string());
    let path = project.file("policy.json").display().to_string();
    let refused = Build::of(&project).env("EXPERIMENTAL_BUILDKIT_SOURCE_POLICY", &path).fail();
    assert!(refused.message.contains("denied"), "{}", refused.message);
    assert!(refused.message.contains(">>>"), "{}", refused.message);
}
