//! What programs of a build need from the image that they run on, and whether it certainly lacks that: a C library of
//! the right kind and version, Java or Python of the right release.
//!
//! A program that is linked with the GNU C library finds no loader on Alpine Linux, and on an older release it lacks
//! symbols. Only images that are known by name are judged. An image that the command line replaces, or that gets such
//! files from `files` or `packages`, may have anything.

use slipway_project::node::Release;
use slipway_spec::Span;
use slipway_spec::model::Distro;

use super::base::{Base, Flavor, Kind};
use super::is_inside;
use crate::distro;
use crate::runtime::Need;

/// Why programs of a build do not run on an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What is missing, as the end of a sentence about the image.
    pub what: String,
    /// What to do.
    pub help: String,
    /// The part of the spec that chose the image.
    pub span: Span,
    /// Whether no toolchain on the command line can change that.
    pub(crate) is_certain: bool,
    /// Whether the reason is another C library, or none.
    pub(crate) is_of_c_library: bool,
}

impl Unfit {
    fn new(what: impl Into<String>, help: impl Into<String>, is_certain: bool, span: Span) -> Self {
        Self { what: what.into(), help: help.into(), span, is_certain, is_of_c_library: false }
    }

    /// The problem with the image.
    #[must_use]
    pub fn message(&self, base: &Base) -> String {
        format!("the output of the build does not run on `{}`: {}", base.name, self.what)
    }
}

/// Releases whose GNU C library is older than 2.34; programs that are linked with a later version do not start on them.
const OLD_DEBIAN: &[&str] = &["jessie", "stretch", "buster", "bullseye"];
const OLD_UBUNTU: &[&str] = &["trusty", "xenial", "bionic", "focal"];

const C_LIBRARY: &str = "delete `runtime`, or use an image that has it, such as `runtime: slim`";

impl Base {
    /// What programs need and the image lacks.
    ///
    /// Programs that are linked on a Debian release may need symbols that the C library of an older one lacks.
    pub(crate) fn lacks(&self, need: &Need, built_on: Option<Distro>, span: Span) -> Option<Unfit> {
        if self.is_replaced() {
            return None;
        }
        match need {
            Need::Nothing => None,
            Need::Musl => {
                let what = match self.kind {
                    Kind::Alpine | Kind::Unknown => return None,
                    Kind::Busybox if self.tag().contains("musl") => return None,
                    Kind::Scratch => "it is empty",
                    Kind::Distroless(Flavor::Static) => "it has no C library",
                    _ => "it has another C library than musl",
                };
                let help = "use a base with musl, such as `runtime: alpine:3.22`";
                Some(Unfit { is_of_c_library: true, ..Unfit::new(what, help, true, span) })
            }
            Need::Java(release) => self.lacks_java(*release, span),
            Need::Node(range) => self.lacks_node(range, span),
            Need::Python { minor, distroless } => self.lacks_python(minor, *distroless, span),
            Need::CLibrary | Need::Unwinder | Need::Cxx => {
                if let Some(instead) = self.other_c_library() {
                    let lack = Unfit::new(format!("it {instead}"), C_LIBRARY, true, span);
                    return Some(Unfit { is_of_c_library: true, ..lack });
                }
                let file = match need {
                    Need::Unwinder => "libgcc_s.so.1",
                    Need::Cxx => "libstdc++.so.6",
                    _ => "",
                };
                if !file.is_empty() && (self.kind == Kind::Busybox || self.is_base()) {
                    let what = format!("it has no `{file}`, which programs of this build need");
                    return Some(Unfit::new(what, C_LIBRARY, true, span));
                }
                let what = "its GNU C library is older than the one that programs of this build are linked with";
                let help = "use a newer release, such as `runtime: slim`";
                if self.is_old() {
                    return Some(Unfit::new(what, help, false, span));
                }
                let (own, built_on) = (self.debian()?, built_on?);
                let (own_name, name) = (own.name(), built_on.name());
                let what = format!(
                    "its GNU C library is that of `{own_name}`, and programs of this build are linked with the later one of `{name}`"
                );
                let help = format!("write `distro: {own_name}` to the build, or use a base on `{name}`");
                (own < built_on).then(|| Unfit::new(what, help, false, span))
            }
        }
    }

    /// What packages need and the image lacks: the named packages are linked with the GNU C library.
    pub(crate) fn lacks_for(&self, packages: &[String], span: Span) -> Option<Unfit> {
        const SHOWN: usize = 4;
        let instead = self.other_c_library().filter(|_| !packages.is_empty() && !self.is_replaced())?;
        let names: Vec<_> = packages.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
        let more = match packages.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let are = if packages.len() == 1 { "is" } else { "are" };
        let what = format!("it {instead}, and {}{more} {are} linked with the GNU C library", names.join(", "));
        Some(Unfit::new(what, C_LIBRARY, false, span))
    }

