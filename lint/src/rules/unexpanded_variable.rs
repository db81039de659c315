//! Finds `$NAME` and `$(command)` in values that no shell expands.
//!
//! # What it does
//!
//! Looks at `env`, `labels`, `metadata`, `workdir`, `user`, `entrypoint`, `cmd` and health checks of images, at `env`
//! of builds, steps and checks, at `ldflags`, and at the defaults of arguments, for `$NAME` without braces, for
//! `$(command)`, and for a command in backticks. Commands that run through `sh -c` are not reported, nor is `$$`, which
//! is a literal dollar sign.
//!
//! # Why
//!
//! `${NAME}` is the value of an argument. `$NAME` is shell syntax, but no shell reads these keys:
//! `PATH: /opt/bin:$PATH` contains a folder named `$PATH` and none of the system folders, and a program stamped with
//! `$(git rev-parse HEAD)` reports exactly this text. To use the output of a command, pass it as an argument:
//! `--build-arg COMMIT="$(git rev-parse HEAD)"`.
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
//! ```yaml
//! images:
//!   api:
//!     go: { main: ./cmd/api, ldflags: -X main.commit=$(git rev-parse HEAD) }
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
//!
//! ```yaml
//! args: { COMMIT: unknown }
//! images:
//!   api:
//!     go: { main: ./cmd/api, ldflags: "-X main.commit=${COMMIT}" }
//! ```

use std::collections::HashSet;

use slipway_spec::model::{HealthTest, Healthcheck, Image, ImageUser, PresetOptions};
use slipway_spec::{Diagnostic, Span, Template};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    report_defaults(lint, findings);
    let args: HashSet<&str> = lint.spec.args.names().collect();
    let images = lint.images_and_variants().flat_map(texts);
    let steps = lint.step_envs().into_iter().flat_map(|env| env.iter().map(|(_, value)| value));
    let flags = lint.builds().into_iter().filter_map(|build| match &build.options {
        PresetOptions::Go(options) => options.ldflags.as_ref(),
        _ => None,
    });
    for text in images.chain(steps).chain(flags) {
        report_command(&text.substitution(), text.span, findings);
        let Some(name) = text.bare_name().filter(|name| is_variable(name)) else { continue };
        let help = if args.contains(name) {
            format!("write `${{{name}}}` for the argument")
        } else {
            format!(
                "write the value itself, or declare an argument and write `${{{name}}}`; for a literal dollar sign, \
                 use `$${name}`"
            )
        };
        findings.push(Diagnostic::warning(text.span, format!("no shell expands `${name}` here")).with_help(help));
    }
}

/// The default of an argument looks like a template, but nothing in it is replaced.
fn report_defaults(lint: &View<'_>, findings: &mut Findings) {
    for (_, arg) in lint.spec.args.iter() {
        let Some(default) = &arg.default else { continue };
        let text = Template::parse(&default.value, default.span).ok();
        report_command(&text.and_then(|text| text.substitution()), default.span, findings);
    }
}

fn report_command(command: &Option<String>, span: Span, findings: &mut Findings) {
    let Some(command) = command else { return };
    let name = if command.contains("git ") { "COMMIT" } else { "VALUE" };
    // The one of the two forms that can be nested.
    let inside = command.trim_start_matches("$(").trim_end_matches(')').trim_matches('`');
    findings.push(
        Diagnostic::warning(span, format!("no shell expands {} here", shown(command))).with_help(
            format!(
                "declare an argument, `args: {{ {name}: \"\" }}`, write `${{{name}}}` here, and build with `--build-arg {name}=\"$({inside})\"`"
            ),
        ),
    );
}

/// A command as messages quote it; one in backticks is put in quotes.
fn shown(command: &str) -> String {
    if command.starts_with('`') { command.to_owned() } else { format!("`{command}`") }
}

/// Texts of an image that no shell expands.
fn texts(image: &Image) -> Vec<&Template> {
    let config = &image.keys.config;
    let mut texts: Vec<&Template> = config.env.iter().chain(config.labels.iter()).map(|(_, value)| value).collect();
    texts.extend(config.workdir.iter().chain(config.user.iter().flat_map(ImageUser::texts)));
    let metadata = &image.keys.metadata;
    texts.extend([&metadata.title, &metadata.description, &metadata.version, &metadata.revision].into_iter().flatten());
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

/// Whether a command is for a shell.
fn starts_shell(words: &[Template]) -> bool {
    let text = |index: usize| words.get(index).and_then(Template::as_literal).unwrap_or_default();
    text(0).ends_with("sh") && text(1).starts_with('-') && text(1).ends_with('c')
}

/// Names in the usual form of environment variables; other names are probably meant literally, such as log formats of
/// nginx.
fn is_variable(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
