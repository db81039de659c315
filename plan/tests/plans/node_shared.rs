//! Packages of a workspace of Node.js that share steps, and files outside of a package.

use slipway_plan::Plan;

use crate::node::{SMALL, lines, planned, project, small};
use crate::support::{Memory, make, print, refusal, request};

/// An npm workspace with a lockfile that contains all folders of packages.
fn shop() -> Memory {
    project(&[
        (
            "package.json",
            r#"{"name":"shop","workspaces":["packages/*","services/*"],"devDependencies":{"typescript":"5"}}"#,
        ),
        ("README.md", ""),
        ("Makefile", ""),
        ("tsconfig.base.json", "{}"),
        (".nvmrc", "24"),
        (
            "package-lock.json",
            r#"{"lockfileVersion":3,"packages":{
                "":{"devDependencies":{"typescript":"5"}},
                "packages/common":{"dependencies":{"pino":"10"}},
                "packages/money":{"dependencies":{"@shop/common":"1","decimal.js":"10"}},
                "services/catalog":{"dependencies":{"@shop/money":"1","express":"5"}},
                "services/gateway":{"dependencies":{"@shop/common":"1","fastify":"5"},"devDependencies":{"tsx":"4"}},
                "node_modules/@shop/catalog":{"link":true,"resolved":"services/catalog"},
                "node_modules/@shop/common":{"link":true,"resolved":"packages/common"},
                "node_modules/@shop/gateway":{"link":true,"resolved":"services/gateway"},
                "node_modules/@shop/money":{"link":true,"resolved":"packages/money"},
                "node_modules/decimal.js":{},
                "node_modules/express":{},
                "node_modules/fastify":{},
                "node_modules/pino":{"bin":{"pino":"bin.js"}},
                "node_modules/tsx":{"dev":true},
                "node_modules/typescript":{"dev":true}}}"#,
        ),
        (
            "packages/common/package.json",
            r#"{"name":"@shop/common","scripts":{"build":"tsc"},"dependencies":{"pino":"10"}}"#,
        ),
        (
            "packages/money/package.json",
            r#"{"name":"@shop/money","scripts":{"build":"tsc"},"dependencies":{"@shop/common":"1","decimal.js":"10"}}"#,
        ),
        (
            "services/catalog/package.json",
            r#"{"name":"@shop/catalog","scripts":{"build":"tsc","start":"node dist/main.js"},"dependencies":{"@shop/money":"1","express":"5"}}"#,
        ),
        (
            "services/gateway/package.json",
            r#"{"name":"@shop/gateway","scripts":{"build":"tsc"},"dependencies":{"@shop/common":"1","fastify":"5"},"devDependencies":{"tsx":"4"}}"#,
        ),
        (
            "services/gateway/tsconfig.json",
            r#"{ "compilerOptions": { "outDir": "build" }, "include": ["src", "../../generated/*.ts"] } // x"#,
        ),
    ])
}

const SHOP: &str = "\
images:
  catalog: { node: { source: ./services/catalog, scripts: [build] } }
  gateway: { node: { source: ./services/gateway, scripts: [build] } }
";

