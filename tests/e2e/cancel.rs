//! Ctrl-C: the build ends, and so does everything it started.

use std::fs;
use std::io::Read;
use std::time::{Duration, Instant};

use slipway_tests::{Build, Project};

/// Processes of this machine whose program is the frontend and whose options hold a text.
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
    // Until the compiler runs, which takes seconds without a cache.
    let mut progress = client.stderr.take().unwrap();
    let mut seen = String::new();
    let mut buffer = [0_u8; 4096];
    while !seen.contains("go mod download") {
        let count = progress.read(&mut buffer).unwrap();
        assert!(count > 0, "the build ended early:\n{seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    let start = Instant::now();
    let status = std::process::Command::new("kill").args(["-INT", &client.id().to_string()]).status().unwrap();
    assert!(status.success());
    std::io::copy(&mut progress, &mut std::io::sink()).unwrap();
    assert!(!client.wait().unwrap().success());
    assert!(start.elapsed() < Duration::from_secs(15), "ending took {:?}", start.elapsed());
    while frontends(&marker) > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "the frontend still runs");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The engine is well and goes on.
    let _ = Build::of(&project).target("hello").succeed();
}
