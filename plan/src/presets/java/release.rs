//! Which release of Java builds a project: what its files say of it, and whether they agree.

use slipway_spec::model::JavaOptions;
use slipway_spec::{Diagnostic, Span};

use crate::presets::Context;

/// The release of Java where nothing names one.
const DEFAULT: u32 = 21;

/// Files that tell every tool which Java to take, in the project's folder.
pub(super) const VERSION_FILES: [&str; 3] = [".java-version", ".sdkmanrc", ".tool-versions"];

/// A release, and what names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    pub(super) number: u32,
    /// In words, for messages.
    pub(super) place: String,
}

/// What a project asks for.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Required {
    /// The newest release that the sources are compiled for.
    pub(super) least: Option<Release>,
    /// Whether the tool takes this one and no newer one.
    pub(super) exactly: bool,
}

/// Chooses the release that compiles.
///
/// # Errors
/// What the files say cannot all be true.
pub(super) fn choose(
    cx: &Context<'_>,
    options: &JavaOptions,
    files: &[(String, Option<String>)],
    required: &Required,
) -> Result<(u32, Span), Diagnostic> {
    let span = cx.span();
    let mut told: Vec<Release> = Vec::new();
    for (path, text) in files.iter().filter_map(|(path, text)| Some((path, text.as_ref()?))) {
        let Some(value) = of_file(path, text) else { continue };
        told.push(Release { number: number(&value, &format!("`{path}`"), span)?, place: format!("`{path}`") });
    }
    let (chosen, chosen_span) = if let Some(template) = &options.java {
        let value = cx.eval(template)?;
        let number = number(&value, "`java`", template.span)?;
        (Release { number, place: "`java`".to_owned() }, template.span)
    } else if let [first, rest @ ..] = told.as_slice() {
        if let Some(other) = rest.iter().find(|other| other.number != first.number) {
            let what =
                format!("{} says Java {}, and {} says Java {}", first.place, first.number, other.place, other.number);
            return Err(Diagnostic::error(span, what).with_help(format!(
                "make them say the same, or write `java: \"{}\"`",
                first.number.max(other.number)
            )));
        }
        (first.clone(), span)
    } else if let Some(least) = &required.least {
        (least.clone(), span)
    } else {
        (Release { number: DEFAULT, place: "nothing in the project: the default".to_owned() }, span)
    };
    if let Some(least) = &required.least {
        let (wanted, release) = (least.number, chosen.number);
        if release < wanted || (required.exactly && release != wanted) {
            let what = format!("{} says Java {release}, but {} asks for {wanted}", chosen.place, least.place);
            return Err(Diagnostic::error(chosen_span, what)
                .with_help(format!("write {wanted} there, or write `java: \"{wanted}\"`")));
        }
    }
    cx.note(format!("Java {}, from {}", chosen.number, chosen.place));
    Ok((chosen.number, chosen_span))
}

/// The number of a release that something names.
pub(super) fn number(value: &str, place: &str, span: Span) -> Result<u32, Diagnostic> {
    parse(value).ok_or_else(|| {
        Diagnostic::error(span, format!("{place} names `{value}`, which is not a release of Java"))
            .with_help("write it as in `java: \"21\"`, to the build")
    })
}

/// What a file says of the release of Java; nothing where it is about other tools.
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
    fn releases_are_written_in_many_ways() {
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
    fn files_of_several_tools_say_the_release() {
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
