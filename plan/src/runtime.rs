//! Bases of final images: the short names of `runtime` and their images.

/// The base of a final image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// An empty base.
    Scratch,
    /// An image, by reference.
    Image(String),
}

/// The meaning of the short names of `runtime` for a build; a preset sets where it differs from [`SHORT_NAMES`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Runtimes {
    /// The default short name, also used for `distroless` if that is not in `named`.
    pub(crate) default: &'static str,
    /// Short names with a specific meaning for this build.
    pub(crate) named: Vec<(&'static str, String)>,
    /// Short names that this build's programs cannot run on, and why.
    pub(crate) refused: Vec<(&'static str, String)>,
    /// The requirements of the build's programs for any image.
    pub(crate) need: Need,
    /// Packages with machine code that is linked with the GNU C library, for programs that do not need it themselves.
    pub(crate) native: Vec<String>,
    /// Whether the programs, or their packages, may load libraries from packages of the build.
    pub(crate) loads_libraries: bool,
}

/// Short names with the same meaning for every language.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("static", "gcr.io/distroless/static-debian12:nonroot"),
    ("base", "gcr.io/distroless/base-debian12:nonroot"),
    ("cc", "gcr.io/distroless/cc-debian12:nonroot"),
    ("slim", "debian:bookworm-slim"),
];

impl Runtimes {
    /// For a preset whose programs need nothing that depends on the project.
    pub(crate) fn of(default: &'static str) -> Self {
        Self { default, ..Self::default() }
    }

    /// Sets the meaning of a short name for this build.
    pub(crate) fn with(mut self, name: &'static str, image: impl Into<String>) -> Self {
        self.named.push((name, image.into()));
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

    /// The meaning of a word in `runtime`; the build's default for `None`.
    pub(crate) fn find(&self, word: Option<&str>) -> Runtime {
        let own = |word: &str| self.named.iter().find(|(name, _)| *name == word).map(|(_, image)| image.clone());
        let word = match word {
            None => self.default,
            Some("distroless") if own("distroless").is_none() => self.default,
            Some(word) => word,
        };
        if word == "scratch" {
            return Runtime::Scratch;
        }
        let shared = || SHORT_NAMES.iter().find(|(name, _)| *name == word).map(|(_, image)| (*image).to_owned());
        Runtime::Image(own(word).or_else(shared).unwrap_or_else(|| word.to_owned()))
    }
}

/// Requirements of the programs of a build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Need {
    /// No requirements.
    #[default]
    Nothing,
    /// The GNU C library.
    CLibrary,
    /// The GNU C library and the stack unwinder (`libgcc_s`).
    Unwinder,
    /// These, and the C++ library.
    Cxx,
    /// A Java release.
    Java(u32),
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
        matches!(self, Self::Java(_) | Self::Python { .. })
    }
}
