//! The compile steps: the programs for their platform, and the gates.

use slipway_project::go::{Closure, Module, ModuleKind};
use slipway_spec::Diagnostic;
use slipway_spec::model::GoOptions;

use super::cgo::{self, Compilers};
use super::dependencies::{Before, What};
use super::modules::{Commands, Modules};
use super::platform::go_platform;
use super::sources::Use;
use super::toolchain::Toolchain;
use super::{COMPILE_CACHE, OUTPUT, SOURCES, dependencies, environment, sources, standard_library, workdir};
use crate::presets::programs::Compiled;
use crate::presets::run_steps::{self, Place};
use crate::presets::{Context, checks, private, set, set_all};
use crate::purpose::Purpose;
use crate::shell::Text;
use crate::step::Container;
use crate::{Mount, PlanError, Platform, Sharing, StepId, shell};

/// For debuggers: the order of the source, and its paths in the step.
pub(super) const UNOPTIMIZED: &str = "-gcflags=all=-N -l";

/// Checks compile packages as for the program, so that they find what is compiled: with its tags, and without the paths
/// of this step, unless code looks for its own path.
const LIKE_THE_PROGRAM: &str = shell::script(include_str!("scripts/like-the-program.sh"));

/// The build's tags.
pub(super) fn tags(cx: &mut Context<'_, '_>, options: &GoOptions) -> Result<Vec<String>, Diagnostic> {
    let mut tags = vec!["netgo".to_owned(), "osusergo".to_owned()];
    for template in options.tags.iter().flatten() {
        // Go also accepts several as one comma-separated list.
        tags.extend(cx.eval(template)?.split([',', ' ']).filter(|tag| !tag.is_empty()).map(str::to_owned));
    }
    Ok(tags)
}

/// The common parts of the compile steps.
pub(super) struct Compiling<'a> {
    /// The build's own folder, to which its patterns are relative.
    pub(super) source: &'a str,
    pub(super) module: &'a Module,
    pub(super) toolchain: &'a Toolchain,
    /// The required modules, if there are any.
    pub(super) modules: Option<Modules<'a>>,
    pub(super) env: Vec<(String, String)>,
    /// The build's tags.
    pub(super) tags: &'a [String],
    /// Whether the program links C code.
    pub(super) cgo: bool,
    /// The packages of the program, if known.
    pub(super) closure: Option<&'a Closure>,
}

