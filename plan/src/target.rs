//! Targets: what `--target` names.

mod checks;
mod whole;

use std::sync::Arc;

use slipway_spec::model::{Build, Image, Scan, Stage};
use slipway_spec::{Diagnostic, Span, Spanned, Spec};

pub use self::checks::{CheckOf, CheckTarget, CheckUse, ImageUse};
use self::whole::Whole;

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
    /// `api/scan`: the reports of a scan.
    Scan {
        /// The image's name, and where it is defined.
        name: &'a Spanned<String>,
        /// The variant's name, if it is one.
        variant: Option<&'a Spanned<String>>,
        /// The image, including the changes of the variant.
        image: &'a Image,
        /// Its scan.
        scan: &'a Spanned<Scan>,
    },
    /// `api/test`: the report of all tests of an image.
    Tests {
        /// The image's name, and where it is defined.
        name: &'a Spanned<String>,
        /// The variant's name, if it is one.
        variant: Option<&'a Spanned<String>>,
        /// The image, including the changes of the variant.
        image: &'a Image,
    },
    /// `check:lint` or `check:shop/test`: a check, with its reports.
    Check(CheckTarget<'a>),
    /// `check:all`: every check, with its reports in a folder of its name.
    Checks {
        /// Where the first one is defined.
        span: Span,
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
            Self::Scan { name, variant: None, .. } => format!("{}/{SCAN}", name.value),
            Self::Scan { name, variant: Some(variant), .. } => format!("{}/{}/{SCAN}", name.value, variant.value),
            Self::Tests { name, variant: None, .. } => format!("{}/{TEST}", name.value),
            Self::Tests { name, variant: Some(variant), .. } => format!("{}/{}/{TEST}", name.value, variant.value),
            Self::Check(check) => format!("check:{}", check.path()),
            Self::Checks { .. } => format!("check:{ALL_CHECKS}"),
        }
    }

    /// Where it is defined.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Image { variant: Some(name), .. }
            | Self::Image { name, .. }
            | Self::Build { name, .. }
            | Self::Stage { name, .. }
            | Self::Check(CheckTarget { name, .. }) => name.span,
            Self::Scan { scan, .. } => scan.span,
            Self::Tests { name, image, .. } => image.keys.tests.iter().next().map_or(name.span, |(test, _)| test.span),
            Self::Checks { span } => *span,
        }
    }

    /// The image, if it is one.
    #[must_use]
    pub fn image(&self) -> Option<&'a Image> {
        match self {
            Self::Image { image, .. } => Some(image),
            _ => None,
        }
    }
}

/// The target of every check of a spec.
#[must_use]
pub fn check_targets(spec: &Spec) -> Vec<CheckTarget<'_>> {
    checks::of(spec)
}

/// What the checks of builds run with, each with the name of the check without `check:`.
#[must_use]
pub fn check_uses(spec: &Spec) -> Vec<(String, CheckUse<'_>)> {
    checks::uses(spec)
}

/// The targets of a spec to choose from, in the order of the file: images, each followed by its variants, then builds,
/// stages, tests, scans and checks. A build that only serves as a base for others is omitted, because it may be
/// incomplete, and so are the tests that a variant inherits, and `check:all` for one check. [`find_target`] still finds
/// them.
pub fn targets(spec: &Spec) -> impl Iterator<Item = Target<'_>> {
    let whole = if spec.images.is_empty() { None } else { Some(Whole::of(spec)) };
    let mut checks = 0;
    every(spec).filter(move |target| match target {
        Target::Build { name, build } => whole.as_ref().is_none_or(|whole| whole.has(name, build)),
        Target::Tests { name, variant: Some(_), image } => {
            spec.images.get(name).is_none_or(|parent| parent.keys.tests != image.keys.tests)
        }
        Target::Check(_) => {
            checks += 1;
            true
        }
        Target::Checks { .. } => checks > 1,
        _ => true,
    })
}

/// The scan of an image or a variant as a target. A variant that does not change the scan of its image has none of its
/// own, and a variant with this name takes precedence.
fn scan_of<'a>(
    name: &'a Spanned<String>,
    variant: Option<&'a Spanned<String>>,
    image: &'a Image,
    parent: &'a Image,
) -> Option<Target<'a>> {
    let scan = image.keys.scan.as_ref()?;
    let is_own = match variant {
        Some(_) => parent.keys.scan.as_ref() != Some(scan),
        None => parent.variants.get(SCAN).is_none(),
    };
    is_own.then_some(Target::Scan { name, variant, image, scan })
}

/// The tests of an image or a variant as a target. A variant named `test` takes precedence.
fn tests_of<'a>(
    name: &'a Spanned<String>,
    variant: Option<&'a Spanned<String>>,
    image: &'a Image,
) -> Option<Target<'a>> {
    let is_hidden = variant.is_none() && image.variants.get(TEST).is_some();
    (!is_hidden && !image.keys.tests.is_empty()).then_some(Target::Tests { name, variant, image })
}

/// The name of the target of a scan.
const SCAN: &str = "scan";

/// The name of the target of the tests of an image.
const TEST: &str = "test";

