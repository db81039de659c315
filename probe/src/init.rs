//! The first process of a container: it starts the program, forwards signals to it, waits for orphaned processes, and
//! ends with the program's exit code.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, set_child_subreaper, wait};
use rustix::termios::tcsetpgrp;
use signal_hook::consts::{SIGBUS, SIGCHLD, SIGSYS, SIGTRAP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::signal_name;

use crate::message::say;

/// The program exists and cannot be executed, as shells say it.
const CANNOT_EXECUTE: u8 = 126;
/// The program does not exist.
const NOT_FOUND: u8 = 127;
/// Added to the number of the signal that ended the program.
const BY_SIGNAL: i32 = 128;
/// Signals of the kernel about an error of this process itself. The library refuses the rest of this kind.
const OWN_ERRORS: [i32; 3] = [SIGBUS, SIGSYS, SIGTRAP];

/// Runs a program and returns its exit code.
pub(crate) fn run(command: &[OsString]) -> u8 {
    let Some((program, arguments)) = command.split_first() else { return NOT_FOUND };
    // Orphans come to the first process by themselves; to another one, only if it wants them.
    if getpid() != Pid::INIT {
        let _ = set_child_subreaper(Some(getpid()));
    }
    // Before the program starts, so that no signal is lost.
    let mut signals = match Signals::new(forwarded().chain([SIGCHLD])) {
        Ok(signals) => signals,
        Err(error) => return fails(&format!("cannot handle signals: {error}"), CANNOT_EXECUTE),
    };
    // With a process group of its own, the program gets the signals of a terminal once and not twice.
    let started = Command::new(program).args(arguments).process_group(0).spawn();
    let child = match started.map(|child| Pid::from_child(&child)) {
        Ok(child) => child,
        Err(error) => return cannot_start(program, &error),
    };
    // Without a terminal, this fails. The program may have read from the terminal before, which stopped it.
    if tcsetpgrp(std::io::stdin(), child).is_ok() {
        let _ = kill_process_group(child, Signal::CONT);
    }
    for signal in signals.forever() {
        if signal == SIGCHLD {
            if let Some(code) = reap(child) {
                return code;
            }
        } else if let Some(signal) = Signal::from_named_raw(signal) {
            let _ = kill_process(child, signal);
        }
    }
    CANNOT_EXECUTE
}

/// The signals that are forwarded: all that a process can handle and that have a name.
fn forwarded() -> impl Iterator<Item = i32> {
    let can_be_handled = |signal: &i32| {
        signal_name(*signal).is_some()
            && !signal_hook::consts::FORBIDDEN.contains(signal)
            && !OWN_ERRORS.contains(signal)
            && *signal != SIGCHLD
    };
    (1..32).filter(can_be_handled)
}

/// Waits for all processes that have ended; the exit code if the program is one of them.
fn reap(child: Pid) -> Option<u8> {
    let mut code = None;
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        if pid == child {
            let by_signal = status.terminating_signal().map(|signal| BY_SIGNAL + signal);
            let ended = status.exit_status().or(by_signal)?;
            code = Some(u8::try_from(ended).unwrap_or(u8::MAX));
        }
    }
    code
}

/// Says why a program did not start.
fn cannot_start(program: &OsString, error: &std::io::Error) -> u8 {
    let shown = program.to_string_lossy();
    let exists = || Path::new(program).exists();
    match error.kind() {
        ErrorKind::NotFound if shown.contains('/') && exists() => {
            let why = "its interpreter or the loader of its C library is not in the image";
            fails(&format!("cannot start `{shown}`: {why}"), NOT_FOUND)
        }
        ErrorKind::NotFound if shown.contains('/') => {
            fails(&format!("cannot start `{shown}`: there is no such file"), NOT_FOUND)
        }
        ErrorKind::NotFound => fails(&format!("cannot start `{shown}`: it is in no folder of PATH"), NOT_FOUND),
        ErrorKind::PermissionDenied => {
            fails(&format!("cannot start `{shown}`: it is not executable for this user"), CANNOT_EXECUTE)
        }
        _ => fails(&format!("cannot start `{shown}`: {error}"), CANNOT_EXECUTE),
    }
}

fn fails(message: &str, code: u8) -> u8 {
    say(message);
    code
}
