//! The few lines of `go.mod` that a build depends on.
//!
//! The crates that parse the whole file refuse directives newer than themselves (`ignore`, say), and a build must not stop because Go moved on; so this reads what it
//! needs, line by line, and leaves the rest to Go. Source of the format: <https://go.dev/ref/mod#go-mod-file>.

/// What a `go.mod` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct GoMod {
    /// Path of the module.
    pub(super) module: Option<String>,
    /// The least version of Go, such as `1.24` or `1.24.3`.
    pub(super) go: Option<String>,
    /// The toolchain asked for, such as `1.24.3`.
    pub(super) toolchain: Option<String>,
    /// Whether it requires any other module.
    pub(super) has_requirements: bool,
    /// Folders that stand in for modules, relative to the file.
    pub(super) local_replacements: Vec<String>,
}

impl GoMod {
    pub(super) fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut block: Option<String> = None;
        for line in text.lines() {
            let line = line.split_once("//").map_or(line, |(code, _)| code);
            let mut words: Vec<String> = line.split_whitespace().map(unquote).collect();
            if words.is_empty() {
                continue;
            }
            match &block {
                Some(_) if words.first().is_some_and(|word| word == ")") => block = None,
                Some(verb) => file.directive(&verb.clone(), &words),
                None => {
                    let verb = words.remove(0);
                    // `require(` is as good as `require (`.
                    match (verb.strip_suffix('('), words.first().map(String::as_str)) {
                        (Some(verb), _) => block = Some(verb.to_owned()),
                        (None, Some("(")) => block = Some(verb),
                        (None, _) => file.directive(&verb, &words),
                    }
                }
            }
        }
        file
    }

    fn directive(&mut self, verb: &str, words: &[String]) {
        let first = || words.first().cloned();
        match verb {
            "module" => self.module = first(),
            "go" => self.go = first(),
            "toolchain" => {
                self.toolchain = first().and_then(|name| name.strip_prefix("go").map(str::to_owned));
            }
            "require" => self.has_requirements = true,
            "replace" => {
                let target = words.iter().skip_while(|word| *word != "=>").nth(1);
                if let Some(path) = target.filter(|path| path.starts_with("./") || path.starts_with("../")) {
                    self.local_replacements.push(path.clone());
                }
            }
            _ => {}
        }
    }

    /// The last part of the module's path, without a version suffix: what `go build` calls the program.
    pub(super) fn program(&self) -> Option<&str> {
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
    fn reads_what_a_build_needs() {
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
                has_requirements: true,
                local_replacements: vec!["../b".into(), "./d".into()],
            }
        );
        assert_eq!(file.program(), Some("shop"));
    }

    #[test]
    fn an_empty_require_block_requires_nothing() {
        let file = GoMod::parse("module hello\ngo 1.24\nrequire (\n)\n");
        assert!(!file.has_requirements);
        assert_eq!(file.program(), Some("hello"));
        assert_eq!(GoMod::parse("\u{0}((((").module, None);
    }
}
