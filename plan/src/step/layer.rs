//! Layers of a final image.

use slipway_spec::Span;

use super::StepId;

/// A layer of a final image.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its name in the progress display.
    pub name: String,
    /// Its line in the image's history.
    pub history: String,
    /// The part of the spec that requires it.
    pub span: Span,
    /// Its contents.
    pub items: Vec<LayerItem>,
}

/// The contents of a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerItem {
    /// A folder, with its parents, which belong to root. An existing folder gets these bits, and this owner if set.
    Folder {
        /// Its path.
        path: String,
        /// Permission bits.
        mode: u32,
        /// `user:group` or `user`; if absent, root or the existing owner.
        owner: Option<String>,
    },
    /// A file, or the contents of a folder, of another step.
    Copy(LayerCopy),
    /// A symbolic link, which belongs to root and replaces what is at its path.
    Link {
        /// Its path.
        path: String,
        /// What it contains: an absolute path, or one that is relative to its folder.
        target: String,
    },
    /// A text as a file.
    Text {
        /// Its path.
        path: String,
        /// Its text.
        content: String,
        /// Permission bits.
        mode: u32,
        /// `user:group` or `user`; root if absent.
        owner: Option<String>,
    },
}

impl LayerItem {
    /// Its path in the image.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Copy(copy) => &copy.target,
            Self::Folder { path, .. } | Self::Link { path, .. } | Self::Text { path, .. } => path,
        }
    }

    /// Its step.
    pub(crate) fn from(&self) -> Option<StepId> {
        match self {
            Self::Copy(copy) => Some(copy.from),
            Self::Folder { .. } | Self::Link { .. } | Self::Text { .. } => None,
        }
    }
}

/// A file, or the contents of a folder, of another step.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerCopy {
    /// The step.
    pub from: StepId,
    /// The path in the step.
    pub source: String,
    /// The path in the image; one that ends in `/` is the destination folder of a file.
    pub target: String,
    /// Permission bits; unchanged if absent.
    pub mode: Option<u32>,
    /// `user:group` or `user`; root if absent.
    pub owner: Option<String>,
    /// Patterns of files to include from a folder, relative to it; everything if empty.
    pub include: Vec<String>,
    /// Patterns of files to exclude.
    pub exclude: Vec<String>,
    /// Whether its files and folders have the time 0, so that the layer has the same bytes on every engine.
    pub epoch: bool,
}

impl LayerCopy {
    /// All of a file or folder, owned by root.
    pub fn whole(from: StepId, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            from,
            source: source.into(),
            target: target.into(),
            mode: None,
            owner: None,
            include: Vec::new(),
            exclude: Vec::new(),
            epoch: false,
        }
    }

    /// With other permission bits.
    pub(crate) fn mode(self, mode: u32) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// Only the files that these patterns include; all if there are none.
    pub(crate) fn including(self, include: Vec<String>) -> Self {
        Self { include, ..self }
    }

    /// Without the files that these patterns exclude.
    pub(crate) fn excluding(self, exclude: Vec<String>) -> Self {
        Self { exclude, ..self }
    }
}
