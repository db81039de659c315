//! Builds several targets of one spec with `docker buildx bake`, as monorepos do.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::build::{Wanted, run_build};
use crate::running::BUILD;
use crate::{Outcome, Project, contexts};

/// Targets to build at once, without output.
pub struct Bake<'a> {
    project: &'a Project,
    targets: Vec<String>,
    arguments: Vec<String>,
}

impl<'a> Bake<'a> {
    /// These targets of a project's `slipway.yaml`.
    #[must_use]
    pub fn of(project: &'a Project, targets: &[&str]) -> Self {
        Self { project, targets: targets.iter().map(|target| (*target).to_owned()).collect(), arguments: Vec::new() }
    }

    /// Adds arguments of `bake`, such as `--set`.
    #[must_use]
    pub fn args<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// The definition for `bake`; all targets are the same except for their names.
    fn definition(&self) -> Value {
        let words = contexts();
        let contexts: BTreeMap<&str, &str> =
            words.iter().filter(|word| *word != "--build-context").filter_map(|word| word.split_once('=')).collect();
        let ca = std::env::var("SLIPWAY_CA").ok().filter(|path| !path.is_empty());
        let secrets: Vec<_> = ca.iter().map(|path| format!("id=ca,src={path}")).collect();
        let target = |name: &String| {
            let target = json!({
                "context": self.project.path(),
                "dockerfile": "slipway.yaml",
                "target": name,
                "contexts": contexts,
                "secret": secrets,
                "output": ["type=cacheonly"],
            });
            (name.replace([':', '/'], "-"), target)
        };
        let targets: BTreeMap<_, _> = self.targets.iter().map(target).collect();
        json!({ "group": { "default": { "targets": targets.keys().collect::<Vec<_>>() } }, "target": targets })
    }

    /// Runs it. Step names do not include the target prefix that `bake` adds.
    ///
    /// # Panics
    /// `docker` cannot be started, or it takes too long: then it is stopped, and its running steps are reported.
    #[must_use]
    pub fn run(self) -> Outcome {
        self.run_once(Wanted::Anything)
    }

    fn run_once(self, wanted: Wanted) -> Outcome {
        let mut file = tempfile::Builder::new().suffix(".json").tempfile().expect("a temporary file can be made");
        file.write_all(self.definition().to_string().as_bytes()).expect("the file can be written");
        let start = Instant::now();
        let mut command = Command::new("docker");
        command
            .args(["buildx", "bake", "--progress", "rawjson", "--provenance", "false", "--file"])
            .arg(file.path())
            .args(&self.arguments)
            .env("BUILDX_BAKE_ENTITLEMENTS_FS", "0")
            .stdin(Stdio::null());
        let mut outcome = run_build(&mut command, BUILD, wanted);
        outcome.took = start.elapsed();
        if self.targets.len() > 1 {
            for vertex in &mut outcome.vertices {
                vertex.name = self.without_target(&vertex.name);
            }
        }
        outcome
    }

    /// Runs it; it must succeed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    pub fn succeed(self) -> Outcome {
        let outcome = self.run_once(Wanted::Success);
        assert!(outcome.success, "the builds failed:\n{}", outcome.told());
        outcome
    }

    fn without_target(&self, name: &str) -> String {
        let names = self.targets.iter().map(|target| target.replace([':', '/'], "-"));
        for target in names {
            if let Some(rest) = name.strip_prefix(&format!("[{target}] ")) {
                return rest.to_owned();
            }
            if let Some(rest) = name.strip_prefix(&format!("[{target} ")) {
                return format!("[{rest}");
            }
        }
        name.to_owned()
    }
}
