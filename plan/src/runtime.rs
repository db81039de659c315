//! What final images stand on: the short names of `runtime` and the images behind them.

/// What a final image stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// Nothing.
    Scratch,
    /// An image, by reference.
    Image(String),
}

/// What the short names of `runtime` mean for a build; a preset says where it differs from [`SHORT_NAMES`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Runtimes {
    /// The short name that stands for none, and for `distroless` where that is not among `named`.
    pub(crate) default: &'static str,
    /// Short names with a meaning of this build's own.
    pub(crate) named: Vec<(&'static str, String)>,
    /// Short names on which this build's programs cannot run, and why.
    pub(crate) refused: Vec<(&'static str, String)>,
    /// What the build's programs need of any image.
    pub(crate) need: Need,
    /// Packages with machine code that is linked with the GNU C library, for programs that need none themselves.
    pub(crate) native: Vec<String>,
    /// Whether the programs, or packages of theirs, may load libraries that packages of the build brought.
    pub(crate) loads_libraries: bool,
}

/// Short names that mean the same for every language.
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

    /// Gives a short name a meaning of this build's own.
    pub(crate) fn with(mut self, name: &'static str, image: impl Into<String>) -> Self {
        self.named.push((name, image.into()));
        self
    }

    /// Refuses a short name.
    pub(crate) fn without(mut self, name: &'static str, why: impl Into<String>) -> Self {
        self.refused.push((name, why.into()));
        self
    }

    /// Says what the build's programs need of any image.
    pub(crate) fn needing(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    /// Says which packages are linked with the GNU C library.
    pub(crate) fn with_native(mut self, native: Vec<String>) -> Self {
        self.native = native;
        self
    }

    /// Says whether libraries of the build's packages may be loaded.
    pub(crate) fn loading(mut self, loads_libraries: bool) -> Self {
        self.loads_libraries = loads_libraries;
        self
    }

    /// Why the build's programs cannot run on what a word means; `None` where nothing is known against it.
    pub(crate) fn refusal(&self, word: &str) -> Option<&str> {
        self.refused.iter().find(|(name, _)| *name == word).map(|(_, why)| why.as_str())
    }

    /// What a word in `runtime` means; the build's own choice for none.
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

/// What programs of a build need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Need {
    /// Nothing of the kind.
    #[default]
    Nothing,
    /// The GNU C library.
    CLibrary,
    /// It, and what unwinds the stack (`libgcc_s`).
    Unwinder,
    /// These, and the library of C++.
    Cxx,
    /// A release of Java.
    Java(u32),
    /// A minor release of Python.
    Python {
        /// The release.
        minor: String,
        /// Whether it is looked for where distroless images have it.
        distroless: bool,
    },
}

impl Need {
    /// Whether packages of a distribution bring it; none brings another C library.
    pub(crate) fn is_package(&self) -> bool {
        matches!(self, Self::Java(_) | Self::Python { .. })
    }
}
