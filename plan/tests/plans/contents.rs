//! The contents of the finished image: its paths, their owners, and its command.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use slipway_plan::{BaseImage, Layer, LayerItem, Plan, StepKind};

use crate::support::{Memory, WithImageFiles, go_project, image_file, make, make_with, refusal, request};

pub(crate) fn of(project: &Memory, spec: &str) -> Plan {
    make(project, spec, None, "linux/amd64", &request()).unwrap()
}

pub(crate) fn image(keys: &str) -> String {
    format!("images: {{ api: {{ go: ./cmd/api, {keys} }} }}")
}

/// The errors of an image of the Go project.
pub(crate) fn refused(keys: &str) -> String {
    let mut project = go_project();
    project.files.extend([
        ("deploy/api.toml", ""),
        ("deploy/start.sh", "#!/bin/sh\nexec /api\n"),
        ("deploy/env.sh", "#!/usr/bin/env -S bash -e\n"),
        ("deploy/windows.sh", "#!/bin/sh\r\nexec /api\r\n"),
        ("deploy/passwd", "app:x:1001:1002::/:\n"),
        ("deploy/group", "app:x:1002:\n"),
    ]);
    match make(&project, &image(keys), None, "linux/amd64", &request()) {
        Ok(_) => String::new(),
        Err(said) => said.split_once(": ").map_or_else(String::new, |(_, said)| said.to_owned()),
    }
}

/// The path of the program, and the created folders.
fn places(project: &Memory, keys: &str) -> String {
    let plan = of(project, &image(keys));
    let layers = plan.config["history"].as_array().unwrap().iter().filter(|line| line["empty_layer"].is_null());
    let lines: Vec<_> = layers.skip(1).map(|line| line["created_by"].as_str().unwrap()).collect();
    let lines: Vec<_> = lines.iter().map(|line| line.split(" #").next().unwrap()).collect();
    format!("{}; runs {}", lines.join(", "), plan.config["config"]["Entrypoint"])
}

#[test]
fn a_program_is_moved_if_a_folder_has_its_path() {
    let mut project = go_project();
    project.files.extend([("web/index.html", ""), ("deploy/api.toml", "")]);
    insta::assert_snapshot!(
        [
            "expose: [80]",
            "workdir: /api, volumes: [/api]",
            "volumes: [/api/]",
            "workdir: /api/data",
            "files: { /api/x.toml: ./deploy/api.toml }",
            "files: { /api: ./web }",
            "files: { /api/: ./deploy/api.toml }",
            "workdir: /apis",
            "cmd: [serve], volumes: [/var/lib/../api]",
        ]
        .map(|keys| format!("{keys}: {}\n", places(&project, keys)))
        .concat(),
        @r#"
        expose: [80]: COPY /api; runs ["/api"]
        workdir: /api, volumes: [/api]: COPY /usr/local/bin/api, MKDIR --chown=65532:65532 /api; runs ["/usr/local/bin/api"]
        volumes: [/api/]: COPY /usr/local/bin/api, MKDIR --chown=65532:65532 /api; runs ["/usr/local/bin/api"]
        workdir: /api/data: COPY /usr/local/bin/api, MKDIR --chown=65532:65532 /api/data; runs ["/usr/local/bin/api"]
        files: { /api/x.toml: ./deploy/api.toml }: COPY /usr/local/bin/api, COPY /api/x.toml; runs ["/usr/local/bin/api"]
        files: { /api: ./web }: COPY /usr/local/bin/api, COPY /api; runs ["/usr/local/bin/api"]
        files: { /api/: ./deploy/api.toml }: COPY /usr/local/bin/api, COPY /api/; runs ["/usr/local/bin/api"]
        workdir: /apis: COPY /api, MKDIR --chown=65532:65532 /apis; runs ["/api"]
        cmd: [serve], volumes: [/var/lib/../api]: COPY /api, MKDIR --chown=65532:65532 /var/api; runs ["/api"]
        "#
    );
}

