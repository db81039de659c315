//! What `--target` names.

use slipway_spec::model::Image;
use slipway_spec::{Diagnostic, Span, Spanned, Spec};

/// An image of the spec that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Its name, and where it is defined.
    pub name: &'a Spanned<String>,
    /// What the spec says of it.
    pub image: &'a Image,
}

/// Finds what `--target` names; without it the spec's default, else its only image.
///
/// # Errors
/// There is no such target, or none is named where there are several; the message lists them.
pub fn find_target<'a>(spec: &'a Spec, wanted: Option<&str>) -> Result<Target<'a>, Diagnostic> {
    let wanted = wanted.filter(|name| !name.is_empty());
    let target = |(name, image)| Target { name, image };
    let list = || {
        let names: Vec<_> = spec.images.names().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    let at = |span: Span| Span { start: span.start, end: span.end };
    let Some(wanted) = wanted else {
        if let Some(default) = &spec.default
            && let Some(entry) = spec.images.get_entry(default)
        {
            return Ok(target(entry));
        }
        let mut images = spec.images.iter();
        return match (images.next(), images.next()) {
            (Some(only), None) => Ok(target(only)),
            (None, _) => Err(Diagnostic::error(Span::START, "this file defines no image")
                .with_help("add one, for example `images: { api: { go: ./cmd/api } }`")),
            (Some(_), Some(_)) => {
                Err(Diagnostic::error(at(spec.images_span), "several images are defined here and no target is chosen")
                    .with_help(format!(
                        "choose one with `--target`, or add `default: NAME`; the targets are {}",
                        list()
                    )))
            }
        };
    };
    if let Some(entry) = spec.images.get_entry(wanted) {
        return Ok(target(entry));
    }
    // The Dockerfile frontend ignores case in targets, so scripts may rely on it; an exact name always wins.
    let mut folded = spec.images.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if let (Some(entry), None) = (folded.next(), folded.next()) {
        return Ok(target(entry));
    }
    if let Some((image, variant)) = wanted.split_once('/')
        && spec.images.get(image).is_some()
    {
        return Err(Diagnostic::error(
            spec.images.span_of(image).unwrap_or(spec.images_span),
            format!("the target `{wanted}` names the variant `{variant}`, but this release of Slipway does not carry out variants yet"),
        )
        .with_help(format!("build `--target {image}`")));
    }
    let mut diagnostic =
        Diagnostic::error(at(spec.images_span), format!("there is no target `{wanted}`; the targets are {}", list()));
    if let Some(close) = Diagnostic::suggestion(wanted, spec.images.names(), "")
        && close.starts_with("did you mean")
    {
        diagnostic = diagnostic.with_help(close);
    }
    Err(diagnostic)
}
