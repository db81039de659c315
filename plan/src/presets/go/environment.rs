//! Variables of Go's steps: the build's own, and those reserved by the preset.

use slipway_project::go::{Module, ModuleKind};
use slipway_spec::Diagnostic;

use super::toolchain::Toolchain;
use super::{COMPILE_CACHE, MODULES, SOURCES};
use crate::presets::{Context, common, in_folder, private, set, set_all};

/// Variables that the preset sets itself; a spec that names one would be ignored.
const OWNED: &[(&str, &str)] = &[
    ("CGO_ENABLED", "it follows the option `cgo`"),
    ("GOOS", "it follows `--platform`"),
    ("GOARCH", "it follows `--platform`"),
    ("GOARM", "it follows `--platform`"),
    ("GOAMD64", "it follows `--platform`"),
    ("GOCACHE", "it is a cache mount"),
    ("GOMODCACHE", "it is a cache mount"),
];

/// The variable that names `go.work`, or disables it.
const WORKSPACE: &str = "GOWORK";

/// Accepted values of `-buildmode`: others do not create a program.
const MODES: &[&str] = &["default", "exe", "pie"];

/// Whether `GOFLAGS` request a program that the C library loads, such as `-buildmode=pie`.
///
/// # Errors
/// They request something other than a program.
pub(super) fn wants_loader(cx: &mut Context<'_, '_>) -> Result<bool, Diagnostic> {
    let flags = cx.build.keys.env.iter().find(|(name, _)| name.value == "GOFLAGS");
    let Some((_, flags)) = flags else { return Ok(false) };
    let value = cx.eval(flags)?;
    let mode = value.split_whitespace().find_map(|flag| flag.trim_start_matches('-').strip_prefix("buildmode="));
    match mode.filter(|mode| !MODES.contains(mode)) {
        Some(mode) => Err(Diagnostic::error(flags.span, format!("`-buildmode={mode}` does not make a program"))
            .with_help("delete it; build a library in a stage")),
        None => Ok(mode == Some("pie")),
    }
}

/// The archives of modules, as a module proxy.
pub(super) const PROXY: &str = "file:///var/cache/go-archives";

/// The modules for which Go uses no proxy.
pub(super) fn without_proxy(env: &[(String, String)]) -> Option<&str> {
    let of = |wanted: &str| env.iter().find(|(name, value)| name == wanted && !value.is_empty());
    of("GONOPROXY").or_else(|| of("GOPRIVATE")).map(|(_, value)| value.as_str())
}

/// The variables of steps with network access, with which Go downloads other modules.
pub(super) fn online(toolchain: &Toolchain, own: &[(String, String)]) -> Vec<(String, String)> {
    let mut env = toolchain.env.clone();
    set_all(&mut env, own);
    let proxy = env.iter().find(|(name, _)| name == "GOPROXY").map(|(_, value)| value.as_str());
    let proxy = ("GOPROXY".to_owned(), proxy.unwrap_or("https://proxy.golang.org,direct").to_owned());
    let without = without_proxy(&env).map(|modules| ("GONOPROXY".to_owned(), modules.to_owned()));
    std::iter::once(proxy).chain(without).collect()
}

/// Whether the build's own environment allows a workspace.
pub(super) fn with_workspace(own: &[(String, String)]) -> bool {
    !own.iter().any(|(name, value)| name == WORKSPACE && value == "off")
}

/// Sets the workspace of a module, or that there is none.
pub(super) fn set_workspace(env: &mut Vec<(String, String)>, module: &Module) {
    let place = match &module.workspace {
        Some(workspace) => in_folder(SOURCES, &in_folder(&workspace.folder, "go.work")),
        None => "off".to_owned(),
    };
    set(env, WORKSPACE, &place);
}

/// The build's own environment.
pub(super) fn own(cx: &mut Context<'_, '_>) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut env = common::own_env(cx, OWNED)?;
    if with_workspace(&env) && env.iter().any(|(name, _)| name == WORKSPACE) {
        let span =
            cx.build.keys.env.iter().find(|(name, _)| name.value == WORKSPACE).map_or(cx.span(), |(name, _)| name.span);
        return Err(Diagnostic::error(
            span,
            "`GOWORK` is set by the go preset: it is the `go.work` that uses the module",
        )
        .with_help("delete it, or write `GOWORK: off` to build the module separately"));
    }
    private::go_env(cx, &mut env)?;
    Ok(env)
}

/// The environment of compile steps: nothing in it depends on the target platform.
pub(super) fn compiling(
    module: &Module,
    toolchain: &Toolchain,
    own: &[(String, String)],
    cgo: bool,
) -> Vec<(String, String)> {
    let mut env = toolchain.env.clone();
    set_all(&mut env, own);
    for (name, value) in [
        ("CGO_ENABLED", if cgo { "1" } else { "0" }),
        ("GOCACHE", COMPILE_CACHE),
        ("GOMODCACHE", MODULES),
        // A missing module must fail here, instead of being looked up.
        ("GOPROXY", if module.kind == ModuleKind::Downloaded { PROXY } else { "off" }),
    ] {
        set(&mut env, name, value);
    }
    // The archives of private modules are in the layer too, but Go would not use a proxy for them.
    if without_proxy(&env).is_some() {
        set(&mut env, "GONOPROXY", "none");
    }
    set_workspace(&mut env, module);
    env
}
