//! Finds debuggers in images that ship.
//!
//! # What it does
//!
//! Looks at images for the key `inspect`, and at `entrypoint`, `cmd`, and the variables `NODE_OPTIONS`,
//! `JAVA_TOOL_OPTIONS` and `JDK_JAVA_OPTIONS` for `--inspect` of Node, `jdwp` of Java, `debugpy` of Python, `dlv` and
//! `gdbserver`. Variants are for development, so debuggers are allowed there.
//!
//! # Why
//!
//! Anyone who can reach the port of a debugger can read the program's memory and run code in it.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     java: .
//!     env: { JAVA_TOOL_OPTIONS: "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005" }
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     java: .
//!     variants: { debug: { inspect: 5005 } }
//! ```

use slipway_spec::model::{Image, Preset, PurposeKind};
use slipway_spec::{Diagnostic, Template};

use crate::Findings;
use crate::view::View;

/// Variables that contain options of the program.
const OPTIONS: &[&str] = &["NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"];

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (_, image) in lint.images() {
        let config = &image.keys.config;
        let in_env = config.env.iter().filter(|(name, _)| OPTIONS.contains(&name.value.as_str()));
        let found = in_env
            .filter_map(|(name, value)| {
                let text = lint.text(value)?;
                let is_node = name.value == "NODE_OPTIONS";
                text.split_whitespace().any(|word| is_option(word, is_node)).then_some(("env", value.span))
            })
            .chain(command(lint, image, "entrypoint", config.entrypoint.as_deref()))
            .chain(command(lint, image, "cmd", config.cmd.as_deref()));
        if let Some(purpose) = image.purpose.filter(|purpose| matches!(purpose.kind, PurposeKind::Debug(_))) {
            findings.push(
                Diagnostic::warning(purpose.span, "the image starts a debugger, which others may be able to reach")
                    .with_help("move it to a variant: `variants: { debug: { inspect: … } }`"),
            );
        }
        for (key, span) in found {
            findings.push(
                Diagnostic::warning(span, "the image starts a debugger, which others may be able to reach")
                    .with_help(format!("move it to a variant: `variants: {{ debug: {{ {key}: … }} }}`")),
            );
        }
    }
}

/// The word that starts a debugger in a command.
fn command(
    lint: &View<'_>,
    image: &Image,
    key: &'static str,
    command: Option<&[Template]>,
) -> Option<(&'static str, slipway_spec::Span)> {
    let words: Vec<(String, &Template)> =
        command.into_iter().flatten().filter_map(|word| Some((lint.text(word)?, word))).collect();
    let program = words.first().and_then(|(word, _)| word.rsplit('/').next()).unwrap_or_default();
    let is_node = program == "node" || image.build.as_ref().is_some_and(|used| used.build.preset.value == Preset::Node);
    let is_module =
        |index: usize| index.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|(word, _)| word == "-m");
    let mut words_with_place = words.iter().enumerate();
    let found = words_with_place.find(|(index, (word, _))| {
        is_option(word, is_node)
            || *index == 0 && matches!(program, "dlv" | "gdbserver" | "debugpy")
            || word == "debugpy" && is_module(*index)
    });
    found.map(|(_, (_, word))| (key, word.span))
}

fn is_option(word: &str, is_node: bool) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    is_node && matches!(name, "--inspect" | "--inspect-brk" | "--inspect-wait")
        || word.starts_with("-agentlib:jdwp")
        || word.starts_with("-Xrunjdwp")
}
