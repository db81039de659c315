//! Images for debugging: the layers of the image that ships, with a debugger and a shell on top of them, and a command
//! that starts the program in the debugger.
//!
//! Everything that is added is in one folder of its own, so that it hides no file of the image or its base.

mod commands;
mod debugging;
mod tools;

use slipway_spec::Diagnostic;
use slipway_spec::model::{Image, Port, Protocol, PurposeKind};

pub(crate) use self::debugging::Debugging;
use self::debugging::FOLDER;
use crate::config::Evaluated;
use crate::draft::Draft;
use crate::ground::Ground;
use crate::output::{BuildOutput, Debugger};
use crate::{Layer, PlanError};

/// What an image gets if it is for debugging.
///
/// # Errors
/// A key asks for a debugger, but the image has no program that one knows.
pub(crate) fn wanted(owner: &str, image: &Image, made: Option<&BuildOutput>) -> Result<Option<Debugging>, Diagnostic> {
    let Some(purpose) = image.purpose else { return Ok(None) };
    let PurposeKind::Debug(port) = purpose.kind else { return Ok(None) };
    let span = purpose.span;
    let debugger = made.and_then(|made| made.debugger.clone()).map(|debugger| {
        let port = port.unwrap_or(debugger.usual_port());
        (debugger, port)
    });
    if debugger.is_none() && purpose.is_explicit {
        let what = match &image.build {
            Some(build) => format!("the {} preset has none", build.build.preset.value.name()),
            None => "it has no build".to_owned(),
        };
        return Err(Diagnostic::error(span, format!("`{owner}` has no program for a debugger: {what}"))
            .with_help("delete the key, or write `inspect: false` in an image that inherits it"));
    }
    let programs = made.map(|made| made.programs.clone()).unwrap_or_default();
    Ok(Some(Debugging { span, debugger, is_explicit: purpose.is_explicit, programs }))
}

/// The layers with the debugger and a shell.
///
/// # Errors
/// An image of them cannot be found, or there is no debugger for the platform.
pub(crate) async fn layers(
    draft: &mut Draft<'_>,
    (owner, prefix): (&str, &str),
    ground: &Ground,
    debugging: &Debugging,
) -> Result<Vec<Layer>, PlanError> {
    if let Some((debugger, port)) = &debugging.debugger {
        let name = commands::name(debugger);
        draft.note(owner, format!("the program runs in {name}, which listens on port {port}"), debugging.span);
    }
    let mut layers = Vec::new();
    if let Some((debugger, _)) = &debugging.debugger {
        layers.extend(tools::debugger(draft, (owner, prefix, debugging.span), debugger).await?);
    }
    // gdbserver is started by a script.
    let needs_shell = matches!(debugging.debugger, Some((Debugger::Gdb, _)));
    if needs_shell || ground.known.has_shell() != Some(true) {
        layers.push(tools::shell(draft, (owner, prefix, debugging.span)).await?);
    }
    Ok(layers)
}

/// Changes the config of an image for debugging: its command, its port, and the folder with a shell at the end of
/// `PATH`.
///
/// # Errors
/// The image does not run the program that the debugger knows.
pub(crate) fn start(debugging: Option<&Debugging>, ground: &Ground, config: &mut Evaluated) -> Result<(), Diagnostic> {
    let Some(debugging) = debugging else { return Ok(()) };
    if ground.known.has_shell() != Some(true) {
        commands::add_to_path(&ground.image.config, &mut config.env, &format!("{FOLDER}/bin"));
    }
    let Some((debugger, port)) = &debugging.debugger else { return Ok(()) };
    commands::start((debugger, *port), (ground, debugging), config)?;
    let exposed = Port { number: *port, protocol: Protocol::Tcp };
    if !config.expose.contains(&exposed) {
        config.expose.push(exposed);
    }
    Ok(())
}
