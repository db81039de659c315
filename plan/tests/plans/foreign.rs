//! Programs in `files` that do not run in their image.

#![allow(clippy::indexing_slicing)] // Everything here is test code.

use crate::support::{go_project, make, request};

/// A program for 64 bits; its processor has a number below 128, so that it is text.
fn elf(machine: u8, loader: &str) -> &'static str {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(64 + 56, 0);
    (bytes[16], bytes[18], bytes[32], bytes[54], bytes[56]) = (2, machine, 64, 56, 1);
    if !loader.is_empty() {
        (bytes[64], bytes[64 + 8], bytes[64 + 32]) = (3, 120, u8::try_from(loader.len() + 1).unwrap());
        bytes.extend(loader.bytes().chain([0]));
    }
    String::from_utf8(bytes).unwrap().leak()
}

const AMD64: u8 = 62;
const I386: u8 = 3;

/// What is said about an image with a file.
fn said(keys: &str, platform: &str) -> String {
    let mut project = go_project();
    let windows: String = format!("MZ{}\u{40}{}PE\0\0", "\0".repeat(0x3a), "\0".repeat(3));
    project.files.extend([
        ("bin/static", elf(AMD64, "")),
        ("bin/glibc", elf(AMD64, "/lib64/ld-linux-x86-64.so.2")),
        ("bin/musl", elf(AMD64, "/lib/ld-musl-x86_64.so.1")),
        ("bin/odd", elf(I386, "")),
        ("bin/windows", windows.leak()),
        ("bin/script", "#!/bin/sh\n"),
    ]);
    let spec = format!("images: {{ api: {{ go: ./cmd/api, {keys} }} }}");
    let plan = make(&project, &spec, Some("api"), platform, &request()).unwrap();
    let found = plan.contents.unwrap().foreign;
    found.into_iter().map(|found| format!("{}; {}", found.message, found.help)).collect::<Vec<_>>().join("\n")
}

#[test]
fn programs_for_another_processor_or_system_are_reported() {
    let in_bin = |file: &str| format!("files: {{ /usr/local/bin/: ./bin/{file} }}");
    let other = "`bin/static` is a program for linux/amd64, but the image is for linux/arm64; ";
    assert!(said(&in_bin("static"), "linux/arm64").starts_with(other));
    assert!(said("files: { /tool: ./bin/static }, healthcheck: { run: [/tool] }", "linux/arm64").starts_with(other));
    assert!(said("files: { /opt/bin/tool: ./bin/static }", "linux/arm64").starts_with(other));
    assert!(said(&in_bin("windows"), "linux/amd64").starts_with("`bin/windows` is a program for Windows, but"));
    let own = ["static", "script", "odd"].map(|file| said(&in_bin(file), "linux/amd64"));
    assert_eq!(own, ["", "", ""]);
    let data = said("files: { /srv/downloads/: ./bin/static, /srv/all/: ./bin }", "linux/arm64");
    assert_eq!(data, "", "files that are not run may be for any processor");
}

#[test]
fn programs_whose_loader_is_missing_are_reported() {
    let on = |runtime: &str, file: &str, more: &str| {
        said(&format!("runtime: '{runtime}', files: {{ /usr/local/bin/x: ./bin/{file}{more} }}"), "linux/amd64")
    };
    insta::assert_snapshot!(
        [
            on("scratch", "glibc", ""),
            on("static", "glibc", ""),
            on("alpine:3.22", "glibc", ""),
            on("debian:12-slim", "musl", ""),
            on("scratch", "musl", ""),
        ]
        .join("\n")
    );
    for right in [
        on("base", "glibc", ""),
        on("debian:12-slim", "glibc", ""),
        on("alpine:3.22", "musl", ""),
        on("acme/base:1", "musl", ""),
        on("scratch", "static", ""),
        on("scratch", "glibc", ", /lib64/ld-linux-x86-64.so.2: ./bin/script"),
    ] {
        assert_eq!(right, "");
    }
    let packages = "runtime: 'alpine:3.22', packages: [gcompat], files: { /usr/local/bin/x: ./bin/glibc }";
    assert_eq!(said(packages, "linux/amd64"), "");
}
