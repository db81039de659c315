//! Finds `$NAME` where nothing puts a value in its place.
//!
//! # What it does
//!
//! Looks at `env`, `labels`, `workdir`, `user`, `entrypoint`, `cmd` and health checks of images, and at `env` of stages, for `$NAME` without braces. Commands that
//! go through `sh -c` are left alone, and so is `$$NAME`, which says that the dollar sign is meant.
//!
//! # Why
//!
//! `${NAME}` is the value of an argument. `$NAME` is what a shell would replace, and no shell reads these keys: `PATH: /opt/bin:$PATH` has a folder called
//! `$PATH` in it and none of the system's.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     cmd: [--port, $PORT]
//!     env: { PORT: 8080 }
//! ```
//!
//! # Good
//!
//! ```yaml
//! args: { PORT: 8080 }
//! images:
//!   api:
//!     go: ./cmd/api
//!     cmd: [--port, "${PORT}"]
//! ```

use std::collections::HashSet;

use slipway_spec::model::{HealthTest, Healthcheck, Image};
use slipway_spec::{Diagnostic, Template};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    let args: HashSet<&str> = lint.spec.args.names().collect();
    let images = lint.images_and_variants().flat_map(texts);
    let stages = lint.stages().flat_map(|(_, stage)| stage.env.iter().map(|(_, value)| value));
    let steps = lint.run_steps().flat_map(|run| run.env.iter().map(|(_, value)| value));
    for text in images.chain(stages).chain(steps) {
        let Some(name) = text.bare_name().filter(|name| is_variable(name)) else { continue };
        let help = if args.contains(name) {
            format!("write `${{{name}}}` for the argument")
        } else {
            format!(
                "write the value itself, declare an argument and write `${{{name}}}`, or write `$${name}` if the dollar sign is meant"
            )
        };
        findings.push(
            Diagnostic::warning(text.span, format!("no shell reads this, so `${name}` stays as it is")).with_help(help),
        );
    }
}

/// Texts of an image that no shell reads.
fn texts(image: &Image) -> Vec<&Template> {
    let config = &image.keys.config;
    let mut texts: Vec<&Template> = config.env.iter().chain(config.labels.iter()).map(|(_, value)| value).collect();
    texts.extend(config.workdir.iter().chain(&config.user));
    let healthcheck = match &image.keys.healthcheck {
        Some(Healthcheck::Check { test: HealthTest::Run(run), .. }) => Some(run),
        _ => None,
    };
    let shell = config.entrypoint.as_deref().is_some_and(starts_shell);
    for list in config.entrypoint.iter().chain(&config.cmd).chain(healthcheck) {
        if !shell && !starts_shell(list) {
            texts.extend(list);
        }
    }
    texts
}

/// Whether a command is one for a shell.
fn starts_shell(words: &[Template]) -> bool {
    let text = |index: usize| words.get(index).and_then(Template::as_literal).unwrap_or_default();
    text(0).ends_with("sh") && text(1).starts_with('-') && text(1).ends_with('c')
}

/// Names as environment variables have them; anything else is more likely a text of its own, such as a format of nginx.
fn is_variable(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
