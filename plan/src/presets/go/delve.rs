//! Delve, compiled for the platform of the program in a step of its own, which all projects with the same release of Go
//! share.

use slipway_project::go::Release;
use slipway_spec::Diagnostic;

use super::platform::go_platform;
use super::toolchain::Toolchain;
use super::{COMPILE_CACHE, DOWNLOADS, OUTPUT};
use crate::presets::{Context, set, set_all};
use crate::step::Container;
use crate::{Mount, Sharing, StepId, shell};

/// The newest version of Delve for each release of Go that it needs at least; see
/// <https://github.com/go-delve/delve/blob/master/CHANGELOG.md>.
const VERSIONS: &[(u32, &str)] = &[(25, "1.27.0"), (24, "1.26.2"), (22, "1.25.2"), (21, "1.24.2"), (0, "1.20.2")];

/// Architectures whose programs for Linux it debugs.
const KNOWN: &[&str] = &["386", "amd64", "arm64", "loong64", "ppc64le", "riscv64"];

const INSTALL: &str = shell::script(include_str!("scripts/delve.sh"));

/// The step with `/dlv`.
///
/// # Errors
/// It does not know the platform.
pub(super) fn install(
    cx: &mut Context<'_, '_>,
    release: &Release,
    toolchain: &Toolchain,
    own_env: &[(String, String)],
) -> Result<StepId, Diagnostic> {
    let target = cx.target();
    if target.os() != "linux" || !KNOWN.contains(&target.arch()) {
        let known: Vec<_> = KNOWN.iter().map(|arch| format!("linux/{arch}")).collect();
        let message = format!("Delve, the debugger of Go, does not know the platform `{target}`");
        return Err(
            Diagnostic::error(cx.span(), message).with_help(format!("build this image only for {}", known.join(", ")))
        );
    }
    let version = version(&release.version);
    let mut env = toolchain.env.clone();
    // Only variables about the access to modules.
    let reaching = own_env.iter().filter(|(name, _)| {
        matches!(name.as_str(), "GOPROXY" | "GOSUMDB" | "GONOSUMDB" | "GOINSECURE")
            || name.to_ascii_lowercase().ends_with("_proxy")
    });
    set_all(&mut env, &reaching.cloned().collect::<Vec<_>>());
    set(&mut env, "GOOS", target.os());
    for (name, value) in go_platform(target, cx.span())? {
        set(&mut env, name, &value);
    }
    for (name, value) in [("CGO_ENABLED", "0"), ("GOCACHE", COMPILE_CACHE), ("GOWORK", "off")] {
        set(&mut env, name, value);
    }
    let cache = cx.cache_id("go-build", "delve", target, &toolchain.image.key);
    let container = Container::new(toolchain.base, &cx.request().build_platform, env)
        .mount(Mount::cache(DOWNLOADS, "slipway/go-mod", Sharing::Shared))
        .mount(Mount::cache(COMPILE_CACHE, cache, Sharing::Shared))
        .mount(Mount::tmpfs("/tmp"));
    let script = shell::networked("delve", shell::Text::from(shell::AGAIN) + INSTALL);
    let run = container.run(script).args([version]).output(OUTPUT);
    let name = format!("[debugger for {target}] go install github.com/go-delve/delve/cmd/dlv@v{version}");
    Ok(cx.add(name, cx.span(), run))
}

/// The version for a release of Go.
fn version(release: &str) -> &'static str {
    let minor = release.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(u32::MAX);
    let known = VERSIONS.iter().find(|(oldest, _)| minor >= *oldest);
    known.map_or("1.20.2", |(_, version)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_of_go_has_the_newest_delve_that_it_compiles() {
        for (release, expected) in [
            ("1.27", "1.27.0"),
            ("1.25.3", "1.27.0"),
            ("1.24", "1.26.2"),
            ("1.23", "1.25.2"),
            ("1.19", "1.20.2"),
            ("1", "1.27.0"),
        ] {
            assert_eq!(version(release), expected, "{release}");
        }
    }
}
