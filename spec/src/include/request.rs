//! Requests for included files.

use crate::model::Include;
use crate::{Diagnostic, Span};

/// A file that a spec includes, to be supplied by the caller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncludeRequest {
    /// A file of the main context.
    Local {
        /// Its path from the root of the context, without `.` and `..`, such as `platform/base.yaml`.
        path: String,
    },
    /// A file of a git repository.
    Git {
        /// The URL of the repository.
        url: String,
        /// The branch or tag that contains the commit; the repository's default branch if `None`.
        reference: Option<String>,
        /// The commit, or a prefix of it with seven hexadecimal digits or more. `reference` must resolve to this
        /// commit.
        checksum: String,
        /// Its path from the root of the repository, without `.` and `..`.
        path: String,
    },
}

impl IncludeRequest {
    /// The request for an entry of `include`. A local file belongs to the same repository as the file that includes it.
    pub(super) fn new(include: &Include, includer: Option<&Self>) -> Self {
        match (include, includer) {
            (Include::Local(path), Some(Self::Git { url, reference, checksum, .. })) => Self::Git {
                url: url.clone(),
                reference: reference.clone(),
                checksum: checksum.clone(),
                path: path.value.clone(),
            },
            (Include::Local(path), _) => Self::Local { path: path.value.clone() },
            (Include::Git { url, reference, checksum, path, .. }, _) => Self::Git {
                url: url.clone(),
                reference: reference.clone(),
                checksum: checksum.clone(),
                path: path.clone(),
            },
        }
    }

    /// The file's name in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Local { path } => path.clone(),
            Self::Git { url, checksum, path, .. } => format!("{url}#{checksum}:{path}"),
        }
    }

    pub(super) fn is_missing(&self, span: Span) -> Diagnostic {
        match self {
            Self::Local { path } => Diagnostic::error(span, format!("there is no file `{path}` in the context"))
                .with_help("check the path, which is relative to the folder that is built, and `.dockerignore`"),
            Self::Git { url, checksum, path, .. } => {
                Diagnostic::error(span, format!("there is no file `{path}` in `{url}` at commit {checksum}"))
                    .with_help("check `path`, which is relative to the root of the repository, and `checksum`")
            }
        }
    }

    pub(super) fn is_unreadable(&self, span: Span, reason: &str) -> Diagnostic {
        let help = match self {
            Self::Local { .. } => "check that it is a readable file",
            Self::Git { .. } => "check `git`, `ref` and `checksum`, and whether credentials are needed",
        };
        Diagnostic::error(span, format!("`{}` cannot be read: {reason}", self.name())).with_help(help)
    }
}