/// Every target, complete or not.
fn every(spec: &Spec) -> impl Iterator<Item = Target<'_>> {
    let images = spec.images.iter().flat_map(|(name, image)| {
        std::iter::once(Target::Image { name, variant: None, image }).chain(
            image.variants.iter().map(move |(variant, image)| Target::Image { name, variant: Some(variant), image }),
        )
    });
    let builds = spec.builds.iter().map(|(name, build)| Target::Build { name, build });
    let stages = spec.stages.iter().map(|(name, stage)| Target::Stage { name, stage });
    let checks = checks::of(spec);
    let all = checks.first().map(|first| Target::Checks { span: first.name.span });
    let examined = spec.images.iter().flat_map(|(name, image)| {
        let variants = image.variants.iter().map(|(variant, image)| (Some(variant), image));
        let all = std::iter::once((None, image)).chain(variants);
        all.flat_map(move |(variant, own)| {
            [tests_of(name, variant, own), scan_of(name, variant, own, image)].into_iter().flatten()
        })
    });
    let stages = stages.chain(examined);
    images.chain(builds).chain(stages).chain(checks.into_iter().map(Target::Check)).chain(all)
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
    // As in a Dockerfile, a stage also has its plain name, and so has a build, if nothing else has it.
    let mut plain = every(spec).filter(|target| match target {
        Target::Build { name, .. } | Target::Stage { name, .. } => name.eq_ignore_ascii_case(wanted),
        _ => false,
    });
    if let (Some(target), None) = (plain.next(), plain.next()) {
        return Ok(target);
    }
    if let Some(name) = wanted.strip_prefix("check:") {
        return find_check(spec, name);
    }
    if let Some((image, variant)) = wanted.split_once('/')
        && let Some((name, image)) = spec.images.get_entry(image)
    {
        let lacks = match variant {
            TEST => Some(("`tests`", "tests: { version: { run: [/program, --version] } }")),
            SCAN => Some(("`scan`", "scan: { severity: high }")),
            _ => None,
        };
        if let Some((key, example)) = lacks {
            let message = format!("the image `{}` has no {key}, so there is no target `{wanted}`", name.value);
            return Err(Diagnostic::error(name.span, message).with_help(format!("add it: `{example}`")));
        }
        let help = Diagnostic::suggestion(variant, image.variants.names(), "its variants are");
        return Err(Diagnostic::error(name.span, format!("the image `{}` has no variant `{variant}`", name.value))
            .with_help(help.unwrap_or_else(|| format!("add it: `variants: {{ {variant}: {{ … }} }}`"))));
    }
    let found =
        Diagnostic::error(spec.images_span, format!("there is no target `{wanted}`; the targets are {}", list()));
    Err(found.with_help_if(close_target(spec, wanted)))
}

/// Finds a check by its name without that of its build.
fn find_check<'a>(spec: &'a Spec, wanted: &str) -> Result<Target<'a>, Diagnostic> {
    let all = checks::of(spec);
    let mut named = all.iter().filter(|check| check.name.eq_ignore_ascii_case(wanted));
    let list = |checks: &[CheckTarget<'_>]| {
        let mut names: Vec<_> = checks.iter().take(20).map(|check| format!("`check:{}`", check.path())).collect();
        if checks.len() > names.len() {
            names.push(format!("and {} more", checks.len() - names.len()));
        }
        names.join(", ")
    };
    let (first, second) = (named.next(), named.next());
    if let (Some(first), None) = (first, second) {
        return Ok(Target::Check(*first));
    }
    if let Some(first) = first {
        let several: Vec<_> = all.iter().filter(|check| check.name.eq_ignore_ascii_case(wanted)).copied().collect();
        let found = Diagnostic::error(first.name.span, format!("several checks are named `{wanted}`"));
        return Err(found.with_help(format!("select one: {}", list(&several))));
    }
    let message = format!("there is no check `{wanted}`");
    if all.is_empty() {
        let found = Diagnostic::error(spec.images_span, format!("{message}; this file has no checks"));
        return Err(found.with_help("add one to a build: `checks: { test: { run: … } }`"));
    }
    let paths: Vec<_> = all.iter().map(CheckTarget::path).collect();
    let names = paths.iter().map(String::as_str).chain(all.iter().map(|check| check.name.value.as_str()));
    let close = Diagnostic::suggestion(wanted, names, "").filter(|help| help.starts_with("did you mean"));
    let help = close.map(|help| help.replacen('`', "`check:", 1));
    let found = Diagnostic::error(spec.images_span, format!("{message}; the checks are {}", list(&all)));
    Err(found.with_help_if(help))
}

/// The name of the target of every check.
const ALL_CHECKS: &str = "all";

/// A target with a similar name. People often forget the prefix `build:`, `stage:` or `check:`.
fn close_target(spec: &Spec, wanted: &str) -> Option<String> {
    let labels: Vec<_> = every(spec).map(|target| target.label()).collect();
    let bare = |label: &str| label.split_once(':').map(|(_, name)| name.to_owned());
    let is_named = |label: &&String, name: &str| {
        let bare = bare(label);
        bare.is_some_and(|bare| [Some(&*bare), bare.split('/').next_back()].contains(&Some(name)))
    };
    let named = |name: &str| labels.iter().find(|label| is_named(label, name));
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
