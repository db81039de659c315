//! The main package of a build: how it is written for `go build`, and what its program is called.

use slipway_spec::{Diagnostic, Span};

use super::go_mod::GoMod;
use crate::presets::join_path;

/// The package to build, as `go build` wants it: `.`, or starting with `./`.
pub(super) fn main_package(written: &str, folder: &str, span: Span) -> Result<String, Diagnostic> {
    let inside = join_path(folder, written)
        .and_then(|path| {
            if folder.is_empty() {
                Some(path)
            } else if path == folder {
                Some(String::new())
            } else {
                path.strip_prefix(&format!("{folder}/")).map(str::to_owned)
            }
        })
        .filter(|path| !path.ends_with(".go"));
    match inside {
        Some(path) if path.is_empty() => Ok(".".to_owned()),
        Some(path) => Ok(format!("./{path}")),
        None => Err(Diagnostic::error(span, format!("`{written}` is not a folder of the module"))
            .with_help("name the folder of a `main` package, such as `./cmd/api`")),
    }
}

/// What `go build` calls the program of a package.
pub(super) fn program(package: &str, file: &GoMod) -> Option<String> {
    match package.rsplit_once('/') {
        Some((_, last)) => Some(last.to_owned()),
        None => file.program().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_written_as_go_build_wants_them() {
        let package = |written, folder| main_package(written, folder, Span::START).ok();
        assert_eq!(package("./cmd/api", ""), Some("./cmd/api".into()));
        assert_eq!(package("cmd//api/", "svc"), Some("./cmd/api".into()));
        assert_eq!(package(".", "svc"), Some(".".into()));
        assert_eq!(package("../other", "svc"), None);
        assert_eq!(package("../..", ""), None);
        assert_eq!(package("/cmd", ""), None);
        assert_eq!(package("./main.go", ""), None);
    }
}
