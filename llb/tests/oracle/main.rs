//! Compares our graphs with those of BuildKit's own Go client.
//!
//! `tests/llb-oracle` builds the same cases in Go. Its output is committed, so these tests do not require Go; if Go is
//! installed, `go_output_is_unchanged` runs the program again and fails if the committed output is out of date.

// Clippy does not treat helpers of tests as tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod cases;

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use buildkit_llb::{Cap, Caps, Digest, Output};
use buildkit_proto::pb;
use serde_json::{Value, json};

/// The cases by name.
type Cases = BTreeMap<&'static str, Output>;

fn cases() -> Cases {
    let mut all = Cases::new();
    for (name, output) in cases::all() {
        assert!(all.insert(name, output).is_none(), "two cases are called {name}");
    }
    all
}

fn oracle_directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/llb-oracle")
}

fn committed() -> String {
    std::fs::read_to_string(oracle_directory().join("testdata/expected.json")).unwrap()
}

fn expected() -> Value {
    serde_json::from_str(&committed()).unwrap()
}

#[test]
fn both_sides_have_the_same_cases() {
    let expected = expected();
    let theirs: Vec<&str> = expected["cases"].as_object().unwrap().keys().map(String::as_str).collect();
    let ours: Vec<&str> = cases().into_keys().collect();
    assert_eq!(ours, theirs);
    assert!(ours.len() >= 60);
}

