//! Commands with a time limit. Every command of a test ends in time, with all of its children; its running steps are
//! reported.

use std::collections::BTreeMap;
use std::io::{Read, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::build::{read_progress, unfinished};
use crate::{unique, watch};

/// The time limit of a client or git command.
const COMMAND: Duration = Duration::from_secs(180);
/// The time limit of a build, on a slow machine with concurrent builds.
pub(crate) const BUILD: Duration = Duration::from_secs(600);
/// The time limit for a command to end after a request.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait for outputs that are open after the end of their command.
const LEFTOVERS: Duration = Duration::from_secs(2);
/// All processes of a command have it in their environment, even if their parent has changed.
const MARK: &str = "SLIPWAY_TEST_COMMAND";

/// All running commands, for a report.
static ALL: Mutex<BTreeMap<String, Entry>> = Mutex::new(BTreeMap::new());

/// A running command; it is stopped when it goes out of scope.
pub struct Running {
    mark: String,
    what: String,
    process: u32,
    started: Instant,
    stdin: Option<ChildStdin>,
    stdout: Said,
    stderr: Said,
    events: Receiver<Event>,
    /// The number of its open outputs.
    open: u8,
    status: Option<ExitStatus>,
}

/// A command that took too long and was stopped.
#[derive(Debug)]
pub struct Late {
    what: String,
    limit: Duration,
    /// The running steps of a build.
    at: Vec<String>,
    said: String,
}

type Said = Arc<Mutex<Vec<u8>>>;

struct Entry {
    test: String,
    what: String,
    started: Instant,
    stderr: Said,
}

enum Event {
    Ended(ExitStatus),
    /// One of the two outputs is closed.
    Closed,
    More,
}

impl Running {
    /// Starts a command and records its output.
    ///
    /// # Panics
    /// It cannot be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        watch::begin();
        let mark = unique("command");
        let what = brief(command);
        command.env(MARK, &mark).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{what} cannot be started: {error}"));
        let (sender, events) = channel();
        let stdin = child.stdin.take();
        let stdout = keep(child.stdout.take(), sender.clone());
        let stderr = keep(child.stderr.take(), sender.clone());
        let process = child.id();
        std::thread::spawn(move || wait(child, &sender));
        let started = Instant::now();
        let entry = Entry { test: watch::test(), what: what.clone(), started, stderr: Arc::clone(&stderr) };
        locked(&ALL).insert(mark.clone(), entry);
        Self { mark, what, process, started, stdin, stdout, stderr, events, open: 2, status: None }
    }

    /// Its process id.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process
    }

    /// Its output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        text(&locked(&self.stdout))
    }

    /// Its messages so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        text(&locked(&self.stderr))
    }

    /// Sends it a text and closes its input.
    pub fn feed(&mut self, input: &str) {
        let (stdin, input) = (self.stdin.take(), input.to_owned());
        // It may read any part of it.
        std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    }

    /// Sends it a short text. If it has ended, nobody reads it.
    pub fn say(&mut self, input: &str) {
        let _ = self.stdin.as_mut().map(|stdin| stdin.write_all(input.as_bytes()));
    }

    /// Closes its input.
    pub fn close(&mut self) {
        drop(self.stdin.take());
    }

    /// Waits until a condition is true, such as that it has printed a text; false if it ends or the time limit is
    /// exceeded.
    pub fn wait_until(&mut self, limit: Duration, is_so: impl Fn(&Self) -> bool) -> bool {
        let mut end = Instant::now() + limit;
        while !is_so(self) {
            if self.status.is_some() && self.open == 0 {
                return false;
            }
            match self.events.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Event::Ended(status)) => {
                    self.status = Some(status);
                    // Its background processes may hold its outputs open forever.
                    end = end.min(Instant::now() + LEFTOVERS);
                }
                Ok(Event::Closed) => self.open -= 1,
                Ok(Event::More) => {}
                Err(_) => return is_so(self),
            }
        }
        true
    }

    /// Waits for its end; after the time limit, counted from its start, stops it and its children.
    ///
    /// # Errors
    /// It took too long.
    pub fn finish(mut self, limit: Duration) -> Result<Output, Late> {
        self.wait_until(limit.saturating_sub(self.started.elapsed()), |_| false);
        // After it is stopped, none of its steps is running.
        let at = unfinished(&self.stderr());
        if self.status.is_none() || self.open > 0 {
            end(&self.mark);
        }
        let Some(status) = self.status else {
            let progress = read_progress(&self.stderr());
            let said = self.stdout() + &progress.logs + &progress.message;
            return Err(Late { what: self.what.clone(), limit, at, said });
        };
        let output = |said: &Said| std::mem::take(&mut *locked(said));
        Ok(Output { status, stdout: output(&self.stdout), stderr: output(&self.stderr) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its end may not have been noticed.
        if self.status.is_none() && !self.events.try_iter().any(|event| matches!(event, Event::Ended(_))) {
            end(&self.mark);
        }
        locked(&ALL).remove(&self.mark);
    }
}

impl std::fmt::Display for Late {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} did not end within {} s and was stopped", self.what, self.limit.as_secs())?;
        if !self.at.is_empty() {
            write!(f, "; it was at: {}", self.at.join("; "))?;
        }
        let lines: Vec<_> = self.said.lines().collect();
        let last = &lines[lines.len().saturating_sub(20)..];
        write!(f, "\n{}", last.join("\n"))
    }
}

