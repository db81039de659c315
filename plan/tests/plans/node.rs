//! The Node preset: whole plans, detection, and the steps of its managers.

use slipway_plan::Plan;

use crate::support::{Memory, make, print, request};

pub(crate) const WEB: &str = "\
version: 1
secrets:
  npmrc: { target: /root/.npmrc, required: false }
builds:
  web:
    preset: node
    source: { exclude: ['**/*.test.ts'] }
    install: { secrets: [npmrc] }
    generate: [prisma]
    scripts: [build]
    output: [dist, prisma]
    checks:
      lint: { script: lint }
      test: { script: test, gate: true }
images:
  web:
    build: web
    runtime: distroless
    dependencies: production
    init: true
    cmd: [dist/server.js]
    env: { NODE_ENV: production }
    expose: [3000]
    healthcheck: { http: ':3000/health', interval: 30s, timeout: 5s, start_period: 10s, retries: 3 }
    variants:
      dev:   { cmd: [npm, run, dev], watch: [src] }
      debug: { inspect: 9229 }
  migrate:
    extends: web
    runtime: slim
    dependencies: all
    cmd: [npx, prisma, migrate, deploy]
";

pub(crate) fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

pub(crate) fn prisma_project() -> Memory {
    project(&[
        (
            "package.json",
            r#"{"name":"web","scripts":{"build":"tsc","lint":"eslint .","test":"vitest run","postinstall":"prisma generate"},
                "dependencies":{"@prisma/client":"6","express":"5"},"devDependencies":{"prisma":"6","typescript":"5"}}"#,
        ),
        ("package-lock.json", r#"{"lockfileVersion":3,"packages":{"node_modules/express":{}}}"#),
        (".nvmrc", "22\n"),
        ("src/server.ts", ""),
        ("prisma/schema.prisma", "generator client {\n  binaryTargets = [\"native\", \"debian-openssl-3.0.x\"]\n}\n"),
    ])
}

/// A small project with a lockfile of some manager.
pub(crate) fn small(lockfile: &'static str, more: &[(&'static str, &'static str)]) -> Memory {
    let mut memory = project(&[
        (
            "package.json",
            r#"{"name":"web","scripts":{"build":"vite build"},"dependencies":{"ms":"2"},"devDependencies":{"vite":"7"}}"#,
        ),
        (".nvmrc", "v22.11.0"),
    ]);
    memory.files.insert(lockfile, "");
    memory.files.extend(more.iter().copied());
    memory
}

pub(crate) const SMALL: &str = "images: { web: { node: { scripts: [build] } } }";

pub(crate) fn planned(project: &Memory, spec: &str, platform: &str) -> Plan {
    make(project, spec, None, platform, &request()).unwrap()
}

