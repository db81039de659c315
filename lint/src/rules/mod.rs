//! The rules. A new one is a file here, its `mod` line, and its line in [`RULES`]; a test sees to it that neither is forgotten.

mod floating_tag;
pub(crate) mod invalid_directive;
mod root_user;
mod secret_in_env;

use slipway_spec::Severity;

use crate::Rule;

/// A rule of the file of that name.
macro_rules! rule {
    ($id:ident, $module:ident) => {
        Rule {
            id: stringify!($id),
            severity: Severity::Warning,
            source: include_str!(concat!(stringify!($module), ".rs")),
            check: $module::check,
        }
    };
}

/// Every rule, in the order of their names.
pub const RULES: &[Rule] = &[
    rule!(FloatingTag, floating_tag),
    rule!(InvalidDirective, invalid_directive),
    rule!(RootUser, root_user),
    rule!(SecretInEnv, secret_in_env),
];

/// The rule of a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