/// Runs a command to its end.
///
/// # Panics
/// It cannot be started, or takes too long.
#[must_use]
pub fn output(command: &mut Command) -> Output {
    Running::start(command).finish(COMMAND).unwrap_or_else(|late| panic!("{late}"))
}

/// Runs a command with a text as its input.
///
/// # Panics
/// It cannot be started, or takes too long.
#[must_use]
pub fn output_with(command: &mut Command, input: &str) -> Output {
    let mut running = Running::start(command.stdin(Stdio::piped()));
    running.feed(input);
    running.finish(COMMAND).unwrap_or_else(|late| panic!("{late}"))
}

/// Runs `docker` for something that goes out of scope; failures are ignored.
pub(crate) fn discard(arguments: &[&str]) {
    if let Err(late) = Running::start(Command::new("docker").args(arguments).stdin(Stdio::null())).finish(COMMAND) {
        watch::say(&late.to_string());
    }
}

/// One line for each running command: its test, its start, and its current step.
pub(crate) fn report() -> Vec<String> {
    let line = |entry: &Entry| {
        let at = unfinished(&text(&locked(&entry.stderr)));
        let at = if at.is_empty() { String::new() } else { format!(", at: {}", at.join("; ")) };
        format!("{}: {} for {} s{at}", entry.test, entry.what, entry.started.elapsed().as_secs())
    };
    locked(&ALL).values().map(line).collect()
}

/// Whether no command of a test is running.
pub(crate) fn is_quiet() -> bool {
    locked(&ALL).is_empty()
}

/// Stops every command of every test.
pub(crate) fn end_all() {
    let marks: Vec<_> = locked(&ALL).keys().cloned().collect();
    std::thread::scope(|scope| {
        for mark in &marks {
            scope.spawn(move || end(mark));
        }
    });
}

/// A lock that ignores poisoning.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The program and its arguments, without the long list of contexts.
fn brief(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    let mut arguments = command.get_args().map(|word| word.to_string_lossy());
    while let Some(word) = arguments.next() {
        if word == "--build-context" || word == "--secret" {
            arguments.next();
        } else {
            words.push(word.into_owned());
        }
    }
    format!("`{}`", words.join(" "))
}

