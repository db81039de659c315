//! The questions. What they answer is tested where they are; here, that they are answered on the command line, in every form.

use super::{SHOP, Shop};

#[test]
fn a_question_is_answered_in_every_form() {
    let shop = Shop::new(SHOP);
    insta::assert_snapshot!(shop.run(&["targets"]).whole());
    let json = shop.run(&["targets", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["targets"][1]["name"], "worker");
    let outline = shop.run(&["outline", "--target", "api", "--build-arg", "VERSION=2", "--platform", "linux/arm64"]);
    assert_eq!((outline.code, outline.stderr.as_str()), (0, ""));
    for words in ["TARGET: api", "VERSION     2       Stamped into the program", "linux/arm64"] {
        assert!(outline.stdout.contains(words), "{words}: {}", outline.stdout);
    }
}

#[test]
fn the_schema_needs_no_file() {
    let shop = Shop::new(SHOP);
    std::fs::remove_file(shop.path().join("slipway.yaml")).unwrap();
    let schema = shop.run(&["schema"]);
    assert_eq!((schema.code, schema.stderr.as_str()), (0, ""));
    let parsed: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
    assert!(parsed.pointer("/properties/images").is_some());
}

#[test]
fn a_question_about_a_wrong_file_is_an_error() {
    let shop = Shop::new("images: { api: { go: ./cmd/api, usr: x } }\n");
    insta::assert_snapshot!(shop.run(&["targets"]).whole());
    let shop = Shop::new(SHOP);
    insta::assert_snapshot!(shop.run(&["outline", "--target", "wrker"]).whole());
}
