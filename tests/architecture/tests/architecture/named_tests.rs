//! The names of the tests of the workspace, read from its sources.
//!
//! `module::name` is an end-to-end test in `tests/e2e`, and `folder/module::name` one of the crate in that folder: of its
//! sources, or of `tests` in it, where the first module is the name of the test program.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::CRATES;

/// All tests of a repository.
pub(crate) fn all(repository: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&repository.join("tests/e2e"), "", &[], &mut found);
    for name in CRATES {
        let folder = repository.join(name);
        let prefix = format!("{name}/");
        collect(&folder.join("src"), &prefix, &[], &mut found);
        collect(&folder.join("tests"), &prefix, &[], &mut found);
    }
    found
}

/// The tests below a folder.
fn collect(folder: &Path, prefix: &str, modules: &[String], found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut own = modules.to_vec();
        if !matches!(stem.as_str(), "main" | "lib" | "mod") {
            own.push(stem);
        }
        if path.is_dir() {
            collect(&path, prefix, &own, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // Most files have no tests. Those that only other compilers read may contain anything.
            let tokens = if text.contains("test]") { text.parse().unwrap_or_default() } else { TokenStream::new() };
            for name in names(tokens) {
                own.push(name);
                found.insert(format!("{prefix}{}", own.join("::")));
                own.pop();
            }
        }
    }
}

/// The tests in a file, with the modules in it.
fn names(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter();
    let (mut is_test, mut after_hash) = (false, false);
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) if after_hash && group.delimiter() == Delimiter::Bracket => {
                let attribute: String = group.stream().into_iter().map(|token| token.to_string()).collect();
                is_test |= attribute == "test" || attribute.ends_with("::test");
            }
            TokenTree::Ident(word) if word == "fn" => {
                let name = tokens.next().map(|name| name.to_string());
                found.extend(name.filter(|_| is_test));
                is_test = false;
            }
            TokenTree::Ident(word) if word == "mod" => {
                let name = tokens.next().map(|name| name.to_string()).unwrap_or_default();
                if let Some(TokenTree::Group(body)) = tokens.next() {
                    found.extend(names(body.stream()).into_iter().map(|inner| format!("{name}::{inner}")));
                }
                is_test = false;
            }
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                after_hash = true;
                continue;
            }
            _ => {}
        }
        after_hash = false;
    }
    found
}

#[test]
fn only_tests_are_found() {
    let source = "
        #[cfg(test)] use a::b;
        // #[test] fn commented() {}
        fn helper() {}
        #[test] #[ignore] fn one() { const TEXT: &str = \"#[test] fn quoted() {}\"; }
        #[cfg(test)] mod tests { use super::*; #[tokio::test] async fn two() {} mod deep { #[test] fn three() {} } }
        mod elsewhere;
        fn last() {}";
    assert_eq!(names(source.parse().unwrap()), ["one", "tests::two", "tests::deep::three"]);
}
