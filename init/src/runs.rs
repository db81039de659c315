//! `RUN`: which commands have a key, or leave nothing that an image lacks.

use slipway_project::paths::in_folder;

use crate::dockerfile::Instruction;
use crate::program::Language;
use crate::shell::{self, short};
use crate::survey::{Survey, name};
use crate::told::Told;

/// Commands that leave nothing that an image lacks.
const IDLE: &[&str] = &[
    "set",
    "echo",
    "true",
    ":",
    "addgroup",
    "groupadd",
    "chown",
    "chmod",
    "rm",
    "update-ca-certificates",
    "ldconfig",
    "export",
    "rmdir",
    "exit",
    "corepack",
    "passwd",
    "usermod",
    "find",
    "printf",
    "test",
    "[",
    "cd",
    "id",
    "ls",
    "upx",
    "strip",
];

impl Told {
    pub(crate) fn run(&mut self, survey: &Survey, context: &str, words: &[String], place: impl Fn() -> String) {
        let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|word| is_setting(word)).collect();
        let words = if words.first() == Some(&"./manage.py") {
            [&["python", "manage.py"], words.get(1..).unwrap_or_default()].concat()
        } else {
            words
        };
        let words = words.strip_prefix(&["sudo"]).unwrap_or(&words);
        let Some((first, rest)) = words.split_first() else { return };
        let operands = || rest.iter().copied().filter(|word| !word.starts_with('-'));
        let has = |word: &str| rest.contains(&word);
        let is_idle = match (name(first), self.language) {
            ("apt-get" | "apt", _) => {
                self.packages.extend(operands().skip_while(|word| *word != "install").skip(1).map(str::to_owned));
                true
            }
            ("apk", _) => {
                self.has_apk = true;
                // What has a name together is for the build.
                let is_virtual = rest.iter().any(|word| word.starts_with("--virtual") || *word == "-t");
                let names = operands().skip_while(|word| *word != "add").skip(1).filter(|_| has("add") && !is_virtual);
                self.packages.extend(names.map(str::to_owned));
                true
            }
            ("adduser" | "useradd", _) => {
                self.users.extend(new_user(rest));
                true
            }
            ("mkdir" | "install", _) => {
                let paths: Vec<_> =
                    operands().filter(|path| path.starts_with('/')).map(|path| self.path(path)).collect();
                self.folders.extend(paths);
                true
            }
            ("npm" | "yarn" | "pnpm" | "bun", Some(Language::Node)) => {
                let is_global = has("-g") || has("--global") || has("global");
                let names = operands().filter(|word| !matches!(*word, "install" | "i" | "add" | "global"));
                // Package managers, and programs that start a program again: the image starts it, or is refused.
                let is_brought = |word: &str| {
                    ["npm", "pnpm", "yarn", "corepack", "nodemon"].iter().any(|own| word.split('@').next() == Some(own))
                };
                !is_global || names.clone().all(is_brought)
            }
            ("npx" | "bunx", Some(Language::Node)) => has("prisma") && has("generate"),
            ("uv" | "poetry", Some(Language::Python)) => true,
            ("pip" | "pip3", Some(Language::Python)) => only_files(rest),
            ("python" | "python3", Some(Language::Python)) => {
                let is_pip = has("pip") && only_files(rest.get(2..).unwrap_or_default());
                let is_static = has("collectstatic") && survey.exists(&in_folder(context, "manage.py"));
                if is_static {
                    self.run.push(words.join(" "));
                }
                is_pip || is_static || has("venv") || has("compileall") || has("pip") && !has("install")
            }
            ("go", Some(Language::Go)) | ("cargo" | "rustup", Some(Language::Rust)) => true,
            ("mvn" | "mvnw" | "gradle" | "gradlew", Some(Language::Java)) => true,
            ("sh" | "bash", _) if rest == ["-c"] => true,
            // Archives of classes only save time.
            ("java", Some(Language::Java)) => {
                rest.iter().any(|word| word.starts_with("-XX:ArchiveClasses") || word.starts_with("-Djarmode="))
            }
            // Dependencies above the application are found as well as in it.
            ("mv", Some(Language::Node)) => operands().all(|path| name(path) == "node_modules"),
            // The time zone is `TZ`.
            ("ln" | "cp", _) => rest.iter().any(|word| word.starts_with("/usr/share/zoneinfo")),
            (first, _) => IDLE.contains(&first),
        };
        if !is_idle {
            self.lost.push(format!("`{}` ({})", short(&words.join(" ")), place()));
        }
    }
}

pub(crate) fn commands(run: &Instruction) -> Vec<Vec<String>> {
    if let Some(words) = run.json() {
        return vec![words];
    }
    // The words that open a here-document are not part of a command.
    let text = if run.heredoc.is_empty() { &run.rest } else { &run.heredoc };
    shell::commands(text)
}

fn is_setting(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// Whether `pip install` installs nothing but files, the project itself, and installers.
fn only_files(words: &[&str]) -> bool {
    let mut rest = words.iter().skip_while(|word| **word != "install").skip(1);
    while let Some(word) = rest.next() {
        if matches!(
            *word,
            "-r" | "--requirement"
                | "-c"
                | "--prefix"
                | "--target"
                | "-t"
                | "-i"
                | "--index-url"
                | "--extra-index-url"
                | "--trusted-host"
                | "--timeout"
                | "--no-binary"
                | "--find-links"
                | "-f"
                | "--root-user-action"
        ) {
            rest.next();
        } else if !word.starts_with('-') && !word.starts_with('.') && !word.starts_with('/') {
            let name = word.split(['=', '<', '>', '~', '[']).next().unwrap_or_default();
            if !matches!(name, "pip" | "setuptools" | "wheel" | "uv" | "poetry" | "poetry-core") {
                return false;
            }
        }
    }
    true
}

/// The user that a command makes, with its number.
fn new_user(words: &[&str]) -> Option<(String, Option<String>)> {
    let mut number = None;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if let Some(value) = word.strip_prefix("--uid=") {
            number = Some(value.to_owned());
        } else if matches!(*word, "-u" | "--uid") {
            number = rest.next().map(|value| (*value).to_owned());
        } else if matches!(
            *word,
            "-g" | "-G"
                | "-h"
                | "-s"
                | "-c"
                | "-d"
                | "-k"
                | "--gid"
                | "--home"
                | "--shell"
                | "--gecos"
                | "--ingroup"
                | "--group"
                | "--home-dir"
                | "--comment"
                | "--groups"
        ) && !(*word == "--group" && rest.len() == 1)
        {
            rest.next();
        } else if !word.starts_with('-') {
            return Some(((*word).to_owned(), number.or_else(|| number_after(rest.as_slice()))));
        }
    }
    None
}

fn number_after(words: &[&str]) -> Option<String> {
    let place = words.iter().position(|word| matches!(*word, "-u" | "--uid"))?;
    words.get(place + 1).map(|value| (*value).to_owned())
}
