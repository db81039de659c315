//! Small values with their own syntax: durations, sizes, file modes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::decode::{Context, Decode, Schemas, text};
use crate::yaml::Node;
use slipway_diagnostic::brief;

/// Reads a value from its text, or reports the expected form.
pub(super) fn parse<T>(
    node: &Node,
    noun: &str,
    help: &str,
    cx: &mut Context,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let Some(written) = text(node) else {
        cx.wrong_type(node, noun);
        return None;
    };
    let value = parse(written);
    if value.is_none() {
        cx.report(Diagnostic::error(node.span, format!("`{}` is not {noun}", brief(written))).with_help(help));
    }
    value
}

/// A duration, as Docker writes it: `500ms`, `10s`, `1m30s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timespan(pub Duration);

impl Decode for Timespan {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        // A day is more than any key needs, and sums cannot overflow.
        let read = |written: &str| {
            let time = humantime::parse_duration(written).ok()?;
            (time <= Duration::from_secs(24 * 60 * 60)).then_some(Self(time))
        };
        if let Some(seconds) = text(node).filter(|text| text.len() < 5 && text.parse::<u16>().is_ok_and(|n| n > 0)) {
            let found = Diagnostic::error(node.span, format!("`{seconds}` has no unit"));
            cx.report(found.with_fix(node.span, format!("{seconds}s")));
            return None;
        }
        parse(node, "a duration", "write it as in `500ms`, `10s` or `1m30s`, at most a day", cx, read)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Timespan", |_| {
            json!({
                "description": "A duration, as in `500ms`, `10s` or `1m30s`; at most a day.",
                "type": ["string", "integer"],
                "pattern": r"^\s*(0|([0-9]+\s*[A-Za-zµ]+\s*)+)$",
                "patternErrorMessage": "write it as in `500ms`, `10s` or `1m30s`",
                "maximum": 0,
                "minimum": 0,
            })
        })
    }
}

/// A size in bytes, written as `25MB` (1000²) or `25MiB` (1024²).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl Decode for Size {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if let Some(number) = text(node).filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())) {
            let found = Diagnostic::error(node.span, format!("`{}` has no unit", brief(number)));
            cx.report(found.with_help("write the unit: `25MB` is 25 million bytes, `25MiB` is 25 × 1024²"));
            return None;
        }
        let read = |written: &str| {
            let size = written.parse::<bytesize::ByteSize>().ok()?.as_u64();
            // No image is larger than an exabyte, and as a float the value may have lost precision.
            (size > 0 && size < 1 << 60).then_some(Self(size))
        };
        parse(node, "a size", "write it as in `25MB` or `512KiB`", cx, read)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("Size", |_| {
            json!({
                "description": "A size with its unit, as in `25MB` (1000²) or `512KiB` (1024²).",
                "type": "string",
                "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*[A-Za-z]+\s*$",
                "patternErrorMessage": "write it as in `25MB` or `512KiB`",
            })
        })
    }
}

/// Permission bits, written in octal and in quotes: `"0444"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileMode(pub u32);

/// Permission bits in octal digits.
pub(super) fn file_mode(written: &str) -> Option<FileMode> {
    let digits = written.strip_prefix("0o").unwrap_or(written);
    let octal = (3..=4).contains(&digits.len()) && digits.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    octal.then(|| u32::from_str_radix(digits, 8).ok().map(FileMode)).flatten()
}

impl Decode for FileMode {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        parse(node, "a file mode", "write octal digits in quotes, as in `\"0644\"`", cx, file_mode)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.named("FileMode", |_| {
            json!({
                "description": "Permission bits in octal and in quotes, as in `\"0644\"`.",
                "type": ["string", "integer"],
                "pattern": "^(0o)?[0-7]{3,4}$",
                "patternErrorMessage": "write octal digits in quotes, as in `\"0644\"`",
                "minimum": 0,
                "maximum": 7777,
            })
        })
    }
}
