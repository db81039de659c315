//! Packages of the distribution, as far as images of presets need them.

use slipway_spec::yaml::quoted;

use crate::image::{Image, list, map};
use crate::program::Language;
use crate::told::Told;

/// Packages that images of presets have, or do not need.
const NEEDLESS: &[&str] = &[
    "ca-certificates",
    "tzdata",
    "curl",
    "wget",
    "bash",
    "git",
    "libc6-compat",
    "libgcc",
    "libstdc++",
    "musl",
    "gcompat",
    "openssl",
    "dumb-init",
    "tini",
    "su-exec",
    "gosu",
    "busybox",
    "busybox-extras",
    "netcat",
    "netcat-openbsd",
    "shadow",
    "upx",
    "procps",
    "apt-utils",
    "apt-transport-https",
    "gnupg",
    "gnupg2",
    "lsb-release",
    "software-properties-common",
    "build-essential",
    "libc6",
    "locales",
];
/// Packages that only builds need.
const COMPILERS: &[&str] = &[
    "gcc",
    "g++",
    "make",
    "musl-dev",
    "build-base",
    "python3",
    "python3-dev",
    "pkg-config",
    "pkgconf",
    "cmake",
    "linux-headers",
    "libffi-dev",
    "libc-dev",
    "libc6-dev",
];

/// Programs that build scripts of crates start, by their packages in Dockerfiles, and by those in Debian. The image of
/// the toolchain has compilers and common libraries, but none of these.
const OF_BUILD_SCRIPTS: &[(&str, &str)] = &[
    ("protoc", "protobuf-compiler"),
    ("protobuf", "protobuf-compiler"),
    ("protobuf-compiler", "protobuf-compiler"),
    ("protobuf-dev", "libprotobuf-dev"),
    ("libprotobuf-dev", "libprotobuf-dev"),
    ("cmake", "cmake"),
    ("clang", "clang"),
    ("clang-dev", "libclang-dev"),
    ("libclang-dev", "libclang-dev"),
    ("nasm", "nasm"),
];

/// Packages that crates need when they are compiled: what the stage of the compiler installs.
fn of_build_scripts(told: &Told) -> Vec<String> {
    let of_rust = told.commands.iter().filter(|(language, _)| *language == Some(Language::Rust));
    let installs = of_rust.map(|(_, words)| words).filter(|words| {
        words.iter().any(|word| matches!(word.as_str(), "install" | "add"))
            && words.iter().any(|word| matches!(word.as_str(), "apt-get" | "apt" | "apk"))
    });
    let words: Vec<&String> = installs.flatten().collect();
    let is_named = |package: &str| words.iter().any(|word| word.split(['=', '~']).next() == Some(package));
    let mut packages: Vec<String> = Vec::new();
    for (named, package) in OF_BUILD_SCRIPTS {
        if is_named(named) && !packages.iter().any(|known| known == package) {
            packages.push((*package).to_owned());
        }
    }
    packages
}

/// Packages of the image and of its build.
pub(crate) fn packages(image: &mut Image, language: Language, told: &mut Told, options: &mut Vec<(String, String)>) {
    let named = told.packages.iter().map(|package| package.split(['=', '~', '>', '<']).next().unwrap_or_default());
    let named: Vec<String> =
        named.filter(|package| !package.is_empty() && !package.contains('$')).map(str::to_owned).collect();
    let mut kept: Vec<String> = Vec::new();
    for package in named.into_iter().filter(|package| !NEEDLESS.contains(&package.as_str())) {
        if !kept.contains(&package) {
            kept.push(package);
        }
    }
    if language == Language::Rust {
        let of_build = of_build_scripts(told);
        if !of_build.is_empty() {
            options.push(("packages".to_owned(), list(&of_build)));
        }
    }
    let interprets = matches!(language, Language::Python | Language::Node);
    let for_build = |package: &String| COMPILERS.contains(&package.as_str()) || package.ends_with("-dev");
    let runtime: Vec<String> = kept.iter().filter(|package| !COMPILERS.contains(&package.as_str())).cloned().collect();
    if runtime.is_empty() && !kept.iter().any(for_build) {
        return;
    }
    if interprets && told.has_apk {
        if !runtime.is_empty() {
            told.lost
                .push(format!("packages of Alpine Linux ({}), which have other names in Debian", runtime.join(", ")));
        }
        return;
    }
    if interprets {
        let build: Vec<String> = kept.iter().filter(|package| for_build(package)).cloned().collect();
        let lists = [("build", &build), ("runtime", &runtime)].into_iter().filter(|(_, list)| !list.is_empty());
        let lists: Vec<_> = lists.map(|(key, words)| (key.to_owned(), list(words))).collect();
        if language == Language::Node && !runtime.is_empty() && !image.has("runtime") {
            image.set("runtime", "slim");
            to_entrypoint(image);
        }
        options.push(("packages".to_owned(), map(&lists)));
        return;
    }
    if !image.has("runtime") && !runtime.is_empty() {
        image.set("runtime", quoted(&told.base));
    }
    if !runtime.is_empty() {
        image.set("packages", list(&runtime));
    }
}

/// Without distroless, `node` is no entrypoint.
fn to_entrypoint(image: &mut Image) {
    for key in image.keys.iter_mut().filter(|key| key.name == "cmd") {
        key.value = key.value.replacen('[', "[node, ", 1);
    }
}
