//! Encodes protobuf exactly like Go's deterministic mode.
//!
//! BuildKit's daemon re-encodes every op with Go and names it by the digest of *that* (since v0.17.3), so our bytes
//! must be the same. `prost` differs in two points: it writes a `oneof` in the order of its tags (Go writes it last),
//! and it omits default values in map entries (Go always writes key and value). Here, the caller determines the order.

/// A buffer to which protobuf fields are appended.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

const VARINT: u64 = 0;
const LENGTH: u64 = 2;

impl Writer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn key(&mut self, tag: u32, kind: u64) {
        self.varint(u64::from(tag) << 3 | kind);
    }

    /// A number; zero is omitted. Negative ones take ten bytes, also in 32-bit fields.
    pub(crate) fn int(&mut self, tag: u32, value: i64) {
        self.uint(tag, value as u64);
    }

    /// A number; zero is omitted.
    pub(crate) fn uint(&mut self, tag: u32, value: u64) {
        if value != 0 {
            self.uint_always(tag, value);
        }
    }

    /// A number that is written even if it is zero: members of a `oneof`.
    pub(crate) fn uint_always(&mut self, tag: u32, value: u64) {
        self.key(tag, VARINT);
        self.varint(value);
    }

    /// A flag; `false` is omitted.
    pub(crate) fn bool(&mut self, tag: u32, value: bool) {
        self.uint(tag, value.into());
    }

    /// A string; an empty one is omitted.
    pub(crate) fn string(&mut self, tag: u32, value: &str) {
        self.bytes(tag, value.as_bytes());
    }

    /// Bytes; empty ones are omitted.
    pub(crate) fn bytes(&mut self, tag: u32, value: &[u8]) {
        if !value.is_empty() {
            self.bytes_always(tag, value);
        }
    }

    /// Bytes that are written even if empty: elements of lists, parts of map entries.
    pub(crate) fn bytes_always(&mut self, tag: u32, value: &[u8]) {
        self.key(tag, LENGTH);
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// An element of a list of strings, in parts.
    pub(crate) fn joined(&mut self, tag: u32, parts: &[&str]) {
        self.key(tag, LENGTH);
        self.varint(parts.iter().map(|part| part.len() as u64).sum());
        for part in parts {
            self.bytes.extend_from_slice(part.as_bytes());
        }
    }

    /// A list of strings.
    pub(crate) fn strings<S: AsRef<str>>(&mut self, tag: u32, values: &[S]) {
        for value in values {
            self.bytes_always(tag, value.as_ref().as_bytes());
        }
    }

    /// A list of numbers in packed form.
    pub(crate) fn packed(&mut self, tag: u32, values: &[i64]) {
        if !values.is_empty() {
            self.message(tag, |w| {
                for value in values {
                    w.varint(*value as u64);
                }
            });
        }
    }

    /// A digest as a string.
    pub(crate) fn digest(&mut self, tag: u32, digest: &crate::Digest) {
        self.bytes_always(tag, &digest.to_text());
    }

    /// A message, written even if it is empty.
    pub(crate) fn message(&mut self, tag: u32, fill: impl FnOnce(&mut Self)) {
        self.key(tag, LENGTH);
        let start = self.bytes.len();
        // Most messages are short enough for a length of one byte; only longer ones are moved.
        self.bytes.push(0);
        fill(self);
        let length = self.bytes.len() - start - 1;
        let mut rest = length as u64;
        let mut place = start;
        while rest >= 0x80 {
            self.set(place, rest as u8 | 0x80);
            rest >>= 7;
            place += 1;
            self.bytes.insert(place, 0);
        }
        self.set(place, rest as u8);
    }

    fn set(&mut self, place: usize, byte: u8) {
        if let Some(have) = self.bytes.get_mut(place) {
            *have = byte;
        }
    }

    /// Entries of a map of strings, sorted by the caller.
    pub(crate) fn string_map<'a>(&mut self, tag: u32, entries: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (key, value) in entries {
            self.message(tag, |w| {
                w.bytes_always(1, key.as_bytes());
                w.bytes_always(2, value.as_bytes());
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_prefixed_with_their_length() {
        let mut w = Writer::default();
        w.message(2, |w| w.bytes(1, &[7; 200]));
        let bytes = w.into_bytes();
        assert_eq!(bytes[..6], [0x12, 0xcb, 0x01, 0x0a, 0xc8, 0x01]);
        assert_eq!(bytes.len(), 206);
    }

    #[test]
    fn defaults_are_omitted_like_in_go() {
        let mut w = Writer::default();
        w.int(1, 0);
        w.string(2, "");
        w.bool(3, false);
        w.packed(4, &[]);
        assert!(w.bytes.is_empty());
        w.string_map(5, [("k", "")]);
        assert_eq!(w.bytes, [0x2a, 5, 0x0a, 1, b'k', 0x12, 0]);
    }

    #[test]
    fn negative_numbers_take_ten_bytes() {
        let mut w = Writer::default();
        w.int(1, -1);
        assert_eq!(w.bytes.len(), 11);
    }
}
