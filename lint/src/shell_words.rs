//! Splits shell text into commands, as far as that is certain.

/// The commands of a script, each as its words. `None` if the text requires a real shell: quotes over several commands,
/// here-documents.
pub(crate) fn commands(script: &str) -> Option<Vec<Vec<String>>> {
    if script.contains("<<") {
        return None;
    }
    let mut commands = vec![vec![String::new()]];
    let mut quote = None;
    let mut characters = script.chars().peekable();
    let mut comment = false;
    while let Some(c) = characters.next() {
        if comment && c != '\n' {
            continue;
        }
        comment = false;
        let words = commands.last_mut()?;
        let word = words.last_mut()?;
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => word.push(c),
            (_, '\\') => {
                let next = characters.next();
                word.extend(next.filter(|next| *next != '\n'));
            }
            (Some(_), c) => word.push(c),
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') if word.is_empty() => comment = true,
            (None, '\n' | ';' | '&' | '|') => commands.push(vec![String::new()]),
            (None, c) if c.is_whitespace() => words.push(String::new()),
            (None, c) => word.push(c),
        }
    }
    if quote.is_some() {
        return None;
    }
    commands.iter_mut().for_each(|words| words.retain(|word| !word.is_empty()));
    commands.retain(|words| !words.is_empty());
    Some(commands)
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn commands_are_split_like_in_a_shell() {
        let cut =
            |text| commands(text).map(|commands| commands.iter().map(|words| words.join("|")).collect::<Vec<_>>());
        assert_eq!(
            cut("cd /a && make  -j # x; y\nexport A='b; c'"),
            Some(vec!["cd|/a".to_owned(), "make|-j".to_owned(), "export|A=b; c".to_owned()])
        );
        assert_eq!(cut("a \\\n  b | c"), Some(vec!["a|b".to_owned(), "c".to_owned()]));
        assert_eq!(cut(" # nothing\n"), Some(Vec::new()));
        assert_eq!(cut("echo 'a"), None);
        assert_eq!(cut("cat <<EOF\nsudo x\nEOF"), None);
    }
}
