//! The search: words of the catalog that a pattern matches.

use regex_lite::Regex;
use serde::Serialize;

const WORDS: &str = "tea teapot coffee cup";

#[derive(Serialize)]
struct Found {
    words: Vec<&'static str>,
}

fn main() {
    server::serve("search", |path| {
        let pattern = Regex::new(path.strip_prefix("/find/")?).ok()?;
        Some(Found { words: WORDS.split(' ').filter(|word| pattern.is_match(word)).collect() })
    });
}
