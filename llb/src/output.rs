//! Handles on results: the edges of the graph.
//!
//! An op is encoded and named as soon as it is built, from the names of its inputs. So a graph cannot hold a cycle or
//! an edge to nowhere, sharing is free, and marshalling is a walk over what is there.
//!
//! Handles count references. An arena with numbers for handles was measured against it (`cargo bench -p buildkit-llb`):
//! for the 6004 ops of 1000 services it saves 0.7 ms of some 8 ms. Not enough to make every caller carry an arena
//! around, or to let a number of one arena be used in another.

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

/// An op that is done: its bytes, its name, and what is said about it.
pub(crate) struct Node {
    pub(crate) digest: Digest,
    pub(crate) bytes: Box<[u8]>,
    /// The ops of the inputs, each once, in the order in which they are to be written.
    pub(crate) inputs: Vec<Arc<Node>>,
    pub(crate) metadata: Metadata,
    /// What an exec on top of this one is for, unless it says otherwise.
    pub(crate) platform: Option<Arc<Platform>>,
}

impl Output {
    /// The empty file system. It costs nothing: there is no op for it.
    #[must_use]
    pub const fn scratch() -> Self {
        Self(None)
    }

    /// Whether this is [`Output::scratch`].
    #[must_use]
    pub const fn is_scratch(&self) -> bool {
        self.0.is_none()
    }

    /// The name of the op behind the handle, as the daemon, warnings and progress use it; `None` for scratch.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.0.as_ref().map(|port| port.node.digest)
    }

    /// Which of the op's results this is, from 0.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.0.as_ref().map_or(0, |port| port.index)
    }

    /// What the result is for, as far as the graph says: the platform of the image or exec that it stems from.
    #[must_use]
    pub fn platform(&self) -> Option<&Platform> {
        self.0.as_ref().and_then(|port| port.node.platform.as_deref())
    }

    /// The graph that ends in this result, ready to be sent.
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
    /// Takes long chains apart without recursion.
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

/// Index of an input that is empty.
pub(crate) const EMPTY: i64 = -1;

impl Inputs {
    /// The index of an input, which is added unless it is there already.
    pub(crate) fn add(&mut self, output: &Output) -> i64 {
        let Some(port) = &output.0 else { return EMPTY };
        let same = |have: &Port| have.index == port.index && have.node.digest == port.node.digest;
        match self.0.iter().position(same) {
            Some(place) => place as i64,
            None => self.push(output),
        }
    }

    /// The index of an input, which is added even if it is there already.
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

/// Everything an op has in common with the others.
pub(crate) struct Envelope {
    pub(crate) inputs: Inputs,
    /// Written into the op: for execs, images and builds only.
    pub(crate) platform: Option<Arc<Platform>>,
    /// What users of the result inherit.
    pub(crate) result_platform: Option<Arc<Platform>>,
    pub(crate) annotations: Annotations,
    pub(crate) caps: CapSet,
}

/// The field of `pb.Op` that tells what an op does.
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
    /// Encodes the op as Go does: inputs, platform, constraints (always there), and what it does at the end.
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

/// Each op once, in the order of first use. Two ops may have one digest and say different things about themselves, so
/// it is the object that counts.
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
