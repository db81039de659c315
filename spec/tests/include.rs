//! `include`: the requested files, the order in which they override each other, and errors.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use slipway_spec::{IncludeRequest, Loader, Parsed};

/// Reads a spec from a table of files, by their names in messages; the first is the root.
fn load(files: &[(&str, &str)]) -> (Vec<String>, Parsed) {
    let (name, text) = files.first().unwrap();
    let mut loader = Loader::new(*name, text.as_bytes().to_vec());
    let mut asked = Vec::new();
    while let Some(request) = loader.next_request() {
        let name = request.name();
        let found = files.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_bytes().to_vec());
        asked.push(name);
        loader.supply(&request, Ok(found));
    }
    (asked, loader.finish())
}

fn said(files: &[(&str, &str)]) -> String {
    let (_, parsed) = load(files);
    let said = parsed.spec.unwrap_err();
    said.iter().map(|diagnostic| diagnostic.render(&parsed.sources) + "\n").collect()
}

#[test]
fn a_file_overrides_its_includes_and_later_ones_override_earlier_ones() {
    let (asked, parsed) = load(&[
        (
            "slipway.yaml",
            "include: [./a.yaml, { git: https://example.com/p.git, ref: v3, checksum: 9f1c2ab, path: b.yaml }]
images: { api: { env: { ROOT: root, A: root } } }",
        ),
        ("a.yaml", "version: 1\nargs: { X: a }\nimages: { api: { go: ./a, user: a, env: { A: a, B: a, C: a } } }"),
        (
            "https://example.com/p.git#9f1c2ab:b.yaml",
            "include: [./deep/c.yaml]\nimages: { api: { env: { A: b, B: b } } }",
        ),
        ("https://example.com/p.git#9f1c2ab:deep/c.yaml", "images: { api: { env: { B: c, C: c } }, more: { go: . } }"),
    ]);
    assert_eq!(
        asked,
        ["a.yaml", "https://example.com/p.git#9f1c2ab:b.yaml", "https://example.com/p.git#9f1c2ab:deep/c.yaml"]
    );
    let spec = parsed.spec.unwrap();
    let api = spec.images.get("api").unwrap();
    let env: Vec<_> = api
        .keys
        .config
        .env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_literal().unwrap(), parsed.sources.name(value.span.file)))
        .collect();
    let git = "https://example.com/p.git#9f1c2ab:";
    assert_eq!(
        env,
        [
            ("A", "root", "slipway.yaml"),
            ("B", "b", format!("{git}b.yaml").as_str()),
            ("C", "c", format!("{git}deep/c.yaml").as_str()),
            ("ROOT", "root", "slipway.yaml"),
        ]
    );
    assert_eq!(spec.args.names().collect::<Vec<_>>(), ["X"]);
    assert_eq!(spec.images.names().collect::<Vec<_>>(), ["api", "more"]);
}

