//! `slipway explain`, and the addresses of pages in findings.

use std::path::Path;

use serde_json::Value;

use crate::{SHOP, SYNTAX, Shop};

#[test]
fn a_rule_is_explained_by_its_page() {
    let shop = Shop::new("");
    for name in ["RootUser", "rootuser", "StartScript"] {
        let said = shop.run(&["explain", name]);
        let file = if name == "rootuser" { "RootUser" } else { name };
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/rules/{file}.md"));
        let page = std::fs::read_to_string(page).unwrap();
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{name}");
        // The page in the repository starts with a comment that says where it comes from.
        assert_eq!(page.split_once("-->\n\n").unwrap().1, said.stdout, "{name}");
    }
}

#[test]
fn without_a_name_there_is_a_list() {
    let shop = Shop::new("");
    let list = shop.run(&["explain"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    let (first, last) = (list.stdout.lines().next().unwrap(), list.stdout.lines().last().unwrap());
    assert_eq!(first, "CachedOutput           Finds stage outputs that are inside a cache mount");
    assert_eq!(last, "WorldWritableFile      Finds files that every user may change");
    let json: Vec<Value> = serde_json::from_str(&shop.run(&["explain", "--format", "json"]).stdout).unwrap();
    assert_eq!(json.len(), list.stdout.lines().count());
    let one: Value =
        serde_json::from_str(&shop.run(&["explain", "SyntaxLineMissing", "--format", "json"]).stdout).unwrap();
    assert_eq!((one.as_array().unwrap().len(), &one[0]["severity"]), (1, &"error".into()));
    assert!(one[0]["markdown"].as_str().unwrap().starts_with("# SyntaxLineMissing\n\nFinds "));
    assert!(json.contains(&one[0]));
}

#[test]
fn a_name_that_does_not_exist_is_wrong_usage() {
    let shop = Shop::new("");
    insta::assert_snapshot!(shop.run(&["explain", "RotUser"]).whole(), @r"
    exit status 2
    --- stderr
    error: there is no rule `RotUser`; did you mean `RootUser`?
    ");
    insta::assert_snapshot!(shop.run(&["explain", "x\u{1b}[31m"]).whole(), @r"
    exit status 2
    --- stderr
    error: there is no rule `x\u{1b}[31m`; `slipway explain` lists the rules
    ");
}

#[test]
fn findings_link_to_the_pages_that_a_policy_names() {
    let shop = Shop::new(SHOP.replace("./cmd/worker }", "./cmd/worker, user: root }"));
    shop.write("org.yaml", "policy: { rule_docs: \"https://docs.example.com/rules/*.html\" }");
    let check = |format: &str| shop.run(&["check", "--policy", "org.yaml", "--format", format]).stdout;
    let page = "https://docs.example.com/rules/RootUser.html";
    assert!(check("human").contains(&format!("= docs: {page}\n")), "{}", check("human"));
    assert!(check("github").ends_with(&format!("%0A{page}\n")), "{}", check("github"));
    let json: Value = serde_json::from_str(&check("json")).unwrap();
    assert_eq!(json[0]["docs"], page);
    let sarif: Value = serde_json::from_str(&check("sarif")).unwrap();
    let run = &sarif["runs"][0];
    let index = run["results"][0]["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["helpUri"], page);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "StartScript"), "findings of plans are also described");
}

#[test]
fn the_address_of_pages_has_a_place_for_the_name() {
    for address in ["https://docs.example.com/rules", "docs/*.md", "https://docs.example.com/ *"] {
        let shop = Shop::new(format!("{SYNTAX}images: {{ api: {{ go: ./cmd/api }} }}\n"));
        shop.write("org.yaml", format!("policy: {{ rule_docs: \"{address}\" }}"));
        let said = shop.run(&["check", "--policy", "org.yaml"]);
        let start =
            format!("org.yaml:1:22: error: `{address}` is not the address of the pages of rules; write `*` for");
        assert!(said.code == 1 && said.stdout.starts_with(&start), "{}", said.whole());
    }
}
