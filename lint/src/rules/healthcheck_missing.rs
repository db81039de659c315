//! Finds images that listen on a port and say nothing of their health.
//!
//! # What it does
//!
//! Looks for images with a TCP port in `expose` and no `healthcheck`. `healthcheck: none` says that there is none on purpose. Images whose `runtime` is an
//! image of somebody else's are left alone, since that one may have a health check.
//!
//! # Why
//!
//! A container whose program hangs is still running. With a health check Docker and Compose know that it does not answer, wait for it when it starts, and can
//! replace it.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     expose: [8080]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     expose: [8080]
//!     healthcheck: { http: ":8080/healthz" }
//! ```

use slipway_spec::Diagnostic;
use slipway_spec::model::Protocol;

use crate::view::View;
use crate::{Findings, runtime_words};

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (name, image) in lint.images() {
        let keys = &image.keys;
        let Some(port) = keys.config.expose.iter().find(|port| port.protocol == Protocol::Tcp) else { continue };
        let own_runtime = match &keys.runtime {
            None => image.build.is_some(),
            Some(runtime) => lint.text(runtime).is_some_and(|word| runtime_words::ALL.contains(&word.as_str())),
        };
        if keys.healthcheck.is_none() && own_runtime {
            let number = port.number;
            findings.push(
                Diagnostic::warning(name.span, format!("`{}` listens on port {number} and has no health check", name.value))
                    .with_help(format!("add `healthcheck: {{ http: \":{number}/…\" }}` or `{{ tcp: \":{number}\" }}`; `healthcheck: none` if there is none on purpose")),
            );
        }
    }
}
