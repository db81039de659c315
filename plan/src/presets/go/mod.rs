//! Go: modules in a layer of their own, a static binary for any platform from the build platform.
//!
//! Steps, for a program on a target platform:
//!
//! 1. *manifests*: `go.mod` and `go.sum`, and those of modules that they replace by folders;
//! 2. *modules*: `go mod download` and `go mod verify` from the manifests alone, through a cache mount, into an ordinary layer;
//! 3. *sources*: the files of the build;
//! 4. *build*: `go build` on the build platform for the target platform, without network, with the modules mounted read-only.
//!
//! A vendored module (`vendor/modules.txt`) needs neither 1 nor 2.

mod go_mod;
mod module;
mod platform;

use futures_util::future::try_join;
use slipway_spec::model::GoOptions;
use slipway_spec::{Diagnostic, Span};

use self::go_mod::GoMod;
use self::module::{Module, ModuleKind, read_module};
use self::platform::go_platform;
use super::{Context, Made, MadeLayer, base_env, checks, in_folder, join_path, program_place, set, set_all};
use crate::runtime::Runtimes;
use crate::unavailable::not_yet;
use crate::{
    CopyItem, LayerCopy, LayerItem, Mount, MountKind, Network, PlanError, Project, Run, RunOutput, Sharing, StepId,
    StepKind, shell,
};

/// Where the context's files stand in a step; a module in `svc` stands in `/src/svc`.
const SOURCES: &str = "/src";
/// Where modules stand in a step: the place that Go's own images use.
const MODULES: &str = "/go/pkg/mod";
/// Go's download cache in a step.
const DOWNLOADS: &str = "/var/cache/go-mod";
/// Go's compile cache in a step.
const COMPILE_CACHE: &str = "/var/cache/go-build";
/// Where a step leaves its program.
const OUTPUT: &str = "/out";

/// Downloads into the cache mount, then lays out this project's modules from there; what is laid out was checked against `go.sum` when it was downloaded, and
/// is checked again by `verify`. The zip files are dropped: compiling needs the unpacked modules and their checksums only.
const DOWNLOAD: &str = "\
GOMODCACHE=/var/cache/go-mod go mod download
export GOMODCACHE=/go/pkg/mod GOPROXY=file:///var/cache/go-mod/cache/download GOSUMDB=off
go mod download
go mod verify
find /go/pkg/mod/cache/download -name '*.zip' -delete
";

