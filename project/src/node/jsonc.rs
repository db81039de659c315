//! JSON with comments and trailing commas, the format of TypeScript's settings and Bun's lockfile.

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

/// The maximum nesting. These files have a few levels; a deeper file is not parsed.
const DEEPEST: i64 = 100;

/// The value as an object; empty if it is something else.
pub(crate) fn object(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut depth = 0;
    let is_flat = text.bytes().all(|byte| {
        depth += i64::from(matches!(byte, b'[' | b'{')) - i64::from(matches!(byte, b']' | b'}'));
        depth < DEEPEST
    });
    let found: Option<Value> = is_flat.then(|| parse_to_serde_value(text, &ParseOptions::default()).ok()).flatten();
    found.filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_values_and_deep_nesting_are_empty() {
        assert!(object(b"{ /* a */ \"b\": 1, }").is_some());
        assert!(object(b"[]").is_none() && object(b"{").is_none());
        assert!(object("[".repeat(1_000_000).as_bytes()).is_none());
    }
}
