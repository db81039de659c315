//! Finds secret files that are copied.
//!
//! # What it does
//!
//! Looks at the files that images, stages and builds take from the context for secret files: private keys, `.env`,
//! `.netrc`, `.git-credentials` and the like. In folders of `files`, `copy` and static builds, it looks at the first 50
//! folders, and reads files such as `server.key` and `server.pem` to see whether they contain a private key. Names such
//! as `.env.example` are not reported.
//!
//! # Why
//!
//! A copied file is part of a layer, and everyone who can pull the image can read the layer. Deleting the file in a
//! later step does not remove it.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /app/.env: ./.env }
//! ```
//!
//! # Good
//!
//! Mount files that a program needs at run time; give build steps theirs with `secrets`.
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /app/defaults.env: ./deploy/defaults.env }
//! ```

use slipway_project::secret_files::{SECRET_FILE_HELP, is_secret_file};
use slipway_spec::Diagnostic;
use slipway_spec::model::Origin;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for address in lint.addresses() {
        if address.origin != Origin::Context {
            continue;
        }
        let Some(path) = lint.text(&address.path) else { continue };
        if is_secret_file(&path) {
            findings.push(
                Diagnostic::warning(
                    address.path.span,
                    format!("`{path}` looks like a secret file, and is copied into a layer"),
                )
                .with_help(SECRET_FILE_HELP),
            );
        }
    }
}
