//! Valid files that are written to keep rules busy: the time for them grows linearly at most.

#![allow(clippy::unwrap_used, clippy::panic)] // Everything here is test code.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use slipway_lint::{Lint, check};
use slipway_spec::parse;

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

#[test]
fn the_time_for_hostile_files_is_linear() {
    let image = "images: { a: { go: . } }\n";
    let env = |count| lines(count, |n| format!("      TOKEN_{n}: abcdef"));
    let ignore = lines(2_000, |n| format!("*a*a*a*a*a*a*a*b{n}"));
    for (name, text) in [
        ("comments above one key", format!("x-a: 1\n{}{image}", "# check=skip=RootUser\n".repeat(100_000))),
        ("wrong comments", format!("x-a: 1\n{}{image}", lines(100_000, |n| format!("# check=skip=RootUsr{n}")))),
        ("wrong names", format!("# check=skip={}\n{image}", lines(200_000, |n| format!("Rule{n},")).replace('\n', ""))),
        ("a long name", format!("# check=skip={}\n{image}", "Root".repeat(700_000))),
        ("many hashes", format!("{}= check\n{image}", "# ".repeat(1_500_000))),
        ("hashes and spaces", format!("#{}check=skip=all\n{image}", " ".repeat(3_000_000))),
        (
            "findings in regions",
            format!(
                "images:\n  a:\n    go: .\n    env:\n{}",
                lines(30_000, |n| format!("      # check=skip=RootUser\n      TOKEN_{n}: abcdef"))
            ),
        ),
        ("many findings", format!("images:\n  a:\n    go: .\n    env:\n{}", env(30_000))),
        (
            "caches and addresses",
            format!(
                "stages:\n  s:\n    from: x:1\n    cache:\n{}    steps: []\nimages:\n  a:\n    go: .\n    files:\n{}",
                lines(20_000, |n| format!("      - /c{n}")),
                lines(20_000, |n| format!("      /f{n}: \"s:/d{n}/e/f\"")),
            ),
        ),
        (
            "arguments in one text",
            format!(
                "args:\n{}images:\n  a:\n    go: .\n    labels: {{ x: \"{}\" }}\n",
                lines(20_000, |n| format!("  A{n}: 1")),
                lines(20_000, |n| format!("${{A{n}}}")).replace('\n', " ")
            ),
        ),
        (
            "a text that would be long",
            format!(
                "args: {{ A: {} }}\nimages:\n  a:\n    go: .\n    env: {{ X: \"{}\" }}\n    user: \"{0}\"\n",
                "a".repeat(1_000_000),
                "${A}".repeat(30_000)
            )
            .replace("\"a", "\"${A}a"),
        ),
        (
            "a script of pipes",
            format!(
                "stages:\n  s:\n    from: x:1\n    steps:\n      - run: \"{}\"\nimages:\n  a: {{ go: ., files: {{ /x: \"s:/\" }} }}\n",
                "curl | tee & npm ; ".repeat(100_000)
            ),
        ),
        (
            "ignored inputs",
            format!(
                "images:\n  a:\n    go: .\n    files:\n{}",
                lines(500, |n| format!("      /f{n}: ./{}{n}", "a".repeat(240)))
            ),
        ),
    ] {
        let parsed = parse("slipway.yaml", text.into_bytes());
        let spec = parsed.spec.unwrap_or_else(|found| panic!("{name}: {:?}", found.first()));
        let start = Instant::now();
        let found = check(&Lint { ignore: Some((".dockerignore", &ignore)), ..Lint::new(&parsed.sources, &spec) });
        // Many times the time of a debug build, and still too short for quadratic growth.
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{name} took {:?}, {} findings",
            start.elapsed(),
            found.len()
        );
    }
}
