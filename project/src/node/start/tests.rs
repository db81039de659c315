//! What scripts run, by examples.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use super::*;

struct Known;

impl Programs for Known {
    fn find(&self, program: &str) -> Found {
        let file = |file: &str, is_script| Found::File { file: format!("node_modules/{file}"), is_script };
        match program {
            "next" => file("next/dist/bin/next", true),
            "odd" => file("odd/bin/odd", false),
            "tsx" => Found::Development { package: "tsx".to_owned() },
            "nodemon" => Found::Starter { package: "nodemon".to_owned() },
            _ => Found::Unknown,
        }
    }
}

/// A package with these scripts.
fn said(json: &str) -> String {
    let package = Package::parse(json.as_bytes()).unwrap();
    let question = Question { package: &package, done: &["build"], runs_around: true, programs: &Known };
    let runs = |runs: &Runs| {
        let env: String = runs.env.iter().map(|(name, value)| format!("{name}={value} ")).collect();
        let beside = runs.beside.as_ref().map(|beside| format!(" without {beside}")).unwrap_or_default();
        format!("{env}{}{beside} ({})", list(&runs.words), runs.files.join(" "))
    };
    match question.candidates().first() {
        Some(Ok(found)) => format!("{}: {}", found.key, runs(found)),
        Some(Err(unclear)) => {
            let instead = unclear.instead.as_ref().map(|found| format!(" -> {}", runs(found))).unwrap_or_default();
            format!("{}{instead}", unclear.why)
        }
        None => "nothing".to_owned(),
    }
}

fn start(script: &str) -> String {
    said(
        &serde_json::json!({ "scripts": {
        "start": script, "build": "tsc -p .", "serve": "node dist/server.js", "serve:port": "PORT=80 npm run serve",
        "loop": "npm run loop", "served": "node dist/server.js", "preserved": "npm run build", "postserved": "echo bye",
    } })
        .to_string(),
    )
}

#[test]
fn scripts_that_need_no_shell_are_commands() {
    for (script, expected) in [
        ("node dist/server.js", "[dist/server.js] (dist/server.js)"),
        (
            "NODE_ENV=production node --enable-source-maps --max-old-space-size=256 ./dist/server.js --all",
            "NODE_ENV=production [--enable-source-maps, --max-old-space-size=256, dist/server.js, --all] (dist/server.js)",
        ),
        (
            "node -r dotenv/config --import ./dist/trace.js ./dist/server.js",
            "[-r, dotenv/config, --import, ./dist/trace.js, dist/server.js] (./dist/trace.js dist/server.js)",
        ),
        (
            "PORT=80 TZ='Europe/Berlin' exec node \"dist/a b.js\"",
            "PORT=80 TZ=Europe/Berlin [\"dist/a b.js\"] (dist/a b.js)",
        ),
        ("cross-env PORT=80 node dist/server.js", "PORT=80 [dist/server.js] (dist/server.js)"),
        ("env PORT=80 node dist/server.js 1", "PORT=80 [dist/server.js, \"1\"] (dist/server.js)"),
        ("node .", "[index.js] (index.js)"),
        ("next start -p 3000", "[node_modules/next/dist/bin/next, start, -p, \"3000\"] ()"),
        ("npx next start", "[node_modules/next/dist/bin/next, start] ()"),
        ("pnpm exec next start", "[node_modules/next/dist/bin/next, start] ()"),
        ("yarn next start", "[node_modules/next/dist/bin/next, start] ()"),
        ("node node_modules/.bin/next start", "[node_modules/.bin/next, start] (node_modules/.bin/next)"),
        ("npm run serve", "[dist/server.js] (dist/server.js)"),
        ("npm run serve --silent -- --all", "[dist/server.js, --all] (dist/server.js)"),
        ("PORT=90 HOST=a yarn serve:port", "PORT=80 HOST=a [dist/server.js] (dist/server.js)"),
        ("npm run build && node dist/server.js", "[dist/server.js] (dist/server.js)"),
        ("tsc -p . && npm run serve", "[dist/server.js] (dist/server.js)"),
        ("run-s build serve", "[dist/server.js] (dist/server.js)"),
        ("npm run served", "[dist/server.js] without postserved (dist/server.js)"),
    ] {
        assert_eq!(start(script), format!("scripts.start: {expected}"), "{script}");
    }
}

#[test]
fn other_scripts_have_a_reason() {
    for (script, expected) in [
        (
            "prisma migrate deploy && node dist/server.js",
            "the script `start` does more than start one program: `prisma migrate deploy` -> [dist/server.js] (dist/server.js)",
        ),
        (
            "node dist/a.js & node dist/b.js",
            "the script `start` does more than start one program: `node dist/a.js` -> [dist/b.js] (dist/b.js)",
        ),
        (
            "node dist/server.js -p $PORT",
            "the script `start` needs a shell, for a variable: `node dist/server.js -p $PORT`",
        ),
        (
            "node dist/server.js > log",
            "the script `start` needs a shell, for a redirection: `node dist/server.js > log`",
        ),
        ("node dist/*.js", "the script `start` needs a shell, for a pattern: `node dist/*.js`"),
        ("node 'a", "the script `start` needs a shell, for a quote that does not end: `node 'a`"),
        (
            "tsx src/a.ts",
            "the script `start` runs `tsx`, but `tsx` is one of the `devDependencies`, which are not in the image",
        ),
        (
            "nodemon dist/a.js",
            "the script `start` runs `nodemon` of `nodemon`, which starts other programs by name -> [dist/a.js] (dist/a.js)",
        ),
        (
            "odd serve",
            "the script `start` runs `odd`, which may not be a program for `node` -> [node_modules/odd/bin/odd, serve] ()",
        ),
        ("./start.sh", "the script `start` runs `./start.sh`, which is not a file for `node`"),
        ("bun run index.ts", "the script `start` runs `bun`, but an image for `node` has no Bun"),
        ("npm run -w api start", "the script `start` runs `npm`, which is not a file for `node`"),
        ("npm run none", "the script `start` runs the script `none`, which does not exist"),
        ("npm run loop", "the script `loop` runs itself"),
        (
            "node --unknown dist/a.js dist/b.js",
            "the file that the script `start` runs is unknown: `node --unknown dist/a.js dist/b.js` -> [--unknown, dist/a.js, dist/b.js] ()",
        ),
        ("PATH=/x node a.js", "the script `start` needs a shell, for `PATH`: `PATH=/x node a.js`"),
    ] {
        assert_eq!(start(script), expected, "{script}");
    }
}

#[test]
fn other_keys_replace_a_script() {
    for (json, expected) in [
        (r#"{"main":"./dist/index.js"}"#, "main: [dist/index.js] (dist/index.js)"),
        (r#"{"bin":"dist/cli.js"}"#, "bin: [dist/cli.js] (dist/cli.js)"),
        (r#"{"bin":{"a":"dist/a.js"}}"#, "bin: [dist/a.js] (dist/a.js)"),
        (r#"{"bin":{"a":"dist/a.js","b":"dist/b.js"}}"#, "server.js: [server.js] (server.js)"),
        ("{}", "server.js: [server.js] (server.js)"),
    ] {
        assert_eq!(said(json), expected, "{json}");
    }
}
