//! Installations that the network broke off: they run again, and do not succeed without a part.

use slipway_project::node::Manager;

use crate::Mount;
use crate::shell::{Text, script, word};

/// Defines `again`, which runs a command again after a network failure.
const AGAIN: &str = script(include_str!("scripts/again.sh"));

/// What pnpm has left out: its folder is there and empty.
const LEFT_OUT_BY_PNPM: &str = "\
left_out() { find node_modules/.pnpm -mindepth 2 -maxdepth 2 -type d -name node_modules -empty 2>/dev/null || :; }
";

/// Prints what npm has left out.
const LEFT_OUT: &str = include_str!("programs/left-out.js");
/// Its path in a step.
const LEFT_OUT_FILE: &str = "/run/slipway/left-out.js";

/// The lines before an installation that runs with `again`. `cpu` is another processor that it is for. npm and pnpm
/// succeed without optional dependencies whose download failed; Yarn does not.
pub(super) fn prelude(manager: Manager, cpu: Option<&str>) -> Text {
    match manager {
        Manager::Npm => {}
        Manager::Pnpm => return Text::from(AGAIN) + LEFT_OUT_BY_PNPM,
        Manager::Yarn | Manager::Berry | Manager::Bun => return AGAIN.into(),
    }
    let logs = "/tmp/npm-logs";
    Text::from(AGAIN)
        + "export npm_config_logs_dir="
        + logs
        + "\nleft_out() { node "
        + LEFT_OUT_FILE
        + " "
        + logs
        + cpu.map_or_else(Text::default, |cpu| Text::from(" ") + word(cpu))
        // The log of one attempt says nothing about the next.
        + "; rm -rf "
        + logs
        + "; }\n"
}

/// The program that these lines run.
pub(super) fn mount(manager: Manager) -> Option<Mount> {
    (manager == Manager::Npm).then(|| Mount::text(LEFT_OUT_FILE, LEFT_OUT))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::process::Command;

    use super::*;

    /// Runs a command that succeeds, and leaves something out in its first runs; returns the number of its runs and
    /// whether it succeeded in the end.
    fn runs(without: usize) -> (usize, bool) {
        let folder = tempfile::TempDir::new().unwrap();
        let place = folder.path().to_str().unwrap();
        let script = format!(
            "set -eu\nsleep() {{ :; }}\n{}left_out() {{ [ $(grep -c x {place}/count) -gt {without} ] || echo node_modules/a; }}\ntool() {{ echo x >>{place}/count; }}\nagain tool\n",
            AGAIN.replace("/tmp/", &format!("{place}/"))
        );
        let status = Command::new("sh").args(["-c", &script]).output().unwrap().status;
        (std::fs::read_to_string(folder.path().join("count")).unwrap().lines().count(), status.success())
    }

    #[test]
    fn an_installation_without_a_part_does_not_succeed() {
        assert_eq!(runs(0), (1, true));
        assert_eq!(runs(1), (2, true));
        assert_eq!(runs(9), (2, false));
    }

    #[test]
    fn each_manager_tells_what_it_leaves_out() {
        assert_eq!(prelude(Manager::Yarn, None).as_str(), AGAIN);
        assert!(prelude(Manager::Pnpm, None).as_str().ends_with("|| :; }\n"));
        assert!(mount(Manager::Bun).is_none() && mount(Manager::Npm).is_some());
        assert!(
            prelude(Manager::Npm, Some("arm64")).as_str().ends_with("/tmp/npm-logs arm64; rm -rf /tmp/npm-logs; }\n")
        );
    }
}
