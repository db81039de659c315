//! Compiled dependencies in a layer: the external imports of a program's packages, compiled once for all services and
//! for other machines.
//!
//! This step is between the download and the compile step. The steps of a project take turns, so if five services are
//! built at once, one compiles what they share and the others reuse it. The entries of Go's cache for these packages
//! become an ordinary layer, without those of the standard library, which has a layer of its own; the compile step
//! copies them into its own cache mount unless they are already there. So on a new machine with only the layers, it
//! compiles only this repository's packages.
//!
//! The step also knows the modules of these packages. It leaves the archives of those alone, with manifests that have no
//! other requirements, and the engine compares what is left by its contents: so a changed requirement compiles the
//! programs that need it, and no others. Archives are taken out of a copy of their layer, so nothing is stored twice.
//!
//! The cache mount is that of all projects with this toolchain and platform, unless a project has private modules or
//! settings of its own. No command of a spec runs with it.

use slipway_project::go::{Closure, Embedded, Module};
use slipway_spec::Diagnostic;

use super::cgo::Compilers;
use super::modules::{Commands, Modules};
use super::{
    ARCHIVES, COMPILE_CACHE, DEPENDENCIES, OUTPUT, SOURCES, STANDARD_LIBRARY, modules, standard_library, workdir,
};
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

const NEEDED_MODULES: &str = shell::script(include_str!("scripts/needed-modules.sh"));

const SEED: &str = shell::script(include_str!("scripts/seed.sh"));

/// What is compiled, in the result of the step. No module has such a name.
const COMPILED: &str = ".slipway/compiled";

/// The manifests, in the result of the step.
const MANIFESTS: &str = ".slipway/manifests";

/// What is compiled before the program; either may be missing.
#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) standard_library: Option<StepId>,
    pub(super) dependencies: Option<Dependencies>,
}

/// The step with compiled dependencies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dependencies {
    step: StepId,
    /// Whether its result has, beside what is compiled, the modules that the program needs and no others.
    has_modules: bool,
}

impl Before {
    /// Its mounts in a step of checks.
    pub(super) fn mounts(&self) -> Vec<Mount> {
        let dependencies = self.dependencies.map(|of| Mount::dependencies(DEPENDENCIES, of.step));
        self.standard_library().into_iter().chain(dependencies).collect()
    }

    /// The start of the script of such a step.
    pub(super) fn seed(&self) -> Text {
        self.seed_from(DEPENDENCIES)
    }

    /// The mounts of the step that compiles the program, with the modules, and the start of its script.
    pub(super) fn of_program(&self, modules: Option<Modules<'_>>) -> (Vec<Mount>, Text) {
        let with_modules = self.dependencies.filter(|of| of.has_modules).zip(modules);
        let Some((of, modules)) = with_modules else {
            let mounts = modules.into_iter().flat_map(|modules| modules.mounts(Commands::Preset)).chain(self.mounts());
            return (mounts.collect(), self.seed());
        };
        // The engine compares the contents of this one: after a change of other modules they are the same.
        let mounts = [Mount::read_only(ARCHIVES, of.step), modules.unpacked(Commands::Preset)];
        (mounts.into_iter().chain(self.standard_library()).collect(), self.seed_from(ARCHIVES))
    }

    /// The manifests without requirements that the program does not need, if those are known: the step, and the folder
    /// in its result that has them at their paths in the repository.
    pub(super) fn manifests(&self) -> Option<(StepId, String)> {
        let of = self.dependencies.filter(|of| of.has_modules)?;
        Some((of.step, format!("/{MANIFESTS}")))
    }

    fn standard_library(&self) -> Option<Mount> {
        Some(Mount::dependencies(STANDARD_LIBRARY, self.standard_library?))
    }

    fn seed_from(&self, dependencies: &str) -> Text {
        let mut text = Text::default();
        if self.standard_library.is_some() || self.dependencies.is_some() {
            text += SEED;
        }
        if self.standard_library.is_some() {
            text = text + "seed " + shell::word(STANDARD_LIBRARY) + "\n";
        }
        if self.dependencies.is_some() {
            text = text + "seed " + shell::word(&format!("{dependencies}/{COMPILED}")) + "\n";
        }
        text
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
    let has_modules = leaves_modules(cx, what);
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
    let output = if has_modules { ARCHIVES } else { OUTPUT };
    let text = Text::from(SEED)
        + "tags="
        + shell::word(&tags.join(","))
        + "\nturn="
        + shell::word(&turn)
        + "\npackages="
        + shell::word(&packages.join(" "))
        + "\ninto="
        + shell::word(&format!("{output}/{COMPILED}"))
        + "\n"
        + COMPILE;
    let text = if has_modules { text + needed_modules(module) } else { text };
    let script = shell::offline("go-dependencies", text);
    // Only Go itself writes to it, and tells entries apart by everything that they are made from.
    let id = match is_public {
        true => cx.shared_cache_id("go-dependencies", cx.target(), &compilers.key),
        false => cx.cache_id("go-dependencies", project, cx.target(), &compilers.key),
    };
    let modules = modules.into_iter().flat_map(|modules| match has_modules {
        true => vec![modules.unpacked(Commands::Preset)],
        false => modules.mounts(Commands::Preset).into(),
    });
    let on = what.modules.filter(|_| has_modules).map(Modules::archives);
    let container = Container::new(compilers.root, &cx.request().build_platform, env.to_vec())
        .cwd(workdir(module.root()))
        .mount(Mount::discarded(SOURCES, manifests))
        .mount(Mount::cache(COMPILE_CACHE, id, Sharing::Shared))
        .mount(Mount::tmpfs("/tmp"))
        .mounts(modules)
        .mounts(standard_library.map(|step| Mount::dependencies(STANDARD_LIBRARY, step)));
    let name = cx.step_name("dependencies", "compile what is imported from elsewhere");
    let step = cx.add(name, cx.span(), container.run(script).output_on(output, on));
    Ok(Before { standard_library, dependencies: Some(Dependencies { step, has_modules }) })
}

/// Whether the modules that the program needs are known from its imports, so that others do not concern it.
fn leaves_modules(cx: &Context<'_, '_>, what: &What<'_>) -> bool {
    let What { module, closure, env, .. } = *what;
    let names_manifests = |env: &(String, String)| env.0 == "GOFLAGS" && env.1.contains("-mod");
    let is_known = |path: &String| {
        let first = path.split('/').next().unwrap_or(path);
        first.contains('.') || standard_library::FOLDERS.contains(&first)
    };
    let mut roots = module.locals.iter().filter_map(|local| closure.packages.get(&local.folder));
    what.modules.is_some()
        && !env.iter().any(names_manifests)
        && closure.foreign.iter().all(is_known)
        // Each of these may contain the manifests.
        && cx.build.source.include.is_empty()
        && !cx.gets_more()
        && !roots.any(|package| package.embeds.iter().any(may_be_manifest))
}

/// The lines that leave only modules that the packages need.
fn needed_modules(module: &Module) -> Text {
    let locals: Vec<_> = module.locals.iter().map(|local| local.path.as_str()).collect();
    Text::from("manifests=")
        + shell::word(&module.manifests().join("\n"))
        + "\nlocals="
        + shell::word(&locals.join(" "))
        + "\n"
        + NEEDED_MODULES
}

/// Whether the files that the package at the root of a module embeds may be its manifests.
fn may_be_manifest(embedded: &Embedded) -> bool {
    matches!(embedded.include.as_str(), "go.mod" | "go.sum" | "go.work" | "go.work.sum")
        || embedded.include.contains(['*', '?', '[', '\\'])
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
