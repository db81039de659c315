//! Shell scripts for steps, and what every networked step is given.

mod again;
mod file;
mod text;

pub(crate) use self::again::AGAIN;
pub(crate) use self::file::script;
pub(crate) use self::text::{Text, word, words};
use crate::{Mount, MountKind, Network};

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
/// The variables are set by the script and only when the secret is there, because a variable that names a missing file
/// breaks most tools, and because neither the secret nor its absence may reach a cache key. The script is a file, so
/// that an error message names it rather than quoting it whole.
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

/// A script that compiles from exact inputs, for a step without network: when it fails, it says where a file that it
/// misses has to be named.
pub(crate) fn compile(name: &str, script: impl Into<Text>) -> Script {
    let mut hinted = offline(name, script);
    add_hint(&mut hinted, COMPILE);
    hinted
}

/// A command that the spec writes, as a part of a script. Its first line is an argument that the command does not see,
/// since engines name the arguments of a step that fails.
pub(crate) fn command(name: &str, command: &Text, script: Text, network: Network) -> Script {
    let text = Text::from("set --\n") + script;
    let mut made = match network {
        Network::Sandbox => networked(name, text),
        Network::None => offline(name, text),
    };
    if network == Network::None {
        add_hint(&mut made, NO_NETWORK);
    }
    let line: String = command.first_line().chars().filter(|c| !c.is_control()).take(MAX_LINE).collect();
    made.args.extend(Some(line).filter(|line| !line.is_empty()));
    made
}

/// Characters of a command that an error shows.
const MAX_LINE: usize = 100;

/// Says something at the end of a step that fails. A script does not see what its programs print, so a hint says what
/// it is about and is right whatever that was. Where a program is not there (126, 127) or was ended by a signal (from
/// 128 on), the reason is another.
fn hint(words: &str) -> String {
    format!("trap 'case $? in 0|12[6-9]|1[3-9]?|2??) ;; *) echo \"{words}\" >&2 ;; esac' EXIT\n")
}

/// Puts a hint in front of an offline script.
fn add_hint(script: &mut Script, words: &str) {
    for mount in &mut script.mounts {
        if let MountKind::Script { text } = &mut mount.kind {
            *text = text.replacen("set -eu\n", &format!("set -eu\n{}", hint(words)), 1);
        }
    }
}

// Hints stand in double quotes of a shell.

/// For a step that uses the network and was given no certificates.
const TLS: &str =
    "If this was about a certificate: where a proxy inspects TLS, pass its certificates with --secret id=ca,src=FILE";
/// For a command of the spec without a network.
const NO_NETWORK: &str = "This step has no network. If a host was not found (ENOTFOUND, EAI_AGAIN, could not resolve), \
                          get what is wanted in a step that has one, and copy it here";
/// For a compile step, whose inputs are exact.
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
