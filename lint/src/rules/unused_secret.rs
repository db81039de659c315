//! Finds secrets that no step uses.
//!
//! # What it does
//!
//! Looks for entries of `secrets` that no step, install, private host or stage from a Dockerfile lists. `ca` and git
//! credentials, which are used automatically, are not reported.
//!
//! # Why
//!
//! `--secret` provides it, but the step that needs it does not get it. Often it is missing from `secrets` of the step.
//!
//! # Bad
//!
//! ```yaml
//! secrets:
//!   github: { env: GITHUB_TOKEN }
//! stages:
//!   gen:
//!     from: debian:12
//!     steps:
//!       - run: ./generate --output /gen
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```
//!
//! ```yaml
//! secrets:
//!   gems: { target: /run/secrets/gems }
//! stages:
//!   legacy: { dockerfile: ./legacy/Dockerfile }
//! images:
//!   legacy: { runtime: legacy }
//! ```
//!
//! # Good
//!
//! ```yaml
//! secrets:
//!   github: { env: GITHUB_TOKEN }
//! stages:
//!   gen:
//!     from: debian:12
//!     steps:
//!       - run: ./generate --output /gen
//!         secrets: [github]
//!     output: /gen
//! images:
//!   api:
//!     go: ./cmd/api
//!     files: { /gen: "gen:/" }
//! ```
//!
//! ```yaml
//! secrets:
//!   gems: { target: /run/secrets/gems }
//! stages:
//!   legacy: { dockerfile: ./legacy/Dockerfile, secrets: [gems] }
//! images:
//!   legacy: { runtime: legacy }
//! ```

use std::collections::HashSet;

use slipway_spec::Diagnostic;
use slipway_spec::model::{PresetOptions, SecretRef};

use crate::Findings;
use crate::view::View;

/// Ids that are used automatically: company certificates, and BuildKit's credentials for git hosts.
const WELL_KNOWN: &[&str] = &["ca", "GIT_AUTH_TOKEN", "GIT_AUTH_HEADER"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.secrets.is_empty() {
        return;
    }
    let id = |secret: &SecretRef| secret.0.value.clone();
    let mut used: HashSet<String> = HashSet::new();
    for build in lint.builds() {
        used.extend(build.keys.install.iter().flat_map(|install| &install.secrets).map(id));
        if let PresetOptions::Node(options) = &build.options {
            used.extend(options.scripts.iter().flat_map(|script| &script.secrets).map(id));
        }
        used.extend(build.keys.private.iter().filter_map(|host| host.secret.as_ref()).map(id));
    }
    used.extend(lint.adopted().flat_map(|stage| &stage.secrets).map(id));
    used.extend(lint.commands().into_iter().flat_map(|command| command.secrets).map(id));
    for (name, _) in lint.spec.secrets.iter() {
        let known = WELL_KNOWN.iter().any(|id| name.value == *id || name.value.starts_with(&format!("{id}.")));
        if !lint.is_wanted("secret", name) && !known && !used.contains(&name.value) {
            findings.push(
                Diagnostic::warning(name.span, format!("no step uses the secret `{}`", name.value))
                    .with_help(format!("list it where it is needed, `secrets: [{}]`, or delete it", name.value)),
            );
        }
    }
}
