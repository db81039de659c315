//! Users and groups of well-known images, for `check`, which does not read images.

use super::base::{Base, Kind};

/// Users that exist in every image of a distribution, in any release.
const DEBIAN_USERS: &[&str] = &[
    "_apt", "backup", "bin", "daemon", "games", "gnats", "irc", "list", "lp", "mail", "man", "news", "nobody", "proxy",
    "root", "sync", "sys", "uucp", "www-data",
];
const ALPINE_USERS: &[&str] = &[
    "adm",
    "at",
    "bin",
    "cron",
    "cyrus",
    "daemon",
    "ftp",
    "games",
    "guest",
    "halt",
    "lp",
    "mail",
    "man",
    "news",
    "nobody",
    "ntp",
    "operator",
    "postmaster",
    "root",
    "shutdown",
    "smmsp",
    "squid",
    "sshd",
    "svn",
    "sync",
    "uucp",
    "vpopmail",
    "xfs",
];
const BUSYBOX_USERS: &[&str] = &["bin", "daemon", "mail", "nobody", "operator", "root", "sync", "sys", "www-data"];
const DISTROLESS_USERS: &[&str] = &["nobody", "nonroot", "root"];
const DEBIAN_GROUPS: &[&str] = &[
    "_ssh",
    "adm",
    "audio",
    "backup",
    "bin",
    "cdrom",
    "crontab",
    "daemon",
    "dialout",
    "dip",
    "disk",
    "fax",
    "floppy",
    "games",
    "gnats",
    "irc",
    "kmem",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "netdev",
    "news",
    "nogroup",
    "operator",
    "plugdev",
    "proxy",
    "root",
    "sasl",
    "shadow",
    "src",
    "staff",
    "sudo",
    "sys",
    "systemd-journal",
    "tape",
    "tty",
    "users",
    "utmp",
    "uucp",
    "video",
    "voice",
    "www-data",
];
const ALPINE_GROUPS: &[&str] = &[
    "abuild",
    "adm",
    "at",
    "audio",
    "bin",
    "cdrom",
    "cdrw",
    "console",
    "cron",
    "cyrus",
    "daemon",
    "dialout",
    "disk",
    "floppy",
    "ftp",
    "games",
    "input",
    "kmem",
    "kvm",
    "locate",
    "lp",
    "mail",
    "man",
    "netdev",
    "news",
    "nobody",
    "nofiles",
    "nogroup",
    "ntp",
    "ping",
    "postmaster",
    "qemu",
    "readproc",
    "root",
    "scanner",
    "shadow",
    "smmsp",
    "sshd",
    "svn",
    "sys",
    "tape",
    "tty",
    "usb",
    "users",
    "utmp",
    "uucp",
    "video",
    "vpopmail",
    "wheel",
    "www-data",
    "xfs",
];
/// Groups of distroless images without a user.
fn is_extra(group: &str) -> bool {
    matches!(group, "staff" | "tty")
}

impl Base {
    /// Whether it has a user of this name; `None` if unknown.
    #[must_use]
    pub fn has_user(&self, name: &str) -> Option<bool> {
        let users = match self.kind {
            Kind::Scratch if !self.is_furnished() => &[],
            Kind::Scratch | Kind::Distroless(_) => DISTROLESS_USERS,
            Kind::Busybox => BUSYBOX_USERS,
            Kind::Alpine if self.is_plain() => ALPINE_USERS,
            Kind::Debian if self.is_plain() => DEBIAN_USERS,
            Kind::Alpine | Kind::Debian | Kind::RedHat | Kind::Unknown => return None,
        };
        let of_image = matches!((self.official(), name), ("node", "node") | ("ubuntu", "ubuntu"));
        match users.contains(&name) || of_image {
            false if self.is_replaced() => None,
            known => Some(known),
        }
    }

    /// Whether its list of users has a number, and so a home directory; `None` if unknown.
    pub(crate) fn lists_uid(&self, uid: u32) -> Option<bool> {
        let is_nobody = uid == 65534;
        match self.kind {
            Kind::Scratch | Kind::Distroless(_) => Some(uid == 0 || uid == 65532 || is_nobody),
            // System users differ between releases.
            Kind::Debian | Kind::Alpine | Kind::Busybox if self.is_plain() && uid >= 1000 => {
                Some(is_nobody || uid == 1000 && matches!(self.official(), "node" | "ubuntu"))
            }
            _ => None,
        }
    }

    /// Whether it has a group of this name; `None` if unknown.
    #[must_use]
    pub fn has_group(&self, name: &str) -> Option<bool> {
        let groups = match self.kind {
            Kind::Alpine if self.is_plain() => ALPINE_GROUPS,
            Kind::Debian if self.is_plain() => DEBIAN_GROUPS,
            Kind::Scratch | Kind::Distroless(_) => {
                return self.has_user(name).map(|is_user| is_user || self.kind != Kind::Scratch && is_extra(name));
            }
            _ => return None,
        };
        let of_image = matches!((self.official(), name), ("node", "node") | ("ubuntu", "ubuntu"));
        match groups.contains(&name) || of_image {
            false if self.is_replaced() => None,
            known => Some(known),
        }
    }
}
