//! System packages: Debian packages, installed into the root of an image.
//!
//! Package lists and downloads are in cache mounts, and logs and caches that change with every run are removed, so that
//! the layer contains only the packages. The image's package sources determine the versions; the step runs again if the
//! image or the list of packages changes.

use slipway_spec::{Diagnostic, Span, Template};

use crate::any_project::AnyProject;
use crate::contents::{Base, Manager};
use crate::draft::Draft;
use crate::evaluator::Evaluator;
use crate::shell::Text;
use crate::step::Container;
use crate::{BaseImage, ImageFile, Mount, Platform, ProjectError, Sharing, StepId, shell};

const INSTALL: &str = shell::script(include_str!("packages/install.sh"));

/// The destination of packages.
pub(crate) struct InstallInto<'a> {
    /// The build or image that needs them.
    pub(crate) owner: &'a str,
    /// The prefix of the step's name: `[api packages]`.
    pub(crate) title: &'a str,
    /// The root.
    pub(crate) root: StepId,
    /// Its environment.
    pub(crate) env: &'a [(String, String)],
    /// Its platform.
    pub(crate) platform: &'a Platform,
    /// The part of the spec that requires them.
    pub(crate) span: Span,
}

/// The root with packages installed; the root itself if there are none.
pub(crate) fn install(draft: &mut Draft<'_>, into: &InstallInto<'_>, packages: &[String]) -> StepId {
    install_unless(draft, into, packages, Text::default())
}

/// The same after shell lines that may find that nothing is needed, or prepare for it.
pub(crate) fn install_unless(
    draft: &mut Draft<'_>,
    into: &InstallInto<'_>,
    packages: &[String],
    before: Text,
) -> StepId {
    if packages.is_empty() {
        return into.root;
    }
    let script = shell::networked("packages", before + INSTALL);
    let cache = |folder: &str, name: &str| {
        // apt locks neither against another machine nor against another container.
        Mount::cache(folder, format!("slipway/apt-{name}/{}", into.platform), Sharing::Locked)
    };
    let mounts = [cache("/var/cache/apt", "archives"), cache("/var/lib/apt/lists", "lists"), Mount::tmpfs("/tmp")];
    let container = Container::new(into.root, into.platform, into.env.to_vec()).mounts(mounts);
    let run = container.run(script).args(packages);
    draft.add(into.owner, format!("{} apt-get install {}", into.title, packages.join(" ")), into.span, run)
}

/// Why packages cannot be installed on an image: it has another package manager than apt, or none. If its name is not
/// known, the image's files are read.
///
/// # Errors
/// The image cannot be read.
pub(crate) async fn refusal(
    project: &AnyProject<'_>,
    platform: &Platform,
    (known, image): (&Base, &BaseImage),
) -> Result<Option<String>, ProjectError> {
    let other = |manager: &str| format!("it installs packages with {manager}, but Slipway uses apt");
    let none = "it has no package manager";
    Ok(match known.manager() {
        Manager::Apt => None,
        Manager::Other(manager) => Some(other(manager)),
        Manager::None => Some(none.to_owned()),
        Manager::Unknown => match project.image_file(image, platform, "etc/os-release").await? {
            ImageFile::Unknown => None,
            ImageFile::Missing => Some(none.to_owned()),
            ImageFile::Found(text) => of_release(&String::from_utf8_lossy(&text))
                .map(|name| format!("it is {name}, but packages are installed with apt of Debian or Ubuntu")),
        },
    })
}

/// The name of a distribution without apt; `None` for one with apt.
fn of_release(text: &str) -> Option<String> {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.map(|value| value.trim().trim_matches(['"', '\'']))
    };
    let has_apt = |word: &str| matches!(word, "debian" | "ubuntu");
    let family = value("ID").into_iter().chain(value("ID_LIKE").into_iter().flat_map(str::split_whitespace));
    let name = value("PRETTY_NAME").or(value("ID")).unwrap_or("of another distribution");
    (!family.into_iter().any(has_apt)).then(|| name.chars().filter(|c| !c.is_control()).take(80).collect())
}

/// The names of packages, without duplicates.
///
/// # Errors
/// A text that is not a valid name of a Debian package: apt would read it as an option or as a file.
pub(crate) fn names<'t>(
    evaluator: &mut Evaluator,
    packages: impl IntoIterator<Item = &'t Template>,
) -> Result<Vec<String>, Diagnostic> {
    let mut names = Vec::new();
    for template in packages {
        let name = evaluator.eval(template)?;
        let right = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !name.ends_with('-')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "+-.:=~_".contains(c));
        if !right {
            return Err(Diagnostic::error(template.span, format!("`{name}` is not the name of a Debian package"))
                .with_help("write one name per item, optionally with a version as in `libpq5=15.10-0+deb12u1`"));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_tell_what_they_are() {
        assert_eq!(of_release("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"), None);
        assert_eq!(of_release("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), None);
        assert_eq!(
            of_release("NAME=\"Alpine Linux\"\nID=alpine\nPRETTY_NAME=\"Alpine Linux v3.22\"\n").unwrap(),
            "Alpine Linux v3.22"
        );
        assert_eq!(of_release("").unwrap(), "of another distribution");
    }
}