pub(super) async fn build<P: Project>(cx: &Context<'_, P>, options: &GoOptions) -> Result<Made, PlanError> {
    let span = cx.span();
    if options.cgo {
        return Err(Diagnostic::error(
            span,
            "`cgo: true` is part of the language, but this release of Slipway cannot link C code yet",
        )
        .with_help("delete the key, or build the program in a stage")
        .into());
    }
    let go_arch = go_platform(cx.target(), span)?;
    let folder = cx.source_folder()?;
    // A release that the spec names is looked up while the manifests are read; what the lookup says is heard below.
    let early = async {
        if let Some(Ok(version)) = options.go.as_ref().map(|version| cx.eval(version)) {
            let _ = cx.project().image(&toolchain_image(&version), &cx.request().build_platform).await;
        }
        Ok(())
    };
    let (module, ()) = try_join(read_module(cx, folder, span), early).await?;
    let main = options.main.as_ref();
    let package = cx.eval_or(main, ".")?;
    let main_span = main.map_or(span, |main| main.span);
    let package = main_package(&package, &module.folder, main_span)?;
    let program = program(&package, &module.file).ok_or_else(|| {
        Diagnostic::error(main_span, "`go.mod` does not name its module").with_help("run `go mod init`")
    })?;

    let (version, version_span, version_place) = toolchain(cx, options, &module.file, span)?;
    let image = toolchain_image(&version);
    let build_platform = &cx.request().build_platform;
    let main_folder = join_path(&module.folder, &package).unwrap_or_default();
    let (toolchain, main_exists) = try_join(
        async {
            cx.project().image(&image, build_platform).await.map_err(|error| {
                PlanError::from(
                    Diagnostic::error(
                        version_span,
                        format!("cannot get the image `{image}` that Go {version} comes in: {error}"),
                    )
                    .with_help(format!("check that `{version}` is a release of Go, or name another image with `--build-context {image}=docker-image://…`")),
                )
            })
        },
        async { Ok::<_, PlanError>(main_folder.is_empty() || cx.project().exists(&main_folder).await?) },
    )
    .await?;
    if !main_exists {
        return Err(Diagnostic::error(main_span, format!("there is no folder `{main_folder}` in the context"))
            .with_help("name the folder of a `main` package, relative to the folder of `go.mod`")
            .into());
    }

    let root = base_env(&toolchain);
    let own_env = own_env(cx)?;
    let toolchain = cx.add(
        format!("[internal] toolchain {image}"),
        span,
        StepKind::Base { image: toolchain, platform: build_platform.clone() },
    );
    let modules = match module.kind {
        ModuleKind::Downloaded => Some(download(cx, &module, toolchain, &root, &own_env)),
        ModuleKind::Vendored | ModuleKind::WithoutRequirements => None,
    };
    cx.note(format!("Go {version}, from {version_place}"));
    let sources = select_sources(cx, &module, true)?;

    let mut env = root;
    set_all(&mut env, &own_env);
    for (name, value) in [
        ("CGO_ENABLED", "0"),
        ("GOCACHE", COMPILE_CACHE),
        ("GOMODCACHE", MODULES),
        // One module a build; workspaces name their modules in the spec.
        ("GOWORK", "off"),
        // What is not among the modules must fail here and now, not be looked for.
        ("GOPROXY", "off"),
    ] {
        set(&mut env, name, value);
    }
    let gates = checks::gates(cx, "go test ./...")?;
    if !gates.is_empty() {
        let mut mounts = vec![
            // With the tests among the sources.
            Mount::discarded(SOURCES, select_sources(cx, &module, false)?),
            Mount::cache(COMPILE_CACHE, format!("slipway/go-build/{build_platform}/{version}"), Sharing::Shared),
            Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
        ];
        mounts.extend(modules.map(|modules| Mount::read_only(MODULES, modules)));
        let (env, workdir) = (env.clone(), workdir(&module.folder));
        let (root, platform) = (toolchain, build_platform.clone());
        let (before, after) = (String::new(), String::new());
        let setting = checks::Setting { root, platform, env, workdir, mounts, before, after };
        for gate in &gates {
            checks::run(cx, gate, &setting)?;
        }
    }
    set(&mut env, "GOOS", cx.target().os());
    for (name, value) in go_arch {
        set(&mut env, name, &value);
    }
    let mut tags = vec!["netgo".to_owned(), "osusergo".to_owned()];
    tags.extend(cx.eval_all(options.tags.iter().flatten())?);
    let mut ldflags = "-s -w".to_owned();
    if let Some(more) = &options.ldflags {
        ldflags.push(' ');
        ldflags.push_str(cx.eval(more)?.trim());
    }
    let mut mounts = vec![
        Mount::read_only(SOURCES, sources),
        Mount {
            target: COMPILE_CACHE.to_owned(),
            kind: MountKind::Cache {
                // Entries are named by all that went into them, so modules can share them: the standard library is compiled once.
                id: format!("slipway/go-build/{}/{version}", cx.target()),
                sharing: Sharing::Shared,
            },
        },
        Mount { target: "/tmp".to_owned(), kind: MountKind::Tmpfs },
    ];
    if let Some(modules) = modules {
        mounts.push(Mount::read_only(MODULES, modules));
    }
    let output = format!("{OUTPUT}/{program}");
    // The sources come without `.git`, and a stamp of the commit would tie the program to more than its sources.
    let args = [
        "go",
        "build",
        "-trimpath",
        "-buildvcs=false",
        "-tags",
        &tags.join(","),
        "-ldflags",
        &ldflags,
        "-o",
        &output,
        &package,
    ];
    let compile = cx.add(
        cx.step_name("build", &format!("go build {package}")),
        main_span,
        StepKind::Run(Run {
            root: toolchain,
            platform: build_platform.clone(),
            args: args.map(str::to_owned).to_vec(),
            env,
            workdir: workdir(&module.folder),
            network: Network::None,
            mounts,
            secret_env: Vec::new(),
            output: RunOutput::Folder(OUTPUT.to_owned()),
        }),
    );
    let place = program_place(&program);
    let copy = LayerCopy { mode: Some(0o755), ..LayerCopy::whole(compile, format!("/{program}"), place.clone()) };
    Ok(Made {
        layers: vec![MadeLayer {
            what: format!("COPY {place}"),
            how: format!("go build -trimpath -ldflags \"-s -w\" {package}"),
            span: main_span,
            items: vec![LayerItem::Copy(copy)],
        }],
        output: compile,
        entrypoint: vec![place],
        env: Vec::new(),
        workdir: None,
        runtimes: Runtimes::of("static"),
    })
}

