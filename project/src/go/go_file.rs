//! The imports of a `.go` file, and the patterns that it embeds.
//!
//! Only the clauses at the top are read. Build constraints are not evaluated: imports count on every platform and with
//! every tag, so that one set of sources is correct for all of them. References:
//! <https://go.dev/ref/spec#Source_file_organization>, <https://pkg.go.dev/embed>.

use crate::Entry;

/// The imports and embeds of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoFile {
    /// Its package.
    pub package: String,
    /// The constraint in its `//go:build` line. Empty, which is not a valid constraint, if there are only lines of the
    /// older form `// +build`.
    pub constraint: Option<String>,
    /// Import paths, in the file's order.
    pub imports: Vec<String>,
    /// Patterns of `//go:embed`, relative to the file's folder; empty in a file that does not import `embed`.
    pub embeds: Vec<String>,
    /// Whether it is marked as not being part of a program, as scripts and lists of tools are.
    pub is_apart: bool,
}

impl GoFile {
    /// Reads a file; `None` if it is not valid Go.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.trim_start_matches('\u{feff}') };
        if reader.word()? != "package" {
            return None;
        }
        let package = reader.word()?.to_owned();
        let mut imports = Vec::new();
        loop {
            reader.skip();
            let mut ahead = reader.clone();
            if ahead.word() != Some("import") {
                break;
            }
            reader = ahead;
            reader.skip();
            if reader.eat('(') {
                loop {
                    reader.skip();
                    if reader.eat(')') {
                        break;
                    }
                    imports.push(reader.import()?);
                }
            } else {
                imports.push(reader.import()?);
            }
        }
        let embeds = if imports.iter().any(|path| path == "embed") { embeds(text) } else { Vec::new() };
        let constraint = constraint(text);
        let is_apart = constraint.as_ref().is_some_and(|constraint| matches!(constraint.as_str(), "ignore" | "tools"));
        Some(Self { package, constraint, imports, embeds, is_apart })
    }
}

/// The constraint before the package clause.
fn constraint(text: &str) -> Option<String> {
    let head = || text.lines().take_while(|line| !line.starts_with("package ")).map(str::trim_start);
    let line = head().find_map(|line| line.strip_prefix("//go:build").filter(|rest| rest.starts_with([' ', '\t'])));
    // A comment at its end is not part of it.
    let line = line.map(|line| line.split("//").next().unwrap_or_default().trim().to_owned());
    let is_older = |line: &str| line.strip_prefix("//").is_some_and(|rest| rest.trim_start().starts_with("+build "));
    line.or_else(|| head().any(is_older).then(String::new))
}

#[derive(Clone)]
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// Skips spaces, lines, semicolons and comments; an unclosed comment extends to the end of the file.
    fn skip(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
            let after = if let Some(comment) = self.rest.strip_prefix("//") {
                comment.split_once('\n').map(|(_, after)| after)
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                comment.split_once("*/").map(|(_, after)| after)
            } else {
                return;
            };
            self.rest = after.unwrap_or_default();
        }
    }

    fn eat(&mut self, c: char) -> bool {
        self.rest.strip_prefix(c).inspect(|rest| self.rest = rest).is_some()
    }

    /// A keyword or name.
    fn word(&mut self) -> Option<&'t str> {
        self.skip();
        let end = self.rest.find(|c: char| !(c == '_' || c.is_alphanumeric())).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// One import: a path, optionally after a name, `.` or `_`.
    fn import(&mut self) -> Option<String> {
        self.skip();
        if !self.eat('.') && !self.rest.starts_with(['"', '`']) {
            self.word()?;
        }
        self.skip();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '`'))?;
        // An import path contains no escapes and no line breaks.
        let (path, rest) = self.rest.get(1..)?.split_once(quote)?;
        self.rest = rest;
        (!path.is_empty() && !path.contains(['\n', '\\'])).then(|| path.to_owned())
    }
}