/// Reads an output to its end in a separate thread.
fn keep(output: Option<impl Read + Send + 'static>, sender: Sender<Event>) -> Said {
    let said = Said::default();
    let kept = Arc::clone(&said);
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        let mut output = output.expect("outputs are piped");
        loop {
            match output.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => locked(&kept).extend(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            }
            let _ = sender.send(Event::More);
        }
        let _ = sender.send(Event::Closed);
    });
    said
}

fn wait(mut child: Child, sender: &Sender<Event>) {
    if let Ok(status) = child.wait() {
        let _ = sender.send(Event::Ended(status));
    }
}

/// Asks all processes with a mark to end, and kills those that do not.
fn end(mark: &str) {
    for signal in ["-TERM", "-KILL"] {
        let start = Instant::now();
        while start.elapsed() < GRACE {
            let left = marked(mark);
            if left.is_empty() {
                return;
            }
            if signal == "-KILL" || start.elapsed() < Duration::from_millis(100) {
                let _ = Command::new("kill").arg(signal).args(&left).stderr(Stdio::null()).status();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The ids of the processes that have a mark in their environment.
fn marked(mark: &str) -> Vec<String> {
    let line = format!("{MARK}={mark}");
    let processes = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let is_marked = |environment: Vec<u8>| environment.split(|byte| *byte == 0).any(|word| word == line.as_bytes());
    processes
        .filter(|process| std::fs::read(process.path().join("environ")).is_ok_and(is_marked))
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Running {
        Running::start(Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn the_output_of_a_command_is_recorded() {
        let output = output_with(Command::new("sh").args(["-c", "cat; echo no >&2; exit 3"]), "yes");
        assert_eq!((output.status.code(), output.stdout, output.stderr), (Some(3), b"yes".into(), b"no\n".into()));
    }

    #[test]
    fn a_hung_command_is_stopped_with_its_children() {
        // Neither the signal, nor another session, nor a dead parent saves a process.
        let running = shell("trap '' TERM; (setsid sleep 1000 &); echo begun; while :; do sleep 1; done");
        let mark = running.mark.clone();
        let start = Instant::now();
        let late = running.finish(Duration::from_secs(2)).unwrap_err().to_string();
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert_eq!(marked(&mark), [] as [&str; 0]);
        assert!(late.starts_with("`sh -c trap"), "{late}");
        assert!(late.contains("did not end within 2 s and was stopped\nbegun"), "{late}");
    }

    #[test]
    fn its_current_step_is_reported() {
        let vertex = |digest: &str, more: &str| {
            format!(r#"{{"vertexes":[{{"digest":"{digest}","name":"step {digest}"{more}}}]}}"#)
        };
        let started = r#","started":"2026-01-01T00:00:01Z""#;
        let lines = [vertex("a", ""), vertex("b", started), vertex("c", started)].join("\n")
            + "\n"
            + &vertex("b", &format!("{started},\"completed\":\"2026-01-01T00:00:02Z\""));
        let running = shell(&format!("echo '{lines}' >&2; exec sleep 1000"));
        let late = running.finish(Duration::from_secs(1)).unwrap_err().to_string();
        assert!(late.contains("and was stopped; it was at: step c\n"), "{late}");
    }

    #[test]
    fn waiting_for_a_text_ends_when_it_can_no_longer_come() {
        let mut running = shell("sleep 0.2; echo one; sleep 0.2; echo two >&2");
        assert!(running.wait_until(Duration::from_secs(20), |running| running.stderr().contains("two")));
        assert!(!running.wait_until(Duration::from_secs(20), |running| running.stderr().contains("three")));
        assert!(running.finish(Duration::from_secs(20)).unwrap().status.success());
    }

    #[test]
    fn a_background_process_with_an_open_output_is_stopped_as_well() {
        let running = shell("sleep 1000 & echo begun");
        let mark = running.mark.clone();
        assert_eq!(running.finish(Duration::from_secs(60)).unwrap().stdout, b"begun\n");
        assert_eq!(marked(&mark), [] as [&str; 0]);
    }
}
