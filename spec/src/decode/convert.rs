//! Converts values of other tools to Slipway's form: Compose's ports and health checks, `docker-image://…`, lists of
//! `NAME=value`.
//!
//! Each function returns a replacement, or nothing if it is not certain.

use super::hint::{self, Hint};
use super::{dockerfile, text};
use crate::yaml::{Kind, Node, quoted};

/// Values that other tools write as one text, by their names in messages.
pub(super) fn for_thing(node: &Node, thing: &str) -> Option<Hint> {
    match thing {
        "a context" => Some(text(node).map_or_else(
            || Hint::say("write a map, such as `{ git: \"https://github.com/acme/proto.git\" }`"),
            context,
        )),
        "a health check" => Some(health_check(node)),
        "a step" => dockerfile::step(text(node)?),
        "a `copy` step" => Some(
            text(node)
                .and_then(dockerfile::copy)
                .map_or_else(|| Hint::say("write a map, as in `{ from: ./FROM, to: /TO }`"), Hint::write),
        ),
        "a port" => node.get("target").and_then(text).and_then(port).map(Hint::write),
        _ => None,
    }
}

/// What to do about a word that another tool understands; `noun` is the name of the words in messages.
pub(super) fn for_word(word: &str, noun: &str) -> Option<Hint> {
    if noun != "supported Debian release" {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let number = lower.trim_start_matches("debian").trim_start_matches(['-', ':', ' ']);
    match number.split('.').next().unwrap_or_default() {
        "11" => return Some(Hint::write("bullseye")),
        "12" => return Some(Hint::write("bookworm")),
        "13" => return Some(Hint::write("trixie")),
        _ => {}
    }
    const OTHERS: &[&str] =
        &["alpine", "musl", "ubuntu", "jammy", "noble", "fedora", "ubi", "wolfi", "slim", "distroless"];
    OTHERS.iter().any(|other| lower.starts_with(other)).then(|| {
        Hint::say(
            "name other images themselves: `image: golang:1.24-alpine` in a build, `runtime: alpine:3.22` in an image",
        )
    })
}

/// A replacement for a value whose key has another name and form elsewhere; `None` if it is correct, or cannot be
/// converted.
pub(super) fn for_key(node: &Node, key: &str, noun: &str) -> Option<String> {
    match (key, noun) {
        ("expose", _) => ports(node),
        ("env" | "labels", _) => pairs(node),
        ("run", "a health check") => match health_check(node).write?.as_str() {
            "none" => None,
            write => Some(write.strip_prefix("{ run: ")?.strip_suffix(" }")?.to_owned()),
        },
        ("run", "a build") => hint::commands(node),
        ("run", "a test") | ("entrypoint" | "cmd" | "platforms" | "tags" | "private" | "secrets", _) => {
            text(node).filter(|text| !text.contains(['"', '\'', '\\'])).map(hint::list)
        }
        ("interval" | "timeout" | "start_period" | "start_interval", _) => {
            text(node).filter(|text| is_digits(text)).map(|seconds| format!("{seconds}s"))
        }
        ("ldflags", _) => hint::text_of_all(node).map(|text| quoted(&text)),
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The container port in `8080:80`, `127.0.0.1:8080:80/udp` and `{ target: 80 }`.
pub(crate) fn port(written: &str) -> Option<String> {
    let inside = written.rsplit(':').next()?.to_ascii_lowercase();
    let (number, protocol) = match inside.split_once('/') {
        Some((number, protocol)) => (number, Some(protocol)),
        None => (inside.as_str(), None),
    };
    let number = number.parse::<u16>().ok().filter(|number| *number > 0)?;
    match protocol {
        None | Some("tcp") => Some(number.to_string()),
        Some(protocol @ ("udp" | "sctp")) => Some(format!("{number}/{protocol}")),
        Some(_) => None,
    }
}

fn ports(node: &Node) -> Option<String> {
    let Kind::Sequence(items) = &node.kind else {
        return text(node).and_then(port).map(|port| format!("[{port}]"));
    };
    let inside = |item: &Node| {
        text(item).or_else(|| item.get("target").or(item.get("containerPort")).and_then(text)).and_then(port)
    };
    let ports: Vec<String> = items.iter().map(inside).collect::<Option<_>>()?;
    Some(format!("[{}]", ports.join(", ")))
}

/// `[A=b, C=d]` and `[{ name: A, value: b }]` as a map.
pub(super) fn pairs(node: &Node) -> Option<String> {
    let Kind::Sequence(items) = &node.kind else {
        return None;
    };
    let pair = |item: &Node| {
        if let Some(text) = text(item) {
            return text.split_once('=').map(|(name, value)| format!("{}: {}", quoted(name), quoted(value)));
        }
        if let (Some(name), Some(value)) = (item.get("name").and_then(text), item.get("value").and_then(text)) {
            return Some(format!("{}: {}", quoted(name), quoted(value)));
        }
        match item.entries() {
            [entry] => Some(format!("{}: {}", quoted(&entry.key), quoted(text(&entry.value)?))),
            _ => None,
        }
    };
    let pairs: Vec<String> = items.iter().map(pair).collect::<Option<_>>()?;
    (!pairs.is_empty()).then(|| format!("{{ {} }}", pairs.join(", ")))
}

/// A context that is one text: a URL, or a folder.
fn context(text: &str) -> Hint {
    let of = |key: &str, value: &str| Hint::write(format!("{{ {key}: {} }}", quoted(value)));
    if let Some(image) = text.strip_prefix("docker-image://") {
        return of("image", image);
    }
    if text.starts_with("oci-layout://") || text.starts_with("target:") {
        return Hint::say("only `--build-context NAME=…` and bake files can use this; delete the context here");
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let is_git =
        path.ends_with(".git") || text.starts_with("git@") || text.starts_with("git://") || text.starts_with("ssh://");
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let last = path.rsplit('/').next().unwrap_or_default();
    match text {
        _ if is_git => match text.split_once('#') {
            Some((url, reference)) if !reference.contains(':') && !reference.is_empty() => {
                Hint::write(format!("{{ git: {}, ref: {} }}", quoted(url), quoted(reference)))
            }
            _ => of("git", text.split('#').next().unwrap_or_default()),
        },
        _ if is_web && last.contains('.') && path.matches('/').count() > 2 => of("http", text),
        _ if is_web => of("git", text),
        text if !text.contains(':') && !text.starts_with('/') && !text.starts_with("..") => of("path", text),
        _ => Hint::say("write a map with one of `git`, `http`, `image` and `path`"),
    }
}

/// A health check as Compose and Dockerfiles write it. Slipway does not use a shell, so the replacement must name one
/// if it is needed.
pub(crate) fn health_check(node: &Node) -> Hint {
    let shell = |script: &str| Hint::write(format!("{{ run: [sh, -c, {}] }}", quoted(script)));
    let words = |words: String| Hint::write(format!("{{ run: {words} }}"));
    match &node.kind {
        Kind::Sequence(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(text).collect();
            match texts.as_deref() {
                Some(["NONE" | "none"]) => Hint::write("none"),
                Some(["CMD-SHELL", script]) => shell(script),
                Some(["CMD", rest @ ..]) if !rest.is_empty() => {
                    words(format!("[{}]", rest.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")))
                }
                Some([_, ..]) => node.flow().map_or_else(no_check, words),
                _ => no_check(),
            }
        }
        Kind::Map(_) => no_check(),
        Kind::Plain(_) | Kind::Quoted(_) => {
            let text = text(node).unwrap_or_default().trim();
            if matches!(text.to_ascii_lowercase().as_str(), "none" | "false" | "off" | "no" | "disable" | "disabled") {
                return Hint::write("none");
            }
            let command = text.strip_prefix("CMD-SHELL ").or_else(|| text.strip_prefix("CMD ")).unwrap_or(text);
            if command.starts_with(':') {
                return Hint::write(format!("{{ http: {} }}", quoted(command)));
            }
            if command.starts_with('[') || command.contains("://") && !command.contains(' ') || is_digits(command) {
                return no_check();
            }
            // The exit status of the check is that of its last program.
            let alone = command.split("||").next().unwrap_or_default().trim();
            let plain = |text: &str| !text.contains(['|', '&', ';', '$', '`', '"', '\'', '\\', '>', '<', '*', '(']);
            let has_exit = command == alone || command.trim_end().ends_with("exit 1");
            if has_exit && plain(alone) { words(hint::list(alone)) } else { shell(command) }
        }
    }
}

/// The program that a `run` list needs in the image, if it is not an absolute path: the replacement then depends on the
/// image.
pub(crate) fn needed_program(written: &str) -> Option<&str> {
    let list = written.trim_start_matches("{ ").strip_prefix("run: [")?;
    let program = list.split([',', ']']).next()?.trim();
    // One with spaces is a command of a build.
    (!program.starts_with(['/', '"']) && !program.contains(' ')).then_some(program)
}

/// What to write for a health check without a program.
pub(crate) const NO_CHECK: &str = "write `{ run: [/program, argument] }` with a program of the image, or `none`";

fn no_check() -> Hint {
    Hint::say(NO_CHECK)
}
