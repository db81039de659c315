//! Ctrl-C: the build ends, with everything that it started.

use std::fs;
use std::time::{Duration, Instant};

use slipway_tests::{Build, Project, output};

/// Processes of this machine that run the frontend with an option that contains a text.
fn frontends(marker: &str) -> usize {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read(entry.ok()?.path().join("environ")).ok())
        .filter(|environ| environ.starts_with(b"BUILDKIT_") || environ.windows(9).any(|window| window == b"BUILDKIT_"))
        .filter(|environ| environ.windows(marker.len()).any(|window| window == marker.as_bytes()))
        .count()
}

#[test]
fn an_interrupted_build_leaves_no_process() {
    let project = Project::example("hello-go").with_own_modules();
    let marker = slipway_tests::unique("cancel");
    let mut client =
        Build::of(&project).target("hello").args(["--no-cache", "--label", &format!("marker={marker}")]).start();
    // Wait for the compiler, which runs for seconds without a cache.
    let compiles = client.wait_until(Duration::from_secs(120), |client| client.stderr().contains("go mod download"));
    assert!(compiles, "the build ended early:\n{}", client.stderr());
    let start = Instant::now();
    let interrupt = output(std::process::Command::new("kill").args(["-INT", &client.process().to_string()]));
    assert!(interrupt.status.success());
    assert!(!client.finish(Duration::from_secs(150)).unwrap().status.success());
    assert!(start.elapsed() < Duration::from_secs(15), "ending took {:?}", start.elapsed());
    while frontends(&marker) > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "the frontend still runs");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The engine continues to work.
    let _ = Build::of(&project).target("hello").succeed();
}
