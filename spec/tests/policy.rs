//! The file with the policy of a frontend: what it may contain, and the keys that it forbids.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Everything here is test code.

use slipway_spec::model::POLICY_FILE;
use slipway_spec::{IncludeRequest, Loader, Parsed};

const API: &str = "images: { api: { go: ./cmd/api } }";

fn load(spec: &str, policy: &str) -> Parsed {
    let loader = Loader::new("slipway.yaml", spec.as_bytes().to_vec());
    let mut loader = loader.with_policy(POLICY_FILE, Ok(policy.as_bytes().to_vec()));
    while let Some(request) = loader.next_request() {
        assert!(matches!(request, IncludeRequest::Local { .. }));
        loader.supply(&request, Ok(Some(b"stages: { x: { from: debian:13, steps: [{ run: b }] } }".to_vec())));
    }
    loader.finish()
}

fn said(spec: &str, policy: &str) -> Vec<String> {
    let parsed = load(spec, policy);
    let found = parsed.spec.unwrap_err();
    let line = |found: &slipway_spec::Diagnostic| {
        let labels: String = found
            .secondary
            .iter()
            .map(|label| {
                format!(" [{} {}: {}]", parsed.sources.name(label.span.file), label.span.start.line, label.text)
            })
            .collect();
        let place = (parsed.sources.name(found.primary.span.file), found.primary.span.start);
        let help = found.help.as_deref().unwrap_or_default();
        format!("{}:{}:{} {}{labels}; {help}", place.0, place.1.line, place.1.column, found.message)
    };
    found.iter().map(line).collect()
}

#[test]
fn every_spec_includes_the_other_keys_of_the_file() {
    let policy = "version: 1\ndefaults: { user: '1001', env: { A: org, B: org } }\nbuilds: { house: { preset: go } }";
    let spec = load("defaults: { env: { B: own } }\nimages: { api: { build: { from: house, main: ./a } } }", policy);
    let spec = spec.spec.unwrap();
    let config = &spec.images.get("api").unwrap().keys.config;
    let env: Vec<_> = config.env.iter().map(|(name, value)| (name.as_str(), value.as_literal().unwrap())).collect();
    assert_eq!(env, [("A", "org"), ("B", "own")]);
    assert!(config.user.is_some() && spec.policy.file.is_some());
}

#[test]
fn forbidden_keys_are_found_wherever_they_are() {
    let policy = "defaults: { user: '1001' }\npolicy:\n  contact: \"#platform\"\n  forbid:\n    file: [stages]\n    image: \
                  [user]\n    build: [image]";
    let spec = "include: [./more.yaml]
defaults: { user: root }
builds: { a: { preset: go, image: golang:1 } }
images:
  api: { build: a, user: root, variants: { dev: { user: root } } }
  web: { node: { image: node:1 } }";
    assert_eq!(
        said(spec, policy),
        [
            "slipway.yaml:2:13 the policy of this frontend forbids `user` in an image [/etc/slipway/org.yaml 6: the policy of this frontend]; delete it; ask #platform",
            "slipway.yaml:3:28 the policy of this frontend forbids `image` in a build [/etc/slipway/org.yaml 7: the policy of this frontend]; delete it; ask #platform",
            "slipway.yaml:5:20 the policy of this frontend forbids `user` in an image [/etc/slipway/org.yaml 6: the policy of this frontend]; delete it; ask #platform",
            "slipway.yaml:5:51 the policy of this frontend forbids `user` in an image [/etc/slipway/org.yaml 6: the policy of this frontend]; delete it; ask #platform",
            "slipway.yaml:6:18 the policy of this frontend forbids `image` in a build [/etc/slipway/org.yaml 7: the policy of this frontend]; delete it; ask #platform",
            "more.yaml:1:1 the policy of this frontend forbids `stages` in a file [/etc/slipway/org.yaml 5: the policy of this frontend]; delete it; ask #platform",
        ]
    );
    // The file of the policy itself may use them.
    assert!(load(API, policy).spec.is_ok());
}

#[test]
fn includes_can_be_forbidden() {
    let said = said(&format!("include: [./more.yaml]\n{API}"), "policy: { forbid: { file: [include] } }");
    let expected = "slipway.yaml:1:1 the policy of this frontend forbids `include` in a file";
    assert!(said.len() == 1 && said[0].starts_with(expected), "{said:?}");
}

#[test]
fn a_wrong_policy_allows_nothing() {
    for (policy, expected) in [
        ("policy: { forbidden: {} }", "unknown key `forbidden` in a policy"),
        ("policy: { forbid: { image: [usr] } }", "an image has no key `usr`"),
        ("policy: { forbid: { images: [user] } }", "unknown key `images` in a list of forbidden keys"),
        ("policy: { rules: { RootUser: eror } }", "`eror` is not a level of a rule"),
        ("policy: { required_metadata: [license] }", "`license` is not a key of `metadata`"),
        ("policy: { images: { \"a*b\": c } }", "`a*b` has a `*` that is not at its end"),
        ("policy: { images: { a: \"c/*\" } }", "the `*` stands for nothing, because `a` has none"),
        ("policy: { registries: all }", "expected a list, found"),
        ("policy:", "`policy` has no value"),
        ("images: { more: { go: . } }", "the file with the policy of a frontend cannot have `images`"),
        ("include: [./x.yaml]", "the file with the policy of a frontend cannot have `include`"),
        ("polcy: {}", "unknown key `polcy` in a Slipway file"),
        ("- a", "a Slipway file must be a map"),
        ("a: [", ""),
    ] {
        let said = said(API, policy);
        let is_there = said.iter().any(|said| said.starts_with(POLICY_FILE) && said.contains(expected));
        assert!(is_there, "{policy}: {said:?}");
    }
}

#[test]
fn a_policy_that_cannot_be_read_allows_nothing() {
    let loader = Loader::new("slipway.yaml", API.as_bytes().to_vec());
    let found = loader.with_policy(POLICY_FILE, Err("permission denied".to_owned())).finish().spec.unwrap_err();
    assert_eq!(
        found[0].message,
        "the policy of this frontend, `/etc/slipway/org.yaml`, cannot be read: permission denied"
    );
}

#[test]
fn a_spec_has_no_policy_of_its_own() {
    assert_eq!(
        said("policy: {}\nimages: { api: { go: . } }", "{}"),
        [
            "slipway.yaml:1:1 only the frontend's own file can have a `policy`; delete it; the policy of a frontend is in \
          `/etc/slipway/org.yaml` of its image"
        ]
    );
}
