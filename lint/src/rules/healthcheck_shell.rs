//! Finds health checks that call a program which their image does not have.
//!
//! # What it does
//!
//! Looks at `healthcheck: { run: … }` for shells and for `curl`, `wget` and `nc` in images that stand on `scratch`, `static`, `base`, `cc` or `distroless`,
//! which have none of these.
//!
//! # Why
//!
//! Every check fails, so the container is never healthy, and what waits for it never starts.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     healthcheck: { run: [curl, -f, "http://localhost:8080/healthz"] }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     healthcheck: { http: ":8080/healthz" }
//! ```

use slipway_spec::Diagnostic;
use slipway_spec::model::{HealthTest, Healthcheck, Image, Preset};

use crate::view::View;
use crate::{Findings, runtime_words};

/// Programs that people ask for the health of others, and that come with a distribution.
const PROGRAMS: &[&str] = &["sh", "bash", "ash", "dash", "curl", "wget", "nc"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for image in lint.images_and_variants() {
        let Some(Healthcheck::Check { test: HealthTest::Run(command), .. }) = &image.keys.healthcheck else { continue };
        let Some(first) = command.first() else { continue };
        let Some(program) = lint.text(first) else { continue };
        let name = program.rsplit('/').next().unwrap_or_default();
        let Some(runtime) = runtime(lint, image) else { continue };
        if PROGRAMS.contains(&name) && runtime_words::WITHOUT_SHELL.contains(&runtime.as_str()) && !brings(image, name)
        {
            findings.push(
                Diagnostic::warning(
                    first.span,
                    format!("there is no `{name}` in `{runtime}`, so this health check always fails"),
                )
                .with_help("ask with `http:` or `tcp:`, which need no program of the image; or call one that is in it"),
            );
        }
    }
}

/// What an image stands on, where that can be told from the file.
fn runtime(lint: &View<'_>, image: &Image) -> Option<String> {
    match (&image.keys.runtime, image.build.as_ref().map(|build| build.build.preset.value)) {
        (Some(runtime), _) => lint.text(runtime),
        (None, Some(Preset::Go)) => Some("static".to_owned()),
        (None, Some(Preset::Rust)) => Some("cc".to_owned()),
        (None, None) => Some("scratch".to_owned()),
        (None, Some(Preset::Node | Preset::Python | Preset::Java | Preset::Static)) => None,
    }
}

/// Whether a file of the image may be the program.
fn brings(image: &Image, name: &str) -> bool {
    !image.keys.packages.is_empty()
        || image
            .keys
            .files
            .names()
            .any(|destination| destination.ends_with('/') || destination.ends_with(name) || destination.contains("bin"))
}
