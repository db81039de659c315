//! Finds the packages of a lockfile that are specific to a platform.
//!
//! npm's lockfile records whether each package has an install script, which may compile or download something, and
//! which processors it is for; for pnpm, see [`super::pnpm`]. The other lockfiles lack this information. Source of the
//! format: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>.

use serde_json::Value;

/// What makes packages specific to a platform.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Native {
    /// Packages with an install script.
    pub scripted: Vec<String>,
    /// Packages only for some processors; npm has an option that selects them.
    pub processor: Vec<String>,
    /// Whether a script may require a compiler.
    pub compiles: bool,
    /// Packages with machine code for the GNU C library.
    pub linked: Vec<String>,
}

/// Packages that others use to compile their own machine code, or to find the compiled file.
const COMPILERS: &[&str] = &[
    "@mapbox/node-pre-gyp",
    "bindings",
    "cmake-js",
    "nan",
    "node-addon-api",
    "node-gyp",
    "node-gyp-build",
    "node-pre-gyp",
    "prebuild-install",
];
/// Packages with install scripts whose results are known to be the same on all platforms.
const HARMLESS: &[&str] = &["@nestjs/core", "core-js", "core-js-bundle", "core-js-pure", "protobufjs"];

impl Native {
    /// Adds a package with an install script, unless its result is known to be the same on all platforms.
    pub(crate) fn add_scripted(&mut self, name: String) {
        if !HARMLESS.contains(&name.as_str()) {
            self.scripted.push(name);
        }
    }

    /// Records that a script compiles a package, or downloads machine code for the current platform, according to the
    /// package's dependencies. Packages that include machine code (`node-gyp-build`) may have it for every C library.
    pub(crate) fn add_needs<'n>(&mut self, name: &str, needs: impl Iterator<Item = &'n String>) {
        let needs: Vec<&str> = needs.map(String::as_str).collect();
        if needs.iter().any(|name| COMPILERS.contains(name)) && !needs.contains(&"node-gyp-build") {
            self.linked.push(name.to_owned());
        }
    }

    /// Adds a package for some processors only; `libc` is the C library in the lockfile.
    pub(crate) fn add_processor(&mut self, name: String, libc: Option<&Value>) {
        let is_linked = match libc {
            Some(_) => allows(libc, "glibc") && !allows(libc, "musl"),
            // Older lockfiles lack the field, and names follow a convention.
            None => name.contains("linux-") && (name.contains("-gnu") || name.starts_with("@img/sharp-")),
        };
        if is_linked {
            // The name without the processor: `@img/sharp` for `@img/sharp-linux-x64`.
            self.linked.push(name.split("-linux").next().unwrap_or(&name).to_owned());
        }
        self.processor.push(name);
    }

    /// Each name once, sorted.
    pub(crate) fn sorted(mut self) -> Self {
        for list in [&mut self.scripted, &mut self.processor, &mut self.linked] {
            list.sort();
            list.dedup();
        }
        self
    }
}

/// The metadata of installed packages in npm's lockfile.
pub(crate) fn of_npm<'l>(installed: impl Iterator<Item = (&'l String, &'l Value)>) -> Native {
    let mut found = Native::default();
    for (place, package) in installed {
        // Folders of the project itself: their scripts do not run.
        let Some((_, name)) = place.rsplit_once("node_modules/") else { continue };
        let is = |flag: &str| package.get(flag).and_then(Value::as_bool) == Some(true);
        if is("link") || !allows(package.get("os"), "linux") {
            continue;
        }
        if is("hasInstallScript") && !HARMLESS.contains(&name) {
            found.add_scripted(name.to_owned());
            let needs = |key: &str| package.get(key).and_then(Value::as_object);
            let needs = [needs("dependencies"), needs("optionalDependencies")].into_iter().flatten();
            let needs = needs.flat_map(serde_json::Map::keys);
            found.compiles |= needs.clone().any(|name| COMPILERS.contains(&name.as_str()));
            found.add_needs(name, needs);
        } else if package.get("cpu").is_some() {
            found.add_processor(name.to_owned(), package.get("libc"));
        }
    }
    found.sorted()
}

