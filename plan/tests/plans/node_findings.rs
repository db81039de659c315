//! Errors and warnings about projects of Node.js.

use crate::node::{SMALL, WEB, planned, prisma_project, project, small};
use crate::support::{Memory, make, refusal, request};

#[test]
fn a_package_that_is_never_built_is_reported() {
    let said = |more: &[(&'static str, &'static str)], scripts: &str| {
        let mut files = vec![
            ("package.json", r#"{"private":true,"workspaces":["*"]}"#),
            ("package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
            ("api/package.json", r#"{"name":"api","scripts":{"build":"x"},"dependencies":{"lib":"*"}}"#),
            ("lib/package.json", r#"{"name":"lib","main":"./dist/index.js","scripts":{"build":"tsc"}}"#),
            ("api/index.js", ""),
        ];
        files.extend(more);
        let spec = format!(
            "images: {{ api: {{ node: {{ source: ./api, node: '22', scripts: [{scripts}], output: [index.js] }}, cmd: [index.js] }} }}"
        );
        let plan = planned(&project(&files), &spec, "linux/amd64");
        plan.warnings.iter().map(|found| format!("{:?} {}", found.rule, found.message)).collect::<Vec<_>>().join("\n")
    };
    let warned = said(&[], "");
    assert!(
        warned.contains("PackageNotBuilt") && warned.contains("`lib/dist/index.js`, which does not exist"),
        "{warned}"
    );
    for right in [said(&[("lib/dist/index.js", "")], ""), said(&[], "build")] {
        assert!(!right.contains("PackageNotBuilt"), "{right}");
    }
}

#[test]
fn opened_folders_that_images_lack_are_reported() {
    let said = |dependencies: &str, line: &'static str, spec: &str| {
        let manifest = format!(
            r#"{{"name":"web","scripts":{{"build":"tsc","start":"node dist/main.js"}},"dependencies":{{{dependencies}}},"devDependencies":{{"typescript":"5"}}}}"#
        );
        let manifest: &'static str = manifest.leak();
        let files = [
            ("package.json", manifest),
            ("package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
            ("src/main.ts", line),
            ("public/hello.txt", ""),
        ];
        let plan = planned(&project(&files), spec, "linux/amd64");
        let said =
            plan.warnings.iter().map(|found| format!("{}; {}", found.message, found.help.as_deref().unwrap_or("")));
        said.collect::<Vec<_>>().join("\n")
    };
    let opens = r#"app.use(express.static(path.join(__dirname, "../public")));"#;
    let spec = "images: { web: { node: { node: '22', scripts: [build] } } }";
    let found = said("", opens, spec);
    assert!(found.contains("`src/main.ts` opens files in `public`, which are not in the image"), "{found}");
    assert!(found.contains("`output: [dist, public]`"), "{found}");
    for (dependencies, line, spec) in [
        ("", "const scope = \"public\";", spec),
        (r#""next":"15""#, opens, spec),
        ("", opens, "images: { web: { node: { node: '22', scripts: [build], output: [dist, public] } } }"),
        ("", opens, "images: { web: { node: { node: '22', scripts: [build], output: [.] } } }"),
        (
            "",
            opens,
            "images: { web: { node: { node: '22', scripts: [build], output: [dist] }, files: { /app/public: ./public } } }",
        ),
    ] {
        let found = said(dependencies, line, spec);
        assert!(!found.contains("opens files in"), "{found}");
    }
}

#[test]
fn prisma_without_a_matching_engine_is_reported() {
    let mut project = prisma_project();
    project.files.insert("prisma/schema.prisma", "generator client {\n  provider = \"prisma-client-js\"\n}\n");
    let said = |project: &Memory, platform: &str| -> Vec<String> {
        let plan = make(project, WEB, Some("web"), platform, &request()).unwrap();
        let found = plan.warnings.into_iter().filter(|found| found.rule == Some("PrismaEngine"));
        found.map(|found| found.message).collect()
    };
    assert_eq!(
        said(&project, "linux/amd64"),
        [
            "Prisma's engine may not run on `gcr.io/distroless/nodejs22-debian13:nonroot` for linux/amd64: the schema does \
             not name `debian-openssl-3.0.x`"
        ]
    );
    assert_eq!(said(&prisma_project(), "linux/arm64").len(), 1);
    let on = |runtime: &str, more: &str| {
        let spec = WEB.replace("    runtime: distroless\n", &format!("    runtime: {runtime}\n{more}"));
        let plan = make(&prisma_project(), &spec, Some("web"), "linux/amd64", &request()).unwrap();
        let found = plan.warnings.iter().filter(|found| found.rule == Some("PrismaEngine"));
        found.map(|found| found.message.clone()).collect::<Vec<_>>().join("\n")
    };
    for right in ["distroless", "slim", "node:22-trixie-slim", "node:22-bookworm", "acme/node:22"] {
        assert_eq!(on(right, ""), "", "{right}");
    }
    let musl = on("node:22-alpine", "");
    assert!(musl.ends_with("the schema does not name `linux-musl-openssl-3.0.x`"), "{musl}");
    assert!(on("node:22-bullseye", "").ends_with("the schema does not name `debian-openssl-1.1.x`"));
    let slim = on("node:22-bookworm-slim", "");
    assert_eq!(slim, "Prisma's engine does not run on `node:22-bookworm-slim`, which has no OpenSSL");
    assert_eq!(on("node:22-bookworm-slim", "    packages: [openssl]\n"), "");
    // Version 7 has no engine, in any place.
    let manifest = project.files["package.json"].replace(r#""prisma":"6""#, r#""prisma":"^7.1.0""#);
    let six = project.files.insert("package.json", manifest.leak()).unwrap();
    assert!(said(&project, "linux/amd64").is_empty());
    project.files.insert("package.json", six);
    project.files.insert("prisma/schema.prisma", "generator client {\n  engineType = \"client\"\n}\n");
    assert!(said(&project, "linux/arm64").is_empty());
}

#[test]
fn invalid_projects_are_rejected_with_help() {
    let without = |path: &str| {
        let mut project = small("package-lock.json", &[]);
        project.files.remove(path);
        project
    };
    let with = |path: &'static str, text: &'static str| small("package-lock.json", &[(path, text)]);
    let mut no_image = small("package-lock.json", &[]);
    no_image.missing_images.insert("node:22.11.0-bookworm-slim");
    let mut no_runtime = small("package-lock.json", &[]);
    no_runtime.missing_images.insert("gcr.io/distroless/nodejs22-debian12:nonroot");
    let build = |keys: &str| format!("images: {{ web: {{ node: {{ {keys} }} }} }}");
    let refused = |keys: &str| refusal(&small("package-lock.json", &[]), &build(keys));
    let cases = [
        ("no package.json", refusal(&without("package.json"), SMALL)),
        ("no lockfile", refusal(&without("package-lock.json"), SMALL)),
        ("a package.json that is none", refusal(&with("package.json", "{,}"), SMALL)),
        ("several lockfiles", refusal(&with("yarn.lock", ""), SMALL)),
        ("another manager than the lockfile's", refused("scripts: [build], manager: pnpm")),
        (
            "another manager than packageManager's",
            refusal(
                &with(
                    "package.json",
                    r#"{"packageManager":"bun@1.2.0","scripts":{"build":"x"},"dependencies":{"vite":"7"}}"#,
                ),
                SMALL,
            ),
        ),
        (
            "Yarn 3",
            refusal(
                &small(
                    "yarn.lock",
                    &[(
                        "package.json",
                        r#"{"packageManager":"yarn@3.6.0","scripts":{"build":"x"},"dependencies":{"vite":"7"}}"#,
                    )],
                ),
                SMALL,
            ),
        ),
        ("an odd release", refusal(&with(".nvmrc", "latest"), SMALL)),
        (
            "a release that engines do not allow",
            refusal(
                &with(
                    "package.json",
                    r#"{"engines":{"node":">=24"},"scripts":{"build":"x"},"dependencies":{"vite":"7"}}"#,
                ),
                SMALL,
            ),
        ),
        ("two files that name a release", refusal(&with(".node-version", "v22.12.0\n"), SMALL)),
        ("an odd release in the spec", refused("scripts: [build], node: twenty")),
        ("no image of the release", refusal(&no_image, SMALL)),
        ("no image of the runtime", refusal(&no_runtime, SMALL)),
        (
            "a runtime without Node.js",
            refusal(
                &small("package-lock.json", &[]),
                "images: { web: { node: { scripts: [build] }, runtime: static } }",
            ),
        ),
        ("no such script", refused("scripts: [biuld]")),
        ("no such script to check", refused("scripts: [build], checks: { t: { script: test, gate: true } }")),
        (
            "an unknown output",
            refusal(&with("package.json", r#"{"scripts":{"build":"make"},"dependencies":{"ms":"2"}}"#), SMALL),
        ),
        ("a pattern as output", refused("scripts: [build], output: ['dist/*.js']")),
        ("an output outside", refused("scripts: [build], output: [../dist]")),
        ("an output that is not there", refused("output: [dist]")),
        ("prisma without prisma", refused("scripts: [build], generate: [prisma]")),
        (
            "a package elsewhere",
            refusal(
                &with("package.json", r#"{"scripts":{"build":"x"},"dependencies":{"shared":"file:../shared"}}"#),
                SMALL,
            ),
        ),
        (
            "no package of the workspace",
            refusal(
                &with("tools/package.json", r#"{"dependencies":{"ms":"2"}}"#),
                "images: { web: { node: ./tools } }",
            ),
        ),
        ("a source outside", refused("source: ../web")),
        ("a name that is not a variable", refused("scripts: [build], env: { 'A=B': c }")),
    ];
    insta::assert_snapshot!(cases.iter().map(|(what, said)| format!("{what}:\n  {said}\n")).collect::<String>());
}

#[test]
fn a_runtime_that_the_package_excludes_is_reported() {
    let manifest = r#"{"name":"web","engines":{"node":">=20.6"},"dependencies":{"ms":"2"}}"#;
    let files = [
        ("package.json", manifest),
        ("package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#),
        ("server.js", ""),
    ];
    let lack = |runtime: &str| {
        let spec =
            format!("images: {{ web: {{ node: {{ output: [server.js] }}, runtime: '{runtime}', cmd: [server.js] }} }}");
        let plan = planned(&project(&files), &spec, "linux/amd64");
        plan.contents.unwrap().lack.map(|lack| lack.what).unwrap_or_default()
    };
    let excluded = "it has Node.js 18, but `engines` of `package.json` requires `>=20.6`";
    assert_eq!(lack("node:18-bookworm-slim"), excluded);
    assert_eq!(lack("gcr.io/distroless/nodejs18-debian12"), excluded);
    for right in ["node:20-slim", "node:22.1-alpine", "node:lts", "node", "node:20.6.1", "distroless", "acme/node:18"] {
        assert_eq!(lack(right), "", "{right}");
    }
}
