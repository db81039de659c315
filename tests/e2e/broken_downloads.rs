//! Downloads that fail: a step does not succeed without them, so nothing incomplete is cached.

use slipway_tests::{Build, Loaded, Project, npm_package, run, serve_folder, unique};

/// npm succeeds without an optional dependency that it could not download. Half of the packages with machine code are
/// optional, one for each platform.
#[test]
fn npm_does_not_leave_out_what_it_could_not_download() {
    let folder = Project::empty();
    let url = serve_folder(folder.path().to_owned());
    let text = unique("optional");
    let other = r#""node_modules/other":{"version":"1.0.0","resolved":"http://127.0.0.1:1/other.tgz","optional":true,"os":["darwin"]}"#;
    let project = Project::spec("images:\n  app: { node: { node: \"24\", output: [index.js] }, cmd: [index.js] }\n")
        .with("package.json", r#"{"name":"app","version":"1.0.0","optionalDependencies":{"fast":"1.0.0","other":"1.0.0"}}"#)
        .with("package-lock.json", &format!(
            r#"{{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{{"":{{"name":"app","version":"1.0.0","optionalDependencies":{{"fast":"1.0.0","other":"1.0.0"}}}},"node_modules/fast":{{"version":"1.0.0","resolved":"{url}/fast.tgz","optional":true,"os":["linux"]}},{other}}}}}"#
        ))
        // npm downloads packages only from the registry.
        .with(".npmrc", &format!("registry={url}/\n"))
        .with("index.js", "console.log(require('fast'));\n");
    let build = || Build::of(&project).args(["--network", "host", "--allow", "network.host"]);
    let outcome = build().fail();
    let expected = "Downloads of optional dependencies failed: node_modules/fast";
    assert!(outcome.logs.contains(expected), "{}", outcome.logs);

    let manifest = r#"{"name":"fast","version":"1.0.0","main":"index.js"}"#;
    let index = format!("module.exports = \"{text}\";\n");
    let package = npm_package(&[("package.json", manifest), ("index.js", &index)]);
    std::fs::write(folder.file("fast.tgz"), package).unwrap();
    let image = Loaded::new("optional");
    let _ = build().args(image.arguments()).succeed();
    assert_eq!(run([&image.tag]).trim(), text);
}
