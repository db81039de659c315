//! Programs that an image runs: whether they exist, and can be run.

use slipway_plan::contents::{Found, Missing};

use crate::contents::{image, of, refused};
use crate::support::{Memory, go_project, make, refusal, request};

#[test]
fn a_release_of_python_is_that_of_the_image() {
    let absent = |runtime: &str, program: &str| {
        let keys = format!("runtime: '{runtime}', entrypoint: [{program}, /app.py]");
        let plan = of(&go_project(), &image(&keys));
        plan.contents.unwrap().calls.iter().any(|call| matches!(call.found, Found::No(_)))
    };
    for (runtime, program) in [
        ("python:3.13-slim", "python3.11"),
        ("python:3.13-alpine", "/usr/local/bin/python3.11"),
        ("debian:12-slim", "python3.11"),
    ] {
        assert!(absent(runtime, program), "{runtime} {program}");
    }
    for (runtime, program) in [
        ("python:3.13-slim", "python3.13"),
        ("python:3.13", "python3.11"),
        ("python:3.13", "/usr/local/bin/python3.13"),
        ("python:slim", "python3.11"),
        ("python:3-slim", "python3.11"),
        ("acme/python:3.13", "python3.11"),
    ] {
        assert!(!absent(runtime, program), "{runtime} {program}");
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
            there is no `/nope` in the image, nor in its base `gcr.io/distroless/static-debian13:nonroot`; delete the key to run `/api`, the program of the build; or copy the other one with `files`
        entrypoint: [api]
            there is no `api` in the image, nor in its base `gcr.io/distroless/static-debian13:nonroot`; the program of the build is at `/api`
        entrypoint: [sh, -c, /api]
            there is no `sh` in the image, nor in its base `gcr.io/distroless/static-debian13:nonroot`; write the program itself and its arguments; or use a base that contains one, such as `runtime: slim`
        entrypoint: [/entrypoint.sh, /api], files: { /entrypoint.sh: ./deploy/start.sh }
            `/entrypoint.sh` is a script for `/bin/sh`, which is not in `gcr.io/distroless/static-debian13:nonroot`; name the program itself instead of the script; or use a base that contains one, such as `runtime: slim`
        entrypoint: [/entrypoint.sh], files: { /: ./deploy/start.sh, /entrypoint.sh: ./deploy/env.sh }
            `/entrypoint.sh` is a script for `/usr/bin/env`, which is not in `gcr.io/distroless/static-debian13:nonroot`; name the program itself instead of the script; or use a base that contains one, such as `runtime: slim`
        runtime: slim, entrypoint: [/entrypoint.sh], files: { /entrypoint.sh: ./deploy/windows.sh }
            `/entrypoint.sh` cannot be started: its first line, `/bin/sh`, has a Windows line ending; save it with Unix line endings (LF)
        entrypoint: [/etc/api/start.sh], files: { /etc/api: ./deploy }
            `/etc/api/start.sh` is a script for `/bin/sh`, which is not in `gcr.io/distroless/static-debian13:nonroot`; name the program itself instead of the script; or use a base that contains one, such as `runtime: slim`
        entrypoint: [/etc/api/gone.sh], files: { /etc/api: ./deploy }
            there is no `/etc/api/gone.sh` in the image, nor in its base `gcr.io/distroless/static-debian13:nonroot`; delete the key to run `/api`, the program of the build; or copy the other one with `files`
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

/// A project of uv with the packages `uvicorn` and `celery`, and the programs `serve` and `python-only`.
pub(crate) fn python_project() -> Memory {
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
