//! Packages of a repository that are not ordinary members of a workspace: the container prints what the project
//! prints.

use slipway_tests::{Build, Loaded, Project, run};

const LIBRARY: &str = "exports.answer = () => 42;\n";
const PNPM: &str = r#"lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    dependencies:
      my-util:
        specifier: file:../util
        version: file:../util

packages:

  my-util@file:../util:
    resolution: {directory: ../util, type: directory}

snapshots:

  my-util@file:../util: {}
"#;
const NPM: &str = r#"{
  "name": "rootlib",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "rootlib",
      "version": "1.0.0",
      "workspaces": [
        "packages/*"
      ]
    },
    "node_modules/api": {
      "resolved": "packages/api",
      "link": true
    },
    "node_modules/rootlib": {
      "resolved": "",
      "link": true
    },
    "packages/api": {
      "version": "1.0.0",
      "dependencies": {
        "rootlib": "file:../.."
      }
    }
  }
}
"#;

fn says(project: &Project, name: &str) -> String {
    let image = Loaded::new(name);
    let _ = Build::of(project).target("api").args(image.arguments()).succeed();
    run([&image.tag]).trim().to_owned()
}

#[test]
fn a_package_that_is_copied_has_its_files() {
    let project = Project::spec("images: { api: { node: { source: ./api, node: '24', destination: /srv/shop }, healthcheck: none } }\n")
        .with("util/package.json", r#"{"name":"my-util","version":"1.0.0","main":"lib/index.js"}"#)
        .with("util/lib/index.js", LIBRARY)
        .with(
            "api/package.json",
            r#"{"name":"api","version":"1.0.0","packageManager":"pnpm@10.15.0","scripts":{"start":"node index.js"},"dependencies":{"my-util":"file:../util"}}"#,
        )
        .with("api/pnpm-lock.yaml", PNPM)
        // The engine leaves environment files out, but not their templates.
        .with("api/.env", "SECRET=1\n")
        .with("api/.env.example", "SECRET=\n")
        .with("api/conf/.env.production", "SECRET=1\n")
        .with(
            "api/index.js",
            "const files = ['.env', '.env.example', 'conf/.env.production'].map(require('fs').existsSync);\nconsole.log('answer', require('my-util').answer(), files.join());\n",
        );
    assert_eq!(says(&project, "node-copied"), "answer 42 false,true,false");
}

#[test]
fn a_package_at_the_root_has_its_files() {
    let project = Project::spec("images: { api: { node: { source: ./packages/api, node: '24' }, healthcheck: none } }\n")
        .with("package.json", r#"{"name":"rootlib","version":"1.0.0","main":"lib/index.js","workspaces":["packages/*"]}"#)
        .with("package-lock.json", NPM)
        .with("lib/index.js", LIBRARY)
        .with(
            "packages/api/package.json",
            r#"{"name":"api","version":"1.0.0","scripts":{"start":"node index.js"},"dependencies":{"rootlib":"file:../.."}}"#,
        )
        .with("packages/api/index.js", "console.log('answer', require('rootlib').answer());\n");
    assert_eq!(says(&project, "node-root"), "answer 42");
}
