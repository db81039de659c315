//! Scripts of package managers, run with a stand-in that records how it is called.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use tempfile::TempDir;

use super::Packages;
use crate::contents::Manager;

/// Tools of every distribution that the scripts use.
const TOOLS: &[&str] = &["cat", "cp", "grep", "mkfifo", "rm", "sed", "sleep", "tee"];

/// The result of a script.
struct Said {
    /// The calls of the manager.
    calls: String,
    /// Standard error.
    error: String,
    success: bool,
}

/// Runs a manager's script for two packages if only one manager exists. It prints a text and fails, or succeeds.
fn run(manager: Manager, program: &str, failure: Option<&str>) -> Said {
    let folder = TempDir::new().unwrap();
    let place = folder.path().to_str().unwrap();
    let bin = folder.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    for tool in TOOLS {
        let known = ["/bin", "/usr/bin"].into_iter().map(|folder| format!("{folder}/{tool}"));
        symlink(known.into_iter().find(|path| std::fs::exists(path).unwrap()).unwrap(), bin.join(tool)).unwrap();
    }
    let end = failure.map_or_else(|| "exit 0".to_owned(), |said| format!("echo '{said}'\nexit 3"));
    let stand_in = bin.join(program);
    std::fs::write(&stand_in, format!("#!/bin/sh\necho {program} \"$@\" >>{place}/calls\n{end}\n")).unwrap();
    std::fs::set_permissions(&stand_in, std::fs::Permissions::from_mode(0o755)).unwrap();
    let script = format!("set -eu\n{}", manager.script(&Packages::default()))
        .replace("/tmp/", &format!("{place}/"))
        .replace("/var/log", place);
    let output = Command::new("/bin/sh").args(["-c", &script, "sh", "curl", "jq"]).env("PATH", &bin).output().unwrap();
    Said {
        calls: std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default(),
        error: String::from_utf8(output.stderr).unwrap(),
        success: output.status.success(),
    }
}

const APK: &str = "apk add --no-progress --cache-dir /var/cache/apk --update-cache curl jq\n";
const DNF: &str = "dnf install -y --refresh --setopt=cachedir=/var/cache/dnf --setopt=keepcache=1 --setopt=install_weak_deps=0 --setopt=tsflags=nodocs curl jq\n";

#[test]
fn each_manager_is_called_once_with_all_packages() {
    let micro = format!("micro{DNF}");
    for (manager, program, calls) in [
        (Manager::Apk, "apk", APK),
        (Manager::Dnf, "dnf", DNF),
        (Manager::Microdnf, "microdnf", &micro),
        (Manager::Unknown, "apk", APK),
        (Manager::Unknown, "dnf", DNF),
        (Manager::Unknown, "microdnf", &micro),
    ] {
        let said = run(manager, program, None);
        assert_eq!((said.calls.as_str(), said.success), (calls, true), "{program}: {}", said.error);
    }
}

#[test]
fn a_missing_manager_or_package_is_a_sentence() {
    let said = run(
        Manager::Apk,
        "apk",
        Some("ERROR: unable to select packages:\n  jq (no such package):\n    required by: world[jq]"),
    );
    assert!(!said.success && said.calls == APK, "{}", said.calls);
    assert_eq!(said.error, "No repository of this image has the package jq: check its name\n");
    let said = run(Manager::Apk, "apk", Some("WARNING: opening main: network error\n  jq (no such package):"));
    assert_eq!((said.success, said.error.as_str()), (false, ""), "an index that was not read lacks no package");
    for (manager, expected) in [
        (Manager::Apk, "This image has no apk: packages need an image of Alpine Linux or Wolfi.\n"),
        (Manager::Dnf, "This image has neither dnf nor microdnf: packages need an image of Fedora or Red Hat.\n"),
        (
            Manager::Unknown,
            "This image has none of apt, apk, dnf and microdnf: packages need an image of a distribution.\n",
        ),
    ] {
        let said = run(manager, "zypper", None);
        assert_eq!((said.success, said.error.as_str()), (false, expected));
    }
}
