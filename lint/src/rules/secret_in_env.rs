//! Finds secrets in the environment.
//!
//! # What it does
//!
//! Looks for variables whose names suggest a secret, such as `DB_PASSWORD` or `API_TOKEN`, in `env` of images, builds,
//! stages and checks. Names of something about a secret, such as `TOKEN_FILE` or `PASSWORD_MIN_LENGTH`, and values that
//! cannot be a secret, such as an empty one, a path or a boolean, are not reported. Neither are values of steps that
//! only take the place of a secret and say so, such as `build-key` or `dummy`.
//!
//! # Why
//!
//! The environment of an image is part of its config, which everyone who can pull the image can read; that of a step is
//! recorded in the history and provenance of the build. Replace a secret that was in either.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     env: { DB_PASSWORD: hunter2 }
//! ```
//!
//! # Good
//!
//! The program reads a file that is mounted when the image runs. Build steps get secrets from `secrets`.
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     env: { DB_PASSWORD_FILE: /run/secrets/db-password }
//! ```
//!
//! ```yaml
//! builds:
//!   shop:
//!     preset: python
//!     run:
//!       - run: python manage.py collectstatic --noinput
//!         env: { SECRET_KEY: build-key }
//! images:
//!   shop: { build: shop, cmd: [gunicorn, shop.wsgi] }
//! ```

use slipway_spec::{Diagnostic, Map, Template};

use crate::Findings;
use crate::secret_name::{cannot_be_secret, is_placeholder, names_secret};
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for image in lint.images_and_variants() {
        look(
            lint,
            &image.keys.config.env,
            "everyone who can pull the image can read it",
            "read it in the program from a file that is mounted when the image runs",
            cannot_be_secret,
            findings,
        );
    }
    for env in lint.step_envs() {
        look(
            lint,
            env,
            "it is recorded in the history of the build",
            "declare it under `secrets`, with `env:` for the name of the variable, and list it in `secrets` of the \
             step",
            |value| cannot_be_secret(value) || is_placeholder(value),
            findings,
        );
    }
}

fn look(
    lint: &View<'_>,
    env: &Map<Template>,
    why: &str,
    help: &str,
    harmless: fn(&str) -> bool,
    findings: &mut Findings,
) {
    for (name, value) in env.iter() {
        if names_secret(name) && !lint.text(value).is_some_and(|text| harmless(&text)) {
            let message = format!("`{}` looks like a secret, and {why}", name.value);
            findings.push(Diagnostic::warning(name.span, message).with_help(help));
        }
    }
}
