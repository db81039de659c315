//! Compiled dependencies in a layer: the external imports of a program's packages, compiled once for all services and
//! for other machines.
//!
//! This step is between the download and the compile step. Its cache mount is locked, so if five services are built at
//! once, one compiles the standard library and the others reuse it. The entries of Go's cache that it used become an
//! ordinary layer; the compile step copies them into its own cache mount unless they are already there. So on a new
//! machine with only the layers, it compiles only this repository's packages.

use slipway_project::go::{Closure, Module};
use slipway_spec::Diagnostic;

use super::cgo::Compilers;
use super::modules::{Commands, Modules};
use super::{COMPILE_CACHE, DEPENDENCIES, OUTPUT, SOURCES, modules, workdir};
use crate::presets::Context;
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, Run, Sharing, StepId, shell};

/// Packages of the standard library that take long to compile, with the packages that they contain. Others are compiled
/// with the program: if they were listed here, each new import of `strings` would change the dependencies.
const LARGE: &[&str] = &[
    "archive/zip",
    "crypto/tls",
    "crypto/x509",
    "database/sql",
    "encoding/gob",
    "encoding/json",
    "encoding/xml",
    "go/ast",
    "go/parser",
    "go/types",
    "html/template",
    "image/png",
    "log/slog",
    "math/big",
    "net",
    "net/http",
    "net/http/httputil",
    "net/http/pprof",
    "net/rpc",
    "net/smtp",
    "os/exec",
    "regexp",
    "testing",
    "text/template",
];

const COMPILE: &str = shell::script(include_str!("scripts/compile-dependencies.sh"));

/// The packages on which most of the standard library depends.
const SERVER: &str = "net/http";

/// The marker file that shows the next step that it is done.
const AHEAD_OF: &str = "/run/slipway/standard-library";

/// Starts compiling them while modules are downloaded; errors here occur again later. It runs outside any module,
/// because none is needed.
///
/// Not the whole standard library: its last packages depend on each other, and other cores can compile packages of
/// modules in the meantime.
const AHEAD: &str = "\
cd /
GOWORK=off go build -trimpath -buildvcs=false -tags \"$tags\" net compress/gzip mime/multipart || true
";

pub(super) const SEED: &str = shell::script(include_str!("scripts/seed.sh"));

/// The packages to compile before the program, sorted; empty if there is no benefit.
fn packages(closure: &Closure) -> Vec<&str> {
    let is_foreign = |path: &str| path.split('/').next().is_some_and(|first| first.contains('.'));
    let mut packages: Vec<&str> =
        closure.foreign.iter().map(String::as_str).filter(|path| is_foreign(path) || LARGE.contains(path)).collect();
    // Names are passed to a shell; Go allows no other characters in them.
    let is_plain = |c: char| c.is_alphanumeric() || "-._~/+".contains(c);
    packages.retain(|path| path.chars().all(is_plain) && !path.starts_with('-'));
    packages
}

/// The step that writes compiled dependencies to a layer, if the program has any that are worth it.
pub(super) fn compile(
    cx: &mut Context<'_, '_>,
    (module, downloaded): (&Module, Option<Modules<'_>>),
    closure: &Closure,
    compilers: &Compilers,
    env: &[(String, String)],
    tags: &str,
) -> Result<Option<StepId>, Diagnostic> {
    // A profile optimizes everything in a program, so results without it cannot be reused.
    if closure.packages.values().any(|package| package.has_profile) {
        return Ok(None);
    }
    let packages = packages(closure);
    if packages.is_empty() {
        return Ok(None);
    }
    let manifests = modules::manifests(cx, module)?;
    let tags = Text::from("tags=") + shell::word(tags) + "\n";
    let list = Text::from("packages=") + shell::word(&packages.join(" ")) + "\n";
    let script = shell::offline("go-dependencies", tags.clone() + list + COMPILE);
    let id = cx.cache_id("go-dependencies", module.project(), cx.target(), &compilers.key);
    let cache = Mount::cache(COMPILE_CACHE, id, Sharing::Locked);
    let memory = Mount::tmpfs("/tmp");
    let bare = Container::new(compilers.root, &cx.request().build_platform, env.to_vec());
    let mut step = |name: &str, run: Run| cx.add(cx.step_name("dependencies", name), cx.span(), run.output(OUTPUT));
    let container = bare.clone().cwd(workdir(module.root()));
    let mut container = container.mounts([Mount::discarded(SOURCES, manifests), cache.clone(), memory.clone()]);
    if let Some(downloaded) = downloaded {
        container = container.mounts(downloaded.mounts(Commands::Preset));
        if closure.foreign.contains(SERVER) {
            let script = shell::offline("go-standard-library", tags + AHEAD);
            let ahead = step("compile net", bare.run(script).mounts([cache, memory]));
            // It is empty, and only determines the order of the steps.
            container = container.mount(Mount::read_only(AHEAD_OF, ahead));
        }
    }
    Ok(Some(step("compile what is imported from elsewhere", container.run(script))))
}

/// The mount of the layer in the compile step.
pub(super) fn mount(dependencies: StepId) -> Mount {
    Mount::read_only(DEPENDENCIES, dependencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_packages_of_the_standard_library_are_left_to_the_program() {
        let names = ["strings", "net/http", "a.com/b/c", "a.com/$(x)", "-a.com"];
        let closure = Closure { foreign: names.map(str::to_owned).into(), ..Closure::default() };
        assert_eq!(packages(&closure), ["a.com/b/c", "net/http"]);
    }
}