impl Compiling<'_> {
    /// Plans what is compiled before the program.
    pub(super) fn before(&self, cx: &mut Context<'_, '_>, has_no_settings: bool) -> Result<Before, PlanError> {
        // Compiled for images that ship, it is of no use without optimizations.
        let is_wanted = cx.purpose != Purpose::Debug || !cx.build.keys.checks.is_empty();
        let Some(closure) = self.closure.filter(|_| is_wanted) else { return Ok(Before::default()) };
        let compilers = self.compilers(cx, cx.target())?;
        let env = self.env_for(cx, cx.target(), &compilers)?;
        // Go does not tell C code apart by the headers that it includes.
        let is_public = has_no_settings
            && !self.cgo
            && self.module.kind == ModuleKind::Downloaded
            && cx.build.keys.install.is_none();
        let what = What {
            module: self.module,
            modules: self.modules,
            closure,
            compilers: &compilers,
            env: &env,
            tags: self.tags,
            is_public,
        };
        Ok(dependencies::compile(cx, &what)?)
    }

    /// The variables of a step that compiles for a platform.
    fn env_for(
        &self,
        cx: &Context<'_, '_>,
        platform: &Platform,
        compilers: &Compilers,
    ) -> Result<Vec<(String, String)>, Diagnostic> {
        let mut env = self.env.clone();
        set(&mut env, "GOOS", platform.os());
        for (name, value) in go_platform(platform, cx.span())? {
            set(&mut env, name, &value);
        }
        set_all(&mut env, &compilers.env);
        Ok(env)
    }

    /// What checks have of it. They are the same steps for every platform of a build.
    fn before_checks(&self, cx: &mut Context<'_, '_>, before: &Before) -> Result<Before, Diagnostic> {
        let build = cx.request().build_platform.clone();
        let dependencies = before.dependencies.filter(|_| *cx.target() == build && !cx.request().multi_platform);
        let standard_library = match before.standard_library {
            Some(_) if *cx.target() != build => {
                let compilers = self.compilers(cx, &build)?;
                let env = self.env_for(cx, &build, &compilers)?;
                Some(standard_library::compile(cx, &compilers, &env, self.tags, &build))
            }
            other => other,
        };
        Ok(Before { standard_library, dependencies })
    }

    /// Plans the checks: on the build platform, with test files.
    pub(super) fn gates(&self, cx: &mut Context<'_, '_>, before: &Before) -> Result<(), PlanError> {
        let checked = checks::wanted(cx, "go test ./...")?;
        if checked.is_empty() {
            return Ok(());
        }
        let platform = &cx.request().build_platform;
        let compilers = self.compilers(cx, platform)?;
        let before = self.before_checks(cx, before)?;
        let sources = Mount::discarded(SOURCES, sources::whole(cx, self.source, self.module, Use::Checks)?);
        // Its functions and variables are not for the command.
        let seed = before.seed();
        let seeds = (!seed.is_empty()).then(|| (before.mounts(), Text::from("(\n") + seed + ")\n"));
        let tags = Text::from("tags=") + shell::word(&self.tags.join(",")) + "\n";
        let setting = checks::CheckEnv {
            container: self
                .container(cx, &compilers, self.env.clone(), sources, platform)
                .mounts(self.modules(Commands::Spec)),
            before: tags + LIKE_THE_PROGRAM,
            seeds,
        };
        for check in &checked {
            checks::run(cx, check, &setting)?;
        }
        Ok(())
    }

    /// Plans the `run` steps: on the build platform, in a folder of the repository.
    pub(super) fn run_steps(
        &self,
        cx: &mut Context<'_, '_>,
        folder: &str,
        own_env: &[(String, String)],
    ) -> Result<(), PlanError> {
        if !run_steps::any(cx) {
            return Ok(());
        }
        let platform = &cx.request().build_platform;
        let compilers = self.compilers(cx, platform)?;
        let place = Place {
            platform: platform.clone(),
            // `go run PACKAGE@VERSION` adds modules.
            online: environment::online(self.toolchain, own_env),
            tool: private::Tool::Go,
            repository: SOURCES.to_owned(),
            manifests: self.module.root().to_owned(),
            folder: folder.to_owned(),
            before: Text::default(),
        };
        run_steps::plan(cx, &place, |cx| {
            let sources = sources::whole(cx, self.source, self.module, Use::Commands)?;
            let sources = Mount::discarded(SOURCES, sources);
            let container = self.container(cx, &compilers, self.env.clone(), sources, platform);
            Ok(container.mounts(self.modules(Commands::Spec)))
        })
    }

    /// A container that compiles for a platform.
    fn container(
        &self,
        cx: &Context<'_, '_>,
        compilers: &Compilers,
        env: Vec<(String, String)>,
        sources: Mount,
        platform: &Platform,
    ) -> Container {
        let cache = cx.cache_id("go-build", self.module.project(), platform, &compilers.key);
        Container::new(compilers.root, &cx.request().build_platform, env)
            .cwd(workdir(&self.module.folder))
            .mount(sources)
            .mount(Mount::cache(COMPILE_CACHE, cache, Sharing::Shared))
            .mount(Mount::tmpfs("/tmp"))
    }

    fn modules(&self, commands: Commands) -> Vec<Mount> {
        self.modules.into_iter().flat_map(|modules| modules.mounts(commands)).collect()
    }

    /// The compiler for a platform.
    fn compilers(&self, cx: &mut Context<'_, '_>, platform: &Platform) -> Result<Compilers, Diagnostic> {
        let version = &self.toolchain.image.key;
        if !self.cgo {
            return Ok(Compilers { root: self.toolchain.root, env: Vec::new(), key: version.clone() });
        }
        let found = cgo::compilers(cx, self.toolchain, platform)?;
        Ok(Compilers { key: format!("{version}-{}", found.key), ..found })
    }

    /// The step that writes the programs of packages to [`OUTPUT`].
    pub(super) fn programs(
        &self,
        cx: &mut Context<'_, '_>,
        options: &GoOptions,
        sources: StepId,
        (packages, programs): (&[String], &[Compiled]),
        before: &Before,
    ) -> Result<StepId, PlanError> {
        let for_debugger = cx.purpose == Purpose::Debug;
        let mut ldflags = if for_debugger { String::new() } else { "-s -w ".to_owned() };
        if let Some(more) = &options.ldflags {
            ldflags.push_str(cx.eval(more)?.trim());
        }
        let ldflags = ldflags.trim_end();
        let compilers = self.compilers(cx, cx.target())?;
        let env = self.env_for(cx, cx.target(), &compilers)?;
        let tags = self.tags.join(",");
        let (mounts, seed) = match for_debugger {
            true => (self.modules(Commands::Preset), Text::default()),
            false => before.of_program(self.modules),
        };
        let sources = Mount::read_only(SOURCES, sources);
        let container = self.container(cx, &compilers, env, sources, cx.target());
        let container = container.mounts(mounts);
        let script = shell::compile("go-build", seed + "\"$@\"");
        // With several packages, Go writes each program to a folder under its own name, which are those of `programs`.
        let output = match programs {
            [program] => format!("{OUTPUT}/{}", program.name),
            _ => format!("{OUTPUT}/"),
        };
        // The sources do not include `.git`, and a commit stamp would make the program depend on more than its sources.
        let how = if for_debugger { UNOPTIMIZED } else { "-trimpath" };
        let args = ["go", "build", how, "-buildvcs=false", "-tags", &tags, "-ldflags", ldflags, "-o", &output];
        let args = args.into_iter().chain(packages.iter().map(String::as_str));
        let run = container.run(script).args(args).output(OUTPUT);
        let span = programs.first().map_or(cx.span(), |program| program.span);
        Ok(cx.add(cx.step_name("build", &format!("go build {}", packages.join(" "))), span, run))
    }
}
