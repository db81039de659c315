//! What starts in an image: `ENTRYPOINT` and `CMD` without what a preset starts anyway.

use slipway_spec::join_path;
use slipway_spec::yaml::quoted;

use crate::image::{Image, list, literal, map};
use crate::languages::is_for_development;
use crate::program::{Language, Program, package, script};
use crate::shell::{self, of_environment, short};
use crate::survey::{Survey, folder, name};
use crate::told::{Told, Words};

/// The words before a program that only start it.
const INITS: &[&str] = &["dumb-init", "tini", "catatonit"];

/// Sets what starts, unless the preset does; the result is whether an init starts it.
pub(crate) fn start(survey: &Survey, image: &mut Image, program: &Program, told: &mut Told, context: &str) -> bool {
    let mut init = false;
    let mut both = [told.entrypoint.clone(), told.cmd.clone()];
    let mut lists: Vec<Vec<String>> = Vec::new();
    let mut needs_shell = false;
    for words in &mut both {
        let mut words = match words.take() {
            None => Vec::new(),
            Some(Words::List(words)) => without_runner(words),
            Some(Words::Shell(text)) => match shell::plain(&shell::without_runner(&text)) {
                Some(words) => words,
                None => {
                    needs_shell = true;
                    let exec = if text.contains(['&', ';', '|']) || text.starts_with("exec ") { "" } else { "exec " };
                    ["sh", "-c", &format!("{exec}{}", shell::without_runner(&text))].map(str::to_owned).into()
                }
            },
        };
        if words.first().is_some_and(|word| INITS.contains(&name(word))) {
            init = true;
            words.remove(0);
            while words.first().is_some_and(|word| word.starts_with('-')) {
                words.remove(0);
            }
        }
        lists.push(words);
    }
    let mut lists = lists.into_iter();
    let (mut entrypoint, mut cmd) = (lists.next().unwrap_or_default(), lists.next().unwrap_or_default());
    // A script of the repository may have lost its execute bit, and its shell is known.
    if let Some(file) = entrypoint.first().or(cmd.first()).and_then(|word| script_file(survey, told, context, word)) {
        let shebang = survey.text(file).lines().next().unwrap_or_default().trim_start_matches("#!");
        let interpreter =
            shebang.split_whitespace().map(name).filter(|word| *word != "env").find(|word| !word.is_empty());
        let list = if entrypoint.is_empty() { &mut cmd } else { &mut entrypoint };
        list.insert(0, interpreter.unwrap_or("sh").to_owned());
        needs_shell = true;
    }
    if needs_shell && program.language == Language::Node {
        image.set("runtime", "slim");
    } else if needs_shell && program.language != Language::Python {
        image.set("runtime", quoted(&told.base));
    }
    match program.language {
        Language::Go | Language::Rust if !needs_shell => {
            // The program is the entrypoint already; what follows are its arguments.
            let all = if entrypoint.is_empty() { &mut cmd } else { &mut entrypoint };
            if !all.is_empty() {
                all.remove(0);
            }
            entrypoint.append(&mut cmd);
            cmd = std::mem::take(&mut entrypoint);
        }
        Language::Java => {
            let all: Vec<String> = entrypoint.drain(..).chain(cmd.drain(..)).collect();
            if all.iter().any(|word| matches!(name(word), "mvnw" | "mvn" | "gradlew" | "gradle")) {
                told.lost.push(format!("`{}`, which runs the build tool", short(&all.join(" "))));
            }
            java(image, &all, told);
        }
        // Bases of distroless run `node` by themselves.
        Language::Node if entrypoint.is_empty() && name(&told.base).starts_with("nodejs") && is_distroless(told) => {}
        Language::Node => told.lost.extend(node_start(survey, image, program, &mut entrypoint, &mut cmd)),
        Language::Python => [&mut entrypoint, &mut cmd].into_iter().flatten().for_each(|word| {
            if let Some(own) = of_environment(word).map(str::to_owned) {
                *word = own;
            }
        }),
        Language::Go | Language::Rust => {}
    }
    for (key, words) in [("entrypoint", &entrypoint), ("cmd", &cmd)] {
        if !words.is_empty() {
            image.set(key, list(words));
        }
    }
    init
}

/// A command without a program that only runs it.
pub(crate) fn without_runner(words: Vec<String>) -> Vec<String> {
    match words.as_slice() {
        [first, second, ..] if second == "run" && matches!(first.as_str(), "poetry" | "uv" | "pipenv" | "pdm") => {
            words.into_iter().skip(2).skip_while(|word| word.starts_with("--")).collect()
        }
        _ => words,
    }
}

fn is_distroless(told: &Told) -> bool {
    told.base.contains("distroless/")
}

