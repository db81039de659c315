//! Hostile and huge files: each is answered within a second and 64 MB, with findings whose locations are in it.
//!
//! `cargo test --release -p slipway-spec --test bounds -- --nocapture` prints the time and memory for each.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use slipway_spec::{Loader, Parsed};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MEMORY_LIMIT: usize = 64 << 20;

/// A debug build takes about ten times as long as a release build.
const TIME_LIMIT: Duration = if cfg!(debug_assertions) { Duration::from_secs(10) } else { Duration::from_secs(1) };

/// Numbered lines.
fn lines(start: &str, range: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    range.fold(start.to_owned(), |mut text, n| {
        text.push_str(&line(n));
        text.push('\n');
        text
    })
}

/// Aliases of aliases, each of which uses the previous one ten times.
fn bomb(open: &str, close: &str) -> String {
    let mut text = format!("x-a: &a {open}1,1,1,1,1,1,1,1,1,1{close}\n").replace("{1,1,1,1,1,1,1,1,1,1}", "{k: 1}");
    for (letter, before) in ('b'..='z').zip('a'..='y') {
        let items: Vec<_> =
            (0..10).map(|n| if open == "{" { format!("k{n}: *{before}") } else { format!("*{before}") }).collect();
        let _ = writeln!(text, "x-{letter}: &{letter} {open}{}{close}", items.join(", "));
    }
    text
}

const IMAGE: &str = "images: { api: { go: . } }\n";

