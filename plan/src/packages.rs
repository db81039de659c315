//! System packages, installed into the root of an image by its own package manager.
//!
//! Package lists and downloads are in cache mounts, and logs and caches that change with every run are removed, so that
//! the layer contains only the packages. The image's package sources determine the versions; the step runs again if the
//! image or the list of packages changes.

mod find;
mod manager;
#[cfg(test)]
mod scripts;

use slipway_spec::{Diagnostic, Span, Template};

pub(crate) use self::find::manager;
use crate::contents::Manager;
use crate::draft::Draft;
use crate::evaluator::Evaluator;
use crate::shell::Text;
use crate::step::Container;
use crate::{Platform, StepId, shell};

/// The destination of packages.
pub(crate) struct InstallInto<'a> {
    /// The build or image that needs them.
    pub(crate) owner: &'a str,
    /// The prefix of the step's name: `[api packages]`.
    pub(crate) title: &'a str,
    /// The root.
    pub(crate) root: StepId,
    /// Its package manager.
    pub(crate) manager: Manager,
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
    let script = shell::networked("packages", before + into.manager.script());
    let container = Container::new(into.root, into.platform, into.env.to_vec());
    let run = container.mounts(into.manager.mounts(into.platform)).run(script).args(packages);
    draft.add(into.owner, format!("{} {}", into.title, history(into.manager, packages)), into.span, run)
}

/// The command that installs packages, for display.
pub(crate) fn history(manager: Manager, packages: &[String]) -> String {
    format!("{} {}", manager.command(), packages.join(" "))
}

/// The names of packages, without duplicates.
///
/// # Errors
/// A text that is not a valid name of a package: the manager would read it as an option or as a file.
pub(crate) fn names<'t>(
    evaluator: &mut Evaluator,
    packages: impl IntoIterator<Item = &'t Template>,
) -> Result<Vec<String>, Diagnostic> {
    names_for(evaluator, Manager::Unknown, packages)
}

/// The same for a package manager, which determines the form of names and versions.
///
/// # Errors
/// A text that is not a valid name of a package, or has a version in another form.
pub(crate) fn names_for<'t>(
    evaluator: &mut Evaluator,
    manager: Manager,
    packages: impl IntoIterator<Item = &'t Template>,
) -> Result<Vec<String>, Diagnostic> {
    let mut names = Vec::new();
    for template in packages {
        let name = evaluator.eval(template)?;
        if !is_name(&name) {
            return Err(Diagnostic::error(template.span, format!("`{name}` is not the name of a package")).with_help(
                "write one name per item, optionally with a version as the package manager of the image expects it: \
                 `libpq5=15.10-0+deb12u1` (apt), `curl=8.5.0-r0` (apk), `curl-8.5.0` (dnf)",
            ));
        }
        if let Some((manager, form)) = manager.objection(&name) {
            let message = format!("`{name}` does not name a version as {manager} expects it");
            return Err(Diagnostic::error(template.span, message).with_help(format!("write `{form}`")));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Whether a text can only be the name of a package, with or without a version. A `-` at the end removes a package with
/// apt.
fn is_name(text: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "+-.:=~_<>@^".contains(c);
    let text = text.strip_suffix('*').filter(|text| text.contains('=')).unwrap_or(text);
    let first = text.strip_prefix('@').unwrap_or(text);
    first.starts_with(|c: char| c.is_ascii_alphanumeric()) && !text.ends_with('-') && text.chars().all(is_of_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_neither_an_option_nor_a_file() {
        let right = [
            "libpq5",
            "g++",
            "zlib1g-dev=1:1.2.13*",
            "libc6:arm64",
            "curl=8.5.0-r0",
            "curl~8.5",
            "so:libpq.so.5",
            "nginx@edge",
            "curl-8.5.0-1.fc42.x86_64",
            "@development-tools",
        ];
        assert!(right.iter().all(|name| is_name(name)));
        for wrong in
            ["", "-y", "--allow-untrusted", "curl-", "./x.deb", "/x.rpm", "a b", "a;b", "$(id)", "@", "!curl", "lib*"]
        {
            assert!(!is_name(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_version_has_the_form_of_its_manager() {
        let said = |manager: Manager, name: &str| {
            manager.objection(name).map_or_else(String::new, |(manager, form)| format!("{manager}: {form}"))
        };
        assert_eq!(said(Manager::Dnf, "curl=8.5.0"), "dnf: curl-8.5.0");
        assert_eq!(said(Manager::Microdnf, "curl>8"), "microdnf: curl-VERSION");
        assert_eq!(said(Manager::Apt, "curl>8"), "apt: curl=VERSION");
        for (manager, name) in [
            (Manager::Dnf, "@development-tools"),
            (Manager::Dnf, "curl-8.5.0~rc1"),
            (Manager::Apk, "curl>8"),
            (Manager::Apt, "curl=8.5"),
            (Manager::Unknown, "curl=8.5"),
        ] {
            assert_eq!(said(manager, name), "", "{name}");
        }
    }
}
