//! Untrusted files: every command responds quickly, and never prints control characters to a terminal.

use std::fmt::Write as _;
use std::fs;

use super::{SHOP, SYNTAX, Shop};

/// Text that must not reach a terminal unchanged.
const HOSTILE: &str = "\u{1b}[2J\u{7}\u{9b}2J\u{202e}gpj.exe";

/// An answer has no invisible characters and is short.
fn is_harmless(said: &str) -> bool {
    let hidden =
        |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !said.contains(hidden) && said.len() < 1 << 20
}

const ASKED: &[&[&str]] = &[
    &["check"],
    &["check", "--format", "human"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["plan"],
    &["plan", "--format", "json"],
    &["graph"],
    &["graph", "--format", "json"],
    &["inputs"],
    &["bake"],
    &["compose"],
    &["targets"],
    &["outline"],
    &["check", "--target", HOSTILE],
    &["fmt", "--check"],
];

#[test]
fn every_way_out_shows_what_is_there() {
    let quoted = serde_json::Value::from(HOSTILE).to_string();
    let spec = format!(
        "args: {{ A: {{ default: {quoted}, description: {quoted} }} }}\n\
         stages: {{ s: {{ from: 'debian:13', env: {{ A: {quoted} }}, steps: [ {{ run: {quoted} }}, {{ file: {{ path: /x, content: {quoted} }} }} ] }} }}\n\
         images:\n  app:\n    go: ./cmd/api\n    description: {quoted}\n    env: {{ TOKEN_PASSWORD: {quoted}, B: '${{A}}' }}\n    labels: {{ a: {quoted} }}\n    \
         cmd: [{quoted}]\n    files: {{ /x: 's:/x' }}\n"
    );
    let wrong = spec.replace("labels: { a:", "labels: { a: {") + &format!("nothing: {quoted}\n");
    for text in [spec, wrong] {
        let shop = Shop::new(text);
        fs::write(shop.path().join(".dockerignore"), format!("cmd/{HOSTILE}\n*.md\n")).unwrap();
        for arguments in ASKED {
            let said = shop.run(arguments);
            assert!(is_harmless(&said.stdout) && is_harmless(&said.stderr), "{arguments:?}: {:?}", said.whole());
        }
    }
    let shop = Shop::new(SHOP);
    fs::write(shop.path().join(".dockerignore"), format!("[{HOSTILE}\n")).unwrap();
    let said = shop.run(&["check"]);
    assert!(said.code == 2 && is_harmless(&said.stderr), "{:?}", said.whole());
}

#[test]
fn what_is_too_large_is_said_at_once() {
    let shop = Shop::new(SHOP);
    fs::write(shop.path().join(".dockerignore"), "a".repeat(15 << 20)).unwrap();
    let said = shop.run(&["check"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("the line is longer than 65535 bytes") && is_harmless(&said.stderr),
        "{}",
        said.stderr
    );

    let shop = Shop::new(SHOP);
    for file in ["go.mod", "cmd/api/main.go"] {
        fs::File::create(shop.path().join(file)).unwrap().set_len(1 << 40).unwrap();
        let said = shop.run(&["check"]);
        assert_eq!(said.code, 1, "{file}: {}", said.whole());
        let first = said.stdout.lines().next().unwrap_or_default();
        assert!(first.starts_with("slipway.yaml:") && first.contains("is larger than 16 MiB"), "{file}: {first}");
    }

    let shop = Shop::new("x".repeat(17 << 20));
    let said = shop.run(&["check"]);
    assert!(said.code != 0 && is_harmless(&said.stderr), "{}", said.whole());
}

#[test]
fn a_path_that_cannot_be_has_a_place() {
    for (path, words) in [
        ("./a\\0b", "invisible character U+0000"),
        ("./a\\nb", "contains a control character"),
        (&format!("./{}", "a/".repeat(5_000)), "is too long"),
        (&format!("./{}", "a".repeat(300)), "the file name"),
    ] {
        let shop = Shop::new(format!("{SYNTAX}images:\n  app: {{ go: \"{path}\" }}\n"));
        let said = shop.run(&["check"]);
        assert_eq!(said.code, 1, "{path:.20}: {}", said.whole());
        assert!(said.stdout.starts_with("slipway.yaml:3:") && said.stdout.contains(words), "{}", said.stdout);
    }
}

#[test]
fn names_become_no_paths() {
    for name in ["../../x", "a b", &"n".repeat(300), "$(touch x)"] {
        let text = format!(
            "checks:\n  \"{name}\": {{ from: 'a:1', run: x, gate: true }}\nimages: {{ app: {{ go: ./cmd/api }} }}\n"
        );
        let said = Shop::new(text).run(&["check"]);
        assert_eq!(said.code, 1, "{}", said.whole());
        assert!(said.stdout.starts_with("slipway.yaml:2:3:"), "{}", said.stdout);
    }
    let mut text = "stages:\n  s:\n    from: a:1\n    steps:\n".to_owned();
    let _ = writeln!(text, "      - {{ run: x, env: {{ \"A=B\": y }} }}\nimages: {{ app: {{ go: ./cmd/api }} }}");
    let said = Shop::new(text).run(&["check"]);
    assert!(
        said.stdout.contains("slipway.yaml:5:26: error: `A=B` is not a valid name for a variable"),
        "{}",
        said.whole()
    );
}

#[test]
fn a_secret_in_the_file_is_reported_and_not_repeated() {
    let token = format!("gh{}_{}", 'p', "A1b2".repeat(9));
    let shop =
        Shop::new(SHOP.replace("./cmd/worker }", &format!("./cmd/worker, user: root, env: {{ X: {token} }} }}")));
    for format in ["human", "plain", "json", "sarif", "github"] {
        let said = shop.run(&["check", "--format", format]);
        assert!(said.stdout.contains("this is a GitHub token, and everyone"), "{}", said.whole());
        assert!(!said.whole().contains(&token), "{}", said.whole());
    }
    // Also where a message quotes it.
    let wrong =
        Shop::new(SHOP.replace("./cmd/worker }", &format!("./cmd/worker, runtime: \"https://me:{token}@x\" }}")));
    let said = wrong.run(&["check"]);
    assert_eq!(said.code, 1);
    assert!(!said.whole().contains(&token), "{}", said.whole());
}
