//! Builds with `docker buildx build`, and the engine's records of them.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde::Deserialize;

use crate::alone::is_alone;
use crate::running::{BUILD, Running};
use crate::{Project, contexts};

/// A build to run. It has no output unless one is requested.
pub struct Build {
    command: Command,
    ca: Option<String>,
    counts: bool,
    limit: Duration,
}

/// The result of a build.
pub struct Outcome {
    /// Whether it succeeded.
    pub success: bool,
    /// All output except progress: the error message and the excerpts.
    pub message: String,
    /// The engine's steps by name, with their status.
    pub vertices: Vec<Vertex>,
    /// The output of the steps.
    pub logs: String,
    /// Texts of warnings.
    pub warnings: Vec<String>,
    /// Bytes that the client sent: metadata of every file, and the files that the engine lacks.
    pub sent: u64,
    /// The wall time.
    pub took: Duration,
    /// Whether no other build ran on its engine.
    pub(crate) counts: bool,
}

/// A step of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vertex {
    /// Its name in the progress display.
    pub name: String,
    /// Whether its result was cached.
    pub cached: bool,
    /// Whether it finished.
    pub completed: bool,
    /// Whether it was executed: of concurrent builds that share a step, one executes it, and the others may report it
    /// as cached. A step that was not needed, because another build found its result first, is neither cached nor
    /// executed: the engine only stopped checking its inputs.
    pub ran: bool,
}

impl Build {
    /// A build of a project's `slipway.yaml`.
    #[must_use]
    pub fn of(project: &Project) -> Self {
        Self::of_file(project, "slipway.yaml")
    }

    /// A build of a Dockerfile in a project, with the engine's own frontend.
    #[must_use]
    pub fn dockerfile(project: &Project, file: &str) -> Self {
        Self::of_file(project, file)
    }

    fn of_file(project: &Project, file: &str) -> Self {
        Self::of_context(Some(project.file(file).as_os_str()), project.path().as_os_str())
    }

    /// A build of the spec at a path of a context from elsewhere, such as the URL of a repository.
    #[must_use]
    pub fn elsewhere(file: &str, context: &str) -> Self {
        Self::of_context(Some(file.as_ref()), context.as_ref())
    }

    /// A build without `--file`: of a file named `Dockerfile` in a context, or of a spec on the standard input.
    #[must_use]
    pub fn unnamed(context: &str) -> Self {
        Self::of_context(None, context.as_ref())
    }

    fn of_context(file: Option<&std::ffi::OsStr>, context: &std::ffi::OsStr) -> Self {
        let mut command = Command::new("docker");
        command
            .args(["buildx", "build", "--progress", "rawjson", "--provenance", "false"])
            .args(file.iter().flat_map(|file| ["--file".as_ref(), *file]))
            .args(contexts())
            .arg(context)
            .stdin(Stdio::null());
        Self {
            command,
            ca: std::env::var("SLIPWAY_CA").ok().filter(|path| !path.is_empty()),
            counts: is_alone(),
            limit: BUILD,
        }
    }

    /// With a file as its standard input.
    ///
    /// # Panics
    /// The file does not exist.
    #[must_use]
    pub fn stdin(mut self, path: &std::path::Path) -> Self {
        self.command.stdin(std::fs::File::open(path).expect("the file is there"));
        self
    }

    /// With a variable of the client.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Without the machine's CA certificates as the secret `ca`.
    #[must_use]
    pub fn without_ca(mut self) -> Self {
        self.ca = None;
        self
    }

    /// On another engine than the shared one.
    #[must_use]
    pub fn on(mut self, engine: &crate::EmptyEngine) -> Self {
        self.counts = true;
        self.command.env("BUILDX_CONFIG", engine.config()).env("BUILDX_BUILDER", engine.builder());
        self
    }

    /// With a shorter time limit than other builds.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn command(mut self) -> Command {
        if let Some(ca) = self.ca {
            self.command.args(["--secret", &format!("id=ca,src={ca}")]);
        }
        self.command
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<std::ffi::OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Selects a target.
    #[must_use]
    pub fn target(self, target: &str) -> Self {
        self.args(["--target", target])
    }

