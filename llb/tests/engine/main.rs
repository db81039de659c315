//! Solves every kind of op, mount and attribute on an engine, and checks its effect.
//!
//! Requires an engine (`DOCKER_HOST` and `SLIPWAY_REGISTRY`, as `scripts/engine env` sets them) and Go, for BuildKit's
//! own client in `tests/llb-oracle/solve`. It fails without them, so it only runs if requested by name, as in `make
//! e2e`. `BUILDKIT_HOST`, as `scripts/testbed/buildkitd` sets it, replaces `DOCKER_HOST`, for features of newer
//! BuildKit releases.

// Clippy does not treat helpers of tests as tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod combine;
mod execs;
mod files;
mod serve;
mod sources;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use buildkit_llb::{Cap, Caps, prelude::*};
use serde_json::Value;

/// A graph to solve, and the expected result.
struct Case {
    name: &'static str,
    output: Output,
    /// What the engine must support itself, although there is a fallback.
    needed: Option<Cap>,
    check: Box<dyn Fn(&Built)>,
}

impl Case {
    fn needs(mut self, cap: Cap) -> Self {
        self.needed = Some(cap);
        self
    }

    /// The same for an engine with fewer capabilities, or why that is impossible.
    fn adapt(&mut self, caps: &Caps) -> Result<(), String> {
        if let Some(cap) = self.needed.filter(|cap| !caps.supports(*cap)) {
            return Err(format!("{} ({}) needs BuildKit v{} or later", cap.what(), cap.id(), cap.since()));
        }
        self.output = self.output.adapted_to(caps).map_err(|unsupported| unsupported.to_string())?;
        Ok(())
    }
}

/// The result.
struct Built(Value);

impl Built {
    fn error(&self) -> &str {
        self.0["error"].as_str().unwrap_or_default()
    }

    fn file(&self, path: &str) -> &Value {
        let file = &self.0["files"][path];
        assert!(!file.is_null(), "{path} is missing in {}", self.0);
        file
    }

    /// Content of a file, without its last line break.
    fn text(&self, path: &str) -> &str {
        self.file(path)["content"].as_str().unwrap_or_default().trim_end()
    }

    /// Type and permissions, and numbers of owner and group.
    fn mode(&self, path: &str) -> String {
        let file = self.file(path);
        format!("{} {}:{}", file["mode"].as_str().unwrap_or_default(), file["uid"], file["gid"])
    }

    fn has(&self, path: &str) -> bool {
        !self.0["files"][path].is_null()
    }

    fn paths(&self) -> Vec<&str> {
        self.0["files"].as_object().map(|files| files.keys().map(String::as_str).collect()).unwrap_or_default()
    }
}

fn case(name: &'static str, output: &Output, check: impl Fn(&Built) + 'static) -> Case {
    let check = move |built: &Built| {
        assert_eq!(built.error(), "");
        check(built);
    };
    Case { name, output: output.clone(), needed: None, check: Box::new(check) }
}

fn failing(name: &'static str, output: &Output, message: &'static str) -> Case {
    let check = move |built: &Built| assert!(built.error().contains(message), "{} is not about {message}", built.0);
    Case { name, output: output.clone(), needed: None, check: Box::new(check) }
}

/// The input of all cases.
struct World {
    /// A shell.
    base: Output,
    base_reference: String,
    /// Files of the client: `a.txt`, `b.md`, `dir/c.txt`, `dir/deep/d.txt`, `run.sh`.
    context: Output,
    /// Different in every run, so that nothing is cached.
    salt: String,
    url: String,
    git: Option<serve::Repository>,
    /// Digest of an image in the client's OCI layout.
    layout: String,
}

impl World {
    /// A script with an empty directory `/out`, whose content is the result.
    fn out(&self, script: &str, options: impl FnOnce(Exec) -> Exec) -> Output {
        let exec = Exec::shell(script).root(&self.base).env("SALT", &self.salt);
        let (_, [out]) = options(exec).run_keeping([KeptMount::new("/out", &Output::scratch())]);
        out
    }
}

#[test]
fn every_kind_of_op_has_its_effect() {
    let engine = std::env::var("BUILDKIT_HOST").or_else(|_| std::env::var("DOCKER_HOST"));
    let (Ok(registry), Ok(_)) = (std::env::var("SLIPWAY_REGISTRY"), engine) else {
        panic!("there is no engine: eval \"$(scripts/engine env)\" first");
    };
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let directory = std::env::temp_dir().join(format!("llb-engine-{nanoseconds}"));
    write_context(&directory.join("context"));
    let base_reference = format!("{registry}/busybox:1.37");
    let world = World {
        base: Image::new(&base_reference).into_output(),
        base_reference,
        context: Local::new("context").shared_key_hint("llb-engine").into_output(),
        salt: nanoseconds.to_string(),
        url: serve::files(),
        git: serve::git(&directory),
        layout: serve::oci_layout(&directory.join("oci")),
    };
    let first = FileOp::on(&Output::scratch()).mkfile(Mkfile::new("/x", "")).into_output();
    let engine = solve(&directory, &[case("first", &first, |_| {})]);
    let caps = engine["caps"].as_array().unwrap().iter().filter_map(|id| id.as_str()?.parse::<Cap>().ok());
    let caps = Caps::having(caps);

    let cases = [execs::all(&world), files::all(&world), combine::all(&world, &caps), sources::all(&world)];
    let mut cases: Vec<Case> = cases.into_iter().flatten().collect();
    cases.retain_mut(|case| {
        let adapted = case.adapt(&caps);
        if let Err(reason) = &adapted {
            println!("not on this engine: {}: {reason}", case.name);
        }
        adapted.is_ok()
    });
    let results = solve(&directory, &cases);
    let mut failed = Vec::new();
    for case in &cases {
        let built = Built(results["results"][key(&cases, case)].clone());
        let check = std::panic::AssertUnwindSafe(|| (case.check)(&built));
        if std::panic::catch_unwind(check).is_err() {
            failed.push(format!("{}: {}", case.name, built.0));
        }
    }
    let _ = std::fs::remove_dir_all(&directory);
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
    println!("{} solves on the engine had the right effect", cases.len());
}

/// File names, in the order of cases: later ones may use earlier ones.
fn key(cases: &[Case], case: &Case) -> String {
    let place = cases.iter().position(|have| have.name == case.name).unwrap_or_default();
    format!("{place:03}-{}", case.name)
}

fn solve(directory: &Path, cases: &[Case]) -> Value {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pb") {
            std::fs::remove_file(path).unwrap();
        }
    }
    for case in cases {
        let file = directory.join(key(cases, case)).with_extension("pb");
        std::fs::write(file, case.output.marshal().encode()).unwrap();
    }
    let solver = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/llb-oracle/solve");
    // The limit for each build. Go may have to compile BuildKit's client first.
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", "1200", "go", "run", "."]).arg(directory).current_dir(solver);
    let output = command.output().unwrap();
    assert!(output.status.code() != Some(124), "it took more than 20 minutes: {command:?}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn write_context(context: &Path) {
    std::fs::create_dir_all(context.join("dir/deep")).unwrap();
    for (name, text) in
        [("a.txt", "a"), ("b.md", "b"), ("dir/c.txt", "c"), ("dir/deep/d.txt", "d"), ("run.sh", "#!/bin/sh\n")]
    {
        std::fs::write(context.join(name), text).unwrap();
    }
}
