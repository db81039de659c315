//! Python repositories whose root is a package, with typical other files: the images print the same as the programs did
//! when they were written.

use slipway_tests::{Build, Loaded, Project, run};

/// The output of an image that is built from a folder of these tests.
fn prints(folder: &str, build: &str, cmd: &str) -> String {
    let project = Project::example(&format!("../tests/e2e/python_repository/{folder}"));
    let spec = format!("images: {{ x: {{ python: {build}, cmd: [{cmd}] }} }}\n");
    project.write("slipway.yaml", &format!("# syntax={}\n{spec}", slipway_tests::SYNTAX));
    let image = Loaded::new(folder);
    let _ = Build::of(&project).args(image.arguments()).succeed();
    run(["--read-only", &image.tag])
}

#[test]
fn a_member_requires_the_root_outside_files_wheels_its_changelog_and_its_metadata() {
    assert_eq!(prints("uv", "./svc", "svc").trim(), "42 3.2.1 tiny # First 0.3 hello");
}

#[test]
fn requirements_written_on_windows_name_a_folder_and_the_whole_repository() {
    assert_eq!(prints("pip", ".", "python3, main.py").trim(), "shared whole 2.5 xn--nda");
}
