//! Services that `docker compose` runs from an example's Compose file.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::container::request;
use crate::{Loaded, Project, Running, output, unique};

/// Services of a Compose file; they are removed when this goes out of scope, with their volumes, networks and images.
pub struct Compose {
    folder: PathBuf,
    name: String,
    files: Vec<String>,
    variables: Vec<(String, String)>,
    images: Vec<Loaded>,
}

impl Compose {
    /// The services of these Compose files of a project. `REGISTRY` is unique, and so are the images of the services.
    #[must_use]
    pub fn of(project: &Project, files: &[&str]) -> Self {
        let name = unique("compose");
        let variables = vec![("REGISTRY".to_owned(), format!("{name}/")), ("TAG".to_owned(), "test".to_owned())];
        let files = files.iter().flat_map(|file| ["--file".to_owned(), (*file).to_owned()]).collect();
        Self { folder: project.path().to_owned(), name, files, variables, images: Vec::new() }
    }

    /// Sets a variable of the Compose file.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The arguments of [`crate::Bake`] that make it load the images that the services run.
    pub fn load(&mut self, targets: &[&str]) -> Vec<String> {
        let mut arguments = vec!["--set".to_owned(), "*.output=type=docker".to_owned()];
        for target in targets {
            let (image, variant) = target.split_once('/').map_or((*target, ""), |(image, variant)| (image, variant));
            let dash = if variant.is_empty() { "" } else { "-" };
            let tag = format!("{}/{image}:test{dash}{variant}", self.name);
            arguments.extend(["--set".to_owned(), format!("{image}{dash}{variant}.tags={tag}")]);
            self.images.push(Loaded { tag });
        }
        arguments
    }

    /// Runs `docker compose`; returns what it prints.
    ///
    /// # Panics
    /// It fails, or takes too long.
    pub fn run(&self, arguments: &[&str]) -> String {
        let mut command = self.command();
        command.args(arguments);
        let output = output(&mut command);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{command:?} failed:\n{said}{}\n{}",
            String::from_utf8_lossy(&output.stderr),
            self.logs()
        );
        said
    }

    /// Starts services, all of them by default, and waits until they are healthy. Nothing is built or pulled.
    pub fn up(&self, services: &[&str]) {
        let options = ["up", "--detach", "--no-build", "--pull", "never", "--wait", "--wait-timeout", "100"];
        self.run(&[&options[..], services].concat());
    }

    /// Where a port of a service is published.
    #[must_use]
    pub fn address(&self, service: &str, port: u16) -> String {
        self.run(&["port", service, &port.to_string()]).trim().to_owned()
    }

    /// Sends an HTTP request without a body to a port of a service; returns status and body.
    ///
    /// # Panics
    /// There is no answer.
    #[must_use]
    pub fn ask(&self, service: &str, port: u16, method: &str, path: &str) -> (u16, String) {
        self.send(service, port, method, path, "")
    }

    /// Sends an HTTP request with a body.
    ///
    /// # Panics
    /// There is no answer.
    #[must_use]
    pub fn send(&self, service: &str, port: u16, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = request(&self.address(service, port), method, path, body);
        answer.unwrap_or_else(|error| panic!("{service}: {error}\n{}", self.logs()))
    }

    /// The id of the container of a service, also of one that has ended.
    #[must_use]
    pub fn container(&self, service: &str) -> String {
        self.run(&["ps", "--all", "--quiet", service]).trim().to_owned()
    }

    /// What all services have printed.
    #[must_use]
    pub fn logs(&self) -> String {
        let output = output(self.command().args(["logs", "--no-color"]));
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("docker");
        command
            .args(["compose", "--project-name", &self.name])
            .args(&self.files)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Compose {
    fn drop(&mut self) {
        // The test may have failed already, so this must not panic.
        let mut down = self.command();
        down.args(["down", "--volumes", "--remove-orphans", "--timeout", "5"]);
        let _ = Running::start(&mut down).finish(Duration::from_secs(60));
    }
}
