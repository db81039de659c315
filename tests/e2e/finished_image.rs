//! The contents of the finished image: its program, folders that its user writes to, and its users.

use slipway_tests::{Build, Loaded, Project, docker, run, unique};

/// A program `app` that writes to folders and reports where it could.
const PROGRAM: &str = r#"package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	fmt.Println("user", os.Getuid())
	for _, folder := range os.Args[1:] {
		if folder == "home" {
			folder = os.Getenv("HOME")
		}
		err := os.WriteFile(filepath.Join(folder, "written"), nil, 0o644)
		_, seed := os.Stat(filepath.Join(folder, "seed"))
		fmt.Println(folder, err == nil, seed == nil)
	}
}
"#;

/// A working directory with the path of the program, volumes in and next to it, one of them with a file.
pub(crate) fn project() -> Project {
    let project = Project::go(
        "images:\n\
         \x20 app:\n    go: .\n    workdir: /app\n    volumes: [/app/data, /data]\n    files: { /data/seed: ./go.mod }\n    cmd: [/app, /app/data, /data]\n\
         \x20 bare: { extends: app, runtime: scratch }\n\
         \x20 home: { extends: app, runtime: \"node:24-bookworm-slim\", cmd: [home, /data], files: { /data/seed: ./go.mod, /bin/hello: { from: ./hello.sh, mode: \"0755\" }, /var/run/app/x: ./go.mod, /tmp/x: ./go.mod } }\n\
         \x20 named: { extends: home, user: nobody }\n\
         \x20 unknown: { extends: home, user: somebody }\n",
    );
    project.write("main.go", PROGRAM);
    project.write("hello.sh", "#!/bin/sh\nls -d /run/app/x /usr/bin/hello\necho hello >/tmp/y && cat /tmp/y\n");
    project
}

/// Builds an image of the project, runs it in several ways and checks where it could write.
pub(crate) fn writes(project: &Project, target: &str, user: u32) {
    let image = Loaded::new(target);
    let _ = Build::of(project).target(target).args(image.arguments()).succeed();
    let run_with = |options: &[&str], words: &[&str]| run([options, &[image.tag.as_str()], words].concat());
    let expected = format!("user {user}\n/app true false\n/app/data true false\n/data true true\n");
    assert_eq!(run_with(&[], &["/app", "/app/data", "/data"]), expected, "{target}");
    // Docker initializes a new volume with the owner and the files of its folder.
    let volume = unique("volume");
    let fresh = format!("{volume}:/data");
    let with_volume = ["--read-only", "--volume", fresh.as_str()];
    let said = run_with(&with_volume, &["/data", "/app"]);
    docker(["volume", "rm", &volume]);
    assert_eq!(said, format!("user {user}\n/data true true\n/app false false\n"), "{target}");
}

#[test]
fn a_user_writes_to_its_volumes_and_folders_and_the_program_starts() {
    let project = project();
    writes(&project, "app", 65532);
    // Without a base, every layer is copied onto the one below, as in Docker's classic image store.
    writes(&project, "bare", 65532);

    let image = Loaded::new("home");
    let _ = Build::of(&project).target("home").args(image.arguments()).succeed();
    let said = run([&image.tag]);
    assert_eq!(said, "user 65532\n/home/nonroot true false\n/data true true\n");
    // `/bin` and `/var/run` are links in the base and stay links, and `/tmp` stays world-writable.
    let said = run(["--entrypoint", "/bin/hello", &image.tag]);
    assert_eq!(said, "/run/app/x\n/usr/bin/hello\nhello\n");
}

#[test]
fn names_of_users_are_looked_up_in_the_base() {
    let project = project();
    writes(&project, "named", 65534);
    let refused = Build::of(&project).target("unknown").fail();
    let place = "slipway.yaml:12:35";
    assert!(refused.message.contains(place) && refused.message.contains("no user `somebody`"), "{}", refused.message);
}
