//! Rust: dependencies as sources in a layer of their own, a program for any platform from the build platform.
//!
//! Steps, for a program on a target platform:
//!
//! 1. *manifests*: `Cargo.lock` and every `Cargo.toml` of the workspace;
//! 2. *dependencies*: `cargo vendor` from the manifests alone, through a cache mount, into an ordinary layer;
//! 3. *target*: for another platform than the build platform, its standard library and a cross linker;
//! 4. *sources*: the files of the workspace;
//! 5. *build*: `cargo build`, without network, with the results of the last one in a cache mount.
//!
//! `cargo vendor` rather than `cargo fetch`, since it leaves exactly what the lockfile names, unpacked and with its checksums, where `fetch` leaves a registry's whole folder.

mod choice;
mod platform;
mod scripts;
mod workspace;

use slipway_spec::Diagnostic;
use slipway_spec::model::RustOptions;

use self::choice::{Program, program, version};
use self::platform::{RustPlatform, rust_platform};
use self::scripts::{ADD_TARGET, FRESHEN, REMEMBER, VENDOR};
use self::workspace::Workspace;
use super::common::{Toolchain, Wanted, installing, own_env, report_unused, toolchain};
use super::{Context, Made, MadeLayer, checks, in_folder, private, program_place, set, set_all};
use crate::runtime::Runtimes;
use crate::{
    CopyItem, LayerCopy, LayerItem, Mount, MountKind, Network, PlanError, Platform, Project, Run, RunOutput, Sharing,
    StepId, StepKind, packages, shell,
};

/// Where the context's files stand in a step.
const SOURCES: &str = "/src";
/// Where dependencies stand in a step, and Cargo's configuration for them.
const DEPENDENCIES: &str = "/deps";
/// Cargo's download cache in a step.
const DOWNLOADS: &str = "/var/cache/cargo";
/// Where Cargo keeps its results in a step.
const TARGET: &str = "/var/cache/cargo-target";
/// Where a step leaves its program.
const OUTPUT: &str = "/out";

pub(super) async fn build<P: Project>(cx: &Context<'_, P>, options: &RustOptions) -> Result<Made, PlanError> {
    report_unused(cx);
    let span = cx.span();
    let target = rust_platform(cx.target(), span)?;
    let build_platform = &cx.request().build_platform;
    let native = rust_platform(build_platform, span)? == target;
    let own_env = own_env(cx, OWNED)?;
    let folder = cx.source_folder()?;
    let workspace = workspace::read(cx, &folder).await?;
    let (version, version_span, place) = version(cx, options, &workspace, &folder)?;
    let image = format!("rust:{version}-bookworm");
    cx.note(format!("Rust {version}, from {place}"));
    let program = program(cx, options, &workspace, &folder).await?;

    let mut system = packages::names(cx.planner, &cx.build.packages.build)?;
    let wanted = |packages: &[String]| Wanted {
        image: image.clone(),
        what: format!("Rust {version}"),
        span: version_span,
        packages: packages.to_vec(),
    };
    let bench = toolchain(cx, &wanted(&system), build_platform).await?;
    let dependencies = vendor(cx, &workspace, &folder, &bench, &own_env)?;
    let sources = select(cx, &workspace, &folder)?;
    let project = workspace.packages.get(&folder).or(workspace.packages.values().next());
    let project = project.map_or("workspace", |package| package.name.as_str());
    let cargo = Cargo { cx, version: &version, project, dependencies, sources, own_env: &own_env };

    let gates = checks::gates(cx, "cargo test --workspace")?;
    if !gates.is_empty() {
        let mut env = cargo.env(&bench.env);
        set(&mut env, "CARGO_TERM_COLOR", "never");
        let setting = checks::Setting {
            root: bench.root,
            platform: build_platform.clone(),
            env,
            workdir: in_folder(SOURCES, &folder).trim_end_matches('/').to_owned(),
            mounts: cargo.mounts("check", build_platform),
            before: FRESHEN.to_owned(),
            after: REMEMBER.to_owned(),
        };
        for gate in &gates {
            checks::run(cx, gate, &setting)?;
        }
    }

    let bench = if native {
        bench
    } else {
        system.extend(target.packages.map(str::to_owned));
        add_target(cx, toolchain(cx, &wanted(&system), build_platform).await?, &target, &own_env)
    };
    let profile = cx.eval_or(options.profile.as_ref(), "release")?;
    let compile = cargo.build(&Compile {
        bench: &bench,
        folder: &folder,
        program: &program,
        options,
        profile: &profile,
        target: (!native).then_some(&target),
    });
    let place = program_place(&program.name);
    let copy =
        LayerCopy { mode: Some(0o755), ..LayerCopy::whole(compile, format!("/{}", program.name), place.clone()) };
    Ok(Made {
        layers: vec![MadeLayer {
            what: format!("COPY {place}"),
            how: format!("cargo build --profile {profile} --locked --bin {}", program.name),
            span: program.span,
            items: vec![LayerItem::Copy(copy)],
        }],
        output: compile,
        entrypoint: vec![place],
        cmd: Vec::new(),
        env: Vec::new(),
        workdir: None,
        runtimes: runtimes(),
    })
}

