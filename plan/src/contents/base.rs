//! Known facts about a base image without reading it: from its name, and from its config if it was looked up.
//!
//! Only images with well-known contents are covered: the empty image, distroless, and the plain official images of
//! distributions and languages. If the command line replaces one of these, its contents are known, but not what it
//! lacks.

use serde_json::Value;
use slipway_spec::Name;

use crate::init::unwrapped;
use crate::{BaseImage, ImageOrigin};

/// The base of a final image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The name in the plan.
    pub name: String,
    /// The reference of the image; for a part of the file, of the image at its bottom.
    reference: String,
    /// The kind of image.
    pub kind: Kind,
    /// The inherited entrypoint; `None` if unknown.
    pub entrypoint: Option<Vec<String>>,
    /// Its arguments, or the command if there is no entrypoint; `None` if unknown.
    pub cmd: Option<Vec<String>>,
    /// Whether the command line replaces this image.
    replaced: bool,
    /// Whether steps of the file, or a Dockerfile, made some of its files.
    changed: bool,
    /// The name of an official image, without its tag.
    official: String,
    /// Its tag; empty if it has none.
    tag: String,
    /// Whether the image contains only what its language needs.
    slim: bool,
    /// The part of the file that it is; `None` for an image of a registry.
    part: Option<Name>,
    /// Whether it is a part of the file with a health check.
    has_health_check: bool,
    /// Whether it is the empty image with what programs expect: users, `/tmp`.
    furnished: bool,
}

/// Kinds of base images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The empty image.
    Scratch,
    /// A distroless image.
    Distroless(Flavor),
    /// Only BusyBox.
    Busybox,
    /// Alpine Linux.
    Alpine,
    /// Debian or Ubuntu.
    Debian,
    /// Fedora, Red Hat Enterprise Linux and derivatives.
    RedHat,
    /// Another image, with unknown contents.
    Unknown,
}

/// The variant of a distroless image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    /// For static programs: no program and no library.
    Static,
    /// For programs that need C libraries.
    Native,
    /// Node.js.
    Node,
    /// Python.
    Python,
    /// Java.
    Java,
    /// Any of these with BusyBox, for debugging.
    Debug,
}

/// The package manager of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// apt of Debian and Ubuntu.
    Apt,
    /// apk of Alpine Linux and Wolfi.
    Apk,
    /// dnf of Fedora, Red Hat Enterprise Linux and derivatives.
    Dnf,
    /// microdnf of their minimal images.
    Microdnf,
    /// None.
    None,
    /// Unknown.
    Unknown,
}

/// Folders at the root of distributions.
pub(super) const ROOT_FOLDERS: &[&str] = &[
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "proc", "root",
    "run", "sbin", "srv", "sys", "tmp", "usr", "var",
];

/// Official images based on Debian, Ubuntu or, by their tag, Alpine, with only system folders at the root.
const PLAIN: &[&str] = &["alpine", "debian", "golang", "node", "python", "ruby", "rust", "ubuntu"];
/// Others of which only the distribution is known.
const OTHERS: &[&str] = &["buildpack-deps", "eclipse-temurin", "gradle", "maven", "openjdk", "php"];
const RED_HAT: &[&str] = &["almalinux", "amazonlinux", "centos", "fedora", "oraclelinux", "rockylinux"];

impl Base {
    /// Known facts about an image.
    pub(crate) fn of(image: &BaseImage) -> Self {
        let (kind, official, tag) = match &image.origin {
            ImageOrigin::Scratch => (Kind::Scratch, String::new(), ""),
            ImageOrigin::Step => (Kind::Unknown, String::new(), ""),
            _ => of_name(&image.name),
        };
        let tag = tag.to_owned();
        let slim = tag.contains("slim") || matches!(official.as_str(), "debian" | "ubuntu");
        let replaced = match &image.origin {
            ImageOrigin::Scratch => false,
            ImageOrigin::Registry { reference } => canonical(reference) != canonical(&image.name),
            ImageOrigin::OciLayout { .. } | ImageOrigin::Input { .. } | ImageOrigin::Files(_) | ImageOrigin::Step => {
                true
            }
        };
        let (entrypoint, cmd) = match image.config.get("config") {
            Some(config) => (Some(unwrapped(words(config, "Entrypoint"))), Some(words(config, "Cmd"))),
            None if replaced => (None, None),
            None => match told_by_name(kind, &official) {
                Some((entrypoint, cmd)) => (Some(owned(entrypoint)), cmd.map(owned)),
                None => (None, None),
            },
        };
        let (name, reference) = (image.name.clone(), image.name.clone());
        Self {
            name,
            reference,
            kind,
            entrypoint,
            cmd,
            replaced,
            changed: image.origin == ImageOrigin::Step,
            official,
            tag,
            slim,
            part: None,
            has_health_check: false,
            furnished: false,
        }
    }

