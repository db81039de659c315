//! The one line that the program prints, on standard error. Docker keeps it in the state of the container.

use std::io::Write;

/// Prints a line in one write, so that lines of other processes do not mix with it.
pub(crate) fn say(text: &str) {
    let line = ["slipway-probe: ", text, "\n"].concat();
    // There is nobody to tell if this fails.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Text of a server, for a message: at most 60 characters, without control characters.
pub(crate) fn visible(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}
