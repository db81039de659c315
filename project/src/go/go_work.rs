//! The contents of a `go.work`. Reference of the format: <https://go.dev/ref/mod#go-work-file>.

use super::go_mod::{Replacement, directives, toolchain};

/// Several modules that are built together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoWork {
    /// The minimum Go version.
    pub go: Option<String>,
    /// The toolchain.
    pub toolchain: Option<String>,
    /// Folders of its modules, relative to the file.
    pub uses: Vec<String>,
    /// Folders that replace modules.
    pub replacements: Vec<Replacement>,
}

impl GoWork {
    /// Reads one. Unknown lines are ignored.
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        directives(text, |verb, words| match verb {
            "go" => file.go = words.first().cloned(),
            "toolchain" => file.toolchain = toolchain(words),
            "use" => file.uses.extend(words.first().cloned()),
            "replace" => file.replacements.extend(Replacement::parse(words)),
            _ => {}
        });
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relevant_parts_are_parsed() {
        let file = GoWork::parse(
            "go 1.24.0\ntoolchain go1.25.1\nuse .\nuse (\n\t./svc/api // x\n\t\"./lib\"\n)\nreplace a.com/b => ./b\nreplace c.com/d => e.com/f v1.0.0\n",
        );
        assert_eq!(
            file,
            GoWork {
                go: Some("1.24.0".into()),
                toolchain: Some("1.25.1".into()),
                uses: vec![".".into(), "./svc/api".into(), "./lib".into()],
                replacements: vec![Replacement { module: "a.com/b".into(), version: None, folder: "./b".into() }],
            }
        );
    }
}
