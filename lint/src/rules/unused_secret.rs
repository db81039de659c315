//! Finds secrets that no step sees.
//!
//! # What it does
//!
//! Looks for entries of `secrets` that no step, install or private host names. `ca` and the logins of git, which are
//! used by themselves, are left alone, and in a file that adopts stages of a Dockerfile nothing is looked for.
//!
//! # Why
//!
//! `--secret` hands it over, and the step that needs it does not get it. Often the step's own `secrets` was forgotten.
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

use std::collections::HashSet;

use slipway_spec::Diagnostic;
use slipway_spec::model::SecretRef;

use crate::Findings;
use crate::view::View;

/// Ids that are used without being named: the company's certificates, and what BuildKit logs in to git hosts with.
const WELL_KNOWN: &[&str] = &["ca", "GIT_AUTH_TOKEN", "GIT_AUTH_HEADER"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    if lint.spec.secrets.is_empty() || lint.adopts_dockerfile() {
        return;
    }
    let id = |secret: &SecretRef| secret.0.value.clone();
    let mut used: HashSet<String> = HashSet::new();
    for build in lint.builds() {
        used.extend(build.keys.install.iter().flat_map(|install| &install.secrets).map(id));
        used.extend(build.keys.private.iter().filter_map(|host| host.secret.as_ref()).map(id));
    }
    used.extend(lint.run_steps().flat_map(|run| &run.secrets).map(id));
    for (name, _) in lint.spec.secrets.iter() {
        let known = WELL_KNOWN.iter().any(|id| name.value == *id || name.value.starts_with(&format!("{id}.")));
        if !lint.is_wanted("secret", name) && !known && !used.contains(&name.value) {
            findings.push(
                Diagnostic::warning(name.span, format!("no step sees the secret `{}`", name.value))
                    .with_help(format!("name it where it is needed, `secrets: [{}]`, or delete it", name.value)),
            );
        }
    }
}
