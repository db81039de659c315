//! What an image runs when it does not say: the program that `package.json` starts.

use super::package::Package;
use crate::presets::join_path;

/// What the runtime's entrypoint, `node`, is given, and which key of `package.json` says so; nothing where that is not beyond doubt. `ships` tells whether a file of the
/// package reaches the image.
pub(super) fn arguments(package: &Package, ships: impl Fn(&str) -> bool) -> Option<(Vec<String>, &'static str)> {
    let starts = |file: &str| join_path("", file).is_some_and(|file| ships(&file));
    if let Some(script) = package.scripts.get("start") {
        return of_script(script)
            .filter(|words| words.iter().any(|word| starts(word)))
            .map(|words| (words, "scripts.start"));
    }
    let of_key = |file: &Option<String>, key: &'static str| {
        let file = file.as_ref().filter(|file| starts(file))?;
        Some((vec![join_path("", file)?], key))
    };
    of_key(&package.main, "main").or_else(|| of_key(&package.program, "bin"))
}

/// The arguments of a script that is nothing but `node`, with options that stand alone, and a file.
fn of_script(script: &str) -> Option<Vec<String>> {
    if script.contains(|c: char| "|&;<>()$`\\\"'*?[]{}~#!\n".contains(c)) {
        return None;
    }
    // The image says this itself.
    let mut words = script.split_whitespace().skip_while(|word| *word == "NODE_ENV=production");
    if words.next() != Some("node") {
        return None;
    }
    let words: Vec<String> = words.map(|word| word.strip_prefix("./").unwrap_or(word).to_owned()).collect();
    let file = words.iter().position(|word| !word.starts_with('-'))?;
    // Options whose value is the next word: what looks like the file is not.
    let takes_value =
        |word: &String| !word.starts_with("--enable-") && !word.starts_with("--no-") && !word.contains('=');
    (!words.get(..file)?.iter().any(takes_value)).then_some(words)
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
            (r#"{"scripts":{"start":"node -r dotenv/config dist/server.js"}}"#, None),
            (r#"{"scripts":{"start":"next start"},"main":"dist/index.js"}"#, None),
            (r#"{"scripts":{"start":"node dist/a.js && node dist/b.js"}}"#, None),
            (r#"{"scripts":{"start":"node src/server.js"}}"#, None),
            ("{}", None),
        ] {
            assert_eq!(said(json).as_deref(), expected, "{json}");
        }
    }
}
