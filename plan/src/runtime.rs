//! What final images stand on: the short names of `runtime` and the images behind them.

use slipway_spec::model::Preset;

/// What a final image stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Runtime {
    /// Nothing.
    Scratch,
    /// An image, by reference.
    Image(String),
}

/// Short names that mean the same for every language.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("static", "gcr.io/distroless/static-debian12:nonroot"),
    ("base", "gcr.io/distroless/base-debian12:nonroot"),
    ("cc", "gcr.io/distroless/cc-debian12:nonroot"),
    ("slim", "debian:bookworm-slim"),
];

impl Runtime {
    /// What a word in `runtime` means for a build of this preset; the preset's own choice for none.
    pub(crate) fn find(word: Option<&str>, preset: Preset) -> Self {
        let word = match word {
            None | Some("distroless") => match preset {
                Preset::Go => "static",
            },
            Some("scratch") => return Self::Scratch,
            Some(word) => word,
        };
        let image = SHORT_NAMES.iter().find(|(name, _)| *name == word).map_or(word, |(_, image)| image);
        Self::Image(image.to_owned())
    }
}
