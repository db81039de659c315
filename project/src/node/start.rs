//! What an image runs by default: the program that `package.json` starts.
//!
//! A script is a shell command, and an image for `node` has no shell. If an image can do exactly the same without a
//! shell, the result is that command; otherwise, it is the reason, with a suggestion.

use std::collections::BTreeSet;

use super::command::{self, Command, Line};
use super::package::Package;
use super::programs::{Found, Programs};
use slipway_diagnostic::join_path;

/// What an image runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// The arguments of the entrypoint, `node`.
    pub words: Vec<String>,
    /// Variables that the script sets for the program.
    pub env: Vec<(String, String)>,
    /// Files that must exist, relative to the package.
    pub files: Vec<String>,
    /// The key of `package.json` that names it.
    pub key: String,
    /// A `pre` or `post` script, which package managers run but an image does not.
    pub beside: Option<String>,
}

/// Why the command of an image is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unclear {
    /// The problem: `the script "start" needs a shell`.
    pub(crate) why: String,
    /// The suggested arguments, if the arguments of `node` are known, and the files that they require.
    pub(crate) instead: Option<Runs>,
    /// Another suggestion; if it is empty, the script can run unchanged in an image with a shell.
    pub(crate) help: Option<String>,
}

/// What is known about a package.
pub(crate) struct Question<'a> {
    pub(crate) package: &'a Package,
    /// Scripts that run during the build of the image.
    pub(crate) done: &'a [&'a str],
    /// Whether the package manager also runs `prestart` and `poststart`.
    pub(crate) runs_around: bool,
    pub(crate) programs: &'a dyn Programs,
}

/// The maximum depth for scripts that run scripts.
const LONGEST: usize = 16;

