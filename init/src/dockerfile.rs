//! The shape of a Dockerfile: its instructions, with continued lines joined and here-documents attached.
//!
//! A parser of ours, because the kept one (`parse-dockerfile` 0.1.9) would add 29 kB to the compressed frontend. What
//! instructions mean is not known here. Reference: <https://docs.docker.com/reference/dockerfile/>.

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Instruction {
    /// The number of its first line, from 1.
    pub(crate) line: usize,
    /// Its name in capitals.
    pub(crate) name: String,
    /// Its options, such as `--from=build`.
    pub(crate) flags: Vec<String>,
    /// What follows, on one line.
    pub(crate) rest: String,
    /// The text of its here-documents.
    pub(crate) heredoc: String,
}

/// Every instruction there is.
const NAMES: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

impl Instruction {
    /// The value of an option.
    pub(crate) fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find_map(|flag| flag.strip_prefix("--")?.strip_prefix(name)?.strip_prefix('='))
    }

    /// The words of the JSON form; `None` for the shell form.
    pub(crate) fn json(&self) -> Option<Vec<String>> {
        words_of_json(&self.rest)
    }
}

/// The words of a JSON list of texts.
pub(crate) fn words_of_json(text: &str) -> Option<Vec<String>> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let list: serde_json::Value = serde_json::from_str(text.trim()).ok()?;
    list.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Reads a Dockerfile.
///
/// # Errors
/// The line and the reason, if it is not one.
pub(crate) fn read(text: &str) -> Result<Vec<Instruction>, (usize, String)> {
    let text = text.trim_start_matches('\u{feff}');
    let escape = escape(text);
    let mut found: Vec<Instruction> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let mut whole = line.trim().to_owned();
        if whole.is_empty() || whole.starts_with('#') {
            continue;
        }
        while let Some(open) = whole.strip_suffix(escape) {
            whole.truncate(open.len());
            // Comments and empty lines may be between continued lines.
            let next =
                lines.by_ref().map(|(_, line)| line.trim()).find(|line| !line.starts_with('#') && !line.is_empty());
            let Some(next) = next else { break };
            whole.push(' ');
            whole.push_str(next);
        }
        let (name, rest) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
        let name = name.to_ascii_uppercase();
        if !NAMES.contains(&name.as_str()) {
            return Err((number + 1, format!("`{name}` is not an instruction")));
        }
        let mut rest = rest.trim_start();
        let mut flags = Vec::new();
        while rest.starts_with("--") {
            let (flag, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            flags.push(flag.to_owned());
            rest = after.trim_start();
        }
        let mut heredoc = String::new();
        if matches!(name.as_str(), "RUN" | "COPY" | "ADD") {
            for end in ends(rest) {
                let text = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start_matches('\t') != end);
                for line in text {
                    heredoc.push_str(line);
                    heredoc.push('\n');
                }
            }
        }
        if found.is_empty() && !matches!(name.as_str(), "FROM" | "ARG") {
            return Err((number + 1, format!("`{name}` precedes the first `FROM`")));
        }
        found.push(Instruction { line: number + 1, name, flags, rest: rest.to_owned(), heredoc });
    }
    if !found.iter().any(|instruction| instruction.name == "FROM") {
        return Err((1, "it has no `FROM`".to_owned()));
    }
    Ok(found)
}

/// The character that continues a line.
fn escape(text: &str) -> char {
    let comments = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let mut pairs = comments.map_while(|comment| comment.split_once('='));
    let named = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case("escape"));
    if named.is_some_and(|(_, value)| value.trim() == "`") { '`' } else { '\\' }
}

/// The words that end the here-documents of an instruction.
fn ends(rest: &str) -> Vec<&str> {
    let words = rest
        .split_whitespace()
        .filter_map(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<"));
    let names = words.map(|word| word.trim_start_matches('-').trim_matches(['"', '\'']));
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_have_their_parts() {
        let text = "# syntax=docker/dockerfile:1\n# escape=`\nFROM a AS b\n\
                    RUN --mount=type=cache,target=/x --network=none one `\n  # a comment\n\n  two\n\
                    COPY --from=b /a /b\nCMD [\"x\", \"y z\"]\n";
        let found = read(text).unwrap();
        assert_eq!(found[1].rest, "one  two");
        assert_eq!(found[1].flag("network"), Some("none"));
        assert_eq!((found[2].flag("from"), found[2].line), (Some("b"), 8));
        assert_eq!(found[3].json().unwrap(), ["x", "y z"]);
    }

    #[test]
    fn here_documents_belong_to_their_instruction() {
        let text = "FROM a\nRUN <<EOF bash\nset -e\nFROM me\nEOF\nCOPY <<-'A' <<B /x/\n\ttext\n\tA\nother\nB\nUSER 1\n";
        let found = read(text).unwrap();
        assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["FROM", "RUN", "COPY", "USER"]);
        assert_eq!(found[1].heredoc, "set -e\nFROM me\n");
        assert_eq!(found[2].heredoc, "\ttext\nother\n");
        assert_eq!(read("FROM a\nRUN cat <<< x && echo 1 << 2\nUSER 1\n").unwrap().len(), 3);
    }

    #[test]
    fn what_is_no_dockerfile_has_a_line_and_a_reason() {
        for (text, line, why) in [
            ("", 1, "it has no `FROM`"),
            ("ARG x\n", 1, "it has no `FROM`"),
            ("RUN x\n", 1, "`RUN` precedes the first `FROM`"),
            ("FROM a\n\n<html>\n", 3, "`<HTML>` is not an instruction"),
        ] {
            assert_eq!(read(text), Err((line, why.to_owned())), "{text}");
        }
        for text in ["FROM a\nRUN x \\", "FROM a\nRUN <<EOF\nx", "FROM a\nRUN --", "FROM", "FROM a\nCMD [\"x\""] {
            assert!(read(text).is_ok(), "{text}");
        }
    }
}
