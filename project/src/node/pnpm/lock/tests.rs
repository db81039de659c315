//! What lockfiles of pnpm say of an installation.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use super::*;

const LOCK: &str = "\
lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      esbuild: { specifier: ^0.25.0, version: 0.25.0 }
  apps/api:
    dependencies:
      '@acme/log': { specifier: 'workspace:*', version: link:../../libs/log }
      bcrypt: { specifier: ^6.0.0, version: 6.0.0 }
      next: { specifier: ^15.0.0, version: '15.0.0(react@19.0.0)' }
      old: { specifier: 'npm:ms@2', version: ms@2.1.3 }
  apps/site:
    dependencies:
      next: { specifier: ^15.0.0, version: '15.0.0(react@19.0.0)' }
  libs/log:
    dependencies:
      pino: { specifier: ^9.0.0, version: 9.0.0 }
packages:
  '@img/sharp-linux-x64@0.34.0': { cpu: [x64], os: [linux] }
  '@img/sharp-darwin-arm64@0.34.0': { cpu: [arm64], os: [darwin] }
  bcrypt@6.0.0: { hasBin: false }
  esbuild@0.25.0: { hasBin: true }
  ms@2.1.3: {}
  next@15.0.0: {}
  pino@9.0.0: {}
  sharp@0.34.0: {}
snapshots:
  '@img/sharp-linux-x64@0.34.0': { optional: true }
  '@img/sharp-darwin-arm64@0.34.0': { optional: true }
  bcrypt@6.0.0: {}
  esbuild@0.25.0: {}
  ms@2.1.3: {}
  'next@15.0.0(react@19.0.0)':
    optionalDependencies: { sharp: 0.34.0 }
  pino@9.0.0: { dependencies: { ms: 2.1.3 } }
  sharp@0.34.0:
    optionalDependencies: { '@img/sharp-linux-x64': 0.34.0, '@img/sharp-darwin-arm64': 0.34.0 }
";

fn of(names: &[&str]) -> Scripts {
    Scripts::Of(names.iter().map(|name| (*name).to_owned()).collect(), BTreeSet::new())
}

#[test]
fn a_workspace_package_is_platform_specific_through_its_dependencies() {
    let lock = Lock::parse(LOCK.as_bytes()).unwrap();
    let told = |folder: Option<&str>, with_dev: bool, scripts: &Scripts| {
        let Native { scripted, processor, .. } = lock.native(folder, with_dev, scripts).unwrap();
        (scripted.join(" "), processor.join(" "))
    };
    let none = |processor: &str| (String::new(), processor.to_owned());
    let allowed = of(&["bcrypt", "esbuild"]);
    assert_eq!(told(Some("libs/log"), false, &allowed), none(""));
    assert_eq!(told(Some("apps/site"), false, &allowed), none("@img/sharp-linux-x64"));
    assert_eq!(told(Some("apps/api"), false, &allowed).0, "bcrypt");
    assert_eq!(told(Some("apps/api"), false, &of(&[])), none("@img/sharp-linux-x64"));
    assert_eq!(told(None, false, &allowed).0, "bcrypt");
    assert_eq!(told(None, true, &allowed).0, "bcrypt esbuild");
    assert!(lock.installed(Some("apps/api"), false).contains("ms@2.1.3"));
    let all = Scripts::All("why".to_owned());
    assert_eq!(lock.native(Some("libs/log"), false, &all), Err("why".to_owned()));
}

#[test]
fn optional_peers_that_nothing_else_needs_are_left_out() {
    let lock = "\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      react: { specifier: '19', version: 19.0.0 }
    devDependencies:
      vitest: { specifier: '3', version: 3.0.0 }
  api:
    dependencies:
      auth: { specifier: '1', version: '1.0.0(next@15.0.0)(orm@1.0.0)(vitest@3.0.0)' }
      orm: { specifier: '1', version: 1.0.0 }
  site:
    dependencies:
      next: { specifier: '15', version: 15.0.0 }
packages:
  auth@1.0.0:
    peerDependenciesMeta:
      { next: { optional: true }, orm: { optional: true }, react: { optional: true }, vitest: { optional: true } }
  next@15.0.0: {}
  orm@1.0.0: { peerDependenciesMeta: { pg: { optional: true } } }
  pg@8.0.0: {}
  react@19.0.0: {}
  vitest@3.0.0: {}
snapshots:
  auth@1.0.0(next@15.0.0)(orm@1.0.0)(vitest@3.0.0):
    dependencies: { jose: 5.0.0 }
    optionalDependencies: { next: 15.0.0, orm: 1.0.0(pg@8.0.0), react: 19.0.0, vitest: 3.0.0 }
  jose@5.0.0: {}
  next@15.0.0: {}
  orm@1.0.0: {}
  orm@1.0.0(pg@8.0.0): { optionalDependencies: { pg: 8.0.0, 'fast': 1.0.0 } }
  fast@1.0.0: {}
  pg@8.0.0: {}
  react@19.0.0: {}
  vitest@3.0.0: {}
";
    let lock = Lock::parse(lock.as_bytes()).unwrap();
    let left = |folder| lock.only_optional_peers(folder).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(left(Some("api")), "next pg vitest");
    assert_eq!(left(Some("site")), "");
    // The whole workspace has `next` for another reason.
    assert_eq!(left(None), "pg vitest");
    let installed = lock.installed(Some("api"), false);
    // A variant with other peers is the same package.
    assert!(installed.contains("orm@1.0.0(pg@8.0.0)") && installed.contains("fast@1.0.0"), "{installed:?}");
    assert!(!installed.contains("next@15.0.0") && !installed.contains("pg@8.0.0"), "{installed:?}");
    assert!(lock.installed(None, true).contains("vitest@3.0.0"));
}

#[test]
fn an_older_lockfile_marks_packages_with_scripts() {
    let lock = "lockfileVersion: '6.0'\ndependencies:\n  bcrypt: { specifier: 5, version: 5.1.0 }\ndevDependencies:\n  esbuild: { specifier: 0, version: 0.19.0 }\npackages:\n  /bcrypt@5.1.0: { requiresBuild: true, dependencies: { nopt: 5.0.0 } }\n  /nopt@5.0.0: { dev: false }\n  /esbuild@0.19.0: { requiresBuild: true, dev: true }\n";
    let lock = Lock::parse(lock.as_bytes()).unwrap();
    let all = Scripts::All("pnpm 8".to_owned());
    assert_eq!(lock.native(None, false, &all).unwrap().scripted, ["bcrypt"]);
    assert_eq!(lock.native(None, true, &all).unwrap().scripted, ["bcrypt", "esbuild"]);
    for other in ["lockfileVersion: 5.4\n", "lockfileVersion: '10.0'\n", "packages: {}\n", "a: [\n", ""] {
        assert!(Lock::parse(other.as_bytes()).is_none(), "{other}");
    }
}
