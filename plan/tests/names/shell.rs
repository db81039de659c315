//! A subset of a shell's grammar: enough to decide whether a text is a quoted word.

/// The marker before a hostile name, so that it can be found again.
pub(crate) const BEFORE: &str = "Q1";
/// The marker after it.
pub(crate) const BEHIND: &str = "Q2";

/// The meaning of a character in a shell.
#[derive(Clone, Copy)]
struct Taken {
    c: char,
    how: How,
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    /// Possibly special.
    Bare,
    /// In double quotes, where some characters are special.
    Double,
    /// Literal.
    Itself,
    /// In a comment.
    Comment,
}

fn read(script: &str) -> Vec<Taken> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut rest = script.chars().peekable();
    let mut is_double = false;
    while let Some(c) = rest.next() {
        let at_word =
            taken.last().is_none_or(|last| last.how == How::Bare && (last.c.is_whitespace() || last.c == ';'));
        match c {
            '\'' if !is_double => {
                taken.extend(rest.by_ref().take_while(|c| *c != '\'').map(|c| Taken { c, how: How::Itself }));
            }
            '"' => is_double = !is_double,
            '\\' if is_double => match rest.next_if(|c| matches!(c, '$' | '`' | '"' | '\\')) {
                Some(c) => taken.push(Taken { c, how: How::Itself }),
                None => taken.push(Taken { c, how: How::Double }),
            },
            '\\' => taken.extend(rest.next().map(|c| Taken { c, how: How::Itself })),
            '#' if !is_double && at_word => {
                taken.extend(rest.by_ref().take_while(|c| *c != '\n').map(|c| Taken { c, how: How::Comment }));
                taken.push(Taken { c: '\n', how: How::Bare });
            }
            c => taken.push(Taken { c, how: if is_double { How::Double } else { How::Bare } }),
        }
    }
    taken
}

/// Why a name in a script is not part of quoted words; a script without the name is fine.
pub(crate) fn unquoted(script: &str, name: &str) -> Option<String> {
    if !script.contains(BEFORE) {
        return None;
    }
    let taken = read(script);
    let text: Vec<char> = taken.iter().map(|taken| taken.c).collect();
    let starts = |word: &str, at: usize| {
        text.get(at..).is_some_and(|text| text.iter().copied().take(word.len()).eq(word.chars()))
    };
    let safe = |Taken { c, how }: Taken| match how {
        How::Itself => true,
        How::Comment => c != '\n',
        How::Double => !matches!(c, '$' | '`' | '"' | '\\'),
        How::Bare => c.is_ascii_alphanumeric() || "_@%+=:,./-^".contains(c) || !c.is_ascii() && !c.is_whitespace(),
    };
    let mut at = 0;
    while let Some(found) = (at..text.len()).find(|at| starts(BEFORE, *at)) {
        let start = found + BEFORE.len();
        let end = (start..text.len()).find(|at| starts(BEHIND, *at)).unwrap_or(text.len());
        if let Some(Taken { c, .. }) = taken.get(start..end)?.iter().copied().find(|taken| !safe(*taken)) {
            let inside: String = text.get(start..end)?.iter().collect();
            return Some(format!("{c:?} of {name:?} means something in {inside:.200?}"));
        }
        at = end;
    }
    None
}

#[test]
fn quoted_and_unquoted_text_are_distinguished() {
    for (script, fine) in [
        ("echo 'Q1$(x)Q2'", true),
        ("echo Q1$(x)Q2", false),
        ("echo \"Q1$(x)Q2\"", false),
        ("echo \"Q1\\$(x)Q2\"", true),
        ("echo 'Q1a'\\''bQ2'", true),
        ("echo Q1a b'Q2'", false),
        ("# Q1$(x)Q2\necho", true),
        ("# Q1a\nrm Q2", false),
        ("echo 'it''s' Q1a\\ bQ2", true),
        ("echo Q1a;b'Q2'", false),
    ] {
        assert_eq!(unquoted(script, "x").is_none(), fine, "{script}");
    }
}
