//! Bases that could mean something else than they do: short names of `runtime` that are also names of the file, and
//! variants of an image of the file, which would be pulled from a registry.

use std::collections::HashSet;

use super::image_name::SHORT_NAMES;
use super::{BaseRef, Image, Stage};
use crate::decode::{Context, Name};
use crate::{Diagnostic, Map, Template};

/// Reports each `runtime` that is a short name and also a stage or an image of the file. In an image with the name
/// itself, and in those that inherit the word from the same place, it can only be the short name.
pub(super) fn check(images: &Map<Image>, stages: &Map<Stage>, cx: &mut Context) {
    let mut seen = HashSet::new();
    let all = images.iter().flat_map(|(_, image)| {
        std::iter::once(image).chain(image.variants.iter().map(|(_, variant)| variant)).map(|one| &one.keys.runtime)
    });
    for written in all.flatten().filter_map(BaseRef::image) {
        let Some(word) = written.as_literal().filter(|word| *word != "scratch" && SHORT_NAMES.contains(word)) else {
            continue;
        };
        let stage = stages.get_entry(word).map(|(name, _)| (Name::Stage, name));
        let image = images
            .get_entry(word)
            .filter(|(_, image)| image.keys.runtime.as_ref().map(BaseRef::span) != Some(written.span));
        let Some((kind, name)) = stage.or(image.map(|(name, _)| (Name::Image, name))) else { continue };
        if seen.insert(written.span) {
            let noun = kind.noun();
            let article = if kind == Name::Image { "an" } else { "a" };
            let message = format!("`{word}` is a short name of `runtime` and also {article} {noun} of this file");
            let help = format!("rename the {noun}, and write its new name here if it is meant");
            cx.report(
                Diagnostic::error(written.span, message).with_label(name.span, format!("the {noun}")).with_help(help),
            );
        }
    }
}

/// Reports bases such as `api/dev` if the image `api` of the file has the variant `dev`: only images can be bases.
pub(super) fn check_variants(images: &Map<Image>, stages: &Map<Stage>, cx: &mut Context) {
    let mut seen = HashSet::new();
    let all = images.iter().flat_map(|(_, image)| {
        std::iter::once(image).chain(image.variants.iter().map(|(_, variant)| variant)).map(|one| &one.keys.runtime)
    });
    let of_stages = stages.iter().filter_map(|(_, stage)| stage.from());
    for written in all.flatten().chain(of_stages).filter_map(BaseRef::image) {
        let Some((image, variant)) = written.as_literal().and_then(|word| word.split_once('/')) else { continue };
        let Some(name) = images.get(image).and_then(|image| image.variants.get_entry(variant)).map(|(name, _)| name)
        else {
            continue;
        };
        if seen.insert(written.span) {
            cx.report(is_a_variant(written, (image, variant)).with_label(name.span, "the variant"));
        }
    }
}

fn is_a_variant(written: &Template, (image, variant): (&str, &str)) -> Diagnostic {
    let message = format!("`{image}/{variant}` is a variant of an image of this file, which cannot be a base");
    Diagnostic::error(written.span, message).with_help(format!(
        "start from `{image}`, or make the variant an image that extends it; the image on Docker Hub is \
         `docker.io/{image}/{variant}`"
    ))
}
