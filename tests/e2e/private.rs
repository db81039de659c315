//! Private hosts: dependencies that require credentials, and credentials that must not leak.

use std::path::Path;

use base64::Engine as _;
use slipway_tests::{
    Build, Loaded, OciArchive, Outcome, PrivateHost, Project, alone, contains_unpacked, docker, go_sum, npm_package,
    run, temporary_file, unique, zip,
};

/// A build in the network of the test, where the private host is.
fn build(project: &Project) -> Build {
    Build::of(project).args(["--network", "host", "--allow", "network.host"])
}

fn with_secret(build: Build, project: &Project, login: &str) -> Build {
    let file = tempfile_in(project, login);
    build.args(["--secret", &format!("id=login,src={file}")])
}

/// Secrets are kept out of the context.
fn tempfile_in(project: &Project, login: &str) -> String {
    project.write(".dockerignore", "login\n");
    project.write("login", login);
    project.file("login").display().to_string()
}

fn refused(outcome: &Outcome, host: &PrivateHost) {
    assert!(!outcome.success, "the build does not require a login");
    assert!(!host.refused().is_empty(), "the host got no request: {}", outcome.logs);
}

/// Builds with all kinds of output, and searches all of it for the credentials.
fn leaves_nothing_behind(project: &Project, host: &PrivateHost, arguments: &[String], user: &str, password: &str) {
    let (archive, record, cache) = (temporary_file(), temporary_file(), project.file("cache"));
    let outcome = with_secret(build(project), project, &format!("{user}:{password}\n"))
        .args(arguments)
        .args(OciArchive::at(archive.path()))
        .args(["--provenance", "mode=max"])
        .args(["--cache-to", &format!("type=local,mode=max,compression=uncompressed,dest={}", cache.display())])
        .args(["--metadata-file".as_ref(), record.path().as_os_str()])
        .succeed();
    let metadata = std::fs::read_to_string(record.path()).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let build = parsed["buildx.build.ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let said = [
        outcome.logs,
        outcome.message,
        outcome.vertices.iter().map(|vertex| vertex.name.as_str()).collect(),
        outcome.warnings.concat(),
        metadata,
        docker(["buildx", "history", "inspect", &build, "--format", "json"]),
        docker(["buildx", "history", "inspect", "attachment", &build, "--type", "https://slsa.dev/provenance/v0.2"]),
        docker(["buildx", "history", "logs", &build]),
    ];
    assert!(said[6].contains("buildType"), "{}", said[6]);
    let archive = OciArchive::read(archive.path());
    // The search finds an existing text.
    assert!(archive.contains(b"\"Entrypoint\"") && in_folder(&cache, b"application/vnd."));
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    for login in [password, &encoded] {
        assert!(!archive.contains(login.as_bytes()), "the image or its provenance contains the login");
        assert!(!in_folder(&cache, login.as_bytes()), "the exported cache contains the login");
        for text in &said {
            assert!(!text.contains(login), "the output contains the login: {text}");
        }
    }
    drop(host.refused());
}

fn in_folder(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { in_folder(&path, needle) } else { contains_unpacked(&std::fs::read(&path).unwrap(), needle) }
    })
}

