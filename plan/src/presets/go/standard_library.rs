//! The compiled standard library in a layer: what most of it depends on, compiled once for all modules of an engine.
//!
//! Its step has no files and no cache mount, so it is the same step for every service, module and repository with this
//! toolchain and platform. What a changed lockfile compiles again does not contain it.

use super::OUTPUT;
use super::cgo::Compilers;
use crate::presets::{Context, set};
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, Platform, StepId, shell};

/// The packages that are compiled, which `compile-standard-library.sh` names. All of them depend on the first.
pub(super) const PACKAGES: &[&str] = &["net/http", "encoding/json", "log/slog"];

/// The package that takes so long that the layer is worth it: most of the others are what it imports.
pub(super) const SERVER: &str = "net/http";

/// The first parts of the paths of its packages.
pub(super) const FOLDERS: &[&str] = &[
    "C",
    "archive",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "weak",
];

/// The tags that select files of the standard library. Others would only make this another step.
const TAGS: &[&str] = &["netgo", "netcgo", "osusergo", "timetzdata", "purego", "nethttpomithttp2", "boringcrypto"];

/// Variables about the access to modules, of which there are none here.
const ABOUT_MODULES: &[&str] =
    &["GOAUTH", "GOINSECURE", "GOMODCACHE", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOPROXY", "GOSUMDB", "GOVCS"];

const COMPILE: &str = shell::script(include_str!("scripts/compile-standard-library.sh"));

/// The step that compiles it for a platform, with the variables of the program's own step.
pub(super) fn compile(
    cx: &mut Context<'_, '_>,
    compilers: &Compilers,
    env: &[(String, String)],
    tags: &[String],
    platform: &Platform,
) -> StepId {
    let is_wanted = |name: &str| !ABOUT_MODULES.contains(&name) && !name.to_ascii_lowercase().ends_with("_proxy");
    let mut env: Vec<_> = env.iter().filter(|(name, _)| is_wanted(name)).cloned().collect();
    set(&mut env, "GOWORK", "off");
    // Its entries are the layer.
    set(&mut env, "GOCACHE", OUTPUT);
    let mut tags: Vec<_> = tags.iter().map(String::as_str).filter(|tag| TAGS.contains(tag)).collect();
    tags.sort_unstable();
    tags.dedup();
    let text = Text::from("tags=") + shell::word(&tags.join(",")) + "\n" + COMPILE;
    let script = shell::offline("go-standard-library", text);
    let container = Container::new(compilers.root, &cx.request().build_platform, env).mount(Mount::tmpfs("/tmp"));
    let name = format!("compile the standard library for {platform}");
    cx.add(cx.shared_step_name("dependencies", &name), cx.span(), container.run(script).output(OUTPUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_compiles_the_packages() {
        assert!(COMPILE.contains(&format!(" {} ||", PACKAGES.join(" "))));
    }
}
