//! Which builds are complete as written: a build that images only extend may be incomplete.

use std::collections::HashSet;
use std::sync::Arc;

use slipway_spec::model::{Build, Origin};
use slipway_spec::{FileId, Name, Spanned, Spec};

/// The builds that are complete as written.
pub(super) struct Whole<'a> {
    /// Those that images use unchanged.
    taken: HashSet<&'a str>,
    /// Those that addresses or the default target name.
    named: HashSet<&'a str>,
    /// Those that an image overrides.
    derived_from: HashSet<&'a str>,
}

impl<'a> Whole<'a> {
    pub(super) fn of(spec: &'a Spec) -> Self {
        let mut whole = Self { taken: HashSet::new(), named: HashSet::new(), derived_from: HashSet::new() };
        for used in spec.images_and_variants().filter_map(|image| image.build.as_ref()) {
            let Some(name) = &used.name else { continue };
            let is_itself = spec.builds.get(name).is_some_and(|build| Arc::ptr_eq(build, &used.build));
            let set = if is_itself { &mut whole.taken } else { &mut whole.derived_from };
            set.insert(name.value.as_str());
        }
        let sources = spec.all_builds().into_iter().filter_map(|build| build.origin.as_ref());
        whole.named.extend(spec.addresses().chain(sources).filter_map(|address| match &address.origin {
            Origin::Named(Name::Build, name) => Some(name.value.as_str()),
            Origin::Named(..) | Origin::Context => None,
        }));
        if let Some((_, name)) = spec.default.as_ref().and_then(|default| default.split_once(':')) {
            whole.named.insert(name);
        }
        whole
    }

    /// Whether a build is complete.
    pub(super) fn has(&self, name: &Spanned<String>, build: &Arc<Build>) -> bool {
        self.taken.contains(name.value.as_str()) || self.is_alone(name, build)
    }

    /// Whether a build is used without an image. An included file may have builds that this repository does not need.
    pub(super) fn is_alone(&self, name: &Spanned<String>, build: &Arc<Build>) -> bool {
        let is_own = build.preset.span.file == FileId::ROOT && name.span.file == FileId::ROOT;
        let name = name.value.as_str();
        self.named.contains(name) || is_own && !self.taken.contains(name) && !self.derived_from.contains(name)
    }
}
