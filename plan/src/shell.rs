//! Shell scripts for steps, and the settings of every step with network access.

mod again;
mod file;
mod text;

pub(crate) use self::again::AGAIN;
pub(crate) use self::file::script;
pub(crate) use self::text::{Text, word, words};
use crate::step::Script;
use crate::{Mount, MountKind, Network};

/// The id of the secret with company certificates.
const CA: &str = "ca";
/// The path of the company's CA certificates if the client provides a secret with the id `ca`.
const CA_FILE: &str = "/run/secrets/slipway-ca.pem";

/// The variables that tools read for additional CA certificates.
const CA_VARIABLES: &[&str] = &[
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "CARGO_HTTP_CAINFO",
    "GIT_SSL_CAINFO",
    "CURL_CA_BUNDLE",
];

/// The path of scripts.
const FOLDER: &str = "/run/slipway";

/// A script that stops at the first error and trusts the company's CA.
///
/// The script sets the variables, and only if the secret exists: a variable that names a missing file breaks most
/// tools, and neither the secret nor its absence may be part of a cache key. The script is a file, so that an error
/// message names it instead of quoting it.
pub(crate) fn networked(name: &str, script: impl Into<Text>) -> Script {
    let script = script.into();
    let variables: String = CA_VARIABLES.iter().map(|variable| format!(" {variable}={CA_FILE}")).collect();
    let text = format!(
        "set -eu\n\
         if [ -e {CA_FILE} ]; then\n  export{variables}\nelse\n  \
         {}\
         fi\n{}\n",
        hint(TLS),
        script.as_str().trim_end()
    );
    let mut script = file(name, text, Network::Sandbox);
    let certificates = MountKind::Secret { id: CA.to_owned(), required: false };
    script.mounts.push(Mount { target: CA_FILE.to_owned(), kind: certificates });
    script
}

/// A script that stops at the first error, for a step without network access.
pub(crate) fn offline(name: &str, script: impl Into<Text>) -> Script {
    file(name, format!("set -eu\n{}\n", script.into().as_str().trim_end()), Network::None)
}

/// A text as a script.
fn file(name: &str, text: String, network: Network) -> Script {
    let path = format!("{FOLDER}/{name}.sh");
    Script { args: vec!["/bin/sh".to_owned(), path.clone()], mounts: vec![Mount::text(path, text)], network }
}

/// A script that compiles from exact inputs, for a step without network access: if it fails, it explains how to add a
/// missing file.
pub(crate) fn compile(name: &str, script: impl Into<Text>) -> Script {
    let mut hinted = offline(name, script);
    add_hint(&mut hinted, COMPILE);
    hinted
}

/// A command from the spec as part of a script. Its first line is an argument that the command does not see, because
/// engines show the arguments of a failed step.
pub(crate) fn command(name: &str, command: &Text, script: Text, network: Network) -> Script {
    command_with(name, command, script, network, NO_NETWORK)
}

/// The same for a `run` step of a build.
pub(crate) fn command_of_build(name: &str, command: &Text, script: Text, network: Network) -> Script {
    command_with(name, command, script, network, NO_NETWORK_IN_BUILD)
}

fn command_with(name: &str, command: &Text, script: Text, network: Network, without: &str) -> Script {
    let text = Text::from("set --\n") + script;
    let mut made = match network {
        Network::Sandbox | Network::Host => networked(name, text),
        Network::None => offline(name, text),
    };
    made.network = network;
    if network == Network::None {
        add_hint(&mut made, without);
    }
    let line: String = command.first_line().chars().filter(|c| !c.is_control()).take(MAX_LINE).collect();
    made.args.extend(Some(line).filter(|line| !line.is_empty()));
    made
}

/// The maximum length of a command in an error.
const MAX_LINE: usize = 100;

/// Prints a hint if a step fails. A script does not see the output of its programs, so a hint must be true whatever
/// that was. If a program was not found (126, 127) or ended by a signal (128 or more), the cause is different.
fn hint(words: &str) -> String {
    format!("trap 'case $? in 0|12[6-9]|1[3-9]?|2??) ;; *) echo \"{words}\" >&2 ;; esac' EXIT\n")
}

/// Adds a hint to an offline script.
fn add_hint(script: &mut Script, words: &str) {
    for mount in &mut script.mounts {
        if let MountKind::Script { text } = &mut mount.kind {
            *text = text.replacen("set -eu\n", &format!("set -eu\n{}", hint(words)), 1);
        }
    }
}

// Hints are in double quotes of a shell.

/// For a step with network access and without certificates.
const TLS: &str =
    "If this was about a certificate: where a proxy inspects TLS, pass its certificates with --secret id=ca,src=FILE";
/// For a command of the spec without network access.
const NO_NETWORK: &str = "This step has no network. If a host was not found (ENOTFOUND, EAI_AGAIN, could not resolve), \
                          get what is wanted in a step that has one, and copy it here";
/// For a `run` step of a build, which can have network access.
const NO_NETWORK_IN_BUILD: &str = "This step has no network. If a host was not found (ENOTFOUND, EAI_AGAIN, could not \
                                   resolve), write network: default in the step";
/// For a compile step, which has exact inputs.
const COMPILE: &str = "This step sees only the files that its sources are known to need: --call=slipway.inputs lists them. \
                       If it misses one that is in the repository, name it in source.include of the build. \
                       It has no network: if a host was not found (ENOTFOUND, EAI_AGAIN, could not resolve), get what is wanted in a stage, and name its files in inputs of the build";

#[cfg(test)]
mod tests {
    use super::*;

    /// What a command says on standard error, run as a step would.
    fn said(command: &str, network: Network) -> String {
        let text = Text::written(command);
        let script = super::command("s", &text, text.clone(), network);
        assert_eq!(script.args.get(2).map(String::as_str), command.lines().next());
        let text = script.mounts.iter().find_map(|mount| match &mount.kind {
            MountKind::Script { text } => Some(text.as_str()),
            _ => None,
        });
        let output = std::process::Command::new("/bin/sh").args(["-c", text.unwrap(), "s", "an argument"]).output();
        String::from_utf8(output.unwrap().stderr).unwrap()
    }

    #[test]
    fn hints_are_about_what_can_have_happened() {
        for network in [Network::None, Network::Sandbox] {
            for fine in ["true", "exit 127", "kill -9 $$", "[ $# = 0 ]"] {
                assert_eq!(said(fine, network), "", "{fine}");
            }
        }
        assert!(said("exit 3", Network::Sandbox).starts_with("If this was about a certificate"));
        assert!(said("false\ntrue", Network::None).starts_with("This step has no network."));
    }
}
