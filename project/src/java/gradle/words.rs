//! What words and texts of Gradle's scripts mean.

use super::script::Token;

/// A path that starts at the root of the build, without what says so.
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

/// The name of a project among Gradle's accessors: `:my-libs:common_io` is `projects.myLibs.commonIo`.
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

/// The texts that belong to a word, up to the next word that is none of the usual ways to name a file.
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
