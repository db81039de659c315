//! Platforms as people write them: `linux/amd64`, and similar spellings.

use super::form::Texts;
use crate::decode::Context;
use crate::{Diagnostic, Template};
use slipway_diagnostic::{brief, closest};

/// Architectures that engines accept, and their aliases.
const ARCHITECTURES: &[&str] = &[
    "amd64", "arm64", "arm", "386", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "s390x", "wasm", "x86_64", "x86-64", "aarch64", "i386", "armhf", "armel",
];

/// Names that other tools use for them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("x64", "amd64"),
    ("x86", "386"),
    ("arm32v7", "arm/v7"),
    ("arm32v6", "arm/v6"),
    ("armv7", "arm/v7"),
    ("armv7l", "arm/v7"),
    ("armv6", "arm/v6"),
    ("arm64v8", "arm64"),
    ("armv8", "arm64"),
];

const SYSTEMS: &[&str] = &["linux", "windows", "darwin", "macos", "freebsd", "netbsd", "openbsd", "wasip1", "wasi"];

/// Reports every text that is not a platform, at its own location.
pub(crate) fn platforms(platforms: &[Template], cx: &mut Context) {
    for template in platforms.texts() {
        let Some(written) = template.as_literal() else {
            continue;
        };
        if written.contains(',') {
            let words: Vec<_> = written.split(',').map(str::trim).collect();
            let found =
                Diagnostic::error(template.span, format!("`{}` is several platforms in one text", brief(written)));
            cx.report(found.with_help(format!("write a list, as in `[{}]`", words.join(", "))));
            continue;
        }
        let Some(meant) = wrong(written) else {
            continue;
        };
        let found = Diagnostic::error(template.span, format!("`{}` is not a platform", brief(written)));
        cx.report(match meant {
            Some(meant) => found.with_fix(template.span, meant),
            None => found.with_help("write the system and the architecture, as in `linux/amd64` or `linux/arm/v7`"),
        });
    }
}

/// The architecture that was meant, with its variant; `None` if it is correct or unknown.
fn architecture(written: &str) -> Option<&'static str> {
    let lower = written.to_ascii_lowercase();
    let other = ELSEWHERE.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    other.or_else(|| closest(&lower, ARCHITECTURES.iter().copied()))
}

/// `None` for a valid platform; otherwise what was probably meant.
fn wrong(written: &str) -> Option<Option<String>> {
    let parts: Vec<&str> = written.split('/').collect();
    let is_known = |part: &str| ARCHITECTURES.contains(&part.to_ascii_lowercase().as_str());
    // Versions and features of an operating system follow in parentheses.
    let is_system = |part: &str| {
        let name = part.split('(').next().unwrap_or_default().to_ascii_lowercase();
        SYSTEMS.contains(&name.as_str())
    };
    match parts.as_slice() {
        [system, arch] | [system, arch, _] if is_system(system) && is_known(arch) => {
            let is_empty = parts.get(2).is_some_and(|variant| variant.trim().is_empty());
            is_empty.then(|| Some(format!("{system}/{arch}")))
        }
        [arch] => Some(architecture(arch).map(|arch| format!("linux/{arch}"))),
        [arch, variant] if is_known(arch) => Some(Some(format!("linux/{arch}/{variant}"))),
        [system, arch, rest @ ..] if rest.len() < 2 => {
            let lower = system.to_ascii_lowercase();
            let meant_system = if is_system(system) { Some(*system) } else { closest(&lower, SYSTEMS.iter().copied()) };
            let meant = if is_known(arch) { Some(*arch) } else { architecture(arch) };
            let whole = meant_system.zip(meant).map(|(system, arch)| match rest {
                [variant] if !arch.contains('/') => format!("{system}/{arch}/{variant}"),
                _ => format!("{system}/{arch}"),
            });
            Some(whole)
        }
        _ => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn what_is_meant_is_told() {
        for right in [
            "linux/amd64",
            "linux/arm/v7",
            "linux/x86_64",
            "Linux/ARM64",
            "windows(10.0.20348)/amd64",
            "linux/amd64/v3",
        ] {
            assert_eq!(wrong(right), None, "{right}");
        }
        for (written, meant) in [
            ("linux/adm64", Some("linux/amd64")),
            ("linux/amd46", Some("linux/amd64")),
            ("linux/amr64", Some("linux/arm64")),
            ("linux/arm46", Some("linux/arm64")),
            ("amd64", Some("linux/amd64")),
            ("arm64", Some("linux/arm64")),
            ("arm/v7", Some("linux/arm/v7")),
            ("linux/armv7", Some("linux/arm/v7")),
            ("linx/arm64", Some("linux/arm64")),
            ("linux/arm32v7", Some("linux/arm/v7")),
            ("linux/arm64/", Some("linux/arm64")),
            ("linux", None),
            ("linux/", None),
            ("", None),
            ("a/b/c/d", None),
        ] {
            assert_eq!(wrong(written), Some(meant.map(str::to_owned)), "{written}");
        }
    }
}