#[test]
fn a_path_has_one_entry() {
    insta::assert_snapshot!(
        [
            "files: { /api: ./deploy/api.toml }",
            "workdir: /api, files: { /usr/local/bin/api: ./deploy/api.toml }",
            "files: { /etc/a: ./deploy/api.toml, /etc/a/b: ./deploy/api.toml }",
            "files: { /etc/a: ./deploy/api.toml, /etc/./a: ./deploy/passwd }",
            "files: { /etc/: ./deploy/api.toml, /etc/api.toml: ./deploy/passwd }",
            "files: { /data: ./deploy/api.toml }, volumes: [/data]",
            "files: { /data: ./deploy/api.toml }, workdir: /data/in",
            "volumes: [/]",
        ]
        .map(|keys| format!("{keys}\n    {}\n", refused(keys)))
        .concat(),
        @r#"
        files: { /api: ./deploy/api.toml }
            `files` puts a file at `/api`, which is the path of the program of the build; choose another destination, such as `/etc/api/…`
        workdir: /api, files: { /usr/local/bin/api: ./deploy/api.toml }
            the program is installed at `/usr/local/bin/api`, because `/api` is also taken (`workdir` has `/api` at 1:42); choose another path for one of the two
        files: { /etc/a: ./deploy/api.toml, /etc/a/b: ./deploy/api.toml }
            `/etc/a/b` cannot be in the image: `/etc/a` is a file there (`files` puts the file there at 1:42); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
        files: { /etc/a: ./deploy/api.toml, /etc/./a: ./deploy/passwd }
            two files have the path `/etc/a` (`files` also has it at 1:42); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
        files: { /etc/: ./deploy/api.toml, /etc/api.toml: ./deploy/passwd }
            two files have the path `/etc/api.toml` (`files` also has it at 1:42); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
        files: { /data: ./deploy/api.toml }, volumes: [/data]
            `/data` is both a file and a folder (`files` also has it at 1:42); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
        files: { /data: ./deploy/api.toml }, workdir: /data/in
            `/data/in` cannot be in the image: `/data` is a file there (`files` puts the file there at 1:42); choose another path for one of the two; a destination of `files` that ends in `/` is a folder
        volumes: [/]
            the root of an image cannot be a volume; name the folder that the program writes to, such as `/data`
        "#
    );
    for keys in [
        "files: { /etc/a/: ./deploy/api.toml, /etc/a/b: ./deploy/passwd }",
        "files: { /srv: ./deploy, /srv/: ./cmd, /srv/x: ./go.mod }",
        "volumes: [/data, /data], workdir: /data",
        "files: { /data/seed: ./deploy/api.toml }, volumes: [/data]",
    ] {
        assert_eq!(refused(keys), "", "{keys}");
    }
}

#[test]
fn unknown_users_are_rejected() {
    insta::assert_snapshot!(
        [
            "user: app",
            "user: \"1001:app\"",
            "runtime: scratch, user: root",
            "runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: other",
            "runtime: scratch, files: { /etc/x: { from: ./deploy/api.toml, owner: app } }",
            "files: { /etc/x: { from: ./deploy/api.toml, owner: \"0:app\" } }",
        ]
        .map(|keys| format!("{keys}\n    {}\n", refused(keys)))
        .concat(),
        @r#"
        user: app
            there is no user `app` in `gcr.io/distroless/static-debian13:nonroot`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
        user: "1001:app"
            there is no group `app` in `gcr.io/distroless/static-debian13:nonroot`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
        runtime: scratch, user: root
            
        runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: other
            there is no user `other` in `scratch`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
        runtime: scratch, files: { /etc/x: { from: ./deploy/api.toml, owner: app } }
            there is no user `app` in `scratch`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
        files: { /etc/x: { from: ./deploy/api.toml, owner: "0:app" } }
            there is no group `app` in `gcr.io/distroless/static-debian13:nonroot`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image
        "#
    );
    for keys in [
        "user: nonroot",
        "user: \"1001\"",
        "user: \"nobody:nobody\"",
        "runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: app",
        "runtime: scratch, files: { /etc: ./deploy }, user: \"app:app\"",
        "runtime: slim, user: app",
        "runtime: mine:1, user: app",
        "runtime: scratch, files: { /etc/x: { from: ./deploy/api.toml, owner: root } }",
    ] {
        assert_eq!(refused(keys), "", "{keys}");
    }
    let unknown = |keys: &str| of(&go_project(), &image(keys)).contents.unwrap().unknown_user.map(|found| found.name);
    assert_eq!(unknown("runtime: slim, user: app").as_deref(), Some("app"));
    assert_eq!(unknown("runtime: slim, user: www-data"), None);
    assert_eq!(unknown("runtime: slim, user: app, packages: [postgresql]"), None);
    assert_eq!(unknown("runtime: mine:1, user: app"), None);
}

