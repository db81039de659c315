//! Where dependencies are installed: on the build platform if there are wheels for the target, otherwise on the target.

use slipway_project::python::{Needs, PythonProject, Tool, manylinux, native, normal_name, without_wheel};

use crate::Platform;

/// The platform of the dependency step, and its name for the installer.
pub(super) enum Place {
    /// On the build platform, with options for the installer if that is not the target.
    Build(Vec<String>),
    /// On the target platform, and why.
    Target(String),
}

/// A platform in the notation of wheels: `aarch64`.
fn architecture(platform: &Platform) -> Option<&'static str> {
    match (platform.os(), platform.arch()) {
        ("linux", "amd64") => Some("x86_64"),
        ("linux", "arm64") => Some("aarch64"),
        _ => None,
    }
}

/// The newest minor version of the GNU C library that uv accepts for another platform. Wheels for an older one run, too.
const UV_GLIBC: u32 = 40;

/// The uv release that can install a lockfile for another platform.
const CROSS_UV: (u32, u32) = (0, 9);

/// Chooses the platform of the dependency step.
pub(super) fn choose(
    project: &PythonProject,
    needs: &Needs,
    (build, target, glibc): (&Platform, &Platform, u32),
    options: &[String],
    compiles: bool,
) -> Place {
    if build.os() == target.os() && build.arch() == target.arch() {
        return Place::Build(Vec::new());
    }
    let Some(architecture) = architecture(target) else {
        return Place::Target(format!("this preset does not know the wheels for {target}"));
    };
    if let Some(option) = options.iter().find(|option| option.starts_with("--no-binary")) {
        return Place::Target(format!("`{option}` compiles packages"));
    }
    let lacking = |names: Vec<&str>| {
        (!names.is_empty()).then(|| {
            let first: Vec<_> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
            let more = names.len() - first.len();
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            (format!("{}{more}", first.join(", ")), names.len() == 1)
        })
    };
    match &project.tool {
        Tool::Uv { version, .. } => {
            let Some(locked) = &needs.locked else {
                return Place::Target("the lockfile does not list wheels".to_owned());
            };
            if release(version) < CROSS_UV {
                return Place::Target(format!("uv {version} installs for its own platform only"));
            }
            match lacking(without_wheel(locked, &project.version, architecture)) {
                Some((names, one)) => {
                    let has = if one { "has" } else { "have" };
                    Place::Target(format!("{names} {has} no wheel for it in `uv.lock`"))
                }
                None => Place::Build(vec![
                    "--python-platform".to_owned(),
                    format!("{architecture}-manylinux_2_{}", glibc.min(UV_GLIBC)),
                    "--no-build".to_owned(),
                ]),
            }
        }
        Tool::Poetry { .. } => match lacking(native(needs.locked.as_deref().unwrap_or_default())) {
            Some((names, one)) => {
                let is = if one { "is" } else { "are" };
                Place::Target(format!(
                    "{names} {is} specific to a platform, and Poetry installs for its own platform only"
                ))
            }
            None => Place::Build(Vec::new()),
        },
        Tool::Pip { .. } if compiles => Place::Target("`packages.build` is for compiling packages".to_owned()),
        Tool::Pip { .. } => {
            let mut tags: Vec<_> =
                (17..=glibc).rev().map(|minor| format!("manylinux_2_{minor}_{architecture}")).collect();
            tags.push(format!("manylinux2014_{architecture}"));
            if architecture == "x86_64" {
                tags.extend(
                    ["manylinux_2_12_x86_64", "manylinux2010_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"]
                        .map(str::to_owned),
                );
            }
            tags.push(format!("linux_{architecture}"));
            let mut words = vec!["--only-binary=:all:".to_owned()];
            words.extend(tags.into_iter().flat_map(|tag| ["--platform".to_owned(), tag]));
            Place::Build(words)
        }
    }
}

/// Whether packages may be compiled when they are installed.
pub(super) fn may_compile(project: &PythonProject, needs: &Needs, target: &Platform, options: &[String]) -> bool {
    let (Some(locked), Some(architecture)) = (&needs.locked, architecture(target)) else { return true };
    !options.is_empty() || !without_wheel(locked, &project.version, architecture).is_empty()
}

/// Packages that do not work without their machine code, by normalized name, for projects whose wheels are unknown.
const COMPILED: &[&str] = &[
    "asyncpg",
    "bcrypt",
    "cryptography",
    "grpcio",
    "lxml",
    "numpy",
    "orjson",
    "pandas",
    "pillow",
    "psycopg2-binary",
    "pydantic-core",
    "pynacl",
    "scikit-learn",
    "scipy",
    "tiktoken",
    "torch",
    "uvloop",
];
/// Packages that work without their machine code if it cannot be loaded.
const FALLBACK: &[&str] = &["coverage", "markupsafe", "msgpack", "pyyaml", "simplejson", "wrapt"];

/// Names of packages that are linked with the GNU C library.
pub(super) fn linked(needs: &Needs) -> Vec<String> {
    let mut names: Vec<String> = match &needs.locked {
        Some(locked) => manylinux(locked).into_iter().map(normal_name).collect(),
        None => needs.named.iter().filter(|name| COMPILED.contains(&name.as_str())).cloned().collect(),
    };
    names.retain(|name| !FALLBACK.contains(&name.as_str()));
    names.sort();
    names.dedup();
    names
}

fn release(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or_default());
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}
