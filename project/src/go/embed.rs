//! Converts patterns of `//go:embed` to patterns of the engine. Reference: <https://pkg.go.dev/embed#hdr-Directives>.

/// The files that a pattern includes and excludes, relative to the package's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Embedded {
    /// The pattern of included files.
    pub include: String,
    /// Patterns of excluded files.
    pub exclude: Vec<String>,
}

/// The files of a pattern; `None` for one that the compiler rejects.
///
/// A pattern matches files by name, and folders with their contents except names that start with `.` or `_`; with
/// `all:`, these as well.
pub(super) fn embedded(pattern: &str) -> Option<Embedded> {
    let (pattern, all) = match pattern.strip_prefix("all:") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    if pattern.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    // In Go, `**` is the same as `*`; on the engine, it matches any number of folders.
    let mut include = pattern.to_owned();
    while include.contains("**") {
        include = include.replace("**", "*");
    }
    if include.starts_with('!') {
        include.insert(0, '\\');
    }
    let exclude = if all { Vec::new() } else { vec![format!("{include}/**/.*"), format!("{include}/**/_*")] };
    Some(Embedded { include, exclude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_include_and_exclude_files() {
        let of = |pattern| embedded(pattern).map(|found| (found.include, found.exclude.join(" ")));
        assert_eq!(of("a.txt"), Some(("a.txt".into(), "a.txt/**/.* a.txt/**/_*".into())));
        assert_eq!(of("all:static"), Some(("static".into(), String::new())));
        assert_eq!(of("all:x/**/*.md"), Some(("x/*/*.md".into(), String::new())));
        assert_eq!(of("all:!x"), Some(("\\!x".into(), String::new())));
        for refused in [".", "../x", "/x", "x/", "", "all:", "a//b"] {
            assert_eq!(of(refused), None, "{refused}");
        }
    }
}
