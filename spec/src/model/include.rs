//! Other files that a spec includes.

use serde_json::Value;

use crate::decode::{Context, Decode, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Span, Spanned};

record! {
    /// A file in another repository, pinned to a commit.
    pub struct IncludeKeys as "an include" {
        /// The repository.
        /// Example: `https://github.com/acme/platform.git`
        git: Spanned<String>,
        /// The branch or tag that contains the commit of `checksum`.
        /// Example: `v3`
        reference = "ref": Option<Spanned<String>>,
        /// The commit: at least the first seven digits of its id.
        /// Example: `9f1c2ab`
        checksum: Spanned<String>,
        /// The path of the file in the repository.
        /// Default: `slipway.yaml`
        /// Example: `base.yaml`
        path: Option<Spanned<String>>,
    }
}

/// Another file whose keys are overridden by those of the file that includes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Include {
    /// A file of the main context; for a file from a repository, a file of the same repository.
    Local(Spanned<String>),
    /// A file in another repository.
    Git {
        /// Where it is written.
        span: Span,
        /// The repository.
        url: String,
        /// Branch or tag.
        reference: Option<String>,
        /// The commit, or a prefix of it.
        checksum: String,
        /// The path of the file.
        path: String,
    },
}

impl Include {
    /// Where it is written.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Local(path) => path.span,
            Self::Git { span, .. } => *span,
        }
    }
}

impl Decode for Include {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let written = Spanned::<String>::decode(node, cx)?;
            if written.contains("://") {
                cx.report(
                    Diagnostic::error(written.span, format!("`{}` is not a file of the context", written.brief()))
                        .with_help(
                            "to include a file from elsewhere, use git: `{ git: URL, checksum: COMMIT, path: \
                         FILE }`",
                        ),
                );
                return None;
            }
            return match inside(&written.value) {
                Some(path) => Some(Self::Local(Spanned::new(path, written.span))),
                None => {
                    cx.report(
                        Diagnostic::error(written.span, format!("`{}` is not a file of the context", written.value))
                            .with_help("write its path from the folder that is built, as in `./platform/base.yaml`"),
                    );
                    None
                }
            };
        }
        let keys = IncludeKeys::decode(node, cx)?;
        let hexadecimal = keys.checksum.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !hexadecimal || !(7..=64).contains(&keys.checksum.len()) {
            cx.report(
                Diagnostic::error(keys.checksum.span, format!("`{}` is not a commit", keys.checksum.value))
                    .with_help("write at least seven hexadecimal digits, as `git rev-parse` prints them"),
            );
            return None;
        }
        let path = match &keys.path {
            None => "slipway.yaml".to_owned(),
            Some(written) => match inside(&written.value) {
                Some(path) => path,
                None => {
                    cx.report(
                        Diagnostic::error(written.span, format!("`{}` is not a file of the repository", written.value))
                            .with_help("write its path from the root of the repository, as in `base.yaml`"),
                    );
                    return None;
                }
            },
        };
        Some(Self::Git {
            span: node.span,
            url: keys.git.value,
            reference: keys.reference.map(|reference| reference.value),
            checksum: keys.checksum.value,
            path,
        })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([schema::text(), IncludeKeys::schema(schemas)])
    }
}

/// A relative path without `.` and `..`; `None` if it is empty or leads outside.
fn inside(path: &str) -> Option<String> {
    crate::join_path("", path).filter(|path| !path.is_empty() && !path.contains('\0'))
}