#[test]
fn an_npm_package_comes_from_a_registry_that_requires_a_login() {
    let (text, password) = (unique("package"), unique("s3cr3t"));
    let host = PrivateHost::start("me", &password, &[("README.md", "")]);
    let manifest = r#"{"name":"@acme/lib","version":"1.0.0","main":"index.js"}"#;
    let index = format!("module.exports = \"{text}\";\n");
    host.put("/npm/@acme/lib/-/lib-1.0.0.tgz", &npm_package(&[("package.json", manifest), ("index.js", &index)]));
    let url = format!("http://{}/npm", host.name());
    let project = Project::spec(&format!(
        "secrets: {{ login: {{ required: false }} }}\nimages:\n  app:\n    node: {{ node: \"24\", private: [{{ host: \"http://{}\", secret: login }}], output: [index.js] }}\n    cmd: [index.js]\n",
        host.name()
    ))
    .with(".npmrc", &format!("@acme:registry={url}/\n"))
    .with("package.json", r#"{"name":"app","version":"1.0.0","dependencies":{"@acme/lib":"1.0.0"}}"#)
    .with("package-lock.json", &format!(
        r#"{{"name":"app","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{{"":{{"name":"app","version":"1.0.0","dependencies":{{"@acme/lib":"1.0.0"}}}},"node_modules/@acme/lib":{{"version":"1.0.0","resolved":"{url}/@acme/lib/-/lib-1.0.0.tgz"}}}}}}"#
    ))
    .with("index.js", "console.log(require('@acme/lib'));\n");
    refused(&build(&project).run(), &host);
    leaves_nothing_behind(&project, &host, &[], "me", &password);

    // A token also works; the registry receives it in another form.
    project.replace("package.json", "\"app\"", &format!("\"{}\"", unique("app")));
    let image = Loaded::new("private");
    let _ = with_secret(build(&project), &project, &password).args(image.arguments()).succeed();
    assert_eq!(run([&image.tag]).trim(), text);
}

#[test]
fn a_python_package_comes_from_an_index_that_requires_a_login() {
    let (text, password) = (unique("package"), unique("s3cr3t"));
    let host = PrivateHost::start("me", &password, &[("README.md", "")]);
    let wheel = zip(&[
        ("acme_lib.py", &format!("TEXT = \"{text}\"\n")),
        ("acme_lib-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme-lib\nVersion: 1.0\n"),
        (
            "acme_lib-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        (
            "acme_lib-1.0.dist-info/RECORD",
            "acme_lib.py,,\nacme_lib-1.0.dist-info/METADATA,,\nacme_lib-1.0.dist-info/WHEEL,,\nacme_lib-1.0.dist-info/RECORD,,\n",
        ),
    ]);
    host.put(
        "/simple/acme-lib/",
        b"<a href=\"/files/acme_lib-1.0-py3-none-any.whl\">acme_lib-1.0-py3-none-any.whl</a>",
    );
    host.put("/files/acme_lib-1.0-py3-none-any.whl", &wheel);
    let project = Project::spec(&format!(
        "secrets: {{ login: {{ required: false }} }}\nimages:\n  app:\n    python: {{ python: \"3.11\", private: [{{ host: \"http://{}\", secret: login }}] }}\n    runtime: slim\n    entrypoint: [python3, app.py]\n",
        host.name()
    ))
    .with("requirements.txt", &format!("--index-url http://{}/simple\nacme-lib==1.0\n", host.name()))
    .with("app.py", "import acme_lib\n\nprint(acme_lib.TEXT)\n");
    refused(&build(&project).run(), &host);
    leaves_nothing_behind(&project, &host, &[], "me", &password);
    let image = Loaded::new("private");
    let _ = build(&project).args(image.arguments()).succeed();
    assert_eq!(run([&image.tag]).trim(), text);
}

#[test]
fn a_missing_login_is_an_error_with_its_location() {
    let project = Project::go(
        "secrets: { login: {} }\nimages:\n  app:\n    go:\n      private:\n        - { host: git.acme.test, secret: login }\n",
    )
    .with("go.mod", "module example.com/app\n\ngo 1.24\n\nrequire git.acme.test/x.git v1.0.0\n")
    .with("go.sum", "");
    let outcome = Build::of(&project).fail();
    assert!(outcome.message.contains("secret login: not found"), "{}", outcome.message);
}

/// Tests that count steps, see tests/src/alone.rs.
mod alone {
    use super::*;

    #[test]
    fn a_go_module_comes_from_a_git_server_that_requires_a_login() {
        let _alone = alone();
        let (text, password) = (unique("module"), unique("s3cr3t"));
        let name = format!("{}.acme.test", unique("git"));
        let module = format!("{name}/team/lib.git");
        let go_mod = format!("module {module}\n\ngo 1.24\n");
        let go = format!("package lib\n\nconst Text = \"{text}\"\n");
        let host = PrivateHost::start("me", &password, &[("go.mod", &go_mod), ("lib.go", &go)]);
        let sums = [
            format!(
                "{module} v1.0.0 {}\n",
                go_sum(&[(format!("{module}@v1.0.0/go.mod"), &go_mod), (format!("{module}@v1.0.0/lib.go"), &go)])
            ),
            format!("{module} v1.0.0/go.mod {}\n", go_sum(&[("go.mod".to_owned(), &go_mod)])),
        ];
        let project = Project::go(&format!(
        "secrets: {{ login: {{ required: false }} }}\nimages:\n  app: {{ go: {{ private: [{{ host: \"http://{name}/team\", secret: login }}] }} }}\n"
    ))
    .with("go.mod", &format!("module example.com/app\n\ngo 1.24\n\nrequire {module} v1.0.0\n"))
    .with("go.sum", &sums.concat())
    .with("main.go", &format!("package main\n\nimport (\n\t\"fmt\"\n\n\t\"{module}\"\n)\n\nfunc main() {{ fmt.Println(lib.Text) }}\n"));
        let proxy = ["--build-arg".to_owned(), format!("http_proxy=http://{}", host.name())];
        refused(&build(&project).args(&proxy).run(), &host);
        refused(&with_secret(build(&project).args(&proxy), &project, "me:wrong").run(), &host);

        leaves_nothing_behind(&project, &host, &proxy, "me", &password);
        let image = Loaded::new("private");
        let again = build(&project).args(&proxy).args(image.arguments()).succeed();
        assert!(again.is_cached("go mod download"), "neither the secret's value nor its absence is part of the key");
        assert_eq!(run([&image.tag]).trim(), text);
    }
}
