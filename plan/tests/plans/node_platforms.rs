//! Node.js for another platform: packages with machine code, and where they are installed.

use slipway_spec::Diagnostic;

use crate::node::{SMALL, lines, planned, project, small};
use crate::support::{Memory, make, request};

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
    pnpm-lock.yaml packages: []: `sqlite` has no machine code: its install script does not run, because pnpm 10 and later run only scripts that the project allows; write `onlyBuiltDependencies: [sqlite]` to `pnpm-workspace.yaml`
    pnpm-lock.yaml,"packageManager":"pnpm@11.1.0" packages: []: `sqlite` has no machine code: its install script does not run, because pnpm 10 and later run only scripts that the project allows; write `allowBuilds: { sqlite: true }` to `pnpm-workspace.yaml`
    pnpm-lock.yaml,"packageManager":"pnpm@9.1.0" packages: []: 
    pnpm-lock.yaml onlyBuiltDependencies: [sqlite]: 
    pnpm-lock.yaml ignoredBuiltDependencies: [sqlite]: 
    pnpm-lock.yaml allowBuilds: { sqlite: true }: 
    package-lock.json,"packageManager":"npm@12.0.0" : `sqlite` has no machine code: its install script does not run, because npm 12 and later run only scripts that the project allows; write `"allowScripts": { "sqlite": true }` to `package.json`
    package-lock.json,"packageManager":"npm@12.0.0","allowScripts":{"sqlite":true} : 
    package-lock.json,"packageManager":"npm@11.0.0" : 
    bun.lock,"trustedDependencies":[] : `sqlite` has no machine code: its install script does not run, because Bun runs only scripts that the project allows; write `"trustedDependencies": ["sqlite"]` to `package.json`
    bun.lock,"trustedDependencies":["sqlite"] : 
    bun.lock :
    "##);
}
