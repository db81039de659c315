//! What comments skip, and the problems reported for invalid ones.

use slipway_spec::{Diagnostic, Severity, parse};

use crate::{Lint, check};

fn lint_with(text: &str, options: Option<&str>) -> Vec<(Diagnostic, String)> {
    let parsed = parse("slipway.yaml", text.as_bytes().to_vec());
    let spec = parsed.spec.unwrap();
    let found = check(&Lint { options, ..Lint::new(&parsed.sources, &spec) });
    found
        .into_iter()
        .map(|found| {
            let line = format!("{} {} [{}]", found.severity.name(), found.render(&parsed.sources), found.rule.unwrap());
            (found, line)
        })
        .collect()
}

fn said(text: &str) -> String {
    lint_with(text, None).into_iter().map(|(_, line)| line + "\n").collect()
}

/// The rules with findings.
fn rules(text: &str) -> Vec<&'static str> {
    lint_with(text, None).into_iter().filter_map(|(found, _)| found.rule).collect()
}

const WRONG: &str = "images:\n  api:\n    go: .\n    user: root\n    env: { TOKEN: abcdef }\n";

#[test]
fn a_header_applies_to_the_whole_file() {
    assert_eq!(rules(WRONG), ["RootUser", "SecretInEnv"]);
    let with = |comment: &str| format!("# syntax=acme/slipway:1\n{comment}\n\n# More words.\n{WRONG}");
    assert_eq!(rules(&with("# check=skip=RootUser")), ["SecretInEnv"]);
    assert_eq!(rules(&with("#check = skip = rootuser , SecretInEnv")), [""; 0]);
    assert_eq!(rules(&with("# check=skip=all")), [""; 0]);
    assert_eq!(rules(&with("# check=experimental=all;error=false")), ["RootUser", "SecretInEnv"]);
    assert_eq!(rules(&with("# CHECK=skip=RootUser\n# check=skip=SecretInEnv")), [""; 0]);
    insta::assert_snapshot!(said(&with("# check=error=true;skip=RootUser")), @"error slipway.yaml:9:12: `TOKEN` looks like a secret, and everyone who can pull the image can read it; read it in the program from a file that is mounted when the image runs [SecretInEnv]");
}

#[test]
fn the_command_line_replaces_the_header() {
    let text = format!("# check=skip=all\n{WRONG}");
    let found = lint_with(&text, Some("skip=RootUser;error=true"));
    assert_eq!(found.iter().map(|(found, _)| found.rule.unwrap()).collect::<Vec<_>>(), ["SecretInEnv"]);
    assert!(found.iter().all(|(found, _)| found.severity == Severity::Error));
}

#[test]
fn a_comment_applies_to_its_key() {
    let above = "images:\n  # check=skip=RootUser\n  # For a reason.\n  api:\n    go: .\n    user: root\n  web:\n    go: .\n    user: root\n";
    assert_eq!(said(above).lines().count(), 1, "{}", said(above));
    assert!(said(above).contains(":9:"));
    let behind = "images:\n  api:\n    go: .\n    user: root # check=skip=RootUser\n    env: { TOKEN: abcdef } # because # check=skip=SecretInEnv\n";
    assert_eq!(said(behind), "");
    let of_a_map = "images: # check=skip=RootUser\n  api:\n    go: .\n    user: root\n";
    assert_eq!(said(of_a_map), "");
    let other = "images:\n  api:\n    go: . # check=skip=RootUser\n    user: root\n";
    assert_eq!(rules(other), ["RootUser"]);
    let item = "images: { a: { go: ., files: { /x: \"s:/\" } } }\nstages:\n  s:\n    from: debian:12\n    steps:\n      # check=skip=SecretInEnv\n      - run: a\n        env: { TOKEN: abcdef }\n      - run: b\n        env: { TOKEN: abcdef }\n";
    assert_eq!(said(item).lines().count(), 1, "{}", said(item));
    assert!(said(item).contains(":10:"));
}

/// Text that looks like a comment but is part of a value has no effect.
#[test]
fn texts_are_not_comments() {
    let steps = |run: &str| {
        format!(
            "images: {{ a: {{ go: ., files: {{ /x: \"s:/\" }} }} }}\nstages:\n  s:\n    from: debian:12\n    steps:\n{run}"
        )
    };
    for run in [
        "      - run: |\n          # check=skip=SecretInEnv\n          make\n        env: { TOKEN: abcdef }\n",
        "      - run: \"make # check=skip=SecretInEnv\"\n        env: { TOKEN: abcdef }\n",
        "      - run: 'make\n          # check=skip=SecretInEnv'\n        env: { TOKEN: abcdef }\n",
        "      - run: make#check=skip=SecretInEnv\n        env: { TOKEN: abcdef }\n",
    ] {
        assert_eq!(rules(&steps(run)), ["SecretInEnv"], "{run}");
    }
    let below = "      - run: |\n          make\n        # check=skip=SecretInEnv\n        env: { TOKEN: abcdef }\n";
    assert_eq!(said(&steps(below)), "");
    let at_the_bar = "      - run: | # check=skip=SecretInEnv\n          make\n        env: { TOKEN: abcdef }\n";
    assert_eq!(said(&steps(at_the_bar)), "");
}

#[test]
fn invalid_comments_are_reported() {
    let text = "# check=skip=RotUser,Nonsense,RootUser;eror=true;error=1;word\nimages:\n  api: { go: . } # check=error=true\n\n  # check=skip=all\n\n  web: { go: . }\n# check=skip=RootUser\n";
    insta::assert_snapshot!(said(text), @r"
    warning slipway.yaml:1:14: there is no rule `RotUser`; did you mean `RootUser`? [InvalidDirective]
    warning slipway.yaml:1:22: there is no rule `Nonsense`; `slipway explain` lists the rules [InvalidDirective]
    warning slipway.yaml:1:40: `eror` is not a key of `# check=` comments; did you mean `error`? [InvalidDirective]
    warning slipway.yaml:1:56: `1` is neither `true` nor `false`; write `error=true` to turn findings into errors [InvalidDirective]
    warning slipway.yaml:1:58: `word` has no value; write `skip=RuleA,RuleB`, `skip=all` or `error=true`, separated by `;` [InvalidDirective]
    warning slipway.yaml:3:18: `error` applies to the whole file, so it has no effect here; write `# check=error=true` above the first key of the file [InvalidDirective]
    warning slipway.yaml:5:3: this comment does not belong to a key, so it has no effect; write it on the line above a key, or after a key on its line; for the whole file, above the first key [InvalidDirective]
    warning slipway.yaml:8:1: this comment does not belong to a key, so it has no effect; write it on the line above a key, or after a key on its line; for the whole file, above the first key [InvalidDirective]
    ");
}

#[test]
fn any_line_ending_is_accepted() {
    assert_eq!(rules(&format!("# check=skip=RootUser\n{WRONG}").replace('\n', "\r\n")), ["SecretInEnv"]);
    assert_eq!(rules(&WRONG.replace("root\n", "root # check=skip=RootUser\n").replace('\n', "\r\n")), ["SecretInEnv"]);
}
