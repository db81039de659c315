//! Handles on results: the edges of the graph.
//!
//! An op is encoded and named when it is built, from the names of its inputs. So a graph cannot contain a cycle or a
//! dangling edge, sharing is free, and marshaling is a traversal.
//!
//! Handles count references. An arena with numeric handles was measured against it (`cargo bench -p buildkit-llb`): for
//! the 6004 ops of 1000 services it saves 0.7 ms of about 8 ms. That does not justify passing an arena through every
//! caller, or the risk of using a number in the wrong arena.

use std::{collections::HashSet, fmt, sync::Arc};

use crate::{Annotations, CapSet, Definition, Digest, Platform, metadata::Metadata, wire::Writer};

/// One result of one op: a file system that a build can use, or nothing at all ([`Output::scratch`]).
///
/// A handle is two words and cheap to clone. Equal handles name the same result.
#[derive(Clone, Default)]
pub struct Output(pub(crate) Option<Port>);

#[derive(Clone)]
pub(crate) struct Port {
    pub(crate) node: Arc<Node>,
    pub(crate) index: u32,
}

/// A finished op: its bytes, its name, and its metadata.
pub(crate) struct Node {
    pub(crate) digest: Digest,
    pub(crate) bytes: Box<[u8]>,
    /// The ops of the inputs, each once, in the order of writing.
    pub(crate) inputs: Vec<Arc<Node>>,
    pub(crate) metadata: Metadata,
    /// The default platform of an exec on top of this one.
    pub(crate) platform: Option<Arc<Platform>>,
}

impl Output {
    /// The empty file system. It has no op.
    #[must_use]
    pub const fn scratch() -> Self {
        Self(None)
    }

    /// Whether this is [`Output::scratch`].
    #[must_use]
    pub const fn is_scratch(&self) -> bool {
        self.0.is_none()
    }

    /// The name of the op, as the daemon, warnings and progress use it; `None` for scratch.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.0.as_ref().map(|port| port.node.digest)
    }

    /// The index of the result among the op's results, from 0.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.0.as_ref().map_or(0, |port| port.index)
    }

    /// The platform of the result, as far as known: that of the image or exec that it comes from.
    #[must_use]
    pub fn platform(&self) -> Option<&Platform> {
        self.0.as_ref().and_then(|port| port.node.platform.as_deref())
    }

    /// The graph of this result, ready to be sent.
    #[must_use]
    pub fn marshal(&self) -> Definition {
        Definition::of(self)
    }

    pub(crate) fn platform_handle(&self) -> Option<Arc<Platform>> {
        self.0.as_ref().and_then(|port| port.node.platform.clone())
    }

    pub(crate) const fn new(node: Arc<Node>, index: u32) -> Self {
        Self(Some(Port { node, index }))
    }
}

impl PartialEq for Output {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest() && self.index() == other.index()
    }
}

impl Eq for Output {}

impl std::hash::Hash for Output {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.digest(), self.index()).hash(state);
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(port) => write!(f, "Output({}, {})", port.node.digest, port.index),
            None => f.write_str("Output(scratch)"),
        }
    }
}

impl From<&Self> for Output {
    fn from(output: &Self) -> Self {
        output.clone()
    }
}

impl Drop for Node {
    /// Drops long chains without recursion.
    fn drop(&mut self) {
        let mut rest = std::mem::take(&mut self.inputs);
        while let Some(node) = rest.pop() {
            if let Some(mut node) = Arc::into_inner(node) {
                rest.append(&mut node.inputs);
            }
        }
    }
}

/// The inputs of an op that is being built.
#[derive(Clone, Default)]
pub(crate) struct Inputs(Vec<Port>);

/// Index of an empty input.
pub(crate) const EMPTY: i64 = -1;

impl Inputs {
    /// The index of an input, which is added if necessary.
    pub(crate) fn add(&mut self, output: &Output) -> i64 {
        let Some(port) = &output.0 else { return EMPTY };
        let same = |have: &Port| have.index == port.index && have.node.digest == port.node.digest;
        match self.0.iter().position(same) {
            Some(place) => place as i64,
            None => self.push(output),
        }
    }

    /// The index of an input, which is always added.
    pub(crate) fn push(&mut self, output: &Output) -> i64 {
        let Some(port) = &output.0 else { return EMPTY };
        self.0.push(port.clone());
        self.0.len() as i64 - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn ports(&self) -> &[Port] {
        &self.0
    }
}

/// The common parts of all ops.
pub(crate) struct Envelope {
    pub(crate) inputs: Inputs,
    /// Part of the op only for execs, images and builds.
    pub(crate) platform: Option<Arc<Platform>>,
    /// Inherited by users of the result.
    pub(crate) result_platform: Option<Arc<Platform>>,
    pub(crate) annotations: Annotations,
    pub(crate) caps: CapSet,
}

/// The field of `pb.Op` for the kind of op.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Exec = 2,
    Source = 3,
    File = 4,
    Build = 5,
    Merge = 6,
    Diff = 7,
    Passthrough = 8,
}

impl Envelope {
    /// Encodes the op as Go does: inputs, platform, constraints (always present), and the operation last.
    pub(crate) fn seal(self, kind: Kind, fill: impl FnOnce(&mut Writer)) -> Node {
        let mut w = Writer::with_capacity(1024);
        for port in self.inputs.ports() {
            w.message(1, |w| {
                w.digest(1, &port.node.digest);
                w.uint(2, port.index.into());
            });
        }
        if let Some(platform) = &self.platform {
            w.message(10, |w| platform.encode(w));
        }
        w.message(11, |w| w.strings(1, &self.annotations.constraints));
        w.message(kind as u32, fill);
        let bytes: Box<[u8]> = w.as_bytes().into();
        let nodes = self.inputs.0.into_iter().map(|port| port.node);
        Node {
            digest: Digest::of(&bytes),
            bytes,
            inputs: distinct(nodes),
            metadata: Metadata::new(self.annotations, self.caps),
            platform: self.result_platform,
        }
    }
}

/// Each op once, in the order of first use. Two ops may have the same digest and different metadata, so objects are
/// compared.
pub(crate) fn distinct(nodes: impl Iterator<Item = Arc<Node>>) -> Vec<Arc<Node>> {
    let (least, _) = nodes.size_hint();
    let mut out: Vec<Arc<Node>> = Vec::with_capacity(least);
    let mut seen = HashSet::new();
    for node in nodes {
        let new = if out.len() < 8 {
            !out.iter().any(|have| Arc::ptr_eq(have, &node))
        } else {
            if seen.is_empty() {
                seen.extend(out.iter().map(Arc::as_ptr));
            }
            seen.insert(Arc::as_ptr(&node))
        };
        if new {
            out.push(node);
        }
    }
    out
}