/// What programs run on: they want the C library and what unwinds the stack.
fn runtimes() -> Runtimes {
    let why = "programs of this preset want the GNU C library; leave `runtime` out, or write `runtime: cc`";
    ["scratch", "static", "base"].into_iter().fold(Runtimes::of("cc"), |known, word| known.without(word, why))
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("CARGO_HOME", "dependencies are a layer of their own"),
    ("CARGO_TARGET_DIR", "it is a cache mount"),
    ("CARGO_BUILD_TARGET", "it follows `--platform`"),
];

/// The step that leaves the dependencies' sources in a layer.
fn vendor<P: Project>(
    cx: &Context<'_, P>,
    workspace: &Workspace,
    folder: &str,
    bench: &Toolchain,
    own_env: &[(String, String)],
) -> Result<StepId, Diagnostic> {
    let installing = installing(cx, private::Tool::Cargo)?;
    let root = &workspace.root;
    let mut include: Vec<_> =
        ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", ".cargo/config"].map(|name| in_folder(root, name)).to_vec();
    include.extend(workspace.packages.keys().map(|folder| in_folder(folder, "Cargo.toml")));
    let own = in_folder(folder, "Cargo.toml");
    include.sort();
    include.dedup();
    if !include.contains(&own) {
        include.push(own);
    }
    let item = CopyItem { from: cx.context(), source: "/".into(), target: "/".into(), include, exclude: Vec::new() };
    let name = cx.shared_step_name("dependencies", "Cargo.toml, Cargo.lock");
    let manifests = cx.add(name, cx.span(), StepKind::Select { items: vec![item] });
    let mut env = bench.env.clone();
    set_all(&mut env, own_env);
    set_all(&mut env, &installing.env);
    let text = installing.secrets.revisions.into_iter().chain([VENDOR.to_owned()]).collect::<Vec<_>>().join("\n");
    let script = shell::networked("cargo-vendor", &text);
    let stubs = workspace.packages.iter().flat_map(|(folder, package)| {
        package.stubs().into_iter().map(move |file| in_folder(SOURCES, &in_folder(folder, &file)))
    });
    // Further options of the installer would stand among the names of files.
    if let Some(option) = cx.build.keys.install.iter().flat_map(|install| &install.options).next() {
        cx.planner.warn(crate::unavailable::not_yet(
            option.span,
            "install.options",
            "`cargo vendor` runs without them",
        ));
    }
    let mut mounts = vec![
        Mount::discarded(SOURCES, manifests),
        Mount::cache(DOWNLOADS, "slipway/cargo", Sharing::Locked),
        Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
    ];
    mounts.extend(installing.secrets.mounts);
    mounts.extend(script.mounts);
    let kind = StepKind::Run(Run {
        root: bench.root,
        platform: bench.platform.clone(),
        args: script.args.into_iter().chain(stubs).collect(),
        env,
        workdir: in_folder(SOURCES, root).trim_end_matches('/').to_owned(),
        network: Network::Sandbox,
        mounts,
        secret_env: installing.secrets.env,
        output: RunOutput::Folder(DEPENDENCIES.to_owned()),
    });
    Ok(cx.add(cx.shared_step_name("dependencies", "cargo vendor --locked"), cx.span(), kind))
}

/// The toolchain with what another platform needs.
fn add_target<P: Project>(
    cx: &Context<'_, P>,
    bench: Toolchain,
    target: &RustPlatform,
    own_env: &[(String, String)],
) -> Toolchain {
    let script = shell::networked("rust-target", ADD_TARGET);
    let mut env = bench.env.clone();
    set_all(&mut env, own_env);
    let mut args = script.args;
    args.push(target.triple.to_owned());
    let kind = StepKind::Run(Run {
        root: bench.root,
        platform: bench.platform.clone(),
        args,
        env,
        workdir: "/".to_owned(),
        network: Network::Sandbox,
        mounts: script.mounts,
        secret_env: Vec::new(),
        output: RunOutput::Root,
    });
    let root = cx.add(cx.step_name("target", &format!("rustup target add {}", target.triple)), cx.span(), kind);
    let mut env = bench.env;
    set_all(&mut env, &target.env());
    Toolchain { root, env, platform: bench.platform }
}

