//! The script that fetches Maven's dependencies, run with a stand-in for Maven: when it succeeds, and when a download
//! that failed makes it fail. A step that succeeds is cached, so an incomplete one would break all later builds.

#![allow(clippy::unwrap_used)] // Everything here is test code.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tempfile::TempDir;

use super::MAVEN_FETCH;
use crate::shell::AGAIN;

/// Maven says this and fails, or says this and succeeds.
type Answer = Result<&'static str, &'static str>;

/// Maven's answers to the runs of the script.
#[derive(Clone, Copy)]
struct Maven {
    /// The lifecycle with stubs for sources.
    package: Answer,
    /// The same where plugins that fail are passed over.
    onward: Answer,
    /// What the poms alone tell.
    offline: Answer,
    /// The plugins of every lifecycle.
    basic: Answer,
}

const FINE: Answer = Ok("BUILD SUCCESS");
/// A plugin fails without the sources.
const PLUGIN: Answer = Err("Failed to execute goal spotless:check: no file to check");
/// A download breaks off.
const BROKEN: Answer =
    Err("Could not transfer artifact a:b:jar:1 from/to central (https://repo.test): Premature end of Content-Length");
const MISSING: Answer = Err("Could not find artifact com.acme:events:jar:tests:1 in central (https://repo.test)");

/// Whether the script succeeds, and its runs of Maven.
fn run(maven: &Maven) -> (bool, String) {
    let folder = TempDir::new().unwrap();
    let place = folder.path().to_str().unwrap();
    for name in ["bin", "deps", "cache", "assemble", "sources"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    let of = |answer: &Answer| match answer {
        Ok(said) => format!("echo '{said}'"),
        Err(said) => format!("echo '{said}'; exit 1"),
    };
    let mvn = format!(
        "#!/bin/sh\nrun() {{ echo $1 >>{place}/calls; }}\ncase \" $* \" in\n  *' --version '*) echo Maven home: /nowhere ;;\n  \
         *maven.ext.class.path*) run onward; {} ;;\n  *go-offline*) run offline; {} ;;\n  *resources:*) run basic; {} ;;\n  \
         *) run package; {} ;;\nesac\n",
        of(&maven.onward),
        of(&maven.offline),
        of(&maven.basic),
        of(&maven.package)
    );
    for (name, text) in [("mvn", mvn.as_str()), ("javac", "#!/bin/sh\n"), ("sleep", "#!/bin/sh\n")] {
        let file = folder.path().join("bin").join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let script = format!("set -eu\n{AGAIN}{MAVEN_FETCH}")
        .replace("/tmp/", &format!("{place}/"))
        .replace("/var/cache/maven", &format!("{place}/cache"))
        .replace(" /deps", &format!(" {place}/deps"))
        .replace("=/deps", &format!("={place}/deps"));
    let script = format!("true & compiling=$!\nsettings=\n{script}");
    let path = format!("{place}/bin:{}", std::env::var("PATH").unwrap());
    let status = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path().join("sources"))
        .env("PATH", path)
        .envs([("MAVEN", "mvn"), ("MAVEN_TESTS", ""), ("MAVEN_CLASSPATH", ""), ("MAVEN_OFFLINE", "go-offline")])
        .output()
        .unwrap()
        .status;
    let calls = std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
    (status.success(), calls.replace('\n', " ").trim_end().to_owned())
}

#[test]
fn plugins_that_need_the_sources_are_passed_over() {
    let fine = Maven { package: FINE, onward: FINE, offline: FINE, basic: FINE };
    let calls = |maven: &Maven| run(maven);
    assert_eq!(calls(&fine), (true, "package".to_owned()));
    let plugin = Maven { package: PLUGIN, ..fine };
    assert_eq!(calls(&plugin), (true, "package onward".to_owned()));
    let missing = Maven { onward: MISSING, ..plugin };
    assert_eq!(calls(&missing), (true, "package onward offline basic".to_owned()));
    let refused =
        Err("Could not transfer artifact a:b:jar:1 from/to acme (https://repo.test): status code: 401, reason");
    let blocked = Err("Could not transfer artifact a:b:jar:1 from/to maven-default-http-blocker (http://0.0.0.0/)");
    for onward in [refused, blocked] {
        assert_eq!(calls(&Maven { onward, ..missing }), (true, "package onward offline basic".to_owned()));
    }
    assert_eq!(calls(&Maven { basic: PLUGIN, ..missing }), (true, "package onward offline basic".to_owned()));
}

#[test]
fn a_download_that_breaks_off_is_tried_again_and_then_fails() {
    let plugin = Maven { package: PLUGIN, onward: FINE, offline: FINE, basic: FINE };
    let four = |name: &str| [name; 4].join(" ");
    assert_eq!(run(&Maven { package: BROKEN, ..plugin }), (false, four("package")));
    assert_eq!(run(&Maven { onward: BROKEN, ..plugin }), (false, format!("package {}", four("onward"))));
    // A plugin that fetches something itself, and is passed over because it only gives its reason as text.
    let passed =
        Ok("[INFO] Could not transfer artifact a:b:jar:1 from/to central (https://repo.test): Connect timed out");
    assert_eq!(run(&Maven { onward: passed, ..plugin }), (false, format!("package {}", four("onward"))));
    let unknown = Err(
        "Could not transfer artifact a:b:jar:1 from/to central (https://repo.test): repo.test: Name or service not known",
    );
    assert_eq!(run(&Maven { package: unknown, ..plugin }), (false, four("package")));
    let missing = Maven { onward: MISSING, ..plugin };
    let calls = format!("package onward offline {}", four("basic"));
    assert_eq!(run(&Maven { basic: BROKEN, ..missing }), (false, calls));
}
