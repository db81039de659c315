//! Every renderer on the same findings: those of wrong specs, and some that are hard to show.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use insta::assert_snapshot;
use serde_json::Value;
use slipway_report::{Format, Options, render, summary};
use slipway_spec::{Diagnostic, FileId, Position, RuleInfo, Severity, Sources, Span, parse};

/// Findings and their files.
struct Case {
    sources: Sources,
    findings: Vec<Diagnostic>,
}

fn wrong(text: &str) -> Case {
    let parsed = parse("slipway.yaml", text.as_bytes().to_vec());
    Case { findings: parsed.spec.unwrap_err(), sources: parsed.sources }
}

fn span(file: FileId, start: (u32, u32), end: (u32, u32)) -> Span {
    let position = |(line, column)| Position { line, column };
    Span { file, start: position(start), end: position(end) }
}

fn rules() -> Vec<RuleInfo> {
    vec![RuleInfo {
        id: "RootUser",
        summary: "Finds images that run as root".to_owned(),
        docs_markdown: "Finds images that run as root.\n\n# Why\n\nRoot may do anything.\n".to_owned(),
        default_severity: Severity::Warning,
    }]
}

/// The errors of a wrong spec, and a warning of a rule with a location in another file.
fn usual() -> Case {
    let Case { mut sources, mut findings } = wrong(
        "version: 2\nimages:\n  api:\n    go: ./cmd/api\n    entripoint: [/api]\n    expose: [80800]\n  web: { go: ., extends: api }\n  web: { go: . }\n",
    );
    assert!(!findings.is_empty());
    let again = wrong("version: 2\nimages:\n  api:\n    go: ./cmd/api\n    entripoint: [/api]\n    expose: [80800]\n");
    if findings.len() == 1 {
        findings.extend(again.findings);
    }
    let base = sources.add("platform/base 1.yaml", b"defaults:\n  user: root\n".to_vec()).unwrap();
    findings.push(
        Diagnostic::warning(span(FileId::ROOT, (3, 3), (3, 6)), "the image runs as root, 100% of the time")
            .with_rule("RootUser")
            .with_label(span(base, (2, 9), (2, 13)), "said here")
            .with_help("delete `user`"),
    );
    Case { sources, findings }
}

fn show(case: &Case, format: Format) -> String {
    let rules = rules();
    let options = Options {
        rules: &rules,
        rule_docs: Some("https://slipway.example/rules/*.html"),
        version: "1.2.3",
        ..Options::default()
    };
    let text = render(format, &case.findings, &case.sources, &options);
    assert_eq!(text, render(format, &case.findings, &case.sources, &options), "not the same twice");
    assert!(text.ends_with('\n'));
    text
}

#[test]
fn terminal() {
    assert_snapshot!(show(&usual(), Format::Terminal));
}

#[test]
fn plain() {
    assert_snapshot!(show(&usual(), Format::Plain));
}

#[test]
fn json() {
    assert_snapshot!(show(&usual(), Format::Json));
}

#[test]
fn sarif() {
    assert_snapshot!(show(&usual(), Format::Sarif));
}

#[test]
fn github() {
    assert_snapshot!(show(&usual(), Format::Github));
}

#[test]
fn colors_are_escapes_around_the_same_text() {
    let case = usual();
    let colored =
        render(Format::Terminal, &case.findings, &case.sources, &Options { color: true, ..Options::default() });
    assert!(colored.contains("\x1b["));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, escape)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = escape.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, render(Format::Terminal, &case.findings, &case.sources, &Options::default()));
}

/// A text with characters that make columns hard to count, and findings everywhere in it.
#[test]
fn difficult_locations_are_shown() {
    let mut sources = Sources::default();
    let text = "a:\t\"x\"\r\n世界: é\r\nblock:\r\n  b: 1\r\n  c: 2\r\n  d: 3\r\n  e: 4\r\n  f: 5\r\nend: 1";
    let file = sources.add("hard.yaml", text.as_bytes().to_vec()).unwrap();
    let at = |start, end, message: &str| Diagnostic::error(span(file, start, end), message);
    let findings = vec![
        at((1, 4), (1, 7), "behind a tab, before a carriage return"),
        at((2, 5), (2, 6), "behind wide characters"),
        at((2, 1), (2, 1), "an empty place"),
        at((9, 7), (9, 7), "the end of the file"),
        at((4, 3), (5, 7), "two lines"),
        at((4, 3), (8, 7), "more lines than are marked"),
        at((3, 1), (4, 1), "ends where the next line begins"),
        at((99, 3), (99, 4), "a line that is not there"),
        at((2, 99), (2, 120), "a column that is not there"),
        at((1, 1), (1, 2), "two places far apart on one page").with_label(span(file, (9, 1), (9, 4)), "and here"),
        at((9, 1), (9, 4), "the place to change is the lower one").with_label(span(file, (1, 1), (1, 2)), "the first"),
    ];
    assert_snapshot!(show(&Case { sources, findings }, Format::Terminal));
}