#[test]
fn requests_contain_all_that_reading_a_file_requires() {
    let text = "include: [platform/../base.yaml, { git: https://example.com/p.git, ref: v3, checksum: 9f1c2ab }]";
    let mut loader = Loader::new("slipway.yaml", text.as_bytes().to_vec());
    let local = IncludeRequest::Local { path: "base.yaml".to_owned() };
    let git = IncludeRequest::Git {
        url: "https://example.com/p.git".to_owned(),
        reference: Some("v3".to_owned()),
        checksum: "9f1c2ab".to_owned(),
        path: "slipway.yaml".to_owned(),
    };
    loader.supply(&git, Ok(Some(b"images: { b: { go: . } }".to_vec())));
    assert_eq!(loader.next_request(), Some(local.clone()), "in whatever order they are supplied");
    assert_eq!(loader.next_request(), Some(local.clone()), "asked for until it is there");
    loader.supply(&local, Ok(Some(b"images: { a: { go: . } }".to_vec())));
    assert_eq!(loader.next_request(), None);
    loader.supply(&local, Ok(Some(b"images: { twice: { go: . } }".to_vec())));
    assert_eq!(loader.finish().spec.unwrap().images.names().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn a_file_that_several_include_is_read_once_and_all_of_them_override_it() {
    let (asked, parsed) = load(&[
        ("slipway.yaml", "include: [./a.yaml, ./b.yaml, a.yaml]\nimages: { api: { go: . } }"),
        ("a.yaml", "include: [./base.yaml]\ndefaults: { user: a }"),
        ("b.yaml", "include: [./base.yaml]\ndefaults: { env: { B: b } }"),
        ("base.yaml", "defaults: { user: base, workdir: /base }"),
    ]);
    assert_eq!(asked, ["a.yaml", "b.yaml", "base.yaml"]);
    let spec = parsed.spec.unwrap();
    let config = &spec.images.get("api").unwrap().keys.config;
    assert_eq!(config.user.as_ref().unwrap().identity().as_literal(), Some("a"));
    assert_eq!(config.workdir.as_ref().unwrap().as_literal(), Some("/base"));
    assert_eq!(config.env.len(), 1);
}

#[test]
fn findings_name_their_file() {
    insta::assert_snapshot!(said(&[
        ("slipway.yaml", "include: [./platform/base.yaml]\nimages: { api: { go: ., enw: {} } }"),
        ("platform/base.yaml", "version: 1\ndefaults:\n  usr: '1001'\n"),
    ]), @r#"
slipway.yaml:2:25: unknown key `enw` in an image; did you mean `env`?
platform/base.yaml:3:3: unknown key `usr` in an image; did you mean `user`?
"#);
    insta::assert_snapshot!(said(&[
        ("slipway.yaml", "include: [./a.yaml, ./b.yaml, ./c.yaml, ./d.yaml]\nimages: { api: { build: none } }"),
        ("a.yaml", "version: 2"),
        ("b.yaml", "- a"),
        ("c.yaml", "a: [\n"),
        ("d.yaml", "# nothing\n"),
    ]), @r#"
    a.yaml:1:10: this frontend reads version 1 of the language, not 2; write `version: 1`, or use a newer frontend in the `# syntax=` line
    b.yaml:1:1: a Slipway file must be a map, but this one is a list; start with `images:`, for example `images: { api: { go: ./cmd/api } }`
    c.yaml:2:1: this is not valid YAML: while parsing a node, did not find expected node content (inside the `[` that starts here at 1:4); close it with `]`, and separate its items with commas
    d.yaml:1:1: this file is empty; start with `images:`, for example `images: { api: { go: ./cmd/api } }`
    "#);
}

#[test]
fn files_that_cannot_be_read_are_reported_where_they_are_included() {
    insta::assert_snapshot!(said(&[
        ("slipway.yaml", "include:\n  - ./missing.yaml\n  - ./a.yaml\n  - { git: https://example.com/p.git, checksum: 9f1c2ab }"),
        ("a.yaml", "include: [missing.yaml, ./other.yaml]"),
    ]), @r#"
    slipway.yaml:2:5: there is no file `missing.yaml` in the context (also included here at a.yaml:1:11); check the path, which is relative to the folder that is built, and `.dockerignore`
    slipway.yaml:4:5: there is no file `slipway.yaml` in `https://example.com/p.git` at commit 9f1c2ab; check `path`, which is relative to the root of the repository, and `checksum`
    a.yaml:1:25: there is no file `other.yaml` in the context; check the path, which is relative to the folder that is built, and `.dockerignore`
    "#);
    let mut loader = Loader::new("slipway.yaml", b"include: [./a.yaml, { git: g, checksum: 9f1c2ab }]".to_vec());
    while let Some(request) = loader.next_request() {
        loader.supply(&request, Err("it is a folder".to_owned()));
    }
    let parsed = loader.finish();
    let said: Vec<_> = parsed.spec.unwrap_err().iter().map(|found| found.render(&parsed.sources)).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
slipway.yaml:1:11: `a.yaml` cannot be read: it is a folder; check that it is a readable file
slipway.yaml:1:21: `g#9f1c2ab:slipway.yaml` cannot be read: it is a folder; check `git`, `ref` and `checksum`, and whether credentials are needed
"#);
    let parsed = slipway_spec::parse("slipway.yaml", b"include: [./a.yaml]".to_vec());
    let said: Vec<_> = parsed.spec.unwrap_err().iter().map(|found| found.render(&parsed.sources)).collect();
    insta::assert_snapshot!(said.join("\n"), @"slipway.yaml:1:11: `a.yaml` cannot be read: only one file was given; check that it is a readable file");
}

#[test]
fn cycles_are_shown() {
    insta::assert_snapshot!(said(&[
        ("slipway.yaml", "include: [./a.yaml]\nimages: { api: { go: . } }"),
        ("a.yaml", "include: [./b.yaml]"),
        ("b.yaml", "args: {}\ninclude:\n  - ./c.yaml\n"),
        ("c.yaml", "include: [./a.yaml, ./c.yaml]"),
    ]), @r#"
c.yaml:1:11: include cycle: a.yaml → b.yaml → c.yaml → a.yaml (part of the cycle at a.yaml:1:11) (part of the cycle at b.yaml:3:5); delete one of these includes
c.yaml:1:21: include cycle: c.yaml → c.yaml; delete one of these includes
"#);
    insta::assert_snapshot!(said(&[("slipway.yaml", "include: [./slipway.yaml]\nimages: { api: { go: . } }")]), @"slipway.yaml:1:11: include cycle: slipway.yaml → slipway.yaml; delete one of these includes");
}

#[test]
fn limits_apply_to_all_files_together() {
    let many: Vec<_> = (0..70).map(|n| (format!("f{n}.yaml"), format!("include: [./f{}.yaml]", n + 1))).collect();
    let many: Vec<_> = many.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    insta::assert_snapshot!(said(&many), @"f63.yaml:1:11: a spec can have at most 64 files; `f64.yaml` exceeds this limit; include fewer files");

    let big = format!("x: {}", "a".repeat(3 << 20));
    insta::assert_snapshot!(said(&[("slipway.yaml", "include: [./a.yaml, ./b.yaml]"), ("a.yaml", &big), ("b.yaml", &big)]), @"slipway.yaml:1:21: with `b.yaml`, this spec has more than 4194304 bytes; include fewer or smaller files; the limit applies to all of them together");

    let values = format!("x-values: [{}]", "1,".repeat(80_000));
    insta::assert_snapshot!(said(&[
        ("slipway.yaml", "include: [./a.yaml, ./b.yaml]"),
        ("a.yaml", &values),
        ("b.yaml", &values),
    ]), @"b.yaml:1:79990: this spec has more than 120000 values; an aliased value counts each time it is used; split the file, or use fewer aliases");
}

#[test]
fn anchors_stay_in_their_file() {
    insta::assert_snapshot!(said(&[
        ("slipway.yaml", "include: [./a.yaml]\nimages: { api: { go: ., env: *env } }"),
        ("a.yaml", "x-env: &env { A: a }"),
    ]), @"slipway.yaml:2:30: there is no anchor `&env` before this alias; define the anchor earlier in this file; anchors of other files are not visible, and text that starts with `*` needs quotes");
}
