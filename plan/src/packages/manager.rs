//! Package managers: the command, the script and the caches of each.

use crate::contents::Manager;
use crate::shell::{self, Text};
use crate::{Mount, Platform, Sharing};

const APT: &str = shell::script(include_str!("apt.sh"));
const APK: &str = shell::script(include_str!("apk.sh"));
const DNF: &str = shell::script(include_str!("dnf.sh"));
const WHICH: &str = shell::script(include_str!("which.sh"));

/// Packages that Slipway itself requires: their names for apt, apk and dnf.
const OWN: &[(&str, &str, &str)] = &[
    ("build-essential", "build-base", "gcc gcc-c++ make"),
    ("libc6-dev", "musl-dev", "glibc-devel"),
    ("openssh-client", "openssh-client", "openssh-clients"),
    ("pkg-config", "pkgconf", "pkgconf-pkg-config"),
];

impl Manager {
    /// Its command: `apt-get install`.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Apt => "apt-get install",
            Self::Apk => "apk add",
            Self::Dnf => "dnf install",
            Self::Microdnf => "microdnf install",
            Self::None | Self::Unknown => "install",
        }
    }

    /// The script that installs its arguments. If the manager is unknown, the script looks for one.
    pub(super) fn script(self) -> Text {
        match self {
            Self::Apt => Text::from(APT),
            Self::Apk => Text::from(shell::AGAIN) + APK,
            Self::Dnf | Self::Microdnf => Text::from(shell::AGAIN) + DNF,
            Self::None | Self::Unknown => {
                let function = |name: &'static str, body: &'static str| Text::from(name) + "() {\n" + body + "}\n";
                Text::from(shell::AGAIN)
                    + function("with_apt", APT)
                    + function("with_apk", APK)
                    + function("with_dnf", DNF)
                    + WHICH
            }
        }
    }

    /// Mounts of its script. Managers lock their caches neither against other machines nor against other containers.
    pub(super) fn mounts(self, platform: &Platform) -> Vec<Mount> {
        let all: &[(&str, &str)] = &[
            ("/var/cache/apt", "apt-archives"),
            ("/var/lib/apt/lists", "apt-lists"),
            ("/var/cache/apk", "apk"),
            ("/var/cache/dnf", "dnf"),
        ];
        let is_its = |name: &str| match self {
            Self::Apt => name.starts_with("apt"),
            Self::Apk => name == "apk",
            Self::Dnf | Self::Microdnf => name == "dnf",
            Self::None | Self::Unknown => true,
        };
        let caches = all.iter().filter(|(_, name)| is_its(name));
        let caches =
            caches.map(|(folder, name)| Mount::cache(*folder, format!("slipway/{name}/{platform}"), Sharing::Locked));
        caches.chain([Mount::tmpfs("/tmp")]).collect()
    }

    /// Its names of packages that Slipway itself requires, by their Debian names.
    pub(crate) fn own(self, debian: &[&str]) -> Vec<String> {
        let of = |name: &&str| {
            let known = OWN.iter().find(|(debian, ..)| debian == name);
            let names = known.map_or(*name, |(_, apk, dnf)| match self {
                Self::Apk => apk,
                Self::Dnf | Self::Microdnf => dnf,
                Self::Apt | Self::None | Self::Unknown => name,
            });
            names.split(' ').map(str::to_owned).collect::<Vec<_>>()
        };
        debian.iter().flat_map(of).collect()
    }

    /// If a version in a name has another form than this manager's: the manager's name, and the correct form.
    pub(super) fn objection(self, name: &str) -> Option<(&'static str, String)> {
        let (bare, rest) = name.split_at(name.find(['=', '~', '<', '>', '@', '^']).unwrap_or(name.len()));
        let version = rest.strip_prefix('=').unwrap_or("VERSION");
        let (manager, separator) = match self {
            Self::Apt => ("apt", '='),
            Self::Dnf => ("dnf", '-'),
            Self::Microdnf => ("microdnf", '-'),
            Self::Apk | Self::None | Self::Unknown => return None,
        };
        // `~` and `^` are parts of versions, `@` starts the name of a group for dnf.
        let strange: &[char] = if separator == '=' { &['<', '>', '@', '^'] } else { &['=', '<', '>'] };
        name.contains(strange).then(|| (manager, format!("{bare}{separator}{version}")))
    }
}
