//! What `--target` names.

use std::collections::HashSet;
use std::sync::Arc;

use slipway_spec::model::{Build, Image, Origin, Stage};
use slipway_spec::{Diagnostic, FileId, Name, Span, Spanned, Spec};

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

/// The targets of a spec to choose from, in the order of the file: images, each with its variants behind it, then
/// builds, then stages. A build that is there for others to derive from is not among them: it need not be complete.
/// [`find_target`] finds it all the same.
pub fn targets(spec: &Spec) -> impl Iterator<Item = Target<'_>> {
    let whole = if spec.images.is_empty() { None } else { Some(Whole::of(spec)) };
    every(spec).filter(move |target| match target {
        Target::Build { name, build } => whole.as_ref().is_none_or(|whole| whole.has(name, build)),
        Target::Image { .. } | Target::Stage { .. } => true,
    })
}

/// The builds that are complete as they are written.
struct Whole<'a> {
    /// Those that images or addresses take as they are.
    taken: HashSet<&'a str>,
    /// Those that an image lays options of its own over.
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

    /// An included file may have builds for repositories that need other ones.
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

/// The target that is built when none is named: the spec's default, else its only image.
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
    if let Some(target) = every(spec).find(|target| target.label() == wanted) {
        return Ok(target);
    }
    // The Dockerfile frontend ignores case in targets, so scripts may rely on it; an exact name always wins.
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

/// A target whose name is near to what was asked for. Those of builds and stages are often forgotten to begin with
/// `build:` and `stage:`.
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
    // What is near to a bare name is told by the whole one.
    let name = close.split('`').nth(1).unwrap_or_default();
    match named(name).filter(|_| !labels.iter().any(|label| label == name)) {
        Some(label) => Some(format!("did you mean `{label}`?")),
        None => Some(close),
    }
}
