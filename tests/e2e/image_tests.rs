//! Tests and budgets of images, on an image without a shell.

use slipway_tests::{Build, OciArchive, Project, alone, temporary_file, unique};

const SPEC: &str = "\
images:
  app:
    go: { source: ., destination: /app }
    runtime: scratch
    workdir: /srv
    env: { LEVEL: debug }
    files: { /etc/x.toml: { from: ./x.toml, mode: \"0440\", owner: \"7:8\" } }
    tests:
      works: { run: [/app], stdout: { equals: app 65532 /srv debug } }
      fails: { run: [/app, x], exit: 3, stderr: { matches: ^no } }
      config: { file: /etc/x.toml, mode: \"0440\", owner: \"7:8\", contents: \"[x]\" }
      gone: { file: /bin/sh, exists: false }
      later: { file: /etc/x.toml, contents: \"[x]\", gate: false }
    budget: { size: 20MB, packed: 10MB, files: 5000 }
";

const PROGRAM: &str = r#"package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "no")
		os.Exit(3)
	}
	folder, _ := os.Getwd()
	os.WriteFile("/tmp/left", nil, 0o600)
	fmt.Println("app", os.Getuid(), folder, os.Getenv("LEVEL"))
}
"#;

const SCANNED: &str = "\
images:
  app:
    runtime: scratch
    files: { /etc/app.conf: ./app.conf }
    scan:
      image: busybox:1.37
      run: |
        echo \"$SCAN_SEVERITY\" >\"$SCAN_OUTPUT/report.txt\"
        if grep -r password \"$SCAN_ROOT/etc\" >>\"$SCAN_OUTPUT/report.txt\"; then echo there is one; exit 1; fi
      severity: critical
      network: none
      gate: true
";

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn an_image_exists_only_if_it_passes() {
        let _alone = alone();
        let project =
            Project::go(SPEC).with("main.go", &format!("{PROGRAM}// {}\n", unique("app"))).with("x.toml", "[x]\n");
        let archive = temporary_file();
        let build = || Build::of(&project).args(OciArchive::at(archive.path()));
        let passed = build().succeed();
        assert_eq!(passed.steps("[app test]").len(), 4, "{:?}", passed.vertices);
        let image = OciArchive::read(archive.path()).images().remove(0);
        let files: Vec<_> = image.layers.iter().flatten().map(|file| file.path.as_str()).collect();
        assert!(!files.iter().any(|path| path.contains("left") || path.contains("slipway")), "{files:?}");
        assert_eq!(build().succeed().executed(), [] as [&str; 0]);

        let reports = tempfile::TempDir::new().unwrap();
        let output = format!("type=local,dest={}", reports.path().display());
        let tested = || Build::of(&project).args(["--target", "app/test", "--output", &output]);
        let ran = tested().succeed();
        let ran = ran.executed();
        assert_eq!(ran.iter().filter(|step| step.contains(" test] later")).count(), 1, "{ran:?}");
        assert!(!ran.iter().any(|step| step.contains(" test] config")), "it has passed before: {ran:?}");
        let report = std::fs::read_to_string(reports.path().join("junit.xml")).unwrap();
        assert!(report.contains("<testcase classname=\"app\" name=\"later\"/>"), "{report}");
        assert!(report.contains("tests=\"5\" failures=\"0\""), "{report}");

        project.write("x.toml", "[y]\n");
        let failed = tested().fail();
        assert!(failed.message.contains("config:") || failed.message.contains("later:"), "{}", failed.message);
        std::fs::write(archive.path(), "").unwrap();
        let outcome = build().fail();
        assert!(outcome.message.contains("  12 | >>>       config:"), "{}", outcome.message);
        assert!(outcome.logs.contains("`/etc/x.toml` does not contain `[x]`. It is:\n  [y]\n"), "{}", outcome.logs);
        assert_eq!(std::fs::metadata(archive.path()).unwrap().len(), 0, "a failed test prevents the image");

        project.write("x.toml", "[x]\n");
        project.replace("slipway.yaml", "size: 20MB", "size: 20kB");
        let outcome = build().fail();
        assert!(outcome.message.contains("  15 | >>>     budget:"), "{}", outcome.message);
        assert!(outcome.logs.contains(", over the limit of 20.00 kB.\nThe largest folders:"), "{}", outcome.logs);
    }

    #[test]
    fn a_scanner_sees_the_finished_image_in_every_build() {
        let _alone = alone();
        let project = Project::spec(SCANNED).with("app.conf", &unique("user"));
        let _ = Build::of(&project).succeed();
        let again = Build::of(&project).succeed();
        assert!(again.executed().iter().any(|step| step.starts_with("[app scan]")), "{:?}", again.executed());

        project.write("app.conf", &format!("password={}", unique("x")));
        let outcome = Build::of(&project).fail();
        assert!(outcome.message.contains("   7 | >>>       image: busybox:1.37"), "{}", outcome.message);
        assert!(outcome.logs.contains("there is one"), "{}", outcome.logs);
        let reports = tempfile::TempDir::new().unwrap();
        let output = format!("type=local,dest={}", reports.path().display());
        let _ = Build::of(&project).args(["--target", "app/scan", "--output", &output]).succeed();
        let report = std::fs::read_to_string(reports.path().join("report.txt")).unwrap();
        assert!(report.starts_with("CRITICAL\n") && report.contains("/etc/app.conf:password="), "{report}");
    }
}
