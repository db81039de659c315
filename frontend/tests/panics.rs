//! A panic is contained without unwinding as well, as in the released program. Tests always unwind, so the module is
//! compiled into a separate program.
#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::process::Command;

const PROGRAM: &str = r#"
#[allow(dead_code, reason = "the program uses a part of it")]
#[path = "MODULE"]
mod contained;

fn main() {
    println!("{:?}", contained::run(|| 7));
    println!("{}", contained::run(|| -> () { panic!("a {}", "bug") }).unwrap_err());
    println!("{:?}", contained::run(|| 8));
    panic!("nothing contains this one");
}
"#;

#[test]
fn the_process_goes_on_after_a_panic_without_unwinding() {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("main.rs"), folder.path().join("main"));
    let module = concat!(env!("CARGO_MANIFEST_DIR"), "/src/contained.rs");
    std::fs::write(&source, PROGRAM.replace("MODULE", module)).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let compiled = Command::new(rustc)
        .args(["--edition=2024", "-Cpanic=abort", "-o"])
        .args([&program, &source])
        .env("CARGO_PKG_VERSION", env!("CARGO_PKG_VERSION"))
        .status();
    assert!(compiled.unwrap().success());
    let ran = Command::new(&program).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    let [before, report, after] = lines[..] else { unreachable!("{said}") };
    assert_eq!((before, after), ("Ok(7)", "Ok(8)"));
    assert!(report.contains(": a bug, at "), "{report}");
    // With unwinding, it would end with 101.
    assert_eq!(ran.status.code(), None, "{:?}", ran.status);
    assert!(String::from_utf8(ran.stderr).unwrap().contains("nothing contains this one"));
}
