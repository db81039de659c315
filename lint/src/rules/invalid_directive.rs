//! Finds `# check=` comments that have no effect or an unintended one.
//!
//! # What it does
//!
//! Looks for unknown names of rules, unknown keys, and comments that do not belong to a key.
//!
//! A comment among those at the top of a file applies to the whole file: `skip=RuleA,RuleB` or `skip=all` omits
//! findings, and `error=true` turns the others into errors. A comment on the line above a key, or after it on its line,
//! may have `skip` and applies to that key and its contents.
//!
//! # Why
//!
//! A rule with a misspelled name is not skipped, and a rule that is skipped by mistake does not report later problems.
//!
//! # Bad
//!
//! ```yaml
//! # check=skip=RootUsers
//! images:
//!   api:
//!     go: ./cmd/api
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     # The base image's start script drops privileges itself.
//!     # check=skip=RootUser
//!     user: root
//! ```

use crate::Findings;
use crate::view::View;

/// Its name.
pub(crate) const ID: &str = "InvalidDirective";

/// Nothing to do: the comments are read once for all rules, and problems with them are reported there.
pub(super) fn check(_: &View<'_>, _: &mut Findings) {}
