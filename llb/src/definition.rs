//! A marshaled graph: every op once, inputs before users, the terminal op last.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use buildkit_proto::pb;

use crate::{
    Cap, CapSet, Digest, Output, Range, SourceFile,
    metadata::Metadata,
    output::{Node, Port},
    wire::Writer,
};

/// A marshaled graph. Equal graphs give equal bytes, in every process.
///
/// It contains each op once, inputs before users, then a terminal op that names the result. In addition, it contains
/// the metadata of ops and the source files that they refer to. The definition of scratch is empty.
#[derive(Clone, Default)]
pub struct Definition {
    ops: Vec<Entry>,
    /// The files that locations refer to, each once.
    files: Vec<SourceFile>,
    head: Option<(Digest, u32)>,
}

#[derive(Clone)]
struct Entry {
    node: Arc<Node>,
    /// Present if several ops have this digest: their merged metadata.
    merged: Option<Box<Metadata>>,
}

impl Entry {
    fn metadata(&self) -> &Metadata {
        self.merged.as_deref().unwrap_or(&self.node.metadata)
    }
}

/// One op of a [`Definition`].
#[derive(Clone, Copy)]
pub struct DefinitionOp<'a> {
    digest: Digest,
    bytes: &'a [u8],
    metadata: &'a Metadata,
}

impl<'a> DefinitionOp<'a> {
    /// The name of the op.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The canonical bytes of the op, a `pb.Op`.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The capabilities that this op needs.
    #[must_use]
    pub const fn required_caps(&self) -> &'a CapSet {
        &self.metadata.caps
    }

    /// The name in the progress display, if set.
    #[must_use]
    pub fn custom_name(&self) -> Option<&'a str> {
        let key = buildkit_proto::keys::attrs::DESCRIPTION_CUSTOM_NAME;
        self.metadata.description.get(key)
    }

    pub(crate) const fn metadata(&self) -> &'a Metadata {
        self.metadata
    }
}

impl Definition {
    pub(crate) fn of(output: &Output) -> Self {
        let Some(Port { node, index }) = &output.0 else {
            return Self::default();
        };
        let ops = walk(node);
        let mut definition = Self { files: Vec::new(), head: Some((node.digest, *index)), ops };
        definition.collect_files();
        definition
    }

    fn collect_files(&mut self) {
        for entry in &self.ops {
            for location in &entry.metadata().locations {
                if !self.files.iter().any(|file| file == location.file()) {
                    self.files.push(location.file().clone());
                }
            }
        }
    }

    /// Whether this is the definition of scratch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// The op that produces the result.
    #[must_use]
    pub fn head(&self) -> Option<Digest> {
        self.head.map(|(digest, _)| digest)
    }

