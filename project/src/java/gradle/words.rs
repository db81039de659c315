//! The meaning of words and string literals in Gradle's scripts.

use super::script::Token;

/// A path relative to the root of the build, without the prefix that says so.
pub(super) fn without_root(text: &str) -> &str {
    let roots = [
        "$rootDir/",
        "${rootDir}/",
        "$rootProject.projectDir/",
        "${rootProject.projectDir}/",
        "$projectDir/",
        "${projectDir}/",
        "${project.rootDir}/",
        "${settingsDir}/",
        "$settingsDir/",
    ];
    roots.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text)
}

/// The name of a project in Gradle's accessors: `:my-libs:common_io` is `projects.myLibs.commonIo`.
pub(super) fn accessor(path: &str) -> String {
    let mut name = String::new();
    let mut upper = false;
    for c in path.chars() {
        if c == '-' || c == '_' {
            upper = true;
        } else if upper {
            name.extend(c.to_uppercase());
            upper = false;
        } else {
            name.push(c);
        }
    }
    name
}

/// The string literals after a word, up to the next word that is not a usual call for a file path.
pub(super) fn texts_after(tokens: &[Token], at: usize) -> impl Iterator<Item = &str> {
    let rest = tokens.get(at..).unwrap_or_default();
    let usual = [
        "file",
        "new",
        "File",
        "settingsDir",
        "rootDir",
        "rootProject",
        "projectDir",
        "settings",
        "listOf",
        "layout",
        "dir",
    ];
    rest.iter()
        .take_while(move |token| match token {
            Token::Word(word) => usual.contains(&word.as_str()),
            Token::Mark(mark) => !['{', '}', ';'].contains(mark),
            Token::Text(_) => true,
        })
        .filter_map(Token::text)
}
