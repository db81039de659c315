//! Correct and wrong usage.

use std::io::Read as _;
use std::process::Stdio;

use super::{SHOP, Shop};

#[test]
fn help_says_what_there_is() {
    let shop = Shop::new(SHOP);
    let help = shop.run(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for command in ["check", "explain", "targets", "schema", "fmt", "completions", "Examples:", "Exit status:"] {
        assert!(help.stdout.contains(command), "{command}");
    }
    // Without arguments and without BuildKit, a user needs help; a script without arguments must still fail.
    let bare = shop.run(&[]);
    assert_eq!((bare.code, bare.stdout.as_str()), (2, ""));
    assert!(bare.stderr.contains("Usage: slipway <COMMAND>"));
    insta::assert_snapshot!(shop.run(&["check", "-h"]).whole());
    insta::assert_snapshot!(shop.run(&["fmt", "--help"]).whole());
}

#[test]
fn the_version_is_that_of_the_package() {
    let said = Shop::new(SHOP).run(&["--version"]);
    assert_eq!(said.whole(), format!("exit status 0\n--- stdout\nslipway {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_ends_with_2() {
    let shop = Shop::new(SHOP);
    for wrong in [
        &["chek"][..],
        &["check", "--frmat", "json"],
        &["check", "--format", "xml"],
        &["check", "a", "b"],
        &["check", "--color", "blue"],
        &["check", "--build-arg", "=1"],
        &["check", "--build-context", "x"],
        &["check", "nothing-here"],
        &["check", "slipway.yaml"],
        &["check", "-f", "nothing.yaml"],
        &["check", "-f", "cmd"],
        &["completions"],
        &["completions", "tcsh"],
        &["targets", "--format", "xml"],
    ] {
        let said = shop.run(wrong);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{wrong:?}: {}", said.stderr);
        assert!(said.stderr.starts_with("error: "), "{wrong:?}: {}", said.stderr);
    }
    insta::assert_snapshot!(shop.run(&["chek"]).stderr, @r"
    error: unrecognized subcommand 'chek'

      tip: some similar subcommands exist: 'schema', 'check'

    Usage: slipway <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(shop.run(&["check", "slipway.yaml"]).stderr, @"error: `slipway.yaml` is not a folder; name a file with `-f`, and the folder to build with PATH");
}

#[test]
fn arguments_make_a_command_line_even_in_a_session_of_buildkit() {
    let shop = Shop::new(SHOP);
    let version = shop.command(&["--version"]).env("BUILDKIT_SESSION_ID", "x").output().unwrap();
    assert!(version.status.success());
    // Without them, it is a frontend, which finds no engine and prints nothing.
    let frontend = shop.command(&[]).env("BUILDKIT_SESSION_ID", "x").output().unwrap();
    assert_eq!((frontend.status.code(), frontend.stdout.as_slice()), (Some(1), &b""[..]));
}

#[test]
fn a_reader_that_has_read_enough_is_no_trouble() {
    let shop = Shop::new(SHOP);
    let mut command = shop.command(&["schema"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn an_output_that_takes_nothing_is_trouble() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Shop::new(SHOP).command(&["schema"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: standard output cannot be written: "));
}

#[test]
fn every_shell_gets_completions_for_every_command() {
    let shop = Shop::new(SHOP);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = shop.run(&["completions", shell]);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{shell}");
        for word in ["check", "targets", "fmt", "build-arg", "format"] {
            assert!(said.stdout.contains(word), "{shell}: {word}");
        }
    }
}
