//! What a build needs of the base of its image: programs, libraries, machine code for its C library.

use crate::contents::of;
use crate::entrypoints::python_project;
use crate::support::{Memory, go_project, make, request};

#[test]
fn the_output_of_a_build_does_not_run_on_every_image() {
    let mut project = go_project();
    project.files.extend([
        ("c/go.mod", "module c\n\ngo 1.24\n"),
        ("c/main.go", "package main\n\nimport \"C\"\n\nfunc main() {}\n"),
        ("rs/Cargo.toml", "[package]\nname = \"rs\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("rs/Cargo.lock", "version = 4\n\n[[package]]\nname = \"rs\"\nversion = \"0.1.0\"\n"),
        ("rs/src/main.rs", "fn main() {}\n"),
        ("j/pom.xml", "<project><artifactId>j</artifactId><properties><maven.compiler.release>21</maven.compiler.release></properties></project>"),
        ("py/requirements.txt", ""),
        ("py/.python-version", "3.13\n"),
        ("py/main.py", "print(1)\n"),
        ("lib/ld.so", ""),
    ]);
    let c = "go: { source: ./c, cgo: true }";
    let cxx = "go: { source: ./c, cgo: true, packages: [g++] }";
    let python = "python: ./py, entrypoint: [python, main.py]";
    let said = |build: &str, runtime: &str| {
        let spec = format!("images: {{ api: {{ {build}, runtime: {runtime} }} }}");
        match make(&project, &spec, None, "linux/amd64", &request()) {
            Ok(plan) => {
                plan.contents.and_then(|contents| contents.lack).map_or_else(|| "fine".to_owned(), |lack| lack.what)
            }
            Err(said) => said.split_once(": ").map_or_else(String::new, |(_, said)| said.to_owned()),
        }
    };
    insta::assert_snapshot!(
        [
            (c, "alpine:3.22"),
            ("go: { source: ./c, cgo: true, ldflags: -extldflags=-static }", "alpine:3.22"),
            (c, "gcr.io/distroless/static-debian13"),
            (c, "busybox:1.37-musl"),
            (c, "gcr.io/distroless/base-debian13"),
            (cxx, "gcr.io/distroless/base-debian13"),
            (c, "debian:bullseye-slim"),
            (c, "ubuntu:20.04"),
            ("go: ./cmd/api, env: {}", "alpine:3.22"),
            ("go: { main: ./cmd/api, env: { GOFLAGS: -buildmode=pie } }", "alpine:3.22"),
            ("rust: ./rs", "node:24-alpine"),
            ("rust: ./rs", "busybox:1.37"),
            ("rust: ./rs", "gcr.io/distroless/cc-debian11"),
            ("rust: ./rs", "rockylinux:8"),
            ("rust: ./rs", "amazonlinux:2"),
            ("rust: { source: ./rs, static: true }", "alpine:3.22"),
            ("rust: ./rs, packages: [curl]", "debian:bullseye"),
            ("java: ./j, packages: [openjdk-21-jre-headless]", "debian:trixie-slim"),
            ("rust: ./rs, files: { /lib64/ld.so: ./lib/ld.so }", "alpine:3.22"),
            ("java: ./j", "eclipse-temurin:17-jre"),
            ("java: ./j", "gcr.io/distroless/java17-debian13"),
            ("java: ./j", "debian:trixie-slim"),
            (python, "python:3.12-slim"),
            (python, "gcr.io/distroless/python3-debian13"),
            (python, "debian:trixie-slim"),
        ]
        .map(|(build, runtime)| format!("{build} on {runtime}: {}\n", said(build, &format!("\"{runtime}\""))))
        .concat(),
        @r#"
        go: { source: ./c, cgo: true } on alpine:3.22: the output of the build does not run on `alpine:3.22`: it has musl; programs with `cgo: true` require the GNU C library; delete `runtime`, or link statically with `ldflags: -extldflags=-static`
        go: { source: ./c, cgo: true, ldflags: -extldflags=-static } on alpine:3.22: fine
        go: { source: ./c, cgo: true } on gcr.io/distroless/static-debian13: the output of the build does not run on `gcr.io/distroless/static-debian13`: it has no C library; programs with `cgo: true` require the GNU C library; delete `runtime`, or link statically with `ldflags: -extldflags=-static`
        go: { source: ./c, cgo: true } on busybox:1.37-musl: the output of the build does not run on `busybox:1.37-musl`: it has musl; programs with `cgo: true` require the GNU C library; delete `runtime`, or link statically with `ldflags: -extldflags=-static`
        go: { source: ./c, cgo: true } on gcr.io/distroless/base-debian13: fine
        go: { source: ./c, cgo: true, packages: [g++] } on gcr.io/distroless/base-debian13: the output of the build does not run on `gcr.io/distroless/base-debian13`: it has no `libstdc++.so.6`, which programs of this build need; delete `runtime`, or use an image that has it, such as `runtime: slim`
        go: { source: ./c, cgo: true } on debian:bullseye-slim: its GNU C library is older than the one that programs of this build are linked with
        go: { source: ./c, cgo: true } on ubuntu:20.04: its GNU C library is older than the one that programs of this build are linked with
        go: ./cmd/api, env: {} on alpine:3.22: fine
        go: { main: ./cmd/api, env: { GOFLAGS: -buildmode=pie } } on alpine:3.22: the output of the build does not run on `alpine:3.22`: it has musl; `-buildmode=pie` creates a program that requires the GNU C library; delete `runtime`, or the option in `GOFLAGS`
        rust: ./rs on node:24-alpine: the output of the build does not run on `node:24-alpine`: it has musl; programs of this build require the GNU C library; delete `runtime`, or add `static: true` to the build to link it statically
        rust: ./rs on busybox:1.37: the output of the build does not run on `busybox:1.37`: it has no `libgcc_s.so.1`, which programs of this build need; delete `runtime`, or use an image that has it, such as `runtime: slim`
        rust: ./rs on gcr.io/distroless/cc-debian11: its GNU C library is older than the one that programs of this build are linked with
        rust: ./rs on rockylinux:8: its GNU C library is older than the one that programs of this build are linked with
        rust: ./rs on amazonlinux:2: its GNU C library is older than the one that programs of this build are linked with
        rust: { source: ./rs, static: true } on alpine:3.22: fine
        rust: ./rs, packages: [curl] on debian:bullseye: its GNU C library is older than the one that programs of this build are linked with
        java: ./j, packages: [openjdk-21-jre-headless] on debian:trixie-slim: fine
        rust: ./rs, files: { /lib64/ld.so: ./lib/ld.so } on alpine:3.22: fine
        java: ./j on eclipse-temurin:17-jre: it has Java 17, but the classes are compiled for Java 21
        java: ./j on gcr.io/distroless/java17-debian13: it has Java 17, but the classes are compiled for Java 21
        java: ./j on debian:trixie-slim: it has no Java
        python: ./py, entrypoint: [python, main.py] on python:3.12-slim: it has Python 3.12, but the environment of the build is for Python 3.13
        python: ./py, entrypoint: [python, main.py] on gcr.io/distroless/python3-debian13: its Python is at another path than the environment of the build expects
        python: ./py, entrypoint: [python, main.py] on debian:trixie-slim: it has no Python
        "#
    );
    for (build, runtime) in [
        (c, "\"debian:13-slim\""),
        (c, "\"ubuntu:22.04\""),
        (c, "\"busybox:1.37\""),
        (c, "mine:1"),
        ("rust: ./rs", "\"amazonlinux:2023\""),
        ("rust: ./rs", "\"fedora:42\""),
        ("rust: ./rs", "\"gcr.io/distroless/java21-debian13\""),
        ("java: ./j", "\"eclipse-temurin:21-jre-alpine\""),
        ("java: ./j", "\"amazoncorretto:21\""),
        (python, "\"python:3.13-alpine\""),
        (python, "\"python:3\""),
        ("python: ./py", "distroless"),
    ] {
        assert_eq!(said(build, runtime), "fine", "{build} on {runtime}");
    }
}

