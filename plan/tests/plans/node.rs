//! The Node preset: whole plans, detection, and all errors in projects.

use crate::support::{Memory, make, print, refusal, request};
use slipway_plan::Plan;
use slipway_spec::Diagnostic;

const WEB: &str = "\
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

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

fn prisma_project() -> Memory {
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
fn small(lockfile: &'static str, more: &[(&'static str, &'static str)]) -> Memory {
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

const SMALL: &str = "images: { web: { node: { scripts: [build] } } }";

fn planned(project: &Memory, spec: &str, platform: &str) -> Plan {
    make(project, spec, None, platform, &request()).unwrap()
}

/// Lines of a plan with a text.
fn lines(plan: &Plan, text: &str) -> String {
    print(plan).lines().filter(|line| line.contains(text)).map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn a_whole_plan() {
    let plan = make(&prisma_project(), WEB, Some("web"), "linux/amd64", &request()).unwrap();
    insta::assert_snapshot!(print(&plan));
    let warnings: Vec<_> = plan.warnings.iter().map(|found| found.message.as_str()).collect();
    let keys: Vec<_> = warnings.iter().filter_map(|said| said.split('`').nth(1)).collect();
    assert!(keys.contains(&"checks.lint"), "{warnings:?}");
    assert!(
        warnings.iter().all(|said| said.contains("is valid, but this release of Slipway does not implement it")),
        "{warnings:?}"
    );
}

#[test]
fn all_dependencies_for_a_tool() {
    let plan = make(&prisma_project(), WEB, Some("migrate"), "linux/amd64", &request()).unwrap();
    let text = print(&plan);
    assert!(!text.contains("--omit=dev"), "{text}");
    assert!(text.contains("image node:22-bookworm-slim for linux/amd64"), "{text}");
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
        warned.contains("PackageNotBuilt") && warned.contains("`lib/dist/index.js`, which is not there"),
        "{warned}"
    );
    for right in [said(&[("lib/dist/index.js", "")], ""), said(&[], "build")] {
        assert!(!right.contains("PackageNotBuilt"), "{right}");
    }
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
    assert!(found.contains("`src/main.ts` opens files of `public`, which are not in the image"), "{found}");
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
        assert!(!found.contains("opens files of"), "{found}");
    }
}

const PNPM_LOCK: &str = "\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      bcrypt: { specifier: '6', version: 6.0.0 }
      ms: { specifier: '2', version: 2.1.3 }
    devDependencies:
      vite: { specifier: '7', version: 7.0.0 }
packages:
  bcrypt@6.0.0: {}
  ms@2.1.3: {}
  vite@7.0.0: {}
snapshots:
  bcrypt@6.0.0: {}
  ms@2.1.3: {}
  vite@7.0.0: {}
";
const SHARP_LOCK: &str = "\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      sharp: { specifier: '0', version: 0.34.0 }
packages:
  '@img/sharp-linux-x64@0.34.0': { cpu: [x64], os: [linux] }
  sharp@0.34.0: {}
snapshots:
  '@img/sharp-linux-x64@0.34.0': { optional: true }
  sharp@0.34.0: { optionalDependencies: { '@img/sharp-linux-x64': 0.34.0 } }
";
const SHARP: &str = r#"{"scripts":{"build":"vite build"},"dependencies":{"sharp":"0"},"devDependencies":{"vite":"7"}}"#;
const SHARP_OF_EARLIER_PNPM: &str = r#"{"packageManager":"pnpm@10.2.0","scripts":{"build":"vite build"},"dependencies":{"sharp":"0"},"devDependencies":{"vite":"7"}}"#;
const PNPM_9: &str = r#"{"packageManager":"pnpm@9.15.0","scripts":{"build":"vite build"},"dependencies":{"ms":"2"},"devDependencies":{"vite":"7"}}"#;

/// A project of pnpm, with sharp if its `package.json` has it.
fn pnpm(more: &[(&'static str, &'static str)]) -> Memory {
    let lock = if more.iter().any(|(_, text)| text.contains("sharp")) { SHARP_LOCK } else { PNPM_LOCK };
    let mut project = small("pnpm-lock.yaml", more);
    project.files.insert("pnpm-lock.yaml", lock);
    project
}

/// A build that only provides files for another one does not require an image's dependencies.
#[test]
fn unused_steps_are_not_reported_as_emulated() {
    let scripted = r#"{"packages":{"node_modules/bcrypt":{"hasInstallScript":true}}}"#;
    let project = small("package-lock.json", &[("package-lock.json", scripted), ("site/x", "")]);
    let emulated = |image: &str| {
        let spec = format!(
            "builds:\n  ui: {{ preset: node, scripts: [build] }}\n  site: {{ preset: static, source: ./site, inputs: {{ ./site/ui: 'ui:/' }} }}\nimages:\n  asked: {image}\n"
        );
        let plan = make(&project, &spec, Some("asked"), "linux/arm64", &request()).unwrap();
        plan.warnings.iter().any(|found| found.rule == Some("EmulatedStep"))
    };
    assert!(emulated("{ build: ui, cmd: [x.js] }"));
    assert!(!emulated("{ build: site }"));
    assert!(!emulated("{ files: { /ui: 'ui:/' } }"));
}

#[test]
fn another_platform_is_emulated_only_if_necessary() {
    let lock = |text: &'static str| small("package-lock.json", &[("package-lock.json", text)]);
    let plain = r#"{"packages":{"node_modules/ms":{},"node_modules/esbuild":{"dev":true,"hasInstallScript":true}}}"#;
    let processor = r#"{"packages":{"node_modules/@img/sharp-linux-x64":{"os":["linux"],"cpu":["x64"]}}}"#;
    let scripted = r#"{"packages":{"node_modules/bcrypt":{"hasInstallScript":true}}}"#;
    let cases = [
        ("no package is tied to a platform", lock(plain)),
        ("packages for processors", lock(processor)),
        ("packages with scripts", lock(scripted)),
        ("a lockfile that does not say", small("yarn.lock", &[])),
        ("pnpm", pnpm(&[])),
        ("pnpm, and a package for processors", pnpm(&[("package.json", SHARP)])),
        ("pnpm that cannot choose a processor", pnpm(&[("package.json", SHARP_OF_EARLIER_PNPM)])),
        (
            "pnpm, and a package with a script",
            pnpm(&[("pnpm-workspace.yaml", "onlyBuiltDependencies: [bcrypt, vite]\n")]),
        ),
        ("pnpm that runs all scripts", pnpm(&[("package.json", PNPM_9)])),
        ("pnpm, and a lockfile that cannot be read", small("pnpm-lock.yaml", &[])),
    ];
    let mut text = String::new();
    for (what, project) in &cases {
        let plan = planned(project, SMALL, "linux/arm64");
        let warnings: String = plan
            .warnings
            .iter()
            .map(|found| format!("warning {} {}\n", found.rule.unwrap_or_default(), found.message))
            .collect();
        text.push_str(&format!(
            "{what}\n{warnings}{}{}",
            lines(&plan, "production dependencies]"),
            lines(&plan, "note web: installed")
        ));
    }
    insta::assert_snapshot!(text);
    let chosen = lines(&planned(&lock(processor), SMALL, "linux/arm64"), "--omit=dev");
    assert!(chosen.contains("npm ci --omit=dev --no-audit --no-fund --cpu=arm64 --os=linux --libc=glibc"), "{chosen}");
    assert!(chosen.contains("grep -q -e --cpu"), "{chosen}");
    // No step that all others wait for depends on the target.
    let steps = |platform: &str| -> Vec<_> {
        let plan = planned(&lock(processor), SMALL, platform);
        plan.steps
            .iter()
            .filter(|(_, step)| step.name.contains("dependencies] npm ci --include") || step.name.contains(" build] "))
            .map(|(_, step)| step.clone())
            .collect()
    };
    assert_eq!(steps("linux/amd64").len(), 2);
    assert_eq!(steps("linux/amd64"), steps("linux/arm64"));
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
        ["Prisma's engine may not run in images of linux/amd64: the schema does not name `debian-openssl-3.0.x`"]
    );
    assert_eq!(said(&prisma_project(), "linux/arm64").len(), 1);
    // Version 7 has no engine, in any place.
    let manifest = project.files["package.json"].replace(r#""prisma":"6""#, r#""prisma":"^7.1.0""#);
    let six = project.files.insert("package.json", manifest.leak()).unwrap();
    assert!(said(&project, "linux/amd64").is_empty());
    project.files.insert("package.json", six);
    project.files.insert("prisma/schema.prisma", "generator client {\n  engineType = \"client\"\n}\n");
    assert!(said(&project, "linux/arm64").is_empty());
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
        "slipway.yaml:1:18: the script `postinstall` of `package.json` patches dependencies by `patch-package`, which is not there in production; move it from `devDependencies` to `dependencies`"
    );
}

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