/// `java -jar` is what images do.
fn java(image: &mut Image, words: &[String], told: &Told) {
    let text = words.join(" ");
    let flags: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| word.starts_with("-X") || word.starts_with("-D")).collect();
    let variables = ["JAVA_OPTS", "JVM_OPTS", "JAVA_ARGS"];
    let variable =
        variables.iter().find(|name| text.contains(&format!("${name}")) || text.contains(&format!("${{{name}")));
    if let Some(variable) = variable {
        let default = told.env.iter().find(|(name, _)| name == variable).map(|(_, value)| value.clone());
        image.notes.push(format!("JAVA_TOOL_OPTIONS replaces {variable}, without a shell."));
        image.set("env", map(&[("JAVA_TOOL_OPTIONS".to_owned(), quoted(&default.unwrap_or_default()))]));
    } else if !flags.is_empty() {
        image.set("env", map(&[("JAVA_TOOL_OPTIONS".to_owned(), literal(&flags.join(" ")))]));
    }
    image.keys.retain(|key| key.name != "runtime");
}

/// `npm start` and `node file.js` have no package manager and no shell in an image.
///
/// The result is what has no key: images have neither dependencies for development nor programs of the toolchain.
fn node_start(
    survey: &Survey,
    image: &mut Image,
    program: &Program,
    entrypoint: &mut Vec<String>,
    cmd: &mut Vec<String>,
) -> Option<String> {
    let mut lost = None;
    let package = package(survey, &program.folder);
    if matches!(entrypoint.first().map(|word| name(word)), Some("docker-entrypoint.sh")) {
        entrypoint.remove(0);
    }
    let list = if entrypoint.is_empty() { &mut *cmd } else { &mut *entrypoint };
    let words: Vec<&str> = list.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["npm" | "yarn" | "pnpm" | "bun", rest @ ..] if starts(rest) => {
            if script(&package, "start").is_some_and(is_for_development) {
                lost = Some("the script `start`, which is for development".to_owned());
            }
            list.clear();
        }
        ["npm" | "pnpm" | "bun", "run", named] | ["yarn" | "pnpm", named] => {
            let text = script(&package, named);
            if text.is_none_or(is_for_development) {
                lost = Some(format!("the script `{named}`, which is for development"));
            }
            let text = text.and_then(shell::plain);
            match text.filter(|words| words.first().is_some_and(|word| word == "node")) {
                Some(words) => *list = words.into_iter().skip(1).collect(),
                None => shell_of_node(image),
            }
        }
        ["node" | "nodejs", ..] => {
            list.remove(0);
        }
        [] | ["node_modules/.bin/next" | "next", "start"] => list.clear(),
        [first, ..] => {
            if !matches!(name(first), "sh" | "bash" | "npm" | "npx" | "yarn" | "pnpm" | "bun" | "docker-entrypoint.sh")
            {
                lost = Some(format!("`{first}`, which is not in an image for Node.js"));
            }
            shell_of_node(image);
        }
    }
    if !entrypoint.is_empty() && !image.has("runtime") {
        // Together, they are the arguments of `node`.
        entrypoint.append(cmd);
        *cmd = std::mem::take(entrypoint);
    }
    if image.has("runtime") && entrypoint.is_empty() && !cmd.is_empty() {
        *entrypoint = std::mem::take(cmd);
    }
    lost
}

/// Whether a package manager runs the script `start`, with options of its own.
fn starts(words: &[&str]) -> bool {
    let mut words = words.iter();
    let mut found = false;
    while let Some(word) = words.next() {
        match *word {
            "start" => found = true,
            "run" => {}
            "-w" | "--filter" | "-C" | "--prefix" => drop(words.next()),
            "--" => return false,
            word if word.starts_with('-') => {}
            _ => return false,
        }
    }
    found
}

fn shell_of_node(image: &mut Image) {
    if !image.has("runtime") {
        image.set("runtime", "slim");
    }
}

/// The script that starts the program, if it is a file of the repository: its path there.
fn script_file<'s>(survey: &'s Survey, told: &Told, context: &str, word: &str) -> Option<&'s str> {
    let inside = word.strip_prefix(&format!("{}/", told.workdir.trim_end_matches('/'))).unwrap_or(word);
    let copied = told.files.iter().find(|(to, _)| to == word).map(|(_, from)| from.clone());
    let path =
        copied.or_else(|| join_path(context, inside.trim_start_matches('/')).filter(|_| !inside.starts_with('/')))?;
    let path = survey.files.get(&path)?;
    let starts = |sign: &str| survey.text(path).starts_with(sign);
    (starts("#!") || path.ends_with(".sh"))
        .then_some(path.as_str())
        .filter(|path| !folder(path).is_empty() || !path.is_empty())
}
