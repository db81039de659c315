//! Whether a file is part of a build for a platform with some tags: according to its name (`x_linux_arm64.go`) and its
//! `//go:build` line.
//!
//! The result is `None` if only Go knows it. Reference: <https://pkg.go.dev/cmd/go#hdr-Build_constraints>.

use super::go_file::GoFile;

/// Operating systems in suffixes of file names; see <https://go.dev/src/internal/syslist/syslist.go>.
const SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];
/// Architectures in suffixes of file names.
const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];
/// Tags that may be set by something other than the build's options.
const UNKNOWN: &[&str] = &["race", "msan", "asan", "boringcrypto", "compiler_bootstrap"];
/// The maximum nesting of parentheses.
const DEPTH: usize = 64;

/// The target of a build.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The platform, as in messages.
    pub platform: String,
    /// The architecture, in Go's notation.
    pub architecture: String,
    /// The build's tags.
    pub tags: Vec<String>,
    /// Whether C code is linked.
    pub cgo: bool,
    /// The Go release, such as `1.24.3`.
    pub release: String,
}

impl Target {
    /// Whether a file of this name is part of the build.
    pub fn takes(&self, name: &str, file: &GoFile) -> Option<bool> {
        if !self.takes_name(name) || !self.cgo && file.imports.iter().any(|import| import == "C") {
            return Some(false);
        }
        match &file.constraint {
            Some(text) => Expression { rest: text, target: self }.whole(),
            None => Some(true),
        }
    }

    fn takes_name(&self, name: &str) -> bool {
        let name = name.split('.').next().unwrap_or_default();
        // The part before the first `_` is not a platform.
        let Some((_, rest)) = name.split_once('_') else { return true };
        let mut parts = rest.rsplit('_');
        let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if ARCHITECTURES.contains(&last) {
            return last == self.architecture && (!SYSTEMS.contains(&before) || before == "linux");
        }
        !SYSTEMS.contains(&last) || last == "linux"
    }

    fn has(&self, tag: &str) -> Option<bool> {
        if matches!(tag, "linux" | "unix" | "gc") || tag == self.architecture || self.tags.iter().any(|own| own == tag)
        {
            return Some(true);
        }
        if tag == "cgo" {
            return Some(self.cgo);
        }
        if let Some(minor) = tag.strip_prefix("go1.") {
            let own = self.release.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok())?;
            return Some(minor.parse::<u32>().ok()? <= own);
        }
        (!tag.contains('.') && !UNKNOWN.contains(&tag)).then_some(false)
    }
}

/// The unread part of a `//go:build` line.
#[derive(Clone, Copy)]
struct Expression<'t> {
    rest: &'t str,
    target: &'t Target,
}

impl Expression<'_> {
    fn whole(mut self) -> Option<bool> {
        let value = self.any(DEPTH)?;
        self.rest.trim().is_empty().then_some(value).flatten()
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.rest = self.rest.trim_start();
        self.rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    /// The outer value is `None` for an invalid constraint, the inner one for one that only Go can evaluate.
    fn any(&mut self, depth: usize) -> Option<Option<bool>> {
        let mut value = self.all(depth)?;
        while self.eat("||") {
            let other = self.all(depth)?;
            value = match (value, other) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                (None, _) | (_, None) => None,
            };
        }
        Some(value)
    }

    fn all(&mut self, depth: usize) -> Option<Option<bool>> {
        let mut value = self.one(depth)?;
        while self.eat("&&") {
            let other = self.one(depth)?;
            value = match (value, other) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                (None, _) | (_, None) => None,
            };
        }
        Some(value)
    }

    fn one(&mut self, depth: usize) -> Option<Option<bool>> {
        let mut negated = false;
        while self.eat("!") {
            negated = !negated;
        }
        let value = if self.eat("(") {
            let value = self.any(depth.checked_sub(1)?)?;
            if !self.eat(")") {
                return None;
            }
            value
        } else {
            self.rest = self.rest.trim_start();
            let end = self.rest.find(|c: char| !(c.is_alphanumeric() || "._".contains(c))).unwrap_or(self.rest.len());
            let (tag, rest) = self.rest.split_at(end);
            self.rest = rest;
            (!tag.is_empty()).then(|| self.target.has(tag))?
        };
        Some(value.map(|value| value != negated))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            architecture: "arm64".into(),
            tags: vec!["netgo".into(), "fast".into()],
            cgo: false,
            release: "1.24.3".into(),
            ..Target::default()
        }
    }

    #[test]
    fn file_names_have_constraints() {
        let file = GoFile::parse("package main").unwrap();
        for (name, expected) in [
            ("main.go", true),
            ("linux.go", true),
            ("windows.go", true),
            ("x_windows.go", false),
            ("x_linux.go", true),
            ("x_linux_arm64.go", true),
            ("x_linux_amd64.go", false),
            ("x_windows_arm64.go", false),
            ("x_amd64.go", false),
            ("arm64_x.go", true),
            ("x_unix.go", true),
            ("x_amd64.pb.go", false),
        ] {
            assert_eq!(target().takes(name, &file), Some(expected), "{name}");
        }
    }

    #[test]
    fn constraints_are_evaluated_where_possible() {
        let holds = |text: &str| {
            let text = format!("// x\n\n//go:build {text}\n\npackage main");
            target().takes("main.go", &GoFile::parse(&text).unwrap())
        };
        for (text, expected) in [
            ("linux && !cgo", Some(true)),
            ("ignore", Some(false)),
            ("(darwin || fast) && go1.20", Some(true)),
            ("go1.99", Some(false)),
            ("!(linux||darwin)", Some(false)),
            ("unix && gc", Some(true)),
            ("goexperiment.arenas", None),
            ("race || ignore", None),
            ("race && ignore", Some(false)),
            ("linux linux", None),
            ("", None),
            ("!", None),
            ("(linux", None),
        ] {
            assert_eq!(holds(text), expected, "{text}");
        }
        assert_eq!(holds(&"(".repeat(100_000)), None);
        assert_eq!(target().takes("c.go", &GoFile::parse("package main\nimport \"C\"").unwrap()), Some(false));
        assert_eq!(target().takes("old.go", &GoFile::parse("// +build windows\n\npackage main").unwrap()), None);
    }
}
