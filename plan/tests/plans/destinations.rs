//! Where programs and applications are in images, and several programs of one build.

use crate::support::{Memory, go_project, make, refusal, request};
use slipway_plan::{LayerItem, Plan, StepKind};

fn planned(project: &Memory, spec: &str) -> Plan {
    make(project, &format!("images: {{ x: {spec} }}\n"), None, "linux/amd64", &request()).unwrap()
}

/// The part of the spec that an error points to, and the error without the places of other parts.
fn refused(project: &Memory, spec: &str) -> String {
    let spec = format!("images: {{ x: {spec} }}\n");
    let said = refusal(project, &spec);
    let (column, message) = said.strip_prefix("slipway.yaml:1:").unwrap().split_once(": ").unwrap();
    let part = &spec[column.parse::<usize>().unwrap() - 1..];
    let part = part.split([',', ']', '}', ':']).next().unwrap().trim();
    let message = match (message.find(" ("), message.find("); ")) {
        (Some(start), Some(end)) if message[start..end].contains(" at 1:") => {
            format!("{}{}", &message[..start], &message[end + 1..])
        }
        _ => message.to_owned(),
    };
    format!("{part}: {message}")
}

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

/// The layers of an image, with what they copy and where to.
fn copies(plan: &Plan) -> Vec<String> {
    let layers = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
        StepKind::Assemble { layers, .. } => Some(layers),
        _ => None,
    });
    let copy = |item: &LayerItem| match item {
        LayerItem::Copy(copy) => Some(format!("{} {}", copy.source, copy.target)),
        LayerItem::Folder { .. } | LayerItem::Link { .. } | LayerItem::Text { .. } => None,
    };
    layers
        .flatten()
        .map(|layer| layer.items.iter().filter_map(copy).collect::<Vec<_>>().join(", "))
        .filter(|layer| !layer.is_empty())
        .collect()
}

fn config(plan: &Plan, key: &str) -> String {
    plan.config.pointer(&format!("/config/{key}")).map(ToString::to_string).unwrap_or_default()
}

/// The arguments of the steps with this in their names, without those of the shell.
fn args(plan: &Plan, name: &str) -> Vec<String> {
    let steps = plan.steps.iter().filter(|(_, step)| step.name.contains(name));
    let run = |step: &StepKind| match step {
        StepKind::Run(run) => Some(run.args.get(2..).unwrap_or_default().join(" ")),
        _ => None,
    };
    steps.filter_map(|(_, step)| run(&step.kind)).collect()
}

