//! Programs of dependencies: the file that `node` must run for `next`, `tsx` and similar programs.

use super::project::NodeProject;

/// Where programs of dependencies are looked up.
pub(crate) trait Programs {
    /// The kind of a program.
    fn find(&self, program: &str) -> Found;
}

/// The kind of a dependency's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// A file, relative to the package, and whether it is certainly a JavaScript file.
    File { file: String, is_script: bool },
    /// A program that starts others by name, which an image for `node` does not support.
    Starter { package: String },
    /// A program of a development dependency, which is not installed.
    Development { package: String },
    /// Unknown.
    Unknown,
}

/// Files of programs that have not changed for years: of all lockfiles, only npm's records these files.
const KNOWN: &[(&str, &str, &str)] = &[
    ("next", "next", "dist/bin/next"),
    ("ts-node", "ts-node", "dist/bin.js"),
    ("tsx", "tsx", "dist/cli.mjs"),
    ("vite", "vite", "bin/vite.js"),
];

/// Packages whose programs have other names.
const NAMES: &[(&str, &str)] = &[("nest", "@nestjs/cli"), ("ng", "@angular/cli"), ("tsc", "typescript")];

/// Packages that start other programs by name.
const STARTERS: &[&str] = &[
    "@dotenvx/dotenvx",
    "concurrently",
    "cross-env",
    "dotenv-cli",
    "env-cmd",
    "forever",
    "lerna",
    "node-dev",
    "nodemon",
    "npm-run-all",
    "npm-run-all2",
    "nx",
    "pm2",
    "ts-node-dev",
    "turbo",
    "wait-on",
];

/// The programs of a package's dependencies.
pub(crate) struct Installed<'a> {
    pub(crate) project: &'a NodeProject,
    /// Whether development dependencies are also installed.
    pub(crate) with_dev: bool,
}

impl Programs for Installed<'_> {
    fn find(&self, program: &str) -> Found {
        let package = &self.project.package;
        if program.contains('/') || program.starts_with('.') {
            return Found::Unknown;
        }
        let is_dev = |name: &String| !package.dependencies.contains_key(name);
        let mut names = package.dependencies.keys().chain(package.dev_dependencies.keys());
        let Some((name, file)) = names.find_map(|name| Some((name, self.file(name, program)?))) else {
            return Found::Unknown;
        };
        if is_dev(name) && !self.with_dev {
            return Found::Development { package: name.clone() };
        }
        if STARTERS.contains(&name.as_str()) {
            return Found::Starter { package: name.clone() };
        }
        match file {
            Some(file) => {
                let known = KNOWN.iter().any(|(known, of, _)| (*known, *of) == (program, name.as_str()));
                let is_script = known || [".js", ".mjs", ".cjs"].iter().any(|ending| file.ends_with(ending));
                Found::File { file, is_script }
            }
            None => Found::Unknown,
        }
    }
}

impl Installed<'_> {
    /// The program with a name, if a dependency has it; its file may be unknown.
    #[allow(clippy::option_option)] // Whether it has the program, and whether the file is known, are two questions.
    fn file(&self, name: &str, program: &str) -> Option<Option<String>> {
        let lock = self.project.lockfile.as_ref().and_then(|lockfile| lockfile.npm.as_ref());
        let own = self.project.inside(&self.project.folder);
        if let Some((place, file)) = lock.and_then(|lock| lock.program(own, name, program)) {
            let up = match place.strip_prefix(own).filter(|_| !own.is_empty()) {
                Some(inside) => inside.trim_start_matches('/').to_owned(),
                None if own.is_empty() => place,
                None => format!("{}{place}", "../".repeat(own.split('/').count())),
            };
            return Some(Some(format!("{up}/{}", file.trim_start_matches("./"))));
        }
        let of_name = name == program || NAMES.contains(&(program, name));
        if lock.is_some() || !of_name {
            return of_name.then_some(None);
        }
        // pnpm links a package's dependencies into its own folder; other managers may install them further up.
        let is_here = self.project.folder == self.project.root || self.project.manager == super::manager::Manager::Pnpm;
        let known = KNOWN.iter().find(|(known, of, _)| (*known, *of) == (program, name)).filter(|_| is_here);
        Some(known.map(|(_, of, file)| format!("node_modules/{of}/{file}")))
    }
}
