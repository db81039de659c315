//! C code: its compilers, Debian's names of cross compilers, and the bases for programs that link it.

use slipway_spec::{Diagnostic, Span};

use super::toolchain::Toolchain;
use crate::contents::{Manager, Need};
use crate::presets::Context;
use crate::runtime::Runtimes;
use crate::shell::Text;
use crate::{Platform, StepId, packages};

/// A platform in GNU's and Debian's notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Names {
    /// The prefix of GNU's tools for it.
    gnu: &'static str,
    /// Debian's folder of its libraries, below `/usr/lib`; see <https://wiki.debian.org/Multiarch/Tuples>.
    libraries: &'static str,
    /// Debian's name of the architecture.
    debian: &'static str,
}

/// Architectures with Debian cross compilers, in Go's notation; see <https://packages.debian.org/bookworm/devel/>.
const NAMES: &[(&str, Names)] = &[
    ("386", Names { gnu: "i686-linux-gnu", libraries: "i386-linux-gnu", debian: "i386" }),
    ("amd64", Names { gnu: "x86_64-linux-gnu", libraries: "x86_64-linux-gnu", debian: "amd64" }),
    ("arm", Names { gnu: "arm-linux-gnueabihf", libraries: "arm-linux-gnueabihf", debian: "armhf" }),
    ("arm64", Names { gnu: "aarch64-linux-gnu", libraries: "aarch64-linux-gnu", debian: "arm64" }),
    ("mips64le", Names { gnu: "mips64el-linux-gnuabi64", libraries: "mips64el-linux-gnuabi64", debian: "mips64el" }),
    ("ppc64le", Names { gnu: "powerpc64le-linux-gnu", libraries: "powerpc64le-linux-gnu", debian: "ppc64el" }),
    ("riscv64", Names { gnu: "riscv64-linux-gnu", libraries: "riscv64-linux-gnu", debian: "riscv64" }),
    ("s390x", Names { gnu: "s390x-linux-gnu", libraries: "s390x-linux-gnu", debian: "s390x" }),
];

/// The compiler of C code for a platform.
pub(super) struct Compilers {
    pub(super) root: StepId,
    /// Additional variables.
    pub(super) env: Vec<(String, String)>,
    /// Distinguishes compile caches: Go's own cache does not consider the linked C libraries.
    pub(super) key: String,
}

/// The step that adds compilers for a platform, and libraries among the build's packages, to the toolchain.
pub(super) fn compilers(
    cx: &mut Context<'_, '_>,
    toolchain: &Toolchain,
    target: &Platform,
) -> Result<Compilers, Diagnostic> {
    let build = &cx.request().build_platform;
    let key = std::iter::once("cgo").chain(cx.packages.build.words()).collect::<Vec<_>>().join("+");
    let native = (build.os(), build.arch()) == (target.os(), target.arch());
    let title = format!("[{}{} compilers]", cx.draft.prefix(build), cx.name);
    let mut into = packages::InstallInto {
        owner: cx.name,
        title: &title,
        root: toolchain.root,
        manager: toolchain.manager,
        env: &toolchain.env,
        platform: build,
        span: cx.span(),
    };
    if native {
        let names = toolchain.manager.own(&["gcc", "libc6-dev", "pkg-config"]).into();
        return Ok(Compilers {
            root: packages::install_unless(cx.draft, &into, &names, THERE.into()),
            env: Vec::new(),
            key,
        });
    }
    if toolchain.manager == Manager::Apk {
        let image = &toolchain.image.name;
        let message = format!("with `cgo: true`, `{image}` cannot compile for `{target}` on `{build}`");
        return Err(Diagnostic::error(toolchain.image.span, message).with_help(
            "cross compilers are packages of Debian: name an image on Debian, or build on a machine of that platform",
        ));
    }
    let names = names(target, cx.span())?;
    let title = cx.step_name("compilers", "").trim_end().to_owned();
    into.title = &title;
    let (list, foreign) = names.packages(&cx.packages.build.names);
    let list = cx.packages.build.with_names(list);
    // The libraries are for another architecture than the rest.
    let before = Text::from("dpkg --add-architecture ") + names.debian + "\n";
    let before = if foreign { before } else { Text::default() };
    let root = packages::install_unless(cx.draft, &into, &list, before);
    let pkg_config = format!("/usr/lib/{}/pkgconfig:/usr/share/pkgconfig", names.libraries);
    let env = [
        ("CC", format!("{}-gcc", names.gnu)),
        ("CXX", format!("{}-g++", names.gnu)),
        ("AR", format!("{}-ar", names.gnu)),
        ("PKG_CONFIG_LIBDIR", pkg_config),
    ];
    Ok(Compilers { root, env: env.map(|(name, value)| (name.to_owned(), value)).to_vec(), key })
}

