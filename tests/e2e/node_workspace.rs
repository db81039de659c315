//! A TypeScript workspace with five services and dependencies from the registry: the steps that run after a change, and
//! the contents of images.

use std::collections::BTreeSet;

use slipway_tests::{
    Bake, Build, Container, Folder, Loaded, OciArchive, Outcome, Project, alone, run, temporary_file, unique,
};

const SERVICES: [&str; 5] = ["gateway", "catalog", "checkout", "accounts", "notifications"];

/// The example, made unique, so that caches of earlier runs do not affect the test.
fn example() -> Project {
    let project = Project::example("node-workspace");
    let description = format!("\"private\": true,\n  \"description\": \"{}\"", unique("shop"));
    project.replace("package.json", "\"private\": true", &description);
    project.replace(
        "packages/common/src/index.ts",
        "service: string;",
        &format!("service: string; // {}", unique("text")),
    );
    project
}

/// The names of the steps that a bake of all services runs, without the assembly of layers, which the engine may repeat
/// for several images.
fn bake(project: &Project) -> BTreeSet<String> {
    steps(&Bake::of(project, &SERVICES).succeed())
}

fn steps(outcome: &Outcome) -> BTreeSet<String> {
    outcome.executed().into_iter().filter(|step| !step.ends_with("] assemble")).map(without_image).collect()
}

/// The layer of a workspace member is one step for all images that contain it, with the name of one of them.
fn without_image(step: &str) -> String {
    step.split_once("] ")
        .filter(|(_, what)| what.starts_with("COPY /app/packages/"))
        .map_or(step, |(_, what)| what)
        .to_owned()
}

/// The steps that build a member or a service from its sources.
fn of_package(name: &str, folder: &str) -> Vec<String> {
    vec![format!("[{name} sources] COPY {folder}"), format!("[{name} build] npm run build")]
}

/// The steps that copy the output of a service's build into its image.
fn of_image(service: &str, places: &[&str]) -> Vec<String> {
    let copies = places.iter().map(|place| format!("[{service}] COPY /app/{place}"));
    copies.map(|step| without_image(&step)).collect()
}

fn set(steps: &[Vec<String>]) -> BTreeSet<String> {
    steps.iter().flatten().cloned().collect()
}

