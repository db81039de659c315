//! The steps that run Cargo: dependencies before the code that uses them, the program, and checks.
//!
//! All programs of a workspace for a platform share one cache of results, so nothing is compiled twice for two of them;
//! Cargo allows only one writer, and so do the scripts. The dependencies' part of it is copied into a layer, so that
//! other machines have it as well.

use std::sync::Arc;

use slipway_project::rust::{Program, Workspace};
use slipway_spec::Span;

use super::dependencies::{Commands, Dependencies, lockfile, manifests, over_mirror, stub_word, stubs};
use super::platform::RustPlatform;
use super::scripts::{COPY_UNPACKED, JOURNAL, STUBS, UNPACK, WORDS, compile_dependencies, seed};
use super::sources::Sources;
use super::{DEPENDENCIES, SOURCES};
use crate::paths::place_in;
use crate::presets::common::Toolchain;
use crate::presets::run_steps::Place;
use crate::presets::{Context, checks, in_folder, private, set, set_all};
use crate::shell::{Text, words};
use crate::step::Container;
use crate::{LayerCopy, LayerItem, Mount, Platform, Sharing, StepId, shell};

/// Cargo's results in a step.
const TARGET: &str = "/var/cache/cargo-target";
/// The cache of results that programs share; the scripts lock it.
const RESULTS: (&str, Sharing, Commands) = ("cargo-target", Sharing::Shared, Commands::Preset);
/// The cache of checks, whose commands may be anything.
const CHECKS: (&str, Sharing, Commands) = ("cargo-check", Sharing::Locked, Commands::Spec);
/// The compiled dependencies in a step.
const COMPILED: &str = "/compiled";
/// The output folder with the program.
const OUTPUT: &str = "/out";

/// The common parts of steps that run Cargo.
pub(super) struct Cargo<'a> {
    pub(super) workspace: &'a Workspace,
    /// The Rust release.
    pub(super) version: &'a str,
    /// The source of the dependencies' code.
    pub(super) dependencies: Dependencies,
    pub(super) own_env: &'a [(String, String)],
}

/// The settings of the spec and the project.
pub(super) struct Choice {
    pub(super) programs: Arc<Vec<Program>>,
    /// The part of the spec that requires them.
    pub(super) span: Span,
    pub(super) profile: String,
    pub(super) features: Vec<String>,
    /// Whether the C library is linked statically.
    pub(super) is_static: bool,
}

/// What is compiled, and its options.
pub(super) struct Compile<'a> {
    pub(super) bench: &'a Toolchain,
    pub(super) target: &'a RustPlatform,
    pub(super) choice: &'a Choice,
}

