//! The `--call` methods as commands. Their answers are tested elsewhere; here, that they work on the command line, in
//! every format.

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
fn every_question_has_its_formats() {
    let shop = Shop::new(SHOP);
    for (command, words) in [
        (&["outline", "--target", "api"][..], "TARGET: api"),
        (&["plan", "--target", "worker"], "go build"),
        (&["graph"], "flowchart"),
        (&["graph", "--format", "dot"], "digraph"),
        (&["graph", "--format", "svg"], "<svg"),
        (&["inputs"], "worker:"),
        (&["bake"], "target \"worker\""),
        (&["compose"], "services:"),
    ] {
        let said = shop.run(command);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{command:?}");
        assert!(said.stdout.contains(words) && said.stdout.ends_with('\n'), "{command:?}: {}", said.stdout);
        assert_eq!(shop.run(command).stdout, said.stdout, "{command:?} says something else the second time");
        let json = shop.run(&[&command[..1], &["--target", "api", "--format", "json"]].concat());
        assert_eq!((json.code, json.stderr.as_str()), (0, ""), "{command:?}");
        serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap();
    }
}

#[test]
fn what_programs_write_starts_nothing_again() {
    let shop = Shop::new(
        "images: { api: { go: { main: ./cmd/api, source: { exclude: [data, '**/*.out'] } }, variants: { dev: {} } } }\n",
    );
    let said = shop.run(&["compose", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let watch = json.pointer("/services/api-dev/develop/watch").and_then(serde_json::Value::as_array).unwrap();
    let rule = watch.iter().find(|rule| rule["action"] == "sync+restart").unwrap();
    assert_eq!((rule["path"].as_str(), rule["target"].as_str()), (Some("."), Some("/src")));
    for pattern in ["**/*.log", "**/*.db", "tmp/", "data", "**/*.out"] {
        assert!(rule["ignore"].as_array().unwrap().iter().any(|ignored| ignored == pattern), "{pattern}: {rule}");
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
