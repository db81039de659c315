//! Patterns of `//go:embed` as patterns of the engine. Source: <https://pkg.go.dev/embed#hdr-Directives>.

/// What a pattern takes and leaves, relative to the package's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Embedded {
    /// The pattern of what it takes.
    pub include: String,
    /// Patterns of what it leaves.
    pub exclude: Vec<String>,
}

/// The files that a pattern means; `None` for one that the compiler refuses.
///
/// A pattern means files that it names, and of folders that it names all that is in them but what begins with `.` or
/// `_`; with `all:` that as well.
pub(super) fn embedded(pattern: &str) -> Option<Embedded> {
    let (pattern, all) = match pattern.strip_prefix("all:") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    if pattern.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return None;
    }
    // To Go `**` is no more than `*`; to the engine it is any number of folders.
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
    fn what_patterns_take_and_leave() {
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
