//! What `--target` names.

use std::sync::Arc;

use slipway_spec::model::{Build, Image, Stage};
use slipway_spec::{Diagnostic, Span, Spanned, Spec};

/// Something of the spec that can be asked for.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// `api`, or `api/debug`.
    Image {
        /// The image's name, and where it is defined.
        name: &'a Spanned<String>,
        /// The variant's name, where one is asked for.
        variant: Option<&'a Spanned<String>>,
        /// What the spec says of it, the variant's changes included.
        image: &'a Image,
    },
    /// `build:web`: what a build makes.
    Build {
        /// The build's name.
        name: &'a Spanned<String>,
        /// The build.
        build: &'a Arc<Build>,
    },
    /// `stage:gen`: a stage.
    Stage {
        /// The stage's name.
        name: &'a Spanned<String>,
        /// The stage.
        stage: &'a Stage,
    },
}

impl<'a> Target<'a> {
    /// Its name, as `--target` takes it.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Image { name, variant: None, .. } => name.value.clone(),
            Self::Image { name, variant: Some(variant), .. } => format!("{}/{}", name.value, variant.value),
            Self::Build { name, .. } => format!("build:{}", name.value),
            Self::Stage { name, .. } => format!("stage:{}", name.value),
        }
    }

    /// Where it is defined.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Image { variant: Some(name), .. }
            | Self::Image { name, .. }
            | Self::Build { name, .. }
            | Self::Stage { name, .. } => name.span,
        }
    }

    /// The image, where it is one.
    #[must_use]
    pub fn image(&self) -> Option<&'a Image> {
        match self {
            Self::Image { image, .. } => Some(image),
            Self::Build { .. } | Self::Stage { .. } => None,
        }
    }
}

/// Every target of a spec, in the order of the file: images, each with its variants behind it, then builds, then stages.
pub fn targets(spec: &Spec) -> impl Iterator<Item = Target<'_>> {
    let images = spec.images.iter().flat_map(|(name, image)| {
        std::iter::once(Target::Image { name, variant: None, image }).chain(
            image.variants.iter().map(move |(variant, image)| Target::Image { name, variant: Some(variant), image }),
        )
    });
    let builds = spec.builds.iter().map(|(name, build)| Target::Build { name, build });
    let stages = spec.stages.iter().map(|(name, stage)| Target::Stage { name, stage });
    images.chain(builds).chain(stages)
}

/// The target that is built when none is named: the spec's default, else its only image.
#[must_use]
pub fn default_target(spec: &Spec) -> Option<Target<'_>> {
    if let Some(default) = &spec.default {
        return targets(spec).find(|target| target.label() == default.value);
    }
    let mut images = spec.images.iter();
    match (images.next(), images.next()) {
        (Some((name, image)), None) => Some(Target::Image { name, variant: None, image }),
        _ => None,
    }
}

/// Finds what `--target` names; without it the spec's default, else its only image.
///
/// # Errors
/// There is no such target, or none is named where there are several; the message lists them.
pub fn find_target<'a>(spec: &'a Spec, wanted: Option<&str>) -> Result<Target<'a>, Diagnostic> {
    let list = || {
        let names: Vec<_> = targets(spec).map(|target| format!("`{}`", target.label())).collect();
        match names.len() {
            0..=20 => names.join(", "),
            more => format!("{}, and {} more", names.get(..20).unwrap_or_default().join(", "), more - 20),
        }
    };
    let Some(wanted) = wanted.filter(|name| !name.is_empty()) else {
        return default_target(spec).ok_or_else(|| {
            if spec.images.is_empty() {
                let found = Diagnostic::error(Span::START, "this file defines no image");
                return match targets(spec).next() {
                    Some(_) => found.with_help(format!("choose a target with `--target`; there are {}", list())),
                    None => found.with_help("add one, for example `images: { api: { go: ./cmd/api } }`"),
                };
            }
            Diagnostic::error(spec.images_span, "several images are defined here and no target is chosen")
                .with_help(format!("choose one with `--target`, or add `default: NAME`; the targets are {}", list()))
        });
    };
    if let Some(target) = targets(spec).find(|target| target.label() == wanted) {
        return Ok(target);
    }
    // The Dockerfile frontend ignores case in targets, so scripts may rely on it; an exact name always wins.
    let mut folded = targets(spec).filter(|target| target.label().eq_ignore_ascii_case(wanted));
    if let (Some(target), None) = (folded.next(), folded.next()) {
        return Ok(target);
    }
    if let Some((image, variant)) = wanted.split_once('/')
        && let Some((name, image)) = spec.images.get_entry(image)
    {
        let help = Diagnostic::suggestion(variant, image.variants.names(), "its variants are");
        return Err(Diagnostic::error(name.span, format!("the image `{}` has no variant `{variant}`", name.value))
            .with_help(help.unwrap_or_else(|| format!("add it: `variants: {{ {variant}: {{ … }} }}`"))));
    }
    let labels: Vec<_> = targets(spec).map(|target| target.label()).collect();
    let mut found =
        Diagnostic::error(spec.images_span, format!("there is no target `{wanted}`; the targets are {}", list()));
    if let Some(close) = Diagnostic::suggestion(wanted, labels.iter().map(String::as_str), "")
        && close.starts_with("did you mean")
    {
        found = found.with_help(close);
    }
    Err(found)
}
