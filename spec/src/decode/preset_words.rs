//! The words of the presets, for those who must tell one before any is read.

/// What a build's `preset` may say, and which keys of an image hold a build. A test compares them with the presets.
pub(crate) const PRESETS: &[&str] = &["go", "node", "python", "rust", "java", "static"];

#[cfg(test)]
mod tests {
    #[test]
    fn they_are_those_of_all_presets() {
        let words: Vec<_> = crate::model::Preset::ALL.iter().map(|(word, _)| *word).collect();
        assert_eq!(super::PRESETS, words);
    }
}
