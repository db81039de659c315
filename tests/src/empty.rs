//! An empty engine, like that of a new runner: BuildKit's newest daemon in a temporary folder. A builder may also have
//! several, for different platforms.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{Running, output};

/// The engine; it is removed with its contents when it goes out of scope.
pub struct EmptyEngine {
    daemons: Vec<Running>,
    config: TempDir,
}

/// It may have to be built with Go first.
const START: Duration = Duration::from_secs(600);
/// Removing it deletes base images, which are tens of thousands of files.
const STOP: Duration = Duration::from_secs(300);

impl EmptyEngine {
    /// Its name among buildx's builders.
    const BUILDER: &'static str = "slipway-test-empty";

    /// An engine whose steps cannot resolve names; images still come from the private registry.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn offline() -> Self {
        Self::start(&["--offline"], &[None])
    }

    /// A builder with an engine for each platform, all of which really run on this machine: only the client knows of
    /// the platforms.
    ///
    /// # Panics
    /// One does not start.
    #[must_use]
    pub fn of_platforms(platforms: &[&str]) -> Self {
        Self::start(&[], &platforms.iter().copied().map(Some).collect::<Vec<_>>())
    }

    /// Starts an engine for each platform; without one, it is whatever the engine says.
    fn start(options: &[&str], platforms: &[Option<&str>]) -> Self {
        let config = TempDir::new().expect("a temporary folder can be made");
        let mut engine = Self { daemons: Vec::new(), config };
        for platform in platforms {
            let mut create = vec!["create", "--name", Self::BUILDER, "--driver", "remote"];
            if !engine.daemons.is_empty() {
                create.push("--append");
            }
            create.extend(platform.iter().flat_map(|platform| ["--platform", *platform]));
            let address = engine.add_daemon(options);
            create.push(&address);
            let (created, said) = engine.buildx(&create);
            assert!(created, "{said}");
        }
        let start = Instant::now();
        loop {
            let (success, said) = engine.buildx(&["inspect", Self::BUILDER]);
            if success && said.matches("running").count() == platforms.len() {
                return engine;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "the engine does not respond:\n{said}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Starts a daemon; returns its address.
    fn add_daemon(&mut self, options: &[&str]) -> String {
        let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/testbed/buildkitd"));
        command.arg("run").args(options);
        // It exits when the other end of its input is closed.
        command.args(["sh", "-c", "echo \"$BUILDKIT_HOST\"; read -r _ || true"]).stdin(Stdio::piped());
        let mut daemon = Running::start(&mut command);
        daemon.wait_until(START, |daemon| daemon.stdout().ends_with('\n'));
        let (address, said) = (daemon.stdout(), daemon.stderr());
        assert!(!address.trim().is_empty(), "scripts/testbed/buildkitd did not start an engine:\n{said}");
        self.daemons.push(daemon);
        address.trim().to_owned()
    }

    /// The folder of its buildx configuration.
    pub(crate) fn config(&self) -> &Path {
        self.config.path()
    }

    /// Its name there.
    pub(crate) fn builder(&self) -> &'static str {
        Self::BUILDER
    }

    fn buildx(&self, arguments: &[&str]) -> (bool, String) {
        let output = output(Command::new("docker").arg("buildx").args(arguments).env("BUILDX_CONFIG", self.config()));
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said)
    }
}

impl Drop for EmptyEngine {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            daemon.close();
        }
        for daemon in &mut self.daemons {
            daemon.wait_until(STOP, |_| false);
        }
    }
}
