//! Go programs with C code: compiled for every platform, without emulation.

use slipway_tests::{Build, Folder, Loaded, Project, alone, run, unique};

const SPEC: &str = "\
builds:
  app: { preset: go, cgo: true, packages: { build: [zlib1g-dev] }, checks: { test: { run: go test ./..., gate: true } } }
images:
  app: { build: app, runtime: \"golang:1.24-trixie\" }
";

/// A program that calls its own C code, with a header in a folder without Go, and a C library.
fn project(spec: &str) -> Project {
    Project::go(spec)
        .with("clib/include/answer.h", &format!("#define ANSWER \"{}\"\nint twice(int);\n", unique("answer")))
        .with("sum/twice.c", "#include <answer.h>\nint twice(int n) { return 2 * n; }\n")
        .with(
            "sum/sum.go",
            "package sum\n\n// #cgo CFLAGS: -I${SRCDIR}/../clib/include\n// #cgo pkg-config: zlib\n// #include <answer.h>\n// #include <zlib.h>\nimport \"C\"\n\n\
             func Twice(n int) int { return int(C.twice(C.int(n))) }\n\nfunc Text() string { return C.ANSWER }\n\nfunc Zlib() string { return C.GoString(C.zlibVersion()) }\n",
        )
        .with(
            "sum/sum_test.go",
            "package sum\n\nimport \"testing\"\n\nfunc TestTwice(t *testing.T) {\n\tif Twice(21) != 42 {\n\t\tt.Fatal()\n\t}\n}\n",
        )
        .with(
            "main.go",
            "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/app/sum\"\n)\n\nfunc main() { fmt.Println(sum.Twice(21), sum.Text(), sum.Zlib()[:2]) }\n",
        )
}

#[test]
fn a_program_with_c_code_runs() {
    let project = project(SPEC);
    let image = Loaded::new("cgo");
    let _ = Build::of(&project).target("app").args(image.arguments()).succeed();
    let said = run(["--read-only", "--network", "none", &image.tag]);
    assert!(said.starts_with("42 slipway-test-answer") && said.ends_with(" 1.\n"), "{said}");
    assert_eq!(image.inspect()["Config"]["User"], "65532:65532");
}

#[test]
fn a_program_with_c_code_runs_on_its_default_base() {
    let text = unique("says");
    let main = format!(
        "package main\n\n// #include <stdio.h>\n// static void say(void) {{ puts(\"{text}\"); fflush(stdout); }}\nimport \"C\"\n\nfunc main() {{ C.say() }}\n"
    );
    let project = Project::go(
        "builds: { app: { preset: go, cgo: true } }\nimages:\n  beside: { build: app }\n  within: { build: { from: app, ldflags: -extldflags=-static } }\n",
    )
    .with("main.go", &main);
    for (target, base) in
        [("beside", "gcr.io/distroless/base-debian13"), ("within", "gcr.io/distroless/static-debian13")]
    {
        let image = Loaded::new("cgo");
        let outcome = Build::of(&project).target(target).args(image.arguments()).succeed();
        assert_eq!(outcome.steps(&format!("FROM {base}:nonroot")).len(), 1);
        assert_eq!(run(["--network", "none", &image.tag]).trim(), text, "{target}");
    }
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn c_code_and_c_libraries_are_compiled_for_every_platform() {
        let _alone = alone();
        let project = project(SPEC);
        let build = || Build::of(&project).target("build:app").args(["--platform", "linux/amd64,linux/arm64"]);
        let (folder, outcome) = Folder::of(build());
        assert_eq!(folder.files(), ["linux_amd64/app", "linux_arm64/app"]);
        for (platform, machine, loader) in
            [("linux_amd64", 62, "/lib64/ld-linux-x86-64.so.2"), ("linux_arm64", 183, "/lib/ld-linux-aarch64.so.1")]
        {
            let program = folder.bytes(&format!("{platform}/app"));
            assert_eq!((&program[..4], program[18], program[19]), (b"\x7fELF".as_slice(), machine, 0), "{platform}");
            for text in [loader, "libz.so.1"] {
                let found = program.windows(text.len()).any(|window| window == text.as_bytes());
                assert!(found, "{platform}: the program does not name {text}");
            }
        }
        assert_eq!(outcome.steps("apt-get install gcc-aarch64-linux-gnu").len(), 1);
        assert_eq!(outcome.steps("go build .").len(), 2);
        let emulated: Vec<_> =
            outcome.vertices.iter().filter(|vertex| vertex.name.starts_with("[linux/arm64 ")).collect();
        assert!(emulated.is_empty(), "{emulated:?}");
        assert!(outcome.warnings.is_empty(), "{:?}", outcome.warnings);

        let again = build().succeed();
        assert_eq!(again.executed(), [] as [&str; 0]);
        project.replace("clib/include/answer.h", "slipway", "changed");
        let changed = build().succeed();
        let compiled: Vec<_> = changed.executed().into_iter().filter(|name| name.contains("go build")).collect();
        assert_eq!(compiled.len(), 2, "a header in a separate folder is an input: {:?}", changed.executed());
        assert!(changed.is_cached("apt-get install"), "{:?}", changed.executed());
    }
}