    /// Runs it.
    ///
    /// # Panics
    /// `docker` cannot be started, or it takes too long: then it is stopped, and its running steps are reported.
    #[must_use]
    pub fn run(self) -> Outcome {
        self.run_once(Wanted::Anything)
    }

    fn run_once(self, wanted: Wanted) -> Outcome {
        let start = Instant::now();
        let (counts, limit) = (self.counts, self.limit);
        let mut outcome = run_build(&mut self.command(), limit, wanted);
        (outcome.took, outcome.counts) = (start.elapsed(), counts);
        outcome
    }

    /// Runs it; it must succeed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    pub fn succeed(self) -> Outcome {
        let outcome = self.run_once(Wanted::Success);
        assert!(outcome.success, "the build failed:\n{}", outcome.told());
        outcome
    }

    /// Runs it; it must fail within a minute.
    ///
    /// # Panics
    /// It succeeds, or takes longer.
    #[must_use]
    pub fn fail(self) -> Outcome {
        let outcome = self.run();
        assert!(!outcome.success, "the build succeeded");
        assert!(outcome.took < Duration::from_secs(60), "failing took {:?}", outcome.took);
        outcome
    }

    /// Starts it.
    ///
    /// # Panics
    /// `docker` cannot be started.
    #[must_use]
    pub fn start(self) -> Running {
        Running::start(&mut self.command())
    }
}

/// What a test expects of a build.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Success,
    Anything,
}

/// What steps say before their last try, if hosts of packages do not answer.
const LAST_TRIES: [&str; 2] =
    ["The network broke off; trying again in 20 s", "The network broke off; trying again in 10 s"];

/// How long the network has to recover.
const PAUSE: Duration = Duration::from_secs(30);

/// Runs a build or bake that prints its progress as JSON.
///
/// The engine loses the export of an image if its garbage collection removes a layer at the same moment, which a removed
/// image shared (<https://github.com/moby/buildkit/issues/6521>). Such a build is run once more; its records are those of
/// both runs.
///
/// One that has to succeed is also run once more if hosts of packages did not answer, however often its step asked: that
/// says nothing about what is tested. The log of the run tells it, also if the test succeeds then.
pub(crate) fn run_build(command: &mut Command, limit: Duration, wanted: Wanted) -> Outcome {
    let outcome = run_on_engine(command, limit);
    if wanted == Wanted::Anything || outcome.success || !LAST_TRIES.iter().any(|said| outcome.logs.contains(said)) {
        return outcome;
    }
    // What is printed by macros is only shown for tests that fail.
    let told =
        format!("The network was away for too long, so a build is run once more. It said:\n{}\n", outcome.told());
    let _ = std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes());
    std::thread::sleep(PAUSE);
    run_on_engine(command, limit)
}

fn run_on_engine(command: &mut Command, limit: Duration) -> Outcome {
    let mut run = || Running::start(command).finish(limit).unwrap_or_else(|late| panic!("{late}"));
    let mut output = run();
    let mut records = String::new();
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && said.contains(": parent snapshot ") && said.contains(" does not exist") {
        records = said.lines().filter(|line| line.starts_with('{')).map(|line| format!("{line}\n")).collect();
        output = run();
    }
    records.push_str(&String::from_utf8_lossy(&output.stderr));
    Outcome { success: output.status.success(), ..read_progress(&records) }
}

/// Runs `--call` or `--check` on a project's spec; returns the exit status and all output.
///
/// # Panics
/// `docker` cannot be started, or it takes too long.
#[must_use]
pub fn ask(project: &Project, arguments: &[&str]) -> (i32, String) {
    ask_of((project.file("slipway.yaml").as_os_str(), project.path().as_os_str()), arguments)
}

/// The same of a spec in a context from elsewhere.
///
/// # Panics
/// As [`ask`].
#[must_use]
pub fn ask_elsewhere(file: &str, context: &str, arguments: &[&str]) -> (i32, String) {
    ask_of((file.as_ref(), context.as_ref()), arguments)
}

