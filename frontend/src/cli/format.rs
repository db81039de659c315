//! The formatter for Slipway files, as a function from text to text.
//!
//! `pretty_yaml` formats; this module configures it and verifies that only the layout changes: the same values,
//! comments, anchors and tags in the same order. Otherwise the file stays unchanged.

use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions};
use slipway_spec::yaml::{self, Kind, Node};
use slipway_spec::{Diagnostic, SourceFile, Sources};
use yaml_parser::SyntaxKind;

use crate::contained;

/// Longer flow lists and maps are split into lines.
const WIDTH: usize = 120;

/// The result for a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Formatted {
    /// The formatted text, which may equal the original.
    Text(String),
    /// The file must stay unchanged, and why.
    Refused(&'static str),
}

/// Formats a file.
///
/// # Errors
/// It is not YAML that Slipway reads.
pub(super) fn format(source: &SourceFile) -> Result<Formatted, Diagnostic> {
    let tree = yaml::parse(source)?;
    let before = source.text().replace("\r\n", "\n").replace('\r', "\n");
    let refused = |why| Ok(Formatted::Refused(why));
    let Some(after) = lay_out(&before) else {
        return refused("the formatter does not support all of its YAML");
    };
    if lay_out(&after).as_ref() != Some(&after) {
        return refused("the formatted text is not stable");
    }
    let mut sources = Sources::default();
    let reread = sources.add(source.name(), after.clone().into_bytes()).ok().and_then(|id| sources.get(id));
    match reread.map(yaml::parse) {
        Some(Ok(reread)) if same_values(&tree, &reread) => {}
        _ => return refused("formatting would change its meaning"),
    }
    match (landmarks(&before), landmarks(&after)) {
        (Some(old), Some(new)) if old == new => Ok(Formatted::Text(after)),
        _ => refused("formatting would move or lose a comment, an anchor or a tag"),
    }
}

fn lay_out(text: &str) -> Option<String> {
    let language = LanguageOptions {
        trailing_comma: false,
        // White space at the end of a line of a block scalar is part of the text.
        trim_trailing_whitespaces: false,
        ..LanguageOptions::default()
    };
    let layout = LayoutOptions { print_width: WIDTH, ..LayoutOptions::default() };
    let options = FormatOptions { layout, language };
    let text = text.to_owned();
    let pretty = guarded(move || pretty_yaml::format_text(&text, &options).ok())?;
    Some(spread(&pretty))
}

/// Another crate's panic is treated as a reason not to format.
fn guarded<T: Send + 'static>(run: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
    contained::run(run).ok().flatten()
}

/// Puts one blank line between top-level keys, with the comments directly above a key; keys on one line each may stay
/// together.
fn spread(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_blank = |line: &str| line.trim().is_empty();
    let is_key =
        |line: &str| !line.starts_with([' ', '\t', '#', '-', '?', ':', '{', '}', '[', ']', '%']) && !is_blank(line);
    let mut spread: Vec<&str> = Vec::with_capacity(lines.len() + 16);
    // Where the last top-level key starts in `spread`.
    let mut last_key: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        if is_key(line) {
            let comments = spread.iter().rev().take_while(|line| line.starts_with('#')).count();
            let start = spread.len() - comments;
            let content = spread.iter().take(start).rposition(|line| !is_blank(line)).map_or(0, |last| last + 1);
            let next = lines.iter().skip(index + 1).find(|line| !is_blank(line));
            let stands_alone = next.is_none_or(|line| is_key(line) || line.starts_with('#'));
            let may_stay = comments == 0 && stands_alone && last_key.is_some_and(|last| last + 1 == content);
            if last_key.is_some() && !may_stay {
                spread.splice(content..start, [""]);
            }
            last_key = Some(spread.len());
        }
        spread.push(line);
    }
    let mut text = spread.join("\n");
    text.truncate(text.trim_end_matches('\n').len());
    text.push('\n');
    text
}

/// Whether two trees are equal, regardless of locations.
fn same_values(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Plain(a), Kind::Plain(b)) | (Kind::Quoted(a), Kind::Quoted(b)) => a == b,
        (Kind::Sequence(a), Kind::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_values(a, b))
        }
        (Kind::Map(a), Kind::Map(b)) => {
            let same =
                |(a, b): (&yaml::Entry, &yaml::Entry)| a.key.value == b.key.value && same_values(&a.value, &b.value);
            a.len() == b.len() && a.iter().zip(b.iter()).all(same)
        }
        _ => false,
    }
}

