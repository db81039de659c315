//! Every file in `tests/wrong` has an error; the file next to it contains all of Slipway's findings.
//!
//! `UPDATE=1 cargo test -p slipway-spec --test wrong` writes the current findings; review the difference before you
//! commit it.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::fs;
use std::path::{Path, PathBuf};

use slipway_spec::{Loader, Parsed, parse};

fn render(parsed: Parsed) -> String {
    let said = parsed.spec.err().unwrap_or_default();
    for found in &said {
        assert!(found.help.is_some(), "nothing is said of what to do: {found:?}");
    }
    said.iter().map(|diagnostic| diagnostic.render(&parsed.sources) + "\n").collect()
}

fn report(bytes: Vec<u8>) -> String {
    render(parse("slipway.yaml", bytes))
}

/// The findings in a file; for a folder, in its `slipway.yaml` and what that includes.
fn report_path(path: &Path) -> String {
    if !path.is_dir() {
        return report(fs::read(path).unwrap());
    }
    let mut loader = Loader::new("slipway.yaml", fs::read(path.join("slipway.yaml")).unwrap());
    while let Some(request) = loader.next_request() {
        loader.supply(&request, Ok(fs::read(path.join(request.name())).ok()));
    }
    render(loader.finish())
}

#[test]
fn wrong_files_have_the_expected_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "yaml"));
    cases.sort();
    assert!(cases.len() >= 160, "only {} cases found", cases.len());
    let (mut accepted, mut differing) = (Vec::new(), Vec::new());
    for path in cases {
        let said = report_path(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let answer = path.with_extension("txt");
        if said.is_empty() {
            accepted.push(name);
        } else if std::env::var_os("UPDATE").is_some() {
            fs::write(&answer, &said).unwrap();
        } else if fs::read_to_string(&answer).unwrap_or_default() != said {
            differing.push(format!("{name}:\n{said}"));
        }
    }
    let orphans: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .filter(|path| !path.with_extension("yaml").exists() && !path.with_extension("").is_dir())
        .collect();
    assert!(orphans.is_empty(), "answers to nothing: {orphans:?}");
    assert!(accepted.is_empty(), "these are accepted: {}", accepted.join(", "));
    assert!(differing.is_empty(), "the answer changed for\n{}", differing.join("\n"));
}
