//! Variables of Go's steps: the build's own, and those that the preset keeps to itself.

use slipway_spec::Diagnostic;

use super::toolchain::Toolchain;
use super::{COMPILE_CACHE, MODULES};
use crate::Project;
use crate::presets::{Context, common, private, set, set_all};

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
pub(super) fn own<P: Project>(cx: &Context<'_, P>) -> Result<Vec<(String, String)>, Diagnostic> {
    let mut env = common::own_env(cx, OWNED)?;
    private::go_env(cx, &mut env)?;
    Ok(env)
}

/// What steps that compile see: nothing of it depends on the target platform.
pub(super) fn compiling(toolchain: &Toolchain, own: &[(String, String)]) -> Vec<(String, String)> {
    let mut env = toolchain.env.clone();
    set_all(&mut env, own);
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
    env
}