#[test]
fn an_image_responds_and_contains_only_what_its_service_requires() {
    let project = Project::example("node-workspace");
    let image = Loaded::new("node-workspace");
    let _ = Build::of(&project).target("checkout").args(image.arguments()).succeed();
    let config = image.inspect();
    assert_eq!(config["Config"]["User"], "65532:65532");
    assert_eq!(config["Config"]["Cmd"], serde_json::json!(["dist/server.js"]), "from the script `start`");

    let container = Container::run(&image.tag, 3000, &["--read-only"]);
    assert_eq!(container.get("/health"), (200, r#"{"service":"checkout","status":"ok"}"#.to_owned()));
    assert_eq!(container.stop(), 0, "{}", container.logs());

    let list = "console.log(require('fs').readdirSync(process.argv[1]).join(' '))";
    let ls = |folder: &str| run([&image.tag, "-e", list, folder]).trim().to_owned();
    let packages = ls("/app/node_modules");
    let packages: BTreeSet<&str> = packages.split(' ').collect();
    for package in ["hono", "zod", "pino", "decimal.js", "@hono", "@shop"] {
        assert!(packages.contains(package), "{package} is missing: {packages:?}");
    }
    for package in ["typescript", "@types", "fastify", "express", "koa", "ws", ".package-lock.json"] {
        assert!(!packages.contains(package), "{package} is there: {packages:?}");
    }
    assert_eq!(ls("/app/node_modules/@shop"), "common money");
    assert_eq!(ls("/app/packages"), "common money");
    assert_eq!(ls("/app/services"), "checkout");
    assert_eq!(ls("/app/services/checkout"), "dist package.json");
}

#[test]
fn pnpm_leaves_out_what_only_optional_peers_want() {
    let project = Project::spec("images: { quiet: { node: { node: '24' }, healthcheck: none } }\n")
        .with(
            "package.json",
            r#"{"name":"quiet","version":"1.0.0","private":true,"packageManager":"pnpm@10.34.9","scripts":{"start":"node main.js"},"dependencies":{"debug":"4.4.1"},"devDependencies":{"supports-color":"8.1.1"}}"#,
        )
        .with("pnpm-lock.yaml", include_str!("node_workspace/peers-pnpm-lock.yaml"))
        .with(
            "main.js",
            &format!(
                "// {}\nconsole.log(typeof require('debug')('quiet'));\n\
                 const from = {{ paths: [require.resolve('debug')] }};\n\
                 for (const name of ['ms', 'supports-color']) {{\n  \
                 try {{ require.resolve(name, from); console.log(name); }} catch (why) {{ console.log(why.code); }}\n}}\n",
                unique("quiet")
            ),
        );
    let image = Loaded::new("quiet");
    let _ = Build::of(&project).args(image.arguments()).succeed();
    assert_eq!(run([image.tag.as_str()]), "function\nms\nMODULE_NOT_FOUND\n");
}

#[test]
fn pnpm_installs_for_another_platform_here() {
    let manifest = r#""packageManager":"pnpm@10.34.9""#;
    installs_for_another_platform_here(
        manifest,
        ("pnpm-lock.yaml", include_str!("node_workspace/sharp-pnpm-lock.yaml")),
    );
}

#[test]
fn bun_installs_for_another_platform_here() {
    let manifest = r#""trustedDependencies":[]"#;
    installs_for_another_platform_here(manifest, ("bun.lock", include_str!("node_workspace/sharp-bun.lock")));
}

/// Platform-specific files in each image are for the target platform, and no step was emulated.
fn installs_for_another_platform_here(manifest: &str, (name, lockfile): (&str, &str)) {
    let project = Project::spec(
        "images: { thumbs: { node: { node: '24' }, runtime: busybox:1.37, entrypoint: [node, main.js], healthcheck: none } }\n",
    )
    .with(
        "package.json",
        &format!(r#"{{"name":"thumbs","version":"1.0.0","private":true,{manifest},"dependencies":{{"sharp":"0.34.5"}}}}"#),
    )
    .with(name, lockfile)
    .with("main.js", &format!("console.log('{}', require('sharp').versions);\n", unique("thumbs")));
    let archive = temporary_file();
    let outcome = Build::of(&project)
        .args(["--platform", "linux/amd64,linux/arm64"])
        .args(OciArchive::at(archive.path()))
        .succeed();
    assert!(!outcome.warnings.iter().any(|text| text.contains("emulat")), "{:?}", outcome.warnings);
    assert_eq!(outcome.steps("production dependencies] ").len(), 2);
    let images = OciArchive::read(archive.path()).images();
    // The processor in the header of an ELF file; see elf(5).
    for (platform, processor, machine) in [("linux/amd64", "x64", 62), ("linux/arm64", "arm64", 183)] {
        let image = images.iter().find(|image| image.platform == platform).unwrap();
        let libraries: Vec<_> = image.layers.iter().flatten().filter(|file| file.path.ends_with(".node")).collect();
        let wanted = format!("/sharp-linux-{processor}.node");
        assert!(libraries.iter().any(|file| file.path.ends_with(&wanted)), "{platform}: no {wanted}");
        for library in libraries {
            let head = (library.contents[..4].to_vec(), library.contents[18]);
            assert_eq!(head, (b"\x7fELF".to_vec(), machine), "{platform}: {}", library.path);
        }
    }
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn only_steps_that_depend_on_a_change_run_again() {
        let _alone = alone();
        let project = example();
        let first = bake(&project);
        for step in ["[shop dependencies] npm ci --include=dev", "[@shop/common build] npm run build"] {
            assert!(first.contains(step), "{step} is not among {first:#?}");
        }
        let again = Bake::of(&project, &SERVICES).succeed();
        assert_eq!(steps(&again), BTreeSet::new(), "a second bake runs no step");
        let lockfile = std::fs::metadata(project.file("package-lock.json")).unwrap().len();
        assert!(again.sent < lockfile / 2, "{} bytes are sent, but the lockfile has {lockfile}", again.sent);

        project.replace("services/catalog/src/products.ts", "teapot", &unique("teapot"));
        assert_eq!(
            bake(&project),
            set(&[of_package("catalog", "services/catalog"), of_image("catalog", &["services/catalog"])]),
            "one service"
        );

        project.replace("packages/money/src/index.ts", "EUR", &unique("EUR"));
        let expected = set(&[
            of_package("@shop/money", "packages/money"),
            vec!["[catalog build] npm run build".to_owned(), "[checkout build] npm run build".to_owned()],
            of_image("catalog", &["packages/money"]),
            of_image("checkout", &["packages/money"]),
        ]);
        assert_eq!(bake(&project), expected, "only the two services that use it");

        project.replace("packages/common/src/index.ts", "\"ok", &format!("\"{}", unique("fine")));
        let mut expected = set(&[of_package("@shop/common", "packages/common")]);
        for service in SERVICES {
            expected.insert(format!("[{service} build] npm run build"));
            expected.extend(of_image(service, &["packages/common"]));
        }
        assert_eq!(bake(&project), expected, "all of them");

        for file in
            ["README.md", "services/catalog/README.md", "packages/common/README.md", "docs/design.md", "compose.yaml"]
        {
            project.write(file, "# Changed\n");
        }
        assert_eq!(bake(&project), BTreeSet::new(), "documents");
    }

    #[test]
    fn a_lockfile_change_reinstalls_and_images_get_only_their_packages() {
        let _alone = alone();
        let project = example();
        let _ = bake(&project);
        let old = "sha512-YpgQiITW3JXGntzdUmyUR1V812Hn8T1YVXhCu+wO3OpS4eU9l4YdD3qjyiKdV6mvV29zapkMeD390UVEf2lkUg==";
        let new = "sha512-8vDa8Qxvr/+d94hSh5P3IJwI5t8/c0KsMp+g8bNw9cY2icONa5aPfvKeieW1WlG0WQYwwhJ7mjui2xtiePQSXw==";
        project.replace("packages/money/package.json", "10.6.0", "10.5.0");
        project.replace("package-lock.json", "10.6.0", "10.5.0");
        project.replace("package-lock.json", old, new);
        let executed = bake(&project);
        for step in ["[shop dependencies] npm ci --include=dev", "[shop production dependencies] npm ci --omit=dev"] {
            assert!(executed.contains(step), "{step} is not among {executed:#?}");
        }
        // An engine that has run this test before has these two files in its cache, so the files are checked as well.
        let theirs = ["[catalog] COPY /app/node_modules", "[checkout] COPY /app/node_modules"];
        for step in executed.iter().filter(|step| step.ends_with("COPY /app/node_modules")) {
            assert!(theirs.contains(&step.as_str()), "{step}: the dependencies of other images are unchanged");
        }
        let (image, _) = Folder::of(Build::of(&project).target("checkout"));
        let manifest = String::from_utf8(image.bytes("app/node_modules/decimal.js/package.json")).unwrap();
        assert!(manifest.contains("\"version\": \"10.5.0\""), "{manifest}");
    }
}
