//! Scripts with arguments and more, and outputs beside the package.

use slipway_plan::{Network, Plan, StepKind};

use crate::node::{lines, planned, project};
use crate::support::{Memory, refusal};

fn monorepo() -> Memory {
    project(&[
        (
            "web/package.json",
            r#"{"name":"web","scripts":{"build":"vite build","fetch":"node fetch.js","start":"node ../server/dist/main.js"},"dependencies":{"ms":"2"}}"#,
        ),
        ("web/package-lock.json", r#"{"lockfileVersion":3,"packages":{"node_modules/ms":{}}}"#),
        ("server/public/index.html", ""),
    ])
}

fn scripts(plan: &Plan) -> Vec<(String, String, Network)> {
    let runs = plan.steps.iter().filter(|(_, step)| step.name.contains(" build]")).map(|(_, step)| match &step.kind {
        StepKind::Run(run) => {
            let text = run.mounts.iter().find_map(|mount| match &mount.kind {
                slipway_plan::MountKind::Script { text } => Some(text.clone()),
                _ => None,
            });
            (step.name.clone(), text.unwrap(), run.network)
        }
        other => panic!("{other:?}"),
    });
    runs.collect()
}

#[test]
fn scripts_take_arguments_and_environment() {
    let of = |manager: &str, lockfile: &'static str| {
        let mut project = monorepo();
        project.files.remove("web/package-lock.json");
        project.files.insert(lockfile, "");
        let spec = format!(
            "images: {{ web: {{ node: {{ source: ./web, manager: {manager}, output: [dist], scripts: [fetch, {{ script: build, args: [--mode, 'a b'], env: {{ API: '/x y' }} }}] }} }} }}"
        );
        let all = scripts(&planned(&project, &spec, "linux/amd64"));
        let [(name, text, Network::None)] = all.as_slice() else { panic!("{all:?}") };
        let line = text.lines().find(|line| line.starts_with("env ")).unwrap_or_default().to_owned();
        assert!(name.contains(&format!("{manager} run fetch && {manager} run build")), "{name}");
        line
    };
    assert_eq!(of("npm", "web/package-lock.json"), "env 'API=/x y' npm run build -- --mode 'a b'");
    for (manager, lockfile) in [("pnpm", "web/pnpm-lock.yaml"), ("yarn", "web/yarn.lock"), ("bun", "web/bun.lock")] {
        assert_eq!(of(manager, lockfile), format!("env 'API=/x y' {manager} run build --mode 'a b'"));
    }
}

#[test]
fn scripts_with_other_access_have_their_own_steps() {
    let spec = "\
secrets: { token: { env: TOKEN, required: false } }
images:
  web:
    node:
      source: ./web
      output: [dist]
      scripts: [{ script: fetch, network: default, secrets: [token] }, build]
";
    let plan = planned(&monorepo(), spec, "linux/amd64");
    let all = scripts(&plan);
    let accesses: Vec<_> = all.iter().map(|(name, _, network)| (name.as_str(), *network)).collect();
    let expected = [("[web build] npm run fetch", Network::Sandbox), ("[web build] npm run build", Network::None)];
    assert_eq!(accesses, expected);
    let with_token = |name: &str| {
        let (_, step) = plan.steps.iter().find(|(_, step)| step.name == name).unwrap();
        matches!(&step.kind, StepKind::Run(run) if !run.secret_env.is_empty())
    };
    assert!(with_token("[web build] npm run fetch") && !with_token("[web build] npm run build"));
    // The last step makes the output, with its own access.
    let spec = spec.replace(", build]", "]");
    let all = scripts(&planned(&monorepo(), &spec, "linux/amd64"));
    assert!(matches!(all.as_slice(), [(_, text, Network::Sandbox)] if text.contains("/out")), "{all:?}");
}

const BESIDE: &str = "\
builds:
  web: { preset: node, source: ./web, scripts: [build], output: [dist, ../server/dist] }
images:
  web: { build: web }
  files: { runtime: scratch, files: { /srv/: \"web:/server/dist\" } }
";

#[test]
fn an_output_beside_the_package_keeps_its_place() {
    let plan =
        crate::support::make(&monorepo(), BESIDE, Some("web"), "linux/amd64", &crate::support::request()).unwrap();
    assert_eq!(plan.config["config"]["WorkingDir"], "/app/web");
    assert_eq!(plan.config["config"]["Cmd"], serde_json::json!(["../server/dist/main.js"]));
    let copies = lines(&plan, "/app/");
    for copy in ["/app/web/node_modules", "/app/web/package.json", "/beside/server/dist -> /app/server/dist"] {
        assert!(copies.contains(copy), "{copy}: {copies}");
    }
    let sources = lines(&plan, "include [\"server/dist\"");
    assert!(sources.contains("\"web\""), "{}", crate::support::print(&plan));
    // The package ships nothing else.
    let only = BESIDE.replace("dist, ../server", "../server");
    let plan =
        crate::support::make(&monorepo(), &only, Some("web"), "linux/amd64", &crate::support::request()).unwrap();
    let all = scripts(&plan);
    assert!(all[0].1.contains("for path in package.json; do"), "{}", all[0].1);
    assert!(all[0].1.contains("take_beside /out/beside server/dist\n"), "{}", all[0].1);
    // Without scripts, it is a folder of the repository.
    let as_it_is = "images: { web: { node: { source: ./web, output: [../server/public] } } }";
    let copies = lines(&planned(&monorepo(), as_it_is, "linux/amd64"), "/app/server");
    assert!(copies.contains("/server/public -> /app/server/public"), "{copies}");
}

#[test]
fn wrong_scripts_and_outputs() {
    let refused =
        |keys: &str| refusal(&monorepo(), &format!("images: {{ web: {{ node: {{ source: ./web, {keys} }} }} }}"));
    let all = [
        "scripts: [biuld]",
        "scripts: ['build --prod']",
        "scripts: [{ script: bild, args: [--prod] }]",
        "scripts: [build], output: [../../dist]",
        "scripts: [build], output: [dist, ./dist/]",
        "scripts: [build], output: [../dist, ../web/../dist]",
        "scripts: [build], output: [..]",
        "scripts: [build], output: [dist, ../dist]",
        "scripts: [build], output: ['../*/dist']",
        "output: [../server/none]",
    ];
    let said: String = all.iter().map(|keys| format!("{keys}\n  {}\n", refused(keys).replace('\n', "\n  "))).collect();
    insta::assert_snapshot!(said);
}
