//! Shell scripts for steps, and what every networked step is given.

mod again;
mod text;

pub(crate) use self::again::AGAIN;
pub(crate) use self::text::{Text, word, words};
use crate::{Mount, MountKind};

/// The id of the secret by which the client tells of the company's certificates.
const CA: &str = "ca";
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

/// Where scripts are mounted.
const FOLDER: &str = "/run/slipway";

/// A script as a program's arguments, and the mounts that it needs.
pub(crate) struct Script {
    pub(crate) args: Vec<String>,
    pub(crate) mounts: Vec<Mount>,
}

/// A script that stops at the first error and knows the company's CA.
///
/// The variables are set by the script and only when the secret is there, because a variable that names a missing file breaks most tools, and because neither the
/// secret nor its absence may reach a cache key. The script is a file, so that an error message names it rather than quoting it whole.
pub(crate) fn networked(name: &str, script: impl Into<Text>) -> Script {
    let script = script.into();
    let variables: String = CA_VARIABLES.iter().map(|variable| format!(" {variable}={CA_FILE}")).collect();
    let text = format!(
        "set -eu\n\
         if [ -e {CA_FILE} ]; then\n  export{variables}\nelse\n  \
         trap '[ $? = 0 ] || echo \"If a proxy inspects TLS on this network, pass its certificates: --secret id=ca,src=FILE\" >&2' EXIT\n\
         fi\n{}\n",
        script.as_str().trim_end()
    );
    let file = format!("{FOLDER}/{name}.sh");
    Script {
        args: vec!["/bin/sh".to_owned(), file.clone()],
        mounts: vec![
            Mount { target: file, kind: MountKind::Script { text } },
            Mount { target: CA_FILE.to_owned(), kind: MountKind::Secret { id: CA.to_owned(), required: false } },
        ],
    }
}

/// A script that stops at the first error, for a step without network.
pub(crate) fn offline(name: &str, script: impl Into<Text>) -> Script {
    let script = script.into();
    let file = format!("{FOLDER}/{name}.sh");
    Script {
        args: vec!["/bin/sh".to_owned(), file.clone()],
        mounts: vec![Mount {
            target: file,
            kind: MountKind::Script { text: format!("set -eu\n{}\n", script.as_str().trim_end()) },
        }],
    }
}

/// A script that compiles from exact inputs, for a step without network: when it fails, it says where a file that it misses has to be named.
pub(crate) fn compile(name: &str, script: impl Into<Text>) -> Script {
    offline(name, Text::from("trap '[ $? = 0 ] || echo \"") + HINT + "\" >&2' EXIT\n" + script)
}

/// What a person whose compile failed should know of exact inputs; it stands in double quotes of a shell.
const HINT: &str = "This step sees only the files that its sources are known to need: --call=slipway.inputs lists them. \
                    If it misses one that is in the repository, name it in source.include of the build";
