//! Documentation in sources and files, as constants. Without the feature `pages` of the crate with the rules, only the
//! first paragraph is kept: the frontend in its image has to be small, and the pages are elsewhere.

/// The length of the module documentation at the start of a source file, or of its first paragraph.
#[must_use]
pub const fn in_source(source: &str, whole: bool) -> usize {
    let mut rest = source.as_bytes();
    let mut length = 0;
    while let [b'/', b'/', b'!', after, ..] = rest {
        if !whole && *after == b'\n' {
            break;
        }
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            length += 1;
            if *byte == b'\n' {
                break;
            }
        }
    }
    length
}

/// The length of a file in Markdown, or of its first paragraph.
#[must_use]
pub const fn in_file(text: &str, whole: bool) -> usize {
    let mut rest = text.as_bytes();
    while let [_, behind @ ..] = rest {
        if !whole && matches!(rest, [b'\n', b'\n', ..]) {
            return text.len() - behind.len();
        }
        rest = behind;
    }
    text.len()
}

/// The first bytes of a text, as a value: a program contains no more of the text.
#[must_use]
pub const fn first_bytes<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    match text.as_bytes().first_chunk() {
        Some(first) => *first,
        None => [0; LENGTH],
    }
}

/// Bytes as text.
#[must_use]
pub const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{in_file, in_source};

    #[test]
    fn the_first_paragraph_is_kept() {
        let source = "//! Finds this\n//! and that.\n//!\n//! # Why\n\nuse x;\n";
        assert_eq!(&source[..in_source(source, false)], "//! Finds this\n//! and that.\n");
        assert_eq!(&source[..in_source(source, true)], "//! Finds this\n//! and that.\n//!\n//! # Why\n");
        let file = "Finds this\nand that.\n\n## Why\n";
        assert_eq!(&file[..in_file(file, false)], "Finds this\nand that.\n");
        assert_eq!(in_file(file, true), file.len());
    }
}
