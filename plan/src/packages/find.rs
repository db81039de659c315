//! Finds the package manager of a base, from its files.

use crate::any_project::AnyProject;
use crate::contents::{Base, Manager};
use crate::{BaseImage, ImageFile, Platform, ProjectError};

/// Programs of package managers, in the order in which they are looked up.
const PROGRAMS: &[(&str, Manager)] = &[
    ("usr/bin/apt-get", Manager::Apt),
    ("sbin/apk", Manager::Apk),
    ("usr/bin/dnf", Manager::Dnf),
    ("usr/bin/microdnf", Manager::Microdnf),
];

/// The package manager of an image, or why there is none. If the image's name does not show it, its files are read; if
/// they cannot be read, it is unknown.
///
/// # Errors
/// The image cannot be read.
pub(crate) async fn manager(
    project: &AnyProject<'_>,
    platform: &Platform,
    (known, image): (&Base, &BaseImage),
) -> Result<Result<Manager, String>, ProjectError> {
    let none = || "it has no package manager".to_owned();
    let by_name = || match known.manager() {
        // What replaces an image, or changes its files, may have what it lacks.
        Manager::None if known.is_replaced() => Ok(Manager::Unknown),
        Manager::None => Err(none()),
        manager => Ok(manager),
    };
    let is_certain = known.manager() != Manager::Unknown && !known.is_replaced();
    if is_certain {
        return Ok(by_name());
    }
    let read = |path| project.image_file(image, platform, path);
    for (path, manager) in PROGRAMS {
        match read(path).await? {
            ImageFile::Unknown => return Ok(by_name()),
            ImageFile::Missing => {}
            ImageFile::Found(_) => return Ok(Ok(*manager)),
        }
    }
    // The files that were read are those of the image below a stage.
    if known.part().is_some() {
        return Ok(Ok(Manager::Unknown));
    }
    Ok(Err(match read("etc/os-release").await? {
        ImageFile::Found(text) => match name_of_release(&String::from_utf8_lossy(&text)) {
            Some(name) => format!("it is {name} without one of apt, apk, dnf and microdnf"),
            None => none(),
        },
        ImageFile::Unknown | ImageFile::Missing => none(),
    }))
}

/// The name of a distribution.
fn name_of_release(text: &str) -> Option<String> {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.map(|value| value.trim().trim_matches(['"', '\'']))
    };
    let name = value("PRETTY_NAME").or(value("ID")).filter(|name| !name.is_empty())?;
    Some(name.chars().filter(|c| !c.is_control()).take(80).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_tell_what_they_are() {
        let name = |text: &str| name_of_release(text).unwrap_or_default();
        assert_eq!(name("NAME=\"openSUSE\"\nID=x\nPRETTY_NAME=\"openSUSE Leap 15.6\"\n"), "openSUSE Leap 15.6");
        assert_eq!(name("ID=arch\n"), "arch");
        assert_eq!(name(""), "");
    }
}