impl Question<'_> {
    /// The candidates, the likeliest first: the script `start`, otherwise `main`, otherwise the only program of `bin`,
    /// otherwise the default of `npm start`.
    pub(crate) fn candidates(&self) -> Vec<Result<Runs, Unclear>> {
        let package = self.package;
        if package.scripts.contains_key("start") {
            return vec![self.script("start", &mut BTreeSet::new())];
        }
        let of_key = |file: Option<&String>, key: &str| {
            let file = join_path("", file?)?;
            Some(Ok(Runs {
                words: vec![file.clone()],
                env: Vec::new(),
                files: vec![file],
                key: key.to_owned(),
                beside: None,
            }))
        };
        let server = "server.js".to_owned();
        let keys = [(package.main.as_ref(), "main"), (package.program.as_ref(), "bin"), (Some(&server), "server.js")];
        keys.into_iter().filter_map(|(file, key)| of_key(file, key)).collect()
    }

    /// What a script runs.
    fn script(&self, name: &str, seen: &mut BTreeSet<String>) -> Result<Runs, Unclear> {
        let unclear = |why: String| Unclear { why, instead: None, help: None };
        let Some(text) = self.package.scripts.get(name) else {
            return Err(unclear(format!("there is no script `{name}`")));
        };
        if !seen.insert(name.to_owned()) || seen.len() > LONGEST {
            return Err(Unclear {
                help: Some("name the file that `node` runs, as in `cmd: [dist/server.js]`".to_owned()),
                ..unclear(format!("the script `{name}` runs itself"))
            });
        }
        let mut runs = match command::read(text) {
            Line::One(command) => self.command(name, command, seen)?,
            Line::Several(parts) => {
                let (last, before) = parts.split_last().unzip();
                let runs = last.map(|last| match command::read(last) {
                    Line::One(command) => self.command(name, command, &mut seen.clone()),
                    Line::Several(_) | Line::Shell(_) => Err(unclear(String::new())),
                });
                let rest = before.into_iter().flatten().find(|part| !self.is_done(part));
                match (runs, rest) {
                    (Some(runs), None) => runs?,
                    (runs, rest) => {
                        let rest = rest.map(|rest| shown(rest)).unwrap_or_default();
                        return Err(Unclear {
                            instead: runs.and_then(Result::ok),
                            ..unclear(format!("the script `{name}` does more than start one program: `{rest}`"))
                        });
                    }
                }
            }
            Line::Shell(what) => {
                return Err(unclear(format!("the script `{name}` needs a shell, for {what}: `{}`", shown(text))));
            }
        };
        runs.key = format!("scripts.{name}");
        let around = [format!("pre{name}"), format!("post{name}")];
        let around = around.into_iter().filter(|around| {
            let script = self.package.scripts.get(around);
            self.runs_around
                && script.is_some_and(|script| !self.done.contains(&around.as_str()) && !self.all_done(script))
        });
        runs.beside = runs.beside.or(around.into_iter().next());
        Ok(runs)
    }

    /// Whether a script of the build has already run a command.
    fn is_done(&self, part: &str) -> bool {
        let is_text = |script: &&str| self.package.scripts.get(*script).is_some_and(|text| text.trim() == part.trim());
        let called = match command::read(part) {
            Line::One(command) if command.env.is_empty() => command.called(),
            _ => None,
        };
        let is_name = |script: &&str| called.as_ref().is_some_and(|(name, rest)| *name == **script && rest.is_empty());
        self.done.iter().any(|script| is_text(script) || is_name(script))
    }

    fn all_done(&self, text: &str) -> bool {
        match command::read(text) {
            Line::Several(parts) => parts.iter().all(|part| self.is_done(part)),
            _ => self.is_done(text),
        }
    }

    /// What a command of a script runs.
    fn command(&self, script: &str, command: Command, seen: &mut BTreeSet<String>) -> Result<Runs, Unclear> {
        let unclear = |why: String| Unclear { why, instead: None, help: None };
        if let Some((name, more)) = command.called() {
            if self.package.scripts.contains_key(&name) {
                let mut runs = self.script(&name, seen)?;
                runs.words.extend(more);
                // The value nearest to the program counts.
                let outer = command.env.into_iter().filter(|(name, _)| runs.env.iter().all(|(known, _)| known != name));
                runs.env.extend(outer.collect::<Vec<_>>());
                return Ok(runs);
            }
            if !command.may_be_program() {
                return Err(Unclear {
                    help: Some(
                        "correct the script, or name the file that `node` runs, as in `cmd: [dist/server.js]`"
                            .to_owned(),
                    ),
                    ..unclear(format!("the script `{script}` runs the script `{name}`, which does not exist"))
                });
            }
        }
        let Command { env, words } = command.program();
        let Some((program, arguments)) = words.split_first() else {
            return Err(unclear(format!("the script `{script}` runs nothing")));
        };
        let made = |words: Vec<String>, files: Vec<String>| Runs {
            words,
            env: env.clone(),
            files,
            key: String::new(),
            beside: None,
        };
        if program == "node" || program == "nodejs" {
            let words = arguments.to_vec();
            return match command::file_of_node(arguments) {
                Some(place) => {
                    let mut words = words;
                    let files = words.iter().take(place).filter(|word| word.starts_with('.')).cloned();
                    let mut files: Vec<String> = files.collect();
                    if let Some(program) = words.get_mut(place) {
                        let file = program.strip_prefix("./").unwrap_or(program);
                        // A folder is a package, and its manifest names the file.
                        *program = match file {
                            "" | "." => self
                                .package
                                .main
                                .as_deref()
                                .map(|main| main.trim_start_matches("./"))
                                .unwrap_or("index.js"),
                            file => file,
                        }
                        .to_owned();
                        files.push(program.clone());
                    }
                    Ok(made(words, files))
                }
                None => Err(Unclear {
                    instead: Some(made(words, Vec::new())).filter(|runs| !runs.words.is_empty()),
                    ..unclear(format!(
                        "the file that the script `{script}` runs is unknown: `{}`",
                        shown(&format!("{program} {}", arguments.join(" ")))
                    ))
                }),
            };
        }
        match self.programs.find(program) {
            Found::File { file, is_script: true } => {
                let named = arguments.iter().filter(|word| command::is_source(word)).cloned();
                let files = named.collect();
                Ok(made([file].into_iter().chain(arguments.iter().cloned()).collect(), files))
            }
            Found::File { file, is_script: false } => Err(Unclear {
                instead: Some(made([file].into_iter().chain(arguments.iter().cloned()).collect(), Vec::new())),
                ..unclear(format!("the script `{script}` runs `{program}`, which may not be a program for `node`"))
            }),
            Found::Starter { package } => Err(Unclear {
                instead: arguments
                    .first()
                    .filter(|word| command::is_source(word))
                    .map(|file| made(arguments.to_vec(), vec![file.clone()])),
                ..unclear(format!(
                    "the script `{script}` runs `{program}` of `{package}`, which starts other programs by name"
                ))
            }),
            Found::Development { package } => Err(Unclear {
                help: Some(format!(
                    "move `{package}` to `dependencies`; add `dependencies: all` to the image; or name the compiled file, as in `cmd: [dist/server.js]`"
                )),
                ..unclear(format!(
                    "the script `{script}` runs `{program}`, but `{package}` is one of the `devDependencies`, which are not in the image"
                ))
            }),
            Found::Unknown if program == "bun" || program == "bunx" => Err(Unclear {
                help: Some(
                    "use a base image with Bun: `runtime: \"oven/bun:1-slim\"` and `entrypoint: [bun, run, start]`"
                        .to_owned(),
                ),
                ..unclear(format!("the script `{script}` runs `{program}`, but an image for `node` has no Bun"))
            }),
            Found::Unknown => {
                Err(unclear(format!("the script `{script}` runs `{program}`, which is not a file for `node`")))
            }
        }
    }
}

/// A command as shown in messages.
fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let text = text.trim();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Words as a YAML list.
pub fn list(words: &[String]) -> String {
    let is_plain = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || "./_-".contains(c));
        let known =
            ["true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan", "-", "--", "---", "..."];
        first
            && chars.all(|c| c.is_ascii_alphanumeric() || "./_-=@+".contains(c))
            && !known.contains(&word.to_ascii_lowercase().as_str())
            && word.parse::<f64>().is_err()
    };
    let word = |word: &String| if is_plain(word) { word.clone() } else { serde_json::json!(word).to_string() };
    format!("[{}]", words.iter().map(word).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests;
