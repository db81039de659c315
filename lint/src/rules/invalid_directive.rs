//! Finds `# check=` comments that do not do what they seem to do.
//!
//! # What it does
//!
//! Looks at comments that speak about rules: names of rules that there are not, keys that there are not, and comments
//! that belong to nothing.
//!
//! A comment among those at the top of a file is about the whole file: `skip=RuleA,RuleB` or `skip=all` leaves findings
//! out, and `error=true` makes errors of the rest. A comment on the line above a key, or behind it on its line, may
//! have `skip` and is about that key and what is in it.
//!
//! # Why
//!
//! A rule whose name is misspelt is not skipped, and one that is skipped by mistake is missed later on.
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

/// Nothing is left to do: the comments are read for all rules together, and what is wrong with them is found there.
pub(super) fn check(_: &View<'_>, _: &mut Findings) {}
