//! Image references: their form, and plain words that probably mean something else.
//!
//! To every engine, a plain word is the name of an image on Docker Hub. If the word is the name of something in this
//! file, resembles such a name, or resembles one of the short names of `runtime`, an unintended image would be pulled
//! silently, so it is an error.

mod well_known;
mod wrong_form;

pub(super) use self::well_known::WELL_KNOWN;
use self::wrong_form::wrong_form;
use super::form::Texts;
use crate::decode::{Context, Name};
use crate::{Diagnostic, Template};
use slipway_diagnostic::{brief, closest};

/// The short names of `runtime`.
pub const SHORT_NAMES: [&str; 6] = ["scratch", "static", "base", "cc", "distroless", "slim"];

/// Images on Docker Hub whose names are one letter away from a short name.
const NO_TYPOS: &[&str] = &["bash", "gcc"];

/// Whether a plain word is the name of a well-known image.
pub(crate) fn is_well_known(word: &str) -> bool {
    WELL_KNOWN.contains(&word)
}

/// What a plain word may refer to, besides an image in a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `runtime`: a short name, or a name of the file.
    Runtime,
    /// `from` of a stage: a name of the file.
    Stage,
    /// Only an image.
    Other,
}

/// The base of an image.
pub(crate) fn runtime(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| look(template, Place::Runtime, cx));
}

/// The base of a stage.
pub(crate) fn base(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| look(template, Place::Stage, cx));
}

/// An image in a registry.
pub(crate) fn reference(value: &impl Texts, cx: &mut Context) {
    value.texts().for_each(|template| look(template, Place::Other, cx));
}

fn look(template: &Template, place: Place, cx: &mut Context) {
    let start = template.literal_start();
    let Some(written) = template.as_literal() else {
        if start.contains("://") {
            let message = format!("`{}` is the start of a URL, but this must be an image reference", brief(start));
            cx.report(
                Diagnostic::error(template.span, message)
                    .with_help("write the image without `…://`, as in `alpine:3.22`"),
            );
        }
        return;
    };
    if let Some(name) = template.bare_name() {
        let message = format!("no shell expands `${name}` here, and it is not a valid image reference");
        let found = Diagnostic::error(template.span, message);
        let text = written.replacen(&format!("${name}"), &format!("${{{name}}}"), 1);
        cx.report(if cx.names.has_arg(name) {
            found.with_fix(template.span, format!("\"{text}\""))
        } else {
            found.with_help(format!("declare it, `args: {{ {name}: \"…\" }}`, and use it as `${{{name}}}`"))
        });
        return;
    }
    if place == Place::Stage && part_of_file(written, cx).is_some() {
        return;
    }
    if let Some((message, put_right)) = wrong_form(written) {
        let found = Diagnostic::error(template.span, format!("`{}` {message}", brief(written)));
        let is_right = |text: &String| wrong_form(text).is_none() && (place == Place::Runtime || text != "static");
        cx.report(match put_right.filter(is_right) {
            Some(text) => found.with_fix(template.span, crate::yaml::quoted(&text)),
            None => found.with_help(
                "write it as in `alpine:3.22` or `registry.example.com/team/name:tag`, in lower case and without spaces",
            ),
        });
        return;
    }
    if !written.contains(['/', ':', '@', '.']) {
        plain_word(written, template, place, cx);
    } else if let Some(name) = own_name(written)
        && let Some(kind) = of_file(name, cx)
    {
        is_of_file(name, kind, (written, template), place, cx);
    }
}

/// The name in a reference with a tag or digest, unless it is a well-known image: Docker Hub has no other images
/// without a `/`.
fn own_name(reference: &str) -> Option<&str> {
    let name = reference.split([':', '@']).next()?;
    (!reference.contains('/') && !WELL_KNOWN.contains(&name)).then_some(name)
}

