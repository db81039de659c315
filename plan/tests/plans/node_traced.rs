//! `dependencies: traced`: the steps of the tracer, and what it starts from.

use slipway_plan::{Network, Plan, Run, StepKind};

use crate::node::{lines, planned, project};
use crate::support::{Memory, print, refusal};

fn web() -> Memory {
    project(&[
        (
            "web/package.json",
            r#"{"name":"web","scripts":{"build":"tsc","start":"node dist/main.js"},"dependencies":{"ms":"2"}}"#,
        ),
        ("web/package-lock.json", r#"{"lockfileVersion":3,"packages":{"node_modules/ms":{}}}"#),
        ("web/.nvmrc", "24"),
        ("app.py", ""),
        ("requirements.txt", ""),
    ])
}

fn spec(keys: &str) -> String {
    format!("images: {{ web: {{ node: {{ source: ./web, scripts: [build], output: [dist] }}, {keys} }} }}")
}

fn traced(plan: &Plan) -> &Run {
    let step = plan.steps.iter().find(|(_, step)| step.name.contains("traced dependencies]")).unwrap().1;
    let StepKind::Run(run) = &step.kind else { panic!("{step:?}") };
    run
}

fn call(plan: &Plan) -> String {
    let step = plan.steps.iter().find(|(_, step)| step.name.contains(" imports]")).unwrap().1;
    let StepKind::Run(run) = &step.kind else { panic!("{step:?}") };
    assert_eq!((run.network, traced(plan).network), (Network::None, Network::None));
    let text = run.mounts.iter().find_map(|mount| match &mount.kind {
        slipway_plan::MountKind::Script { text } if text.contains("\nimports ") => Some(text.clone()),
        _ => None,
    });
    text.unwrap().lines().find(|line| line.starts_with("imports ")).unwrap().to_owned()
}

#[test]
fn the_image_has_what_its_program_reaches() {
    let plan = planned(&web(), &spec("dependencies: traced"), "linux/amd64");
    assert_eq!(
        call(&plan),
        r#"imports /run/image /app /app '["dist/main.js"]' '[]' '["/app/dist","/app/package.json"]'"#
    );
    let layers = lines(&plan, "layer [web]");
    assert_eq!(layers.lines().count(), 2, "{layers}");
    assert!(layers.contains("traced dependencies"), "{layers}");
    assert!(lines(&plan, "/files/app -> /app").contains("copy"), "{}", print(&plan));
    let installs = lines(&plan, "@vercel/nft@");
    assert!(installs.contains("--ignore-scripts"), "{installs}");
    // Who writes the map has seen what the tracer does not see.
    assert_eq!(traced(&plan).warnings.map(|warnings| warnings.path), Some("/warnings"));
    let seen = planned(&web(), &spec("dependencies: { traced: {} }"), "linux/amd64");
    assert_eq!((call(&seen), traced(&seen).warnings), (call(&plan), None));
    // The command of the image counts, and its own working directory.
    let keys = "entrypoint: [/nodejs/bin/node, -r, ./dist/tracing.js], cmd: [server.js], workdir: /app/dist, \
                dependencies: { traced: { include: [dist/worker.js, node_modules/ms] } }";
    assert_eq!(
        call(&planned(&web(), &spec(keys), "linux/amd64")),
        r#"imports /run/image /app/dist /app '["/nodejs/bin/node","-r","./dist/tracing.js","server.js"]' '["/app/dist/worker.js","/app/node_modules/ms"]' '["/app/dist","/app/package.json"]'"#
    );
}

#[test]
fn wrong_uses_of_traced() {
    let refused = |keys: &str| refusal(&web(), &spec(keys));
    let mut old = web();
    old.files.insert("web/.nvmrc", "18");
    let said = [
        ("another language", refusal(&web(), "images: { app: { python: ., dependencies: traced } }")),
        ("an old Node.js", refusal(&old, &spec("dependencies: traced"))),
        ("a path outside", refused("dependencies: { traced: { include: [../../x.js] } }")),
        ("a path that images lack", refused("dependencies: { traced: { include: [../x.js] } }")),
        ("a pattern", refused("dependencies: { traced: { include: ['dist/*.js'] } }")),
    ];
    let said: String = said.iter().map(|(what, said)| format!("{what}:\n  {}\n", said.replace('\n', "\n  "))).collect();
    insta::assert_snapshot!(said);
}
