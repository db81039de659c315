//! What images of Node.js run by default: the script `start`, and what it needs.

use slipway_spec::Diagnostic;

use crate::node::{planned, project, small};
use crate::support::{make, request};

#[test]
fn a_program_outside_the_image_is_reported() {
    let project = small("package-lock.json", &[("server/main.js", "")]);
    let said = |image: &str| -> Vec<String> {
        let spec = format!("images: {{ web: {{ node: {{ scripts: [build], output: [dist] }}, {image} }} }}");
        let plan = make(&project, &spec, None, "linux/amd64", &request()).unwrap();
        let found = plan.warnings.into_iter().filter(|found| found.rule == Some("ProgramLeftBehind"));
        found.map(|found| found.message).collect()
    };
    for (image, written) in [
        ("cmd: [server/main.js]", "server/main.js"),
        ("cmd: [--enable-source-maps, ./server/main.js]", "./server/main.js"),
        ("entrypoint: [node, server/main.js]", "server/main.js"),
    ] {
        let expected = format!("`{written}` is not in the image, which only contains `dist` from the build");
        assert_eq!(said(image), [expected], "{image}");
    }
    for image in [
        "cmd: [dist/server.js]",
        "cmd: [node_modules/next/dist/bin/next, start]",
        "cmd: [../shared/main.js]",
        "cmd: [migrate]",
        "cmd: [server/main.js], workdir: /srv",
        "cmd: [server/main.js], files: { /app/server: ./server }",
    ] {
        assert!(said(image).is_empty(), "{image}: {:?}", said(image));
    }
}

/// The environment and the arguments of a package's image, or why it runs nothing; and warnings.
fn started(manifest: &'static str, spec: &str, more: &[(&'static str, &'static str)]) -> String {
    let mut project = project(more);
    project.files.insert("package.json", manifest);
    let plan = planned(&project, spec, "linux/amd64");
    let config = |key: &str| plan.config.pointer(&format!("/config/{key}")).cloned().unwrap_or_default().to_string();
    let told = |found: &Diagnostic| {
        format!("\n{:?} {}; {}", found.rule, found.message, found.help.as_deref().unwrap_or_default())
    };
    let warnings: String = plan.warnings.iter().map(told).collect();
    let contents = plan.contents.unwrap();
    match contents.idle {
        Some(idle) => format!("{}; {}{warnings}", idle.why, idle.help),
        None => format!("{} {}{warnings}", config("Env"), config("Cmd")),
    }
}

