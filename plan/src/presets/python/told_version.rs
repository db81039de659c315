//! The version of a package that takes it from git.

use slipway_project::python::Local;
use slipway_spec::Diagnostic;

use crate::presets::{Context, set};

/// The name of the finding that a package's version is unknown, for `# check=skip=…`.
pub(crate) const UNKNOWN_VERSION: &str = "UnknownVersion";

/// Sets the version of a package that would take it from git, and warns about that.
pub(super) fn tell_version(cx: &mut Context<'_, '_>, local: &Local, env: &mut Vec<(String, String)>) {
    if let Some((tool, variable)) = &local.version_from_git {
        // setuptools-scm also reads a variable for each package.
        if !env.iter().any(|(name, _)| name.starts_with(variable)) {
            set(env, variable, "0.0.0");
            cx.draft.warn(
                Diagnostic::warning(
                    cx.span(),
                    format!(
                        "`{}` takes its version from git with {tool}, but steps have no git history: it gets 0.0.0",
                        local.name
                    ),
                )
                .with_rule(UNKNOWN_VERSION)
                .with_help(format!(
                    "set the version with a variable of the build, as in `env: {{ {variable}: \"1.2.3\" }}`"
                )),
            );
        }
    }
}
