//! A build that hangs is stopped after its time limit and reports its running step, so that tests never wait forever.

use std::time::{Duration, Instant};

use slipway_tests::{Build, Project, unique};

#[test]
fn a_hung_build_is_stopped_and_reports_its_step() {
    let mark = unique("hang");
    let project = Project::spec(&format!(
        "stages: {{ gen: {{ from: \"busybox:1.37\", steps: [run: \"echo {mark}; sleep 600\"], output: /etc }} }}\n"
    ));
    let build = || Build::of(&project).target("stage:gen").within(Duration::from_secs(10));
    let start = Instant::now();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| build().run()));
    let said = *panicked.err().expect("the build ended by itself").downcast::<String>().unwrap();
    assert!(start.elapsed() < Duration::from_secs(40), "it took {:?}", start.elapsed());
    assert!(said.contains("did not end within 10 s and was stopped; it was at: "), "{said}");
    assert!(said.contains(&format!("echo {mark}; sleep 600")), "{said}");
    // The engine still responds, and the step has been stopped.
    project.replace("slipway.yaml", "; sleep 600", "");
    let _ = build().within(Duration::from_secs(120)).succeed();
}