/// Go's own images include all of it, so the package sources are not needed.
const THERE: &str = "\
if command -v gcc && command -v pkg-config && [ -e /usr/include/stdio.h ]; then exit 0; fi >/dev/null
";

fn names(platform: &Platform, span: Span) -> Result<Names, Diagnostic> {
    let known = NAMES.iter().find(|(arch, _)| *arch == platform.arch());
    // Debian's compilers for `arm` target version 7 and later.
    known
        .filter(|_| platform.arch() != "arm" || ["", "v7"].contains(&platform.variant()))
        .map(|(_, names)| *names)
        .ok_or_else(|| {
            let list: Vec<_> = NAMES.iter().map(|(arch, _)| format!("linux/{arch}")).collect();
            Diagnostic::error(
                span,
                format!("with `cgo: true`, the go preset cannot build for the platform `{platform}`"),
            )
            .with_help(format!("there are cross compilers for {}; `linux/arm` means `linux/arm/v7`", list.join(", ")))
        })
}

impl Names {
    /// The packages that a cross compilation requires instead of the build's own, and whether some are for the foreign
    /// architecture. Compilers are replaced by cross compilers, and libraries by those for the architecture; all others
    /// are tools that run here, and are already installed.
    fn packages(&self, wanted: &[String]) -> (Vec<String>, bool) {
        let suffix = self.gnu.replace('_', "-");
        let mut list =
            vec![format!("gcc-{suffix}"), format!("libc6-dev-{}-cross", self.debian), "pkg-config".to_owned()];
        let mut foreign = false;
        for package in wanted {
            let (name, version) = package.find('=').map_or((package.as_str(), ""), |at| package.split_at(at));
            let name = match name {
                "gcc" | "g++" | "gfortran" => format!("{name}-{suffix}"),
                _ if !name.contains(':') && (name.starts_with("lib") || name.ends_with("-dev")) => {
                    foreign = true;
                    format!("{name}:{}{version}", self.debian)
                }
                _ => continue,
            };
            if !list.contains(&name) {
                list.push(name);
            }
        }
        (list, foreign)
    }
}

/// The requirements of the program: a program that dynamically links C libraries requires the GNU C library; one with
/// C++ code requires more.
pub(super) fn runtimes(cx: &Context<'_, '_>, toolchain: &Toolchain, ldflags: &str) -> Runtimes {
    if ldflags.split([' ', '\t', '"', '\'', '=']).any(|flag| flag == "-static") {
        return Runtimes::of("static");
    }
    if toolchain.manager == Manager::Apk {
        let why = format!(
            "programs with `cgo: true` need musl, the C library of `{}`; link them statically with `ldflags: -extldflags=-static`, or name a base that has it, as in `runtime: alpine:3.22`",
            toolchain.image.name
        );
        let words = ["scratch", "static", "base", "cc", "distroless", "slim"];
        return Runtimes::of("base").needing(Need::Musl).without_all(words, &why);
    }
    let cxx = cx.packages.build.names.iter().any(|name| name.starts_with("g++"));
    let why = "programs with `cgo: true` require the GNU C library; delete `runtime`, or link statically with `ldflags: -extldflags=-static`";
    let (word, need) = if cxx { ("cc", Need::Cxx) } else { ("base", Need::CLibrary) };
    let known = Runtimes::of(word).needing(need).loading(true).without_all(["scratch", "static"], why);
    if cxx {
        known
            .without("base", "programs with C++ code require the C++ library; delete `runtime`, or write `runtime: cc`")
    } else {
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(platform: &str) -> Result<Names, Diagnostic> {
        names(&platform.parse().unwrap_or(Platform::LINUX_AMD64), Span::START)
    }

    #[test]
    fn packages_become_those_of_the_platform() {
        let wanted = ["g++", "libsqlite3-dev=3.40.1-2", "zlib1g-dev", "cmake"].map(str::to_owned);
        let packages = |platform| names_of(platform).ok().map(|names| names.packages(&wanted));
        let arm64 = [
            "gcc-aarch64-linux-gnu",
            "libc6-dev-arm64-cross",
            "pkg-config",
            "g++-aarch64-linux-gnu",
            "libsqlite3-dev:arm64=3.40.1-2",
            "zlib1g-dev:arm64",
        ];
        assert_eq!(packages("linux/arm64"), Some((arm64.map(str::to_owned).to_vec(), true)));
        let none = names_of("linux/amd64").ok().map(|names| names.packages(&[]));
        let amd64 = ["gcc-x86-64-linux-gnu", "libc6-dev-amd64-cross", "pkg-config"];
        assert_eq!(none, Some((amd64.map(str::to_owned).to_vec(), false)));
    }

    #[test]
    fn platforms_without_a_compiler_are_refused() {
        assert!(names_of("linux/arm/v7").is_ok());
        assert!(names_of("linux/arm/v6").is_err());
        assert!(names_of("linux/loong64").is_err());
    }
}