/// The missing libraries of an image.
fn libraries(project: &Memory, keys: &str) -> String {
    let contents = of(project, &format!("images: {{ api: {{ {keys} }} }}")).contents.unwrap();
    contents.libraries.iter().map(|library| library.package).collect::<Vec<_>>().join(" ")
}

#[test]
fn images_require_the_libraries_that_their_builds_link_with() {
    let go = |more: &str, runtime: &str| {
        let keys = format!("go: {{ main: ./cmd/api, cgo: true, {more} }}{runtime}");
        libraries(&go_project(), &keys)
    };
    assert_eq!(go("packages: [libpq-dev, \"zlib1g-dev=1:1.2\", pkg-config]", ""), "libpq5 zlib1g");
    assert_eq!(go("packages: [libssl-dev]", ""), "");
    assert_eq!(go("packages: [libssl-dev, zlib1g-dev]", ", runtime: slim"), "libssl3t64");
    // The release is that of the image.
    for (runtime, expected) in [
        ("debian:bullseye-slim", "libldap-2.4-2 libgit2-1.1"),
        ("debian:bookworm-slim", "libldap-2.5-0 libgit2-1.5"),
        ("gcr.io/distroless/cc-debian12", "libldap-2.5-0 libgit2-1.5"),
        ("debian:13-slim", "libldap2 libgit2-1.9"),
        ("slim", "libldap2 libgit2-1.9"),
        // Their own release is unknown.
        ("python:3.13-slim", "libldap2 libgit2-1.9"),
    ] {
        assert_eq!(go("packages: [libldap-dev, libgit2-dev]", &format!(", runtime: \"{runtime}\"")), expected);
    }
    let bookworm = go("distro: bookworm, packages: [libldap-dev]", ", runtime: \"python:3.13-slim\"");
    assert_eq!(bookworm, "libldap-2.5-0");
    assert_eq!(go("packages: { build: [libpq-dev], runtime: [libpq5] }", ", runtime: slim"), "");
    assert_eq!(go("packages: [libpq-dev]", ", runtime: slim, packages: [postgresql-client]"), "");
    assert_eq!(go("packages: [libvips-dev]", ", runtime: \"debian:trixie-slim\", packages: [libvips42t64]"), "");
    assert_eq!(go("packages: [libpq-dev]", ", runtime: \"acme/base:1\""), "");
    assert_eq!(go("packages: [libpq-dev]", ", files: { /usr/lib/x/libpq.so.5: ./go.mod }"), "");
    assert_eq!(go("ldflags: \"-extldflags=-static\", packages: [libpq-dev]", ""), "");

    let mut project = python_project();
    let python = "python: { source: ., packages: [libpq-dev, libffi-dev, libsqlite3-dev] }";
    // All packages have wheels, so nothing is compiled.
    assert_eq!(libraries(&project, python), "");
    let lock = project.files["uv.lock"].replace("{ name = \"celery\" }]", "{ name = \"psycopg2\" }]")
        + "[[package]]\nname = \"psycopg2\"\nversion = \"2\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/psycopg2-2-cp313-cp313-win_amd64.whl\" }]\n";
    project.files.insert("uv.lock", &*lock.leak());
    assert_eq!(libraries(&project, python), "libpq5");
    assert_eq!(
        libraries(
            &project,
            &python.replace("[libpq", "{ build: [libpq").replace("-dev] }", "-dev], runtime: [libpq5] } }")
        ),
        ""
    );
    assert_eq!(libraries(&project, &format!("{python}, runtime: \"python:3.13\"")), "");

    let node = |lock: &'static str| {
        let mut project = Memory::default();
        project.files.extend([
            ("package.json", "{\"name\":\"a\",\"engines\":{\"node\":\"24\"},\"dependencies\":{\"a\":\"1\"}}"),
            ("package-lock.json", lock),
        ]);
        libraries(&project, "node: { source: ., packages: [libcairo2-dev] }")
    };
    assert_eq!(
        node(
            "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}},\"node_modules/a\":{\"version\":\"1.0.0\",\"hasInstallScript\":true}}}"
        ),
        "libcairo2"
    );
    assert_eq!(
        node(
            "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}},\"node_modules/a\":{\"version\":\"1.0.0\"}}}"
        ),
        ""
    );
}

