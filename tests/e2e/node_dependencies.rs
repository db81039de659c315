//! Dependencies in images of Node.js: what only optional peers want stays out, and `traced` keeps what the program
//! reaches.

use slipway_tests::{Build, Loaded, Project, run};

/// Prints what it finds.
const MAIN: &str = r"
const fs = require('fs');
const { createStore } = require('zustand/vanilla');
const log = require('pino')({ base: null, timestamp: false }, require('pino').destination({ sync: true }));
const format = require(process.env.FORMAT);
const below = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? below(folder + '/' + entry.name) : [folder + '/' + entry.name]);
const has = (name) => fs.existsSync('node_modules/' + name);
log.info(format(60000));
console.log(JSON.stringify({ count: createStore(() => ({ count: 1 })).getState().count, immer: has('immer'),
  docs: has('pino/docs'), files: below('node_modules').length }));
";

#[test]
fn images_have_the_dependencies_that_their_program_needs() {
    let project = Project::spec(
        r#"builds:
  shop: { preset: node, node: "24", output: [main.js] }
defaults:
  env: { FORMAT: ms }
  healthcheck: none
images:
  whole: { build: shop }
  traced: { build: shop, dependencies: { traced: { include: [node_modules/ms] } } }
  blind: { build: shop, dependencies: traced }
"#,
    )
    .with("package.json", include_str!("node_dependencies/package.json"))
    .with("package-lock.json", include_str!("node_dependencies/package-lock.json"))
    .with("main.js", MAIN);
    let says = |target: &str| {
        let image = Loaded::new(&format!("node-{target}"));
        let built = Build::of(&project).target(target).args(image.arguments()).succeed();
        (run([&image.tag]), built)
    };
    let facts = |said: &str| -> serde_json::Value {
        let [log, facts] = said.trim().lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
        assert_eq!(log, r#"{"level":30,"msg":"1m"}"#);
        serde_json::from_str(facts).unwrap()
    };
    let (whole, (traced, built)) = (facts(&says("whole").0), says("traced"));
    assert!(built.warnings.is_empty(), "{:?}", built.warnings);
    let traced = facts(&traced);
    assert_eq!((&whole["immer"], &whole["docs"], &whole["count"]), (&false.into(), &true.into(), &1.into()));
    assert_eq!((&traced["immer"], &traced["docs"], &traced["count"]), (&false.into(), &false.into(), &1.into()));
    let files = |facts: &serde_json::Value| facts["files"].as_u64().unwrap();
    assert!(files(&traced) * 3 < files(&whole), "{traced} {whole}");
    // What is loaded by a computed name has to be included, and the step says so.
    let image = Loaded::new("node-blind");
    let built = Build::of(&project).target("blind").args(image.arguments()).succeed();
    assert!(!built.steps("[shop traced dependencies]").is_empty());
    let [warning] = &built.warnings[..] else { panic!("{:?}", built.warnings) };
    assert!(warning.contains("app/node_modules/real-require/src/index.js: loads modules whose names"), "{warning}");
    let failed = std::process::Command::new("docker").args(["run", "--rm", &image.tag]).output().unwrap();
    assert!(String::from_utf8_lossy(&failed.stderr).contains("Cannot find module 'ms'"), "{failed:?}");
}
