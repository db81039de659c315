//! A test that runs a program of the image. The step runs in the image, as its user and with its environment, so the
//! program needs nothing else there, such as a shell.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use slipway_plan::Examination;

use super::failed::Failed;
use super::text;

/// How much output is kept.
const MAX_OUTPUT: u64 = 4 << 20;

/// How often a program is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// Runs the program.
pub(super) fn examine(wanted: &Examination) -> Result<String, Failed> {
    let Examination::Program { run, exit, stdout, stderr, timeout } = wanted else { return Ok(String::new()) };
    let Some((program, arguments)) = run.split_first() else {
        return Err(Failed::Trouble("there is no program to run".to_owned()));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failed::Trouble(cannot_start(program, &error)))?;
    let said = child.stdout.take().map(collect);
    let complained = child.stderr.take().map(collect);
    let limit = Duration::from_millis(*timeout);
    let status = wait(&mut child, limit)?;
    let Some(status) = status else {
        // Readers end with the pipes, which a process that the program has started may keep open.
        return Err(Failed::Wrong(format!(
            "`{program}` still runs after {}. Does it serve instead of ending? Write `timeout` if it needs longer.",
            shown(limit)
        )));
    };
    let (said, complained) = (join(said), join(complained));
    let output = || format!("Standard output:\n{}Standard error:\n{}", text::quoted(&said), text::quoted(&complained));
    let ended = match status.code() {
        Some(code) if u32::try_from(code) == Ok(*exit) => None,
        Some(code) => Some(format!("exited with {code}")),
        None => Some(format!("was ended by a signal ({status})")),
    };
    if let Some(ended) = ended {
        return Err(Failed::Wrong(format!("`{program}` {ended}, but it should exit with {exit}.\n{}", output())));
    }
    for (what, text, wanted) in [("standard output", &said, stdout), ("standard error", &complained, stderr)] {
        if let Some(wanted) = wanted {
            text::examine(&format!("the {what} of `{program}`"), text, wanted)?;
        }
    }
    Ok(String::new())
}

/// Why a program cannot be started, and what that usually means.
fn cannot_start(program: &str, error: &io::Error) -> String {
    // "exec format error" has no kind of its own.
    const FORMAT: i32 = 8;
    let why = match error.kind() {
        io::ErrorKind::NotFound if program.contains('/') => {
            "it does not exist, or the interpreter or loader that it names does not"
        }
        io::ErrorKind::NotFound => "it is not in `PATH`",
        io::ErrorKind::PermissionDenied => "the user of the image may not run it",
        _ if error.raw_os_error() == Some(FORMAT) => {
            "it is for another processor, and the machine of the engine has no emulator for it"
        }
        _ => return format!("`{program}` cannot be started: {error}"),
    };
    format!("`{program}` cannot be started: {why}")
}

/// Reads a stream to its end, and keeps the beginning.
fn collect(stream: impl Read + Send + 'static) -> JoinHandle<String> {
    spawn(move || {
        let mut stream = stream;
        let mut text = Vec::new();
        // What cannot be read is not part of the output.
        let _ = stream.by_ref().take(MAX_OUTPUT).read_to_end(&mut text);
        let _ = io::copy(&mut stream, &mut io::sink());
        String::from_utf8_lossy(&text).into_owned()
    })
}

fn join(reader: Option<JoinHandle<String>>) -> String {
    reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
}

/// Waits for a program; `None` if it had to be killed.
fn wait(child: &mut Child, limit: Duration) -> Result<Option<std::process::ExitStatus>, Failed> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(Some(status)),
            Ok(None) if started.elapsed() < limit => sleep(PAUSE),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Ok(None);
            }
            Err(error) => return Err(Failed::Trouble(error.to_string())),
        }
    }
}

fn shown(time: Duration) -> String {
    if time.subsec_millis() == 0 { format!("{} s", time.as_secs()) } else { format!("{} ms", time.as_millis()) }
}

#[cfg(test)]
mod tests {
    use slipway_plan::TextExamination;

    use super::*;

    fn said(run: &[&str], exit: u32, stdout: Option<&str>, timeout: u64) -> String {
        let contains = stdout.map(str::to_owned);
        let stdout = stdout.map(|_| TextExamination { contains, ..TextExamination::default() });
        let run = run.iter().map(|word| (*word).to_owned()).collect();
        match examine(&Examination::Program { run, exit, stdout, stderr: None, timeout }) {
            Ok(_) => "fine".to_owned(),
            Err(Failed::Wrong(words)) => words,
            Err(Failed::Trouble(words)) => format!("trouble: {words}"),
        }
    }

    #[test]
    fn exit_and_output_count() {
        assert_eq!(said(&["/bin/sh", "-c", "echo v1.2; exit 3"], 3, Some("v1."), 9000), "fine");
        assert_eq!(
            said(&["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], 0, None, 9000),
            "`/bin/sh` exited with 3, but it should exit with 0.\nStandard output:\n  out\nStandard error:\n  err\n"
        );
        let killed = said(&["/bin/sh", "-c", "kill -9 $$"], 0, None, 9000);
        assert!(killed.starts_with("`/bin/sh` was ended by a signal"), "{killed}");
        let other = said(&["/bin/sh", "-c", "echo v2"], 0, Some("v1"), 9000);
        assert_eq!(other, "the standard output of `/bin/sh` does not contain `v1`. It is:\n  v2\n");
    }

    #[test]
    fn what_cannot_run_does_not_pass() {
        assert_eq!(said(&["/none"], 1, None, 9000).split(':').next(), Some("trouble"));
        assert_eq!(
            said(&["no-such-program"], 1, None, 9000),
            "trouble: `no-such-program` cannot be started: it is not in `PATH`"
        );
        assert!(said(&["/etc"], 0, None, 9000).contains("the user of the image may not run it"));
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        assert!(said(&["/bin/sleep", "60"], 0, None, 50).starts_with("`/bin/sleep` still runs after 50 ms."));
    }

    #[test]
    fn much_output_is_read_to_its_end() {
        let command = "i=0; while [ $i -lt 300 ]; do printf '%32768s' x; i=$((i+1)); done";
        assert_eq!(said(&["/bin/sh", "-c", command], 0, Some("x"), 60_000), "fine");
    }
}
