//! Platforms in Rust's notation, and Debian's names of their cross linkers.

use slipway_spec::{Diagnostic, Span};

use crate::Platform;

/// A platform that programs are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RustPlatform {
    /// Rust's name of it; see <https://doc.rust-lang.org/rustc/platform-support.html>.
    pub(super) triple: &'static str,
    /// The prefix of GNU's tools for it.
    pub(super) gnu: &'static str,
    /// The name of Debian's cross compiler package.
    pub(super) packages: [&'static str; 2],
}

const PLATFORMS: &[(&str, &str, RustPlatform)] = &[
    (
        "amd64",
        "",
        RustPlatform {
            triple: "x86_64-unknown-linux-gnu",
            gnu: "x86_64-linux-gnu",
            packages: ["gcc-x86-64-linux-gnu", "libc6-dev-amd64-cross"],
        },
    ),
    (
        "arm64",
        "",
        RustPlatform {
            triple: "aarch64-unknown-linux-gnu",
            gnu: "aarch64-linux-gnu",
            packages: ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
        },
    ),
    (
        "arm",
        "v7",
        RustPlatform {
            triple: "armv7-unknown-linux-gnueabihf",
            gnu: "arm-linux-gnueabihf",
            packages: ["gcc-arm-linux-gnueabihf", "libc6-dev-armhf-cross"],
        },
    ),
];

/// Rust's name of a platform.
pub(super) fn rust_platform(platform: &Platform, span: Span) -> Result<RustPlatform, Diagnostic> {
    let known = |(arch, variant, _): &&(&str, &str, RustPlatform)| {
        platform.os() == "linux" && platform.arch() == *arch && (platform.variant() == *variant || *arch == "arm64")
    };
    PLATFORMS.iter().find(known).map(|(.., found)| *found).ok_or_else(|| {
        Diagnostic::error(span, format!("the rust preset cannot build for the platform `{platform}`"))
            .with_help("it builds for linux/amd64, linux/arm64, linux/arm/v7")
    })
}

impl RustPlatform {
    /// Variables with which Cargo and build scripts find the cross compiler.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let (lower, upper) = (self.triple.replace('-', "_"), self.triple.replace('-', "_").to_uppercase());
        let gcc = format!("{}-gcc", self.gnu);
        vec![
            (format!("CARGO_TARGET_{upper}_LINKER"), gcc.clone()),
            (format!("CC_{lower}"), gcc),
            (format!("AR_{lower}"), format!("{}-ar", self.gnu)),
            ("PKG_CONFIG_ALLOW_CROSS".to_owned(), "1".to_owned()),
            // Otherwise, libraries of the build platform are found, and linking fails.
            (format!("PKG_CONFIG_LIBDIR_{lower}"), format!("/usr/lib/{}/pkgconfig:/usr/share/pkgconfig", self.gnu)),
        ]
    }
}
