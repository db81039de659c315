//! BuildKit's own client, which passes every option as it is, on the newest BuildKit.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use slipway_tests::{Folder, Project, Running, contexts, unique, variable};

/// The frontend by its name, and by the first line of the spec.
const BUILDS: &str = r#"
buildctl build "$@" --frontend gateway.v0 --opt "source=$FRONTEND" --output "type=tar,dest=$OUT/gateway.tar"
buildctl build "$@" --frontend dockerfile.v0 --output "type=tar,dest=$OUT/syntax.tar"
"#;

/// The limits of a step, in both versions of control groups.
const LIMITS: &str = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; \
                      cat /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/cpu.weight";

#[test]
fn a_spec_is_built_with_options_that_limit_its_steps() {
    let project = Project::spec(&format!(
        "args: {{ WHO: nobody }}\nstages:\n  gen:\n    from: busybox:1.37\n    steps:\n      - run: |\n          : {}\n          \
         {{ echo ${{WHO}}; {LIMITS}; }} >/made 2>/dev/null || true\n\
         images: {{ other: {{ files: {{ /a: ./a }} }}, one: {{ runtime: scratch, files: {{ /made: \"gen:/made\" }} }} }}\n",
        unique("mark")
    ));
    let folder = project.path().display();
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/testbed/buildkitd"));
    command.env("OUT", project.path()).env("FRONTEND", variable("SLIPWAY_FRONTEND"));
    command.args(["run", "sh", "-euc", BUILDS, "builds", "--progress", "plain"]);
    command.args(["--local", &format!("context={folder}"), "--local", &format!("dockerfile={folder}")]);
    let named = contexts().into_iter().filter(|word| word != "--build-context").map(|word| format!("context:{word}"));
    let options = ["filename=slipway.yaml", "target=one", "build-arg:WHO=buildctl", "memory=50331648", "cpushares=512"];
    for option in options.into_iter().map(str::to_owned).chain(named) {
        command.args(["--opt", &option]);
    }
    let done = Running::start(&mut command).finish(Duration::from_secs(600)).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for name in ["gateway.tar", "syntax.tar"] {
        let made = Folder::read(&project.file(name)).text("made");
        let has = |value: &str| made.lines().any(|line| line == value);
        assert!(has("buildctl"), "{name}: {made}");
        // A weight of 20 is what 512 shares are in the newer version.
        assert!(has("50331648") && (has("512") || has("20")), "{name}: {made}");
    }
}
