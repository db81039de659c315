//! Names of packages, with or without a version.

use slipway_spec::{Diagnostic, Span};

use crate::contents::Manager;

/// Reports a text that is not a name: a package manager would read it as an option or as a file.
pub(super) fn check_name(text: &str, span: Span) -> Result<(), Diagnostic> {
    if is_name(text) {
        return Ok(());
    }
    Err(Diagnostic::error(span, format!("`{text}` is not the name of a package")).with_help(
        "write one name per item, optionally with a version as the package manager of the image expects it: \
         `libpq5=15.10-0+deb12u1` (apt), `curl=8.5.0-r0` (apk), `curl-8.5.0` (dnf)",
    ))
}

/// Reports a version in another form than a manager expects.
pub(super) fn check_version(manager: Manager, name: &str, span: Span) -> Result<(), Diagnostic> {
    let Some(form) = right_form(manager, name) else { return Ok(()) };
    let message = format!("`{name}` does not name a version as {} expects it", manager.name());
    Err(Diagnostic::error(span, message).with_help(format!("write `{form}`")))
}

/// Whether a text can only be the name of a package, with or without a version. A `-` at the end removes a package with
/// apt.
fn is_name(text: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "+-.:=~_<>@^".contains(c);
    let text = text.strip_suffix('*').filter(|text| text.contains('=')).unwrap_or(text);
    let first = text.strip_prefix('@').unwrap_or(text);
    first.starts_with(|c: char| c.is_ascii_alphanumeric()) && !text.ends_with('-') && text.chars().all(is_of_name)
}

/// The right form of a name whose version has another one; `None` if it is right.
fn right_form(manager: Manager, name: &str) -> Option<String> {
    let (bare, rest) = name.split_at(name.find(['=', '~', '<', '>', '@', '^']).unwrap_or(name.len()));
    let version = rest.strip_prefix('=').unwrap_or("VERSION");
    // `~` and `^` are parts of versions, `@` starts the name of a group for dnf.
    let (separator, strange): (char, &[char]) = match manager {
        Manager::Apt => ('=', &['<', '>', '@', '^']),
        Manager::Dnf | Manager::Microdnf => ('-', &['=', '<', '>']),
        Manager::Apk | Manager::None | Manager::Unknown => return None,
    };
    name.contains(strange).then(|| format!("{bare}{separator}{version}"))
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
        let form = |manager, name| right_form(manager, name).unwrap_or_default();
        assert_eq!(form(Manager::Dnf, "curl=8.5.0"), "curl-8.5.0");
        assert_eq!(form(Manager::Microdnf, "curl>8"), "curl-VERSION");
        assert_eq!(form(Manager::Apt, "curl>8"), "curl=VERSION");
        for (manager, name) in [
            (Manager::Dnf, "@development-tools"),
            (Manager::Dnf, "curl-8.5.0~rc1"),
            (Manager::Apk, "curl>8"),
            (Manager::Apt, "curl=8.5"),
            (Manager::Unknown, "curl=8.5"),
        ] {
            assert_eq!(form(manager, name), "", "{name}");
        }
    }
}
