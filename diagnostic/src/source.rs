//! The texts of a spec, and their names.

use crate::{Diagnostic, FileId, Position, Span};

/// Larger texts are rejected before they are read: people do not write them by hand, and a build should answer quickly.
pub const MAX_BYTES: usize = 4 << 20;

/// The maximum part of a non-text file to keep for display.
const MAX_SHOWN: usize = 64 << 10;

/// The maximum number of files in a spec.
pub const MAX_FILES: usize = 64;

/// The files of a spec: the root first, then its includes. Every [`Span`] of the spec refers to one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file's bytes as text. The file is registered even if its text is invalid, so that findings about it have
    /// a name.
    ///
    /// # Errors
    /// A diagnostic if the bytes are not UTF-8, contain characters that YAML forbids, or are too many.
    pub fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>) -> Result<FileId, Box<Diagnostic>> {
        let name = name.into();
        // Invalid text is shown as far as possible.
        let shown = bytes.get(..bytes.len().min(MAX_SHOWN)).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let id = u16::try_from(self.files.len()).ok().filter(|id| usize::from(*id) < MAX_FILES).map(FileId);
        let Some(id) = id else {
            let message = format!("a spec can have at most {MAX_FILES} files; `{name}` exceeds this limit");
            return Err(Box::new(Diagnostic::error(Span::START, message).with_help("include fewer files")));
        };
        match SourceFile::new(&name, bytes, id) {
            Ok(file) => {
                self.files.push(file);
                Ok(id)
            }
            Err(error) => {
                self.files.push(SourceFile { id, name, text: shown.unwrap_or_default() });
                Err(error)
            }
        }
    }

    /// A file by index.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.index())
    }

    /// A file's name; empty for an unknown file.
    #[must_use]
    pub fn name(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| &file.name)
    }

    /// The total length of all texts.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.text.len()).sum()
    }

    /// All files, the root first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &SourceFile> {
        self.files.iter()
    }
}

/// A Slipway file: its name as the user knows it, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    id: FileId,
    name: String,
    text: String,
}

impl SourceFile {
    fn new(name: &str, bytes: Vec<u8>, id: FileId) -> Result<Self, Box<Diagnostic>> {
        let start = Span::start_of(id);
        let at_start = |message: String, help: &str| Err(Box::new(Diagnostic::error(start, message).with_help(help)));
        if bytes.len() > MAX_BYTES {
            return at_start(
                format!("this file has {} bytes, but a Slipway file can have at most {MAX_BYTES}", bytes.len()),
                "check that `-f` names the right file",
            );
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return at_start("this file is encoded as UTF-16".to_owned(), "save it as UTF-8");
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default()).into_owned();
                let span = point(id, &before, before.len());
                return Err(Box::new(
                    Diagnostic::error(span, "this file is not UTF-8 text").with_help("save it as UTF-8"),
                ));
            }
        };
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let forbidden =
            text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'));
        if let Some((offset, c)) = forbidden {
            return Err(Box::new(
                Diagnostic::error(
                    point(id, &text, offset),
                    format!("the control character U+{:04X} is not allowed", u32::from(c)),
                )
                .with_help("delete it, or write it as an escape inside double quotes"),
            ));
        }
        Ok(Self { id, name: name.to_owned(), text })
    }

    /// Its index among the files of its spec.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The file's name, as given with `-f` or by the `include` entry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The empty span before a byte offset.
fn point(file: FileId, text: &str, offset: usize) -> Span {
    let before = text.get(..offset).unwrap_or(text);
    // Lines end as in YAML: old systems write a single carriage return.
    let mut start = Position::START;
    let mut characters = before.chars().peekable();
    while let Some(c) = characters.next() {
        start = match c {
            '\r' if characters.peek() == Some(&'\n') => start,
            '\n' | '\r' => Position { line: start.line.saturating_add(1), column: 1 },
            _ => Position { column: start.column.saturating_add(1), ..start },
        };
    }
    Span { file, start, end: start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(bytes: &[u8]) -> String {
        let mut sources = Sources::default();
        let error = sources.add("slipway.yaml", bytes.to_vec()).unwrap_err();
        error.render(&sources)
    }

    #[test]
    fn byte_order_mark_is_dropped() {
        let mut sources = Sources::default();
        let id = sources.add("f", b"\xef\xbb\xbfa: 1\n".to_vec()).unwrap();
        assert_eq!(sources.get(id).unwrap().text(), "a: 1\n");
    }

    #[test]
    fn files_that_are_not_text_are_rejected_with_a_location() {
        insta::assert_snapshot!(error(b"\xff\xfea\0"), @"slipway.yaml:1:1: this file is encoded as UTF-16; save it as UTF-8");
        insta::assert_snapshot!(error(b"a: 1\nb: \xc3("), @"slipway.yaml:2:4: this file is not UTF-8 text; save it as UTF-8");
        insta::assert_snapshot!(error(b"a: 1\nb\x07: 2"), @"slipway.yaml:2:2: the control character U+0007 is not allowed; delete it, or write it as an escape inside double quotes");
        insta::assert_snapshot!(error(&vec![b'#'; (4 << 20) + 1]), @"slipway.yaml:1:1: this file has 4194305 bytes, but a Slipway file can have at most 4194304; check that `-f` names the right file");
    }
}