/// The name in `name@version`; the name may have a scope, and the version may contain another `@`.
pub(crate) fn name(text: &str) -> &str {
    let end = text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// Whether a list of names, or of names excluded with `!`, allows one.
pub(crate) fn allows(list: Option<&Value>, name: &str) -> bool {
    let Some(list) = list.and_then(Value::as_array) else { return true };
    let mut names = list.iter().filter_map(Value::as_str).peekable();
    let ruled_out = |written: &str| written.strip_prefix('!').is_some_and(|out| out == name);
    let only_exclusions = names.clone().all(|written| written.starts_with('!'));
    if only_exclusions { !names.any(ruled_out) } else { names.any(|written| written == name) }
}

/// Dependencies that packages have only to get machine code through an install script. Packages that include machine
/// code for all platforms (`node-gyp-build`) work without it.
const BUILDERS: &[&str] = &["@mapbox/node-pre-gyp", "cmake-js", "node-pre-gyp", "prebuild-install"];

/// Whether a package with these dependencies gets its machine code through an install script.
pub(crate) fn is_built<'n>(needs: impl IntoIterator<Item = &'n String>) -> bool {
    needs.into_iter().any(|name| BUILDERS.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_packages_linked_with_the_c_library() {
        let linked = |name: &str, libc: Option<&str>| {
            let mut found = Native::default();
            let libc = libc.map(|name| serde_json::json!([name]));
            found.add_processor(name.to_owned(), libc.as_ref());
            found.linked.join(" ")
        };
        assert_eq!(linked("@swc/core-linux-x64-gnu", None), "@swc/core");
        assert_eq!(linked("@img/sharp-libvips-linux-arm", None), "@img/sharp-libvips");
        assert_eq!(linked("a", Some("glibc")), "a");
        // Go programs are static, so they run with any C library.
        assert_eq!(linked("@esbuild/linux-x64", None), "");
        assert_eq!(linked("@img/sharp-linuxmusl-x64", None), "");
        assert_eq!(linked("@img/sharp-linux-x64", Some("musl")), "");
        let needs = |names: &[&str]| {
            let mut found = Native::default();
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            found.add_needs("a", names.iter());
            found.linked.join(" ")
        };
        assert_eq!(needs(&["bindings", "prebuild-install"]), "a");
        assert_eq!(needs(&["node-addon-api", "node-gyp-build"]), "");
        assert_eq!(needs(&["lodash"]), "");
    }

    #[test]
    fn finds_platform_specific_packages() {
        let lockfile = br#"{"lockfileVersion":3,"packages":{
            "":{"hasInstallScript":true},
            "packages/a":{"hasInstallScript":true},
            "node_modules/@acme/a":{"link":true,"hasInstallScript":true},
            "node_modules/bcrypt":{"hasInstallScript":true,"dependencies":{"node-addon-api":"8"}},
            "node_modules/core-js":{"hasInstallScript":true},
            "node_modules/x/node_modules/@img/sharp-linux-x64":{"os":["linux"],"cpu":["x64"],"optional":true},
            "node_modules/fsevents":{"os":["darwin"],"hasInstallScript":true},
            "node_modules/posix":{"os":["!win32"]},
            "node_modules/esbuild":{"dev":true,"hasInstallScript":true}}}"#;
        let lock = super::super::closure::Lock::parse(lockfile).unwrap();
        let production = of_npm(lock.tied(false));
        assert_eq!(production.scripted, ["bcrypt"]);
        assert_eq!(production.processor, ["@img/sharp-linux-x64"]);
        assert!(production.compiles);
        assert_eq!(production.linked, ["@img/sharp", "bcrypt"]);
        assert_eq!(of_npm(lock.tied(true)).scripted, ["bcrypt", "esbuild"]);
    }
}
