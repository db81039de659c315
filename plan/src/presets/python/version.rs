//! Which Python: what the spec says, else the project's own files.

use slipway_spec::model::PythonOptions;
use slipway_spec::{Diagnostic, Span};

use crate::Project;
use crate::presets::common::{at, is_version};
use crate::presets::{Context, in_folder};

/// A version of Python, and who said so.
pub(super) struct Version {
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) place: String,
}

/// The version to build with.
pub(super) fn choose<P: Project>(
    cx: &Context<'_, P>,
    options: &PythonOptions,
    version_file: Option<&str>,
    pyproject: &toml::Table,
    folder: &str,
) -> Result<Version, Diagnostic> {
    let span = cx.span();
    let (text, span, place) = if let Some(template) = &options.python {
        (cx.eval(template)?, template.span, "`python`".to_owned())
    } else if let Some(line) = version_file.and_then(first_line) {
        (line.to_owned(), span, format!("`{}`", in_folder(folder, ".python-version")))
    } else if let Some((key, requirement)) = requirement(pyproject) {
        let Some(least) = least(requirement) else {
            return Err(Diagnostic::error(
                span,
                format!("`{key}` is `{requirement}`, which names no least version of Python"),
            )
            .with_help("write the version, as in `python: \"3.13\"`, to the build"));
        };
        (least, span, format!("the least that `{key}` allows, `{requirement}`"))
    } else {
        return Err(Diagnostic::error(span, "nothing says which version of Python the program wants")
            .with_help("add `python: \"3.13\"` to the build, or a `.python-version` to the project"));
    };
    if !is_version(&text) || !text.contains('.') {
        return Err(Diagnostic::error(span, format!("{place} names `{text}`, which is not a version of Python"))
            .with_help("write it as in `3.13` or `3.13.1`"));
    }
    Ok(Version { text, span, place })
}

/// The first line of a `.python-version` that says something.
fn first_line(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    Some(line.strip_prefix("cpython-").or_else(|| line.strip_prefix("python-")).unwrap_or(line))
}

/// What `pyproject.toml` requires of Python, and the key that says so.
fn requirement(pyproject: &toml::Table) -> Option<(&'static str, &str)> {
    let text = |path: &[&str]| at(pyproject, path).and_then(toml::Value::as_str);
    text(&["project", "requires-python"])
        .map(|text| ("requires-python", text))
        .or_else(|| Some(("tool.poetry.dependencies.python", text(&["tool", "poetry", "dependencies", "python"])?)))
}

/// The minor version of the lower bound of a requirement such as `>=3.11,<4`, `~=3.12.1`, `==3.13.*` or `^3.11`.
fn least(requirement: &str) -> Option<String> {
    requirement
        .split(',')
        .filter_map(|clause| {
            let clause = clause.trim();
            let version = ["===", "==", ">=", "~=", "^", "~", ">"].iter().find_map(|sign| clause.strip_prefix(sign))?;
            let mut parts = version.trim().split('.');
            let major: u32 = parts.next()?.parse().ok()?;
            let minor: u32 = parts.next()?.trim_end_matches('*').parse().ok()?;
            Some((major, minor))
        })
        .max()
        .map(|(major, minor)| format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_version_is_that_of_the_lower_bound() {
        for (requirement, expected) in [
            (">=3.11", Some("3.11")),
            (">= 3.11.4, <4", Some("3.11")),
            ("~=3.12.1", Some("3.12")),
            ("==3.13.*", Some("3.13")),
            ("^3.10", Some("3.10")),
            (">3.9,>=3.10", Some("3.10")),
            ("<3.13", None),
            (">=3", None),
            ("", None),
        ] {
            assert_eq!(least(requirement).as_deref(), expected, "{requirement}");
        }
    }

    #[test]
    fn a_version_file_may_have_comments() {
        assert_eq!(first_line("# pinned\n\n cpython-3.12.4 \n3.11\n"), Some("3.12.4"));
        assert_eq!(first_line("\n"), None);
    }
}
