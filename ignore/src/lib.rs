//! Ignore files such as `.dockerignore`: their patterns, and the paths that they exclude from a build context.
//!
//! In a build, the client applies them with `github.com/moby/patternmatcher`. This crate has the same rules: the last
//! pattern that matches a path, or a folder above it, decides; `!` includes it again. Crates for Git's ignore files
//! have different rules: there, a pattern without a slash matches at every depth, and nothing in an excluded folder can
//! be included again.
//!
//! ```
//! use slipway_ignore::{Matcher, Patterns};
//!
//! let patterns = Patterns::parse("# not sent\ndb\n!db/migrations\n");
//! let matcher = Matcher::new(&patterns).unwrap();
//! assert_eq!(matcher.excluded_by("db/dump.sql").unwrap().number, 2);
//! assert!(!matcher.excludes("db/migrations/1.sql"));
//! ```

mod matcher;
mod pattern;
mod patterns;

pub use matcher::Matcher;
pub use patterns::{Line, Patterns};

/// The maximum length of a line in bytes. Docker's reader rejects longer ones.
pub const MAX_LINE: usize = 65_535;

/// The number of the first line that is longer than Docker accepts.
#[must_use]
pub fn too_long_line(text: &str) -> Option<usize> {
    text.lines().position(|line| line.len() > MAX_LINE).map(|place| place + 1)
}
