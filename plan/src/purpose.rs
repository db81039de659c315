//! What the output of a build is for: presets compile another program for a debugger than for images that ship.

use slipway_spec::model::{Image, PurposeKind};

/// What the output of a build is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Purpose {
    /// Images that ship.
    #[default]
    Production,
    /// An image that starts its program in a debugger.
    Debug,
    /// An image with the toolchain and the sources.
    Develop,
}

impl Purpose {
    /// The purpose of an image.
    pub(crate) fn of(image: &Image) -> Self {
        match image.purpose.map(|purpose| purpose.kind) {
            None => Self::Production,
            Some(PurposeKind::Debug(_)) => Self::Debug,
            Some(PurposeKind::Develop) => Self::Develop,
        }
    }
}
