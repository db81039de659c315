//! The main package of a build: its form for `go build`, and the name of its program.

use slipway_diagnostic::{Diagnostic, Span, join_path, strange_path};

use super::go_mod::GoMod;

/// The folder of the main package, relative to the build's folder.
pub fn main_folder(written: &str, source: &str, span: Span) -> Result<String, Diagnostic> {
    strange_path(written, span).map_or(Ok(()), Err)?;
    let found = join_path(source, written).filter(|path| inside(path, source).is_some() && !path.ends_with(".go"));
    found.ok_or_else(|| {
        Diagnostic::error(span, format!("`{written}` is not a folder in the source of the build"))
            .with_help("name the folder of a `main` package, such as `./cmd/api`")
    })
}

/// A package of a module in the form for `go build`: `.`, or starting with `./`.
pub fn package(folder: &str, module: &str) -> String {
    match inside(folder, module).unwrap_or(folder) {
        "" => ".".to_owned(),
        path => format!("./{path}"),
    }
}

/// A path relative to a folder that equals or contains it.
fn inside<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    match path.strip_prefix(folder)? {
        "" => Some(""),
        rest if folder.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

/// The program name that `go build` uses for a package.
pub fn program(package: &str, file: &GoMod) -> Option<String> {
    match package.rsplit_once('/') {
        Some((_, last)) => Some(last.to_owned()),
        None => file.program().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_the_form_for_go_build() {
        let written = |written, source, module| {
            main_folder(written, source, Span::START).ok().map(|folder| package(&folder, module))
        };
        assert_eq!(written("./cmd/api", "", ""), Some("./cmd/api".into()));
        assert_eq!(written("cmd//api/", "svc", "svc"), Some("./cmd/api".into()));
        assert_eq!(written("cmd/api", "svc", ""), Some("./svc/cmd/api".into()));
        assert_eq!(written("./svc/api", "", "svc/api"), Some(".".into()));
        assert_eq!(written(".", "svc", "svc"), Some(".".into()));
        assert_eq!(written("../other", "svc", ""), None);
        assert_eq!(written("../svcs", "svc", ""), None);
        assert_eq!(written("../..", "", ""), None);
        assert_eq!(written("/cmd", "", ""), None);
        assert_eq!(written("./main.go", "", ""), None);
    }
}