#[test]
fn a_build_reads_the_base_if_that_decides() {
    let said = |keys: &str, passwd: &str, release: &str| {
        // The lists of users, and the package manager or the release.
        let project = WithImageFiles(go_project(), |image: &BaseImage, path: &str| {
            assert_eq!(image.name, "mine:1");
            image_file(match path {
                "etc/passwd" | "etc/group" => passwd,
                "etc/os-release" if release.starts_with("PRETTY_NAME=") => release,
                path if release == path => "a program",
                _ => "",
            })
        });
        let spec = image(&format!("runtime: mine:1, {keys}"));
        make_with(&project, &spec, None, "linux/amd64", &request()).err().unwrap_or_default()
    };
    let list = "root:x:0:0::/:\napp:x:1:1::/:\n";
    assert_eq!(said("user: \"1001:1001\"", "", ""), "", "numbers need no entry");
    assert_eq!(said("user: \"app:app\"", list, ""), "");
    insta::assert_snapshot!(said("user: \"app:staff\"", list, ""), @r#"slipway.yaml:1:56: there is no group `staff` in `mine:1`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image"#);
    insta::assert_snapshot!(said("user: app", "", ""), @r#"slipway.yaml:1:56: there is no user `app` in `mine:1`, the base of the image; write numbers, as in `"1001:1001"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be in `/etc/passwd` or `/etc/group` of the image"#);
    assert_eq!(said("user: app, packages: [app]", "", "usr/bin/apt-get"), "", "packages may make users");
    insta::assert_snapshot!(said("packages: [curl]", "", "PRETTY_NAME=\"openSUSE Leap 15.6\"\n"), @"slipway.yaml:1:61: packages cannot be installed on `mine:1`: it is openSUSE Leap 15.6 without one of apt, apk, dnf and microdnf; use an image of a distribution, such as `runtime: slim`, or delete the packages");
    insta::assert_snapshot!(said("packages: [curl]", "", ""), @"slipway.yaml:1:61: packages cannot be installed on `mine:1`: it has no package manager; use an image of a distribution, such as `runtime: slim`, or delete the packages");
}

#[test]
fn folders_belong_to_the_user_who_writes_to_them() {
    let mut project = go_project();
    project.files.extend([("deploy/passwd", "app:x:1001:1002::/:\n"), ("zones/a", "")]);
    insta::assert_snapshot!(
        [
            "volumes: [/data], workdir: /work",
            "volumes: [/data], user: root",
            "workdir: /work, user: \"0\"",
            "volumes: [/data/a, /data], user: \"1001\"",
            "volumes: [/zones], files: { /zones: ./zones }",
            "runtime: slim",
            "runtime: slim, env: { HOME: /work }",
            "runtime: slim, user: www-data, volumes: [/data]",
            "runtime: mine:1",
            "runtime: slim, volumes: [/tmp], workdir: /usr/local/bin",
            "runtime: scratch, volumes: [/tmp]",
            "runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: app, volumes: [/data]",
        ]
        .map(|keys| format!("{keys}: {}\n", places(&project, keys)))
        .concat(),
        @r#"
        volumes: [/data], workdir: /work: COPY /api, MKDIR --chown=65532:65532 /data /work; runs ["/api"]
        volumes: [/data], user: root: COPY /api; runs ["/api"]
        workdir: /work, user: "0": WORKDIR /work, COPY /api; runs ["/api"]
        volumes: [/data/a, /data], user: "1001": COPY /api, MKDIR --chown=1001 /data /data/a /home/nonroot; runs ["/api"]
        volumes: [/zones], files: { /zones: ./zones }: COPY /api, COPY /zones, MKDIR --chown=65532:65532 /zones; runs ["/api"]
        runtime: slim: COPY /api, MKDIR --chown=65532:65532 /home/nonroot; runs ["/api"]
        runtime: slim, env: { HOME: /work }: COPY /api; runs ["/api"]
        runtime: slim, user: www-data, volumes: [/data]: COPY /api, MKDIR --chown=www-data /data; runs ["/api"]
        runtime: mine:1: COPY /api; runs ["/api"]
        runtime: slim, volumes: [/tmp], workdir: /usr/local/bin: COPY /api, MKDIR --chown=65532:65532 /home/nonroot; runs ["/api"]
        runtime: scratch, volumes: [/tmp]: ADD /etc/passwd /etc/group /root /tmp, COPY /api, MKDIR --chown=65532:65532 /home/nonroot; runs ["/api"]
        runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: app, volumes: [/data]: ADD /etc/passwd /etc/group /root /tmp, COPY /api, COPY /etc/passwd, MKDIR --chown=1001:1002 /data; runs ["/api"]
        "#
    );
    let unwritable = |keys: &str| {
        let found = of(&project, &image(keys)).contents.unwrap().unwritable;
        found.into_iter().map(|place| place.path).collect::<Vec<_>>()
    };
    assert_eq!(unwritable("volumes: [/etc, /data]"), ["/etc"]);
    assert_eq!(unwritable("volumes: [/etc], user: root"), [""; 0]);
}

#[test]
fn files_in_special_folders_of_the_base_are_written_into_it() {
    let mut project = go_project();
    project.files.extend([("tools/a", ""), ("rootfs/bin/a", ""), ("rootfs/etc/b", ""), ("rootfs/var/run/c", "")]);
    // What is written into the base, and what is copied onto it, with exclusions.
    let parts = |keys: &str| {
        let plan = of(&project, &image(keys));
        let text = |layer: &Layer| {
            let items = layer.items.iter().map(|item| match item {
                LayerItem::Copy(copy) if copy.exclude.is_empty() => copy.target.clone(),
                LayerItem::Copy(copy) => format!("{} without {}", copy.target, copy.exclude.join(" ")),
                LayerItem::Folder { path, .. } | LayerItem::Text { path, .. } => path.clone(),
                LayerItem::Link { path, target } => format!("{path} -> {target}"),
            });
            items.collect::<Vec<_>>().join(" and ")
        };
        let (mut inside, mut over) = (Vec::new(), Vec::new());
        for (_, step) in plan.steps.iter() {
            match &step.kind {
                StepKind::Write { layer, .. } => inside.push(text(layer)),
                StepKind::Assemble { layers, .. } => over.extend(layers.iter().map(text)),
                _ => {}
            }
        }
        let lines = plan.config["history"].as_array().unwrap().iter().filter(|line| line["empty_layer"].is_null());
        let of_base = usize::from(!keys.contains("scratch"));
        assert_eq!(lines.count(), of_base + inside.len() + over.len(), "the history tells of every layer");
        format!("{keys}: {} | {}\n", inside.join(", "), over.join(", "))
    };
    insta::assert_snapshot!(
        [
            "files: { /bin/a: ./tools/a, /etc/a: ./tools/a }",
            "runtime: slim, files: { /lib/a/: ./tools/a, /sbin: ./tools, /library/a: ./tools/a }",
            "volumes: [/var/run/api, /data], files: { /data/a: ./tools/a, /tmp/a: ./tools/a }",
            "files: { /home/nonroot/.a: ./tools/a }, workdir: /home/nonroot/work",
            "files: { /: ./rootfs }",
            "files: { /var: ./rootfs/var }",
            "files: { /: { from: ./rootfs, exclude: [etc] } }",
            "runtime: scratch, files: { /: ./rootfs, /bin/a: ./tools/a }",
            "runtime: mine:1, files: { /opt/mine/a: ./tools/a, /api/a: ./tools/a }, volumes: [/opt/mine/data]",
        ]
        .map(parts)
        .concat(),
        @"
        files: { /bin/a: ./tools/a, /etc/a: ./tools/a }: /bin/a | /api, /etc/a
        runtime: slim, files: { /lib/a/: ./tools/a, /sbin: ./tools, /library/a: ./tools/a }: /lib/a/, /sbin | /api, /library/a, /home/nonroot
        volumes: [/var/run/api, /data], files: { /data/a: ./tools/a, /tmp/a: ./tools/a }: /tmp/a, /var/run/api | /api, /data/a, /data
        files: { /home/nonroot/.a: ./tools/a }, workdir: /home/nonroot/work: /home/nonroot/.a, /home/nonroot/work | /api
        files: { /: ./rootfs }: /bin and /var/run | /api, / without bin var/run
        files: { /var: ./rootfs/var }: /var/run | /api, /var without run
        files: { /: { from: ./rootfs, exclude: [etc] } }: / without etc | /api
        runtime: scratch, files: { /: ./rootfs, /bin/a: ./tools/a }:  | /etc and /usr/share without zoneinfo/posix zoneinfo/right, /etc/passwd and /etc/group and /root and /tmp, /api, /, /bin/a, /home/nonroot
        runtime: mine:1, files: { /opt/mine/a: ./tools/a, /api/a: ./tools/a }, volumes: [/opt/mine/data]: /opt/mine/a, /api/a, /opt/mine/data | /usr/local/bin/api
        "
    );
}

#[test]
fn a_child_that_changes_only_its_config_has_the_same_layers() {
    let spec = "images:\n  api: { go: ./cmd/api, runtime: slim, volumes: [/data] }\n  worker: { extends: api, cmd: [work], env: { A: b }, expose: [80] }\n";
    let steps = |target: &str| {
        let plan = make(&go_project(), spec, Some(target), "linux/amd64", &request()).unwrap();
        let steps: Vec<_> =
            plan.steps.iter().map(|(_, step)| format!("{:?}", step.kind).replace("[worker]", "[api]")).collect();
        steps
    };
    assert_eq!(steps("api"), steps("worker"));
}

#[test]
fn users_have_several_forms() {
    for user in ["no body", "1001:", ":1001", "\"\"", "4294967296", "1001:2147483648", "-1", "a:b:c"] {
        let said = refusal(&go_project(), &image(&format!("user: \"{}\"", user.trim_matches('"'))));
        assert!(said.starts_with("slipway.yaml:1:"), "{said}");
    }
    let spec = "args: { U: \"1001:\" }\nimages: { api: { go: ./cmd/api, user: \"${U}\" } }";
    insta::assert_snapshot!(refusal(&go_project(), spec), @r#"slipway.yaml:2:39: `1001:` has an empty group; write `user` or `user:group`, each a name or a number, as in `"1001:1001"`"#);
}
