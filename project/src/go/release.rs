//! The Go release of a project, and where it is specified.

use slipway_diagnostic::{Diagnostic, Span, Spanned};

use super::module::Module;
use crate::paths::in_folder;
use crate::version::is_older;

/// A Go release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// `1.24`, `1.24.3`, `1.25rc1`.
    pub version: String,
    /// The location of the specification.
    pub span: Span,
    /// What specifies it, in words.
    pub by: String,
}

impl Module {
    /// The Go release that compiles it: the requested one, otherwise that of its manifests.
    ///
    /// # Errors
    /// None is specified, or a module in the repository requires a later one.
    pub fn release(&self, asked: Option<&Spanned<String>>, span: Span) -> Result<Release, Diagnostic> {
        let release = match asked {
            Some(Spanned { value, span }) => Release { version: value.clone(), span: *span, by: "`go`".to_owned() },
            None => self.written(span)?,
        };
        let Release { version, span, by } = &release;
        let is_version = version.starts_with(|c: char| c.is_ascii_digit())
            && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        if !is_version {
            return Err(Diagnostic::error(*span, format!("{by} specifies `{version}`, which is not a Go version"))
                .with_help("write it as in `1.24` or `1.24.3`"));
        }
        // Go rejects modules that require a later release.
        for local in &self.locals {
            if let Some(least) = local.go.as_ref().filter(|least| is_older(version, least)) {
                let path = in_folder(&local.folder, "go.mod");
                let help = if asked.is_some() {
                    format!("write `go: \"{least}\"`, or delete the key")
                } else {
                    format!(
                        "write `go {least}` there, as `go work use` and `go mod tidy` do, or `go: \"{least}\"` in the build"
                    )
                };
                let what = format!("{by} specifies Go {version}, but `{path}` requires at least {least}");
                return Err(Diagnostic::error(*span, what).with_help(help));
            }
        }
        Ok(release)
    }

    fn written(&self, span: Span) -> Result<Release, Diagnostic> {
        let (path, toolchain, go) = match &self.workspace {
            Some(workspace) => (in_folder(&workspace.folder, "go.work"), &workspace.file.toolchain, &workspace.file.go),
            None => (in_folder(&self.folder, "go.mod"), &self.file.toolchain, &self.file.go),
        };
        let (line, version) = match (toolchain, go) {
            // Go ignores a toolchain that is older than the language version.
            (Some(toolchain), go) if !go.as_ref().is_some_and(|go| is_older(toolchain, go)) => ("toolchain", toolchain),
            (_, Some(go)) => ("go", go),
            (_, None) => {
                return Err(Diagnostic::error(span, format!("`{path}` does not state a Go version"))
                    .with_help("add a line such as `go 1.24`, or `go: \"1.24\"` to the build"));
            }
        };
        Ok(Release { version: version.clone(), span, by: format!("the `{line}` line of `{path}`") })
    }
}
