//! Finds ports that not every runtime lets the user of an image listen on.
//!
//! # What it does
//!
//! Looks at `expose` of images for ports below 1024, if the image does not run as root.
//!
//! # Why
//!
//! Linux reserves these ports for root, and runtimes decide whether that also applies in a container. Docker since 20.10
//! and containerd since 2.0 let every user listen on them. CRI-O, which OpenShift has, older releases of containerd and
//! containers in the network of the host do not: the program stops with `permission denied`. A port such as 8080 works
//! everywhere, and whoever runs the container chooses the number that clients see.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   web:
//!     go: ./cmd/web
//!     expose: [80]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   web:
//!     go: ./cmd/web
//!     expose: [8080]
//!     healthcheck: { http: ":8080/healthz" }
//! ```

use slipway_plan::Target;
use slipway_spec::Diagnostic;
use slipway_spec::model::ExposedPort;

use crate::Findings;
use crate::view::View;

/// The first port that is not reserved.
const FIRST_FREE: u16 = 1024;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (target, contents) in lint.planned() {
        let Target::Image { name, variant: None, image } = target else { continue };
        if contents.user.is_root() {
            continue;
        }
        // The ports of the image are those of the key, in its order.
        let places = image.keys.config.expose.iter().map(ExposedPort::span);
        for (port, span) in contents.exposed.iter().zip(places).filter(|(port, _)| port.number < FIRST_FREE) {
            let number = port.number;
            let message =
                format!("not every runtime lets `{}`, which does not run as root, listen on port {number}", name.value);
            findings.push(Diagnostic::warning(span, message).with_help(format!(
                "listen on a port from 1024 on, such as {}, and publish it as {number}",
                8000 + u32::from(number)
            )));
        }
    }
}