impl crate::Spec {
    /// The name in this file that equals that of an image reference, which would be pulled from a registry.
    #[must_use]
    pub fn hidden_by_image(&self, reference: &str) -> Option<(&str, Name)> {
        let name = own_name(reference)?;
        let found = [
            (self.images.get_entry(name).map(|(name, _)| name), Name::Image),
            (self.stages.get_entry(name).map(|(name, _)| name), Name::Stage),
            (self.builds.get_entry(name).map(|(name, _)| name), Name::Build),
        ];
        found.into_iter().find_map(|(name, kind)| Some((name?.value.as_str(), kind)))
    }
}

/// What a name refers to in this file, in a place where a plain word would be an image in a registry.
pub(crate) fn of_file(word: &str, cx: &Context) -> Option<Name> {
    [Name::Image, Name::Stage, Name::Build, Name::Context].into_iter().find(|kind| cx.names.has(*kind, word))
}

/// The part of the file that a base of this name refers to. A name of several kinds refers to the first of these, as in
/// an address.
pub(super) fn part_of_file(word: &str, cx: &Context) -> Option<Name> {
    [Name::Stage, Name::Image, Name::Context].into_iter().find(|kind| cx.names.has(*kind, word))
}

fn is_of_file(name: &str, kind: Name, (written, template): (&str, &Template), place: Place, cx: &mut Context) {
    let message =
        format!("`{name}` is {} {} of this file, but this must be an image in a registry", article(kind), kind.noun());
    let instead = match (place, kind) {
        (Place::Runtime, Name::Build) => format!("to use its files, set `files: {{ /PATH: \"{name}:/PATH\" }}`"),
        (Place::Stage, Name::Build) => {
            format!("to use its files, add the step `copy: {{ from: \"{name}:/PATH\", to: /PATH }}`")
        }
        (Place::Other, _) => "name an image in a registry".to_owned(),
        (Place::Runtime | Place::Stage, _) => format!("to start from it, write `{name}`, without tag and digest"),
    };
    let help = format!("{instead}; the image on Docker Hub is `docker.io/library/{}`", brief(written));
    let found = Diagnostic::error(template.span, message).with_help(help);
    let is_base = place != Place::Other && kind != Name::Build;
    cx.report(if is_base { found.with_fix(template.span, crate::yaml::quoted(name)) } else { found });
}

fn plain_word(word: &str, template: &Template, place: Place, cx: &mut Context) {
    if word == "scratch" || place == Place::Runtime && SHORT_NAMES.contains(&word) {
        return;
    }
    if let Some(kind) = of_file(word, cx) {
        is_of_file(word, kind, (word, template), place, cx);
        return;
    }
    if WELL_KNOWN.contains(&word) {
        return;
    }
    let parts = || [Name::Stage, Name::Image, Name::Context].into_iter().flat_map(|kind| cx.names.of(kind));
    let close = match place {
        Place::Runtime if !NO_TYPOS.contains(&word) => {
            closest(word, SHORT_NAMES).map(|close| (close, "short name")).or_else(|| of_parts(word, parts()))
        }
        Place::Stage => of_parts(word, parts()),
        Place::Runtime | Place::Other => None,
    };
    if let Some((close, missing)) = close.map(|(close, missing)| (close.to_owned(), missing)) {
        let message = format!("`{word}` is not a {missing}, so it would be pulled from Docker Hub");
        let found = Diagnostic::error(template.span, message);
        let help = format!("did you mean `{close}`? The image on Docker Hub is `docker.io/library/{word}`");
        cx.report(found.with_help(help).with_fix(template.span, close));
    }
}

/// A part of the file with a similar name.
fn of_parts<'n>(word: &str, parts: impl Iterator<Item = &'n str> + Clone) -> Option<(&'n str, &'static str)> {
    closest(word, parts).map(|close| (close, "name of this file"))
}

fn article(kind: Name) -> &'static str {
    if kind == Name::Image { "an" } else { "a" }
}