/// Lines of a plan with a text.
pub(crate) fn lines(plan: &Plan, text: &str) -> String {
    print(plan).lines().filter(|line| line.contains(text)).map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn a_whole_plan() {
    let plan = make(&prisma_project(), WEB, Some("web"), "linux/amd64", &request()).unwrap();
    insta::assert_snapshot!(print(&plan));
    let warnings: Vec<_> = plan.warnings.iter().map(|found| found.message.as_str()).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn all_dependencies_for_a_tool() {
    let plan = make(&prisma_project(), WEB, Some("migrate"), "linux/amd64", &request()).unwrap();
    let text = print(&plan);
    assert!(!text.contains("--omit=dev"), "{text}");
    assert!(text.contains("image node:22-trixie-slim for linux/amd64"), "{text}");
    assert!(!text.contains("distroless"), "{text}");
    assert_eq!(plan.config["config"]["Cmd"], serde_json::json!(["npx", "prisma", "migrate", "deploy"]));
    assert_eq!(plan.config["config"]["WorkingDir"], "/app");
}

#[test]
fn a_build_that_only_others_use() {
    let mut files = project(&[
        (
            "ui/package.json",
            r#"{"scripts":{"build":"vite build"},"devDependencies":{"vite":"7"},"engines":{"node":">=20"}}"#,
        ),
        ("ui/package-lock.json", "{}"),
    ]);
    files.files.extend(crate::support::go_project().files);
    let spec = "\
builds:
  ui: { preset: node, source: ./ui, scripts: [build], output: [dist] }
images:
  edge:
    go: ./cmd/api
    files: { /srv/ui: 'ui:/dist' }
";
    insta::assert_snapshot!(print(&planned(&files, spec, "linux/amd64")));
}

#[test]
fn every_manager_installs_exactly_its_lockfile() {
    let berry = [
        (".yarnrc.yml", ""),
        ("package.json", r#"{"packageManager":"yarn@4.9.1","scripts":{"build":"x"},"dependencies":{"vite":"7"}}"#),
    ];
    let pinned = [(
        "package.json",
        r#"{"packageManager":"pnpm@9.15.0+sha512.ab","scripts":{"build":"x"},"dependencies":{"vite":"7"}}"#,
    )];
    let cases = [
        ("package-lock.json", small("package-lock.json", &[])),
        ("npm-shrinkwrap.json", small("npm-shrinkwrap.json", &[("package-lock.json", "")])),
        ("pnpm-lock.yaml", small("pnpm-lock.yaml", &[])),
        ("pnpm-lock.yaml with a version", small("pnpm-lock.yaml", &pinned)),
        ("yarn.lock", small("yarn.lock", &[])),
        ("yarn.lock of Yarn 4", small("yarn.lock", &berry)),
        ("bun.lock", small("bun.lock", &[])),
        ("bun.lockb", small("bun.lockb", &[("bun.lock", "")])),
    ];
    let mut text = String::new();
    for (name, project) in &cases {
        let plan = planned(project, SMALL, "linux/amd64");
        let shell = print(&plan);
        let commands = shell.lines().filter_map(|line| {
            let script = line.trim().strip_prefix("mount /run/slipway/")?;
            let at = script
                .find("\\ncd /app\\n")
                .map_or_else(|| script.find("\\nfi\\n").map(|at| at + 6), |at| Some(at + 10))?;
            Some(format!("  {}: {}\n", script.split(' ').next().unwrap_or_default(), &script[at..]))
        });
        text.push_str(&format!(
            "{name}\n{}{}{}",
            commands.collect::<String>(),
            lines(&plan, "cache slipway"),
            lines(&plan, "note")
        ));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_release_of_node_is_detected() {
    let image = |more: &[(&'static str, &'static str)], spec: &str| {
        let mut project = small("package-lock.json", &[]);
        project.files.remove(".nvmrc");
        project.files.extend(more.iter().copied());
        let plan = planned(&project, spec, "linux/amd64");
        format!("{}{}", lines(&plan, "image "), lines(&plan, "note web: Node.js"))
    };
    let engines = (
        "package.json",
        r#"{"scripts":{"build":"x"},"dependencies":{"vite":"7"},"engines":{"node":"^20.9 || >=22 <23"}}"#,
    );
    let cases = [
        ("nothing", image(&[], SMALL)),
        ("engines", image(&[engines], SMALL)),
        (".node-version", image(&[engines, (".node-version", "20.11.1")], SMALL)),
        (".nvmrc", image(&[engines, (".node-version", "20.11.1"), (".nvmrc", "# ours\n20.11\n")], SMALL)),
        (
            "the spec",
            image(&[engines, (".nvmrc", "18")], "images: { web: { node: { scripts: [build], node: '24' } } }"),
        ),
    ];
    insta::assert_snapshot!(cases.iter().map(|(what, found)| format!("{what}\n{found}")).collect::<String>());
}

#[test]
fn a_workspace_package_is_built_with_only_its_dependencies() {
    let project = project(&[
        (
            "package.json",
            r#"{"private":true,"workspaces":["packages/*","!packages/old"],"engines":{"node":"22"},"devDependencies":{"typescript":"5"}}"#,
        ),
        ("package-lock.json", "{}"),
        ("tsconfig.base.json", "{}"),
        (
            "packages/api/package.json",
            r#"{"name":"@acme/api","scripts":{"build":"tsc"},"dependencies":{"@acme/shared":"*"},"devDependencies":{"typescript":"5"}}"#,
        ),
        ("packages/shared/package.json", r#"{"name":"@acme/shared","dependencies":{"@acme/log":"*"}}"#),
        ("packages/log/package.json", r#"{"name":"@acme/log"}"#),
        ("packages/other/package.json", r#"{"name":"@acme/other"}"#),
        ("packages/old/package.json", r#"{"name":"@acme/old"}"#),
        ("packages/notes/README.md", ""),
    ]);
    let spec = "images: { api: { node: { source: ./packages/api, scripts: [build] }, cmd: [dist/main.js] } }";
    insta::assert_snapshot!(print(&planned(&project, spec, "linux/amd64")));
}

#[test]
fn pnpm_has_a_separate_file_for_its_workspace() {
    let project = project(&[
        ("package.json", r#"{"private":true}"#),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
        ("pnpm-workspace.yaml", "packages:\n  - 'apps/**'\n  - libs/*\n"),
        (
            "apps/shop/web/package.json",
            r#"{"name":"web","scripts":{"build":"x"},"dependencies":{"ui":"workspace:*","vite":"7"}}"#,
        ),
        ("libs/ui/package.json", r#"{"name":"ui"}"#),
    ]);
    let spec = "images: { web: { node: { source: ./apps/shop/web, scripts: [build], node: '22' } } }";
    let text = print(&planned(&project, spec, "linux/amd64"));
    assert!(text.contains(r#""apps/shop/web/package.json""#) && text.contains(r#""libs/*/package.json""#), "{text}");
    assert!(text.contains("'--filter={./apps/shop/web}...'"), "{text}");
    assert!(text.contains("-> /app/libs/ui mode None"), "{text}");
}

#[test]
fn files_that_next_reads_are_in_the_image() {
    let manifest =
        r#"{"name":"web","scripts":{"build":"next build","start":"next start"},"dependencies":{"next":"15"}}"#;
    let copied = |more: &[(&'static str, &'static str)]| {
        let mut files =
            vec![("package.json", manifest), ("package-lock.json", r#"{"lockfileVersion":3,"packages":{}}"#)];
        files.extend(more);
        let spec = "images: { web: { node: { node: '22', scripts: [build] } } }";
        lines(&planned(&project(&files), spec, "linux/amd64"), "for path in")
    };
    let all = copied(&[("public/a.txt", ""), ("next.config.mjs", ""), ("next.config.ts", "")]);
    assert!(all.contains("for path in .next public next.config.mjs;"), "{all}");
    assert!(copied(&[]).contains("for path in .next;"), "{}", copied(&[]));
}

#[test]
fn a_package_without_dependencies_and_scripts_consists_of_its_sources() {
    let project = project(&[("package.json", r#"{"name":"a"}"#), ("main.js", "")]);
    let plan = planned(&project, "images: { web: { node: { node: '22' }, cmd: [main.js] } }", "linux/amd64");
    let text = print(&plan);
    assert!(!text.contains("install") && !text.contains("  in "), "{text}");
    assert!(text.contains("-> /app mode None"), "{text}");
}

#[test]
fn packages_are_installed_for_steps_and_images() {
    let spec = "images: { web: { node: { scripts: [build], packages: { build: [g++], runtime: [openssl] } }, runtime: slim } }";
    let plan = planned(&small("package-lock.json", &[]), spec, "linux/amd64");
    let steps: Vec<_> =
        plan.steps.iter().map(|(_, step)| step.name.as_str()).filter(|name| name.contains("apt-get")).collect();
    assert_eq!(steps, ["[web packages] apt-get install g++", "[web packages] apt-get install openssl"]);
    // In the image without packages, only their installation runs.
    assert_eq!(lines(&plan, "in 1 on").lines().count(), 1, "{}", print(&plan));
}

#[test]
fn generating_depends_only_on_the_schema_if_it_reads_nothing_else() {
    let sources = |more: &[(&'static str, &'static str)]| {
        let mut project = prisma_project();
        project.files.extend(more.iter().copied());
        let plan = make(&project, WEB, Some("web"), "linux/amd64", &request()).unwrap();
        plan.steps.iter().any(|(_, step)| step.name == "[web generate] COPY schema")
    };
    assert!(sources(&[]));
    assert!(!sources(&[("prisma.config.ts", "")]));
    assert!(!sources(&[("prisma/schema.prisma", "generator zod {\n  provider = \"node ./tools/zod.js\"\n}\n")]));
}

#[test]
fn dependencies_from_git_are_downloaded_in_an_image_with_git() {
    let lock =
        r#"{"lockfileVersion":3,"packages":{"node_modules/a":{"resolved":"git+ssh://git@github.com/acme/a.git#1"}}}"#;
    for (lock, count) in [(lock, 1), (r#"{"lockfileVersion":3,"packages":{}}"#, 0)] {
        let project = small("package-lock.json", &[("package-lock.json", lock)]);
        let text = print(&planned(&project, SMALL, "linux/amd64"));
        assert_eq!(text.matches("[web packages] apt-get install git openssh-client").count(), count, "{text}");
    }
}

#[test]
fn patches_are_applied_to_every_installation() {
    let text = |table: &str| {
        let manifest = format!(
            r#"{{"name":"w","scripts":{{"build":"x","postinstall":"husky; patch-package --patch-dir fixes"}},"{table}":{{"patch-package":"8"}}}}"#
        );
        let project = small("package-lock.json", &[("package.json", manifest.leak())]);
        let spec = "images: { web: { node: { scripts: [build], output: [dist] } } }";
        make(&project, spec, None, "linux/amd64", &request()).map(|plan| print(&plan))
    };
    let plan = text("dependencies").unwrap();
    assert_eq!(plan.matches(r"node node_modules/patch-package/index.js --patch-dir fixes\n").count(), 2, "{plan}");
    assert!(plan.contains(r#""patches", "bunfig.toml", "fixes"]"#), "{plan}");
    assert!(
        plan.contains("note web: after each installation, only `patch-package` runs from the script `postinstall`"),
        "{plan}"
    );
    let said = text("devDependencies").unwrap_err();
    assert_eq!(
        said,
        "slipway.yaml:1:18: the script `postinstall` of `package.json` patches dependencies with `patch-package`, which is only installed for development; move it from `devDependencies` to `dependencies`"
    );
}
