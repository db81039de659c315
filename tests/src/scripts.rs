//! The scripts that prepare an engine: their checks before they start.

use std::process::Command;

use crate::output;

/// The output and status of `need_space` with this many free gigabytes.
fn with_space(free: &str, least: &str) -> (i32, String) {
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/testbed");
    let script = format!(
        "set -euo pipefail; E=/nowhere; . {scripts}/common.sh; . {scripts}/host.sh; disk_free() {{ echo {free}; }}; need_space 'the images'"
    );
    let output = output(Command::new("bash").args(["-c", &script]).env("SLIPWAY_ENGINE_MIN_FREE", least));
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn nothing_starts_without_enough_disk_space() {
    let (status, said) = with_space("3", "4");
    assert_eq!(status, 1, "{said}");
    assert!(said.starts_with("engine: error: the disk of /nowhere has 3 GB free, too little for the images"), "{said}");
    let (status, said) = with_space("9", "4");
    assert_eq!(status, 0, "{said}");
    assert!(said.starts_with("engine: Warning: the disk of /nowhere is nearly full, with 9 GB free"), "{said}");
    assert_eq!(with_space("200", "4"), (0, String::new()));
    let (status, said) = with_space("200", "lots");
    assert_eq!(
        (status, said.as_str()),
        (1, "engine: error: SLIPWAY_ENGINE_MIN_FREE must be a number of gigabytes, not lots\n")
    );
}