/// The steps that leave the module's requirements in a layer.
fn download<P: Project>(
    cx: &Context<'_, P>,
    module: &Module,
    toolchain: StepId,
    root: &[(String, String)],
    own_env: &[(String, String)],
) -> StepId {
    let span = cx.span();
    let include = std::iter::once(&module.folder)
        .chain(&module.replacements)
        .flat_map(|folder| [in_folder(folder, "go.mod"), in_folder(folder, "go.sum")])
        .collect();
    let item = CopyItem { from: cx.context(), source: "/".into(), target: "/".into(), include, exclude: Vec::new() };
    let manifests =
        cx.add(cx.shared_step_name("modules", "go.mod, go.sum"), span, StepKind::Select { items: vec![item] });
    let mut env = root.to_vec();
    set_all(&mut env, own_env);
    set(&mut env, "GOWORK", "off");
    let script = shell::networked("go-mod-download", DOWNLOAD);
    cx.add(
        cx.shared_step_name("modules", "go mod download && go mod verify"),
        span,
        StepKind::Run(Run {
            root: toolchain,
            platform: cx.request().build_platform.clone(),
            args: script.args,
            env,
            workdir: workdir(&module.folder),
            network: Network::Sandbox,
            mounts: [
                Mount::discarded(SOURCES, manifests),
                Mount {
                    target: DOWNLOADS.to_owned(),
                    // Shared by all projects: Go checks what it takes from there against `go.sum`, and locks what it writes.
                    kind: MountKind::Cache { id: "slipway/go-mod".to_owned(), sharing: Sharing::Shared },
                },
            ]
            .into_iter()
            .chain(script.mounts)
            .collect(),
            secret_env: Vec::new(),
            output: RunOutput::Folder(MODULES.to_owned()),
        }),
    )
}

/// The step that holds the files that the compiler may read.
fn select_sources<P: Project>(cx: &Context<'_, P>, module: &Module, without_tests: bool) -> Result<StepId, Diagnostic> {
    let source = &cx.build.source;
    let folders: Vec<_> = std::iter::once(&module.folder).chain(&module.replacements).collect();
    let mut include = Vec::new();
    if source.include.is_empty() {
        // The context as a whole needs no pattern.
        if folders.iter().all(|folder| !folder.is_empty()) {
            include.extend(folders.iter().map(|folder| (*folder).clone()));
        }
    } else {
        include.extend(cx.patterns(&module.folder, &source.include)?);
        for name in ["go.mod", "go.sum", "vendor"] {
            include.push(in_folder(&module.folder, name));
        }
        include.extend(module.replacements.iter().cloned());
    }
    let mut exclude = cx.patterns(&module.folder, &source.exclude)?;
    if source.include.is_empty() {
        // `go build` does not read tests, and the spec says nothing to a program. Who embeds them names them in `source.include`.
        if without_tests {
            exclude.push("**/*_test.go".to_owned());
        }
        exclude.push(cx.request().spec_name.clone());
    }
    let what = if module.folder.is_empty() { "." } else { &module.folder };
    let what = if without_tests { format!("COPY {what}") } else { format!("COPY {what} with tests") };
    Ok(cx.select(cx.shared_step_name("sources", &what), include, exclude))
}

fn workdir(folder: &str) -> String {
    in_folder(SOURCES, folder).trim_end_matches('/').to_owned()
}

/// The image that a release of Go comes in.
fn toolchain_image(version: &str) -> String {
    format!("golang:{version}-bookworm")
}

