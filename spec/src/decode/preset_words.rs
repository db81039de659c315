//! The names of the presets, for code that must recognize them before decoding.

/// The allowed values of `preset` in a build, which are also the keys of an image that define a build. A test compares
/// them with the presets.
pub(crate) const PRESETS: &[&str] = &["go", "node", "python", "rust", "java", "static"];

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_match_the_presets() {
        let words: Vec<_> = crate::model::Preset::ALL.iter().map(|(word, _)| *word).collect();
        assert_eq!(super::PRESETS, words);
    }
}
