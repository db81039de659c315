//! pnpm's own files: the folders of a workspace, which packages may run install scripts, and which are only for some
//! processors.
//!
//! Since version 10, pnpm only runs install scripts of packages that the project allows. Sources:
//! <https://pnpm.io/settings/build> for the settings, <https://github.com/pnpm/spec/tree/master/lockfile> for the
//! lockfile.

mod lock;

use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use self::lock::Lock;
use super::native::name;
use super::package::{all_texts, local_place};
use super::patterns::wildcard;
use super::yaml;
use crate::version::is_older;

/// The settings of a workspace, next to the lockfile.
pub const WORKSPACE: &str = "pnpm-workspace.yaml";

/// The first version that requires approval of install scripts.
const ASKS: &str = "10";
/// The first version with an option for the processor to install for.
const CHOOSES: &str = "10.14";

/// Which packages may run install scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scripts {
    /// The packages with these names; for others, the project denies them.
    Of(BTreeSet<String>, BTreeSet<String>),
    /// All packages with an install script, and why.
    All(String),
}

/// The settings of a workspace; `None` if they cannot be parsed, which pnpm reports itself.
fn settings(bytes: &[u8]) -> Value {
    yaml::read(bytes, yaml::all).unwrap_or_default()
}

/// The patterns under `packages:` of the settings.
pub(crate) fn packages(bytes: &[u8]) -> Vec<String> {
    texts(settings(bytes).get("packages")).map(str::to_owned).collect()
}

/// The files that the settings name: patches, and programs that pnpm runs.
pub(crate) fn named(bytes: &[u8]) -> Vec<String> {
    let settings = settings(bytes);
    let files = ["patchedDependencies", "patchesDir", "pnpmfile", "cafile"].into_iter();
    files.filter_map(|key| settings.get(key)).flat_map(all_texts).map(str::to_owned).collect()
}

/// The folders and archives that replace dependencies according to the settings; relative to their folder.
pub(crate) fn overrides(bytes: &[u8]) -> Vec<String> {
    let settings = settings(bytes);
    settings.get("overrides").into_iter().flat_map(all_texts).filter_map(local_place).map(str::to_owned).collect()
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a version can install for another processor. If the project names no version, the newest release is used,
/// which can.
pub(crate) fn chooses_processor(version: Option<&str>) -> bool {
    !version.is_some_and(|version| is_older(version, CHOOSES))
}

impl Scripts {
    /// Reads what a project allows: from its pnpm version, `pnpm` in the root `package.json`, the settings of the
    /// workspace, and `.npmrc`.
    pub(crate) fn read(version: Option<&str>, manifest: &Value, settings: Option<&[u8]>, npmrc: Option<&[u8]>) -> Self {
        if let Some(version) = version.filter(|version| is_older(version, ASKS)) {
            return Self::All(format!(
                "pnpm {version} runs install scripts of all packages, and the lockfile does not record them; pnpm {ASKS} and later only run scripts that the project allows"
            ));
        }
        let settings = settings.map(self::settings).unwrap_or_default();
        // Each of these allows install scripts of packages that are not named here.
        const OPEN: [&str; 3] = ["dangerouslyAllowAllBuilds", "neverBuiltDependencies", "onlyBuiltDependenciesFile"];
        let said = |value: &Value| !matches!(value, Value::Null | Value::Bool(false));
        let open = [manifest, &settings].into_iter().find_map(|place| {
            OPEN.into_iter().find(|key| place.get(*key).is_some_and(said)).map(|key| format!("`{key}`"))
        });
        let npmrc = String::from_utf8_lossy(npmrc.unwrap_or_default()).to_ascii_lowercase();
        let in_npmrc = npmrc.contains("built-dep") || npmrc.contains("allow-all-builds");
        if let Some(key) = open.or_else(|| in_npmrc.then(|| "`.npmrc`".to_owned())) {
            return Self::All(format!("{key} allows install scripts without naming the packages"));
        }
        let (mut names, mut ignored) = (BTreeSet::new(), BTreeSet::new());
        for place in [manifest, &settings] {
            ignored.extend(texts(place.get("ignoredBuiltDependencies")).map(|text| name(text).to_owned()));
            names.extend(texts(place.get("onlyBuiltDependencies")).map(|text| name(text).to_owned()));
            let table = place.get("allowBuilds").and_then(Value::as_object).into_iter().flatten();
            for (key, allowed) in table {
                let list = if *allowed == Value::Bool(true) { &mut names } else { &mut ignored };
                list.insert(name(key).to_owned());
            }
        }
        Self::Of(names, ignored)
    }

    /// Whether the scripts of a package may run.
    pub(super) fn allow(&self, package: &str) -> bool {
        match self {
            Self::Of(names, _) => names.iter().any(|name| wildcard(name, package)),
            Self::All(_) => true,
        }
    }

    /// Whether the project allows them or denies them explicitly.
    pub(super) fn is_said(&self, package: &str) -> bool {
        let is_ignored = match self {
            Self::Of(_, ignored) => ignored.iter().any(|name| wildcard(name, package)),
            Self::All(_) => false,
        };
        is_ignored || self.allow(package)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // Everything here is test code.
mod tests {
    use serde_json::json;

    use super::*;

    fn of(names: &[&str]) -> Scripts {
        Scripts::Of(names.iter().map(|name| (*name).to_owned()).collect(), BTreeSet::new())
    }

    #[test]
    fn the_project_names_the_packages_that_may_run_scripts() {
        let scripts = |version: Option<&str>, manifest: Value, settings: &str, npmrc: &str| {
            Scripts::read(version, &manifest, Some(settings.as_bytes()), Some(npmrc.as_bytes()))
        };
        assert_eq!(scripts(None, Value::Null, "", "registry=https://example.com/\n"), of(&[]));
        assert_eq!(
            scripts(
                Some("11.2.0"),
                json!({ "onlyBuiltDependencies": ["sharp"] }),
                "onlyBuiltDependencies: ['@swc/core@1.2.3 || 1.2.4']\nallowBuilds: { bcrypt: true, core-js: false, 'esbuild@0.25.0': true }\n",
                ""
            ),
            match of(&["@swc/core", "bcrypt", "esbuild", "sharp"]) {
                Scripts::Of(names, _) => Scripts::Of(names, BTreeSet::from(["core-js".to_owned()])),
                all @ Scripts::All(_) => all,
            }
        );
        for (version, manifest, settings, npmrc) in [
            (Some("9.15.0"), Value::Null, "", ""),
            (None, json!({ "neverBuiltDependencies": [] }), "", ""),
            (None, Value::Null, "dangerouslyAllowAllBuilds: true\n", ""),
            (None, Value::Null, "", "dangerously-allow-all-builds=true\n"),
        ] {
            assert!(matches!(scripts(version, manifest, settings, npmrc), Scripts::All(_)), "{settings}{npmrc}");
        }
        assert!(of(&["@swc/*"]).allow("@swc/core") && !of(&["@swc/*"]).allow("swc"));
        assert!(chooses_processor(None) && chooses_processor(Some("10.14.0")) && chooses_processor(Some("12.0.1")));
        assert!(!chooses_processor(Some("10.13.1")) && !chooses_processor(Some("9.15.0")));
    }
}