/// Single files, by their problem.
fn files() -> Vec<(&'static str, String)> {
    let long = "a".repeat(1 << 20);
    let nested = (0..60).fold("1,".repeat(110_000), |inside, n| format!("&a{n} [{inside}]"));
    vec![
        ("aliases of lists", bomb("[", "]")),
        ("aliases of maps", bomb("{", "}")),
        ("anchors around each other", format!("x-a: {nested}\n{IMAGE}")),
        ("long text by many aliases", {
            let env = lines("", 0..50_000, |n| format!("      A{n}: *long"));
            format!("x-long: &long {long}\nimages:\n  api:\n    go: .\n    env:\n{env}")
        }),
        ("long keys by many aliases", {
            let images = lines("", 0..20_000, |n| format!("  i{n}: *map"));
            format!("x-long: &map {{ {long}: 1 }}\nimages:\n{images}")
        }),
        ("deep lists", "[".repeat(100_000)),
        ("deep maps", "{a: ".repeat(100_000)),
        ("deep block", lines("", 0..2_000, |n| " ".repeat(n) + "a:")),
        ("deep enough maps", format!("x-a: {}1{}\n", "{a: ".repeat(60), "}".repeat(60)).repeat(1)),
        ("ten megabytes", "a: b\n".repeat(2 << 20)),
        ("four megabytes in one word", "a".repeat(4 << 20)),
        ("four megabytes of a key", format!("{}: 1\n", "a".repeat((4 << 20) - 8))),
        ("four megabytes of a name", format!("images: {{ {}: {{ go: . }} }}\n", "a".repeat((4 << 20) - 64))),
        ("four megabytes of a reference", format!("images: {{ api: {{ build: {} }} }}\n", "a".repeat((4 << 20) - 64))),
        ("four megabytes of comments", "# no\n".repeat((4 << 20) / 5)),
        ("four megabytes of brackets", "[],".repeat((4 << 20) / 3)),
        ("many unknown keys", lines("", 0..110_000, |n| format!("k{n}: 1"))),
        ("many keys at all", lines("", 0..59_000, |n| format!("k{n}: 1"))),
        (
            "many unknown keys of an image",
            lines("images:\n  api:\n    go: .\n", 0..59_000, |n| format!("    envv{n}: 1")),
        ),
        ("many equal keys", "k: 1\n".repeat(100_000)),
        ("many anchors", lines(IMAGE, 0..59_000, |n| format!("x-{n}: &a{n} 1"))),
        ("many aliases", lines("x-a: &a 1\n", 0..59_000, |n| format!("k{n}: *a"))),
        ("many merges", lines("x-a: &a { k: 1 }\nimages:\n", 0..20_000, |n| format!("  i{n}: {{ <<: *a }}"))),
        ("merges of many maps", {
            let items = vec!["*a"; 40_000].join(", ");
            format!("x-a: &a {{ k: 1, l: 2 }}\nimages: {{ api: {{ <<: [{items}], go: . }} }}\n")
        }),
        ("merges of merges", {
            let first = lines("x-0: &m0\n", 0..100, |n| format!("  k{n}: 1"));
            lines(&first, 1..1_000, |n| format!("x-{n}: &m{n} {{ <<: [*m{0}, *m{0}] }}", n - 1))
        }),
        ("an open quote", format!("a: \"{}", "x\n".repeat(100_000))),
        ("a chain to nowhere", { lines("images:\n", 0..20_000, |n| format!("  i{n}: {{ extends: i{} }}", n + 1)) }),
        ("a chain backwards", {
            lines("images:\n  i0: { go: . }\n", 1..20_000, |n| format!("  i{n}: {{ extends: i{} }}", n - 1))
        }),
        ("a long circle", {
            lines("images:\n", 0..5_000, |n| format!("  i{n}: {{ extends: i{}, go: . }}", (n + 1) % 5_000))
        }),
        ("a chain that grows", {
            lines("images:\n  i0: { go: . }\n", 1..20_000, |n| {
                format!("  i{n}: {{ extends: i{}, env: {{ K{n}: 1 }} }}", n - 1)
            })
        }),
        ("heavy defaults", {
            let env = lines("defaults:\n  env:\n", 0..20_000, |n| format!("    K{n}: 1"));
            lines(&(env + "images:\n"), 0..20_000, |n| format!("  i{n}: {{ go: . }}"))
        }),
        ("wrong defaults", {
            let env = lines("defaults:\n", 0..500, |n| format!("  k{n}: 1"));
            lines(&(env + "images:\n"), 0..5_000, |n| format!("  i{n}: {{ go: . }}"))
        }),
        ("many variants of a heavy image", {
            let env = lines("images:\n  api:\n    go: .\n    env:\n", 0..10_000, |n| format!("      K{n}: 1"));
            lines(&(env + "    variants:\n"), 0..20_000, |n| format!("      v{n}: {{}}"))
        }),
        ("many variants of many images that extend", {
            let variants: String = (0..40).map(|n| format!("v{n}: {{ user: u }}, ")).collect();
            lines("images:\n  i0: { go: . }\n", 1..2_000, |n| {
                format!("  i{n}: {{ extends: i{}, variants: {{ {variants} }} }}", n - 1)
            })
        }),
        ("a heavy build for many images", {
            let inputs = lines("builds:\n  b:\n    preset: go\n    env:\n", 0..10_000, |n| format!("      K{n}: 1"));
            lines(&(inputs + "images:\n"), 0..10_000, |n| format!("  i{n}: {{ build: {{ from: b, main: ./m }} }}"))
        }),
        ("many images", lines("images:\n", 0..29_000, |n| format!("  i{n}: {{ go: . }}"))),
        ("many wrong images", lines("images:\n", 0..29_000, |n| format!("  i{n}: {{ og: . }}"))),
        ("many builds", lines("builds:\n", 0..29_000, |n| format!("  b{n}: {{ preset: go }}"))),
        ("many stages", lines("stages:\n", 0..29_000, |n| format!("  s{n}: {{ from: a }}"))),
        ("a chain of stages", lines("stages:\n", 0..29_000, |n| format!("  s{n}: {{ from: s{} }}", n + 1))),
        ("a circle of stages", {
            lines("stages:\n", 0..29_000, |n| format!("  s{n}: {{ from: s{} }}", (n + 1) % 29_000))
        }),
        ("many steps", lines("stages:\n  s:\n    from: a\n    steps:\n", 0..39_000, |n| format!("      - run: r{n}"))),
        ("many tests", {
            lines("images:\n  a:\n    go: .\n    tests:\n", 0..29_000, |n| format!("      t{n}: {{ file: /f }}"))
        }),
        ("many files", {
            lines("images:\n  a:\n    go: .\n    files:\n", 0..58_000, |n| format!("      /f{n}: ./f{n}"))
        }),
        ("many addresses to nowhere", {
            let stages = lines("stages:\n", 0..10_000, |n| format!("  stage{n}: {{ from: a }}"));
            lines(&(stages + "images:\n  a:\n    go: .\n    files:\n"), 0..35_000, |n| {
                format!("      /f{n}: \"stgae{n}:/\"")
            })
        }),
        ("many unknown arguments", {
            let args = lines("args:\n", 0..18_000, |n| format!("  ARG{n}: x"));
            lines(&(args + "images:\n  a:\n    go: .\n    env:\n"), 0..38_000, |n| format!("      A{n}: ${{AGR{n}}}"))
        }),
        ("many contexts", lines("contexts:\n", 0..29_000, |n| format!("  c{n}: {{ image: a }}"))),
        ("many secrets", lines("secrets:\n", 0..58_000, |n| format!("  s{n}: {{}}"))),
        ("many arguments", lines("args:\n", 0..58_000, |n| format!("  A{n}: x"))),
        ("many words", format!("images: {{ a: {{ go: ., cmd: [{}] }} }}\n", "w,".repeat(110_000))),
        ("many names in a text", {
            format!("args: {{ A: x }}\nimages: {{ a: {{ go: ., user: \"{}\" }} }}\n", "${A}".repeat(900_000))
        }),
        ("names in a text", {
            format!("args: {{ A: x }}\nimages: {{ a: {{ go: ., user: \"{}\" }} }}\n", "${A}".repeat(110_000))
        }),
        ("dollars", format!("images: {{ a: {{ go: ., env: {{ A: '{}' }} }} }}", "${".repeat(100_000))),
        ("dollars and braces", format!("images: {{ a: {{ go: ., env: {{ A: '{}' }} }} }}", "${}".repeat(100_000))),
        ("numbers", lines("images:\n  a:\n    go: .\n    expose:\n", 0..90_000, |n| format!("      - {n}9999999999"))),
        ("includes of nothing", format!("include: [{}]\n", "./a.yaml,".repeat(90_000))),
        ("many includes", lines("include:\n", 0..60_000, |n| format!("  - ./f{n}.yaml"))),
    ]
}

