//! Platforms in Go's notation.

use slipway_spec::{Diagnostic, Span};

use crate::Platform;

/// The architecture variables of a platform; see <https://go.dev/doc/install/source#environment>.
pub(super) fn go_platform(platform: &Platform, span: Span) -> Result<Vec<(&'static str, String)>, Diagnostic> {
    const ARCHITECTURES: &[&str] =
        &["386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x"];
    let unsupported = || {
        Diagnostic::error(span, format!("the go preset cannot build for the platform `{platform}`")).with_help(format!(
            "it builds for {}",
            ARCHITECTURES.iter().map(|arch| format!("linux/{arch}")).collect::<Vec<_>>().join(", ")
        ))
    };
    let architecture = platform.arch();
    if platform.os() != "linux" || !ARCHITECTURES.contains(&architecture) {
        return Err(unsupported());
    }
    let mut env = vec![("GOARCH", architecture.to_owned())];
    match (architecture, platform.variant()) {
        (_, "") | ("arm64", _) => {}
        ("arm", variant @ ("v5" | "v6" | "v7")) => env.push(("GOARM", variant.trim_start_matches('v').to_owned())),
        ("amd64", variant @ ("v1" | "v2" | "v3" | "v4")) => env.push(("GOAMD64", variant.to_owned())),
        (_, _) => return Err(unsupported()),
    }
    Ok(env)
}
