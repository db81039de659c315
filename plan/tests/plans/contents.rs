//! The contents of the finished image: its paths, their owners, and its command.

#![allow(clippy::indexing_slicing)] // A JSON value that has no such key is null.

use slipway_plan::contents::{Found, Missing};
use slipway_plan::{BaseImage, Entry, ImageFile, Layer, LayerItem, Plan, Platform, Project, ProjectError, StepKind};

use crate::support::{Memory, go_project, make, make_with, refusal, request};

fn of(project: &Memory, spec: &str) -> Plan {
    make(project, spec, None, "linux/amd64", &request()).unwrap()
}

fn image(keys: &str) -> String {
    format!("images: {{ api: {{ go: ./cmd/api, {keys} }} }}")
}

/// The errors of an image of the Go project.
fn refused(keys: &str) -> String {
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
fn an_entrypoint_that_certainly_does_not_exist_is_rejected() {
    insta::assert_snapshot!(
        [
            "entrypoint: [/nope]",
            "entrypoint: [api]",
            "entrypoint: [sh, -c, /api]",
            "entrypoint: [/entrypoint.sh, /api], files: { /entrypoint.sh: ./deploy/start.sh }",
            "entrypoint: [/entrypoint.sh], files: { /: ./deploy/start.sh, /entrypoint.sh: ./deploy/env.sh }",
            "runtime: slim, entrypoint: [/entrypoint.sh], files: { /entrypoint.sh: ./deploy/windows.sh }",
            "entrypoint: [/etc/api/start.sh], files: { /etc/api: ./deploy }",
            "entrypoint: [/etc/api/gone.sh], files: { /etc/api: ./deploy }",
            "entrypoint: [/api.toml], files: { /api.toml: { from: ./deploy/api.toml, mode: \"0444\" } }",
            "entrypoint: [/etc], files: { /etc/x: ./deploy/api.toml }",
            "workdir: /api, entrypoint: [/api, serve]",
            "runtime: scratch, entrypoint: [/bin/sh]",
            "entrypoint: [], cmd: [./api]",
        ]
        .map(|keys| format!("{keys}\n    {}\n", refused(keys)))
        .concat(),
        @r#"
        entrypoint: [/nope]
            there is no `/nope` in the image, nor in its base `gcr.io/distroless/static-debian12:nonroot`; delete the key to run `/api`, the program of the build; or copy the other one with `files`
        entrypoint: [api]
            there is no `api` in the image, nor in its base `gcr.io/distroless/static-debian12:nonroot`; the program of the build is at `/api`
        entrypoint: [sh, -c, /api]
            there is no `sh` in the image, nor in its base `gcr.io/distroless/static-debian12:nonroot`; write the program itself and its arguments; or use a base that contains one, such as `runtime: slim`
        entrypoint: [/entrypoint.sh, /api], files: { /entrypoint.sh: ./deploy/start.sh }
            `/entrypoint.sh` is a script for `/bin/sh`, which is not in `gcr.io/distroless/static-debian12:nonroot`; name the program itself instead of the script; or use a base that contains one, such as `runtime: slim`
        entrypoint: [/entrypoint.sh], files: { /: ./deploy/start.sh, /entrypoint.sh: ./deploy/env.sh }
            `/entrypoint.sh` is a script for `/usr/bin/env`, which is not in `gcr.io/distroless/static-debian12:nonroot`; name the program itself instead of the script; or use a base that contains one, such as `runtime: slim`
        runtime: slim, entrypoint: [/entrypoint.sh], files: { /entrypoint.sh: ./deploy/windows.sh }
            `/entrypoint.sh` cannot be started: its first line, `/bin/sh`, has a Windows line ending; save it with Unix line endings (LF)
        entrypoint: [/etc/api/start.sh], files: { /etc/api: ./deploy }
            `/etc/api/start.sh` is a script for `/bin/sh`, which is not in `gcr.io/distroless/static-debian12:nonroot`; name the program itself instead of the script; or use a base that contains one, such as `runtime: slim`
        entrypoint: [/etc/api/gone.sh], files: { /etc/api: ./deploy }
            there is no `/etc/api/gone.sh` in the image, nor in its base `gcr.io/distroless/static-debian12:nonroot`; delete the key to run `/api`, the program of the build; or copy the other one with `files`
        entrypoint: [/api.toml], files: { /api.toml: { from: ./deploy/api.toml, mode: "0444" } }
            `/api.toml` is not executable, according to its `mode`; write `mode: "0755"` in the entry of `files` that copies it
        entrypoint: [/etc], files: { /etc/x: ./deploy/api.toml }
            `/etc` is a folder in the image, not a program; delete the key to run `/api`, the program of the build; or copy the other one with `files`
        workdir: /api, entrypoint: [/api, serve]
            `/api` is a folder in the image, not a program; delete the key to run `/usr/local/bin/api`, the program of the build; or copy the other one with `files`
        runtime: scratch, entrypoint: [/bin/sh]
            there is no `/bin/sh` in the image, whose base is `scratch`; write the program itself and its arguments; or use a base that contains one, such as `runtime: slim`
        entrypoint: [], cmd: [./api]
        "#
    );
    for keys in [
        "entrypoint: [/api, serve]",
        "entrypoint: [./api]",
        "workdir: /usr/local/bin, entrypoint: [../../../api]",
        "env: { PATH: \"/\" }, entrypoint: [api]",
        "runtime: mine:1, entrypoint: [/nope]",
        "runtime: gcr.io/distroless/static-debian12:debug, entrypoint: [sh]",
        "runtime: gcr.io/distroless/base-debian12, entrypoint: [/usr/bin/other]",
        "files: { /tools: \"api:/x\" }, entrypoint: [/tools/run]",
        "entrypoint: [/api], cmd: [/nope]",
    ] {
        let spec = image(keys).replace("\"api:/x\"", "\"other:/x\"").replace("} }", "}, other: { go: ./cmd/run } }");
        let spec = if keys.contains("tools") { spec } else { image(keys) };
        let made = make(&go_project(), &spec, Some("api"), "linux/amd64", &request());
        assert!(made.is_ok(), "{keys}: {made:?}");
    }
}

/// The findings of an image about files without an execute bit.
fn without_bit(mut project: Memory, image: &str) -> String {
    project.files.extend([
        ("manage.py", "#!/usr/bin/env python3\n"),
        ("deploy/start", "#!/bin/sh\n"),
        ("site/start$.sh", "exec true\n"),
        ("bin/tool", "\u{7f}ELF\0"),
    ]);
    project.plain.extend(["manage.py", "deploy/start", "site/start$.sh", "bin/tool"]);
    let spec = format!("images: {{ api: {{ {image} }} }}");
    match make(&project, &spec, None, "linux/amd64", &request()) {
        Ok(_) => String::new(),
        Err(said) => said.split_once(": ").map_or_else(String::new, |(_, said)| said.to_owned()),
    }
}

#[test]
fn files_without_an_execute_bit_are_reported() {
    let node = || {
        let mut project = Memory::default();
        project.files.extend([("package.json", "{\"name\":\"a\",\"engines\":{\"node\":\"24\"}}")]);
        project
    };
    let python = |keys: &str| without_bit(python_project(), &format!("python: ., {keys}"));
    let said = [
        python("entrypoint: [./manage.py, runserver]"),
        python("cmd: [/app/deploy/start]"),
        without_bit(node(), "node: ., runtime: slim, entrypoint: [./manage.py]"),
        without_bit(node(), "node: { source: ., output: [deploy] }, runtime: slim, cmd: [deploy/start]"),
        without_bit(Memory::default(), "static: ./site, runtime: slim, cmd: [\"/srv/www/start$.sh\"]"),
        without_bit(
            go_project(),
            "go: ./cmd/api, runtime: slim, files: { /deploy: ./deploy }, cmd: [x], entrypoint: [/deploy/start]",
        ),
        without_bit(go_project(), "go: ./cmd/api, files: { /tool: ./bin/tool }, entrypoint: [/tool]"),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    `./manage.py` is not executable: `manage.py` has no execute bit in the context; run `chmod +x manage.py`, and `git update-index --chmod=+x manage.py` for the repository; or name its interpreter: `[python3, ./manage.py]`
    `/app/deploy/start` is not executable: `deploy/start` has no execute bit in the context; run `chmod +x deploy/start`, and `git update-index --chmod=+x deploy/start` for the repository; or name its interpreter: `[sh, /app/deploy/start]`
    `./manage.py` is not executable: `manage.py` has no execute bit in the context; run `chmod +x manage.py`, and `git update-index --chmod=+x manage.py` for the repository
    `deploy/start` is not executable: `deploy/start` has no execute bit in the context; run `chmod +x deploy/start`, and `git update-index --chmod=+x deploy/start` for the repository; or name its interpreter: `[sh, deploy/start]`
    `/srv/www/start$.sh` is not executable: `site/start$.sh` has no execute bit in the context; run `chmod +x 'site/start$.sh'`, and `git update-index --chmod=+x 'site/start$.sh'` for the repository; or name its interpreter: `[sh, /srv/www/start$.sh]`
    `/deploy/start` is not executable: `deploy/start` has no execute bit in the context; run `chmod +x deploy/start`, and `git update-index --chmod=+x deploy/start` for the repository; or name its interpreter: `[sh, /deploy/start]`; or write `mode: "0755"` in the entry of `files` that copies it
    `/tool` is not executable: `bin/tool` has no execute bit in the context; run `chmod +x bin/tool`, and `git update-index --chmod=+x bin/tool` for the repository; or write `mode: "0755"` in the entry of `files` that copies it
    "#);
    for keys in [
        "entrypoint: [python3, ./manage.py]",
        "entrypoint: [sh, deploy/start]",
        "entrypoint: [/x], files: { /x: { from: ./manage.py, mode: \"0755\" } }",
        "entrypoint: [/x/start], files: { /x: { from: ./deploy, mode: \"0755\" } }",
        "entrypoint: [/app/main.py]",
    ] {
        assert_eq!(python(keys), "", "{keys}");
    }
    let node = |keys: &str| without_bit(node(), keys);
    assert_eq!(node("node: { source: ., output: [bin] }, runtime: slim, cmd: [deploy/start]"), "");
    let scripts = "node: { source: ., scripts: [build], output: [deploy] }, runtime: slim, cmd: [deploy/start]";
    assert!(!node(scripts).contains("execute bit"));
    let mode =
        "go: ./cmd/api, runtime: slim, files: { /x: { from: ./deploy, mode: \"0644\" } }, entrypoint: [/x/start]";
    assert!(without_bit(go_project(), mode).starts_with("`/x/start` is not executable, according to its `mode`"));
}

#[test]
fn text_files_without_an_interpreter_are_reported_by_rules() {
    let mut project = go_project();
    project.files.extend([("start.sh", "exec /api\n"), ("py", "#!/usr/bin/python3\n")]);
    let found = |keys: &str| {
        let contents = of(&project, &image(keys)).contents.unwrap();
        let call = contents.calls.first().unwrap();
        match &call.found {
            Found::No(missing) => call.message(missing, &contents.base),
            found => format!("{found:?}"),
        }
    };
    assert_eq!(
        found("runtime: slim, files: { /start.sh: ./start.sh }, entrypoint: [/start.sh]"),
        "`/start.sh` cannot be started: it is a text file whose first line does not name an interpreter"
    );
    // The official images of a language contain it in `/usr/local`.
    for (runtime, expected) in [
        ("python:3.13-slim", "`/py` is a script for `/usr/bin/python3`, which is not in `python:3.13-slim`"),
        ("python:3.13", "Yes"),
    ] {
        let keys = format!("runtime: \"{runtime}\", files: {{ /py: ./py }}, entrypoint: [/py]");
        assert_eq!(found(&keys), expected);
    }
}

#[test]
fn possibly_missing_programs_are_reported_by_rules() {
    let calls = |keys: &str| {
        let plan = of(&go_project(), &image(keys));
        let calls = plan.contents.unwrap().calls;
        calls.into_iter().map(|call| (call.word, call.found)).collect::<Vec<_>>()
    };
    let missing = || Found::No(Missing::Program { at: None });
    assert_eq!(calls("runtime: slim, entrypoint: [tini, --, /api]"), [("tini".to_owned(), missing())]);
    assert_eq!(calls("runtime: slim, packages: [tini], entrypoint: [tini]"), [("tini".to_owned(), Found::Unknown)]);
    assert_eq!(calls("runtime: slim, healthcheck: { run: [curl] }"), [("curl".to_owned(), missing())]);
    assert_eq!(calls("runtime: slim, healthcheck: { run: [/bin/sh] }"), [("/bin/sh".to_owned(), Found::Yes)]);
    assert_eq!(calls("runtime: \"golang:1.24\", healthcheck: { run: [curl] }"), [("curl".to_owned(), Found::Unknown)]);
    assert_eq!(calls("runtime: \"alpine:3.22\", healthcheck: { run: [bash] }"), [("bash".to_owned(), missing())]);
    assert_eq!(
        calls("workdir: /api, healthcheck: { run: [/api, health] }"),
        [("/api".to_owned(), Found::No(Missing::Folder))]
    );
}

#[test]
fn arguments_that_are_probably_programs_are_found() {
    let argument = |keys: &str| {
        let found = of(&go_project(), &image(keys)).contents.unwrap().argument;
        found.map(|found| format!("{} behind {}", found.word, found.entrypoint.join(" ")))
    };
    let node = "runtime: \"gcr.io/distroless/nodejs24-debian12\", entrypoint: [/nodejs/bin/node]";
    for (keys, expected) in [
        ("cmd: [serve]".to_owned(), None),
        ("cmd: [/api, serve]".to_owned(), Some("/api behind /api")),
        ("cmd: [sh, -c, /api]".to_owned(), Some("sh behind /api")),
        ("cmd: [sh]".to_owned(), None),
        (format!("{node}, cmd: [npm, start]"), Some("npm behind /nodejs/bin/node")),
        (format!("{node}, cmd: [node, index.js]"), Some("node behind /nodejs/bin/node")),
        (format!("{node}, cmd: [index.js]"), None),
        (format!("{node}, cmd: [./npm]"), None),
        ("runtime: slim, entrypoint: [tini, --], cmd: [/api]".to_owned(), None),
    ] {
        assert_eq!(argument(&keys).as_deref(), expected, "{keys}");
    }
}

#[test]
fn images_that_run_nothing_are_found() {
    let starts = |spec: &str| of(&go_project(), spec).contents.unwrap().starts;
    let base =
        |name: &str, keys: &str| format!("images: {{ a: {{ files: {{ /x: ./go.mod }}, runtime: \"{name}\"{keys} }} }}");
    assert_eq!(starts(&image("cmd: []")), Some(true));
    assert_eq!(starts(&image("entrypoint: []")), Some(false));
    assert_eq!(starts("images: { a: { files: { /x: ./go.mod } } }"), Some(false));
    assert_eq!(starts(&base("gcr.io/distroless/nodejs24-debian12", "")), Some(false));
    assert_eq!(starts(&base("gcr.io/distroless/nodejs24-debian12", ", cmd: [a.js]")), Some(true));
    // The in-memory image runs a shell.
    assert_eq!(starts(&base("mine:1", "")), Some(false));
    assert_eq!(starts(&base("mine:1", ", cmd: [sh]")), Some(true));
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
            there is no user `app` in `gcr.io/distroless/static-debian12:nonroot`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image
        user: "1001:app"
            there is no group `app` in `gcr.io/distroless/static-debian12:nonroot`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image
        runtime: scratch, user: root
            there is no user `root` in `scratch`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image
        runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: other
            there is no user `other` in `scratch`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image
        runtime: scratch, files: { /etc/x: { from: ./deploy/api.toml, owner: app } }
            there is no user `app` in `scratch`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image
        files: { /etc/x: { from: ./deploy/api.toml, owner: "0:app" } }
            there is no group `app` in `gcr.io/distroless/static-debian12:nonroot`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image
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

/// A project with readable images: their lists of users, and their package manager or release.
struct WithImages(Memory, &'static str, &'static str);

impl Project for WithImages {
    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.0.read(path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.0.exists(path).await
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        self.0.list(folder).await
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        self.0.image(reference, platform).await
    }

    async fn image_file(&self, image: &BaseImage, _: &Platform, path: &str) -> Result<ImageFile, ProjectError> {
        assert_eq!(image.name, "mine:1");
        let text = match path {
            "etc/passwd" | "etc/group" => self.1,
            "etc/os-release" if self.2.starts_with("PRETTY_NAME=") => self.2,
            path if self.2 == path => "a program",
            _ => "",
        };
        Ok(if text.is_empty() { ImageFile::Missing } else { ImageFile::Found(text.as_bytes().to_vec()) })
    }
}

#[test]
fn a_build_reads_the_base_if_that_decides() {
    let said = |keys: &str, passwd, release| {
        let project = WithImages(go_project(), passwd, release);
        let spec = image(&format!("runtime: mine:1, {keys}"));
        make_with(&project, &spec, None, "linux/amd64", &request()).err().unwrap_or_default()
    };
    let list = "root:x:0:0::/:\napp:x:1:1::/:\n";
    assert_eq!(said("user: \"1001:1001\"", "", ""), "", "numbers are looked up nowhere");
    assert_eq!(said("user: \"app:app\"", list, ""), "");
    insta::assert_snapshot!(said("user: \"app:staff\"", list, ""), @r#"slipway.yaml:1:56: there is no group `staff` in `mine:1`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image"#);
    insta::assert_snapshot!(said("user: app", "", ""), @r#"slipway.yaml:1:56: there is no user `app` in `mine:1`, the base of the image; write numbers, as in `"1001:1001"`; a name must be in `/etc/passwd` or `/etc/group` of the image"#);
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
        volumes: [/data/a, /data], user: "1001": COPY /api, MKDIR --chown=1001 /data /data/a; runs ["/api"]
        volumes: [/zones], files: { /zones: ./zones }: COPY /api, COPY /zones, MKDIR --chown=65532:65532 /zones; runs ["/api"]
        runtime: slim: COPY /api, MKDIR --chown=65532:65532 /home/nonroot; runs ["/api"]
        runtime: slim, env: { HOME: /work }: COPY /api; runs ["/api"]
        runtime: slim, user: www-data, volumes: [/data]: COPY /api, MKDIR --chown=www-data /data; runs ["/api"]
        runtime: mine:1: COPY /api; runs ["/api"]
        runtime: slim, volumes: [/tmp], workdir: /usr/local/bin: COPY /api, MKDIR --chown=65532:65532 /home/nonroot; runs ["/api"]
        runtime: scratch, volumes: [/tmp]: MKDIR --chown=65532:65532 /tmp; runs ["/api"]
        runtime: scratch, files: { /etc/passwd: ./deploy/passwd }, user: app, volumes: [/data]: COPY /etc/passwd, MKDIR --chown=1001:1002 /data; runs ["/api"]
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
        @r#"
        files: { /bin/a: ./tools/a, /etc/a: ./tools/a }: /bin/a | /api, /etc/a
        runtime: slim, files: { /lib/a/: ./tools/a, /sbin: ./tools, /library/a: ./tools/a }: /lib/a/, /sbin | /api, /library/a, /home/nonroot
        volumes: [/var/run/api, /data], files: { /data/a: ./tools/a, /tmp/a: ./tools/a }: /tmp/a, /var/run/api | /api, /data/a, /data
        files: { /home/nonroot/.a: ./tools/a }, workdir: /home/nonroot/work: /home/nonroot/.a, /home/nonroot/work | /api
        files: { /: ./rootfs }: /bin and /var/run | /api, / without bin var/run
        files: { /var: ./rootfs/var }: /var/run | /api, /var without run
        files: { /: { from: ./rootfs, exclude: [etc] } }: / without etc | /api
        runtime: scratch, files: { /: ./rootfs, /bin/a: ./tools/a }:  | /api, /, /bin/a
        runtime: mine:1, files: { /opt/mine/a: ./tools/a, /api/a: ./tools/a }, volumes: [/opt/mine/data]: /opt/mine/a, /api/a, /opt/mine/data | /usr/local/bin/api
        "#
    );
}

#[test]
fn the_output_of_a_build_does_not_run_on_every_image() {
    let mut project = go_project();
    project.files.extend([
        ("c/go.mod", "module c\n\ngo 1.24\n"),
        ("c/main.go", "package main\n\nimport \"C\"\n\nfunc main() {}\n"),
        ("rs/Cargo.toml", "[package]\nname = \"rs\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("rs/Cargo.lock", "version = 4\n\n[[package]]\nname = \"rs\"\nversion = \"0.1.0\"\n"),
        ("rs/src/main.rs", "fn main() {}\n"),
        ("j/pom.xml", "<project><artifactId>j</artifactId><properties><maven.compiler.release>21</maven.compiler.release></properties></project>"),
        ("py/requirements.txt", ""),
        ("py/.python-version", "3.13\n"),
        ("py/main.py", "print(1)\n"),
        ("lib/ld.so", ""),
    ]);
    let c = "go: { source: ./c, cgo: true }";
    let cxx = "go: { source: ./c, cgo: true, packages: [g++] }";
    let python = "python: ./py, entrypoint: [python, main.py]";
    let said = |build: &str, runtime: &str| {
        let spec = format!("images: {{ api: {{ {build}, runtime: {runtime} }} }}");
        match make(&project, &spec, None, "linux/amd64", &request()) {
            Ok(plan) => {
                plan.contents.and_then(|contents| contents.lack).map_or_else(|| "fine".to_owned(), |lack| lack.what)
            }
            Err(said) => said.split_once(": ").map_or_else(String::new, |(_, said)| said.to_owned()),
        }
    };
    insta::assert_snapshot!(
        [
            (c, "alpine:3.22"),
            ("go: { source: ./c, cgo: true, ldflags: -extldflags=-static }", "alpine:3.22"),
            (c, "gcr.io/distroless/static-debian12"),
            (c, "busybox:1.37-musl"),
            (c, "gcr.io/distroless/base-debian12"),
            (cxx, "gcr.io/distroless/base-debian12"),
            (c, "debian:bullseye-slim"),
            (c, "ubuntu:20.04"),
            ("go: ./cmd/api, env: {}", "alpine:3.22"),
            ("go: { main: ./cmd/api, env: { GOFLAGS: -buildmode=pie } }", "alpine:3.22"),
            ("rust: ./rs", "node:24-alpine"),
            ("rust: ./rs", "busybox:1.37"),
            ("rust: ./rs", "gcr.io/distroless/cc-debian11"),
            ("rust: ./rs", "rockylinux:8"),
            ("rust: ./rs", "amazonlinux:2"),
            ("rust: { source: ./rs, static: true }", "alpine:3.22"),
            ("rust: ./rs, packages: [curl]", "debian:bullseye"),
            ("java: ./j, packages: [openjdk-21-jre-headless]", "debian:trixie-slim"),
            ("rust: ./rs, files: { /lib64/ld.so: ./lib/ld.so }", "alpine:3.22"),
            ("java: ./j", "eclipse-temurin:17-jre"),
            ("java: ./j", "gcr.io/distroless/java17-debian12"),
            ("java: ./j", "debian:bookworm-slim"),
            (python, "python:3.12-slim"),
            (python, "gcr.io/distroless/python3-debian13"),
            (python, "debian:bookworm-slim"),
        ]
        .map(|(build, runtime)| format!("{build} on {runtime}: {}\n", said(build, &format!("\"{runtime}\""))))
        .concat(),
        @r#"
        go: { source: ./c, cgo: true } on alpine:3.22: the output of the build does not run on `alpine:3.22`: it has musl; programs with `cgo: true` want the GNU C library; leave `runtime` out, or link all of it in with `ldflags: -extldflags=-static`
        go: { source: ./c, cgo: true, ldflags: -extldflags=-static } on alpine:3.22: fine
        go: { source: ./c, cgo: true } on gcr.io/distroless/static-debian12: the output of the build does not run on `gcr.io/distroless/static-debian12`: it has no C library; programs with `cgo: true` want the GNU C library; leave `runtime` out, or link all of it in with `ldflags: -extldflags=-static`
        go: { source: ./c, cgo: true } on busybox:1.37-musl: the output of the build does not run on `busybox:1.37-musl`: it has musl; programs with `cgo: true` want the GNU C library; leave `runtime` out, or link all of it in with `ldflags: -extldflags=-static`
        go: { source: ./c, cgo: true } on gcr.io/distroless/base-debian12: fine
        go: { source: ./c, cgo: true, packages: [g++] } on gcr.io/distroless/base-debian12: the output of the build does not run on `gcr.io/distroless/base-debian12`: it has no `libstdc++.so.6`, which programs of this build need; delete `runtime`, or use an image that has it, such as `runtime: slim`
        go: { source: ./c, cgo: true } on debian:bullseye-slim: its GNU C library is older than the one that programs of this build are linked with
        go: { source: ./c, cgo: true } on ubuntu:20.04: its GNU C library is older than the one that programs of this build are linked with
        go: ./cmd/api, env: {} on alpine:3.22: fine
        go: { main: ./cmd/api, env: { GOFLAGS: -buildmode=pie } } on alpine:3.22: the output of the build does not run on `alpine:3.22`: it has musl; `-buildmode=pie` makes a program that the GNU C library loads; leave `runtime` out, or delete it from `GOFLAGS`
        rust: ./rs on node:24-alpine: the output of the build does not run on `node:24-alpine`: it has musl; programs of this build need the GNU C library; leave `runtime` out, or write `static: true` to the build to link it into them
        rust: ./rs on busybox:1.37: the output of the build does not run on `busybox:1.37`: it has no `libgcc_s.so.1`, which programs of this build need; delete `runtime`, or use an image that has it, such as `runtime: slim`
        rust: ./rs on gcr.io/distroless/cc-debian11: its GNU C library is older than the one that programs of this build are linked with
        rust: ./rs on rockylinux:8: its GNU C library is older than the one that programs of this build are linked with
        rust: ./rs on amazonlinux:2: its GNU C library is older than the one that programs of this build are linked with
        rust: { source: ./rs, static: true } on alpine:3.22: fine
        rust: ./rs, packages: [curl] on debian:bullseye: its GNU C library is older than the one that programs of this build are linked with
        java: ./j, packages: [openjdk-21-jre-headless] on debian:trixie-slim: fine
        rust: ./rs, files: { /lib64/ld.so: ./lib/ld.so } on alpine:3.22: fine
        java: ./j on eclipse-temurin:17-jre: it has Java 17, but the classes are compiled for Java 21
        java: ./j on gcr.io/distroless/java17-debian12: it has Java 17, but the classes are compiled for Java 21
        java: ./j on debian:bookworm-slim: it has no Java
        python: ./py, entrypoint: [python, main.py] on python:3.12-slim: it has Python 3.12, but the environment of the build is for Python 3.13
        python: ./py, entrypoint: [python, main.py] on gcr.io/distroless/python3-debian13: its Python is at another path than the environment of the build expects
        python: ./py, entrypoint: [python, main.py] on debian:bookworm-slim: it has no Python
        "#
    );
    for (build, runtime) in [
        (c, "\"debian:12-slim\""),
        (c, "\"ubuntu:22.04\""),
        (c, "\"busybox:1.37\""),
        (c, "mine:1"),
        ("rust: ./rs", "\"amazonlinux:2023\""),
        ("rust: ./rs", "\"fedora:42\""),
        ("rust: ./rs", "\"gcr.io/distroless/java21-debian12\""),
        ("java: ./j", "\"eclipse-temurin:21-jre-alpine\""),
        ("java: ./j", "\"amazoncorretto:21\""),
        (python, "\"python:3.13-alpine\""),
        (python, "\"python:3\""),
        ("python: ./py", "distroless"),
    ] {
        assert_eq!(said(build, runtime), "fine", "{build} on {runtime}");
    }
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

/// A project of uv with the packages `uvicorn` and `celery`, and the programs `serve` and `python-only`.
fn python_project() -> Memory {
    let mut project = Memory::default();
    project.files.extend([
        (
            "pyproject.toml",
            "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.13\"\n[project.scripts]\nserve = \"shop.main:run\"\n",
        ),
        (
            "uv.lock",
            "version = 1\n[[package]]\nname = \"shop\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"uvicorn\" }, { name = \"celery\" }]\n[[package]]\nname = \"uvicorn\"\nversion = \"1\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/uvicorn-1-py3-none-any.whl\" }]\n[[package]]\nname = \"celery\"\nversion = \"1\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/celery-1-py3-none-any.whl\" }]\n",
        ),
        ("main.py", ""),
        ("src/shop/__init__.py", ""),
        ("src/shop/main.py", ""),
        ("src/shop/fast.cpython-313-x86_64-linux-gnu.so", ""),
    ]);
    project
}

/// The missing program of a Python image's command.
fn lacking(keys: &str) -> String {
    let plan = of(&python_project(), &format!("images: {{ api: {{ python: ., {keys} }} }}"));
    let contents = plan.contents.unwrap();
    let of_calls = contents.calls.iter().filter_map(|call| match &call.found {
        Found::No(missing) => Some(call.message(missing, &contents.base)),
        _ => None,
    });
    of_calls.chain(contents.absent.map(|absent| absent.message)).collect::<Vec<_>>().join("; ")
}

#[test]
fn missing_programs_files_and_modules_of_python_are_found() {
    for keys in [
        "cmd: [serve]",
        "cmd: [serving]",
        "entrypoint: [serv], files: { /usr/local/bin/serv: ./main.py }",
        "cmd: [uvicorn, \"shop.main:app\"]",
        "cmd: [uvicorn, \"main:app\"]",
        "cmd: [uvicorn, \"of_a_package.main:app\"]",
        "cmd: [celery, -A, shop.anything, worker]",
        "cmd: [python, main.py]",
        "cmd: [python, src/shop/main.py]",
        "cmd: [python3, -m, shop.fast]",
        "cmd: [python3, -m, http.server]",
        "cmd: [something, serve.py]",
        "cmd: [pip, --version]",
        "cmd: [gunicorn, \"main:app\"], runtime: acme/python",
        "cmd: [gunicorn, \"main:app\"], packages: [gunicorn]",
        "cmd: [python, serve.py], workdir: /srv",
        "cmd: [python, serve.py], runtime: acme/python",
        "cmd: [python, serve.py], files: { /app/serve.py: ./main.py }",
        "cmd: [python, -m, shop.web], files: { /app/src/shop/: ./main.py }",
        "entrypoint: [python], cmd: [main.py]",
        "runtime: distroless, cmd: [main.py]",
    ] {
        assert_eq!(lacking(keys), "", "{keys}");
    }
    for (keys, expected) in [
        (
            "cmd: [gunicorn, \"main:app\"]",
            "there is no `gunicorn` in the image: the lockfile does not contain the package `gunicorn`",
        ),
        ("cmd: [uv, run, main.py]", "there is no `uv` in the image: the lockfile does not contain the package `uv`"),
        ("entrypoint: [serv]", "the project does not have a program `serv`, but it has `serve`"),
        ("cmd: [python, serve.py]", "there is no `serve.py` in the image: `serve.py` is not in the context"),
        (
            "entrypoint: [python], cmd: [serve.py]",
            "there is no `serve.py` in the image: `serve.py` is not in the context",
        ),
        ("cmd: [python, -m, shop.web]", "there is no module `shop.web` in the image"),
        ("cmd: [uvicorn, \"app:app\"]", "there is no module `app` in the image"),
        ("cmd: [uvicorn, \"shop.web.main:app\"]", "there is no module `shop.web` in the image"),
        (
            "cmd: [serve], healthcheck: { run: [flask, --version] }",
            "there is no `flask` in the image: the lockfile does not contain the package `flask`",
        ),
    ] {
        assert_eq!(lacking(keys), expected, "{keys}");
    }
    // The contents of packages of the repository, and of what the installer's options add, are unknown.
    let mut project = python_project();
    let lock = project.files["uv.lock"].replace("{ name = \"celery\" }]", "{ name = \"lib\" }]")
        + "[[package]]\nname = \"lib\"\nversion = \"1\"\nsource = { editable = \"lib\" }\n";
    project.files.extend([
        ("uv.lock", &*lock.leak()),
        ("lib/pyproject.toml", "[project]\nname = \"lib\"\nversion = \"1\"\n"),
        ("acme/part.py", ""),
    ]);
    for keys in [
        "python: ., cmd: [uvicorn, \"app:app\"]",
        "python: ., cmd: [python, -m, acme.other]",
        "python: { source: ., install: { options: [--with, gunicorn] } }, cmd: [gunicorn, \"main:app\"]",
    ] {
        let contents = of(&project, &format!("images: {{ api: {{ {keys} }} }}")).contents.unwrap();
        assert_eq!(contents.absent, None, "{keys}");
        assert!(!contents.calls.iter().any(|call| matches!(call.found, Found::No(_))), "{keys}");
    }
    // The contents of distroless are known.
    let spec = "images: { api: { python: ., runtime: distroless, entrypoint: [gunicorn] } }";
    assert!(refusal(&python_project(), spec).contains("there is no `gunicorn` in the image"));
}

/// The missing libraries of an image.
fn libraries(project: &Memory, keys: &str) -> String {
    let contents = of(project, &format!("images: {{ api: {{ {keys} }} }}")).contents.unwrap();
    contents.libraries.iter().map(|library| library.package).collect::<Vec<_>>().join(" ")
}

#[test]
fn images_require_the_libraries_that_their_builds_link_with() {
    let go = |more: &str, runtime: &str| {
        let keys = format!("go: {{ main: ./cmd/api, cgo: true, {more} }}{runtime}");
        libraries(&go_project(), &keys)
    };
    assert_eq!(go("packages: [libpq-dev, \"zlib1g-dev=1:1.2\", pkg-config]", ""), "libpq5 zlib1g");
    assert_eq!(go("packages: [libssl-dev]", ""), "");
    assert_eq!(go("packages: [libssl-dev, zlib1g-dev]", ", runtime: slim"), "libssl3");
    assert_eq!(go("packages: { build: [libpq-dev], runtime: [libpq5] }", ", runtime: slim"), "");
    assert_eq!(go("packages: [libpq-dev]", ", runtime: slim, packages: [postgresql-client]"), "");
    assert_eq!(go("packages: [libvips-dev]", ", runtime: \"debian:trixie-slim\", packages: [libvips42t64]"), "");
    assert_eq!(go("packages: [libpq-dev]", ", runtime: \"acme/base:1\""), "");
    assert_eq!(go("packages: [libpq-dev]", ", files: { /usr/lib/x/libpq.so.5: ./go.mod }"), "");
    assert_eq!(go("ldflags: \"-extldflags=-static\", packages: [libpq-dev]", ""), "");

    let mut project = python_project();
    let python = "python: { source: ., packages: [libpq-dev, libffi-dev, libsqlite3-dev] }";
    // All packages have wheels, so nothing is compiled.
    assert_eq!(libraries(&project, python), "");
    let lock = project.files["uv.lock"].replace("{ name = \"celery\" }]", "{ name = \"psycopg2\" }]")
        + "[[package]]\nname = \"psycopg2\"\nversion = \"2\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/psycopg2-2-cp313-cp313-win_amd64.whl\" }]\n";
    project.files.insert("uv.lock", &*lock.leak());
    assert_eq!(libraries(&project, python), "libpq5");
    assert_eq!(
        libraries(
            &project,
            &python.replace("[libpq", "{ build: [libpq").replace("-dev] }", "-dev], runtime: [libpq5] } }")
        ),
        ""
    );
    assert_eq!(libraries(&project, &format!("{python}, runtime: \"python:3.13\"")), "");

    let node = |lock: &'static str| {
        let mut project = Memory::default();
        project.files.extend([
            ("package.json", "{\"name\":\"a\",\"engines\":{\"node\":\"24\"},\"dependencies\":{\"a\":\"1\"}}"),
            ("package-lock.json", lock),
        ]);
        libraries(&project, "node: { source: ., packages: [libcairo2-dev] }")
    };
    assert_eq!(
        node(
            "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}},\"node_modules/a\":{\"version\":\"1.0.0\",\"hasInstallScript\":true}}}"
        ),
        "libcairo2"
    );
    assert_eq!(
        node(
            "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}},\"node_modules/a\":{\"version\":\"1.0.0\"}}}"
        ),
        ""
    );
}

#[test]
fn machine_code_of_packages_requires_its_c_library() {
    let lack = |project: &Memory, keys: &str| {
        let contents = of(project, &format!("images: {{ api: {{ {keys} }} }}")).contents.unwrap();
        contents.lack.map(|lack| lack.message(&contents.base)).unwrap_or_default()
    };
    let mut project = python_project();
    let alpine = "python: ., runtime: \"python:3.13-alpine\"";
    assert_eq!(lack(&project, alpine), "");
    let lock = project.files["uv.lock"]
        .replace("{ name = \"celery\" }]", "{ name = \"NumPy\" }, { name = \"markupsafe\" }]")
        + "[[package]]\nname = \"numpy\"\nversion = \"2\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/numpy-2-cp313-cp313-manylinux_2_17_x86_64.whl\" }, { url = \"https://x/numpy-2-cp313-cp313-musllinux_1_2_x86_64.whl\" }]\n[[package]]\nname = \"markupsafe\"\nversion = \"3\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/markupsafe-3-cp313-cp313-manylinux_2_17_x86_64.whl\" }]\n";
    let lock = lock.replace("\"NumPy\"", "\"numpy\"");
    project.files.insert("uv.lock", &*lock.leak());
    assert_eq!(
        lack(&project, alpine),
        "the output of the build does not run on `python:3.13-alpine`: it has musl, and `numpy` is linked with the GNU C library"
    );
    assert_eq!(lack(&project, "python: ., runtime: \"python:3.13-slim\""), "");

    let node = |lock: (&'static str, &'static str), runtime: &str| {
        let mut project = Memory::default();
        project.files.extend([
            (
                "package.json",
                "{\"name\":\"a\",\"engines\":{\"node\":\"24\"},\"dependencies\":{\"sharp\":\"1\",\"bcrypt\":\"5\"}}",
            ),
            lock,
        ]);
        lack(&project, &format!("node: ., runtime: \"{runtime}\""))
    };
    let npm = (
        "package-lock.json",
        "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"sharp\":\"1\",\"bcrypt\":\"5\"}},\"node_modules/sharp\":{\"version\":\"1.0.0\"},\"node_modules/@img/sharp-linux-x64\":{\"version\":\"1.0.0\",\"os\":[\"linux\"],\"cpu\":[\"x64\"],\"optional\":true},\"node_modules/bcrypt\":{\"version\":\"5.0.0\",\"hasInstallScript\":true,\"dependencies\":{\"@mapbox/node-pre-gyp\":\"1\"}}}}",
    );
    let yarn = (
        "yarn.lock",
        "# yarn lockfile v1\n\nsharp@1:\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/sharp/-/sharp-1.0.0.tgz#0\"\n  integrity sha512-x\n\nbcrypt@5:\n  version \"5.0.0\"\n  resolved \"https://registry.yarnpkg.com/bcrypt/-/bcrypt-5.0.0.tgz#0\"\n  integrity sha512-x\n",
    );
    let said = "the output of the build does not run on `node:24-alpine`: it has musl, and ";
    assert_eq!(node(npm, "node:24-alpine"), format!("{said}`@img/sharp`, `bcrypt` are linked with the GNU C library"));
    assert_eq!(node(yarn, "node:24-alpine"), format!("{said}`sharp` is linked with the GNU C library"));
    assert_eq!(node(npm, "node:24-bookworm-slim"), "");
    assert_eq!(node(npm, "slim"), "");
}
