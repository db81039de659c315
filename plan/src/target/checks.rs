//! Checks as targets: `check:NAME` for one of the repository, `check:OWNER/NAME` for one of a build.

use std::collections::{HashMap, HashSet};
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
        /// The complete build that it runs with.
        build: &'a Arc<Build>,
        /// The image of that build, if it is not the named build itself.
        image: Option<&'a Image>,
    },
}

impl CheckTarget<'_> {
    /// Its name without `check:`.
    #[must_use]
    pub fn path(&self) -> String {
        let name = &self.name.value;
        match self.of {
            CheckOf::Repository(_) => name.clone(),
            CheckOf::Build { owner, variant: None, .. } => format!("{owner}/{name}"),
            CheckOf::Build { owner, variant: Some(variant), .. } => format!("{owner}/{variant}/{name}"),
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

    /// Whether it has reports.
    #[must_use]
    pub fn has_output(&self) -> bool {
        match self.of {
            CheckOf::Repository(check) => !check.output.is_empty(),
            CheckOf::Build { check, .. } => !check.output.is_empty(),
        }
    }
}

/// Every check, in the order of the file: those of the repository, of builds, of images. A check that an image inherits
/// unchanged is that of its build.
pub(super) fn of(spec: &Spec) -> Vec<CheckTarget<'_>> {
    let repository = spec.checks.iter().map(|(name, check)| CheckTarget { name, of: CheckOf::Repository(check) });
    let mut found: Vec<_> = repository.collect();
    add_named(spec, &mut found);
    let mut taken: HashSet<String> = found.iter().map(CheckTarget::path).collect();
    for (owner, image) in spec.images.iter() {
        let parent = image.keys.extends.as_ref().and_then(|parent| spec.images.get(&parent.value));
        let variants = image.variants.iter().map(|(name, variant)| (Some(name.value.as_str()), variant, Some(image)));
        for (variant, image, parent) in std::iter::once((None, image, parent)).chain(variants) {
            let Some(used) = &image.build else { continue };
            let named = used.name.as_ref().and_then(|name| spec.builds.get(&name.value));
            let inherited = named.or_else(|| parent?.build.as_ref().map(|used| &used.build));
            for (name, check) in used.build.keys.checks.iter() {
                if inherited.is_some_and(|build| build.keys.checks.get(name) == Some(check)) {
                    continue;
                }
                let (owner, build, image) = (owner.value.as_str(), &used.build, Some(image));
                let target = CheckTarget { name, of: CheckOf::Build { owner, variant, check, build, image } };
                if taken.insert(target.path()) {
                    found.push(target);
                }
            }
        }
    }
    found
}

/// The checks of named builds. A build that images only extend may be incomplete: its checks run with the first of
/// these images.
fn add_named<'a>(spec: &'a Spec, found: &mut Vec<CheckTarget<'a>>) {
    if spec.builds.iter().all(|(_, build)| build.keys.checks.is_empty()) {
        return;
    }
    let whole = Whole::of(spec);
    let mut derived: HashMap<&str, Vec<&Image>> = HashMap::new();
    for image in spec.images_and_variants() {
        if let Some(name) = image.build.as_ref().and_then(|used| used.name.as_ref()) {
            derived.entry(&name.value).or_default().push(image);
        }
    }
    for (owner, build) in spec.builds.iter() {
        for (name, check) in build.keys.checks.iter() {
            let carries = |image: &&&Image| {
                let build = image.build.as_ref().map(|used| &used.build);
                build.is_some_and(|build| build.keys.checks.get(name) == Some(check))
            };
            let mut images = derived.get(owner.value.as_str()).into_iter().flatten();
            let image = if whole.has(owner, build) { None } else { images.find(carries).copied() };
            let build = image.and_then(|image| image.build.as_ref()).map_or(build, |used| &used.build);
            let owner = owner.value.as_str();
            found.push(CheckTarget { name, of: CheckOf::Build { owner, variant: None, check, build, image } });
        }
    }
}