    /// What the image has instead of the GNU C library, if anything.
    fn other_c_library(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Scratch => Some("is empty"),
            Kind::Distroless(Flavor::Static) => Some("has no C library"),
            Kind::Alpine => Some("has musl"),
            Kind::Busybox if self.tag().contains("musl") => Some("has musl"),
            Kind::Busybox if self.tag().contains("uclibc") => Some("has uClibc"),
            _ => None,
        }
    }

    /// Whether it is the distroless image with only the C library.
    fn is_base(&self) -> bool {
        self.kind == Kind::Distroless(Flavor::Native) && self.last_part().starts_with("base")
    }

    /// Its Debian release, if its name tells.
    pub(crate) fn debian(&self) -> Option<Distro> {
        match (self.kind, self.official()) {
            (Kind::Distroless(_), _) => {
                let (_, number) = self.last_part().rsplit_once("-debian")?;
                distro::of_number(leading_number(number)?)
            }
            (Kind::Debian, "debian") => {
                distro::in_tag(self.tag()).or_else(|| distro::of_number(leading_number(self.tag())?))
            }
            (Kind::Debian, _) => distro::in_tag(self.tag()),
            _ => None,
        }
    }

    /// Its release of Alpine Linux, if its name tells.
    pub(crate) fn alpine(&self) -> Option<(u32, u32)> {
        let text = match self.official() {
            "alpine" => self.tag(),
            _ => self.tag().split('-').find_map(|part| part.strip_prefix("alpine"))?,
        };
        let (major, rest) = text.split_once('.')?;
        Some((major.parse().ok()?, leading_number(rest)?))
    }

    /// Whether its GNU C library is older than 2.34, and its OpenSSL older than 3.
    pub(crate) fn is_old(&self) -> bool {
        let (tag, number) = (self.tag(), leading_number(self.tag()));
        let names = |words: &[&str]| words.iter().any(|word| tag.split(['-', '.']).any(|part| part == *word));
        let older = |than: u32| number.is_some_and(|number| number < than);
        match (self.kind, self.official()) {
            (Kind::Distroless(_), _) => {
                let release = self.last_part().rsplit_once("-debian").and_then(|(_, release)| leading_number(release));
                release.is_some_and(|release| release < 12)
            }
            (Kind::Debian, "debian") => names(OLD_DEBIAN) || older(12),
            (Kind::Debian, "ubuntu") => names(OLD_UBUNTU) || older(22),
            (Kind::Debian, _) => names(OLD_DEBIAN) || names(OLD_UBUNTU),
            (Kind::RedHat, "fedora") => older(35),
            // For later versions, the release is the year; `2018.03` was the first.
            (Kind::RedHat, "amazonlinux") => older(2022),
            (Kind::RedHat, "almalinux" | "centos" | "oraclelinux" | "rockylinux") => older(9),
            _ => false,
        }
    }

    /// No Java, or a release that is older than the classes need.
    fn lacks_java(&self, wanted: u32, span: Span) -> Option<Unfit> {
        let help = format!("delete `runtime`, or use an image of Java {wanted}, such as `runtime: slim`");
        if self.has_program("java") == Some(false) {
            return Some(Unfit::new("it has no Java", help, false, span));
        }
        let release = match (self.kind, self.official()) {
            (Kind::Distroless(Flavor::Java), _) => leading_number(self.last_part().strip_prefix("java")?)?,
            (_, "eclipse-temurin" | "openjdk") => leading_number(self.tag())?,
            _ => return None,
        };
        let what = format!("it has Java {release}, but the classes are compiled for Java {wanted}");
        (release < wanted).then(|| Unfit::new(what, help, false, span))
    }

    /// A release of Node.js that the package excludes.
    fn lacks_node(&self, range: &str, span: Span) -> Option<Unfit> {
        let number = match (self.kind, self.official()) {
            (Kind::Distroless(Flavor::Node), _) => self.last_part().strip_prefix("nodejs")?,
            (_, "node") => self.tag(),
            _ => return None,
        };
        let release = Release::parse(number.split('-').next().unwrap_or_default())?;
        let what = format!("it has Node.js {}, but `engines` of `package.json` requires `{range}`", release.number);
        let help = "delete `runtime`, or use an image of a release in this range, such as `runtime: slim`";
        (!release.is_in(range)).then(|| Unfit::new(what, help, false, span))
    }

    /// No Python, another release, or one at another path than the environment expects.
    fn lacks_python(&self, minor: &str, distroless: bool, span: Span) -> Option<Unfit> {
        let help = format!("delete `runtime`, or use the same release in both: `python` of the build is {minor}");
        if self.has_program("python3") == Some(false) {
            return Some(Unfit::new("it has no Python", help, false, span));
        }
        if self.kind == Kind::Distroless(Flavor::Python) && !distroless {
            let what = "its Python is at another path than the environment of the build expects";
            return Some(Unfit::new(what, "write `runtime: distroless`, or delete it", false, span));
        }
        let release = self.tag().split(['-', '.']).take(2).collect::<Vec<_>>().join(".");
        let is_release = self.official() == "python"
            && release.split_once('.').is_some_and(|(_, minor)| minor.bytes().all(|byte| byte.is_ascii_digit()));
        let what = format!("it has Python {release}, but the environment of the build is for Python {minor}");
        (is_release && release != minor).then(|| Unfit::new(what, help, false, span))
    }
}

/// Whether an entry of `files` may contain libraries or a language.
pub(crate) fn may_bring(path: &str) -> bool {
    let folders = ["/lib", "/lib64", "/usr/lib", "/usr/local", "/usr/bin", "/bin", "/opt"];
    folders.iter().any(|folder| is_inside(path, folder) || is_inside(folder, path))
}

/// The number at the start of a text.
fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}
