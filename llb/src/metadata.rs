//! Metadata outside the digest of an op: `OpMetadata`, and the op's source locations.

use buildkit_proto::{ext, pb};

use crate::annotate::Description;
use crate::{Annotations, CapSet, ExportCache, Location, Membership, ProgressGroup, Resources, wire::Writer};

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metadata {
    pub(crate) caps: CapSet,
    pub(crate) ignore_cache: bool,
    pub(crate) export_cache: Option<ExportCache>,
    pub(crate) description: Description,
    pub(crate) progress_group: Option<ProgressGroup>,
    pub(crate) resources: Option<Box<Resources>>,
    pub(crate) locations: Vec<Location>,
}

impl Metadata {
    /// The metadata of the op, with the capabilities that its content requires.
    pub(crate) fn new(annotations: Annotations, caps: CapSet) -> Self {
        Self {
            caps,
            ignore_cache: annotations.ignore_cache,
            export_cache: annotations.export_cache,
            description: annotations.description,
            progress_group: annotations.progress_group,
            resources: None,
            locations: annotations.locations,
        }
    }

    /// The metadata, to be set for another op. Worker constraints are part of the op itself and not included.
    pub(crate) fn to_annotations(&self) -> Annotations {
        Annotations {
            ignore_cache: self.ignore_cache,
            description: self.description.clone(),
            export_cache: self.export_cache,
            progress_group: self.progress_group.clone(),
            constraints: Vec::new(),
            locations: self.locations.clone(),
        }
    }

    /// Merges the metadata of another op with the same digest, which takes precedence, as in BuildKit's own client.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.caps.extend(&other.caps);
        self.ignore_cache |= other.ignore_cache;
        self.export_cache = other.export_cache.or(self.export_cache);
        self.description.extend(&other.description);
        if other.progress_group.is_some() {
            self.progress_group.clone_from(&other.progress_group);
        }
        if other.resources.is_some() {
            self.resources.clone_from(&other.resources);
        }
        for location in &other.locations {
            if !self.locations.contains(location) {
                self.locations.push(location.clone());
            }
        }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.bool(1, self.ignore_cache);
        w.string_map(2, self.description.iter());
        if let Some(export) = self.export_cache {
            w.message(4, |w| w.bool(1, export == ExportCache::Always));
        }
        self.caps.for_each_id(|id| {
            w.message(5, |w| {
                w.string(1, id);
                w.bool(2, true);
            });
        });
        if let Some(group) = &self.progress_group {
            w.message(6, |w| {
                w.string(1, &group.id);
                w.string(2, &group.name);
                w.bool(3, group.membership == Membership::Weak);
            });
        }
        if let Some(resources) = &self.resources {
            w.message(7, |w| resources.encode(w));
        }
    }

    /// As the maintained wire type, which does not contain resources.
    pub(crate) fn to_pb(&self) -> pb::OpMetadata {
        pb::OpMetadata {
            ignore_cache: self.ignore_cache,
            description: self.description.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            export_cache: self.export_cache.map(|export| pb::ExportCache { value: export == ExportCache::Always }),
            caps: self.caps.ids().into_iter().map(|id| (id.to_owned(), true)).collect(),
            progress_group: self.progress_group.as_ref().map(|group| pb::ProgressGroup {
                id: group.id.to_string(),
                name: group.name.to_string(),
                weak: group.membership == Membership::Weak,
            }),
        }
    }

    pub(crate) fn from_ext(metadata: ext::OpMetadata) -> Self {
        let mut caps = CapSet::new();
        for (id, _) in metadata.caps.iter().filter(|(_, needed)| **needed) {
            caps.insert_id(id);
        }
        Self {
            caps,
            ignore_cache: metadata.ignore_cache,
            export_cache: metadata
                .export_cache
                .map(|export| if export.value { ExportCache::Always } else { ExportCache::Never }),
            description: metadata.description.into_iter().collect(),
            progress_group: metadata.progress_group.map(|group| ProgressGroup {
                id: group.id.into(),
                name: group.name.into(),
                membership: if group.weak { Membership::Weak } else { Membership::Full },
            }),
            resources: metadata.linux_resources.map(|resources| Box::new(Resources::from(resources))),
            locations: Vec::new(),
        }
    }
}
