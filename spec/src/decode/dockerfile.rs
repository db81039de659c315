//! Dockerfile instructions instead of a step, such as `- RUN apk add curl` or `- COPY . /app`.

use super::hint::Hint;
use crate::yaml::quoted;

/// The equivalents of instructions other than `RUN` and `COPY`.
const ELSEWHERE: &[(&str, &str)] = &[
    ("FROM", "set the base of a stage with its key `from`"),
    ("WORKDIR", "write `workdir: /path` in the stage or in a `run` step"),
    ("ENV", "write `env: { NAME: value }` in the stage or in a `run` step"),
    ("ARG", "declare it at the top of the file, `args: { NAME: value }`, and write `${NAME}`"),
    ("USER", "steps run as root; set the user of an image with its key `user`"),
    ("SHELL", "steps run in `sh`; call another shell in the step, as in `bash -c \"…\"`"),
    ("ENTRYPOINT", "stages only produce files; set how an image runs in the image"),
    ("CMD", "stages only produce files; set how an image runs in the image"),
    ("EXPOSE", "stages only produce files; set how an image runs in the image"),
    ("LABEL", "stages only produce files; set how an image runs in the image"),
    ("VOLUME", "stages only produce files; set how an image runs in the image"),
    ("HEALTHCHECK", "stages only produce files; set how an image runs in the image"),
    ("STOPSIGNAL", "stages only produce files; set how an image runs in the image"),
    ("ONBUILD", "triggers are not supported; write the steps where they should run"),
    ("MAINTAINER", "write `metadata: { authors: … }` in the image"),
];

/// The instruction at the start of a text, and the rest. Only capitals count, because `run` and `copy` are also shell
/// commands.
fn instruction(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.trim().split_once(char::is_whitespace)?;
    let is_one = word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_one.then_some((word, rest.trim()))
}

/// The replacement for a step that is one text.
pub(super) fn step(text: &str) -> Option<Hint> {
    if text.trim().is_empty() {
        return None;
    }
    match instruction(text) {
        Some(("RUN", script)) if script.starts_with("--") => Some(Hint::say(
            "write `{ run: …, cache: […], secrets: […], network: … }`: the step has keys for `--mount` and `--network`",
        )),
        Some(("RUN", script)) => Some(Hint::write(format!("{{ run: {} }}", quoted(script)))),
        Some(("COPY" | "ADD", rest)) => Some(match copy(rest) {
            Some(copy) => Hint::write(format!("{{ copy: {copy} }}")),
            None => Hint::say("write one step for each source, as in `{ copy: { from: ./FROM, to: /TO } }`"),
        }),
        Some((word, _)) if ELSEWHERE.iter().any(|(other, _)| *other == word) => {
            ELSEWHERE.iter().find(|(other, _)| *other == word).map(|(_, help)| Hint::say(*help))
        }
        _ => Some(Hint::write(format!("{{ run: {} }}", quoted(text.trim())))),
    }
}

/// The replacement for a command that is an instruction; `None` if it is not.
pub(crate) fn instruction_hint(text: &str) -> Option<Hint> {
    match instruction(text)? {
        ("RUN", script) if script.starts_with("--") => step(text),
        ("RUN", script) => Some(Hint::write(quoted(script))),
        ("COPY" | "ADD", _) => Some(Hint::say("add files of other outputs with `inputs` of the build")),
        ("WORKDIR", _) => Some(Hint::say("set `workdir` of the steps that need it")),
        ("ENV", _) => Some(Hint::say("set `env` of the build or of the step")),
        (word, _) => key(word).map(Hint::say),
    }
}

/// The equivalent of a key in capitals, as in `- WORKDIR: /app`.
pub(crate) fn key(word: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(other, _)| *other == word).map(|(_, help)| *help)
}

/// The keys of a `copy` step for `FROM TO`, `--from=NAME FROM TO`, `--chown=… --chmod=… FROM TO`.
pub(super) fn copy(text: &str) -> Option<String> {
    let (mut from, mut keys, mut paths) = (None, Vec::new(), Vec::new());
    for word in text.split_whitespace() {
        match word.split_once('=') {
            Some(("--from", name)) => from = Some(name),
            Some(("--chown", owner)) => keys.push(format!(", owner: {}", quoted(owner))),
            Some(("--chmod", mode)) if mode.bytes().all(|byte| byte.is_ascii_digit()) => {
                keys.push(format!(", mode: \"{mode}\""));
            }
            _ if word == "--link" => {}
            _ if word.starts_with('-') || word.contains(['[', '"', '*', '?', '$', '<']) => return None,
            _ => paths.push(word),
        }
    }
    let [source, destination] = paths.as_slice() else {
        return None;
    };
    let source = match from {
        Some(name) if !name.contains([':', '/']) => format!("\"{name}:/{}\"", source.trim_start_matches('/')),
        Some(_) => return None,
        None if source.contains(':') => return None,
        None if *source == "." || source.starts_with("./") => (*source).to_owned(),
        None => format!("./{}", source.trim_start_matches('/')),
    };
    Some(format!("{{ from: {source}, to: {}{} }}", quoted(destination), keys.concat()))
}
