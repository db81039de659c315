//! `run` steps of builds: what they see, what they leave, and who sees that.

use slipway_plan::{MountKind, Network, Plan, Run, Step, StepId, StepKind};

use crate::support::{Memory, go_project, make, print, refusal, request};

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

fn python() -> Memory {
    project(&[
        ("requirements.txt", "django==5.2\n"),
        (".python-version", "3.13"),
        ("manage.py", ""),
        ("shop/urls.py", ""),
    ])
}

fn node() -> Memory {
    project(&[
        ("web/package.json", r#"{ "name": "web", "scripts": { "build": "x" }, "dependencies": {} }"#),
        ("web/package-lock.json", r#"{ "lockfileVersion": 3, "packages": { "": { "name": "web" } } }"#),
        ("web/.nvmrc", "22"),
        ("web/src/main.js", ""),
    ])
}

fn rust() -> Memory {
    project(&[
        (
            "Cargo.toml",
            "[package]\nname = \"edge\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.90\"\n",
        ),
        ("Cargo.lock", "version = 4\n[[package]]\nname = \"edge\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", "fn main() {}\n"),
    ])
}

fn java() -> Memory {
    project(&[
        (
            "pom.xml",
            "<project><groupId>a</groupId><artifactId>report</artifactId><version>1</version>\
             <properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
        ),
        ("src/main/java/A.java", ""),
    ])
}

/// A plan of the image `api` with this build.
fn plan(project: &Memory, build: &str) -> Plan {
    make(project, &format!("images: {{ api: {{ {build} }} }}"), None, "linux/amd64", &request()).unwrap()
}

fn steps(plan: &Plan, name: &str) -> Vec<(StepId, Step)> {
    let found = plan.steps.iter().filter(|(_, step)| step.name.starts_with(name));
    found.map(|(id, step)| (id, step.clone())).collect()
}

fn run(step: &Step) -> &Run {
    match &step.kind {
        StepKind::Run(run) => run,
        _ => panic!("{} does not run", step.name),
    }
}

/// The paths that steps of a name copy from another step: where they are in both.
fn taken(plan: &Plan, name: &str, from: StepId) -> Vec<(String, String)> {
    let steps = steps(plan, name);
    assert!(!steps.is_empty(), "{name}");
    let items = steps.iter().flat_map(|(_, step)| match &step.kind {
        StepKind::Select { items } => items.clone(),
        _ => Vec::new(),
    });
    items.filter(|item| item.from == from).map(|item| (item.source, item.target)).collect()
}

fn script(run: &Run) -> String {
    let text = run.mounts.iter().find_map(|mount| match &mount.kind {
        MountKind::Script { text } if mount.target.contains("/run-") => Some(text.clone()),
        _ => None,
    });
    text.unwrap()
}

#[test]
fn collectstatic_in_python() {
    let plan = plan(
        &python(),
        "python: { run: [{ run: python manage.py collectstatic --noinput, output: [static-root] }] }, cmd: [x]",
    );
    insta::assert_snapshot!(print(&plan));
}

#[test]
fn every_language_runs_commands_on_its_dependencies_and_lays_what_they_write_over_its_sources() {
    let (first, second) = ("{ run: ./gen, output: [gen, ../data/x.json] }", "./more");
    let runs = format!("run: [{first}, {second}]");
    let of = |project: Memory, build: String, sources: &str, at: &str| {
        let text = format!("images: {{ api: {{ {build}, cmd: [x] }} }}");
        let plan = make(&project, &text, None, "linux/amd64", &request()).unwrap_or_else(|said| panic!("{said}"));
        let found = steps(&plan, "[api run] ");
        let names: Vec<_> = found.iter().map(|(_, step)| step.name.as_str()).collect();
        assert_eq!(names, ["[api run] ./gen", "[api run] ./more"], "{build}");
        let [(one, first), (two, second)] = found.as_slice() else { panic!() };
        assert_eq!((run(first).network, run(first).workdir.as_str()), (Network::None, at));
        let root = at.strip_suffix("/web").unwrap_or(at);
        assert!(script(run(first)).contains(&format!("cd {root}\n")), "{}", script(run(first)));
        assert!(script(run(second)).ends_with("take_changes\n"));
        let paths = ["/web/gen", "/data/x.json"].map(|path| (path.to_owned(), path.to_owned()));
        let all = [("/".to_owned(), "/".to_owned())];
        assert_eq!(taken(&plan, sources, *one), [paths.as_slice(), &paths].concat(), "the later step and the program");
        assert_eq!(taken(&plan, sources, *two), all);
        // Sources are where the command looks for them, and it may write there.
        let mount = run(first).mounts.iter().find(|mount| mount.target == root).unwrap();
        assert!(matches!(mount.kind, MountKind::Discarded { .. }), "{build}");
        plan
    };
    let in_web = |memory: Memory| Memory {
        files: memory.files.into_iter().map(|(path, text)| (&*format!("web/{path}").leak(), text)).collect(),
        ..memory_of(&[])
    };
    let _ = of(in_web(python()), format!("python: {{ source: ./web, {runs} }}"), "[api sources]", "/app/web");
    let built = of(
        node(),
        format!("node: {{ source: ./web, {runs}, scripts: [build], output: [dist] }}"),
        "[api sources]",
        "/app/web",
    );
    assert!(!print(&built).contains("there is no"));
    let plain = of(node(), format!("node: {{ source: ./web, {runs} }}"), "[api sources]", "/app/web");
    assert_eq!(steps(&plain, "[api build]"), []);
    let _ = of(in_web(rust()), format!("rust: {{ source: ./web, {runs} }}"), "[api sources]", "/src/web");
    let _ = of(in_web(java()), format!("java: {{ source: ./web, {runs} }}"), "[api sources]", "/src/web");
    let go = in_web(go_project());
    let made = of(go, format!("go: {{ source: ./web, main: ./cmd/api, {runs} }}"), "[api sources]", "/src/web");
    let notes: Vec<_> = made.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(
        notes.contains(
            &"compiled from its whole modules, because `inputs` or `run` adds files to the package in `web/cmd/api`"
        ),
        "{notes:?}"
    );
}

fn memory_of(files: &[(&'static str, &'static str)]) -> Memory {
    project(files)
}

#[test]
fn what_is_only_embedded_leaves_the_packages_of_a_go_program_known() {
    let made = plan(&go_project(), "go: { main: ./cmd/api, run: [{ run: ./gen, output: [cmd/api/ui/dist] }] }");
    let note = "compiled from 1 package of this repository: cmd/api";
    assert!(made.notes.iter().any(|found| found.text == note), "{:?}", made.notes);
    let (step, _) = steps(&made, "[api run]").remove(0);
    let taken = taken(&made, "[api sources] COPY packages", step);
    assert_eq!(taken, [("/cmd/api/ui/dist".to_owned(), "/cmd/api/ui/dist".to_owned())]);
}

#[test]
fn go_runs_where_its_module_is() {
    let files =
        project(&[("svc/go.mod", "module example.com/svc\n\ngo 1.24\n"), ("svc/cmd/api/main.go", "package main\n")]);
    let made = plan(&files, "go: { main: ./svc/cmd/api, run: [{ run: go generate ./..., output: [gen] }] }");
    let (step, found) = steps(&made, "[api run]").remove(0);
    assert_eq!(run(&found).workdir, "/src/svc");
    assert_eq!(taken(&made, "[api sources]", step).pop(), Some(("/svc/gen".to_owned(), "/svc/gen".to_owned())));
}

#[test]
fn commands_of_a_go_build_have_their_own_copy_of_unpacked_modules() {
    let step = "{ run: go run x.com/tool@v1, network: default, output: [gen] }";
    let build = format!("go: {{ main: ./cmd/api, private: [git.acme.com], run: [{step}, go generate ./...] }}");
    let made = plan(&go_project(), &build);
    let of = |name: &str| {
        let (_, step) = steps(&made, name).remove(0);
        let variable = |name: &str| run(&step).env.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let unpacked = run(&step).mounts.iter().find(|mount| mount.target == "/go/pkg/mod").unwrap();
        let MountKind::Cache { id, .. } = &unpacked.kind else { panic!("{:?}", unpacked.kind) };
        (variable("GOPROXY"), variable("GONOPROXY"), id.clone())
    };
    let archives = "file:///var/cache/go-archives".to_owned();
    let (programs, commands) =
        ("slipway/go-modules/example.com/shop", "slipway/go-modules-of-commands/example.com/shop");
    assert_eq!(of("[api build]"), (archives.clone(), "none".to_owned(), programs.to_owned()));
    let online = "https://proxy.golang.org,direct".to_owned();
    assert_eq!(of("[api run] go run"), (online, "git.acme.com".to_owned(), commands.to_owned()));
    assert_eq!(of("[api run] go generate"), (archives, "none".to_owned(), commands.to_owned()));
}

#[test]
fn checks_see_what_steps_write_and_packages_do_not() {
    let spec = "builds: { go: { preset: go, run: [./gen], checks: { test: { run: go test ./..., gate: true } } } }\n\
                images: { api: { build: { from: go, main: ./cmd/api } } }";
    let made = make(&go_project(), spec, None, "linux/amd64", &request()).unwrap();
    let (step, _) = steps(&made, "[go run]").remove(0);
    assert_eq!(taken(&made, "[go sources] COPY . with tests", step).len(), 1);
    let uv = project(&[
        (
            "pyproject.toml",
            "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.11\"\ndependencies = [\"lib\"]\n[tool.uv.sources]\nlib = { workspace = true }\n[tool.uv.workspace]\nmembers = [\"lib\"]\n",
        ),
        (
            "uv.lock",
            "version = 1\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"lib\" }]\n[[package]]\nname = \"lib\"\nversion = \"1\"\nsource = { editable = \"lib\" }\n",
        ),
        (
            "lib/pyproject.toml",
            "[project]\nname = \"lib\"\nversion = \"1\"\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n",
        ),
        ("lib/lib/__init__.py", ""),
    ]);
    let made = plan(&uv, "python: { run: [./gen] }, cmd: [x]");
    let (step, found) = steps(&made, "[api run]").remove(0);
    assert!(run(&found).mounts.iter().any(|mount| mount.target == "/opt/slipway-packages/lib"));
    assert_eq!(taken(&made, "[python sources]", step), []);
}

#[test]
fn a_step_has_what_it_asks_for() {
    let spec = "args: { LEVEL: \"1\" }\n\
                secrets: { token: { env: TOKEN, revision: \"7\" }, npm: { target: /root/.npmrc, required: false } }\n\
                images:\n  api:\n    python:\n      source: .\n      env: { A: \"1\", B: \"1\" }\n      private: [{ host: pip.example.com, secret: token }]\n      \
                packages: { runtime: [libpq5] }\n      run:\n        - run: fetch ${LEVEL}\n          network: default\n          secrets: [token, npm]\n          \
                env: { B: \"2\" }\n          workdir: shop\n          cache: [/root/.cache/x, { target: /var/cache/y, id: y, sharing: locked }]\n          ssh: [default]\n        - work\n    cmd: [x]\n";
    let made = make(&python(), spec, None, "linux/amd64", &request()).unwrap();
    let found = steps(&made, "[api run]");
    let [(_, fetch), (_, work)] = found.as_slice() else { panic!() };
    let (fetch, work) = (run(fetch), run(work));
    let value = |run: &Run, name: &str| run.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!(
        (value(fetch, "A"), value(fetch, "B"), value(work, "B")),
        (Some("1".into()), Some("2".into()), Some("1".into()))
    );
    assert_eq!((fetch.network, work.network), (Network::Sandbox, Network::None));
    assert_eq!(fetch.workdir, "/app/shop");
    assert_eq!(fetch.args.last().unwrap(), "fetch 1", "what is shown if it fails");
    assert_eq!(fetch.secret_env.iter().map(|secret| secret.id.as_str()).collect::<Vec<_>>(), ["token"]);
    let mounts: Vec<_> = fetch.mounts.iter().map(|mount| (mount.target.as_str(), &mount.kind)).collect();
    let has = |path: &str| mounts.iter().any(|(target, _)| *target == path);
    assert!(
        ["/root/.npmrc", "/run/secrets/slipway-ca.pem", "/run/buildkit/ssh_agent.0"].into_iter().all(has),
        "{mounts:?}"
    );
    let caches = mounts.iter().filter_map(|(_, kind)| match kind {
        MountKind::Cache { id, .. } => Some(id.as_str()),
        _ => None,
    });
    assert_eq!(caches.collect::<Vec<_>>(), ["slipway/build/api/linux/amd64/root/.cache/x", "slipway/named/y"]);
    assert!(script(fetch).contains("# revision of the secret token: 7"));
    assert!(script(fetch).contains("NETRC") || script(fetch).contains("netrc"), "the private host: {}", script(fetch));
    let is_secret = |run: &Run| {
        run.mounts.iter().any(|mount| matches!(mount.kind, MountKind::Secret { .. } | MountKind::Ssh { .. }))
    };
    assert!(!is_secret(work) && work.secret_env.is_empty());
    let packages = steps(&made, "[api run packages] apt-get install libpq5");
    assert_eq!(packages.len(), 1, "{}", print(&made));
}

#[test]
fn a_step_without_network_says_how_it_gets_one() {
    let made = plan(&python(), "python: { run: [x] }, cmd: [x]");
    assert!(script(run(&steps(&made, "[api run]").remove(0).1)).contains("write network: default in the step"));
}

#[test]
fn wrong_paths_are_refused_where_they_are() {
    let said = |run: &str| {
        refusal(
            &python(),
            &format!("args: {{ D: /x }}\nimages: {{ api: {{ python: {{ run: [{run}] }}, cmd: [x] }} }}\n"),
        )
    };
    insta::assert_snapshot!(
        [
            "{ run: x, output: [../x] }",
            "{ run: x, output: [\"${D}\"] }",
            "{ run: x, output: [\"*.json\"] }",
            "{ run: x, output: [.venv/lib] }",
            "{ run: x, workdir: .. }",
            "{ run: x, cache: [cache] }",
            "{ run: x, output: [a, gen/b], cache: [/root/.cache, /app/gen] }",
        ]
        .map(said)
        .join("\n")
    );
    let fixed = "images: { api: { static: { source: ., run: [make] } } }";
    assert!(refusal(&python(), fixed).contains("a static build runs nothing, so `run` has no effect"));
}