impl Cargo<'_> {
    fn env(&self, root: &[(String, String)]) -> Vec<(String, String)> {
        let mut env = root.to_vec();
        for (name, value) in [
            ("CARGO_HOME", DEPENDENCIES),
            ("CARGO_TARGET_DIR", TARGET),
            ("CARGO_NET_OFFLINE", "true"),
            ("CARGO_INCREMENTAL", "0"),
            // A wrapper in the project's configuration, such as sccache, is not in the image.
            ("RUSTC_WRAPPER", ""),
        ] {
            set(&mut env, name, value);
        }
        set(&mut env, "LOCKFILE", &lockfile(self.workspace));
        set_all(&mut env, self.own_env);
        env
    }

    /// A container with sources, in one of their folders.
    fn container(
        &self,
        cx: &Context<'_, '_>,
        (bench, env): (&Toolchain, Vec<(String, String)>),
        (sources, folder): (StepId, &str),
        (kind, sharing, commands): (&str, Sharing, Commands),
        platform: &Platform,
    ) -> Container {
        let cache = cx.cache_id(kind, self.workspace.name(), platform, self.version);
        bench
            .container(env)
            .cwd(place_in(SOURCES, folder))
            .mount(Mount::discarded(SOURCES, sources))
            .mounts(self.dependencies.mounts(commands))
            .mount(Mount::cache(TARGET, cache, sharing))
            .mount(Mount::tmpfs("/tmp"))
    }

    /// The input of a check.
    pub(super) fn setting(
        &self,
        cx: &Context<'_, '_>,
        bench: &Toolchain,
        sources: StepId,
        start: &str,
    ) -> checks::CheckEnv {
        let mut env = self.env(&bench.env);
        set(&mut env, "CARGO_TERM_COLOR", "never");
        checks::CheckEnv {
            container: self.container(cx, (bench, env), (sources, start), CHECKS, &bench.platform),
            before: self.before_commands(),
            seeds: None,
        }
    }

    /// Where `run` steps run: in the same container as checks.
    pub(super) fn place(&self, bench: &Toolchain, start: &str) -> Place {
        Place {
            platform: bench.platform.clone(),
            online: vec![("CARGO_NET_OFFLINE".to_owned(), "false".to_owned())],
            tool: private::Tool::Cargo,
            repository: SOURCES.to_owned(),
            manifests: self.workspace.root.clone(),
            folder: start.to_owned(),
            before: self.before_commands(),
        }
    }

    /// The dependencies for an image in which Cargo runs; none if they are among the sources.
    pub(super) fn unpacked(&self, cx: &mut Context<'_, '_>, bench: &Toolchain) -> Option<Vec<LayerItem>> {
        let archives = self.dependencies.archives()?;
        let script = shell::offline("cargo-unpack", Text::from(UNPACK) + COPY_UNPACKED);
        let container = bench.container(bench.env.clone()).mounts(self.dependencies.mounts(Commands::Preset));
        let run = container.mount(Mount::tmpfs("/tmp")).run(script).output(OUTPUT);
        let step = cx.add(cx.shared_step_name("dependencies", "unpack"), cx.span(), run);
        let packed = ["crates", "packages"].map(str::to_owned).to_vec();
        let others = LayerCopy::whole(archives, "/", DEPENDENCIES).excluding(packed);
        Some(vec![LayerItem::Copy(others), LayerItem::Copy(LayerCopy::whole(step, "/", DEPENDENCIES))])
    }

    fn before_commands(&self) -> Text {
        Text::from(": >/tmp/stubs; echo >/tmp/whole\n")
            + self.dependencies.unpack()
            + JOURNAL
            + over_mirror(self.workspace)
    }

    fn words(what: &Compile<'_>) -> Vec<String> {
        let Choice { programs, profile, features, .. } = what.choice;
        let mut words = vec!["cargo", "build", "--locked", "--offline", "--profile", profile];
        let mut packages: Vec<_> = programs.iter().map(|program| program.package.as_str()).collect();
        packages.sort_unstable();
        packages.dedup();
        words.extend(packages.into_iter().flat_map(|package| ["--package", package]));
        words.extend(programs.iter().flat_map(|program| ["--bin", program.name.as_str()]));
        words.extend(["--target", what.target.triple]);
        words.extend(features.iter().flat_map(|feature| ["--features", feature]));
        words.into_iter().map(str::to_owned).collect()
    }

    fn environment(&self, what: &Compile<'_>) -> Vec<(String, String)> {
        let mut env = self.env(&what.bench.env);
        if what.choice.is_static {
            let flag = "-Ctarget-feature=+crt-static";
            let name = format!("CARGO_TARGET_{}_RUSTFLAGS", what.target.triple.replace('-', "_").to_uppercase());
            // The general variable takes precedence over that of the target.
            let name = if env.iter().any(|(name, _)| name == "RUSTFLAGS") { "RUSTFLAGS".to_owned() } else { name };
            let of = |wanted: &str| env.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
            // A variable of the target replaces flags for all targets, including those of the project's configuration.
            let Workspace { flags, targets_with_flags: targets, .. } = self.workspace;
            let for_all = of(&name).is_none()
                && !targets.iter().any(|target| target == what.target.triple || target.starts_with("cfg("));
            let shared = flags.iter().map(String::as_str).chain(of("CARGO_BUILD_RUSTFLAGS")).filter(|_| for_all);
            let words: Vec<_> = of(&name).into_iter().chain(shared).chain([flag]).collect();
            let value = words.join(" ");
            set(&mut env, &name, value.trim());
        }
        env
    }

    /// The step that compiles the programs' dependencies, from only the manifests.
    pub(super) fn dependencies(&self, cx: &mut Context<'_, '_>, what: &Compile<'_>, folders: &[String]) -> StepId {
        let Choice { programs, .. } = what.choice;
        // Dependencies that are compiled as such but not downloaded have their code here.
        let foreign: Vec<_> = folders.iter().filter(|folder| self.workspace.is_foreign(folder)).cloned().collect();
        let sources = manifests(cx, self.workspace, foreign.clone());
        let mut words: Vec<_> = foreign.iter().map(|folder| format!("whole={folder}")).collect();
        words.extend(stubs(self.workspace, &foreign));
        words.extend(programs.iter().filter_map(|program| {
            let stub = self.workspace.packages.get(&program.folder)?.program_stub(&program.name)?;
            Some(stub_word(&program.folder, &stub))
        }));
        words.push("--".to_owned());
        words.extend(Self::words(what));
        words.extend(["--message-format", "json-render-diagnostics"].map(str::to_owned));
        let text = Text::from(WORDS) + self.dependencies.unpack() + JOURNAL + STUBS;
        let text = text + over_mirror(self.workspace) + compile_dependencies();
        let script = shell::offline("cargo-dependencies", text);
        let (env, sources) = (self.environment(what), (sources, self.workspace.root.as_str()));
        let container = self.container(cx, (what.bench, env), sources, RESULTS, cx.target());
        let run = container.run(script).args(words).output(OUTPUT);
        let name = cx.step_name("dependencies", &needs(programs));
        cx.add(name, what.choice.span, run)
    }

    /// The step that compiles the programs.
    pub(super) fn programs(
        &self,
        cx: &mut Context<'_, '_>,
        what: &Compile<'_>,
        sources: &Sources,
        compiled: StepId,
        start: &str,
    ) -> StepId {
        let Choice { programs, profile, .. } = what.choice;
        let folder_of_profile = if *profile == "dev" { "debug" } else { profile };
        let result = in_folder(what.target.triple, folder_of_profile);
        let text =
            Text::from(WORDS) + self.dependencies.unpack() + JOURNAL + STUBS + seed() + over_mirror(self.workspace);
        let names = words(programs.iter().map(|program| &program.name));
        let text = text + "\"$@\"\ncd \"$CARGO_TARGET_DIR/$RESULT\"\ncp " + names + " " + OUTPUT + "/\n";
        let script = shell::compile("cargo-build", text);
        let mut env = self.environment(what);
        set(&mut env, "RESULT", &result);
        let mut words: Vec<_> = sources.whole.iter().map(|folder| format!("whole={folder}")).collect();
        words.extend(sources.stubs.iter().cloned());
        words.push("--".to_owned());
        words.extend(Self::words(what));
        let container = self
            .container(cx, (what.bench, env), (sources.step, start), RESULTS, cx.target())
            .mount(Mount::dependencies(COMPILED, compiled));
        let run = container.run(script).args(words).output(OUTPUT);
        let name = cx.step_name("build", &title(programs));
        cx.add(name, what.choice.span, run)
    }
}

/// The name of a step that compiles programs.
fn title(programs: &[Program]) -> String {
    programs.iter().fold("cargo build".to_owned(), |title, program| title + " --bin " + &program.name)
}

/// The name of a step that compiles dependencies of programs.
fn needs(programs: &[Program]) -> String {
    let names: Vec<_> = programs.iter().map(|program| program.name.as_str()).collect();
    format!("cargo build of what {} {}", names.join(", "), if names.len() == 1 { "needs" } else { "need" })
}