#[test]
fn distant_locations_have_separate_excerpts() {
    let mut sources = Sources::default();
    let text: String = (1..=200).map(|n| format!("key{n}: value\n")).collect();
    let file = sources.add("long.yaml", text.into_bytes()).unwrap();
    let findings = vec![
        Diagnostic::error(span(file, (150, 1), (150, 7)), "the key stands here twice")
            .with_label(span(file, (2, 1), (2, 5)), "the first one"),
    ];
    assert_snapshot!(show(&Case { sources, findings }, Format::Terminal), @r"
    error: the key stands here twice
       --> long.yaml:150:1
        |
    150 | key150: value
        | ^^^^^^
        |
       ::: long.yaml:2:1
        |
      2 | key2: value
        | ---- the first one

    1 error
    ");
}

#[test]
fn files_that_are_not_text_are_named() {
    let parsed = parse("slipway.yaml", b"a: 1\nb: \xc3(".to_vec());
    let case = Case { findings: parsed.spec.unwrap_err(), sources: parsed.sources };
    assert_snapshot!(show(&case, Format::Terminal), @r"
    error: this file is not UTF-8 text
     --> slipway.yaml:2:4
      |
    2 | b: �(
      |    ^
      |
      = help: save it as UTF-8

    1 error
    ");
    let nowhere =
        Case { sources: Sources::default(), findings: vec![Diagnostic::error(Span::START, "the engine is gone")] };
    assert_snapshot!(show(&nowhere, Format::Terminal), @r"
    error: the engine is gone

    1 error
    ");
    assert_snapshot!(show(&nowhere, Format::Plain), @"error: the engine is gone");
    assert_snapshot!(show(&nowhere, Format::Github), @"::error title=slipway::the engine is gone");
    let sarif: Value = serde_json::from_str(&show(&nowhere, Format::Sarif)).unwrap();
    assert_eq!(sarif.pointer("/runs/0/results/0/locations"), Some(&Value::Array(Vec::new())));
}

/// A hostile file's text in messages and excerpts neither moves the cursor nor starts a new line.
#[test]
fn control_characters_are_escaped() {
    let case = wrong("images:\n  \"a\\e[2J\\n::error::x\\u202e\": { go: . }\n  b: { go: ., \u{202e}x: 1 }\n");
    for (_, format) in Format::all() {
        let text = show(&case, format);
        assert!(
            !text.contains(['\x1b', '\u{202e}']) || matches!(format, Format::Json | Format::Sarif),
            "{format:?}: {text}"
        );
        assert!(!text.contains('\x1b'), "{format:?}: {text}");
        assert!(text.lines().all(|line| !line.starts_with("::error::")), "{format:?}: {text}");
    }
    assert_eq!(show(&case, Format::Plain).lines().count(), case.findings.len());
    let raw = wrong("a: \x1b[2J\x07\n");
    assert_snapshot!(show(&raw, Format::Terminal), @r"
    error: the control character U+001B is not allowed
     --> slipway.yaml:1:4
      |
    1 | a: ␛[2J␇
      |    ^
      |
      = help: delete it, or write it as an escape inside double quotes

    1 error
    ");
}

#[test]
fn nothing_found() {
    let empty = Case { sources: Sources::default(), findings: Vec::new() };
    let said = |format| render(format, &empty.findings, &empty.sources, &Options::default());
    for format in [Format::Terminal, Format::Plain, Format::Github] {
        assert_eq!(said(format), "");
    }
    assert_eq!(said(Format::Json), "[]\n");
    let sarif: Value = serde_json::from_str(&said(Format::Sarif)).unwrap();
    assert_eq!(sarif.pointer("/runs/0/results"), Some(&Value::Array(Vec::new())));
}

#[test]
fn findings_are_counted() {
    let one = Diagnostic::warning(Span::START, "");
    let two = Diagnostic::error(Span::START, "");
    assert_eq!(summary(&[one.clone(), two.clone(), two.clone()]), "2 errors, 1 warning");
    assert_eq!(summary(&[one.clone(), one]), "2 warnings");
    assert_eq!(summary(&[]), "");
}

#[test]
fn formats_are_found_by_name() {
    assert_eq!(
        Format::all().map(|(word, _)| word).collect::<Vec<_>>(),
        ["terminal", "plain", "json", "sarif", "github"]
    );
    for (word, format) in Format::all() {
        assert_eq!((Format::find(word), format.name()), (Some(format), word));
    }
    assert_eq!(Format::find("xml"), None);
}

/// What the standard requires of the parts that we write: unique names, indexes of the named rules, locations from 1.
#[test]
fn sarif_references_are_consistent() {
    let log: Value = serde_json::from_str(&show(&usual(), Format::Sarif)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 2);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let places = result["locations"].as_array().unwrap().iter();
        for place in places.chain(result["relatedLocations"].as_array().into_iter().flatten()) {
            let region = &place["physicalLocation"]["region"];
            let number = |key: &str| region[key].as_u64().unwrap();
            assert!(number("startLine") >= 1 && number("startColumn") >= 1);
            assert!((number("endLine"), number("endColumn")) >= (number("startLine"), number("startColumn")));
            assert!(!place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().contains(' '));
        }
    }
}

/// Showing many findings of a large file takes time for what is shown, not findings times size.
#[test]
fn many_findings_in_a_large_file_are_shown_quickly() {
    let mut sources = Sources::default();
    let text: String = (0..50_000).map(|n| format!("key{n}: value\n")).collect();
    let file = sources.add("big.yaml", text.into_bytes()).unwrap();
    let findings: Vec<_> = (1..2_000)
        .map(|n| {
            Diagnostic::error(span(file, (n * 20, 1), (n * 20, 4)), "wrong").with_label(span(file, (1, 1), (1, 4)), "x")
        })
        .collect();
    let start = std::time::Instant::now();
    let text = show(&Case { sources, findings }, Format::Terminal);
    assert!(text.contains("1999 errors"));
    // A hundred times the usual time.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
