//! Shell text as commands, as far as that needs no shell.

/// The commands of a text, each as words. Operators between them are dropped.
pub(crate) fn commands(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut quote = None;
    let mut escaped = false;
    for c in text.chars() {
        let ends = quote.is_none() && !escaped && matches!(c, '\n' | ';' | '&' | '|' | '(' | ')');
        if ends {
            found.push(std::mem::take(&mut current));
            continue;
        }
        match quote {
            _ if escaped => {}
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        escaped = c == '\\' && !escaped && quote != Some('\'');
        current.push(c);
    }
    found.push(current);
    let words = found.iter().filter_map(|command| shlex::split(command));
    words.filter(|words| !words.is_empty()).collect()
}

/// Programs that only run others in an environment, which images of presets always do.
const RUNNERS: &[&str] = &["poetry run ", "uv run ", "pipenv run ", "pdm run "];

/// A command without what only runs it.
pub(crate) fn without_runner(text: &str) -> String {
    let mut text = text.to_owned();
    for runner in RUNNERS {
        while let Some((before, after)) = text.split_once(runner) {
            let mut rest = after.trim_start();
            while rest.starts_with("--") {
                rest = rest.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
            }
            text = format!("{before}{rest}");
        }
    }
    text
}

/// The name of a program in a virtual environment, whose folder images of presets have elsewhere.
pub(crate) fn of_environment(word: &str) -> Option<&str> {
    let (folder, program) = word.rsplit_once("/bin/")?;
    let is_environment =
        matches!(folder.rsplit('/').next().unwrap_or_default(), "venv" | ".venv" | "env" | "virtualenv");
    (is_environment && !program.contains('/')).then_some(program)
}

/// The words of a command that runs the same without a shell.
pub(crate) fn plain(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let text = text.strip_prefix("exec ").unwrap_or(text);
    if text.contains(['$', '`', '|', '&', ';', '<', '>', '*', '?', '(', '~', '\n']) {
        return None;
    }
    let words = shlex::split(text)?;
    let first = words.first()?;
    (!first.contains('=') && !matches!(first.as_str(), "cd" | "if" | "while" | "set" | "export" | "source" | "."))
        .then_some(words)
}

/// A text in one short line.
pub(crate) fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 60 { text } else { format!("{}…", text.chars().take(59).collect::<String>()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_at_operators_outside_quotes() {
        let found = commands("set -e; apt-get update && apt-get install -y 'a;b' \"c && d\" e\\;f || (x)\ny");
        let found: Vec<_> = found.iter().map(|words| words.join(" ")).collect();
        assert_eq!(found, ["set -e", "apt-get update", "apt-get install -y a;b c && d e;f", "x", "y"]);
    }

    #[test]
    fn only_plain_commands_run_without_a_shell() {
        assert_eq!(plain(" exec gunicorn 'a b' c ").unwrap(), ["gunicorn", "a b", "c"]);
        for text in ["a && b", "a $B", "A=1 b", "cd x", "a > b", "", "a 'b"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