/// The patterns of all `//go:embed` lines. A line inside a string counts as well; its matches are then unused inputs.
fn embeds(text: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    for line in text.lines() {
        let Some(arguments) = line.trim_start().strip_prefix("//go:embed") else { continue };
        if arguments.starts_with([' ', '\t']) {
            words(arguments, &mut patterns);
        }
    }
    patterns
}

/// Words separated by spaces, quoted if they contain one; invalid words are left to the compiler to report.
fn words(mut text: &str, into: &mut Vec<String>) {
    loop {
        text = text.trim_start();
        let Some(first) = text.chars().next() else { return };
        let (word, rest) = match first {
            '`' => match text.get(1..).and_then(|inside| inside.split_once('`')) {
                Some((word, rest)) => (word.to_owned(), rest),
                None => return,
            },
            '"' => match quoted(text) {
                Some(found) => found,
                None => return,
            },
            _ => {
                let end = text.find(char::is_whitespace).unwrap_or(text.len());
                let (word, rest) = text.split_at(end);
                (word.to_owned(), rest)
            }
        };
        into.push(word);
        text = rest;
    }
}

/// A string in double quotes with the escapes that file names need, and the rest.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((word, text.get(at + 1..)?)),
            '\\' => word.push(chars.next().map(|(_, escaped)| escaped).filter(|c| matches!(c, '"' | '\\'))?),
            _ => word.push(c),
        }
    }
    None
}

/// Names of the files whose imports count.
pub(super) fn sources(listing: &[Entry]) -> impl Iterator<Item = &str> {
    let files = listing.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str());
    files.filter(|name| name.ends_with(".go") && !name.ends_with("_test.go") && !name.starts_with(['_', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Option<Vec<String>> {
        GoFile::parse(text).map(|file| file.imports)
    }

    #[test]
    fn imports_are_found_in_all_forms() {
        let text = "\u{feff}// Copyright\n//go:build windows\n\n/* package x */ package api // the api\n\nimport \"fmt\"; import str \"strings\"\n\
                    import (\n\t. \"a.com/dot\"\n\t_ `a.com/raw` // why\n\tπ \"a.com/name\"; \"a.com/two\"\n\t/* \"no\" */\n)\nimport()\nimport\"C\"\n\
                    var x = `import \"not\"`\nimport \"late\"\n";
        assert_eq!(
            imports(text).unwrap(),
            ["fmt", "strings", "a.com/dot", "a.com/raw", "a.com/name", "a.com/two", "C"]
        );
        assert_eq!(imports("package main").unwrap(), [] as [&str; 0]);
        assert_eq!(imports("package main\nfunc importer() {}").unwrap(), [] as [&str; 0]);
    }

    #[test]
    fn invalid_go_is_rejected() {
        for text in [
            "",
            "\0\0",
            "hello",
            "package",
            "package a\nimport x y",
            "package a\nimport (\"a\"",
            "package a\nimport \"a\\n\"",
            "/* package a",
        ] {
            assert_eq!(GoFile::parse(text), None, "{text}");
        }
    }

    #[test]
    fn scripts_and_tool_lists_are_not_part_of_a_program() {
        let is_apart = |text| GoFile::parse(text).unwrap().is_apart;
        assert!(is_apart("// x\n//go:build ignore\n\npackage main\n"));
        assert!(!is_apart("//go:build linux\n\npackage main\n//go:build tools\n"));
    }

    #[test]
    fn patterns_of_embedded_files() {
        let text = "package a\nimport _ \"embed\"\n//go:embed a.txt all:static \"with space/*\" `raw name`\nvar x string\nvar (\n\t//go:embed b\t*.html \"q\\\"q\"\n\ty []byte\n)\n\
                    //go:embedded no\n// //go:embed no\n//go:embed \"open\n";
        assert_eq!(
            GoFile::parse(text).unwrap().embeds,
            ["a.txt", "all:static", "with space/*", "raw name", "b", "*.html", "q\"q"]
        );
        assert_eq!(GoFile::parse("package a\n//go:embed x\n").unwrap().embeds, [] as [&str; 0]);
    }
}
