//! How often targets still need each shared part, so that an overview can drop parts that none needs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use slipway_spec::model::{Build, Origin};
use slipway_spec::{Name, Spec};

use crate::Target;

/// The number of remaining uses of each shared part.
pub(crate) struct Uses {
    /// Images by build: those that are still to be planned, and those that are not planned as targets.
    builds: HashMap<*const Build, usize>,
    /// Images that others start from or copy files from.
    pub(super) images: HashSet<String>,
}

impl Uses {
    /// What targets ask for.
    pub(crate) fn of<'t>(spec: &Spec, targets: impl Iterator<Item = Target<'t>>) -> Self {
        let mut builds = HashMap::new();
        let of_targets = targets.filter_map(|target| Some(Arc::as_ptr(&target.image()?.build.as_ref()?.build)));
        let named = spec.builds.iter().map(|(_, build)| Arc::as_ptr(build));
        of_targets.chain(named).for_each(|build| *builds.entry(build).or_default() += 1);
        let images = spec.addresses().filter_map(|address| match &address.origin {
            Origin::Named(Name::Image, name) => Some(name.value.clone()),
            _ => None,
        });
        let bases = spec.named_bases().filter(|(kind, _)| *kind == Name::Image);
        Self { builds, images: images.chain(bases.map(|(_, name)| name.value.clone())).collect() }
    }

    /// Removes one use of a build; returns whether it was the last.
    pub(super) fn is_last(&mut self, build: &Arc<Build>) -> bool {
        self.builds.get_mut(&Arc::as_ptr(build)).is_some_and(|uses| {
            *uses = uses.saturating_sub(1);
            *uses == 0
        })
    }
}