/// What a tree does not contain, and its position among the values, of which only the order counts here.
fn landmarks(text: &str) -> Option<Vec<String>> {
    let text = text.to_owned();
    guarded(move || {
        let tree = yaml_parser::parse(&text).ok()?;
        let tokens = tree.descendants_with_tokens().filter_map(yaml_parser::SyntaxElement::into_token);
        let landmark = tokens.filter_map(|token| {
            Some(match token.kind() {
                SyntaxKind::COMMENT => token.text().trim_end().to_owned(),
                SyntaxKind::AMPERSAND
                | SyntaxKind::ASTERISK
                | SyntaxKind::ANCHOR_NAME
                | SyntaxKind::EXCLAMATION_MARK
                | SyntaxKind::VERBATIM_TAG
                | SyntaxKind::TAG_CHAR
                | SyntaxKind::TAG_HANDLE_NAMED
                | SyntaxKind::TAG_HANDLE_PRIMARY
                | SyntaxKind::TAG_HANDLE_SECONDARY
                | SyntaxKind::DIRECTIVE_NAME
                | SyntaxKind::YAML_VERSION => token.text().to_owned(),
                SyntaxKind::DOUBLE_QUOTED_SCALAR
                | SyntaxKind::SINGLE_QUOTED_SCALAR
                | SyntaxKind::PLAIN_SCALAR
                | SyntaxKind::BLOCK_SCALAR_TEXT => String::new(),
                _ => return None,
            })
        });
        Some(landmark.collect())
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn formatted(text: &str) -> Result<Formatted, String> {
        let mut sources = Sources::default();
        let id = sources.add("f", text.as_bytes().to_vec()).map_err(|found| found.message)?;
        format(sources.get(id).unwrap()).map_err(|found| found.message)
    }

    fn text(text: &str) -> String {
        match formatted(text).unwrap() {
            Formatted::Text(text) => text,
            Formatted::Refused(why) => panic!("{why}"),
        }
    }

    #[test]
    fn a_messy_file_becomes_a_tidy_one() {
        let messy = "\
# syntax=registry/slipway:1\r
# check=skip=Some\r
\r

version:   1
default: api
args:
    VERSION: {default: dev,   description: 'Stamped into \"binaries\"'}   # trailing
    # own line
    B:
        default: 'it''s\\n'

x-a: &a   
    user:   \"1001\"   
    text: |
          a
            b  
          # no comment
    fold: >-
        hello
        world
# about the images


images:
      api:
         <<: *a
         build: {from: go,
            main: ./cmd/api,  # why
            tags: [a,b,
              c]}
         cmd:
         - a
         -   b
         # end of list
         env:
           A: plain text
             that goes on
         entrypoint: [/api, --version,    \"x\"]


      # trailing comment of images



      worker: {go: ./cmd/worker}
# last";
        let tidy = text(messy);
        insta::assert_snapshot!(tidy);
        assert_eq!(text(&tidy), tidy);
    }

    #[test]
    fn keys_at_the_top_are_one_line_apart_unless_they_are_one_line_each() {
        let tidy = |before: &str| text(before);
        assert_eq!(tidy("version: 1\ndefault: a\n"), "version: 1\ndefault: a\n");
        assert_eq!(tidy("version: 1\n\n\n\ndefault: a\n"), "version: 1\n\ndefault: a\n");
        assert_eq!(tidy("a: 1\nb:\n  c: 1\nd: 1\ne: 1\n"), "a: 1\n\nb:\n  c: 1\n\nd: 1\ne: 1\n");
        assert_eq!(tidy("# x\na: 1\n# y\nb: 1\n"), "# x\na: 1\n\n# y\nb: 1\n");
        assert_eq!(tidy("# x\n\n# y\n\na: 1\n# z\n\n# y\nb: 1\n"), "# x\n\n# y\n\na: 1\n# z\n\n# y\nb: 1\n");
        assert_eq!(tidy("{a: 1, b: 2}"), "{ a: 1, b: 2 }\n");
        assert_eq!(tidy("a: |\n  b:\n\n  c:\nd:\n  - 1\n"), "a: |\n  b:\n\n  c:\n\nd:\n  - 1\n");
    }

    #[test]
    fn what_ends_in_white_space_keeps_it() {
        let block = "run: |\n  a  \n  b\t\nend: 1\n";
        assert_eq!(text(block), "run: |\n  a  \n  b\t\n\nend: 1\n");
        // The formatter would lose this, so it is not applied.
        let inside = "a: |\n  b\n     \n  c\n";
        assert_eq!(formatted(inside).unwrap(), Formatted::Refused("formatting would change its meaning"));
    }

    #[test]
    fn what_is_no_yaml_is_an_error() {
        assert!(formatted("a: [1\n").unwrap_err().contains("not valid YAML"));
        assert!(formatted("# nothing\n").unwrap_err().contains("is empty"));
        assert!(formatted("a: 1\na: 2\n").unwrap_err().contains("duplicate key"));
    }

    #[test]
    fn a_panic_of_the_formatter_is_a_reason_not_to_format() {
        assert_eq!(guarded(|| -> Option<()> { panic!("a bug") }), None);
        assert_eq!(guarded(|| Some(1)), Some(1));
    }

    #[test]
    fn deep_and_long_files_take_no_time() {
        let (open, close) = ("[".repeat(60), "]".repeat(60));
        let maps = format!("a: {}1{}", "{a: ".repeat(60), "}".repeat(60));
        let blocks: String = (0..60).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        let long: String = (0..500).map(|n| format!("k{n}: {{ a: [1, 2], b: '#{n}' }} # {n}\n")).collect();
        for text in [format!("a: {open}{close}"), maps, blocks + &" ".repeat(60) + "1", long] {
            // Time that doubles with each level would never end.
            let start = Instant::now();
            let _ = formatted(&text);
            assert!(start.elapsed() < Duration::from_secs(60), "{:?}: {}", start.elapsed(), &text[..40]);
        }
    }

    /// Every file of the language's own tests, correct or wrong, is formatted without a change of meaning, left
    /// unchanged, or an error.
    #[test]
    fn the_files_of_the_language_keep_their_meaning() {
        let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tests");
        let (mut seen, mut laid_out) = (0, 0);
        for folder in ["specs", "wrong"] {
            for entry in std::fs::read_dir(tests.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let Some(text) = std::fs::read_to_string(&path).ok().filter(|text| text.len() < 20_000) else {
                    continue;
                };
                if path.extension().is_none_or(|extension| extension != "yaml") {
                    continue;
                }
                if let Ok(Formatted::Text(after)) = formatted(&text) {
                    assert_eq!(formatted(&after), Ok(Formatted::Text(after.clone())), "{}", path.display());
                    laid_out += 1;
                }
                seen += 1;
            }
        }
        assert!(seen > 20 && laid_out * 2 > seen, "{laid_out} of {seen}");
    }
}
