//! Platforms in the notation of npm and Prisma.

use crate::Platform;

/// The processor of a platform in npm's notation.
pub(super) fn npm_cpu(platform: &Platform) -> Option<&'static str> {
    Some(match platform.arch() {
        "amd64" => "x64",
        "386" => "ia32",
        "arm64" => "arm64",
        "arm" => "arm",
        "ppc64le" => "ppc64",
        "s390x" => "s390x",
        "riscv64" => "riscv64",
        "loong64" => "loong64",
        _ => return None,
    })
}

/// Prisma's name of the engine for images of Debian 12.
pub(super) fn engine(platform: &Platform) -> &'static str {
    match platform.arch() {
        "arm64" => "linux-arm64-openssl-3.0.x",
        _ => "debian-openssl-3.0.x",
    }
}
