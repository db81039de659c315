//! Which packages of a lockfile are tied to the platform they are installed on.
//!
//! npm's lockfile says of each package whether it has an install script, which may compile or download something, and which processors it is for. The other lockfiles
//! do not say enough, or say it elsewhere in each version. Source of the format: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>.

use serde_json::Value;

/// What ties packages to a platform.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Native {
    /// Packages that run a script when they are installed.
    pub(super) scripted: Vec<String>,
    /// Packages for some processors only; npm can be told for which to choose.
    pub(super) processor: Vec<String>,
}

/// What the lockfile of npm says; `None` when it is of a version that does not.
pub(super) fn of_npm(lockfile: &[u8], with_dev: bool) -> Option<Native> {
    let file: Value = serde_json::from_slice(lockfile).ok()?;
    let mut found = Native::default();
    for (place, package) in file.get("packages")?.as_object()? {
        let is = |flag: &str| package.get(flag).and_then(Value::as_bool) == Some(true);
        // Folders of the project itself: their scripts do not run.
        let Some((_, name)) = place.rsplit_once("node_modules/") else { continue };
        if is("link") || (is("dev") && !with_dev) || !allows(package.get("os"), "linux") {
            continue;
        }
        if is("hasInstallScript") {
            found.scripted.push(name.to_owned());
        } else if package.get("cpu").is_some() {
            found.processor.push(name.to_owned());
        }
    }
    for list in [&mut found.scripted, &mut found.processor] {
        list.sort();
        list.dedup();
    }
    Some(found)
}

/// Whether a list of names, or of names that are ruled out by `!`, leaves room for one.
fn allows(list: Option<&Value>, name: &str) -> bool {
    let Some(list) = list.and_then(Value::as_array) else { return true };
    let mut names = list.iter().filter_map(Value::as_str).peekable();
    let ruled_out = |written: &str| written.strip_prefix('!').is_some_and(|out| out == name);
    let only_exclusions = names.clone().all(|written| written.starts_with('!'));
    if only_exclusions { !names.any(ruled_out) } else { names.any(|written| written == name) }
}

/// The processor of a platform as npm calls it.
pub(super) fn npm_cpu(platform: &crate::Platform) -> Option<&'static str> {
    Some(match platform.arch() {
        "amd64" => "x64",
        "386" => "ia32",
        "arm64" => "arm64",
        "arm" => "arm",
        "ppc64le" => "ppc64",
        "s390x" => "s390x",
        "riscv64" => "riscv64",
        "loong64" => "loong64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_tied_to_the_platform() {
        let lockfile = br#"{"lockfileVersion":3,"packages":{
            "":{"hasInstallScript":true},
            "packages/a":{"hasInstallScript":true},
            "node_modules/@acme/a":{"link":true,"hasInstallScript":true},
            "node_modules/bcrypt":{"hasInstallScript":true},
            "node_modules/x/node_modules/@img/sharp-linux-x64":{"os":["linux"],"cpu":["x64"],"optional":true},
            "node_modules/fsevents":{"os":["darwin"],"hasInstallScript":true},
            "node_modules/posix":{"os":["!win32"]},
            "node_modules/esbuild":{"dev":true,"hasInstallScript":true}}}"#;
        let production = of_npm(lockfile, false).unwrap();
        assert_eq!(production.scripted, ["bcrypt"]);
        assert_eq!(production.processor, ["@img/sharp-linux-x64"]);
        assert_eq!(of_npm(lockfile, true).unwrap().scripted, ["bcrypt", "esbuild"]);
        assert_eq!(of_npm(br#"{"lockfileVersion":1,"dependencies":{}}"#, false), None);
        assert_eq!(of_npm(b"{", false), None);
    }
}
