//! Secret files in what a build copies: told where the spec names their folder, and left out of sources.

use slipway_plan::{CopyItem, Plan, StepKind};

use crate::support::{Memory, make, request};

fn made(files: &[(&'static str, &'static str)], spec: &str) -> Plan {
    let files = files.iter().copied().collect();
    make(&Memory { files, ..Memory::default() }, spec, Some("a"), "linux/amd64", &request()).unwrap()
}

/// The warnings of a plan, with their columns.
fn warnings(plan: &Plan) -> Vec<String> {
    let line = |found: &slipway_spec::Diagnostic| {
        format!("{} {}: {}", found.primary.span.start.column, found.rule.unwrap_or_default(), found.message)
    };
    plan.warnings.iter().map(line).collect()
}

#[test]
fn folders_with_secret_files_are_told() {
    const FILES: &[(&str, &str)] = &[
        ("deploy/.env", ""),
        ("deploy/.env.example", ""),
        ("deploy/conf/tls.key", "-----BEGIN PRIVATE KEY-----"),
        ("deploy/conf/tls.pem", "-----BEGIN CERTIFICATE-----"),
        ("site/index.html", ""),
        ("site/id_rsa", ""),
    ];
    let found = |files: &str| warnings(&made(FILES, &format!("images: {{ a: {{ files: {{ /x: {files} }} }} }}")));
    assert_eq!(
        found("./deploy"),
        [
            "29 SecretFile: `deploy/.env`, `deploy/conf/tls.key` look like secret files, and are copied with this folder \
          into a layer"
        ]
    );
    assert_eq!(
        found("{ from: ./deploy, exclude: [\"conf/*.key\"] }"),
        ["37 SecretFile: `deploy/.env` looks like a secret file, and is copied with this folder into a layer"]
    );
    assert_eq!(found("{ from: ./deploy, include: [\"**/*.pem\"] }"), [""; 0]);
    assert_eq!(found("{ from: ./deploy, exclude: [.env, conf] }"), [""; 0]);

    let stage = "stages: { s: { from: debian:12, steps: [{ copy: { from: ./deploy, to: /x } }] } }\n\
                 images: { a: { files: { /y: \"s:/x\" } } }";
    assert_eq!(warnings(&made(FILES, stage)).len(), 1);
    let site = warnings(&made(FILES, "images: { a: { static: ./site } }"));
    assert_eq!(
        site,
        ["24 SecretFile: `site/id_rsa` looks like a secret file, and is copied with this folder into a layer"]
    );
}

/// The patterns with which the sources of a build are copied.
fn sources(plan: &Plan) -> Vec<&CopyItem> {
    let items =
        plan.steps.iter().filter(|(_, step)| step.name.contains("sources]")).filter_map(|(_, step)| match &step.kind {
            StepKind::Select { items } => Some(items),
            _ => None,
        });
    items.flatten().collect()
}

#[test]
fn environment_files_stay_out_of_sources_unless_they_are_named() {
    let files = [("main.py", ""), ("requirements.txt", ""), (".env", ""), (".python-version", "3.13")];
    let of =
        |source: &str| made(&files, &format!("images: {{ a: {{ python: {{ source: {source} }}, cmd: [main.py] }} }}"));
    let plan = of(".");
    let first = sources(&plan)[0];
    for pattern in ["**/.env", "**/.env.*", "!**/.env.example"] {
        assert!(first.exclude.iter().any(|excluded| excluded == pattern), "{:?}", first.exclude);
    }
    let plan = of("{ path: ., include: [main.py, .env.production] }");
    let first = sources(&plan)[0];
    assert_eq!(first.exclude.last().map(String::as_str), Some("!.env.production"));
}

#[test]
fn scripts_that_may_read_an_environment_file_are_told_that_it_is_not_there() {
    let files = [
        ("web/package.json", r#"{"name":"web","version":"1.0.0","scripts":{"build":"vite build"}}"#),
        ("web/.env.production", "VITE_URL=/api"),
        ("web/.env", ""),
        ("web/.env.example", ""),
    ];
    let of = |more: &str| {
        let build = format!("{{ source: ./web, node: '24', scripts: [build], output: [dist]{more} }}");
        made(&files, &format!("images: {{ a: {{ node: {build}, cmd: [dist/x.js] }} }}"))
    };
    let plan = of("");
    let found: Vec<_> = plan.warnings.iter().filter(|found| found.rule == Some("EnvFileLeftOut")).collect();
    let [found] = found.as_slice() else { panic!("{:?}", plan.warnings) };
    assert!(found.message.contains("`web/.env.production`"), "{}", found.message);
    let noted = |path: &str| plan.notes.iter().any(|note| note.text.starts_with(path));
    assert!(noted("`web/.env` is not a part") && !noted("`web/.env.example`"));
    // As the help says.
    let more = ", inputs: { ./web/.env.production: ./web/.env.production }";
    assert!(found.help.as_ref().unwrap().contains(more.trim_start_matches(", ")), "{:?}", found.help);
    let plan = of(more);
    assert!(plan.warnings.iter().all(|found| found.rule != Some("EnvFileLeftOut")), "{:?}", plan.warnings);
    assert!(sources(&plan).iter().any(|item| item.source == "/web/.env.production" && item.exclude.is_empty()));
}
