//! The first process. A test is not the first process of a container, so orphans come to it as a subreaper.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{probe, run, said};

#[test]
fn the_exit_code_is_that_of_the_program() {
    assert_eq!(run(&["init", "sh", "-c", "exit 0"]), (0, String::new()));
    assert_eq!(run(&["init", "sh", "-c", "exit 7"]), (7, String::new()));
    assert_eq!(run(&["init", "/bin/sh", "-c", "kill -KILL $$"]), (137, String::new()));
    assert_eq!(run(&["init", "/bin/sh", "-c", "kill -TERM $$"]), (143, String::new()));
}

#[test]
fn a_program_that_cannot_start_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (plain, orphan, wrong) =
        (file("plain", "", 0o644), file("orphan", "#!/no/sh\n", 0o755), file("wrong", "\x7fELF", 0o755));
    for (program, code, why) in [
        ("/no/program", 127, "cannot start `/no/program`: there is no such file"),
        ("no-such-program", 127, "cannot start `no-such-program`: it is in no folder of PATH"),
        (&orphan, 127, "its interpreter or the loader of its C library is not in the image"),
        (&plain, 126, "it is not executable for this user"),
        (&wrong, 126, "Exec format error"),
    ] {
        let (found, said) = run(&["init", program]);
        assert_eq!(found, code, "{said}");
        assert!(said.contains(why) && !said.contains('\n'), "{said}");
    }
    let (code, said) = run(&["init"]);
    assert_eq!((code, said.contains("there is no program to run")), (64, true), "{said}");
}

/// Starts a shell script below the program; its first line says that it is ready.
fn start(script: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = probe(&["init", "sh", "-c", script]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    (child, lines)
}

fn send(child: &Child, signal: &str) {
    let status = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn signals_reach_the_program() {
    for signal in ["HUP", "INT", "QUIT", "USR1", "USR2", "TERM", "WINCH", "CONT", "ALRM", "PIPE", "TSTP"] {
        let script = format!("trap 'echo {signal}; exit 3' {signal}; echo ready; while :; do sleep 0.02; done");
        let (child, mut lines) = start(&script);
        send(&child, signal);
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((rest.trim_end(), said(&output)), (signal, (3, String::new())));
    }
}

#[test]
fn a_program_without_a_handler_ends_by_the_signal() {
    let (child, _lines) = start("echo ready; exec sleep 60");
    send(&child, "TERM");
    assert_eq!(said(&child.wait_with_output().unwrap()), (143, String::new()));
}

#[test]
fn orphans_do_not_become_zombies() {
    // The shell in the middle ends at once, so its child has no parent; it ends shortly after.
    let script = "sh -c 'sleep 0.1 & echo $!' ; sleep 0.4; echo done; sleep 60";
    let mut child = probe(&["init", "sh", "-c", script]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let orphan = lines.next().unwrap().unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "done");
    let start = Instant::now();
    while std::path::Path::new(&format!("/proc/{orphan}")).exists() {
        assert!(start.elapsed() < Duration::from_secs(5), "the orphan {orphan} is a zombie");
        std::thread::sleep(Duration::from_millis(20));
    }
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}
