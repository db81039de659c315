//! Parses a script of `package.json` as a command: its words, and the variables that it sets.
//!
//! Only syntax that all shells interpret alike is parsed. For the rest, the result says why a shell is required.

/// The result of parsing a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// One command.
    One(Command),
    /// Several commands, in sequence or in parallel.
    Several(Vec<String>),
    /// A script that requires a shell, and why.
    Shell(String),
}

/// A command that requires no shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) env: Vec<(String, String)>,
    pub(crate) words: Vec<String>,
}

/// Parses a script.
pub(crate) fn read(script: &str) -> Line {
    let shell = |what: &str| Line::Shell(what.to_owned());
    let mut quote = None;
    let mut parts = vec![String::new()];
    let mut chars = script.trim().chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\\') => return shell("a backslash"),
            (Some(open), c) if open == c => quote = None,
            (Some('\''), _) => {}
            (_, '$' | '`') => return shell("a variable"),
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '<' | '>') => return shell("a redirection"),
            (None, '*' | '?' | '[' | '{' | '}') => return shell("a pattern"),
            (None, '(' | ')') => return shell("a group of commands"),
            (None, '~' | '#' | '!') if before.is_whitespace() => return shell(&format!("`{c}`")),
            (None, '&' | '|' | ';' | '\n') => {
                chars.next_if_eq(&c);
                parts.push(String::new());
                before = ' ';
                continue;
            }
            (None, _) => {}
        }
        before = c;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    if quote.is_some() {
        return shell("a quote that does not end");
    }
    parts.retain(|part| !part.trim().is_empty());
    if parts.len() > 1 {
        return Line::Several(parts.into_iter().map(|part| part.trim().to_owned()).collect());
    }
    let Some(words) = shlex::split(parts.first().map_or("", String::as_str)) else {
        return shell("its quotes");
    };
    let mut command = Command { env: Vec::new(), words };
    command.take_env();
    // Programs that set variables for another program.
    while let Some("exec" | "cross-env" | "env") = command.words.first().map(String::as_str) {
        let is_exec = command.words.first().is_some_and(|word| word == "exec");
        if command.words.get(1).is_none_or(|word| word.starts_with('-')) {
            return shell("its options");
        }
        command.words.remove(0);
        if !is_exec {
            command.take_env();
        }
    }
    // Paths of programs and files of the base image differ in another image.
    if let Some((name, _)) =
        command.env.iter().find(|(name, _)| ["PATH", "HOME", "LD_LIBRARY_PATH"].contains(&name.as_str()))
    {
        return shell(&format!("`{name}`"));
    }
    match command.words.split_first() {
        Some((program, scripts)) if program == "run-s" || program == "npm-run-all" => {
            let is_name = |word: &String| !word.starts_with('-') && !word.contains([' ', ':', '*']);
            match scripts.iter().all(is_name) && command.env.is_empty() && scripts.len() > 1 {
                true => Line::Several(scripts.iter().map(|script| format!("npm run {script}")).collect()),
                false => Line::One(command),
            }
        }
        _ => Line::One(command),
    }
}

