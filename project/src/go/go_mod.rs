//! The parts of `go.mod` that a build depends on.
//!
//! Crates that parse the whole file reject newer directives (such as `ignore`), and a new Go release must not break
//! builds. So this reads the relevant lines and leaves the rest to Go. Reference of the format:
//! <https://go.dev/ref/mod#go-mod-file>.

/// The contents of a `go.mod`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoMod {
    /// Path of the module.
    pub module: Option<String>,
    /// The minimum Go version, such as `1.24` or `1.24.3`.
    pub go: Option<String>,
    /// The toolchain, such as `1.24.3`.
    pub toolchain: Option<String>,
    /// The modules that it requires, with their versions.
    pub requirements: Vec<(String, String)>,
    /// Folders that replace modules.
    pub replacements: Vec<Replacement>,
}

/// A folder that replaces a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The module's path, as in imports.
    pub module: String,
    /// The only version that it replaces; every version if absent.
    pub version: Option<String>,
    /// The folder, relative to the file.
    pub folder: String,
}

impl Replacement {
    /// A `replace` directive, if it names a folder.
    pub fn parse(words: &[String]) -> Option<Self> {
        let module = words.first()?.clone();
        let version = words.get(1).filter(|word| *word != "=>").cloned();
        let folder = words.iter().skip_while(|word| *word != "=>").nth(1)?;
        let is_folder = matches!(folder.as_str(), "." | "..")
            || ["./", "../", "/"].iter().any(|beginning| folder.starts_with(beginning));
        is_folder.then(|| Self { module, version, folder: folder.clone() })
    }
}

/// Calls with the verb and the arguments of each directive, single or in a block.
pub(super) fn directives(text: &str, mut each: impl FnMut(&str, &[String])) {
    let mut block: Option<String> = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split_once("//").map_or(line, |(code, _)| code);
        let mut words: Vec<String> = line.split_whitespace().map(unquote).collect();
        if words.is_empty() {
            continue;
        }
        match &block {
            Some(_) if words.first().is_some_and(|word| word == ")") => block = None,
            Some(verb) => each(verb, &words),
            None => {
                let verb = words.remove(0);
                // `require(` is valid without a space.
                match (verb.strip_suffix('('), words.first().map(String::as_str)) {
                    (Some(verb), _) => block = Some(verb.to_owned()),
                    (None, Some("(")) => block = Some(verb),
                    (None, _) => each(&verb, &words),
                }
            }
        }
    }
}

/// The version in the argument of a `toolchain` directive.
pub(super) fn toolchain(words: &[String]) -> Option<String> {
    words.first().and_then(|name| name.strip_prefix("go")).map(str::to_owned)
}

impl GoMod {
    /// Reads one. Unknown lines are ignored.
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        directives(text, |verb, words| file.directive(verb, words));
        file
    }

    fn directive(&mut self, verb: &str, words: &[String]) {
        let first = || words.first().cloned();
        match verb {
            "module" => self.module = first(),
            "go" => self.go = first(),
            "toolchain" => self.toolchain = toolchain(words),
            "require" => self.requirements.extend(words.first().cloned().zip(words.get(1).cloned())),
            "replace" => self.replacements.extend(Replacement::parse(words)),
            _ => {}
        }
    }

    /// Whether it requires a module from elsewhere: neither in the workspace nor replaced by a folder. Such modules
    /// have checksums.
    pub fn requires_beside(&self, workspace: &[&str], replacements: &[&Replacement]) -> bool {
        let is_local = |(module, version): &(String, String)| {
            let stands_in = |replacement: &&Replacement| {
                replacement.module == *module && replacement.version.as_ref().is_none_or(|only| only == version)
            };
            workspace.contains(&module.as_str()) || replacements.iter().any(stands_in)
        };
        !self.requirements.iter().all(is_local)
    }

    /// The last part of the module's path, without a version suffix: the program name that `go build` uses.
    pub fn program(&self) -> Option<&str> {
        let path = self.module.as_deref()?;
        let mut parts = path.rsplit('/');
        let last = parts.next()?;
        let is_version = last.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if is_version { parts.next().or(Some(last)) } else { Some(last) }
    }
}

fn unquote(word: &str) -> String {
    word.trim_matches(|c| c == '"' || c == '`').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relevant_parts_are_parsed() {
        let file = GoMod::parse(
            "// Deprecated: x\nmodule \"example.com/shop/v2\" // c\n\ngo 1.24.0\ntoolchain go1.24.3\n\nignore ./node_modules\n\
             require(\n\ta.com/b v1.0.0 // indirect\n)\nreplace a.com/b v1.0.0 => ../b // local\nreplace (\n\tc.com/d => ./d\n\te.com/f => g.com/f v1.0.0\n)\n",
        );
        assert_eq!(
            file,
            GoMod {
                module: Some("example.com/shop/v2".into()),
                go: Some("1.24.0".into()),
                toolchain: Some("1.24.3".into()),
                requirements: vec![("a.com/b".into(), "v1.0.0".into())],
                replacements: vec![
                    Replacement { module: "a.com/b".into(), version: Some("v1.0.0".into()), folder: "../b".into() },
                    Replacement { module: "c.com/d".into(), version: None, folder: "./d".into() },
                ],
            }
        );
        assert_eq!(file.program(), Some("shop"));
    }

    #[test]
    fn an_empty_require_block_requires_nothing() {
        let file = GoMod::parse("module hello\ngo 1.24\nrequire (\n)\n");
        assert_eq!(file.requirements, []);
        assert_eq!(file.program(), Some("hello"));
        assert_eq!(GoMod::parse("\u{0}((((").module, None);
    }

    #[test]
    fn local_modules_need_no_checksums() {
        let file = GoMod::parse("require (\n\ta.com/b v1.0.0\n\tc.com/d v1.0.0\n)\nreplace a.com/b v1.0.0 => ../b\n");
        let stand_ins: Vec<_> = file.replacements.iter().collect();
        assert!(file.requires_beside(&[], &stand_ins));
        assert!(!file.requires_beside(&["c.com/d"], &stand_ins));
        let later = GoMod::parse("require a.com/b v1.1.0\n");
        assert!(later.requires_beside(&[], &stand_ins), "the folder stands in for another version");
    }
}
