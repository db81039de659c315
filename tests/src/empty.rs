//! An engine with nothing in it, as a new runner has one: BuildKit's newest daemon in a folder that goes with it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The engine; it and all that it holds are gone when it goes out of scope.
pub struct EmptyEngine {
    daemon: Child,
    config: TempDir,
}

impl EmptyEngine {
    /// The name that it has among buildx's builders.
    const BUILDER: &'static str = "slipway-test-empty";

    /// An engine whose steps can look up no name; images come from the private registry all the same.
    ///
    /// # Panics
    /// It does not come up.
    #[must_use]
    pub fn offline() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/buildkitd");
        let mut daemon = Command::new(script)
            .args(["run", "--offline"])
            // It ends when nobody holds the other end of its input any more.
            .args(["sh", "-c", "echo \"$BUILDKIT_HOST\"; read -r _ || true"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/buildkitd can be started");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("its output is ours")).read_line(&mut address).expect("it is text");
        let engine = Self { daemon, config: TempDir::new().expect("a temporary folder can be made") };
        assert!(!address.trim().is_empty(), "scripts/buildkitd does not start an engine; what it says is above");
        let created = engine.buildx(&["create", "--name", Self::BUILDER, "--driver", "remote", address.trim()]);
        assert!(created.0, "{}", created.1);
        let start = Instant::now();
        loop {
            let (success, said) = engine.buildx(&["inspect", Self::BUILDER]);
            if success && said.contains("running") {
                return engine;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "the engine does not answer:\n{said}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The folder in which buildx knows it.
    pub(crate) fn config(&self) -> &Path {
        self.config.path()
    }

    /// Its name there.
    pub(crate) fn builder(&self) -> &'static str {
        Self::BUILDER
    }

    fn buildx(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new("docker");
        command.arg("buildx").args(arguments).env("BUILDX_CONFIG", self.config());
        let output = command.output().expect("docker can be started");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said)
    }
}

impl Drop for EmptyEngine {
    fn drop(&mut self) {
        drop(self.daemon.stdin.take());
        let _ = self.daemon.wait();
    }
}
