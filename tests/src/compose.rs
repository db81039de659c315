//! Services that `docker compose` runs from an example's Compose file.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;

use crate::container::request;
use crate::{Loaded, Project, Running, docker, output, stand_in, temporary_file, unique};

/// Services of a Compose file; they are removed when this goes out of scope, with their volumes, networks and images.
pub struct Compose {
    folder: PathBuf,
    name: String,
    files: Vec<String>,
    variables: Vec<(String, String)>,
    /// The images of services that are built.
    images: BTreeMap<String, Loaded>,
    /// The images of services that are not built.
    others: BTreeMap<String, String>,
    /// The last of the files, which names the images above.
    images_file: NamedTempFile,
}

impl Compose {
    /// The services of these Compose files of a project.
    #[must_use]
    pub fn of(project: &Project, files: &[&str]) -> Self {
        let images_file = temporary_file();
        let compose = Self {
            folder: project.path().to_owned(),
            name: unique("compose"),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            variables: Vec::new(),
            images: BTreeMap::new(),
            others: BTreeMap::new(),
            images_file,
        };
        compose.name_images();
        compose
    }

    /// A service that is not built, and its public image; on an engine with a stand-in, it runs that.
    #[must_use]
    pub fn with_image(mut self, service: &str, public: &str) -> Self {
        self.others.insert(service.to_owned(), stand_in(public));
        self.name_images();
        self
    }

    /// Sets a variable of the Compose file.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The arguments of [`crate::Bake`] that make it load images for the services of the same names. A service may run a
    /// variant: `api/debug` is for the service `api`.
    pub fn load(&mut self, targets: &[&str]) -> Vec<String> {
        let mut arguments = vec!["--set".to_owned(), "*.output=type=docker".to_owned()];
        for target in targets {
            let service = target.split('/').next().unwrap_or(target);
            let tag = format!("{}/{}", self.name, target.replace('/', ":"));
            arguments.extend(["--set".to_owned(), format!("{}.tags={tag}", target.replace('/', "-"))]);
            // Its tag stays from build to build.
            if self.images.get(service).is_none_or(|image| image.tag != tag) {
                self.images.insert(service.to_owned(), Loaded { tag });
            }
        }
        self.name_images();
        arguments
    }

    /// Writes the images of services to the last of the Compose files.
    fn name_images(&self) {
        let built = self.images.iter().map(|(service, image)| (service, &image.tag));
        let services: Map<_, _> =
            built.chain(&self.others).map(|(service, image)| (service.clone(), json!({ "image": image }))).collect();
        fs::write(self.images_file.path(), json!({ "services": services }).to_string())
            .expect("the file can be written");
    }

    /// The image of a service that is built.
    ///
    /// # Panics
    /// It is not.
    #[must_use]
    pub fn image(&self, service: &str) -> &Loaded {
        self.images.get(service).unwrap_or_else(|| panic!("{service} is not built"))
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

    /// Starts services, all of them by default, and waits until they are healthy. Nothing is built.
    pub fn up(&self, services: &[&str]) {
        let options = ["up", "--detach", "--no-build", "--wait", "--wait-timeout", "150"];
        self.run(&[&options[..], services].concat());
    }

    /// Builds and starts a service, and keeps it up to date: `docker compose watch`.
    #[must_use]
    pub fn watch(&self, service: &str) -> Running {
        Running::start(self.command().args(["watch", service]))
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

    /// What the engine knows about the container of a service, also of one that has ended.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn container(&self, service: &str) -> Value {
        let id = self.run(&["ps", "--all", "--quiet", service]);
        let mut list: Vec<Value> = serde_json::from_str(&docker(["inspect", id.trim()])).expect("docker prints JSON");
        list.remove(0)
    }

    /// What all services have printed.
    #[must_use]
    pub fn logs(&self) -> String {
        let output = output(self.command().args(["logs", "--no-color"]));
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("docker");
        command.args(["compose", "--project-name", &self.name]);
        for file in &self.files {
            command.args(["--file", file]);
        }
        command
            .arg("--file")
            .arg(self.images_file.path())
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
