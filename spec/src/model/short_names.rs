//! Short names of `runtime` that are also names of the file: an error where the word could mean either.

use std::collections::HashSet;

use super::image_name::SHORT_NAMES;
use super::{BaseRef, Image, Stage};
use crate::decode::{Context, Name};
use crate::{Diagnostic, Map};

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
