//! Finds images that listen on a port and have no health check.
//!
//! # What it does
//!
//! Looks for images with a TCP port in `expose` and no `healthcheck`. `healthcheck: none` states that there is none on
//! purpose. Images whose `runtime` is an external image are not reported, because that image may have a health check.
//!
//! # Why
//!
//! A container whose program hangs is still running. With a health check, Docker and Compose detect that it does not
//! respond. They can wait for it to start, and replace it.
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

use slipway_plan::Target;
use slipway_spec::Diagnostic;
use slipway_spec::model::Protocol;

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (target, contents) in lint.planned() {
        let Target::Image { name, variant: None, image } = target else { continue };
        let keys = &image.keys;
        let Some(port) = contents.exposed.iter().find(|port| port.protocol == Protocol::Tcp) else { continue };
        let is_asked = keys.runtime.is_some() || image.build.is_some();
        if keys.healthcheck.is_none() && is_asked && contents.base.has_no_health_check() {
            let message = format!("`{}` listens on port {} and has no health check", name.value, port.number);
            findings.push(Diagnostic::warning(name.span, message).with_help(format!(
                "add `healthcheck: {{ http: \":{0}/healthz\" }}` with the path that says whether it is healthy, or \
                 `healthcheck: {{ tcp: \":{0}\" }}`, or `healthcheck: none` if none is needed",
                port.number
            )));
        }
    }
}