#[test]
fn machine_code_of_packages_requires_its_c_library() {
    let lack = |project: &Memory, keys: &str| {
        let contents = of(project, &format!("images: {{ api: {{ {keys} }} }}")).contents.unwrap();
        contents.lack.map(|lack| lack.message(&contents.base)).unwrap_or_default()
    };
    let mut project = python_project();
    let alpine = "python: ., runtime: \"python:3.13-alpine\"";
    assert_eq!(lack(&project, alpine), "");
    let lock = project.files["uv.lock"]
        .replace("{ name = \"celery\" }]", "{ name = \"NumPy\" }, { name = \"markupsafe\" }]")
        + "[[package]]\nname = \"numpy\"\nversion = \"2\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/numpy-2-cp313-cp313-manylinux_2_17_x86_64.whl\" }, { url = \"https://x/numpy-2-cp313-cp313-musllinux_1_2_x86_64.whl\" }]\n[[package]]\nname = \"markupsafe\"\nversion = \"3\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [{ url = \"https://x/markupsafe-3-cp313-cp313-manylinux_2_17_x86_64.whl\" }]\n";
    let lock = lock.replace("\"NumPy\"", "\"numpy\"");
    project.files.insert("uv.lock", &*lock.leak());
    assert_eq!(
        lack(&project, alpine),
        "the output of the build does not run on `python:3.13-alpine`: it has musl, and `numpy` is linked with the GNU C library"
    );
    assert_eq!(lack(&project, "python: ., runtime: \"python:3.13-slim\""), "");

    let node = |lock: (&'static str, &'static str), runtime: &str| {
        let mut project = Memory::default();
        project.files.extend([
            (
                "package.json",
                "{\"name\":\"a\",\"engines\":{\"node\":\"24\"},\"dependencies\":{\"sharp\":\"1\",\"bcrypt\":\"5\"}}",
            ),
            lock,
        ]);
        lack(&project, &format!("node: ., runtime: \"{runtime}\""))
    };
    let npm = (
        "package-lock.json",
        "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"sharp\":\"1\",\"bcrypt\":\"5\"}},\"node_modules/sharp\":{\"version\":\"1.0.0\"},\"node_modules/@img/sharp-linux-x64\":{\"version\":\"1.0.0\",\"os\":[\"linux\"],\"cpu\":[\"x64\"],\"optional\":true},\"node_modules/bcrypt\":{\"version\":\"5.0.0\",\"hasInstallScript\":true,\"dependencies\":{\"@mapbox/node-pre-gyp\":\"1\"}}}}",
    );
    let yarn = (
        "yarn.lock",
        "# yarn lockfile v1\n\nsharp@1:\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/sharp/-/sharp-1.0.0.tgz#0\"\n  integrity sha512-x\n\nbcrypt@5:\n  version \"5.0.0\"\n  resolved \"https://registry.yarnpkg.com/bcrypt/-/bcrypt-5.0.0.tgz#0\"\n  integrity sha512-x\n",
    );
    let said = "the output of the build does not run on `node:24-alpine`: it has musl, and ";
    assert_eq!(node(npm, "node:24-alpine"), format!("{said}`@img/sharp`, `bcrypt` are linked with the GNU C library"));
    assert_eq!(node(yarn, "node:24-alpine"), format!("{said}`sharp` is linked with the GNU C library"));
    assert_eq!(node(npm, "node:24-bookworm-slim"), "");
    assert_eq!(node(npm, "slim"), "");
}
