//! Finds files that hold secrets and are copied.
//!
//! # What it does
//!
//! Looks at what images, stages and builds take from the context for files that are there to hold secrets: private
//! keys, `.env`, `.netrc`, `.git-credentials` and the like. Names such as `.env.example` are left alone.
//!
//! # Why
//!
//! What was copied is in a layer, and a layer can be read by everyone who can pull the image; deleting the file in a
//! later step does not take it out of there.
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
//! Files that a program needs where it runs are mounted there; steps of a build get theirs from `secrets`.
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /app/defaults.env: ./deploy/defaults.env }
//! ```

use slipway_spec::Diagnostic;
use slipway_spec::model::Origin;

use crate::Findings;
use crate::view::View;

/// Names of files that are there for secrets.
const NAMES: &[&str] = &[
    ".env",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    ".pgpass",
    ".htpasswd",
    ".dockercfg",
    ".dockerconfigjson",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];

/// Ends of paths of such files.
const PATHS: &[&str] = &[".aws/credentials", ".docker/config.json", ".kube/config"];

/// Ends of names of such files.
const ENDINGS: &[&str] = &[".p12", ".pfx", ".ppk", ".keystore"];

/// Ends of names that say it is not the real one.
const HARMLESS: &[&str] = &["example", "sample", "template", "dist", "defaults", "default", "test", "tpl"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for address in lint.addresses() {
        if address.origin != Origin::Context {
            continue;
        }
        let Some(path) = lint.text(&address.path) else { continue };
        if holds_secrets(&path) {
            findings.push(
                Diagnostic::warning(
                    address.path.span,
                    format!("`{path}` looks like a file of secrets, and is copied into a layer"),
                )
                .with_help(
                    "declare a secret and name it in the step that needs it, or mount the file where the image runs",
                ),
            );
        }
    }
}

fn holds_secrets(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    let real = !name.rsplit('.').next().is_some_and(|end| HARMLESS.contains(&end));
    NAMES.contains(&name)
        || PATHS.iter().any(|end| path.ends_with(end))
        || ENDINGS.iter().any(|end| name.ends_with(end))
        || (name.starts_with(".env.") && real)
}

#[cfg(test)]
mod tests {
    use super::holds_secrets;

    #[test]
    fn files_that_are_there_for_secrets() {
        for path in
            ["./.env", "./deploy/.env.production", "./keys/id_rsa", "./home/.docker/config.json", "./tls/server.p12"]
        {
            assert!(holds_secrets(path), "{path}");
        }
        for path in [
            "./.env.example",
            "./keys/id_rsa.pub",
            "./docker/config.json",
            "./env",
            ".",
            "./tls/ca.pem",
            "./.environment",
        ] {
            assert!(!holds_secrets(path), "{path}");
        }
    }
}
