//! The Java release for a project: what its files specify, and whether they agree.

use slipway_diagnostic::{Diagnostic, Span, Spanned};

use super::project::Project;
use super::required::Named;

/// The default Java release.
const DEFAULT: u32 = 21;

/// A Java release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `21`.
    pub number: u32,
    /// The location of the specification.
    pub span: Span,
    /// What specifies it, in words.
    pub by: String,
    /// The release that the classes are compiled for, which may be older.
    pub classes_for: u32,
}

impl Project {
    /// The release that compiles the project: the requested one, otherwise that of its files, otherwise the default.
    ///
    /// # Errors
    /// The files contradict each other, or the release is too old for the sources.
    pub fn release(&self, asked: Option<&Spanned<String>>, span: Span) -> Result<Release, Diagnostic> {
        let least = &self.required.least;
        let (chosen, span) = match asked {
            Some(Spanned { value, span }) => {
                (Named { number: number(value, "`java`", *span)?, by: "`java`".to_owned() }, *span)
            }
            None => (self.named(span)?, span),
        };
        if let Some(least) = least {
            let (wanted, release) = (least.number, chosen.number);
            if release < wanted || (self.required.exactly && release != wanted) {
                let what = format!("{} specifies Java {release}, but {} requires {wanted}", chosen.by, least.by);
                return Err(Diagnostic::error(span, what)
                    .with_help(format!("write {wanted} there, or write `java: \"{wanted}\"`")));
            }
        }
        let Named { number, by } = chosen;
        Ok(Release { number, span, by, classes_for: least.as_ref().map_or(number, |least| least.number) })
    }

    /// The release that the project's files name.
    fn named(&self, span: Span) -> Result<Named, Diagnostic> {
        let mut named: Vec<Named> = Vec::new();
        for (path, text) in &self.version_files {
            let Some(value) = of_file(path, text) else { continue };
            let by = format!("`{path}`");
            named.push(Named { number: number(&value, &by, span)?, by });
        }
        let Some((first, rest)) = named.split_first() else {
            let default = || Named { number: DEFAULT, by: "the default".to_owned() };
            return Ok(self.required.least.clone().unwrap_or_else(default));
        };
        if let Some(other) = rest.iter().find(|other| other.number != first.number) {
            let what = format!(
                "{} specifies Java {}, but {} specifies Java {}",
                first.by, first.number, other.by, other.number
            );
            return Err(Diagnostic::error(span, what)
                .with_help(format!("make them equal, or write `java: \"{}\"`", first.number.max(other.number))));
        }
        Ok(first.clone())
    }
}

/// The number of a release, as a key or file names it.
pub(super) fn number(value: &str, place: &str, span: Span) -> Result<u32, Diagnostic> {
    parse(value).ok_or_else(|| {
        Diagnostic::error(span, format!("{place} specifies `{value}`, which is not a Java release"))
            .with_help("write a release, as in `java: \"21\"` in the build")
    })
}

/// The Java release in a file; `None` if the file is about other tools.
fn of_file(path: &str, text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if path.ends_with(".sdkmanrc") {
        return lines
            .find_map(|line| Some(line.strip_prefix("java")?.trim_start().strip_prefix('=')?.trim().to_owned()));
    }
    if path.ends_with(".tool-versions") {
        return lines.find_map(|line| line.strip_prefix("java ").map(|rest| rest.trim().to_owned()));
    }
    lines.next().map(str::to_owned)
}

/// The number of a release: `21`, `21.0.2-tem`, `1.8`, `temurin-21.0.2`.
pub(super) fn parse(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let text = text.get(start..)?;
    let text = text.strip_prefix("1.").unwrap_or(text);
    let number: u32 = text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    (8..100).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_many_forms() {
        for (text, expected) in [
            ("21", Some(21)),
            ("21.0.2", Some(21)),
            ("21.0.2-tem", Some(21)),
            ("1.8", Some(8)),
            ("temurin-17.0.9+9", Some(17)),
            ("x", None),
            ("3", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn files_of_several_tools_name_the_release() {
        for (path, text, expected) in [
            (".java-version", "# ours\n21\n", Some("21")),
            ("a/.sdkmanrc", "maven=3.9.9\njava=21.0.2-tem\n", Some("21.0.2-tem")),
            (".sdkmanrc", "maven=3.9.9\n", None),
            (".tool-versions", "nodejs 22\njava temurin-21.0.2\n", Some("temurin-21.0.2")),
            (".tool-versions", "nodejs 22\n", None),
        ] {
            assert_eq!(of_file(path, text).as_deref(), expected, "{path}");
        }
    }
}
