//! Finds the Java release that the scripts of a Gradle build request.

use super::script::{Token, tokens};
use crate::java::release;

/// A script without comments, and with blanks only between words.
pub(super) fn normal(script: &str) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for token in tokens(script) {
        match token {
            Token::Word(word) => {
                text.push_str(if after_word { " " } else { "" });
                text.push_str(&word);
                after_word = true;
                continue;
            }
            Token::Text(quoted) => text.push_str(&format!("\"{quoted}\"")),
            Token::Mark(mark) => text.push(mark),
        }
        after_word = false;
    }
    text
}

/// Settings that require exactly one release.
const EXACT: &[&str] = &["JavaLanguageVersion.of(", "jvmToolchain("];
/// Settings that require at least a release.
const LEAST: &[&str] = &[
    "options.release",
    "JavaVersion.VERSION_",
    "sourceCompatibility",
    "targetCompatibility",
    "JvmTarget.JVM_",
    "JvmTarget.fromTarget(",
    "jvmTarget",
];

/// The release that a Gradle build script requests, and how it specifies it: a toolchain's release, otherwise the
/// newest compiler setting.
pub(super) fn of_script(text: &str) -> Option<(String, String)> {
    let all = |words: &[&str]| -> Vec<(String, String)> {
        let places = words.iter().flat_map(|word| text.match_indices(word).map(|(at, word)| (at + word.len(), word)));
        let values = places.filter_map(|(at, word)| {
            let rest = text.get(at..)?;
            let rest = rest.strip_prefix(".set").or_else(|| rest.strip_prefix(".convention")).unwrap_or(rest);
            let rest = rest.trim_start_matches([' ', '=', '(', '"', '\'']);
            let value: String = rest.chars().take_while(|c| c.is_ascii_digit() || ['.', '_'].contains(c)).collect();
            let value = value.replace('_', ".").trim_end_matches('.').to_owned();
            let key = word.trim_end_matches("VERSION_").trim_end_matches("JVM_").trim_end_matches(['(', '.']);
            (!value.is_empty()).then(|| (value, key.to_owned()))
        });
        values.collect()
    };
    if let Some(exact) = all(EXACT).into_iter().next() {
        return Some(exact);
    }
    let mut least: Option<(u32, (String, String))> = None;
    for found in all(LEAST) {
        let number = release::parse(&found.0).unwrap_or_default();
        if least.as_ref().is_none_or(|(known, _)| *known < number) {
            least = Some((number, found));
        }
    }
    least.map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradle_scripts_name_the_release() {
        let of = |text| of_script(&normal(text)).map(|(version, _)| version);
        assert_eq!(of("java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }"), Some("21".into()));
        assert_eq!(of("kotlin { jvmToolchain(17) }"), Some("17".into()));
        assert_eq!(of("sourceCompatibility = JavaVersion.VERSION_1_8"), Some("1.8".into()));
        assert_eq!(of("sourceCompatibility = '11'"), Some("11".into()));
        assert_eq!(of("kotlin { compilerOptions { jvmTarget.set(JvmTarget.JVM_17) } }"), Some("17".into()));
        assert_eq!(of("kotlin { compilerOptions { jvmTarget = JvmTarget.JVM_1_8 } }"), Some("1.8".into()));
        assert_eq!(of("compilerOptions.jvmTarget.set(JvmTarget.fromTarget(\"17\"))"), Some("17".into()));
        assert_eq!(of("kotlinOptions { jvmTarget = '17' }"), Some("17".into()));
        assert_eq!(of("tasks.withType<JavaCompile> { options.release.set(17) }"), Some("17".into()));
        assert_eq!(of("sourceCompatibility = '11'\nkotlinOptions { jvmTarget = '17' }"), Some("17".into()));
        assert_eq!(of("// jvmToolchain(8)\nkotlin { jvmToolchain( 21 ) }"), Some("21".into()));
        assert_eq!(of("kotlin { jvmToolchain(libs.versions.jdk.get().toInt()) }"), None);
        assert_eq!(of("plugins { id 'java' }"), None);
    }
}
