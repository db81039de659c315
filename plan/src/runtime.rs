//! Bases of final images: the short names of `runtime` and their images.

use slipway_spec::model::Distro;
use slipway_spec::{Diagnostic, Span, Spanned};

use crate::distro;

/// The base of a final image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// An empty base.
    Scratch,
    /// An image, by reference.
    Image(String),
}

/// The meaning of the short names of `runtime` for a build; a preset sets where it differs from [`shared`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Runtimes {
    /// The default short name, also used for `distroless` if that is not in `named`.
    pub(crate) default: &'static str,
    /// Short names with a specific meaning for this build.
    pub(crate) named: Vec<(&'static str, Images)>,
    /// Short names that this build's programs cannot run on, and why.
    pub(crate) refused: Vec<(&'static str, String)>,
    /// The requirements of the build's programs for any image.
    pub(crate) need: Need,
    /// Packages with machine code that is linked with the GNU C library, for programs that do not need it themselves.
    pub(crate) native: Vec<String>,
    /// Whether the programs, or their packages, may load libraries from packages of the build.
    pub(crate) loads_libraries: bool,
    /// The Debian release that programs are built on, if known.
    pub(crate) built_on: Option<Distro>,
    /// The client of Prisma that the build generates.
    pub(crate) prisma: Option<PrismaClient>,
}

/// A client of Prisma with an engine: machine code that is chosen when the client is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrismaClient {
    /// The schema, which names the engines.
    pub(crate) schema: String,
    /// The generator in the spec.
    pub(crate) span: Span,
}

/// The images that a short name means: one for each Debian release, or one that does not depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Images {
    Of(Vec<(Distro, String)>),
    Any(String),
}

/// Distroless images have these Debian releases; see <https://github.com/GoogleContainerTools/distroless>.
pub(crate) const DISTROLESS: &[Distro] = &[Distro::Bookworm, Distro::Trixie];

/// A distroless image that does not run as root, for each Debian release that has it.
pub(crate) fn distroless(name: &str, releases: &[Distro]) -> Images {
    let image =
        |distro: &Distro| (*distro, format!("gcr.io/distroless/{name}-debian{}:nonroot", distro::number(*distro)));
    Images::Of(releases.iter().map(image).collect())
}

/// The images of a short name with the same meaning for every language.
fn shared(name: &str) -> Option<Images> {
    match name {
        "static" | "base" | "cc" => Some(distroless(name, DISTROLESS)),
        "slim" => {
            let image = |distro: Distro| (distro, format!("debian:{}-slim", distro.name()));
            Some(Images::Of(Distro::ALL.iter().map(|(_, distro)| image(*distro)).collect()))
        }
        _ => None,
    }
}

impl Runtimes {
    /// For a preset whose programs need nothing that depends on the project.
    pub(crate) fn of(default: &'static str) -> Self {
        Self { default, ..Self::default() }
    }

    /// Sets the meaning of a short name for this build.
    pub(crate) fn with(mut self, name: &'static str, images: Images) -> Self {
        self.named.push((name, images));
        self
    }

    /// Sets the Debian release that programs are built on.
    pub(crate) fn built_on(mut self, distro: Option<Distro>) -> Self {
        self.built_on = distro;
        self
    }

    /// Rejects a short name.
    pub(crate) fn without(mut self, name: &'static str, why: impl Into<String>) -> Self {
        self.refused.push((name, why.into()));
        self
    }

    /// Rejects several short names.
    pub(crate) fn without_all<const N: usize>(self, names: [&'static str; N], why: &str) -> Self {
        names.into_iter().fold(self, |known, name| known.without(name, why))
    }

    /// Sets the requirements of the build's programs for any image.
    pub(crate) fn needing(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    /// Sets the packages that are linked with the GNU C library.
    pub(crate) fn with_native(mut self, native: Vec<String>) -> Self {
        self.native = native;
        self
    }

    /// Sets whether libraries from the build's packages may be loaded.
    pub(crate) fn loading(mut self, loads_libraries: bool) -> Self {
        self.loads_libraries = loads_libraries;
        self
    }

    /// Why the build's programs cannot run on a short name; `None` if there is no known reason.
    pub(crate) fn refusal(&self, word: &str) -> Option<&str> {
        self.refused.iter().find(|(name, _)| *name == word).map(|(_, why)| why.as_str())
    }

    /// The meaning of a word in `runtime`, on the Debian release that the spec names; the build's default for `None`.
    ///
    /// Without a release, it is the one that programs are built on, otherwise the nearest one that there is.
    ///
    /// # Errors
    /// There is no image on the release.
    pub(crate) fn find(&self, word: Option<&str>, wanted: Option<&Spanned<Distro>>) -> Result<Runtime, Diagnostic> {
        let own = |word: &str| self.named.iter().find(|(name, _)| *name == word).map(|(_, images)| images.clone());
        let word = match word {
            None => self.default,
            Some("distroless") if own("distroless").is_none() => self.default,
            Some(word) => word,
        };
        if word == "scratch" {
            return Ok(Runtime::Scratch);
        }
        let images = match own(word).or_else(|| shared(word)) {
            None => return Ok(Runtime::Image(word.to_owned())),
            Some(Images::Any(image)) => return Ok(Runtime::Image(image)),
            Some(Images::Of(images)) => images,
        };
        let Some(wanted) = wanted else {
            let is_near = |distro: Distro| self.built_on.is_none_or(|built_on| distro <= built_on);
            let near = images.iter().filter(|(distro, _)| is_near(*distro)).max_by_key(|(distro, _)| *distro);
            let found = near.or_else(|| images.first()).map_or(word, |(_, image)| image.as_str());
            return Ok(Runtime::Image(found.to_owned()));
        };
        if let Some((_, image)) = images.iter().find(|(distro, _)| *distro == wanted.value) {
            return Ok(Runtime::Image(image.clone()));
        }
        let names: Vec<_> = images.iter().map(|(distro, _)| format!("`{}`", distro.name())).collect();
        let names = names.join(" and ");
        let wanted_name = wanted.value.name();
        let message = format!("the runtime `{word}` of this build has no image on `{wanted_name}`, only on {names}");
        Err(Diagnostic::error(wanted.span, message)
            .with_help("write one of these as `distro` of the image, or name an image in `runtime`"))
    }
}

/// Requirements of the programs of a build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Need {
    /// No requirements.
    #[default]
    Nothing,
    /// The C library musl, which Alpine Linux has.
    Musl,
    /// The GNU C library.
    CLibrary,
    /// The GNU C library and the stack unwinder (`libgcc_s`).
    Unwinder,
    /// These, and the C++ library.
    Cxx,
    /// A Java release.
    Java(u32),
    /// A release of Node.js in the range of the package's `engines`.
    Node(String),
    /// A minor release of Python.
    Python {
        /// The release.
        minor: String,
        /// Whether it is used at the path of the distroless images.
        distroless: bool,
    },
}

impl Need {
    /// Whether packages of a distribution can provide it; none provides another C library.
    pub(crate) fn is_package(&self) -> bool {
        matches!(self, Self::Java(_) | Self::Node(_) | Self::Python { .. })
    }
}
