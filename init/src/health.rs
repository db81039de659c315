//! Health checks of Dockerfiles and Compose files as keys of the spec.

use crate::dockerfile::Instruction;
use crate::image::{list, map};
use crate::shell;
use crate::survey::name;

/// Options, and the keys of the same meaning.
const TIMES: &[(&str, &str)] =
    &[("interval", "interval"), ("timeout", "timeout"), ("start-period", "start_period"), ("retries", "retries")];

/// The value of `healthcheck`; `None` if it has no key.
pub(crate) fn healthcheck(check: &Instruction) -> Option<String> {
    let text = check.rest.trim();
    if text.eq_ignore_ascii_case("none") {
        return Some("none".to_owned());
    }
    let (word, command) = text.split_once(char::is_whitespace)?;
    if !word.eq_ignore_ascii_case("cmd") {
        return None;
    }
    let is_list = Instruction { rest: command.trim().to_owned(), ..Instruction::default() }.json();
    let all = match &is_list {
        Some(words) if !matches!(words.first().map(|word| name(word)), Some("sh" | "bash")) => vec![words.clone()],
        Some(words) => shell::commands(words.last()?),
        None => shell::commands(command),
    };
    let mut commands = all.iter().filter(|words| !matches!(words.first().map(String::as_str), Some("exit" | "true")));
    let words = commands.next()?;
    if commands.next().is_some() {
        return None;
    }
    let mut pairs = vec![probe(words).or_else(|| is_list.as_ref().map(|words| ("run".to_owned(), list(words))))?];
    let times = TIMES.iter().filter_map(|(flag, key)| Some(((*key).to_owned(), check.flag(flag)?.to_owned())));
    pairs.extend(times.filter(|(_, value)| value.starts_with(|c: char| c.is_ascii_digit())));
    Some(map(&pairs))
}

/// The probe that asks what `curl`, `wget` or `nc` asks.
fn probe(words: &[String]) -> Option<(String, String)> {
    let (program, rest) = words.split_first()?;
    match name(program) {
        "curl" | "wget" => {
            let url = rest
                .iter()
                .find(|word| word.contains("://") || word.starts_with("localhost") || word.starts_with("127."))?;
            let (scheme, place) = url.split_once("://").unwrap_or(("http", url));
            let (host, path) = place.split_once('/').unwrap_or((place, ""));
            let (host, port) = host.rsplit_once(':').unwrap_or((host, "80"));
            let is_here = matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]") && scheme == "http";
            let is_plain = !rest.iter().any(|word| word == "-X" || word == "-H" || word.starts_with("--header"));
            (is_here && is_plain && port.parse::<u16>().is_ok() && !path.contains('$'))
                .then(|| ("http".to_owned(), format!("\":{port}/{path}\"")))
        }
        "nc" => {
            let port = rest.iter().rfind(|word| word.parse::<u16>().is_ok())?;
            Some(("tcp".to_owned(), format!("\":{port}\"")))
        }
        "grpc_health_probe" => {
            let port = rest.iter().find_map(|word| word.strip_prefix("-addr=")?.strip_prefix(':'))?;
            Some(("grpc".to_owned(), format!("\":{port}\"")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_become_keys() {
        for (text, expected) in [
            ("HEALTHCHECK NONE", Some("none")),
            (
                "HEALTHCHECK --interval=30s --start-period=5s CMD curl -f http://localhost:8080/health || exit 1",
                Some("{ http: \":8080/health\", interval: 30s, start_period: 5s }"),
            ),
            ("HEALTHCHECK CMD wget -q --spider localhost/ || exit 1", Some("{ http: \":80/\" }")),
            ("HEALTHCHECK CMD [\"/app\", \"health\"]", Some("{ run: [/app, health] }")),
            ("HEALTHCHECK CMD nc -z localhost 5432", Some("{ tcp: \":5432\" }")),
            ("HEALTHCHECK CMD [\"sh\", \"-c\", \"curl http://127.0.0.1:1/x\"]", Some("{ http: \":1/x\" }")),
            ("HEALTHCHECK CMD curl https://localhost:8443/", None),
            ("HEALTHCHECK CMD python -c 'import x'", None),
            ("HEALTHCHECK CMD a && b", None),
        ] {
            let found = crate::dockerfile::read(&format!("FROM a\n{text}\n")).unwrap();
            assert_eq!(healthcheck(&found[1]).as_deref(), expected, "{text}");
        }
    }
}