    /// The ops, inputs before users, without the terminal op.
    pub fn ops(&self) -> impl ExactSizeIterator<Item = DefinitionOp<'_>> {
        self.ops.iter().map(|entry| DefinitionOp {
            digest: entry.node.digest,
            bytes: &entry.node.bytes,
            metadata: entry.metadata(),
        })
    }

    /// The ops in memory, with their metadata.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&Arc<Node>, &Metadata)> {
        self.ops.iter().map(|entry| (&entry.node, entry.metadata()))
    }

    /// All capabilities that this graph needs.
    #[must_use]
    pub fn required_caps(&self) -> CapSet {
        let mut caps = self.terminal_caps();
        for op in self.ops() {
            caps.extend(op.required_caps());
        }
        caps
    }

    /// The source files of ops, for source maps.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The bytes of the last op, which only names the result. Empty for scratch.
    pub(crate) fn terminal_bytes(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(80);
        if let Some((digest, index)) = &self.head {
            w.message(1, |w| {
                w.digest(1, digest);
                w.uint(2, u64::from(*index));
            });
        }
        w.into_bytes()
    }

    pub(crate) fn terminal_caps(&self) -> CapSet {
        if self.is_empty() {
            return CapSet::new();
        }
        let mut caps = CapSet::from([Cap::Constraints, Cap::Platform]);
        for entry in &self.ops {
            let metadata = entry.metadata();
            if metadata.ignore_cache {
                caps.insert(Cap::MetaIgnoreCache);
            }
            if !metadata.description.is_empty() {
                caps.insert(Cap::MetaDescription);
            }
            if metadata.export_cache.is_some() {
                caps.insert(Cap::MetaExportCache);
            }
        }
        caps
    }

    fn terminal_metadata(&self) -> Metadata {
        Metadata { caps: self.terminal_caps(), ..Metadata::default() }
    }

    /// The definition as bytes of `pb.Definition`, for example for `EncodedSolveRequest`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let ops: usize = self.ops.iter().map(|entry| entry.node.bytes.len() + 512).sum();
        let files: usize = self.files.iter().map(|file| file.data().len() + 64).sum();
        let mut w = Writer::with_capacity(ops + files + 256);
        self.write(&mut w);
        w.into_bytes()
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        if self.is_empty() {
            return;
        }
        let terminal_bytes = self.terminal_bytes();
        let terminal_metadata = self.terminal_metadata();
        for entry in &self.ops {
            w.bytes_always(1, &entry.node.bytes);
        }
        w.bytes_always(1, &terminal_bytes);

        // Maps have no order on the wire. Using that of the ops keeps memory access local.
        let terminal = (Digest::of(&terminal_bytes), &terminal_metadata);
        for (digest, metadata) in self.ops().map(|op| (op.digest, op.metadata)).chain([terminal]) {
            w.message(2, |w| {
                w.digest(1, &digest);
                w.message(2, |w| metadata.write(w));
            });
        }
        if !self.files.is_empty() {
            w.message(3, |w| self.write_source(w));
        }
    }

    fn write_source(&self, w: &mut Writer) {
        for DefinitionOp { digest, metadata, .. } in self.ops() {
            if metadata.locations.is_empty() {
                continue;
            }
            w.message(1, |w| {
                w.digest(1, &digest);
                w.message(2, |w| {
                    for location in &metadata.locations {
                        w.message(1, |w| {
                            w.uint(1, self.file_index(location.file()) as u64);
                            for range in location.ranges() {
                                w.message(2, |w| range.encode(w));
                            }
                        });
                    }
                });
            });
        }
        for file in &self.files {
            w.message(2, |w| file.encode(w));
        }
    }

    fn file_index(&self, file: &SourceFile) -> usize {
        let same = self.files.iter().position(|have| have.same_object(file));
        let equal = || self.files.iter().position(|have| have == file);
        same.or_else(equal).unwrap_or_default()
    }

    /// The definition as the maintained wire type, for example for `SolveRequest`.
    ///
    /// That type does not contain [`Resources`](crate::Resources) yet and loses them; [`Definition::encode`] keeps
    /// them.
    #[must_use]
    pub fn to_pb(&self) -> pb::Definition {
        if self.is_empty() {
            return pb::Definition::default();
        }
        let terminal = self.terminal_bytes();
        let mut metadata: std::collections::BTreeMap<_, _> =
            self.ops().map(|op| (op.digest.to_string(), op.metadata.to_pb())).collect();
        let terminal_metadata = self.terminal_metadata().to_pb();
        metadata.insert(Digest::of(&terminal).to_string(), terminal_metadata);
        let ops = self.ops.iter().map(|entry| entry.node.bytes.to_vec());
        pb::Definition { def: ops.chain([terminal]).collect(), metadata, source: self.source_to_pb() }
    }

    pub(crate) fn source_to_pb(&self) -> Option<pb::Source> {
        let locations = |metadata: &Metadata| pb::Locations {
            locations: metadata
                .locations
                .iter()
                .map(|location| pb::Location {
                    source_index: i32::try_from(self.file_index(location.file())).unwrap_or_default(),
                    ranges: location.ranges().map(Range::to_pb).collect(),
                })
                .collect(),
        };
        (!self.files.is_empty()).then(|| pb::Source {
            locations: self
                .ops()
                .filter(|op| !op.metadata.locations.is_empty())
                .map(|op| (op.digest.to_string(), locations(op.metadata)))
                .collect(),
            infos: self.files.iter().map(SourceFile::to_pb).collect(),
        })
    }
}

/// A node and all ops below it, inputs before users, in the order of BuildKit's own client. Without recursion: graphs
/// can be deep.
fn walk(root: &Arc<Node>) -> Vec<Entry> {
    let mut ops: Vec<Entry> = Vec::new();
    let mut places: HashMap<Digest, usize, Hashed> = HashMap::default();
    let mut entered: HashSet<*const Node, Hashed> = HashSet::default();
    // A node and how many of its inputs have been entered.
    let mut path: Vec<(&Arc<Node>, usize)> = vec![(root, 0)];
    entered.insert(Arc::as_ptr(root));
    while let Some((node, next)) = path.last_mut() {
        if let Some(input) = node.inputs.get(*next) {
            *next += 1;
            if entered.insert(Arc::as_ptr(input)) {
                path.push((input, 0));
            }
            continue;
        }
        let node = *node;
        path.pop();
        match places.get(&node.digest).and_then(|place| ops.get_mut(*place)) {
            Some(entry) => {
                let merged = entry.merged.get_or_insert_with(|| Box::new(entry.node.metadata.clone()));
                merged.merge(&node.metadata);
            }
            None => {
                places.insert(node.digest, ops.len());
                ops.push(Entry { node: Arc::clone(node), merged: None });
            }
        }
    }
    ops
}

/// Keys that are digests or addresses are evenly distributed and hard to choose, so mixing their first eight bytes is
/// enough. This takes a fifth of the time of the standard hash.
type Hashed = BuildHasherDefault<FirstBytes>;

#[derive(Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.write_u64(u64::from_le_bytes(*first));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.encode() == other.encode()
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition").field("head", &self.head).field("ops", &self.ops.len()).finish_non_exhaustive()
    }
}
