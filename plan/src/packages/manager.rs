//! Package managers: the command, the script and the caches of each.

use super::Packages;
use crate::contents::Manager;
use crate::shell::{self, Text};
use crate::{Mount, Platform, Sharing};

const APT: &str = shell::script(include_str!("apt.sh"));
const APT_REPOSITORY: &str = shell::script(include_str!("apt_repository.sh"));
const APK: &str = shell::script(include_str!("apk.sh"));
const APK_REPOSITORY: &str = shell::script(include_str!("apk_repository.sh"));
const DNF: &str = shell::script(include_str!("dnf.sh"));
const DNF_REPOSITORY: &str = shell::script(include_str!("dnf_repository.sh"));
const WHICH: &str = shell::script(include_str!("which.sh"));

/// Packages that Slipway itself requires: their names for apt, apk and dnf.
const OWN: &[(&str, &str, &str)] = &[
    ("build-essential", "build-base", "gcc gcc-c++ make"),
    ("libc6-dev", "musl-dev", "glibc-devel"),
    ("openssh-client", "openssh-client", "openssh-clients"),
    ("pkg-config", "pkgconf", "pkgconf-pkg-config"),
];

impl Manager {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Apt => "apt",
            Self::Apk => "apk",
            Self::Dnf => "dnf",
            Self::Microdnf => "microdnf",
            Self::None | Self::Unknown => "the package manager",
        }
    }

    /// Its command: `apt-get install`.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Apt => "apt-get install",
            Self::Apk => "apk add",
            Self::Dnf => "dnf install",
            Self::Microdnf => "microdnf install",
            Self::None | Self::Unknown => "install",
        }
    }

    /// The ends of the names of its package files.
    pub(super) fn files(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &[".deb"],
            Self::Apk => &[".apk"],
            Self::Dnf | Self::Microdnf => &[".rpm"],
            Self::None | Self::Unknown => &[".deb", ".apk", ".rpm"],
        }
    }

    /// The script that installs its arguments, and files. If the manager is unknown, the script looks for one.
    pub(super) fn script(self, packages: &Packages) -> Text {
        match self {
            Self::Apt => apt(packages),
            Self::Apk => Text::from(shell::AGAIN) + apk(packages),
            Self::Dnf | Self::Microdnf => Text::from(shell::AGAIN) + dnf(packages),
            Self::None | Self::Unknown => {
                let function = |name: &'static str, body: Text| Text::from(name) + "() {\n" + body + "}\n";
                Text::from(shell::AGAIN)
                    + function("with_apt", apt(packages))
                    + function("with_apk", apk(packages))
                    + function("with_dnf", dnf(packages))
                    + WHICH
            }
        }
    }

    /// Mounts of its script. Managers lock their caches neither against other machines nor against other containers.
    /// If a list cannot be verified, apt uses the one that is there, so lists of other repositories are not kept.
    pub(super) fn mounts(self, platform: &Platform, packages: &Packages) -> Vec<Mount> {
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
        let caches = caches.map(|(folder, name)| match *name == "apt-lists" && packages.has_repositories() {
            true => Mount::tmpfs(*folder),
            false => Mount::cache(*folder, format!("slipway/{name}/{platform}"), Sharing::Locked),
        });
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
}

/// A script between lines that add repositories and lines that remove them.
fn with_repositories(packages: &Packages, add: &'static str, script: Text, remove: &'static str) -> Text {
    if packages.has_repositories() { Text::from(add) + packages.repository_lines() + script + remove } else { script }
}

/// A script whose arguments are names and files.
fn with_files(packages: &Packages, script: &'static str) -> Text {
    let files = packages.file_words();
    if files.is_empty() { script.into() } else { Text::from("set -- \"$@\"") + files + "\n" + script }
}

fn apt(packages: &Packages) -> Text {
    let remove = "rm -f /etc/apt/sources.list.d/slipway-*.sources\n";
    with_repositories(packages, APT_REPOSITORY, with_files(packages, APT), remove)
}

fn dnf(packages: &Packages) -> Text {
    let remove = "rm -f /etc/yum.repos.d/slipway-*.repo\n";
    with_repositories(packages, DNF_REPOSITORY, with_files(packages, DNF), remove)
}

/// A file is not signed by a key of the image, so apk has to accept that. It does so without repositories: what the file
/// needs has to be installed by name.
fn apk(packages: &Packages) -> Text {
    let files = packages.file_words();
    let unsigned = "again apk add --no-progress --no-network --repositories-file /dev/null --allow-untrusted --cache-dir /var/cache/apk";
    let script = match (packages.names.is_empty(), files.is_empty()) {
        (_, true) => Text::from(APK),
        (false, false) => Text::from(APK) + unsigned + files + "\nrm -rf /var/log/apk.log\n",
        (true, false) => Text::from(unsigned) + files + "\nrm -rf /var/log/apk.log\n",
    };
    let remove = "cat /tmp/repositories >/etc/apk/repositories\n[ -z \"$keys\" ] || rm $keys\n";
    with_repositories(packages, APK_REPOSITORY, script, remove)
}
