//! The command line as users run it: the program, on folders of files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // Everything here is test code.

mod ask;
mod check;
mod explain;
mod fmt;
mod hostile;
mod init;
mod policy;
mod python;
mod usage;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The first line of a file.
const SYNTAX: &str = "# syntax=ghcr.io/acme/slipway:1\n";

/// A project without problems.
const SHOP: &str = "\
# syntax=ghcr.io/acme/slipway:1
version: 1

args:
  VERSION: { default: dev, description: Stamped into the program }

images:
  api:
    go: { main: ./cmd/api, ldflags: \"-X main.version=${VERSION}\" }
    description: Takes orders
  worker: { go: ./cmd/worker }
";

/// A folder with files, and the program to run in it.
struct Shop(TempDir);

/// Its output and exit status.
struct Said {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Shop {
    /// The project, with this Slipway file.
    fn new(slipway: impl AsRef<[u8]>) -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        shop.write("slipway.yaml", slipway);
        shop.write("go.mod", "module example.com/shop\n\ngo 1.24\n");
        for name in ["api", "worker"] {
            shop.write(&format!("cmd/{name}/main.go"), "package main\n\nfunc main() {}\n");
        }
        shop
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// The program with these arguments, without the environment of the test.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::new(self.command(arguments).output().unwrap())
    }

    fn run_with_stdin(&self, arguments: &[&str], stdin: &[u8]) -> Said {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The program may exit before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        Said::new(child.wait_with_output().unwrap())
    }
}

impl Said {
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// All of it, for snapshots.
    fn whole(&self) -> String {
        let mut whole = format!("exit status {}\n", self.code);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                whole.push_str(&format!("--- {name}\n{text}"));
            }
        }
        whole
    }
}
