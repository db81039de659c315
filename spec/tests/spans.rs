//! Findings have the location of the wrong text, however it gets to where it is used.

use slipway_spec::{Span, parse};

/// The text at the primary locations, and at the secondary ones with their labels.
fn marked(text: &str) -> Vec<String> {
    let parsed = parse("slipway.yaml", text.as_bytes().to_vec());
    let under = |span: Span| {
        assert_eq!(span.start.line, span.end.line, "{span:?}");
        let line = text.lines().nth(span.start.line as usize - 1).unwrap_or_default();
        let columns = (span.end.column - span.start.column) as usize;
        line.chars().skip(span.start.column as usize - 1).take(columns).collect::<String>()
    };
    let said = parsed.spec.err().unwrap_or_default();
    said.iter()
        .map(|found| {
            let labels = found.secondary.iter().map(|label| format!(" | {}: {}", label.text, under(label.span)));
            labels.fold(under(found.primary.span), |marked, label| marked + &label)
        })
        .collect()
}

#[test]
fn names_in_texts_have_their_own_locations() {
    for (value, expected) in [
        ("plain ${NOPE} text", "${NOPE}"),
        ("'quoted ${NOPE:-x}'", "${NOPE:-x}"),
        ("\"é🚢 ${NOPE}\"", "${NOPE}"),
        ("$$ ${NOPE}", "${NOPE}"),
        ("&anchor ${NOPE}", "${NOPE}"),
        ("&anchor  \"a ${NOPE}\"", "${NOPE}"),
        ("\"${a b}\"", "${a b}"),
        ("'open ${NOPE'", "${NOPE"),
        // In escaped text, positions in the file and in the value differ.
        ("\"\\t${NOPE}\"", "\"\\t${NOPE}\""),
        ("'it''s ${NOPE}'", "'it''s ${NOPE}'"),
    ] {
        let said = marked(&format!("images:\n  api:\n    go: .\n    user: {value}\n"));
        assert_eq!(said, [expected], "{value}");
    }
    let two = marked("images: { api: { go: ., user: \"${A}${B}\", env: { C: \"${C}\" } } }\n");
    assert_eq!(two, ["${A}", "${B}", "${C}"]);
}

#[test]
fn addresses_have_locations_of_names_and_paths() {
    let circle = marked("images:\n  a: { files: { /x: \"b:/x\" } }\n  b: { files: { /x: \"a:/x\" } }\n");
    assert_eq!(circle, ["a | part of the cycle: b"]);
    let path = marked("images:\n  a: { go: . }\n  b: { files: { /x: \"a:/x/${NOPE}\" } }\n");
    assert_eq!(path, ["${NOPE}"]);
}

#[test]
fn aliased_values_show_where_they_are_used() {
    let text = "x-env: &env [A]\nx-base: &base { usr: x }\nx-word: &word \"a ${b c}\"\nimages:\n";
    assert_eq!(marked(&format!("{text}  api: {{ go: ., env: *env }}\n")), ["&env [A] | used: *env"]);
    assert_eq!(marked(&format!("{text}  api: {{ go: ., <<: *base }}\n")), ["usr | used: *base"]);
    assert_eq!(marked(&format!("{text}  api: {{ go: ., <<: [*base] }}\n")), ["usr | used: *base"]);
    assert_eq!(marked(&format!("{text}  api: {{ go: ., user: *word }}\n")), ["${b c} | used: *word"]);
}

#[test]
fn inherited_errors_are_reported_where_they_are_written() {
    let said = marked(
        "defaults: { expose: [x] }\nimages:\n  a: { go: ., usr: y }\n  b: { extends: a }\n  c: { extends: b, env: [z] }\n",
    );
    assert_eq!(said, ["x", "usr", "[z]"]);
}