    /// A part of the file on this base, with its own entrypoint and arguments if it has them. If it changes files, it
    /// may have what its base lacks.
    pub(crate) fn under(
        &self,
        kind: Name,
        name: &str,
        (entrypoint, cmd): (Option<Vec<String>>, Option<Vec<String>>),
        is_changed: bool,
        has_health_check: bool,
    ) -> Self {
        let below = self.clone();
        // The arguments of a base belong to its entrypoint.
        let inherited = if entrypoint.is_some() { Some(Vec::new()) } else { below.cmd };
        Self {
            name: name.to_owned(),
            entrypoint: entrypoint.or(below.entrypoint),
            cmd: cmd.or(inherited),
            replaced: below.replaced || is_changed,
            changed: below.changed || is_changed,
            part: Some(kind),
            has_health_check,
            ..below
        }
    }

    /// The kind of part of the file that it is; `None` for an image of a registry.
    #[must_use]
    pub fn part(&self) -> Option<Name> {
        self.part
    }

    /// The empty image with what programs expect.
    pub(crate) fn furnished(&self) -> Self {
        Self { furnished: true, ..self.clone() }
    }

    /// Whether it is the empty image with what programs expect.
    pub(crate) fn is_furnished(&self) -> bool {
        self.furnished
    }

    /// Whether it is the image of its name with only its original contents.
    pub(crate) fn is_plain_one(&self) -> bool {
        !self.replaced && (self.is_plain() || self.is_bare())
    }

    /// Whether it has a shell.
    #[must_use]
    pub fn has_shell(&self) -> Option<bool> {
        self.has_program("sh")
    }

    /// Whether everything that it lacks is certain, because it is nearly empty.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        !self.replaced && matches!(self.kind, Kind::Scratch | Kind::Distroless(_)) && self.kind != DEBUG
    }

    /// Whether it has a shell, a list of users and other parts of a distribution.
    #[must_use]
    pub fn is_distribution(&self) -> bool {
        matches!(self.kind, Kind::Alpine | Kind::Debian | Kind::RedHat | Kind::Busybox)
    }

    /// Whether the command line replaces this image.
    pub(crate) fn is_replaced(&self) -> bool {
        self.replaced
    }

    /// Whether steps of the file, or a Dockerfile, made some of its files: any of its folders may be a link.
    pub(crate) fn is_changed(&self) -> bool {
        self.changed
    }

    /// Whether it contains only what its language or distribution needs.
    pub(crate) fn is_slim(&self) -> bool {
        self.slim
    }

    /// The name of an official image, without its tag; empty for others.
    pub(super) fn official(&self) -> &str {
        &self.official
    }

    /// Its tag; empty if it has none.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// The last part of its name, without tag and digest.
    pub(super) fn last_part(&self) -> &str {
        let last = self.reference.rsplit('/').next().unwrap_or_default();
        last.split(['@', ':']).next().unwrap_or_default()
    }

    /// Whether it is the plain official image of a distribution or a language.
    pub(super) fn is_plain(&self) -> bool {
        self.kind == Kind::Busybox || PLAIN.contains(&self.official.as_str())
    }

    /// Its package manager, if its name shows it. Images of the Red Hat family have dnf, microdnf or yum.
    #[must_use]
    pub fn manager(&self) -> Manager {
        match self.kind {
            Kind::Scratch | Kind::Distroless(_) | Kind::Busybox => Manager::None,
            Kind::Alpine => Manager::Apk,
            Kind::Debian => Manager::Apt,
            Kind::RedHat | Kind::Unknown => Manager::Unknown,
        }
    }

    /// Whether it is one of the images behind the short names of `runtime` or a plain one of a distribution, none of
    /// which has a health check.
    #[must_use]
    pub fn has_no_health_check(&self) -> bool {
        self.kind != Kind::Unknown && !self.has_health_check
    }
}

