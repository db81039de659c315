//! Shell scripts for steps, and what every networked step is given.

use crate::{Mount, MountKind};

/// Where the company's CA certificates are mounted when the client has a secret of the id `ca`.
const CA_FILE: &str = "/run/secrets/slipway-ca.pem";

/// The variables by which tools are told of additional CA certificates.
const CA_VARIABLES: &[&str] = &[
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "CARGO_HTTP_CAINFO",
    "GIT_SSL_CAINFO",
    "CURL_CA_BUNDLE",
];

/// A script that stops at the first error and knows the company's CA, as a program's arguments.
///
/// The variables are set by the script and only when the secret is there, because a variable that names a missing file breaks most tools, and because neither the
/// secret nor its absence may reach a cache key.
pub(crate) fn networked(script: &str) -> Vec<String> {
    let mut text = format!("set -eu\nif [ -e {CA_FILE} ]; then\n  export");
    for variable in CA_VARIABLES {
        text.push_str(&format!(" {variable}={CA_FILE}"));
    }
    text.push_str("\nfi\n");
    text.push_str(script);
    vec!["/bin/sh".to_owned(), "-c".to_owned(), text]
}

/// The mount that goes with [`networked`].
pub(crate) fn ca_mount() -> Mount {
    Mount { target: CA_FILE.to_owned(), kind: MountKind::OptionalSecret { id: "ca".to_owned() } }
}
