//! Compiled dependencies in a layer: the external imports of a program's packages, compiled once for all services and
//! for other machines.
//!
//! This step is between the download and the compile step. The steps of a project take turns, so if five services are
//! built at once, one compiles what they share and the others reuse it. The entries of Go's cache for these packages
//! become an ordinary layer, without those of the standard library, which has a layer of its own; the compile step
//! copies them into its own cache mount unless they are already there. So on a new machine with only the layers, it
//! compiles only this repository's packages.
//!
//! The cache mount is that of all projects with this toolchain and platform, unless a project has private modules or
//! settings of its own. No command of a spec runs with it.

use slipway_project::go::{Closure, Module};
use slipway_spec::Diagnostic;

use super::cgo::Compilers;
use super::modules::{Commands, Modules};
use super::{COMPILE_CACHE, DEPENDENCIES, OUTPUT, SOURCES, STANDARD_LIBRARY, modules, standard_library, workdir};
use crate::presets::Context;
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, Sharing, StepId, shell};

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

const SEED: &str = shell::script(include_str!("scripts/seed.sh"));

/// What is compiled before the program; either may be missing.
#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) standard_library: Option<StepId>,
    pub(super) dependencies: Option<StepId>,
}

impl Before {
    /// Its mounts in a step that compiles.
    pub(super) fn mounts(&self) -> Vec<Mount> {
        let layers = [(STANDARD_LIBRARY, self.standard_library), (DEPENDENCIES, self.dependencies)];
        layers.into_iter().filter_map(|(place, step)| Some(Mount::dependencies(place, step?))).collect()
    }

    /// The start of the script of such a step.
    pub(super) fn seed(&self) -> Text {
        let layers = [
            (self.standard_library, "seed /var/cache/go-standard-library\n"),
            (self.dependencies, "seed /var/cache/go-dependencies\n"),
        ];
        let lines = layers.into_iter().filter(|(step, _)| step.is_some()).map(|(_, line)| line);
        lines.fold(Text::default(), |text, line| if text.is_empty() { text + SEED + line } else { text + line })
    }
}

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

/// What a compiler step is about.
pub(super) struct What<'a> {
    pub(super) module: &'a Module,
    /// The required modules, if there are any.
    pub(super) modules: Option<Modules<'a>>,
    pub(super) closure: &'a Closure,
    pub(super) compilers: &'a Compilers,
    /// The variables of the program's own step.
    pub(super) env: &'a [(String, String)],
    pub(super) tags: &'a [String],
    /// Whether everything that is compiled comes from public modules, with no setting of the spec.
    pub(super) is_public: bool,
}

/// The steps that write what is compiled before the program to layers, if it has any that are worth it.
pub(super) fn compile(cx: &mut Context<'_, '_>, what: &What<'_>) -> Result<Before, Diagnostic> {
    let What { module, modules, closure, compilers, env, tags, is_public } = *what;
    // A profile optimizes everything in a program, so results without it cannot be reused.
    if closure.packages.values().any(|package| package.has_profile) {
        return Ok(Before::default());
    }
    let packages = packages(closure);
    let standard_library = closure
        .foreign
        .contains(standard_library::SERVER)
        .then(|| standard_library::compile(cx, compilers, env, tags, &cx.target().clone()));
    let is_there = |path: &&str| standard_library.is_some() && standard_library::PACKAGES.contains(path);
    if packages.iter().all(is_there) {
        return Ok(Before { standard_library, dependencies: None });
    }
    let manifests = modules::manifests(cx, module)?;
    let project = module.project();
    let turn: String = project.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let text = Text::from(SEED)
        + "tags="
        + shell::word(&tags.join(","))
        + "\nturn="
        + shell::word(&turn)
        + "\npackages="
        + shell::word(&packages.join(" "))
        + "\n"
        + COMPILE;
    let script = shell::offline("go-dependencies", text);
    // Only Go itself writes to it, and tells entries apart by everything that they are made from.
    let id = match is_public {
        true => cx.shared_cache_id("go-dependencies", cx.target(), &compilers.key),
        false => cx.cache_id("go-dependencies", project, cx.target(), &compilers.key),
    };
    let container = Container::new(compilers.root, &cx.request().build_platform, env.to_vec())
        .cwd(workdir(module.root()))
        .mount(Mount::discarded(SOURCES, manifests))
        .mount(Mount::cache(COMPILE_CACHE, id, Sharing::Shared))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(modules.into_iter().flat_map(|modules| modules.mounts(Commands::Preset)))
        .mounts(standard_library.map(|step| Mount::dependencies(STANDARD_LIBRARY, step)));
    let name = cx.step_name("dependencies", "compile what is imported from elsewhere");
    let dependencies = cx.add(name, cx.span(), container.run(script).output(OUTPUT));
    Ok(Before { standard_library, dependencies: Some(dependencies) })
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
