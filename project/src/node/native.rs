//! Which packages of a lockfile are tied to the platform they are installed on.
//!
//! npm's lockfile says of each package whether it has an install script, which may compile or download something, and
//! which processors it is for; for pnpm see [`super::pnpm`]. The other lockfiles do not say enough. Source of the
//! format: <https://docs.npmjs.com/cli/configuring-npm/package-lock-json>.

use serde_json::Value;

/// What ties packages to a platform.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Native {
    /// Packages that run a script when they are installed.
    pub scripted: Vec<String>,
    /// Packages for some processors only; npm can be told for which to choose.
    pub processor: Vec<String>,
    /// Whether a script may want a compiler.
    pub compiles: bool,
    /// Packages whose machine code is linked with the GNU C library.
    pub linked: Vec<String>,
}

/// Packages by which others compile their own machine code, or find what was compiled.
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
/// Packages whose scripts are known to leave nothing that depends on the platform.
const HARMLESS: &[&str] = &["@nestjs/core", "core-js", "core-js-bundle", "core-js-pure", "protobufjs"];

impl Native {
    /// Adds a package that runs a script, unless what it leaves is known to be the same everywhere.
    pub(crate) fn add_scripted(&mut self, name: String) {
        if !HARMLESS.contains(&name.as_str()) {
            self.scripted.push(name);
        }
    }

    /// Notes that a script compiles a package, or downloads what fits the machine that it runs on, by what the package
    /// needs for that. Those that bring machine code along (`node-gyp-build`) may have it for every C library.
    pub(crate) fn add_needs<'n>(&mut self, name: &str, needs: impl Iterator<Item = &'n String>) {
        let needs: Vec<&str> = needs.map(String::as_str).collect();
        if needs.iter().any(|name| COMPILERS.contains(name)) && !needs.contains(&"node-gyp-build") {
            self.linked.push(name.to_owned());
        }
    }

    /// Adds a package for some processors only; `libc` is what its lockfile says of C libraries.
    pub(crate) fn add_processor(&mut self, name: String, libc: Option<&Value>) {
        let is_linked = match libc {
            Some(_) => allows(libc, "glibc") && !allows(libc, "musl"),
            // Older lockfiles say nothing, and names follow a habit.
            None => name.contains("linux-") && (name.contains("-gnu") || name.starts_with("@img/sharp-")),
        };
        if is_linked {
            // One name for all processors: `@img/sharp` for `@img/sharp-linux-x64`.
            self.linked.push(name.split("-linux").next().unwrap_or(&name).to_owned());
        }
        self.processor.push(name);
    }

    /// Each name once, in order.
    pub(crate) fn sorted(mut self) -> Self {
        for list in [&mut self.scripted, &mut self.processor, &mut self.linked] {
            list.sort();
            list.dedup();
        }
        self
    }
}

/// What a lockfile of npm says of packages that are installed.
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

/// The name in `name@version`, of which either may have a scope or more of them behind it.
pub(crate) fn name(text: &str) -> &str {
    let end = text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// Whether a list of names, or of names that are ruled out by `!`, leaves room for one.
pub(crate) fn allows(list: Option<&Value>, name: &str) -> bool {
    let Some(list) = list.and_then(Value::as_array) else { return true };
    let mut names = list.iter().filter_map(Value::as_str).peekable();
    let ruled_out = |written: &str| written.strip_prefix('!').is_some_and(|out| out == name);
    let only_exclusions = names.clone().all(|written| written.starts_with('!'));
    if only_exclusions { !names.any(ruled_out) } else { names.any(|written| written == name) }
}

/// What packages depend on only to get their machine code by a script. Those that bring it along for all platforms
/// (`node-gyp-build`) work without.
const BUILDERS: &[&str] = &["@mapbox/node-pre-gyp", "cmake-js", "node-pre-gyp", "prebuild-install"];

/// Whether a package that needs these gets its machine code by a script.
pub(crate) fn is_built<'n>(needs: impl IntoIterator<Item = &'n String>) -> bool {
    needs.into_iter().any(|name| BUILDERS.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_linked_with_the_c_library() {
        let linked = |name: &str, libc: Option<&str>| {
            let mut found = Native::default();
            let libc = libc.map(|name| serde_json::json!([name]));
            found.add_processor(name.to_owned(), libc.as_ref());
            found.linked.join(" ")
        };
        assert_eq!(linked("@swc/core-linux-x64-gnu", None), "@swc/core");
        assert_eq!(linked("@img/sharp-libvips-linux-arm", None), "@img/sharp-libvips");
        assert_eq!(linked("a", Some("glibc")), "a");
        // Programs of Go run anywhere.
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
    fn tells_what_is_tied_to_the_platform() {
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