impl Command {
    fn take_env(&mut self) {
        let is_name = |name: &str| {
            !name.is_empty()
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let pair = |word: &String| {
            let (name, value) = word.split_once('=')?;
            is_name(name).then(|| (name.to_owned(), value.to_owned()))
        };
        let pairs: Vec<_> = self.words.iter().map_while(pair).collect();
        self.words.drain(..pairs.len());
        for (name, value) in pairs {
            self.env.retain(|(known, _)| *known != name);
            self.env.push((name, value));
        }
    }

    /// The script of the same package that a command runs through a package manager, and its arguments.
    pub(crate) fn called(&self) -> Option<(String, Vec<String>)> {
        let (manager, rest) = self.words.split_first()?;
        let is_silent = |word: &&String| ["-s", "--silent", "--quiet"].contains(&word.as_str());
        let mut rest: Vec<&String> = rest.iter().collect();
        let silent = rest.iter().take_while(|word| is_silent(word)).count();
        rest.drain(..silent);
        let (first, more) = rest.split_first()?;
        let (name, more) = match (manager.as_str(), first.as_str()) {
            ("npm" | "pnpm" | "yarn" | "bun", "run") | ("npm" | "pnpm", "run-script") => {
                let silent = more.iter().take_while(|word| is_silent(word)).count();
                more.get(silent..)?.split_first()?
            }
            ("npm" | "pnpm" | "yarn", "start" | "test" | "stop" | "restart") => (first, more),
            ("pnpm" | "yarn" | "bun", name) if !name.starts_with('-') && !RESERVED.contains(&name) => (first, more),
            _ => return None,
        };
        if name.starts_with('-') {
            return None;
        }
        let more: Vec<String> = match more.iter().position(|word| *word == "--") {
            // npm keeps options before `--` for itself.
            Some(at) if manager == "npm" => {
                if more.iter().take(at).any(|word| !is_silent(word)) {
                    return None;
                }
                more.iter().skip(at + 1).map(|word| (*word).clone()).collect()
            }
            Some(_) => return None,
            None if manager == "npm" => {
                let words = more.iter().filter(|word| !is_silent(word));
                let words: Vec<String> = words.map(|word| (*word).clone()).collect();
                if words.iter().any(|word| word.starts_with('-')) {
                    return None;
                }
                words
            }
            None => more.iter().map(|word| (*word).clone()).collect(),
        };
        Some((name.to_string(), more))
    }

    /// Whether the script that it runs may instead be a program of a dependency: `yarn next`, `pnpm tsx`.
    pub(crate) fn may_be_program(&self) -> bool {
        match self.words.as_slice() {
            [manager, second, ..] => {
                manager == "bun"
                    || (["pnpm", "yarn"].contains(&manager.as_str()) && !["run", "start"].contains(&second.as_str()))
            }
            _ => false,
        }
    }

    /// The command without a package manager that only runs a program of a dependency.
    pub(crate) fn program(self) -> Self {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let skipped = match words.as_slice() {
            ["npx", "--no-install" | "--no", "--", ..] => 3,
            ["npx", "--no-install" | "--no", ..] | ["npm" | "pnpm" | "yarn", "exec", ..] => {
                if words.get(2) == Some(&"--") { 3 } else { 2 }
            }
            ["npx" | "bunx" | "pnpx", ..] => 1,
            ["pnpm" | "yarn", program, ..] if !RESERVED.contains(program) && !program.starts_with('-') => 1,
            _ => 0,
        };
        let is_program = words.get(skipped).is_some_and(|word| !word.starts_with('-') && !word.contains('@'));
        let skipped = if is_program { skipped } else { 0 };
        Self { env: self.env, words: self.words.into_iter().skip(skipped).collect() }
    }
}

/// Built-in commands of package managers, which take precedence over scripts.
const RESERVED: &[&str] = &[
    "add",
    "build",
    "ci",
    "create",
    "dlx",
    "exec",
    "global",
    "i",
    "info",
    "init",
    "install",
    "link",
    "node",
    "remove",
    "run",
    "run-script",
    "set",
    "upgrade",
    "up",
    "workspace",
    "workspaces",
    "x",
];

/// Options of `node` that take the next word as their value.
const WITH_VALUE: &[&str] = &[
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--env-file",
    "--env-file-if-exists",
];
/// Options of `node` without a value, by prefix.
const ALONE: &[&str] = &[
    "--abort-on-uncaught-exception",
    "--enable-",
    "--experimental-strip-types",
    "--experimental-transform-types",
    "--experimental-vm-modules",
    "--expose-gc",
    "--expose_gc",
    "--no-",
    "--pending-deprecation",
    "--preserve-symlinks",
    "--throw-deprecation",
    "--trace-deprecation",
    "--trace-uncaught",
    "--trace-warnings",
    "--use-openssl-ca",
    "--use-system-ca",
];

/// The index of the argument of `node` that is its file; `None` if that argument may be the value of an option.
pub(crate) fn file_of_node(words: &[String]) -> Option<usize> {
    let mut file = 0;
    loop {
        match words.get(file)?.as_str() {
            word if !word.starts_with('-') => return Some(file),
            word if WITH_VALUE.contains(&word) => file += 2,
            word if word.contains('=') || ALONE.iter().any(|start| word.starts_with(start)) => file += 1,
            _ => return None,
        }
    }
}

/// Whether a word names a file that `node`, or a program like it, runs.
pub(crate) fn is_source(word: &str) -> bool {
    let endings = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"];
    !word.starts_with(['-', '/']) && endings.iter().any(|ending| word.ends_with(ending))
}
