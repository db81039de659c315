//! The version of a package that would ask git for it.

use slipway_spec::Diagnostic;

use super::local::Local;
use crate::presets::{Context, set};

/// The name of the finding that a package's version is not known, for `# check=skip=…`.
pub(crate) const UNKNOWN_VERSION: &str = "UnknownVersion";

/// Tells a package its version where it would ask git for it, and says so.
pub(super) fn tell_version(cx: &Context<'_>, local: &Local, env: &mut Vec<(String, String)>) {
    if let Some((tool, variable)) = &local.version_from_git {
        // Setuptools have a variable for each package, too.
        if !env.iter().any(|(name, _)| name.starts_with(variable)) {
            set(env, variable, "0.0.0");
            cx.draft.warn(
                Diagnostic::warning(
                    cx.span(),
                    format!(
                        "`{}` asks git for its version by way of {tool}, which no step has: it is 0.0.0",
                        local.name
                    ),
                )
                .with_rule(UNKNOWN_VERSION)
                .with_help(format!(
                    "tell the version by a variable of the build, as in `env: {{ {variable}: \"1.2.3\" }}`"
                )),
            );
        }
    }
}
