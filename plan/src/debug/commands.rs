//! The commands that start a program in a debugger, and their variables.

use serde_json::Value;
use slipway_spec::Diagnostic;

use super::debugging::{Debugging, FOLDER};
use crate::config::{DEFAULT_PATH, Evaluated};
use crate::env::{env_of, set};
use crate::ground::Ground;
use crate::output::Debugger;

/// The name of a debugger.
pub(super) fn name(debugger: &Debugger) -> &'static str {
    match debugger {
        Debugger::Delve { .. } => "Delve",
        Debugger::Node => "the inspector of Node.js",
        Debugger::Debugpy { .. } => "debugpy",
        Debugger::Jdwp { .. } => "a Java virtual machine with a debug agent",
        Debugger::Gdb => "gdbserver",
    }
}

/// Adds a folder to the end of `PATH`.
pub(super) fn add_to_path(base: &Value, env: &mut Vec<(String, String)>, folder: &str) {
    let path = value_of(base, env, "PATH").unwrap_or_else(|| DEFAULT_PATH.to_owned());
    set(env, "PATH", &format!("{path}:{folder}"));
}

/// The value of a variable in an image.
fn value_of(base: &Value, env: &[(String, String)], name: &str) -> Option<String> {
    let of_base = env_of(base);
    let mut known = env.iter().rev().chain(of_base.iter().rev());
    known.find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// Adds a word to a variable that contains options.
fn add_option(base: &Value, env: &mut Vec<(String, String)>, name: &str, option: &str) {
    let known = value_of(base, env, name).unwrap_or_default();
    set(env, name, format!("{known} {option}").trim());
}

/// Starts the program of a config in a debugger, unless it starts one itself.
///
/// # Errors
/// The image does not run the program that the debugger knows.
pub(super) fn start(
    (debugger, port): (&Debugger, u16),
    (ground, debugging): (&Ground, &Debugging),
    config: &mut Evaluated,
) -> Result<(), Diagnostic> {
    let base = &ground.image.config;
    if let Debugger::Jdwp { java } = debugger {
        // Java 8 listens everywhere unless told otherwise, and knows no `*`.
        let address = if *java > 8 { format!("*:{port}") } else { port.to_string() };
        let option = format!("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address={address}");
        if !value_of(base, &config.env, JAVA_OPTIONS).unwrap_or_default().contains("jdwp") {
            add_option(base, &mut config.env, JAVA_OPTIONS, &option);
        }
        return Ok(());
    }
    let inherited = |own: &Option<Vec<String>>, known: &Option<Vec<String>>| own.clone().or_else(|| known.clone());
    let known_cmd = if config.entrypoint.is_some() { &None } else { &ground.known.cmd };
    let mut command = Command {
        entrypoint: inherited(&config.entrypoint, &ground.known.entrypoint).unwrap_or_default(),
        cmd: inherited(&config.cmd, known_cmd).unwrap_or_default(),
    };
    let is_there = command.words().any(is_debugger) || is_inspector(&value_of(base, &config.env, NODE_OPTIONS));
    if is_there || command.words().next().is_none() {
        return Ok(());
    }
    match debugger {
        Debugger::Delve { .. } => {
            let listen = format!("--listen=:{port}");
            let program = format!("{FOLDER}/dlv");
            let words = [&program, "exec", "--headless", &listen, "--accept-multiclient", "--continue"];
            // Releases of Go that are newer than Delve work in general.
            let words = words.into_iter().chain(["--api-version=2", "--check-go-version=false"]);
            command.before_program(debugging, words.map(str::to_owned).collect(), &["--"])?;
        }
        Debugger::Gdb => {
            let (start, port) = (format!("{FOLDER}/gdb/start"), port.to_string());
            let words = [&format!("{FOLDER}/bin/busybox"), "sh", &start, &port];
            command.before_program(debugging, words.map(str::to_owned).to_vec(), &[])?;
        }
        Debugger::Debugpy { python, .. } => {
            let mut words = vec![python.clone(), format!("{FOLDER}/python/slipway_debug.py"), port.to_string()];
            words.append(&mut command.entrypoint);
            command.entrypoint = words;
        }
        Debugger::Node => {
            let option = format!("--inspect=0.0.0.0:{port}");
            if !command.after_node(&option) {
                add_option(base, &mut config.env, command.options_variable(), &option);
                return Ok(());
            }
        }
        Debugger::Jdwp { .. } => {}
    }
    config.entrypoint = Some(command.entrypoint);
    config.cmd = Some(command.cmd).filter(|words| !words.is_empty());
    Ok(())
}

const JAVA_OPTIONS: &str = "JAVA_TOOL_OPTIONS";
const NODE_OPTIONS: &str = "NODE_OPTIONS";

/// Whether a word of a command is, or starts, a debugger.
fn is_debugger(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    matches!(name, "dlv" | "gdbserver" | "lldb-server" | "debugpy") || is_inspector(&Some(word.to_owned()))
}

fn is_inspector(words: &Option<String>) -> bool {
    words.iter().flat_map(|words| words.split(' ')).any(|word| word.starts_with("--inspect"))
}

/// The command of an image.
struct Command {
    entrypoint: Vec<String>,
    cmd: Vec<String>,
}

impl Command {
    fn words(&self) -> impl Iterator<Item = &str> {
        self.entrypoint.iter().chain(&self.cmd).map(String::as_str)
    }

    /// Inserts words before the program of the build, and others after it.
    fn before_program(&mut self, debugging: &Debugging, before: Vec<String>, after: &[&str]) -> Result<(), Diagnostic> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let find = |word: &str| {
            let is_it = |path: &&String| *path == word || !word.contains('/') && name(path) == word;
            debugging.programs.iter().find(is_it).cloned()
        };
        let list = match self.entrypoint.iter().any(|word| find(word).is_some()) {
            true => &mut self.entrypoint,
            false => &mut self.cmd,
        };
        let Some((at, program)) = list.iter().enumerate().find_map(|(at, word)| Some((at, find(word)?))) else {
            // A variant may start a shell, so that people start the debugger by hand.
            if !debugging.is_explicit {
                return Ok(());
            }
            let first = debugging.programs.first().map_or("the program", String::as_str);
            let words = self.words().collect::<Vec<_>>().join(" ");
            let message = format!("the image does not run `{first}`, which the debugger starts, but `{words}`");
            return Err(Diagnostic::error(debugging.span, message)
                .with_help(format!("write `entrypoint: [{first}]` here, or `inspect: false`")));
        };
        let words = before.into_iter().chain([program]).chain(after.iter().map(|word| (*word).to_owned()));
        list.splice(at..=at, words);
        Ok(())
    }

    /// Inserts an option of Node.js, if the command shows where.
    fn after_node(&mut self, option: &str) -> bool {
        let is_node = |word: &String| matches!(word.rsplit('/').next(), Some("node" | "nodejs"));
        for list in [&mut self.entrypoint, &mut self.cmd] {
            if let Some(at) = list.iter().position(is_node) {
                list.insert(at + 1, option.to_owned());
                return true;
            }
        }
        // The entrypoint of the official images starts Node.js if the first argument is an option or a file.
        let is_official = self.entrypoint.last().is_some_and(|word| word.ends_with("docker-entrypoint.sh"));
        let is_file = |word: &String| {
            let extension = word.rsplit_once('.').map(|(_, extension)| extension);
            word.starts_with('-') || matches!(extension, Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts"))
        };
        let fits = is_official && self.cmd.first().is_some_and(is_file);
        if fits {
            self.cmd.insert(0, option.to_owned());
        }
        fits
    }

    /// The variable with options for the program of a script: a package manager is itself a program of Node.js, and
    /// would take the port.
    fn options_variable(&self) -> &'static str {
        let is_manager = |word: &str| matches!(word.rsplit('/').next(), Some("npm" | "npx" | "pnpm"));
        if self.words().any(is_manager) { "npm_config_node_options" } else { NODE_OPTIONS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entrypoint: &[&str], cmd: &[&str]) -> Command {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Command { entrypoint: owned(entrypoint), cmd: owned(cmd) }
    }

    #[test]
    fn the_option_of_node_is_before_its_program() {
        for (entrypoint, cmd, expected) in [
            (&["/nodejs/bin/node"][..], &["main.js", "-v"][..], Some("/nodejs/bin/node -i main.js -v")),
            (&["docker-entrypoint.sh"], &["node", "main.js"], Some("docker-entrypoint.sh node -i main.js")),
            (&["docker-entrypoint.sh"], &["dist/main.js"], Some("docker-entrypoint.sh -i dist/main.js")),
            (&["tini", "--", "node"], &["main.js"], Some("tini -- node -i main.js")),
            (&["docker-entrypoint.sh"], &["npm", "start"], None),
            (&[], &["next", "start"], None),
        ] {
            let mut command = of(entrypoint, cmd);
            let found = command.after_node("-i").then(|| command.words().collect::<Vec<_>>().join(" "));
            assert_eq!(found.as_deref(), expected);
        }
        assert_eq!(of(&[], &["npm", "start"]).options_variable(), "npm_config_node_options");
        assert_eq!(of(&[], &["next", "start"]).options_variable(), NODE_OPTIONS);
    }

    #[test]
    fn a_command_that_starts_a_debugger_is_known() {
        for word in ["/usr/bin/gdbserver", "dlv", "--inspect-brk=9229", "debugpy"] {
            assert!(is_debugger(word), "{word}");
        }
        assert!(!is_debugger("/srv/inspect"));
    }
}
