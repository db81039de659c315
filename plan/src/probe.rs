//! The probe in an image: the layer with it, which is the same in all images that need it.
//!
//! It comes from the image of the frontend, so it needs no download and no registry.

use serde_json::Value;
use slipway_spec::model::{Healthcheck, Image};
use slipway_spec::{Diagnostic, Name, Span, Template};

use crate::draft::Draft;
use crate::ground::Ground;
use crate::healthcheck::needs_probe;
use crate::init::{self, PROBE};
use crate::{Layer, LayerCopy, LayerItem, Source, StepKind};

/// Where an image needs the probe.
pub(crate) fn wanted(image: &Image) -> Option<Span> {
    let keys = &image.keys;
    let init = keys.init.as_ref().filter(|init| init.value).map(|init| init.span);
    let check = keys.healthcheck.as_ref().filter(|check| needs_probe(Some(check)));
    let check = check.and_then(|check| match check {
        Healthcheck::Check { span, .. } => Some(*span),
        Healthcheck::None => None,
    });
    check.or(init)
}

/// The layer with the probe, if the image needs it and does not stand on an image of the file that has it.
pub(crate) fn layer(
    draft: &mut Draft<'_>,
    (owner, title): (&str, &str),
    image: &Image,
    ground: &Ground,
) -> Option<Layer> {
    let span = wanted(image).filter(|_| !is_there(ground))?;
    let platform = draft.platform.clone();
    let folder = format!("/probes/{}", platform.to_string().replace('/', "-"));
    let name = format!("[internal] load the probe for {platform}");
    let from = draft.add(owner, name, span, StepKind::Source(Source::Probe { platform }));
    let copy = LayerCopy { epoch: true, ..LayerCopy::whole(from, folder, "/").mode(0o755) };
    Some(Layer {
        name: format!("{title} COPY {PROBE}"),
        history: format!("COPY {PROBE}"),
        span,
        items: vec![LayerItem::Copy(copy)],
    })
}

/// Whether an image of the file has the probe: its config refers to it.
fn is_there(ground: &Ground) -> bool {
    let config = &ground.image.config;
    let is_probe = |pointer: &str| config.pointer(pointer).and_then(Value::as_str) == Some(PROBE);
    ground.known.part() == Some(Name::Image)
        && ["/config/Entrypoint/0", "/config/Healthcheck/Test/1"].into_iter().any(is_probe)
}

/// Rejects two first processes.
///
/// # Errors
/// The program of an image with `init` is an init.
pub(crate) fn check_init(
    image: &Image,
    ground: &Ground,
    (entrypoint, cmd): (Option<&[String]>, Option<&[String]>),
) -> Result<(), Diagnostic> {
    let Some(init) = image.keys.init.as_ref().filter(|init| init.value) else { return Ok(()) };
    let inherited = ground.known.entrypoint.as_deref();
    let words = entrypoint.or(inherited).into_iter().flatten().chain(cmd.into_iter().flatten());
    let Some(program) = words.into_iter().next().filter(|program| init::is_init(program)) else { return Ok(()) };
    let found = Diagnostic::error(init.span, format!("the program of this image is already an init: `{program}`"));
    let config = &image.keys.config;
    let first = |words: &Option<Vec<Template>>| words.as_ref().and_then(|words| words.first().cloned());
    let own = first(&config.entrypoint).or_else(|| first(&config.cmd));
    Err(match own {
        Some(word) => found.with_label(word.span, "this program").with_help(format!("delete `init`, or `{program}`")),
        None => found.with_help("write `init: false`: the entrypoint of the base contains one"),
    })
}