/// Creates a file from its name.
type Make = fn(&str) -> String;

/// Specs of several files.
fn folders() -> Vec<(&'static str, Make)> {
    let wide = |_: &str| {
        let names: Vec<_> = (0..63).map(|n| format!("./f{n}.yaml")).collect();
        format!("include: [{}]\n{IMAGE}", names.join(", "))
    };
    let heavy = |name: &str| {
        let includes = lines("include:\n", 0..60, |n| format!("  - ./f{n}.yaml"));
        let images = lines("images:\n", 0..1_000, |n| format!("  i{n}: {{ go: . }}"));
        if name == "slipway.yaml" { includes + &images } else { images }
    };
    let endless = |name: &str| {
        let number: usize = name.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
        format!("include: [./f{}.yaml, ./f{}.yaml]\n", 2 * number + 1, 2 * number + 2)
    };
    let big = |_: &str| format!("include: [./a.yaml, ./b.yaml, ./c.yaml]\nx-a: {}\n", "a".repeat(3 << 20));
    vec![
        ("everything includes everything", wide),
        ("heavy includes", heavy),
        ("endless includes", endless),
        ("big includes", big),
    ]
}

/// The CPU time of this thread, which does not depend on other programs; the clock if the system does not provide it.
fn run_time(start: Instant) -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = said.split(' ').next().and_then(|number| number.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn load(text: String, make: Option<Make>) -> Parsed {
    let mut loader = Loader::new("slipway.yaml", text.into_bytes());
    while let Some(request) = loader.next_request() {
        let found = make.map(|make| make(&request.name()).into_bytes());
        loader.supply(&request, Ok(found));
    }
    loader.finish()
}

/// Whether the locations of a finding are in its files.
fn leads_into_the_file(parsed: &Parsed) -> Result<(), String> {
    for found in parsed.spec.as_ref().err().into_iter().flatten() {
        for label in std::iter::once(&found.primary).chain(&found.secondary) {
            let file = parsed.sources.get(label.span.file).ok_or_else(|| format!("no such file: {found:?}"))?;
            let lines = file.text().lines().count().max(1) + 1;
            if label.span.start > label.span.end || label.span.end.line as usize > lines {
                return Err(format!("out of the file: {found:?}"));
            }
        }
        if found.message.len() > 1_000 || found.help.as_ref().is_none_or(|help| help.len() > 1_000) {
            return Err(format!("too long, or without help: {:.2000}", format!("{found:?}")));
        }
    }
    Ok(())
}

// One test, so that nothing else uses time or memory at the same time.
#[test]
fn hostile_files_are_answered_quickly() {
    let (mut wrong, start) = (String::new(), Instant::now());
    let mut cases: Vec<_> = files().into_iter().map(|(name, text)| (name, text, None)).collect();
    cases.extend(folders().into_iter().map(|(name, make)| (name, make("slipway.yaml"), Some(make))));
    for (name, text, make) in cases {
        let before = MEMORY.current_usage().saturating_sub(text.len());
        MEMORY.reset_peak_usage();
        let before_time = run_time(start);
        let parsed = load(text, make);
        let time = run_time(start).saturating_sub(before_time);
        let memory = MEMORY.peak_usage().saturating_sub(before);
        let count = parsed.spec.as_ref().err().map_or(0, Vec::len);
        println!("{name:45} {time:>12.1?} {:>6.1} MB {count:>4} findings", memory as f64 / f64::from(1 << 20));
        if time > TIME_LIMIT {
            let _ = writeln!(wrong, "{name} took {time:?}");
        }
        if memory > MEMORY_LIMIT {
            let _ = writeln!(wrong, "{name} took {} MB", memory >> 20);
        }
        if count > 101 {
            let _ = writeln!(wrong, "{name} has {count} findings");
        }
        if let Err(found) = leads_into_the_file(&parsed) {
            let _ = writeln!(wrong, "{name}: {found}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
