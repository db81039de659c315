//! The Python version: from the query, otherwise from the project's own files.
//!
//! Requirements are compared here instead of by a crate for PEP 440. Such a crate does not support Poetry's `^`, `~`
//! and `||`, and it compares whole versions. Here, `3.11` means any of its patches, and an unknown part allows
//! everything.

use slipway_diagnostic::Diagnostic;

use super::query::Query;
use crate::toml_file::at;
use crate::version::is_version;

/// A Python version, and what specifies it.
pub(super) struct Version {
    pub(super) text: String,
    pub(super) place: String,
}

/// Everything in a project that specifies a Python version, the nearest first.
pub(super) struct Candidates {
    /// `.python-version` files, with their paths.
    pub(super) files: Vec<(String, String)>,
    /// Requirements, with their keys and their files.
    pub(super) requirements: Vec<(&'static str, String, String)>,
}

impl Candidates {
    /// Adds the requirements of a manifest.
    pub(super) fn manifest(&mut self, manifest: &toml::Table, path: &str) {
        self.requirements.extend(requirement(manifest).map(|(key, text)| (key, text.to_owned(), path.to_owned())));
    }
}

/// The version to build with.
pub(super) fn choose(query: &Query, told: &Candidates) -> Result<Version, Diagnostic> {
    let span = query.span;
    let line = told.files.iter().find_map(|(path, text)| Some((path, first_line(text)?)));
    let (text, span, place) = if let Some(python) = &query.python {
        (python.value.clone(), python.span, "`python`".to_owned())
    } else if let Some((path, line)) = line {
        (line.to_owned(), span, format!("`{path}`"))
    } else if let Some((key, requirement, _)) = told.requirements.first() {
        let Some(least) = least(requirement) else {
            return Err(Diagnostic::error(span, format!("`{key}` is `{requirement}`, which has no lower bound"))
                .with_help("name the version in the build, as in `python: \"3.13\"`"));
        };
        (least, span, format!("the lowest that `{key}` allows, `{requirement}`"))
    } else {
        return Err(Diagnostic::error(span, "the Python version is unknown")
            .with_help("name it in the build, as in `python: \"3.13\"`, or add a `.python-version` to the project"));
    };
    if !is_version(&text) || !text.contains('.') {
        return Err(Diagnostic::error(span, format!("{place} specifies `{text}`, which is not a Python version"))
            .with_help("write it as in `3.13` or `3.13.1`"));
    }
    if let Some((key, requirement, path)) = told.requirements.iter().find(|told| !allows(&told.1, &text)) {
        return Err(Diagnostic::error(
            span,
            format!("{place} specifies Python {text}, but `{key}` in `{path}` allows only `{requirement}`"),
        )
        .with_help("change one of them, or name a version in the build that both allow, as in `python: \"3.13\"`"));
    }
    Ok(Version { text, place })
}

/// The first line of a `.python-version` that is neither empty nor a comment.
fn first_line(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    Some(line.strip_prefix("cpython-").or_else(|| line.strip_prefix("python-")).unwrap_or(line))
}

/// The Python requirement in a `pyproject.toml`, with its key.
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

/// Whether a version can meet a requirement. An unknown part counts as met; a version without a patch stands for any of
/// its patches.
fn allows(requirement: &str, version: &str) -> bool {
    let version: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    let mut joined = String::new();
    for c in requirement.chars().filter(|c| !c.is_control()) {
        if c != ' ' || !joined.ends_with(['=', '<', '>', '!', '~', '^']) {
            joined.push(c);
        }
    }
    joined.split("||").any(|alternative| {
        alternative.split([',', ' ']).map(str::trim).filter(|clause| !clause.is_empty()).all(|clause| {
            const SIGNS: [&str; 9] = ["===", "==", ">=", "<=", "!=", "~=", "^", "<", ">"];
            let sign = SIGNS.into_iter().find(|sign| clause.starts_with(sign));
            let sign = sign.or_else(|| clause.starts_with('~').then_some("~"));
            let named = clause.trim_start_matches(|c: char| "=<>!~^ ".contains(c));
            let wildcard = named.ends_with('*');
            let named: Vec<u32> = named.split('.').map_while(|part| part.parse().ok()).collect();
            if named.is_empty() {
                return true;
            }
            // As far as both are specified.
            let known = named.len().min(version.len());
            let (Some(left), Some(right)) = (version.get(..known), named.get(..known)) else { return true };
            let whole = known == named.len();
            let prefix = |count: usize| {
                let count = count.min(known);
                version.get(..count) == named.get(..count)
            };
            match sign {
                Some(">=") => left >= right,
                Some(">") => left > right || (left == right && (!whole || version.len() > named.len())),
                Some("<") => left < right || (left == right && !whole),
                Some("<=") => left <= right,
                Some("!=") => !(whole && left == right && (wildcard || version.len() == named.len())),
                Some("~=") => left >= right && prefix(named.len().saturating_sub(1).max(1)),
                Some("~") => left >= right && prefix(2),
                Some("^") => left >= right && prefix(1),
                Some(_) => left == right,
                None => !wildcard || left == right,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_bound_is_the_lowest_version() {
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
    fn requirements_allow_versions() {
        for (requirement, version, expected) in [
            (">=3.11", "3.11", true),
            (">=3.11", "3.10", false),
            (">=3.11.4", "3.11", true),
            (">=3.11.4", "3.11.2", false),
            (">=3.11,<4", "3.13.1", true),
            (">=3.11,<3.13", "3.13", false),
            ("<3.12.1", "3.12", true),
            (">= 3.11.4, < 4", "3.12", true),
            (">3.11", "3.11.2", true),
            ("<=3.11", "3.12", false),
            ("~=3.11", "3.13", true),
            ("~=3.11", "3.10", false),
            ("~=3.11.2", "3.12", false),
            ("==3.11.*", "3.11.9", true),
            ("==3.11.*", "3.12", false),
            ("!=3.11.*", "3.11.4", false),
            ("!=3.11.4", "3.11", true),
            ("^3.11", "3.13", true),
            ("^3.11", "3.10", false),
            ("~3.11", "3.12", false),
            ("^3.9 || ^4.0", "3.11", true),
            ("3.*", "3.11", true),
            ("*", "3.11", true),
        ] {
            assert_eq!(allows(requirement, version), expected, "{requirement} and {version}");
        }
    }

    #[test]
    fn a_version_file_may_have_comments() {
        assert_eq!(first_line("# pinned\n\n cpython-3.12.4 \n3.11\n"), Some("3.12.4"));
        assert_eq!(first_line("\n"), None);
    }
}
