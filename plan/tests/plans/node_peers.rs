//! Optional peer dependencies: npm installs them if they are also development dependencies, and images do without.

use crate::node::{lines, planned, project};
use crate::support::{Memory, print};

const SPEC: &str = "images: { web: { node: { source: ./web, scripts: [build], output: [dist] } } }";

/// A client with a generator and a compiler as optional peers, below `web`.
fn with_peers(web: &str, root: &str) -> Memory {
    let lock = format!(
        r#"{{"lockfileVersion":3,"packages":{{
            {root}
            "node_modules/client":{{"peerDependencies":{{"generator":"*","pg":"*"}},
                "peerDependenciesMeta":{{"generator":{{"optional":true}},"pg":{{"optional":true}}}}}},
            "node_modules/engine":{{"devOptional":true,"hasInstallScript":true}},
            "node_modules/generator":{{"devOptional":true,"bin":{{"gen":"gen.js"}},"dependencies":{{"engine":"1"}}}},
            "node_modules/pg":{{"devOptional":true}}}}}}"#
    );
    let lockfile = if root.contains("workspaces") { "package-lock.json" } else { "web/package-lock.json" };
    let mut files = vec![
        ("web/package.json", Box::leak(web.to_owned().into_boxed_str()) as &'static str),
        (lockfile, Box::leak(lock.into_boxed_str()) as &'static str),
    ];
    if root.contains("workspaces") {
        files.push(("package.json", r#"{"workspaces":["web"]}"#));
    }
    project(&files)
}

const WEB: &str = r#"{"name":"web","scripts":{"build":"tsc","start":"node dist/x.js"},"dependencies":{"client":"1"},"devDependencies":{"generator":"1","pg":"8"}}"#;

#[test]
fn what_only_optional_peers_want_is_not_in_images() {
    let of_root = r#""":{"dependencies":{"client":"1"},"devDependencies":{"generator":"1","pg":"8"}},"#;
    let plan = planned(&with_peers(WEB, of_root), SPEC, "linux/arm64");
    let copy = lines(&plan, "-> /app/node_modules");
    assert!(copy.contains(r#"exclude [".bin/gen", ".package-lock.json", "engine", "generator", "pg"]"#), "{copy}");
    let note = lines(&plan, "optional peer");
    assert!(note.contains("engine, generator, pg"), "{note}");
    // Its install script does not matter for another platform, because the image does not contain it.
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
    let all = planned(&with_peers(WEB, of_root), &SPEC.replace("{ node", "{ dependencies: all, node"), "linux/amd64");
    assert!(!lines(&all, "-> /app/node_modules").contains("generator"));
}

#[test]
fn members_of_a_workspace_do_without_them_too() {
    let of_root = r#""":{"workspaces":["web"]},"web":{"dependencies":{"client":"1"},"devDependencies":{"generator":"1","pg":"8"}},
        "node_modules/web":{"link":true,"resolved":"web"},"#;
    let plan = planned(&with_peers(WEB, of_root), SPEC, "linux/amd64");
    let copy = lines(&plan, "-> /app/node_modules");
    assert!(copy.contains(r#"include ["client"]"#), "{copy}");
    // Code of a workspace may rely on what its root has.
    let of_root = of_root.replace(r#""workspaces":["web"]"#, r#""workspaces":["web"],"dependencies":{"pg":"8"}"#);
    let copy = lines(&planned(&with_peers(WEB, &of_root), SPEC, "linux/amd64"), "-> /app/node_modules");
    assert!(copy.contains(r#"include ["client", "pg"]"#), "{copy}");
}

#[test]
fn with_pnpm_the_lockfile_of_the_installation_lacks_them() {
    let plan = planned(
        &project(&[
            ("web/package.json", WEB),
            (
                "web/pnpm-lock.yaml",
                "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      client: { specifier: '1', version: 1.0.0(generator@1.0.0) }\n    devDependencies:\n      generator: { specifier: '1', version: 1.0.0 }\npackages:\n  client@1.0.0: { peerDependenciesMeta: { generator: { optional: true } } }\n  generator@1.0.0: {}\nsnapshots:\n  client@1.0.0(generator@1.0.0):\n    optionalDependencies:\n      generator: 1.0.0\n  generator@1.0.0: {}\n",
            ),
        ]),
        SPEC,
        "linux/amd64",
    );
    let printed = print(&plan);
    let scripts: Vec<_> = printed.lines().filter(|line| line.contains("-install.sh = script")).collect();
    let without: Vec<_> = scripts.iter().filter(|line| line.contains("node - generator")).collect();
    assert!(scripts.len() == 2 && without.len() == 1 && without[0].contains("--prod"), "{scripts:?}");
    assert!(lines(&plan, "optional peer").contains("generator"), "{printed}");
}