#[test]
fn every_op_has_the_digest_from_go() {
    let expected = expected();
    let mut wrong = Vec::new();
    for (name, output) in cases() {
        let theirs: Vec<&str> = ops(&expected, name).iter().map(|op| op["Digest"].as_str().unwrap()).collect();
        let definition = output.marshal();
        let ours: Vec<String> = definition.to_pb().def.iter().map(|op| Digest::of(op).to_string()).collect();
        if ours != theirs {
            wrong.push(format!("{name}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The metadata is the same too, except that ours requires capabilities that Go's client forgets.
#[test]
fn metadata_is_that_of_go_with_more_capabilities() {
    let expected = expected();
    let mut forgotten = BTreeMap::<String, usize>::new();
    for (name, output) in cases() {
        let dumped = dump(&output);
        for (ours, theirs) in dumped.iter().zip(ops(&expected, name)) {
            let (mut ours, mut theirs) = (ours["OpMetadata"].clone(), theirs["OpMetadata"].clone());
            let ours_caps = take_caps(&mut ours);
            let theirs_caps = take_caps(&mut theirs);
            assert_eq!(ours, theirs, "{name}");
            for cap in &theirs_caps {
                assert!(ours_caps.contains(cap), "{name}: {cap} is missing");
            }
            for cap in ours_caps.iter().filter(|cap| !theirs_caps.contains(cap)) {
                *forgotten.entry(cap.clone()).or_default() += 1;
            }
        }
    }
    let forgotten: Vec<&str> = forgotten.keys().map(String::as_str).collect();
    assert_eq!(
        forgotten,
        [
            Cap::ExecMetaCgroupParent.id(),
            Cap::ExecMountBindNoOutput.id(),
            Cap::FileCopyAlwaysReplace.id(),
            Cap::FileCopyIncludeExclude.id(),
            Cap::FileCopyRequiredPaths.id(),
            Cap::FileRmWildcard.id(),
            Cap::FileSymlinkCreate.id(),
            // The Go side builds the case with a signature by hand.
            Cap::SourceGit.id(),
            Cap::SourceGitFullUrl.id(),
            Cap::SourceGitSignatureVerify.id(),
        ]
    );
}

#[test]
fn source_maps_are_those_of_go() {
    let expected = expected();
    for (name, output) in cases() {
        let theirs = &expected["cases"][name]["source"];
        let Some(ours) = output.marshal().to_pb().source else {
            assert!(theirs.is_null(), "{name}");
            continue;
        };
        assert_eq!(infos_to_json(&ours), without_empty(&theirs["infos"]), "{name}");
        assert_eq!(locations_to_json(&ours), without_empty(&theirs["locations"]), "{name}");
    }
}

#[test]
fn capabilities_are_those_of_go() {
    let expected = expected();
    let theirs: Vec<&str> = expected["caps"].as_array().unwrap().iter().map(|cap| cap.as_str().unwrap()).collect();
    let ours: Vec<&str> = Cap::ALL.iter().map(|cap| cap.id()).collect();
    for cap in &theirs {
        assert!(ours.contains(cap), "{cap}");
    }
    let unlisted: Vec<_> = ours.iter().filter(|cap| !theirs.contains(cap)).collect();
    // Defined in Go, but not listed by any engine: an op that required them would be rejected.
    assert_eq!(unlisted, [&Cap::ExecMetaRemoveMountStubs.id(), &Cap::FileCopyModeString.id()]);
}

#[test]
fn every_case_is_decoded_unchanged() {
    for (name, output) in cases() {
        let definition = output.marshal();
        let bytes = definition.encode();
        let read = Output::decode(&bytes).unwrap();
        assert_eq!(read, output, "{name}");
        assert!(read.marshal().encode() == bytes, "{name}");
        // Through the maintained type, which does not contain resources.
        if name != "exec_resources" {
            assert!(Output::from_pb(&definition.to_pb()).unwrap().marshal().encode() == bytes, "{name}");
        }
    }
}

/// Adapting to an engine decodes and encodes every op again. If there is nothing to adapt, the bytes are unchanged.
#[test]
fn every_case_is_encoded_again_unchanged() {
    let engine = Caps::all().without(Cap::ExecValidExitCode);
    for (name, output) in cases() {
        let adapted = output.adapted_to(&engine);
        if ["exec_exit_codes", "exec_exit_code_negative", "copy_mode_symbolic"].contains(&name) {
            assert!(adapted.is_err(), "{name}");
            continue;
        }
        assert!(adapted.unwrap().marshal().encode() == output.marshal().encode(), "{name}");
    }
}

#[test]
fn every_case_is_built_the_same_25_times() {
    let bytes = || cases().into_iter().map(|(name, output)| (name, output.marshal().encode())).collect::<Vec<_>>();
    let first = bytes();
    for _ in 1..25 {
        assert_eq!(bytes(), first);
    }
}

/// The test below runs this in separate processes.
#[test]
#[ignore = "a helper of every_process_builds_the_same"]
fn print_one_digest_of_everything() {
    let mut all = Vec::new();
    for output in cases().into_values() {
        all.extend(output.marshal().encode());
    }
    println!("everything={}", Digest::of(&all));
}

#[test]
fn every_process_builds_the_same() {
    let digest = || {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "print_one_digest_of_everything", "--nocapture"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find_map(|line| line.split("everything=").nth(1)).unwrap();
        line.to_owned()
    };
    let first = digest();
    assert!(first.starts_with("sha256:"));
    for _ in 1..5 {
        assert_eq!(digest(), first);
    }
}

/// Fails if the committed data differs from the current output of BuildKit's client.
#[test]
#[ignore = "needs Go; `make unit` runs it where there is one"]
fn go_output_is_unchanged() {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", "900", "go", "run", "./graphs"]).current_dir(oracle_directory());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let now = String::from_utf8(output.stdout).unwrap();
    let committed = committed();
    let differs = now.lines().zip(committed.lines()).find(|(now, then)| now != then);
    assert!(
        now == committed,
        "tests/llb-oracle/testdata/expected.json is out of date; `go run ./graphs > testdata/expected.json` there.\n{differs:?}"
    );
}

fn infos_to_json(source: &pb::Source) -> Value {
    let info = |info: &pb::SourceInfo| {
        let definition = info
            .definition
            .as_ref()
            .map(|definition| json!({"def": definition.def.iter().map(|op| STANDARD.encode(op)).collect::<Vec<_>>()}));
        without_empty(&json!({
            "filename": info.filename,
            "data": STANDARD.encode(&info.data),
            "language": info.language,
            "definition": definition,
        }))
    };
    source.infos.iter().map(info).collect()
}

fn locations_to_json(source: &pb::Source) -> Value {
    let position = |p: Option<pb::Position>| p.map(|p| json!({"line": p.line, "character": p.character}));
    let range = |range: &pb::Range| json!({"start": position(range.start), "end": position(range.end)});
    let location = |location: &pb::Location| {
        let ranges: Vec<_> = location.ranges.iter().map(range).collect();
        json!({"sourceIndex": location.source_index, "ranges": ranges})
    };
    let locations =
        |locations: &pb::Locations| json!({"locations": locations.locations.iter().map(location).collect::<Vec<_>>()});
    let all = source.locations.iter().map(|(digest, l)| (digest.clone(), locations(l)));
    without_empty(&Value::Object(all.collect()))
}

/// Omits zeros, nulls and empty strings, like Go, and the metadata of nested definitions.
fn without_empty(value: &Value) -> Value {
    let keep = |key: &str, value: &Value| {
        !(value.is_null() || *value == json!(0) || *value == json!("") || key == "metadata" || key == "Source")
    };
    match value {
        Value::Array(values) => values.iter().map(without_empty).collect(),
        Value::Object(members) => {
            let members = members.iter().filter(|(key, value)| keep(key, value));
            Value::Object(members.map(|(key, value)| (key.clone(), without_empty(value))).collect())
        }
        value => value.clone(),
    }
}

/// The ops themselves, printed like BuildKit's own dump, which omits symlinks.
#[test]
fn the_dump_is_that_of_go() {
    let expected = expected();
    for (name, output) in cases() {
        let mut ours: Vec<Value> = dump(&output).into_iter().map(|mut op| op["Op"].take()).collect();
        if name.contains("symlink") || name == "file_chain" {
            let actions = ours.iter_mut().filter_map(|op| op.pointer_mut("/Op/file/actions")?.as_array_mut());
            for action in actions.flatten() {
                action["Action"].as_object_mut().unwrap().remove("symlink");
            }
        }
        let theirs: Vec<Value> = ops(&expected, name).into_iter().map(|op| op["Op"].clone()).collect();
        assert_eq!(ours, theirs, "{name}");
    }
}

fn ops<'a>(expected: &'a Value, name: &str) -> Vec<&'a Value> {
    expected["cases"][name]["ops"].as_array().map(|ops| ops.iter().collect()).unwrap_or_default()
}

fn dump(output: &Output) -> Vec<Value> {
    output.marshal().to_json_lines().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn take_caps(metadata: &mut Value) -> Vec<String> {
    let caps = metadata.as_object_mut().and_then(|metadata| metadata.remove("caps"));
    caps.as_ref().and_then(Value::as_object).map(|caps| caps.keys().cloned().collect()).unwrap_or_default()
}
