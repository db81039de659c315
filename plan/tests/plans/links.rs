//! Symbolic links of images.

use slipway_plan::StepKind;

use crate::contents::{image, of, refused};
use crate::support::{Memory, go_project, make, print, request};

/// The layers with links: those that are written into the base, and those that do not depend on it.
fn links(project: &Memory, keys: &str) -> String {
    let plan = of(project, &image(keys));
    let printed = print(&plan);
    let writes = plan.steps.iter().filter(|(_, step)| matches!(step.kind, StepKind::Write { .. })).count();
    let lines: Vec<_> = printed.lines().map(str::trim).filter(|line| line.starts_with("link ")).collect();
    let dangling = plan.contents.unwrap().dangling;
    let dangling: Vec<_> = dangling.iter().map(|link| format!("{} to {}", link.path, link.to)).collect();
    format!("{keys}\n  {}; {writes} written into the base; dangling: {}\n", lines.join(", "), dangling.join(", "))
}

#[test]
fn links_are_one_layer_where_the_base_allows() {
    let mut project = go_project();
    project.files.extend([("app/bin/run", "#!/bin/sh\n"), ("app/public/index.html", "")]);
    insta::assert_snapshot!(
        [
            "files: { /opt/app/: ./app, /usr/bin/run: { link: /opt/app/bin/run }, /srv/www: { link: ../opt/app/public } }",
            "files: { /usr/bin/: { link: /api } }",
            "runtime: slim, files: { /bin/a: { link: /api }, /etc/a: { link: /api } }",
            "runtime: scratch, files: { /bin: { link: /usr/bin }, /certs: { link: /etc/ssl/certs }, /x: { link: /y/z } }",
            "runtime: mine:1, files: { /usr/bin/a: { link: /nothing } }",
            "runtime: slim, files: { /opt/app: ./app, /a: { link: /opt/app/bin/nun }, /b: { link: /opt/b }, /c: { link: /b } }",
            "volumes: [/data], files: { /a: { link: /data/a }, /b: { link: /proc/self/fd/1 }, /c: { link: /app/c } }",
            "workdir: /current, files: { /opt/app: ./app, /current: { link: /opt/app } }",
        ]
        .map(|keys| links(&project, keys))
        .concat()
    );
}

#[test]
fn programs_are_found_through_links() {
    let keys = [
        "runtime: slim, files: { /app: ./deploy, /usr/bin/run: { link: /app/start.sh } }, entrypoint: [run]",
        "runtime: slim, files: { /app: ./deploy, /now: { link: app }, /run.sh: { link: now/start.sh } }, entrypoint: [/run.sh]",
        "runtime: scratch, files: { /go: { link: /api } }, entrypoint: [/go]",
        "runtime: slim, files: { /usr/bin/shell: { link: /bin/sh } }, entrypoint: [shell, -c]",
        "files: { /go: { link: /ipa } }, entrypoint: [/go]",
        "runtime: slim, files: { /app: ./deploy, /usr/bin/run: { link: /app } }, entrypoint: [run]",
        "runtime: slim, files: { /app: ./deploy, /usr/bin/run: { link: /app } }, entrypoint: [/usr/bin/run]",
        "runtime: slim, files: { /app: ./deploy, /go: { link: /app/api.toml } }, entrypoint: [/go]",
    ];
    insta::assert_snapshot!(keys.map(|keys| format!("{keys}\n  {}\n", refused(keys).trim_end())).concat());
}

#[test]
fn wrong_links_are_refused() {
    let keys = [
        "files: { /a: { link: /b }, /b: { link: /c }, /c: { link: ./a } }",
        "files: { /a: { link: /a/b } }",
        "files: { /usr/bin: { link: /api } }",
        "runtime: slim, files: { /opt/: { link: / } }",
        "files: { /api: { link: /b } }",
        "files: { /a: { link: /api }, /a/b: ./deploy/api.toml }",
        "files: { /usr/bin/: { link: /api }, /usr/bin/api: ./deploy/api.toml }",
        "volumes: [/data], files: { /data: { link: /api } }",
        "folders: { /data: {} }, files: { /data: { link: /api } }",
        "files: { /a: { link: \"${TARGETOS}\\n\" } }",
    ];
    insta::assert_snapshot!(keys.map(|keys| format!("{keys}\n  {}\n", refused(keys).trim_end())).concat());
}

#[test]
fn on_a_base_that_steps_have_changed_everything_below_a_folder_is_written_into_it() {
    let spec = r#"
stages:
  plain: { from: "debian:trixie-slim", steps: [] }
  house: { from: "debian:trixie-slim", steps: [{ run: ln -s real /opt/through }] }
images:
  one: &one
    go: ./cmd/api
    runtime: plain
    files: { /opt/through/f: ./go.mod, /opt/through/l: { link: /api } }
    folders: { /opt/through/box: {} }
    volumes: [/opt/through/data]
    user: { name: shop, uid: 1001, home: /opt/through/home }
  two: { <<: *one, runtime: house }
  three: { <<: *one, runtime: house, go: { main: ./cmd/api, destination: /opt/through/bin/api } }
  four: { <<: *one, runtime: two }
  five: { <<: *one, runtime: slim, packages: [default-jre], files: { /usr/lib/jvm/default-java/f: ./go.mod, /etc/f: ./go.mod } }
"#;
    let of = |target: &str| {
        let plan = make(&go_project(), spec, Some(target), "linux/amd64", &request()).unwrap();
        let (mut written, mut apart) = (Vec::new(), Vec::new());
        for (_, step) in plan.steps.iter() {
            match &step.kind {
                StepKind::Write { layer, .. } => written.push(layer.history.clone()),
                StepKind::Assemble { layers, .. } if step.owner == target => {
                    apart.extend(layers.iter().map(|layer| layer.history.clone()));
                }
                _ => {}
            }
        }
        format!("{target}\n  written into the base: {}\n  independent: {}\n", written.join("; "), apart.join("; "))
    };
    insta::assert_snapshot!(["one", "two", "three", "four", "five"].map(of).concat());
}