#[test]
fn programs_of_a_go_build_are_compiled_at_once_and_have_a_layer_each() {
    let plan = planned(&go_project(), "{ go: { main: [./cmd/run, ./cmd/api] } }");
    let built = args(&plan, " build] go build");
    assert_eq!(built.len(), 1, "{built:?}");
    assert!(built[0].ends_with("-o /out/ ./cmd/run ./cmd/api"), "{built:?}");
    assert_eq!(args(&plan, "compile what is imported"), [] as [&str; 0]);
    // `/run` is a folder of distributions.
    assert_eq!(copies(&plan), ["/run /usr/local/bin/run", "/api /api"]);
    assert_eq!(config(&plan, "Entrypoint"), r#"["/usr/local/bin/run"]"#);
    let notes: Vec<_> = plan.notes.iter().map(|note| note.text.as_str()).collect();
    let said =
        "images contain 2 programs, and run the first one, `/usr/local/bin/run`, unless they set an `entrypoint`";
    assert!(notes.contains(&said), "{notes:?}");

    let plan = planned(
        &go_project(),
        "{ go: { main: [./cmd/api, ./cmd/run], destination: /opt/bin/ }, entrypoint: [/opt/bin/run] }",
    );
    assert_eq!(copies(&plan), ["/api /opt/bin/api", "/run /opt/bin/run"]);
    assert_eq!(config(&plan, "Entrypoint"), r#"["/opt/bin/run"]"#);
    let calls = plan.contents.unwrap().calls;
    assert!(calls.iter().all(|call| call.found == slipway_plan::contents::Found::Yes), "{calls:?}");
    let argument = planned(&go_project(), "{ go: { main: [./cmd/api, ./cmd/run] }, cmd: [/usr/local/bin/run] }");
    assert_eq!(argument.contents.unwrap().argument.unwrap().word, "/usr/local/bin/run");
}

#[test]
fn a_destination_changes_no_step_that_compiles() {
    let at = |destination: &str| planned(&go_project(), &format!("{{ go: {{ main: ./cmd/api{destination} }} }}"));
    let (plain, placed) = (at(""), at(", destination: /usr/local/bin/shop"));
    assert_eq!(args(&plain, "go build"), args(&placed, "go build"));
    assert_eq!(copies(&placed), ["/api /usr/local/bin/shop"]);
    assert_eq!(config(&placed, "Entrypoint"), r#"["/usr/local/bin/shop"]"#);
    assert_eq!(copies(&at(", destination: /usr/local/bin/")), ["/api /usr/local/bin/api"]);
    // The default moves out of the way, a path of the spec does not.
    let in_the_way = "{ go: { main: ./cmd/api }, volumes: [/api/data] }";
    assert_eq!(copies(&planned(&go_project(), in_the_way)), ["/api /usr/local/bin/api"]);
}

#[test]
fn wrong_destinations_of_programs_are_refused() {
    let go = |options: &str, image: &str| refused(&go_project(), &format!("{{ go: {{ {options} }}{image} }}"));
    for (options, image, expected) in [
        (
            "main: ./cmd/api, destination: /usr/local/bin",
            "",
            "/usr/local/bin: `/usr/local/bin` is a folder of the system, not the path of a program; end it with `/` to install the program in it, as in `/usr/local/bin/`; `api` keeps its name",
        ),
        (
            "main: ./cmd/api, destination: /proc/api",
            "",
            "/proc/api: a container has its own `/proc`, which would hide `/proc/api`; choose another folder, such as `/usr/local/bin` for a program, or `/srv` for an application",
        ),
        ("main: ./cmd/api, destination: bin/api", "", "bin/api: `bin/api` is not an absolute path; write `/bin/api`"),
        ("main: ./cmd/api, destination: /../api", "", "/../api: `/../api` is above the root; remove the `..`"),
        (
            "main: ./cmd/api, destination: /root/api",
            "",
            "/root/api: the user `65532:65532` cannot enter `/root`, which contains `/root/api`; choose a folder outside of it, or write `user: \"0\"` to the image to run as root",
        ),
        (
            "main: ./cmd/api",
            ", workdir: /root",
            "/root: the user `65532:65532` cannot enter `/root`; choose a folder outside of it, or write `user: \"0\"` to the image to run as root",
        ),
        (
            "main: ./cmd/api, destination: /data/api",
            ", volumes: [/data/api]",
            "/data/api: `/data/api` is both a file and a folder; choose another path for one of the two; a destination of `files` that ends in `/` is a folder",
        ),
        (
            "main: ./cmd/api, destination: /srv/api",
            ", files: { /srv/api: ./go.mod }",
            "/srv/api: two files have the path `/srv/api`; choose another path for one of the two; a destination of `files` that ends in `/` is a folder",
        ),
        (
            "main: ./cmd/api, destination: /srv/api",
            ", files: { /srv: ./go.mod }",
            "/srv/api: `/srv/api` cannot be in the image: `/srv` is a file there; choose another path for one of the two; a destination of `files` that ends in `/` is a folder",
        ),
        (
            "main: [./cmd/api, ./cmd/run], destination: /app",
            "",
            "/app: `/app` is one path, but the build has 2 programs; end it with `/` to install all of them in that folder: `/app/`",
        ),
        (
            "main: [./cmd/api, cmd/api]",
            "",
            "cmd/api: two programs have the name `api`; delete one of the two, or write another build for it",
        ),
        ("main: []", "", "[: this list is empty; name at least one, or delete the key"),
        (
            "main: [./cmd/api, ./cmd/no]",
            "",
            "./cmd/no: there is no folder `cmd/no` in the context; name the folder of a `main` package: `./cmd/api`, `./cmd/run`",
        ),
        (
            "main: ./cmd/api, name: shop",
            "",
            "name: unknown key `name` in a build; a build has the name of its key or image; to name the program in images, write its path, as in `destination: /usr/local/bin/app`",
        ),
    ] {
        assert_eq!(go(options, image), expected);
    }
    let mut nested = go_project();
    nested
        .files
        .extend([("tools/go.mod", "module example.com/tools\n\ngo 1.24\n"), ("tools/main.go", "package main\n")]);
    assert_eq!(
        refused(&nested, "{ go: { main: [./cmd/api, ./tools] } }"),
        "./tools: `tools` is not in the module of the first main package, which is `.`; write another build for it, and copy its program with `files: { /NAME: \"BUILD:/NAME\" }`"
    );
}

fn workspace() -> Memory {
    project(&[
        ("Cargo.toml", "[workspace]\nmembers = ['api', 'jobs', 'shared']\n"),
        ("Cargo.lock", ""),
        (
            "api/Cargo.toml",
            "[package]\nname = 'api'\nrust-version = '1.90'\n[dependencies]\nshared.path = '../shared'\n",
        ),
        ("api/src/main.rs", ""),
        ("jobs/Cargo.toml", "[package]\nname = 'jobs'\n"),
        ("jobs/src/bin/mail.rs", ""),
        ("jobs/src/bin/clean.rs", ""),
        ("shared/Cargo.toml", "[package]\nname = 'shared'\n"),
    ])
}

#[test]
fn programs_of_a_rust_build_are_compiled_at_once() {
    let plan = planned(&workspace(), "{ rust: { bin: [mail, api], destination: /opt/ } }");
    let built = args(&plan, " build] cargo build --bin mail --bin api");
    let words = "--profile release --package api --package jobs --bin mail --bin api --target x86_64-unknown-linux-gnu";
    assert!(built.len() == 1 && built[0].ends_with(words), "{built:?}");
    assert!(built[0].starts_with("whole=api whole=jobs whole=shared "), "{built:?}");
    assert_eq!(copies(&plan), ["/mail /opt/mail", "/api /opt/api"]);
    assert_eq!(config(&plan, "Entrypoint"), r#"["/opt/mail"]"#);
    let dependencies = args(&plan, "cargo build of what mail, api need");
    assert!(dependencies.len() == 1 && dependencies[0].contains("--bin mail --bin api"), "{dependencies:?}");

    let mut single = workspace();
    single.files.remove("jobs/src/bin/clean.rs");
    assert_eq!(copies(&planned(&single, "{ rust: { package: [api, jobs] } }")), ["/api /api", "/mail /mail"]);

    let rust = |options: &str| refused(&workspace(), &format!("{{ rust: {{ {options} }} }}"));
    for (options, expected) in [
        (
            "bin: [mail, mail]",
            "mail: two programs have the name `mail`; delete one of the two, or write another build for it",
        ),
        (
            "bin: [mail, nail]",
            "nail: there is no program `nail`, only `api`, `clean`, `mail`; name one of them with `bin:`, or its package with `package:`",
        ),
        ("package: [api, jobs]", "jobs: there are 2 programs to choose from: `clean`, `mail`; select one with `bin:`"),
        ("package: [api, jbos]", "jbos: there is no package `jbos` in the workspace; did you mean `jobs`?"),
        (
            "package: [api, jobs], bin: api",
            "jobs: `bin` names no program of the package `jobs`; name one of its programs as well, or delete the package",
        ),
        (
            "package: [api, jobs], bin: [api, mail], destination: /app",
            "/app: `/app` is one path, but the build has 2 programs; end it with `/` to install all of them in that folder: `/app/`",
        ),
    ] {
        assert_eq!(rust(options), expected);
    }
}

fn python() -> Memory {
    project(&[
        (
            "pyproject.toml",
            "[project]\nname = 'shop'\nversion = '1'\nrequires-python = '>=3.13'\n[project.scripts]\nserve = 'main:run'\n",
        ),
        ("uv.lock", "version = 1\n\n[[package]]\nname = \"shop\"\nsource = { editable = \".\" }\n"),
        ("main.py", ""),
    ])
}

#[test]
fn everything_of_a_python_build_follows_its_destination() {
    let plan = planned(&python(), "{ python: { destination: /src/shop/ }, cmd: [serve] }");
    assert_eq!(config(&plan, "WorkingDir"), r#""/src/shop""#);
    let env = config(&plan, "Env");
    for variable in ["PATH=/src/shop/.venv/bin:/bin", "VIRTUAL_ENV=/src/shop/.venv", "PYTHONPATH=/src/shop"] {
        assert!(env.contains(variable), "{env}");
    }
    assert_eq!(copies(&plan), ["/ /src/shop/.venv", "/ /src/shop"]);
    let printed = crate::support::print(&plan);
    assert!(!printed.contains("/app"), "{printed}");
    // Steps have the repository elsewhere than below the application.
    assert!(printed.contains("mount /opt/slipway-sources") && !printed.contains("mount /src ="), "{printed}");
    assert_eq!(plan.source_folder.as_deref(), Some("/src/shop"));
    let missing = "{ python: { destination: /srv/shop }, cmd: [python3, mian.py] }";
    let absent = planned(&python(), missing).contents.unwrap().absent.unwrap();
    assert!(absent.help.contains("which is `/srv/shop` in the image"), "{}", absent.help);
}

#[test]
fn applications_of_java_and_node_follow_their_destinations() {
    let java = project(&[(
        "pom.xml",
        "<project><properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
    )]);
    let plan = planned(&java, "{ java: { destination: /opt/report } }");
    assert_eq!(copies(&plan), ["/lib /opt/report/lib", "/app /opt/report"]);
    assert_eq!(config(&plan, "Entrypoint"), r#"["java","-jar","/opt/report/app.jar"]"#);
    assert_eq!(config(&plan, "WorkingDir"), r#""/opt/report""#);
    assert_eq!(
        refused(&java, "{ java: { destination: /opt/report.jar } }"),
        "/opt/report.jar: `/opt/report.jar` is the path of a jar, but `destination` is a folder; write `/opt`: the program is `/opt/app.jar` there, and its libraries are in `/opt/lib`"
    );

    let node =
        project(&[("web/package.json", r#"{ "scripts": { "start": "node server.js" } }"#), ("web/server.js", "")]);
    let plan = planned(&node, "{ node: { source: ./web, node: '24', destination: /srv/web } }");
    assert_eq!(copies(&plan), ["/web/package.json /srv/web/package.json, / /srv/web"]);
    assert_eq!(config(&plan, "WorkingDir"), r#""/srv/web""#);
    let plain = planned(&node, "{ node: { source: ./web, node: '24' } }");
    assert_eq!(plain.steps.iter().count(), plan.steps.iter().count(), "no step knows of it");
}

#[test]
fn wrong_destinations_of_applications_are_refused() {
    let node = project(&[("package.json", "{}"), ("server.js", "")]);
    assert_eq!(
        refused(&node, "{ node: { node: '24', destination: /opt }, cmd: [server.js] }"),
        "/opt: `/opt` is a folder of the system, but the application needs a folder of its own; name one in it, such as `/opt/app`"
    );
    for (destination, expected) in [
        ("srv", "`srv` is not an absolute path; write `/srv`"),
        (
            "/",
            "`/` is a folder of the system, but the application needs a folder of its own; name one in it, such as `/app`",
        ),
        (
            "/usr/local",
            "`/usr/local` is a folder of the system, but the application needs a folder of its own; name one in it, such as `/usr/local/app`",
        ),
        (
            "/tmp/shop",
            "build steps use `/tmp/shop` themselves, so the application cannot be there; choose another folder, such as `/srv/shop`",
        ),
        (
            "/opt/slipway-tool",
            "build steps use `/opt/slipway-tool` themselves, so the application cannot be there; choose another folder, such as `/srv/shop`",
        ),
        (
            "/srv/my shop",
            "programs of a Python environment cannot name `/srv/my shop`, which contains ` `; use letters, digits, `-`, `_` and `.`, as in `/srv/shop`",
        ),
    ] {
        let spec = format!("{{ python: {{ destination: '{destination}' }}, cmd: [serve] }}");
        assert_eq!(refused(&python(), &spec), format!("'{destination}': {expected}"));
    }
}
