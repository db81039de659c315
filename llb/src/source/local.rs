//! Directories of the client.

use buildkit_proto::keys::attrs;

use super::{Source, json_list::json_list};
use crate::{Annotations, Cap, Output, annotate::annotated};

/// A directory that the client sends.
///
/// Its cache key is random, so only ops that look at its content are cached: use it as the source of a
/// [`Copy`](crate::Copy) or of a read-only mount, never as the root of an [`Exec`](crate::Exec) or in a merge.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let context = Local::new("context")
///     .exclude_patterns(["**/node_modules"])
///     .shared_key_hint("context")
///     .name("[internal] load build context")
///     .into_output();
/// # assert!(!context.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Local {
    name: String,
    session: Option<String>,
    unique_id: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    follow: Vec<String>,
    shared_key_hint: Option<String>,
    differ: Option<(Differ, bool)>,
    metadata_transfer: Option<MetadataTransfer>,
    annotations: Annotations,
}

annotated!(Local);

/// How files that the engine already has are detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differ {
    /// Not at all: every file is sent again.
    None,
    /// By size, time, mode, owner, device and link name. The default.
    Metadata,
}

/// Which files are sent without their content. Since BuildKit v0.21.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataTransfer {
    /// All.
    All,
    /// All except those that match one of the patterns.
    AllBut(Vec<String>),
}

impl Local {
    /// A directory by its name at the client.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            session: None,
            unique_id: None,
            include: Vec::new(),
            exclude: Vec::new(),
            follow: Vec::new(),
            shared_key_hint: None,
            differ: None,
            metadata_transfer: None,
            annotations: Annotations::new(),
        }
    }

    /// The session to query first.
    #[must_use]
    pub fn session(mut self, id: impl Into<String>) -> Self {
        self.session = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// Distinguishes this source from others with the same name if no session is set.
    #[must_use]
    pub fn unique_id(mut self, id: impl Into<String>) -> Self {
        self.unique_id = Some(id.into());
        self
    }

    /// Only files that match one of the patterns.
    #[must_use]
    pub fn include_patterns<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.include = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// No files that match, in the syntax of `.dockerignore`: the last matching pattern decides, and `!` includes
    /// again.
    #[must_use]
    pub fn exclude_patterns<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.exclude = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Only these paths, and the targets of their symlinks. Paths that do not exist are not an error.
    #[must_use]
    pub fn follow_paths<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.follow = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Sources with the same name and hint only send changes. Different sets of patterns require different hints.
    #[must_use]
    pub fn shared_key_hint(mut self, hint: impl Into<String>) -> Self {
        self.shared_key_hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self
    }

    /// How files that the engine already has are detected. An engine without support uses its default.
    #[must_use]
    pub fn differ(mut self, differ: Differ) -> Self {
        self.differ = Some((differ, false));
        self
    }

    /// The same, but an engine without support must reject it. Since BuildKit v0.9.
    #[must_use]
    pub fn require_differ(mut self, differ: Differ) -> Self {
        self.differ = Some((differ, true));
        self
    }

    /// Omits the content of files.
    #[must_use]
    pub fn metadata_transfer(mut self, transfer: MetadataTransfer) -> Self {
        self.metadata_transfer = Some(transfer);
        self
    }

    /// The directory.
    #[must_use]
    pub fn into_output(self) -> Output {
        let identifier = format!("{}{}", attrs::SCHEME_LOCAL, self.name);
        let list = |texts: &[String]| (!texts.is_empty()).then(|| json_list(texts));
        let mut source = Source::new(identifier, Cap::SourceLocal, self.annotations);
        if self.session.is_none() {
            source.gated(attrs::LOCAL_UNIQUE_ID, self.unique_id, Cap::SourceLocalUnique);
        }
        source.gated(attrs::LOCAL_SESSION_ID, self.session, Cap::SourceLocalSessionId);
        source.gated(attrs::LOCAL_INCLUDE_PATTERNS, list(&self.include), Cap::SourceLocalIncludePatterns);
        source.gated(attrs::LOCAL_FOLLOW_PATHS, list(&self.follow), Cap::SourceLocalFollowPaths);
        source.gated(attrs::LOCAL_EXCLUDE_PATTERNS, list(&self.exclude), Cap::SourceLocalExcludePatterns);
        source.gated(attrs::LOCAL_SHARED_KEY_HINT, self.shared_key_hint, Cap::SourceLocalSharedKeyHint);
        if let Some((differ, required)) = self.differ {
            let text = match differ {
                Differ::None => attrs::LOCAL_DIFFER_NONE,
                Differ::Metadata => attrs::LOCAL_DIFFER_METADATA,
            };
            source.attr(attrs::LOCAL_DIFFER, text);
            if required {
                source.caps.insert(Cap::SourceLocalDiffer);
            }
        }
        if let Some(transfer) = self.metadata_transfer {
            source.flag(attrs::LOCAL_METADATA_TRANSFER, true, Cap::SourceLocalMetadataTransfer);
            if let MetadataTransfer::AllBut(patterns) = transfer {
                source.optional(attrs::LOCAL_METADATA_TRANSFER_EXCLUDE, list(&patterns));
            }
        }
        source.into_output()
    }
}
