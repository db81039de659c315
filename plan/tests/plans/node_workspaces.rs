//! Node workspaces: packages that are copied, at the root, or missing in the context, and the time for plans of many.

use std::collections::BTreeMap;

use crate::support::{Memory, make, print, request};
use slipway_plan::{LayerItem, Plan, StepKind};

fn project(files: &[(&'static str, &'static str)]) -> Memory {
    Memory { files: files.iter().copied().collect(), ..Memory::default() }
}

fn planned(project: &Memory, spec: &str) -> Plan {
    make(project, spec, None, "linux/amd64", &request()).unwrap()
}

/// The inputs of the step with a name: the patterns of each item, and its exclusions.
fn taken(plan: &Plan, name: &str) -> Vec<(String, String)> {
    let found = plan.steps.iter().find(|(_, step)| step.name.contains(name));
    match &found.unwrap_or_else(|| panic!("no step {name}:\n{}", print(plan))).1.kind {
        StepKind::Select { items } => {
            items.iter().map(|item| (item.include.join(" "), item.exclude.join(" "))).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn install_script(plan: &Plan) -> String {
    print(plan).lines().find(|line| line.contains("-install.sh = script")).unwrap().to_owned()
}

const API: &str = "images: { api: { node: { source: ./api, node: '24' } } }";
const PNPM_COPY: &str = "\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      my-util: { specifier: 'file:../util', version: 'file:../util' }
      packed: { specifier: 'file:../packed.tgz', version: 'file:../packed.tgz' }
packages:
  my-util@file:../util: { resolution: { directory: ../util, type: directory } }
  packed@file:../packed.tgz: { resolution: { integrity: sha512-x, tarball: file:../packed.tgz } }
snapshots:
  my-util@file:../util: {}
  packed@file:../packed.tgz: {}
";
const COPYING: &str = r#"{"name":"api","dependencies":{"my-util":"file:../util","packed":"file:../packed.tgz"}}"#;

#[test]
fn copied_packages_are_complete_when_they_are_installed() {
    let linked =
        r#"{"lockfileVersion":3,"packages":{"node_modules/my-util":{"resolved":"../util","link":true},"../util":{}}}"#;
    let copied =
        r#"{"lockfileVersion":3,"packages":{"node_modules/my-util":{"version":"1.0.0","resolved":"file:../util"}}}"#;
    for (lockfile, text, is_copied) in [
        ("api/pnpm-lock.yaml", PNPM_COPY, true),
        ("api/package-lock.json", linked, false),
        ("api/package-lock.json", copied, true),
        ("api/yarn.lock", "", true),
        ("api/bun.lock", "{}", true),
    ] {
        let project = project(&[
            ("util/package.json", r#"{"name":"my-util","main":"lib/index.js","scripts":{"prepare":"x"}}"#),
            ("util/lib/index.js", ""),
            ("packed.tgz", ""),
            ("api/package.json", COPYING),
            ("api/index.js", ""),
            (lockfile, text),
        ]);
        let plan = planned(&project, API);
        let items = taken(&plan, " manifests] ");
        let whole = items.iter().find(|(include, _)| include == "util");
        assert_eq!(whole.is_some(), is_copied, "{lockfile}: {items:?}");
        assert!(is_copied == install_script(&plan).contains("! -path './util/*'"), "{}", install_script(&plan));
        if lockfile.ends_with("pnpm-lock.yaml") || lockfile.ends_with("yarn.lock") {
            assert!(items[0].0.contains("packed.tgz"), "{items:?}");
        }
    }
}

#[test]
fn a_package_at_the_root_is_copied_without_the_packages_inside_it() {
    let lock = r#"{"lockfileVersion":3,"packages":{
        "":{"workspaces":["packages/*"],"dependencies":{"ms":"2"}},
        "packages/api":{"dependencies":{"rootlib":"file:../.."}},
        "packages/web":{},
        "node_modules/api":{"link":true,"resolved":"packages/api"},
        "node_modules/rootlib":{"link":true,"resolved":""},
        "node_modules/ms":{}}}"#;
    let files = |scripts: &'static str| {
        project(&[
            ("package.json", Box::leak(format!(r#"{{"name":"rootlib","main":"lib/index.js","workspaces":["packages/*"],"scripts":{{{scripts}}},"dependencies":{{"ms":"2"}}}}"#).into_boxed_str())),
            ("package-lock.json", lock),
            ("lib/index.js", ""),
            ("packages/api/package.json", r#"{"name":"api","scripts":{"build":"tsc"},"dependencies":{"rootlib":"file:../.."}}"#),
            ("packages/api/index.js", ""),
            ("packages/web/package.json", r#"{"name":"web"}"#),
        ])
    };
    let root_layer = |plan: &Plan| -> Vec<(String, String)> {
        let layers = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
            StepKind::Assemble { layers, .. } => Some(layers),
            _ => None,
        });
        let copies = layers.flatten().flat_map(|layer| &layer.items).filter_map(|item| match item {
            LayerItem::Copy(copy) if copy.target == "/app" => Some((copy.source.clone(), copy.exclude.join(" "))),
            _ => None,
        });
        copies.collect()
    };
    let spec = "images: { api: { node: { source: ./packages/api, node: '24' } } }";
    let plan = planned(&files(""), spec);
    let (include, exclude) = &taken(&plan, "[api sources]")[0];
    assert_eq!(include, "");
    assert!(exclude.contains(" packages/web ") && !exclude.contains("packages/api "), "{exclude}");
    let expected = ("/".to_owned(), "packages/api packages/web **/node_modules".to_owned());
    assert_eq!(root_layer(&plan), std::slice::from_ref(&expected), "{}", print(&plan));

    // Its own script runs before; a script for the whole workspace is different.
    let build =
        "images: { api: { node: { source: ./packages/api, node: '24', scripts: [build], output: [index.js] } } }";
    let plan = planned(&files(r#""build":"tsc""#), build);
    assert!(print(&plan).contains("[rootlib build] npm run build"), "{}", print(&plan));
    assert_eq!(root_layer(&plan), [expected]);
    let plan = planned(&files(r#""build":"npm run build --workspaces""#), build);
    assert!(!print(&plan).contains("[rootlib build]"), "{}", print(&plan));
    assert_eq!(root_layer(&plan)[0].0, "/workspace");
}

#[test]
fn missing_packages_in_yarns_lockfile_are_reconstructed() {
    let lock = "\
__metadata:
  version: 8

\"@acme/web@workspace:packages/web\":
  version: 0.0.0-use.local
  resolution: \"@acme/web@workspace:packages/web\"
  dependencies:
    ms: \"npm:2.1.2\"
  bin:
    web: x.js
  languageName: unknown
  linkType: soft

\"api@workspace:packages/api\":
  version: 0.0.0-use.local
  resolution: \"api@workspace:packages/api\"
  languageName: unknown
  linkType: soft
";
    let project = project(&[
        ("package.json", r#"{"name":"shop","workspaces":["packages/*"],"packageManager":"yarn@4.9.1"}"#),
        ("yarn.lock", lock),
        ("packages/api/package.json", r#"{"name":"api","dependencies":{"ms":"2"}}"#),
        ("packages/api/index.js", ""),
    ]);
    let plan = planned(&project, "images: { api: { node: { source: ./packages/api, node: '24' } } }");
    let script = install_script(&plan);
    let manifest = r#"'{\"bin\":{\"web\":\"x.js\"},\"dependencies\":{\"ms\":\"npm:2.1.2\"},\"name\":\"@acme/web\"}' >/app/packages/web/package.json"#;
    assert!(script.contains(manifest), "{script}");
    assert!(!script.contains("/app/packages/api/package.json"), "{script}");
    assert!(
        plan.notes.iter().any(|note| note.text.starts_with("`packages/web` is in `yarn.lock` but not in the context"))
    );
}

#[test]
fn patterns_match_like_in_package_managers() {
    let members = |patterns: &str| {
        let manifest = format!(r#"{{"name":"shop","workspaces":{patterns}}}"#);
        let project = project(&[
            ("package.json", manifest.leak()),
            ("package-lock.json", "{}"),
            ("packages/api/package.json", r#"{"name":"api","dependencies":{"lib":"*"}}"#),
            ("packages/lib/package.json", r#"{"name":"lib"}"#),
            ("packages/web/package.json", r#"{"name":"web"}"#),
        ]);
        let spec = "images: { api: { node: { source: ./packages/api, node: '24' } } }";
        let plan = make(&project, spec, None, "linux/amd64", &request())?;
        let include = taken(&plan, " manifests] ")[0].0.clone();
        Ok::<_, String>(include.split(" package-lock.json").next().unwrap_or_default().to_owned())
    };
    for (patterns, expected) in [
        (r#"["packages/*"]"#, "package.json packages/*/package.json"),
        (r#"["packages/{api,lib}"]"#, "package.json packages/api/package.json packages/lib/package.json"),
        (r#"["packages/a?i", "./packages/lib/"]"#, "package.json packages/a?i/package.json packages/lib/package.json"),
        (r#"["packages/[al]*"]"#, "package.json packages/[al]*/package.json"),
        (r#"["packages/**", "!packages/w*"]"#, "package.json packages/api/package.json packages/lib/package.json"),
        (
            r#"["packages/*", "!**", "packages/{api,lib}"]"#,
            "package.json packages/api/package.json packages/lib/package.json",
        ),
    ] {
        assert_eq!(members(patterns).as_deref(), Ok(expected), "{patterns}");
    }
    let said = members(r#"["packages/{lib,web}"]"#).unwrap_err();
    assert!(said.contains("it is not a member of the workspace of `package.json`"), "{said}");
}

#[test]
fn settings_are_followed_into_packages_of_the_workspace() {
    let project = project(&[
        ("package.json", r#"{"name":"shop","workspaces":["packages/*"],"devDependencies":{"typescript":"5"}}"#),
        ("package-lock.json", "{}"),
        ("configs/strict.json", "{}"),
        ("packages/tsconfig/package.json", r#"{"name":"@acme/tsconfig"}"#),
        ("packages/tsconfig/base.json", r#"{"extends":"../../configs/strict.json"}"#),
        (
            "packages/api/package.json",
            r#"{"name":"api","scripts":{"build":"tsc"},"devDependencies":{"@acme/tsconfig":"*"}}"#,
        ),
        ("packages/api/tsconfig.json", r#"{"extends":"@acme/tsconfig/base"}"#),
    ]);
    let plan = planned(&project, "images: { api: { node: { source: ./packages/api, node: '24', scripts: [build] } } }");
    let (include, _) = &taken(&plan, "[api sources]")[0];
    assert!(include.contains("configs/strict.json") && include.contains("packages/tsconfig"), "{include}");
}

#[test]
fn files_that_settings_name_are_inputs_of_the_installation() {
    let manifest = r#"{"dependencies":{"ms":"patch:ms@npm%3A2.1.3#./tools/a.patch"},"resolutions":{"b":"patch:b@npm:1#~/tools/b.patch"},
        "pnpm":{"patchedDependencies":{"c@1":"tools/c.patch"}},"patchedDependencies":{"d@1":"tools/d.patch"},"overrides":{"e":"file:vendor/e"}}"#;
    let project = project(&[
        ("api/package.json", manifest),
        ("api/pnpm-lock.yaml", ""),
        ("api/pnpm-workspace.yaml", "patchedDependencies: { f: tools/f.patch }\npnpmfile: tools/hooks.cjs\n"),
        ("api/.yarnrc.yml", "yarnPath: tools/yarn.cjs\nplugins: [{ path: tools/plugin.cjs }]\n"),
        ("api/.npmrc", "cafile=tools/ca.pem\nregistry=https://example.com/\n"),
        ("api/vendor/e/package.json", r#"{"name":"e"}"#),
    ]);
    let plan = planned(&project, API);
    let items = taken(&plan, " manifests] ");
    for name in ["a.patch", "b.patch", "c.patch", "d.patch", "f.patch", "hooks.cjs", "yarn.cjs", "plugin.cjs", "ca.pem"]
    {
        assert!(items[0].0.contains(&format!("api/tools/{name}")), "{name}: {items:?}");
    }
    assert!(items.iter().any(|(include, _)| include == "api/vendor/e"), "{items:?}");
}

#[test]
fn development_tools_are_those_of_the_build() {
    let manifest = r#"{"dependencies":{"ms":"2"},"devEngines":{"packageManager":{"name":"pnpm","version":"^9.1.0"},"runtime":{"name":"node","version":">=20 <23"}}}"#;
    let project = project(&[("api/package.json", manifest), ("api/pnpm-lock.yaml", ""), ("api/package-lock.json", "")]);
    let text = print(&planned(&project, "images: { api: { node: ./api } }"));
    assert!(text.contains("--no-fund pnpm@9"), "{text}");
    assert!(text.contains("note api: Node.js 22, from `devEngines` of `api/package.json`"), "{text}");
    assert!(text.contains("note api: pnpm, from `devEngines.packageManager` of `api/package.json`"), "{text}");
}

#[test]
fn a_package_without_dependencies_is_built_with_the_tools_of_its_workspace() {
    let project = project(&[
        ("package.json", r#"{"name":"shop","workspaces":["packages/*"],"devDependencies":{"typescript":"5"}}"#),
        ("package-lock.json", "{}"),
        ("packages/api/package.json", r#"{"name":"api","scripts":{"build":"tsc"}}"#),
    ]);
    let build = print(&planned(
        &project,
        "images: { api: { node: { source: ./packages/api, node: '24', scripts: [build] } } }",
    ));
    assert!(build.contains("[shop dependencies] npm ci --include=dev"), "{build}");
    let plain = print(&planned(&project, "images: { api: { node: { source: ./packages/api, node: '24' } } }"));
    assert!(!plain.contains("npm ci"), "{plain}");
}

#[test]
fn documents_are_copied_with_their_folder() {
    let project =
        project(&[("package.json", r#"{"name":"web","scripts":{"build":"x"}}"#), ("README.md", ""), ("main.js", "")]);
    let left_out = |keys: &str| {
        let plan = planned(&project, &format!("images: {{ web: {{ node: {{ node: '24', {keys} }} }} }}"));
        taken(&plan, "[web sources]")[0]
            .1
            .split(' ')
            .filter(|name| name.contains("README") || name.contains("CHANGELOG"))
            .count()
    };
    assert_eq!(left_out(""), 0);
    assert_eq!(left_out("scripts: [build], output: [.]"), 0);
    assert_eq!(left_out("scripts: [build], output: [main.js]"), 2);
    assert_eq!(left_out("scripts: [build], output: [main.js, README.md]"), 1);
}

/// A workspace whose packages form a chain; the last one is built.
fn chain(length: usize) -> Memory {
    let mut files = BTreeMap::new();
    let mut lock = r#"{"lockfileVersion":3,"packages":{"":{"devDependencies":{"typescript":"5"}}"#.to_owned();
    for number in 0..length {
        let needs = if number == 0 { String::new() } else { format!(r#""p{}":"*""#, number - 1) };
        let manifest = format!(r#"{{"name":"p{number}","scripts":{{"build":"tsc"}},"dependencies":{{{needs}}}}}"#);
        lock.push_str(&format!(r#","packages/p{number}":{{"dependencies":{{{needs}}}}},"node_modules/p{number}":{{"link":true,"resolved":"packages/p{number}"}}"#));
        let path: &'static str = format!("packages/p{number}/package.json").leak();
        files.insert(path, &*manifest.leak());
    }
    files.insert("package.json", r#"{"name":"shop","workspaces":["packages/*"],"devDependencies":{"typescript":"5"}}"#);
    files.insert("package-lock.json", format!("{lock}}}}}").leak());
    Memory { files, ..Memory::default() }
}

#[test]
fn a_package_is_built_once_for_all_images() {
    let package = |name: &'static str, needs: &str| -> (&'static str, &'static str) {
        let needs: Vec<String> = needs.split_whitespace().map(|name| format!(r#""{name}":"*""#)).collect();
        let text = format!(r#"{{"name":"{name}","scripts":{{"build":"tsc"}},"dependencies":{{{}}}}}"#, needs.join(","));
        (format!("packages/{name}/package.json").leak(), text.leak())
    };
    let project = project(&[
        ("package.json", r#"{"name":"shop","workspaces":["packages/*"],"devDependencies":{"typescript":"5"}}"#),
        ("package-lock.json", "{}"),
        package("a", ""),
        package("b", ""),
        package("core", "a b"),
        package("one", "a core"),
        package("two", "b core"),
    ]);
    let build = |image: &str| {
        let spec = format!(
            "images: {{ {image}: {{ node: {{ source: ./packages/{image}, node: '24', scripts: [build] }} }} }}"
        );
        let plan = planned(&project, &spec);
        let mounts = plan.steps.iter().find_map(|(_, step)| match &step.kind {
            StepKind::Run(run) if step.name == "[core build] npm run build" => {
                Some(run.mounts.iter().map(|mount| mount.target.clone()).collect::<Vec<_>>())
            }
            _ => None,
        });
        mounts.unwrap()
    };
    assert_eq!(build("one"), build("two"));
    assert!(build("one").iter().any(|target| target == "/app/packages/b"));
}

#[test]
fn plans_grow_linearly_with_their_workspaces() {
    let mounts = |length: usize| {
        let spec = format!(
            "images: {{ last: {{ node: {{ source: ./packages/p{}, node: '24', scripts: [build] }} }} }}",
            length - 1
        );
        let plan = planned(&chain(length), &spec);
        let most = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
            StepKind::Run(run) => Some(run.mounts.len()),
            _ => None,
        });
        let layers = plan.steps.iter().filter_map(|(_, step)| match &step.kind {
            StepKind::Assemble { layers, .. } => Some(layers.len()),
            _ => None,
        });
        (most.max().unwrap(), layers.max().unwrap(), plan.steps.iter().len())
    };
    let (most, layers, steps) = mounts(300);
    assert!(most < 150 && layers < 40, "{most} mounts, {layers} layers");
    assert!(steps < 300 * 2 + 40, "{steps} steps");
}
