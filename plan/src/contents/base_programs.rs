//! Programs that a base certainly has or lacks, by its name.

use super::base::{Base, Flavor, Kind, ROOT_FOLDERS};

/// Common programs of a distribution or a language, found by name.
const SHELLS: &[&str] = &["sh", "ash", "dash", "bash", "zsh"];
const WELL_KNOWN: &[&str] = &[
    "apk",
    "apt-get",
    "bun",
    "bunx",
    "busybox",
    "cat",
    "curl",
    "dumb-init",
    "echo",
    "env",
    "gosu",
    "java",
    "nc",
    "node",
    "nodejs",
    "npm",
    "npx",
    "perl",
    "php",
    "pnpm",
    "ps",
    "python",
    "python3",
    "ruby",
    "sleep",
    "su",
    "su-exec",
    "sudo",
    "tail",
    "test",
    "tini",
    "wget",
    "yarn",
];
/// Programs that plain images of distributions lack.
const NEVER_PLAIN: &[&str] = &["bun", "bunx", "dumb-init", "gosu", "pnpm", "su-exec", "sudo", "tini", "zsh"];
/// Folders in which programs without a path are found.
const BINARIES: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

impl Base {
    /// Whether it has a program, by an absolute path or by name; `None` if unknown.
    #[must_use]
    pub fn has_program(&self, program: &str) -> Option<bool> {
        match self.holds(program) {
            Some(false) if self.is_replaced() => None,
            known => known,
        }
    }

    fn holds(&self, program: &str) -> Option<bool> {
        if self.kind == Kind::Scratch {
            return Some(false);
        }
        if self.kind == Kind::Unknown {
            return None;
        }
        let name = match program.rsplit_once('/') {
            None => program,
            Some((folder, name)) if BINARIES.contains(&folder) => name,
            Some(_) => return self.holds_elsewhere(program),
        };
        let is_known = SHELLS.contains(&name) || WELL_KNOWN.contains(&name);
        match self.kind {
            Kind::Distroless(Flavor::Static) => Some(false),
            Kind::Distroless(Flavor::Python) if name == "python3" => Some(true),
            Kind::Distroless(Flavor::Java) if name == "java" => Some(true),
            Kind::Distroless(Flavor::Node) if program == "node" => None,
            Kind::Distroless(Flavor::Debug) => matches!(name, "sh" | "busybox").then_some(true),
            Kind::Distroless(_) => is_known.then_some(false),
            Kind::Busybox => match name {
                "sh" | "ash" | "busybox" | "wget" | "nc" | "env" | "cat" | "echo" | "sleep" | "tail" | "test" => {
                    Some(true)
                }
                _ => is_known.then_some(false),
            },
            Kind::Alpine => match name {
                "sh" | "ash" | "busybox" | "wget" | "nc" | "env" | "cat" | "echo" | "sleep" | "tail" | "test"
                | "apk" | "ps" => Some(true),
                "bash" | "curl" | "apt-get" => self.is_plain().then_some(false),
                _ => self.of_language(program, name),
            },
            Kind::Debian => match name {
                "sh" | "dash" | "bash" | "env" | "cat" | "echo" | "sleep" | "tail" | "test" | "apt-get" | "perl" => {
                    Some(true)
                }
                "curl" | "wget" | "nc" => (self.is_slim() && self.is_plain()).then_some(false),
                "apk" | "ash" => Some(false),
                _ => self.of_language(program, name),
            },
            Kind::RedHat => matches!(name, "sh" | "bash").then_some(true),
            Kind::Scratch | Kind::Unknown => None,
        }
    }

    /// Whether an official image of a distribution or a language has a program that is found by name.
    fn of_language(&self, program: &str, name: &str) -> Option<bool> {
        if !self.is_plain() {
            return None;
        }
        if let Some(release) = name.strip_prefix("python3.") {
            return self.of_python(program, release);
        }
        // Images of a language have it in `/usr/local`; larger ones also have the distribution's Python.
        let is_elsewhere = program.contains('/') && !program.starts_with("/usr/local/");
        let is_small = self.is_slim() || self.kind == Kind::Alpine;
        match (self.official(), name) {
            ("node", "node" | "nodejs" | "npm" | "npx") if is_elsewhere => return Some(false),
            ("python", "python" | "python3") if is_elsewhere => return is_small.then_some(false),
            _ => {}
        }
        match (name, self.official()) {
            ("node" | "nodejs" | "npm" | "npx", "node") | ("python" | "python3", "python") => Some(true),
            ("yarn", "node") => None,
            _ if NEVER_PLAIN.contains(&name) => Some(false),
            ("node" | "nodejs" | "npm" | "npx" | "yarn" | "java" | "php", _) => Some(false),
            ("python" | "python3", _) => (self.is_slim() || self.official() == "alpine").then_some(false),
            _ => None,
        }
    }

    /// Python of a minor release, as `python3.12`.
    fn of_python(&self, program: &str, release: &str) -> Option<bool> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_small = self.is_slim() || self.kind == Kind::Alpine;
        let own = self.tag().split(['-', '.']).nth(1).filter(|own| self.official() == "python" && is_number(own));
        if !is_number(release) {
            return None;
        }
        let is_elsewhere = program.contains('/') && !program.starts_with("/usr/local/");
        match own {
            Some(own) if own == release && !is_elsewhere => Some(true),
            // Larger images also have the distribution's Python.
            Some(_) => is_small.then_some(false),
            None if self.official() == "python" => None,
            None => (self.is_slim() || self.official() == "alpine").then_some(false),
        }
    }

    /// A path outside the program folders.
    fn holds_elsewhere(&self, path: &str) -> Option<bool> {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        match self.kind {
            Kind::Distroless(Flavor::Node) if first == "nodejs" => (path == "/nodejs/bin/node").then_some(true),
            Kind::Distroless(Flavor::Debug) if first == "busybox" => None,
            Kind::Distroless(Flavor::Static) => Some(false),
            Kind::Distroless(_) => (!ROOT_FOLDERS.contains(&first)).then_some(false),
            _ => (self.is_plain() && !ROOT_FOLDERS.contains(&first)).then_some(false),
        }
    }
}
