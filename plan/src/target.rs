//! Targets: what `--target` names.

use std::collections::HashSet;
use std::sync::Arc;

use slipway_spec::model::{Build, Image, Origin, Stage};
use slipway_spec::{Diagnostic, FileId, Name, Span, Spanned, Spec};

/// A target of the spec.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// `api`, or `api/debug`.
    Image {
        /// The image's name, and where it is defined.
        name: &'a Spanned<String>,
        /// The variant's name, if one is requested.
        variant: Option<&'a Spanned<String>>,
        /// The image, including the changes of the variant.
        image: &'a Image,
    },
    /// `build:web`: the output of a build.
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
    /// Its name, as for `--target`.
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

    /// The image, if it is one.
    #[must_use]
    pub fn image(&self) -> Option<&'a Image> {
        match self {
            Self::Image { image, .. } => Some(image),
            Self::Build { .. } | Self::Stage { .. } => None,
        }
    }
}

/// The targets of a spec to choose from, in the order of the file: images, each followed by its variants, then builds,
/// then stages. A build that only serves as a base for others is omitted, because it may be incomplete. [`find_target`]
/// still finds it.
pub fn targets(spec: &Spec) -> impl Iterator<Item = Target<'_>> {
    let whole = if spec.images.is_empty() { None } else { Some(Whole::of(spec)) };
    every(spec).filter(move |target| match target {
        Target::Build { name, build } => whole.as_ref().is_none_or(|whole| whole.has(name, build)),
        Target::Image { .. } | Target::Stage { .. } => true,
    })
}

/// The builds that are complete as written.
struct Whole<'a> {
    /// Those that images or addresses use unchanged.
    taken: HashSet<&'a str>,
    /// Those that an image overrides.
    derived_from: HashSet<&'a str>,
}

impl<'a> Whole<'a> {
    fn of(spec: &'a Spec) -> Self {
        let mut whole = Self { taken: HashSet::new(), derived_from: HashSet::new() };
        for used in spec.images_and_variants().filter_map(|image| image.build.as_ref()) {
            let Some(name) = &used.name else { continue };
            let is_itself = spec.builds.get(name).is_some_and(|build| Arc::ptr_eq(build, &used.build));
            let set = if is_itself { &mut whole.taken } else { &mut whole.derived_from };
            set.insert(name.value.as_str());
        }
        let sources = spec.all_builds().into_iter().filter_map(|build| build.origin.as_ref());
        whole.taken.extend(spec.addresses().chain(sources).filter_map(|address| match &address.origin {
            Origin::Named(Name::Build, name) => Some(name.value.as_str()),
            Origin::Named(..) | Origin::Context => None,
        }));
        if let Some((_, name)) = spec.default.as_ref().and_then(|default| default.split_once(':')) {
            whole.taken.insert(name);
        }
        whole
    }

    /// An included file may have builds that this repository does not need.
    fn has(&self, name: &Spanned<String>, build: &Arc<Build>) -> bool {
        let is_own = build.preset.span.file == FileId::ROOT && name.span.file == FileId::ROOT;
        self.taken.contains(name.value.as_str()) || is_own && !self.derived_from.contains(name.value.as_str())
    }
}

/// Every target, complete or not.
fn every(spec: &Spec) -> impl Iterator<Item = Target<'_>> {
    let images = spec.images.iter().flat_map(|(name, image)| {
        std::iter::once(Target::Image { name, variant: None, image }).chain(
            image.variants.iter().map(move |(variant, image)| Target::Image { name, variant: Some(variant), image }),
        )
    });
    let builds = spec.builds.iter().map(|(name, build)| Target::Build { name, build });
    let stages = spec.stages.iter().map(|(name, stage)| Target::Stage { name, stage });
    images.chain(builds).chain(stages)
}

/// The default target: the spec's default, otherwise its only image.
#[must_use]
pub fn default_target(spec: &Spec) -> Option<Target<'_>> {
    if let Some(default) = &spec.default {
        return every(spec).find(|target| target.label() == default.value);
    }
    let mut images = spec.images.iter();
    match (images.next(), images.next()) {
        (Some((name, image)), None) => Some(Target::Image { name, variant: None, image }),
        _ => None,
    }
}

/// Finds the target of `--target`; without it, the spec's default, otherwise its only image.
///
/// # Errors
/// The target does not exist, or none is selected and there are several; the message lists them.
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
                let found = Diagnostic::error(Span::START, "this file does not define an image");
                return match targets(spec).next() {
                    Some(_) => found.with_help(format!("select a target with `--target`; there are {}", list())),
                    None => found.with_help("add one, for example `images: { api: { go: ./cmd/api } }`"),
                };
            }
            Diagnostic::error(spec.images_span, "this file defines several images, and no target is selected")
                .with_help(format!("select one with `--target`, or add `default: NAME`; the targets are {}", list()))
        });
    };
    if let Some(target) = every(spec).find(|target| target.label() == wanted) {
        return Ok(target);
    }
    // The Dockerfile frontend ignores case in targets, so scripts may rely on it; an exact name takes precedence.
    let mut folded = every(spec).filter(|target| target.label().eq_ignore_ascii_case(wanted));
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
    let found =
        Diagnostic::error(spec.images_span, format!("there is no target `{wanted}`; the targets are {}", list()));
    Err(found.with_help_if(close_target(spec, wanted)))
}

/// A target with a similar name. People often forget the prefix `build:` or `stage:`.
fn close_target(spec: &Spec, wanted: &str) -> Option<String> {
    let labels: Vec<_> = every(spec).map(|target| target.label()).collect();
    let bare = |label: &str| label.split_once(':').map(|(_, name)| name.to_owned());
    let named =
        |name: &str| labels.iter().find(|label| bare(label).is_some_and(|bare| bare.eq_ignore_ascii_case(name)));
    if let Some(label) = named(wanted) {
        return Some(format!("did you mean `{label}`?"));
    }
    let bares: Vec<_> = labels.iter().filter_map(|label| bare(label)).collect();
    let candidates = labels.iter().chain(&bares).map(String::as_str);
    let close = Diagnostic::suggestion(wanted, candidates, "").filter(|help| help.starts_with("did you mean"))?;
    // A similar name is suggested with its prefix.
    let name = close.split('`').nth(1).unwrap_or_default();
    match named(name).filter(|_| !labels.iter().any(|label| label == name)) {
        Some(label) => Some(format!("did you mean `{label}`?")),
        None => Some(close),
    }
}