#[test]
fn the_script_start_runs_or_is_reported() {
    const ALL: &str = "images: { web: { node: . } }";
    const BUILT: &str = "images: { web: { node: { scripts: [build], output: [dist] } } }";
    let lock = (
        "package-lock.json",
        r#"{"lockfileVersion":3,"packages":{"":{"dependencies":{"next":"15"},"devDependencies":{"tsx":"4"}},
            "node_modules/next":{"bin":{"next":"dist/bin/next"}},"node_modules/tsx":{"dev":true,"bin":{"tsx":"dist/cli.mjs"}}}}"#,
    );
    let cases = [
        (r#"{"scripts":{"start":"PORT=80 node src/a.js"}}"#, ALL, vec![("src/a.js", "")]),
        (
            r#"{"scripts":{"start":"PORT=80 node src/a.js"}}"#,
            "images: { web: { node: ., env: { PORT: '90' } } }",
            vec![("src/a.js", "")],
        ),
        (
            r#"{"scripts":{"start":"PORT=80 node src/a.js"}}"#,
            "images: { web: { node: ., cmd: [b.js] } }",
            vec![("src/a.js", "")],
        ),
        (r#"{"scripts":{"start":"node src/a"}}"#, ALL, vec![("src/a/index.js", "")]),
        (r#"{"scripts":{"start":"node src/none.js"}}"#, ALL, vec![]),
        (r#"{"scripts":{"start":"node src/a.js","build":"tsc"}}"#, BUILT, vec![]),
        (r#"{"scripts":{"start":"node dist/a.js","prestart":"npm run build","build":"tsc"}}"#, BUILT, vec![]),
        (r#"{"scripts":{"start":"node dist/a.js","prestart":"npm run migrate","build":"tsc"}}"#, BUILT, vec![]),
        (r#"{"scripts":{"start":"migrate && PORT=80 node dist/a.js","build":"tsc"}}"#, BUILT, vec![]),
        (r#"{"main":"index.js"}"#, ALL, vec![("server.js", "")]),
        (r#"{"main":"index.js"}"#, ALL, vec![]),
        ("{}", ALL, vec![]),
        (r#"{"scripts":{"start":"next start"},"dependencies":{"next":"15"}}"#, ALL, vec![lock]),
        (r#"{"scripts":{"start":"tsx src/a.ts"},"devDependencies":{"tsx":"4"}}"#, ALL, vec![lock, ("src/a.ts", "")]),
        (
            r#"{"scripts":{"start":"tsx src/a.ts"},"devDependencies":{"tsx":"4"}}"#,
            "images: { web: { node: ., dependencies: all } }",
            vec![lock, ("src/a.ts", "")],
        ),
        (
            r#"{"scripts":{"start":"next start"},"dependencies":{"next":"15"}}"#,
            ALL,
            vec![("pnpm-lock.yaml", "lockfileVersion: '9.0'")],
        ),
    ];
    let said: Vec<String> = cases.iter().map(|(manifest, spec, more)| started(manifest, spec, more)).collect();
    insta::assert_snapshot!(said.join("\n"), @r##"
    ["PATH=/bin","BASE=1","NODE_ENV=production","PORT=80"] ["src/a.js"]
    ["PATH=/bin","BASE=1","NODE_ENV=production","PORT=90"] ["src/a.js"]
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["b.js"]
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["src/a"]
    `scripts.start` of `package.json` names `src/none.js`, which is not in the image; correct it, or name the file that `node` runs, as in `cmd: [dist/server.js]`
    `scripts.start` of `package.json` names `src/a.js`, which is not in the image; the image only gets `dist` from the build: add the file's folder to `output` of the build
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["dist/a.js"]
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["dist/a.js"]
    Some("StartScript") the script `prestart` of `package.json` does not run in images: they start the program itself; add it to `scripts` if it is for the build; if the program does not need it, add `cmd: [dist/a.js]` to the image
    the script `start` does more than start one program: `migrate`; write `cmd: [dist/a.js]` and `env: { PORT: "80" }`, if nothing else must run; or write `runtime: slim` and `entrypoint: [npm, start]`, which runs the script with a shell
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["server.js"]
    `main` of `package.json` names `index.js`, which is not in the image; correct it, or name the file that `node` runs, as in `cmd: [dist/server.js]`
    `package.json` has no script `start`; add one there, or name the file that `node` runs, as in `cmd: [dist/server.js]`
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["node_modules/next/dist/bin/next","start"]
    the script `start` runs `tsx`, but `tsx` is one of the `devDependencies`, which are not in the image; move `tsx` to `dependencies`; add `dependencies: all` to the image; or name the compiled file, as in `cmd: [dist/server.js]`
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["node_modules/tsx/dist/cli.mjs","src/a.ts"]
    ["PATH=/bin","BASE=1","NODE_ENV=production"] ["node_modules/next/dist/bin/next","start"]
    "##);
}

/// The suggestion in each finding about `start` is a valid spec that starts something, without a finding.
#[test]
fn suggested_start_commands_are_correct() {
    let project = project(&[
        ("package.json", r#"{"scripts":{"start":"migrate && PORT=80 node dist/a.js","prestart":"x","build":"tsc"}}"#),
        ("dist/a.js", ""),
    ]);
    for written in [
        "cmd: [dist/a.js], env: { PORT: \"80\" }",
        "cmd: [dist/a.js]",
        "runtime: slim, entrypoint: [npm, start]",
        "runtime: \"oven/bun:1-slim\", entrypoint: [bun, run, start]",
    ] {
        let spec = format!("images: {{ web: {{ node: {{ scripts: [build], output: [dist] }}, {written} }} }}");
        let plan = planned(&project, &spec, "linux/amd64");
        assert!(plan.warnings.is_empty(), "{written}: {:?}", plan.warnings);
        assert_ne!(plan.contents.unwrap().starts, Some(false), "{written}");
    }
}