/// The step that holds the files that the compiler may read.
fn select<P: Project>(cx: &Context<'_, P>, workspace: &Workspace, folder: &str) -> Result<StepId, Diagnostic> {
    let (source, root) = (&cx.build.source, &workspace.root);
    let mut include = Vec::new();
    if !source.include.is_empty() {
        include.extend(cx.patterns(folder, &source.include)?);
        include.extend(["Cargo.toml", "Cargo.lock", ".cargo"].map(|name| in_folder(root, name)));
        include.extend(workspace.packages.keys().map(|folder| in_folder(folder, "Cargo.toml")));
    } else if !root.is_empty() {
        include.push(root.clone());
        let outside = |folder: &&String| **folder != *root && !folder.starts_with(&format!("{root}/"));
        include.extend(workspace.packages.keys().filter(outside).cloned());
    }
    let mut exclude = cx.patterns(folder, &source.exclude)?;
    // The image decides on the toolchain: rustup would look for the one that these files name.
    exclude.extend(["rust-toolchain.toml", "rust-toolchain", "target"].map(|name| in_folder(root, name)));
    exclude.extend([".git".to_owned(), cx.request().spec_name.clone()]);
    let what = if root.is_empty() { "." } else { root };
    Ok(cx.select(cx.shared_step_name("sources", &format!("COPY {what}")), include, exclude))
}

/// What steps that run Cargo have in common.
struct Cargo<'a, P> {
    cx: &'a Context<'a, P>,
    version: &'a str,
    /// Names the cache of results; workspaces must not undo each other's.
    project: &'a str,
    dependencies: StepId,
    sources: StepId,
    own_env: &'a [(String, String)],
}

/// What is compiled.
struct Compile<'a> {
    bench: &'a Toolchain,
    folder: &'a str,
    program: &'a Program,
    options: &'a RustOptions,
    profile: &'a str,
    /// The platform, where it is not the build platform.
    target: Option<&'a RustPlatform>,
}

impl<P: Project> Cargo<'_, P> {
    fn env(&self, root: &[(String, String)]) -> Vec<(String, String)> {
        let mut env = root.to_vec();
        set_all(&mut env, self.own_env);
        for (name, value) in [
            ("CARGO_HOME", DEPENDENCIES),
            ("CARGO_TARGET_DIR", TARGET),
            ("CARGO_NET_OFFLINE", "true"),
            ("CARGO_INCREMENTAL", "0"),
        ] {
            set(&mut env, name, value);
        }
        env
    }

    fn mounts(&self, what: &str, platform: &Platform) -> Vec<Mount> {
        let cache = format!("slipway/cargo-{what}/{platform}/{}/{}", self.version, self.project);
        vec![
            Mount::discarded(SOURCES, self.sources),
            // Cargo locks its home; what it writes there is forgotten.
            Mount::discarded(DEPENDENCIES, self.dependencies),
            Mount::cache(TARGET, cache, Sharing::Locked),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
        ]
    }

    fn build(&self, what: &Compile<'_>) -> StepId {
        let Compile { bench, folder, program, options, profile, target } = what;
        let mut words = vec!["cargo".to_owned(), "build".to_owned(), "--locked".to_owned(), "--offline".to_owned()];
        let mut word = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
        word("--profile", profile);
        word("--package", &program.package);
        word("--bin", &program.name);
        for feature in &options.features {
            word("--features", &feature.value);
        }
        if let Some(target) = target {
            word("--target", target.triple);
        }
        let folder_of_profile = if *profile == "dev" { "debug" } else { profile };
        let result = in_folder(target.map_or("", |target| target.triple), folder_of_profile);
        let script = shell::offline(
            "cargo-build",
            &format!("{FRESHEN}\"$@\"\n{REMEMBER}cp \"$CARGO_TARGET_DIR/$RESULT\" {OUTPUT}/"),
        );
        let mut env = self.env(&bench.env);
        set(&mut env, "RESULT", &format!("{result}/{}", program.name));
        let kind = StepKind::Run(Run {
            root: bench.root,
            platform: bench.platform.clone(),
            args: script.args.into_iter().chain(words).collect(),
            env,
            workdir: in_folder(SOURCES, folder).trim_end_matches('/').to_owned(),
            network: Network::None,
            mounts: self.mounts("target", self.cx.target()).into_iter().chain(script.mounts).collect(),
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        });
        self.cx.add(self.cx.step_name("build", &format!("cargo build --bin {}", program.name)), program.span, kind)
    }
}