#[test]
fn a_package_without_its_machine_code_is_reported() {
    const PNPM: &str = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      sqlite: { specifier: '1', version: 1.0.0 }\n      other: { specifier: '1', version: 1.0.0 }\n\
        packages:\n  sqlite@1.0.0: { resolution: {} }\n  other@1.0.0: { resolution: {} }\n  opt@1.0.0: { resolution: {} }\n\
        snapshots:\n  sqlite@1.0.0: { dependencies: { prebuild-install: 7.0.0 } }\n  other@1.0.0: { dependencies: { node-gyp-build: 4.0.0 }, optionalDependencies: { opt: 1.0.0 } }\n  opt@1.0.0: { optional: true, dependencies: { prebuild-install: 7.0.0 } }\n";
    const NPM: &str = r#"{"lockfileVersion":3,"packages":{"":{"dependencies":{"sqlite":"1"}},"node_modules/sqlite":{"hasInstallScript":true,"dependencies":{"prebuild-install":"7"}}}}"#;
    const BUN: &str = r#"{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"sqlite":"1"}}},"packages":{"sqlite":["sqlite@1.0.0","",{"dependencies":{"prebuild-install":"7"}},""]}}"#;
    let with = |more: &str| format!(r#"{{"main":"a.js","dependencies":{{"sqlite":"1","other":"1"}}{more}}}"#);
    let cases = [
        ("", ("pnpm-lock.yaml", PNPM), "packages: []"),
        (r#","packageManager":"pnpm@11.1.0""#, ("pnpm-lock.yaml", PNPM), "packages: []"),
        (r#","packageManager":"pnpm@9.1.0""#, ("pnpm-lock.yaml", PNPM), "packages: []"),
        ("", ("pnpm-lock.yaml", PNPM), "onlyBuiltDependencies: [sqlite]"),
        ("", ("pnpm-lock.yaml", PNPM), "ignoredBuiltDependencies: [sqlite]"),
        ("", ("pnpm-lock.yaml", PNPM), "allowBuilds: { sqlite: true }"),
        (r#","packageManager":"npm@12.0.0""#, ("package-lock.json", NPM), ""),
        (r#","packageManager":"npm@12.0.0","allowScripts":{"sqlite":true}"#, ("package-lock.json", NPM), ""),
        (r#","packageManager":"npm@11.0.0""#, ("package-lock.json", NPM), ""),
        (r#","trustedDependencies":[]"#, ("bun.lock", BUN), ""),
        (r#","trustedDependencies":["sqlite"]"#, ("bun.lock", BUN), ""),
        ("", ("bun.lock", BUN), ""),
    ];
    let said = cases.iter().map(|(more, lock, settings)| {
        let mut project = project(&[*lock, ("a.js", ""), ("pnpm-workspace.yaml", settings)]);
        project.files.insert("package.json", with(more).leak());
        let plan = planned(&project, "images: { web: { node: . } }", "linux/amd64");
        let told = |found: &Diagnostic| format!("{}; {}", found.message, found.help.as_deref().unwrap_or_default());
        format!("{}{more} {settings}: {}", lock.0, plan.warnings.iter().map(told).collect::<String>())
    });
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @r##"
    pnpm-lock.yaml packages: []: `sqlite` gets no machine code: its install script does not run, since pnpm 10 and later run only those that the project allows; write `onlyBuiltDependencies: [sqlite]` to `pnpm-workspace.yaml`
    pnpm-lock.yaml,"packageManager":"pnpm@11.1.0" packages: []: `sqlite` gets no machine code: its install script does not run, since pnpm 10 and later run only those that the project allows; write `allowBuilds: { sqlite: true }` to `pnpm-workspace.yaml`
    pnpm-lock.yaml,"packageManager":"pnpm@9.1.0" packages: []: 
    pnpm-lock.yaml onlyBuiltDependencies: [sqlite]: 
    pnpm-lock.yaml ignoredBuiltDependencies: [sqlite]: 
    pnpm-lock.yaml allowBuilds: { sqlite: true }: 
    package-lock.json,"packageManager":"npm@12.0.0" : `sqlite` gets no machine code: its install script does not run, since npm 12 and later run only those that the project allows; write `"allowScripts": { "sqlite": true }` to `package.json`
    package-lock.json,"packageManager":"npm@12.0.0","allowScripts":{"sqlite":true} : 
    package-lock.json,"packageManager":"npm@11.0.0" : 
    bun.lock,"trustedDependencies":[] : `sqlite` gets no machine code: its install script does not run, since Bun runs only those that the project allows; write `"trustedDependencies": ["sqlite"]` to `package.json`
    bun.lock,"trustedDependencies":["sqlite"] : 
    bun.lock :
    "##);
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
    Some("StartScript") the script `prestart` of `package.json` does not run in images: they start the program itself; add it to `scripts` if it is for the build; if the program does without, write `cmd: [dist/a.js]` to the image
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
    assert_eq!(sources("['../../proto/*.ts']"), format!("{beside} proto/*.ts services/catalog"));
    assert_eq!(
        sources("[src, ../shared]"),
        format!("{beside} services/shared services/catalog/src services/catalog/package.json")
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