const DEBUG: Kind = Kind::Distroless(Flavor::Debug);

/// The kind of an image from its name, and the name and tag of an official one.
fn of_name(name: &str) -> (Kind, String, &str) {
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    let (path, last) = name.rsplit_once('/').unwrap_or(("", name));
    let (last, tag) = last.split_once(':').unwrap_or((last, ""));
    if path.rsplit('/').next() == Some("distroless") {
        let flavor = match last.split('-').next().unwrap_or_default() {
            _ if tag.contains("debug") => Flavor::Debug,
            "static" => Flavor::Static,
            "base" | "cc" => Flavor::Native,
            _ if last.starts_with("java-base") => Flavor::Native,
            python if python.starts_with("python") => Flavor::Python,
            node if node.starts_with("nodejs") => Flavor::Node,
            java if java.starts_with("java") => Flavor::Java,
            _ => return (Kind::Unknown, String::new(), tag),
        };
        return (Kind::Distroless(flavor), String::new(), tag);
    }
    let is_official =
        matches!(path, "" | "docker.io" | "index.docker.io") || path.rsplit('/').next() == Some("library");
    let kind = match last {
        _ if !is_official => Kind::Unknown,
        "busybox" => Kind::Busybox,
        "alpine" => Kind::Alpine,
        last if PLAIN.contains(&last) || OTHERS.contains(&last) => {
            let other = ["ubi", "windows", "nanoserver", "oracle"];
            match tag {
                tag if tag.contains("alpine") => Kind::Alpine,
                tag if other.iter().any(|word| tag.contains(word)) => Kind::Unknown,
                _ => Kind::Debian,
            }
        }
        last if RED_HAT.contains(&last) => Kind::RedHat,
        _ => Kind::Unknown,
    };
    let official = if kind == Kind::Unknown { String::new() } else { last.to_owned() };
    (kind, official, tag)
}

/// Entrypoint and arguments of images that are the same in every release; `None` for arguments that differ.
fn told_by_name(kind: Kind, official: &str) -> Option<(&'static [&'static str], Option<&'static [&'static str]>)> {
    Some(match (kind, official) {
        (Kind::Scratch | Kind::Distroless(Flavor::Static | Flavor::Native), _) => (&[], Some(&[])),
        (Kind::Distroless(Flavor::Node), _) => (&["/nodejs/bin/node"], Some(&[])),
        (Kind::Distroless(Flavor::Java), _) => (&["/usr/bin/java", "-jar"], Some(&[])),
        (Kind::Distroless(Flavor::Python), _) => (&["/usr/bin/python3"], Some(&[])),
        (Kind::Busybox, _) => (&[], Some(&["sh"])),
        (_, "alpine") => (&[], Some(&["/bin/sh"])),
        (_, "debian") => (&[], Some(&["bash"])),
        (_, "ubuntu") => (&[], Some(&["/bin/bash"])),
        (_, "node") => (&["docker-entrypoint.sh"], Some(&["node"])),
        (_, "python") => (&[], Some(&["python3"])),
        _ => return None,
    })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn words(config: &Value, key: &str) -> Vec<String> {
    let list = config.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// A reference without parts that do not identify the image: Docker Hub's prefixes and the digest.
fn canonical(reference: &str) -> String {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    let name = name.strip_prefix("docker.io/").or_else(|| name.strip_prefix("index.docker.io/")).unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let has_tag = name.rsplit('/').next().is_some_and(|last| last.contains(':'));
    if has_tag { name.to_owned() } else { format!("{name}:latest") }
}
