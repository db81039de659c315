//! The policy of a frontend: images, metadata and rules.

use crate::{SYNTAX, Shop};

const POLICY: &str = "\
defaults:
  metadata: { vendor: Acme }
policy:
  contact: \"#platform\"
  images: { \"docker.io/*\": \"mirror.example.com/hub/*\", \"gcr.io/*\": \"mirror.example.com/gcr/*\" }
  registries: [mirror.example.com]
  required_metadata: [source, vendor]
  rules: { RootUser: error, LatestFrontend: \"off\", HealthcheckMissing: \"off\" }
  skip: [EmulatedStep]
";

fn check(slipway: &str, policy: &str) -> (i32, String) {
    let shop = Shop::new(slipway);
    shop.write("org.yaml", policy);
    let said = shop.run(&["check", "--policy", "org.yaml"]);
    (said.code, said.stdout + &said.stderr)
}

#[test]
fn violations_name_the_place_and_the_policy() {
    let slipway = format!(
        "{SYNTAX}# check=skip=RootUser,EmulatedStep
images:
  api:
    go: ./cmd/api
    user: root
    metadata: {{ source: https://example.com/shop }}
  worker:
    go: ./cmd/worker
    runtime: quay.example.org/base:1
    metadata: {{ source: https://example.com/shop }}
  bare:
    go: ./cmd/worker
"
    );
    let (code, said) = check(&slipway, POLICY);
    assert_eq!(code, 1, "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn an_image_within_the_policy_is_fine() {
    let slipway = format!(
        "{SYNTAX}images:\n  api:\n    go: ./cmd/api\n    metadata: {{ source: \"https://example.com/shop\" }}\n"
    );
    let (code, said) = check(&slipway, POLICY);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("org.yaml"), "{said}");
}

#[test]
fn a_wrong_policy_fails_every_command() {
    let (code, said) =
        check(&format!("{SYNTAX}images: {{ api: {{ go: ./cmd/api }} }}\n"), "policy: { rules: { RotUser: error } }");
    assert!(
        code == 1 && said.contains("org.yaml:1:20") && said.contains("there is no rule `RotUser`"),
        "{code} {said}"
    );
    let (code, said) = check("images: { api: { go: . } }", "policy: { forbid: { file: [imags] } }");
    assert!(code == 1 && said.contains("a file has no key `imags`"), "{code} {said}");
}
