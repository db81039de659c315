//! Prisma's engine: machine code in the generated client, which has to fit the C library and the OpenSSL of the image.
//!
//! The schema names the engines of the client in `binaryTargets`. `native` is the engine for the image that the client
//! is generated in, as far as Prisma finds the release of OpenSSL there, which small images do not have. Names of
//! engines: <https://www.prisma.io/docs/orm/reference/prisma-schema-reference#binarytargets-options>.

use slipway_spec::Diagnostic;
use slipway_spec::model::{Distro, Image};

use crate::Platform;
use crate::contents::{Base, Kind, may_bring};
use crate::draft::Draft;
use crate::output::BuildOutput;
use crate::runtime::PrismaClient;

/// The name of these findings, for `# check=skip=…`.
pub(crate) const PRISMA_ENGINE: &str = "PrismaEngine";

/// Warns about a client without an engine for the image, and about an image without the library that the engine needs.
pub(crate) fn report(draft: &mut Draft<'_>, image: &Image, base: &Base, made: Option<&BuildOutput>) {
    let Some(PrismaClient { schema, span }) = made.and_then(|made| made.runtimes.prisma.as_ref()) else { return };
    let Some(engine) = engine(base, draft.platform) else { return };
    let warn = |draft: &mut Draft<'_>, message: String, help: String| {
        draft.warn(Diagnostic::warning(*span, message).with_rule(PRISMA_ENGINE).with_help(help));
    };
    if !schema.contains(&format!("\"{engine}\"")) {
        let (name, platform) = (&base.name, draft.platform);
        let message =
            format!("Prisma's engine may not run on `{name}` for {platform}: the schema does not name `{engine}`");
        let help = format!(
            "add `binaryTargets = [\"native\", \"{engine}\"]` to the generator, or `engineType = \"client\"` for a client \
             without an engine"
        );
        warn(draft, message, help);
    }
    let packages = image.build.iter().flat_map(|used| &used.build.packages.runtime).chain(&image.keys.packages.runtime);
    let brings = packages.count() > 0 || image.keys.files.iter().any(|(path, _)| may_bring(&path.value));
    if base.is_debian_without_openssl() && !brings {
        let message = format!("Prisma's engine does not run on `{}`, which has no OpenSSL", base.name);
        warn(draft, message, "add `packages: [openssl]` to the image, or use `runtime: distroless`".to_owned());
    }
}

/// The engine for an image; `None` if it is not known, or there is none.
fn engine(base: &Base, platform: &Platform) -> Option<&'static str> {
    if base.is_replaced() {
        return None;
    }
    let is_arm = match platform.arch() {
        "amd64" => false,
        "arm64" => true,
        _ => return None,
    };
    Some(match (base.kind, is_arm) {
        // Earlier releases have another OpenSSL.
        (Kind::Alpine, _) if base.alpine().is_some_and(|(major, minor)| (major, minor) < (3, 17)) => return None,
        (Kind::Alpine, false) => "linux-musl-openssl-3.0.x",
        (Kind::Alpine, true) => "linux-musl-arm64-openssl-3.0.x",
        (Kind::Debian | Kind::Distroless(_), false) if base.is_old() => "debian-openssl-1.1.x",
        (Kind::Debian | Kind::Distroless(_), true) if base.is_old() => "linux-arm64-openssl-1.1.x",
        (Kind::Debian | Kind::Distroless(_), false) => "debian-openssl-3.0.x",
        (Kind::Debian | Kind::Distroless(_) | Kind::RedHat, true) => "linux-arm64-openssl-3.0.x",
        (Kind::RedHat, false) => "rhel-openssl-3.0.x",
        (Kind::Scratch | Kind::Busybox | Kind::Unknown, _) => return None,
    })
}

impl Base {
    /// Whether it is a small image of a Debian release whose package manager does not need OpenSSL: later ones have it.
    fn is_debian_without_openssl(&self) -> bool {
        let is_small = self.is_plain_one() && self.is_slim() && self.kind == Kind::Debian;
        is_small && self.debian().is_some_and(|release| release <= Distro::Bookworm)
    }
}
