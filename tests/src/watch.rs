//! Watches the tests: reports what a hung test was doing, and ends the run if no other test makes progress.
//!
//! A test that hangs by itself cannot be ended, but its commands can, and other tests do not wait for it (see
//! [`crate::alone`]).
//! `SLIPWAY_TEST_DEADLINE`, in seconds since 1970, is when the whole run must be over: `make test` sets it.

use std::io::Write as _;
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::alone;
use crate::running::{self, locked};

/// The time after which the run ends if only hung tests remain.
const SILENCE: Duration = Duration::from_secs(60);

/// Failure messages. The test harness prints them at the end of the run, which a hung test prevents.
static FAILED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The name of the test that this thread runs.
pub(crate) fn test() -> String {
    std::thread::current().name().unwrap_or("a thread of a test").to_owned()
}

/// Prints something at once, bypassing the test harness's capture.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Starts the watcher, once.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |failure| {
            locked(&FAILED).push(format!("{}: {failure}", test()));
            usual(failure);
        }));
        let deadline = std::env::var("SLIPWAY_TEST_DEADLINE").ok().and_then(|text| text.parse().ok());
        std::thread::spawn(move || watch(deadline.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds))));
    });
}

fn watch(deadline: Option<SystemTime>) {
    let mut busy = Instant::now();
    loop {
        std::thread::sleep(Duration::from_secs(1));
        if deadline.is_some_and(|deadline| SystemTime::now() > deadline) {
            end("The tests exceeded their time limit.");
        }
        // The commands of a hung test have time limits, so eventually none is left.
        let hung = alone::only_hung_tests() && running::is_quiet();
        if !hung {
            busy = Instant::now();
        }
        if busy.elapsed() > SILENCE {
            end("Only hung tests are still running.");
        }
    }
}

/// Reports what is still running and earlier failures; then ends everything.
fn end(why: &str) -> ! {
    let mut lines = vec![format!("\n{why} Still running:")];
    lines.extend(alone::report().into_iter().map(|test| format!("  test {test}")));
    lines.extend(running::report().into_iter().map(|command| format!("  command of {command}")));
    let failed = locked(&FAILED);
    if !failed.is_empty() {
        lines.push("Earlier failures:".to_owned());
        lines.extend(failed.iter().map(|failure| format!("  {failure}")));
    }
    say(&lines.join("\n"));
    running::end_all();
    std::process::exit(101);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Running;
    use std::process::Command;

    mod alone {
        use super::*;

        #[test]
        #[ignore = "hangs; a_hung_test_ends_at_the_time_limit_of_all_tests runs it"]
        fn a_hung_test() {
            let _alone = alone();
            let _command = Running::start(Command::new("sleep").arg("1000"));
            std::thread::sleep(Duration::from_secs(1000));
        }
    }

    #[test]
    #[ignore = "fails; a_hung_test_ends_at_the_time_limit_of_all_tests runs it"]
    fn a_failed_test() {
        begin();
        panic!("as it should");
    }

    #[test]
    fn a_hung_test_ends_at_the_time_limit_of_all_tests() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "watch::tests::a"]).env("SLIPWAY_TEST_DEADLINE", (now + 2).to_string());
        let output = Running::start(&mut command).finish(Duration::from_secs(60)).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(101), "{said}");
        for part in [
            "The tests exceeded their time limit. Still running:\n  test watch::tests::alone::a_hung_test, for ",
            "\n  command of watch::tests::alone::a_hung_test: `sleep 1000` for ",
            "Earlier failures:\n  watch::tests::a_failed_test: ",
            "as it should",
        ] {
            assert!(said.contains(part), "{part} is not in\n{said}");
        }
    }
}
