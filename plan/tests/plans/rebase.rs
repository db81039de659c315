//! Another digest of a base: nothing of the build runs again, and no layer is made again.

use std::collections::BTreeSet;

use slipway_plan::{Plan, StepKind};

use crate::support::{Memory, go_project, make, request};

/// The names of steps that differ.
fn changed(old: &Plan, new: &Plan) -> Vec<String> {
    assert_eq!(old.steps.len(), new.steps.len());
    let pairs = old.steps.iter().zip(new.steps.iter());
    let differs = pairs.filter(|((old_id, old), (new_id, new))| old_id != new_id || old.kind != new.kind);
    differs.map(|((_, step), _)| step.name.clone()).collect()
}

#[test]
fn a_new_base_leaves_every_step_and_layer_valid() {
    let files =
        |files: &[(&'static str, &'static str)]| Memory { files: files.iter().copied().collect(), ..Memory::default() };
    let node = || {
        files(&[
            ("package.json", r#"{"name":"web","scripts":{"build":"tsc"},"dependencies":{"ms":"2"}}"#),
            ("package-lock.json", r#"{"lockfileVersion":3,"packages":{"node_modules/ms":{}}}"#),
            ("src/server.ts", ""),
            ("data/x", ""),
        ])
    };
    let python = || files(&[("requirements.txt", "flask==3.0\n"), ("app.py", ""), ("data/x", "")]);
    let go = || {
        let mut project = go_project();
        project.files.insert("data/x", "");
        project
    };
    let rust = || {
        files(&[
            ("Cargo.toml", "[package]\nname = \"edge\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
            ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"edge\"\nversion = \"0.1.0\"\n"),
            ("src/main.rs", "fn main() {}\n"),
            ("data/x", ""),
        ])
    };
    let more =
        "runtime: distroless, files: { /data: ./data }, folders: { /var/cache/a: {} }, user: { name: app, uid: 7 }";
    let cases: [(&dyn Fn() -> Memory, &str); 4] = [
        (&go, "go: ./cmd/api"),
        (&node, "node: { scripts: [build], output: [dist] }, cmd: [dist/server.js]"),
        (&python, "python: { python: '3.13', source: . }, cmd: [app.py]"),
        (&rust, "rust: ."),
    ];
    for (project, build) in cases {
        let spec = format!("images: {{ api: {{ {build}, {more} }} }}");
        let old = make(&project(), &spec, None, "linux/amd64", &request()).unwrap();
        let new = make(&Memory { updated: Some("distroless/"), ..project() }, &spec, None, "linux/amd64", &request())
            .unwrap();
        let changed = changed(&old, &new);
        assert!(matches!(changed.as_slice(), [base] if base.starts_with("[api base] FROM ")), "{build}: {changed:?}");
        // What stands on the base, and so is put together again: nothing runs for it.
        let mut above =
            BTreeSet::from_iter(new.steps.iter().find(|(_, step)| step.name == changed[0]).map(|(id, _)| id));
        for (id, step) in new.steps.iter() {
            if step.kind.inputs().iter().any(|(from, _)| above.contains(from)) {
                assert!(matches!(step.kind, StepKind::Assemble { .. } | StepKind::Write { .. }), "{}", step.name);
                above.insert(id);
            }
        }
        assert!(above.contains(&new.result), "{build}");
    }
}
