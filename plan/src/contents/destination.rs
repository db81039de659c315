//! The paths of programs and applications in images: the defaults, and what `destination` of a build may say.

use slipway_spec::{Diagnostic, Span};

use super::base::ROOT_FOLDERS;
use super::is_inside;

/// Folders with file systems of their own in a container, which hide files of the image.
const OF_CONTAINERS: &[&str] = &["/dev", "/proc", "/sys"];

/// Folders of distributions below the root, which contain files of the system.
const FOLDERS: &[&str] = &[
    "/etc/ssl",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/include",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/sbin",
    "/usr/share",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/tmp",
];

/// The default path of a program: `/api`, or in `/usr/local/bin` if the root of distributions has a folder of that
/// name.
pub(crate) fn program_place(program: &str) -> String {
    if ROOT_FOLDERS.contains(&program) { format!("/usr/local/bin/{program}") } else { format!("/{program}") }
}

/// Rejects a path that a program cannot have; `name` is the program's own name.
///
/// # Errors
/// A folder of the system, or a place that a container hides.
pub(crate) fn check_program(path: &str, name: &str, span: Span) -> Result<(), Diagnostic> {
    if is_of_system(path) {
        let folder = path.trim_end_matches('/');
        return Err(Diagnostic::error(span, format!("`{path}` is a folder of the system, not the path of a program"))
            .with_help(format!(
                "end it with `/` to install the program in it, as in `{folder}/`; `{name}` keeps its name"
            )));
    }
    check_hidden(path, span)
}

/// Rejects a folder that an application cannot have to itself.
///
/// # Errors
/// A folder of the system, or a place that a container hides.
pub(crate) fn check_application(path: &str, span: Span) -> Result<(), Diagnostic> {
    // Distributions leave this folder to applications.
    if is_of_system(path) && path != "/srv" {
        let folder = path.trim_end_matches('/');
        let message = format!("`{path}` is a folder of the system, but the application needs a folder of its own");
        return Err(Diagnostic::error(span, message).with_help(format!("name one in it, such as `{folder}/app`")));
    }
    check_hidden(path, span)
}

/// Whether a path is a folder of distributions.
pub(super) fn is_of_system(path: &str) -> bool {
    path == "/" || FOLDERS.contains(&path) || ROOT_FOLDERS.iter().any(|name| path.strip_prefix('/') == Some(name))
}

fn check_hidden(path: &str, span: Span) -> Result<(), Diagnostic> {
    match OF_CONTAINERS.iter().find(|folder| is_inside(path, folder)) {
        Some(folder) => {
            Err(Diagnostic::error(span, format!("a container has its own `{folder}`, which would hide `{path}`"))
                .with_help(
                    "choose another folder, such as `/usr/local/bin` for a program, or `/srv` for an application",
                ))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_system_are_neither_programs_nor_applications() {
        let program = |path| check_program(path, "api", Span::START).is_ok();
        let application = |path| check_application(path, Span::START).is_ok();
        for path in ["/", "/bin", "/usr/local/bin", "/var/lib", "/proc/api", "/dev"] {
            assert!(!program(path) && !application(path), "{path}");
        }
        assert!(!program("/srv") && application("/srv"));
        for path in ["/app", "/usr/local/bin/api", "/bin/api", "/srv/api", "/home/api", "/process"] {
            assert!(program(path) && application(path), "{path}");
        }
    }
}
