//! Finds secret files that are copied.
//!
//! # What it does
//!
//! Looks at the files that images, stages and builds take from the context for secret files: private keys, `.env`,
//! `.netrc`, `.git-credentials` and the like. Names such as `.env.example` are not reported.
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

use slipway_spec::Diagnostic;
use slipway_spec::model::Origin;

use crate::Findings;
use crate::view::View;

/// Names of secret files.
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

/// Endings of paths of such files.
const PATHS: &[&str] = &[".aws/credentials", ".docker/config.json", ".kube/config"];

/// Endings of names of such files.
const ENDINGS: &[&str] = &[".p12", ".pfx", ".ppk", ".keystore"];

/// Endings of names that are only templates.
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
                    format!("`{path}` looks like a secret file, and is copied into a layer"),
                )
                .with_help(
                    "declare a secret and list it in the step that needs it, or mount the file when you run the image",
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
    fn secret_files_are_known_by_name() {
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