fn ask_of((file, context): (&std::ffi::OsStr, &std::ffi::OsStr), arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new("docker");
    command
        .args(["buildx", "build", "--progress", "quiet", "--file"])
        .arg(file)
        .args(contexts())
        .args(arguments)
        .arg(context)
        .stdin(Stdio::null());
    let output = Running::start(&mut command).finish(BUILD).unwrap_or_else(|late| panic!("{late}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said)
}

impl Outcome {
    /// What a failed test shows. The end of the output of steps comes first, because reports of tests are cut, and what
    /// failed is said there.
    #[must_use]
    pub(crate) fn told(&self) -> String {
        const END: usize = 20;
        let lines: Vec<&str> = self.logs.lines().collect();
        let (before, end) = lines.split_at(lines.len().saturating_sub(END));
        format!("{}\n{}\nBefore that, steps said:\n{}", end.join("\n"), self.message, before.join("\n"))
    }

    /// The steps whose name contains a text.
    ///
    /// # Panics
    /// There is none: the test asserts on something that is not part of the build.
    #[must_use]
    pub fn steps(&self, text: &str) -> Vec<&Vertex> {
        let found: Vec<_> = self.vertices.iter().filter(|vertex| vertex.name.contains(text)).collect();
        assert!(!found.is_empty(), "no step has the name {text}; the steps are {:#?}", self.vertices);
        found
    }

    /// Whether every step whose name contains a text was cached.
    #[must_use]
    pub fn is_cached(&self, text: &str) -> bool {
        self.steps(text).iter().all(|vertex| vertex.cached)
    }

    /// The names of steps that were executed, without internal steps.
    ///
    /// # Panics
    /// Other tests used the engine: see [`crate::alone`].
    #[must_use]
    pub fn executed(&self) -> Vec<&str> {
        assert!(self.counts, "a test that counts executed steps starts with `let _alone = alone();`");
        self.vertices
            .iter()
            .filter(|vertex| vertex.ran && !is_plumbing(&vertex.name))
            .map(|vertex| vertex.name.as_str())
            .collect()
    }
}

/// Steps that run in every build: loading files and metadata, starting the frontend, exporting.
fn is_plumbing(name: &str) -> bool {
    name.starts_with("[internal]")
        || name.contains("load metadata for")
        || name.starts_with("resolve image config")
        || name.starts_with("docker-image://")
        || name.starts_with("exporting")
        || name.starts_with("importing")
        || name.contains("] FROM ")
        || name.starts_with("[context ")
        || name.starts_with("[auth]")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Progress {
    vertexes: Vec<RawVertex>,
    warnings: Vec<RawWarning>,
    logs: Vec<RawLog>,
    statuses: Vec<RawStatus>,
}

/// The progress of a part of a step.
#[derive(Deserialize)]
struct RawStatus {
    /// Its name: `transferring context:` for files of the client.
    id: String,
    vertex: String,
    #[serde(default)]
    current: u64,
    started: Option<String>,
    completed: Option<String>,
}

#[derive(Deserialize)]
struct RawLog {
    /// Base64, as Go writes bytes.
    data: String,
}

#[derive(Deserialize)]
struct RawVertex {
    digest: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    cached: bool,
    #[serde(default)]
    inputs: Vec<String>,
    started: Option<String>,
    completed: Option<String>,
    #[serde(default)]
    error: String,
}

impl RawVertex {
    /// Whether the engine only canceled the checksums of its inputs, which it needs for a cache lookup, because it
    /// found the result in another way. `CalcSlowCache` of BuildKit's solver reports that as a start and an end of the
    /// step at the same moment.
    fn is_called_off(&self) -> bool {
        let (Some(started), Some(completed)) = (&self.started, &self.completed) else {
            return false;
        };
        self.error.ends_with("context canceled") && took(started, completed) < MOMENT
    }

    /// Whether the engine only computed the cache key of a step without inputs, such as a new folder. It reports that as
    /// a start and an end, and does not report the step as cached if it finds the result of one that depends on it.
    fn is_only_a_key(&self) -> bool {
        let (Some(started), Some(completed)) = (&self.started, &self.completed) else {
            return false;
        };
        self.inputs.is_empty() && self.error.is_empty() && took(started, completed) < MOMENT
    }
}

#[derive(Deserialize)]
struct RawWarning {
    /// Base64, as Go writes bytes.
    short: String,
}

pub(crate) fn read_progress(text: &str) -> Outcome {
    let mut logs = String::new();
    let mut order = Vec::new();
    let mut known: BTreeMap<String, Vertex> = BTreeMap::new();
    let mut warnings = Vec::new();
    let mut message = String::new();
    // A transfer that several targets of a bake wait for is reported to each, with a clock that buildx sets for each;
    // its duration identifies it.
    let mut transfers: BTreeMap<(String, String, u64), u64> = BTreeMap::new();
    for line in text.lines() {
        let Ok(progress) = serde_json::from_str::<Progress>(line) else {
            message.push_str(line);
            message.push('\n');
            continue;
        };
        for raw in progress.vertexes {
            let vertex = known.entry(raw.digest.clone()).or_insert_with(|| {
                order.push(raw.digest.clone());
                Vertex { name: raw.name.clone(), cached: false, completed: false, ran: false }
            });
            vertex.cached |= raw.cached;
            vertex.completed |= raw.completed.is_some();
            vertex.ran |= raw.completed.is_some() && !raw.cached && !raw.is_called_off() && !raw.is_only_a_key();
        }
        logs.extend(progress.logs.iter().map(|log| decode_base64(&log.data)));
        for status in progress.statuses.into_iter().filter(|status| status.id.starts_with("transferring ")) {
            if let (Some(started), Some(completed)) = (&status.started, &status.completed) {
                transfers.insert((status.vertex, status.id, took(started, completed)), status.current);
            }
        }
        warnings.extend(progress.warnings.iter().map(|warning| decode_base64(&warning.short)));
    }
    let vertices = order.iter().filter_map(|digest| known.remove(digest)).collect();
    let sent = transfers.values().sum();
    Outcome { success: false, message, vertices, logs, warnings, sent, took: Duration::ZERO, counts: is_alone() }
}

/// The names of the steps that have started and not finished, according to the progress.
pub(crate) fn unfinished(text: &str) -> Vec<String> {
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    for progress in text.lines().filter_map(|line| serde_json::from_str::<Progress>(line).ok()) {
        for raw in progress.vertexes {
            if raw.started.is_some() && raw.completed.is_none() {
                open.insert(raw.digest, raw.name);
            } else {
                open.remove(&raw.digest);
            }
        }
    }
    open.into_values().collect()
}

/// A day, in nanoseconds.
const DAY: u64 = 24 * 60 * 60 * 1_000_000_000;

/// Less than any step takes, in nanoseconds.
const MOMENT: u64 = 20_000_000;

/// The nanoseconds between two times of less than a day.
fn took(started: &str, completed: &str) -> u64 {
    (nanoseconds(completed) + DAY - nanoseconds(started)) % DAY
}

/// The time of the day in RFC 3339 as Go writes it, in nanoseconds.
fn nanoseconds(text: &str) -> u64 {
    let (_, time) = text.trim_end_matches('Z').split_once('T').expect("times have a date");
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let seconds = time.split(':').fold(0, |sum, part| sum * 60 + part.parse::<u64>().expect("times have numbers"));
    seconds * 1_000_000_000 + format!("{fraction:0<9}").parse::<u64>().expect("fractions are numbers")
}

fn decode_base64(text: &str) -> String {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("bytes in JSON are base64");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::LAST_TRIES;

    #[test]
    fn steps_say_before_their_last_try_what_is_looked_for() {
        let scripts = [
            include_str!("../../plan/src/shell/again.sh"),
            include_str!("../../plan/src/presets/node/scripts/again.sh"),
        ];
        for (script, said) in scripts.into_iter().zip(LAST_TRIES) {
            let pause = said.rsplit(' ').nth(1).unwrap_or_default();
            assert!(script.contains(&format!(" {pause} none; do\n")), "{script}");
            assert!(script.contains(&said.replace(&format!(" {pause} s"), " $pause s")), "{script}");
        }
    }
}