/// The version of Go to build with: what the spec says, else the toolchain of `go.mod`, else its least version.
fn toolchain<P: Project>(
    cx: &Context<'_, P>,
    options: &GoOptions,
    file: &GoMod,
    span: Span,
) -> Result<(String, Span, &'static str), Diagnostic> {
    let (version, span, place) = match (&options.go, &file.toolchain, &file.go) {
        (Some(version), _, _) => (cx.eval(version)?, version.span, "`go`"),
        (None, Some(toolchain), _) => (toolchain.clone(), span, "the `toolchain` line of `go.mod`"),
        (None, None, Some(go)) => (go.clone(), span, "the `go` line of `go.mod`"),
        (None, None, None) => {
            return Err(Diagnostic::error(span, "`go.mod` does not say which version of Go it wants")
                .with_help("add a line such as `go 1.24`, or `go: \"1.24\"` to the build"));
        }
    };
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if !is_version {
        return Err(Diagnostic::error(span, format!("{place} names `{version}`, which is not a version of Go"))
            .with_help("write it as in `1.24` or `1.24.3`"));
    }
    Ok((version, span, place))
}

/// The package to build, as `go build` wants it: `.`, or starting with `./`.
fn main_package(written: &str, folder: &str, span: Span) -> Result<String, Diagnostic> {
    let inside = join_path(folder, written)
        .and_then(|path| {
            if folder.is_empty() {
                Some(path)
            } else if path == folder {
                Some(String::new())
            } else {
                path.strip_prefix(&format!("{folder}/")).map(str::to_owned)
            }
        })
        .filter(|path| !path.ends_with(".go"));
    match inside {
        Some(path) if path.is_empty() => Ok(".".to_owned()),
        Some(path) => Ok(format!("./{path}")),
        None => Err(Diagnostic::error(span, format!("`{written}` is not a folder of the module"))
            .with_help("name the folder of a `main` package, such as `./cmd/api`")),
    }
}

fn program(package: &str, file: &GoMod) -> Option<String> {
    match package.rsplit_once('/') {
        Some((_, last)) => Some(last.to_owned()),
        None => file.program().map(str::to_owned),
    }
}

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("CGO_ENABLED", "programs are built without cgo"),
    ("GOOS", "it follows `--platform`"),
    ("GOARCH", "it follows `--platform`"),
    ("GOARM", "it follows `--platform`"),
    ("GOAMD64", "it follows `--platform`"),
    ("GOCACHE", "it is a cache mount"),
    ("GOMODCACHE", "it is a layer of its own"),
    ("GOWORK", "one module is built at a time"),
];

/// The build's own environment.
fn own_env<P: Project>(cx: &Context<'_, P>) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut env = Vec::new();
    for (name, value) in cx.build.keys.env.iter() {
        if let Some((_, why)) = OWNED.iter().find(|(owned, _)| *owned == name.value) {
            return Err(Diagnostic::error(name.span, format!("`{}` is set by the go preset: {why}", name.value))
                .with_help("delete it"));
        }
        env.push((name.value.clone(), cx.eval(value)?));
    }
    let mut private = Vec::new();
    for host in &cx.build.keys.private {
        private.push(cx.eval(&host.host)?);
        if let Some(login) = host.secret.as_ref().map(|secret| &secret.0).or(host.ssh.as_ref()) {
            cx.planner.warn(not_yet(login.span, "private", "the module host is asked without a login"));
        }
    }
    if !private.is_empty() {
        set(&mut env, "GOPRIVATE", &private.join(","));
    }
    Ok(env)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_written_as_go_build_wants_them() {
        let package = |written, folder| main_package(written, folder, Span::START).ok();
        assert_eq!(package("./cmd/api", ""), Some("./cmd/api".into()));
        assert_eq!(package("cmd//api/", "svc"), Some("./cmd/api".into()));
        assert_eq!(package(".", "svc"), Some(".".into()));
        assert_eq!(package("../other", "svc"), None);
        assert_eq!(package("../..", ""), None);
        assert_eq!(package("/cmd", ""), None);
        assert_eq!(package("./main.go", ""), None);
    }
}
