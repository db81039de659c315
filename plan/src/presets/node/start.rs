//! What an image runs when it does not say: the program that `package.json` starts.

use super::package::Package;
use crate::presets::join_path;

/// What the runtime's entrypoint, `node`, is given, and which key of `package.json` says so; nothing where that is not beyond doubt. `ships` tells whether a file of the
/// package reaches the image.
pub(super) fn arguments(package: &Package, ships: impl Fn(&str) -> bool) -> Option<(Vec<String>, &'static str)> {
    let starts = |file: &str| join_path("", file).is_some_and(|file| ships(&file));
    if let Some(script) = package.scripts.get("start") {
        // What is loaded before the program is a package, or a file that has to be there, too.
        let is_there = |word: &String| starts(word.trim_start_matches("./"));
        return of_script(script)
            .filter(|(words, file)| {
                let before = words.iter().take(*file).filter(|word| word.starts_with('.'));
                words.get(*file).into_iter().chain(before).all(is_there)
            })
            .map(|(words, _)| (words, "scripts.start"));
    }
    let of_key = |file: &Option<String>, key: &'static str| {
        let file = file.as_ref().filter(|file| starts(file))?;
        Some((vec![join_path("", file)?], key))
    };
    of_key(&package.main, "main").or_else(|| of_key(&package.program, "bin"))
}

/// Options whose value is the next word.
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

/// The arguments of a script that is nothing but `node`, with options that are known, and a file; and which of them is the file.
fn of_script(script: &str) -> Option<(Vec<String>, usize)> {
    if script.contains(|c: char| "|&;<>()$`\\\"'*?[]{}~#!\n".contains(c)) {
        return None;
    }
    // The image says this itself.
    let mut words = script.split_whitespace().skip_while(|word| *word == "NODE_ENV=production");
    if words.next() != Some("node") {
        return None;
    }
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    let mut file = 0;
    loop {
        let word = words.get(file)?;
        let stands_alone = word.starts_with("--enable-") || word.starts_with("--no-") || word.contains('=');
        match word.as_str() {
            word if !word.starts_with('-') => break,
            word if WITH_VALUE.contains(&word) => file += 2,
            // What looks like the file may be the value of an option.
            _ if !stands_alone => return None,
            _ => file += 1,
        }
    }
    let program = words.get_mut(file)?;
    *program = program.strip_prefix("./").unwrap_or(program).to_owned();
    Some((words, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_beyond_doubt_is_started() {
        let said = |json: &str| {
            let package = Package::parse(json.as_bytes()).unwrap();
            arguments(&package, |file| file.starts_with("dist/"))
                .map(|(words, key)| format!("{key}: {}", words.join(" ")))
        };
        for (json, expected) in [
            (
                r#"{"scripts":{"start":"node dist/server.js"},"main":"dist/other.js"}"#,
                Some("scripts.start: dist/server.js"),
            ),
            (
                r#"{"scripts":{"start":"NODE_ENV=production node --enable-source-maps --max-old-space-size=256 ./dist/server.js --all"}}"#,
                Some("scripts.start: --enable-source-maps --max-old-space-size=256 dist/server.js --all"),
            ),
            (r#"{"main":"./dist/index.js"}"#, Some("main: dist/index.js")),
            (r#"{"bin":"dist/cli.js"}"#, Some("bin: dist/cli.js")),
            (r#"{"bin":{"a":"dist/a.js"}}"#, Some("bin: dist/a.js")),
            (r#"{"bin":{"a":"dist/a.js","b":"dist/b.js"}}"#, None),
            (r#"{"main":"src/index.ts"}"#, None),
            (
                r#"{"scripts":{"start":"node -r dotenv/config --import ./dist/trace.js ./dist/server.js"}}"#,
                Some("scripts.start: -r dotenv/config --import ./dist/trace.js dist/server.js"),
            ),
            (r#"{"scripts":{"start":"node --import ./trace.js dist/server.js"}}"#, None),
            (r#"{"scripts":{"start":"node --unknown dist/trace.js dist/server.js"}}"#, None),
            (r#"{"scripts":{"start":"node -r dist/server.js"}}"#, None),
            (r#"{"scripts":{"start":"next start"},"main":"dist/index.js"}"#, None),
            (r#"{"scripts":{"start":"node dist/a.js && node dist/b.js"}}"#, None),
            (r#"{"scripts":{"start":"node src/server.js"}}"#, None),
            ("{}", None),
        ] {
            assert_eq!(said(json).as_deref(), expected, "{json}");
        }
    }
}