#[test]
fn packages_of_a_workspace_are_built_and_installed_once_for_all_dependents() {
    let make = |project: &Memory, target: &str| make(project, SHOP, Some(target), "linux/amd64", &request()).unwrap();
    let (catalog, gateway) = (make(&shop(), "catalog"), make(&shop(), "gateway"));
    let names: String = catalog.steps.iter().map(|(_, step)| format!("{}\n", step.name)).collect();
    let sources = lines(&catalog, "services/catalog\"] exclude");
    insta::assert_snapshot!(names + &sources + &lines(&catalog, "mode None") + &lines(&catalog, "note"));
    // The common part is the same, up to the numbers of steps.
    let common = |plan: &Plan, name: &str| -> Vec<String> {
        let runs = plan.steps.iter().filter(|(_, step)| step.name.starts_with(name));
        let scripts = runs.filter_map(|(_, step)| match &step.kind {
            slipway_plan::StepKind::Run(run) => Some(format!("{:?} {:?} {}", run.args, run.env, run.mounts.len())),
            slipway_plan::StepKind::Select { items } => {
                Some(items.iter().map(|item| format!("{:?} {:?}", item.include, item.exclude)).collect())
            }
            _ => None,
        });
        scripts.collect()
    };
    for name in [
        "[shop manifests]",
        "[shop dependencies]",
        "[shop production dependencies]",
        "[@shop/common sources]",
        "[@shop/common build]",
    ] {
        assert_eq!(common(&catalog, name).len(), 1, "{name}");
        assert_eq!(common(&catalog, name), common(&gateway, name), "{name}");
    }
    let sources = lines(&gateway, "services/gateway");
    assert!(sources.contains(r#""generated""#) && !sources.contains(r#""packages/common""#), "{sources}");
    assert!(!sources.contains("README.md") && !sources.contains("Makefile"), "{sources}");
    assert!(print(&gateway).contains("`output` is `build`, from `outDir`"), "{}", print(&gateway));
    assert!(gateway.config["config"]["Cmd"].is_null(), "{}", gateway.config);
    assert_eq!(catalog.config["config"]["Cmd"], serde_json::json!(["dist/main.js"]));
}

#[test]
fn a_package_that_must_be_compiled_is_not_installed_for_all() {
    let mut project = shop();
    let lock = project.files["package-lock.json"].replace(
        r#""node_modules/fastify":{}"#,
        r#""node_modules/fastify":{},"node_modules/bcrypt":{"hasInstallScript":true,"dependencies":{"node-addon-api":"8"}}"#,
    );
    project.files.insert("package-lock.json", Box::leak(lock.into_boxed_str()));
    let plan = make(&project, SHOP, Some("gateway"), "linux/amd64", &request()).unwrap();
    let commands = lines(&plan, "npm ci");
    assert!(commands.contains("npm ci --omit=dev --no-audit --no-fund --workspace=services/gateway"), "{commands}");
    assert!(
        commands.contains(
            "npm ci --include=dev --no-audit --no-fund --workspace=services/gateway --workspace=packages/common --include-workspace-root"
        ),
        "{commands}"
    );
    // The dependencies of another service do not affect this one's platform.
    let arm = make(&project, SHOP, Some("gateway"), "linux/arm64", &request());
    assert!(arm.unwrap().warnings.is_empty());
}

#[test]
fn files_outside_the_package_have_relative_paths() {
    let sources = |include: &str| {
        let spec = format!(
            "images: {{ catalog: {{ node: {{ source: {{ path: ./services/catalog, include: {include} }}, scripts: [build] }} }} }}"
        );
        let plan = planned(&shop(), &spec, "linux/amd64");
        let step = plan.steps.iter().find(|(_, step)| step.name == "[catalog sources] COPY services/catalog").unwrap();
        match &step.1.kind {
            slipway_plan::StepKind::Select { items } => items[0].include.join(" "),
            other => panic!("{other:?}"),
        }
    };
    let beside = ".nvmrc package-lock.json package.json tsconfig.base.json";
    let proto = format!("{beside} proto/package.json proto/*.ts services/catalog");
    assert_eq!(sources("['../../proto/*.ts']"), proto);
    assert_eq!(
        sources("[src, ../shared]"),
        format!("{beside} services/package.json services/shared services/catalog/src services/catalog/package.json")
    );
    let spec = "images: { catalog: { node: { source: { path: ./services/catalog, include: [../../../x] }, scripts: [build] } } }";
    assert!(refusal(&shop(), spec).contains("`../../../x` is outside the context"));
}

#[test]
fn a_package_next_to_the_project_is_next_to_it_in_the_image() {
    let project = project(&[
        (
            "modules/crm/package.json",
            r#"{"scripts":{"build":"tsc"},"dependencies":{"shared":"file:../../shared"},"devDependencies":{"typescript":"5"}}"#,
        ),
        ("modules/crm/package-lock.json", r#"{"packages":{}}"#),
        ("shared/package.json", r#"{"name":"shared"}"#),
    ]);
    let plan = planned(
        &project,
        "images: { crm: { node: { source: ./modules/crm, scripts: [build], node: '24' } } }",
        "linux/amd64",
    );
    let text = print(&plan);
    assert!(
        text.contains(r#"include ["modules/crm", "shared"]"#) || text.contains(r#"include ["shared", "modules/crm"]"#),
        "{text}"
    );
    assert!(text.contains("-> /app/shared mode"), "{text}");
    assert_eq!(plan.config["config"]["WorkingDir"], "/app/modules/crm");
}

#[test]
fn code_outside_a_package_comes_with_the_manifest_that_says_what_it_is() {
    let project = project(&[
        ("modules/diary/package.json", r#"{"name":"diary","type":"module","scripts":{"build":"tsc"}}"#),
        ("modules/diary/package-lock.json", r#"{"lockfileVersion":3,"packages":{"":{"name":"diary"}}}"#),
        ("modules/diary/tsconfig.json", r#"{ "include": ["src", "../shared/src", "../../tools/main.ts"] }"#),
        ("modules/shared/package.json", r#"{"type":"module"}"#),
        ("modules/other/package.json", "{}"),
        ("package.json", r#"{"private":true}"#),
    ]);
    let spec = "images: { diary: { node: { source: ./modules/diary, scripts: [build], output: [dist], node: '24' } } }";
    let plan = planned(&project, spec, "linux/amd64");
    let sources = lines(&plan, "tools/main.ts");
    for expected in [r#""modules/shared/src""#, r#""modules/shared/package.json""#, r#""package.json""#] {
        assert!(sources.contains(expected), "{expected}: {sources}");
    }
    assert!(!sources.contains("other"), "{sources}");
    // Also if the spec names the code.
    let spec = "images: { other: { node: { source: { path: ./modules/other, include: [../shared/src/**] }, node: '24', output: [.] } } }";
    let sources = lines(&planned(&project, spec, "linux/amd64"), "shared/src/**");
    assert!(sources.contains(r#""modules/shared/package.json""#), "{sources}");
}

#[test]
fn caches_of_tools_are_separate() {
    let next = (
        "package.json",
        r#"{"name":"web","scripts":{"build":"next build"},"dependencies":{"next":"16"},"devDependencies":{"webpack":"5"}}"#,
    );
    let caches = lines(&planned(&small("package-lock.json", &[next]), SMALL, "linux/arm64"), "cache slipway/node");
    assert_eq!(
        caches,
        "mount /app/.next/cache = cache slipway/node-next-cache/web/linux/amd64/22.11.0 Locked\n\
         mount /app/node_modules/.cache = cache slipway/node-cache/web/linux/amd64/22.11.0 Locked\n"
    );
}
