//! Finds `# check=` comments in the text of a file.
//!
//! YAML parsers drop comments, so the text is searched line by line. [`super::regions`], which knows the tree, decides
//! whether a match is part of a text.

/// `# check=…` in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// Its line, from 1.
    pub(super) line: u32,
    /// The column of its `#`, from 1.
    pub(super) column: u32,
    /// Its width in columns.
    pub(super) width: u32,
    /// The text after `check=`.
    pub(super) text: String,
    /// The column of the first character of `text`.
    pub(super) text_column: u32,
    /// Whether it precedes everything else in the file.
    pub(super) header: bool,
    /// The line that it applies to if it is not a header: its own, or the line below its group of comments.
    pub(super) about: Option<u32>,
}

/// Finds all comments, in order.
pub(super) fn find(text: &str) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    // Comments on separate lines that wait for the next line.
    let mut waiting: Vec<usize> = Vec::new();
    let mut above = true;
    let lines = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    for (number, line) in (1u32..).zip(lines) {
        let content = line.trim();
        let alone = content.starts_with('#');
        let nothing = content.is_empty() || (above && (content == "---" || content.starts_with('%')));
        if !alone && !nothing {
            above = false;
            for index in waiting.drain(..) {
                if let Some(comment) = found.get_mut(index) {
                    comment.about = Some(number);
                }
            }
        } else if nothing {
            // An empty line separates comments from what follows.
            waiting.clear();
        }
        let Some(comment) = in_line(line, number) else { continue };
        if alone && !above {
            waiting.push(found.len());
        }
        found.push(Comment { header: above, about: (!alone).then_some(number), ..comment });
    }
    found
}

/// The first directive of a line.
fn in_line(line: &str, number: u32) -> Option<Comment> {
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let mut before_is_space = true;
    for (offset, c) in line.char_indices() {
        let starts = c == '#' && before_is_space;
        before_is_space = c.is_whitespace();
        if !starts {
            continue;
        }
        let (before, comment) = line.split_at_checked(offset)?;
        if let Some(value) = after_key(comment.trim_start_matches('#').trim_start()) {
            let value = value.trim_start();
            let column = count(before).saturating_add(1);
            return Some(Comment {
                line: number,
                column,
                width: count(comment.trim_end()),
                text: value.trim_end().to_owned(),
                text_column: column.saturating_add(count(comment).saturating_sub(count(value))),
                header: false,
                about: None,
            });
        }
    }
    None
}

/// The text after `check=`, if a text starts with it.
fn after_key(text: &str) -> Option<&str> {
    let (key, rest) = text.split_at_checked("check".len())?;
    if !key.eq_ignore_ascii_case("check") {
        return None;
    }
    rest.trim_start().strip_prefix('=')
}
