//! Checks as targets: `check:NAME` for one of the repository, `check:OWNER/NAME` for one of a build.

use std::collections::HashSet;
use std::sync::Arc;

use slipway_spec::model::{Build, Check, Image, RepositoryCheck};
use slipway_spec::{Spanned, Spec};

use super::whole::Whole;

/// A check as a target.
#[derive(Debug, Clone, Copy)]
pub struct CheckTarget<'a> {
    /// Its name, and where it is defined.
    pub name: &'a Spanned<String>,
    /// What defines it.
    pub of: CheckOf<'a>,
}

/// What defines a check.
#[derive(Debug, Clone, Copy)]
pub enum CheckOf<'a> {
    /// The file.
    Repository(&'a RepositoryCheck),
    /// A build.
    Build {
        /// The name of the build, or of the image that defines it.
        owner: &'a str,
        /// The variant of that image, if it defines the build.
        variant: Option<&'a str>,
        /// The check.
        check: &'a Check,
    },
}

/// A use of a check's build: what the check runs with.
#[derive(Debug, Clone, Copy)]
pub struct CheckUse<'a> {
    /// The check. An image can replace one of a build that has its name.
    pub check: &'a Check,
    /// The complete build.
    pub build: &'a Arc<Build>,
    /// The image or variant that it is for; none for the named build itself.
    pub image: Option<ImageUse<'a>>,
}

/// An image or a variant.
#[derive(Debug, Clone, Copy)]
pub struct ImageUse<'a> {
    /// The image's name.
    pub name: &'a str,
    /// The variant's name, if it is one.
    pub variant: Option<&'a str>,
    /// The image, including the changes of the variant.
    pub image: &'a Image,
}

impl CheckUse<'_> {
    /// The folder of its reports, if there are several uses. No image has the name of the folder for the build itself.
    pub(crate) fn folder(&self) -> String {
        match self.image {
            None => "_build".to_owned(),
            Some(ImageUse { name, variant, .. }) => path(name, variant),
        }
    }
}

impl CheckTarget<'_> {
    /// Its name without `check:`.
    #[must_use]
    pub fn path(&self) -> String {
        match self.of {
            CheckOf::Repository(_) => self.name.value.clone(),
            CheckOf::Build { owner, variant, .. } => format!("{}/{}", path(owner, variant), self.name.value),
        }
    }

    /// Whether images wait for it.
    #[must_use]
    pub fn is_gate(&self) -> bool {
        match self.of {
            CheckOf::Repository(check) => check.gate,
            CheckOf::Build { check, .. } => check.gate,
        }
    }
}

fn path(image: &str, variant: Option<&str>) -> String {
    variant.map_or_else(|| image.to_owned(), |variant| format!("{image}/{variant}"))
}

/// Every check, in the order of the file: those of the repository, of builds, of images. A check that an image inherits
/// unchanged is that of its build, or of the image that it extends.
pub(super) fn of(spec: &Spec) -> Vec<CheckTarget<'_>> {
    let repository = spec.checks.iter().map(|(name, check)| CheckTarget { name, of: CheckOf::Repository(check) });
    let mut found: Vec<_> = repository.collect();
    for (owner, build) in spec.builds.iter() {
        found.extend(build.keys.checks.iter().map(|(name, check)| {
            let owner = owner.value.as_str();
            CheckTarget { name, of: CheckOf::Build { owner, variant: None, check } }
        }));
    }
    let mut taken: HashSet<String> = found.iter().map(CheckTarget::path).collect();
    for OfImage { name, used, home } in of_images(spec) {
        let Some(ImageUse { name: owner, variant, .. }) = used.image.filter(|of| home == (of.name, of.variant)) else {
            continue;
        };
        let target = CheckTarget { name, of: CheckOf::Build { owner, variant, check: used.check } };
        if taken.insert(target.path()) {
            found.push(target);
        }
    }
    found
}

/// What the checks of builds run with, each with the path of the check: the build itself, if addresses or nothing use
/// it, and what each image and each variant makes of it.
pub(super) fn uses(spec: &Spec) -> Vec<(String, CheckUse<'_>)> {
    let whole = Whole::of(spec);
    let mut uses: Vec<(String, CheckUse<'_>)> = Vec::new();
    for replaced in [false, true] {
        for (owner, build) in spec.builds.iter() {
            for (name, check) in build.keys.checks.iter() {
                let path = format!("{}/{}", owner.value, name.value);
                // All images of the build may replace the check.
                let is_use = match replaced {
                    false => whole.is_alone(owner, build),
                    true => uses.iter().all(|(known, _)| *known != path),
                };
                if is_use {
                    uses.push((path, CheckUse { check, build, image: None }));
                }
            }
        }
        if !replaced {
            for OfImage { name, used, home: (owner, variant) } in of_images(spec) {
                uses.push((format!("{}/{}", path(owner, variant), name.value), used));
            }
        }
    }
    uses
}

/// A check of an image or a variant.
struct OfImage<'a> {
    name: &'a Spanned<String>,
    used: CheckUse<'a>,
    /// What defines it: a build, an image or a variant.
    home: (&'a str, Option<&'a str>),
}

/// The checks of each image and each variant.
fn of_images(spec: &Spec) -> Vec<OfImage<'_>> {
    let mut found = Vec::new();
    for (name, image) in spec.images.iter() {
        let variants = image.variants.iter().map(|(variant, image)| (Some(variant.value.as_str()), image));
        for (variant, image) in std::iter::once((None, image)).chain(variants) {
            let of = ImageUse { name: &name.value, variant, image };
            let Some(used) = &image.build else { continue };
            for (name, check) in used.build.keys.checks.iter() {
                let used = CheckUse { check, build: &used.build, image: Some(of) };
                found.push(OfImage { name, used, home: home(spec, of, name, check) });
            }
        }
    }
    found
}

/// What defines a check of an image.
fn home<'a>(spec: &'a Spec, mut of: ImageUse<'a>, name: &str, check: &Check) -> (&'a str, Option<&'a str>) {
    let has = |build: &Arc<Build>| build.keys.checks.get(name) == Some(check);
    loop {
        let named = of.image.build.as_ref().and_then(|used| used.name.as_ref());
        if let Some((build, _)) = named.and_then(|name| spec.builds.get_entry(name)).filter(|(_, build)| has(build)) {
            return (&build.value, None);
        }
        let parent = match of.variant {
            Some(_) => Some(of.name),
            None => of.image.keys.extends.as_ref().map(|parent| parent.value.as_str()),
        };
        let parent = parent.and_then(|parent| spec.images.get_entry(parent));
        match parent.filter(|(_, image)| image.build.as_ref().is_some_and(|used| has(&used.build))) {
            Some((name, image)) => of = ImageUse { name: &name.value, variant: None, image },
            None => return (of.name, of.variant),
        }
    }
}
