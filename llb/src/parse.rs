//! From a marshaled definition to a graph: inputs of a frontend, results of nested builds, files.
//!
//! The bytes of ops are kept unchanged, because other ops refer to their digests.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use buildkit_proto::{ext, pb};
use prost::Message as _;

use crate::file::writing_order;
use crate::{Digest, Location, Output, Platform, Range, SourceFile, metadata::Metadata, output::Node};

/// Why some bytes are not a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// They are not protobuf, or not of this kind.
    Malformed {
        /// What could not be read: the definition, or the op at this index.
        what: String,
    },
    /// The last op does not name exactly one result.
    NoTerminal,
    /// An op refers to a missing op.
    MissingInput {
        /// The digest of the missing op, as written.
        digest: String,
    },
    /// An op refers to an output with an invalid index.
    BadIndex {
        /// The index.
        index: i64,
    },
    /// Ops depend on each other in a cycle.
    Cycle,
    /// A location refers to a missing file.
    MissingFile {
        /// The index of the file.
        index: i32,
    },
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { what } => write!(f, "{what} cannot be read"),
            Self::NoTerminal => f.write_str("the last op of a definition must name one result"),
            Self::MissingInput { digest } => write!(f, "op {digest} is used but not there"),
            Self::BadIndex { index } => write!(f, "an op has no output {index}"),
            Self::Cycle => f.write_str("ops depend on each other in a cycle"),
            Self::MissingFile { index } => write!(f, "a location points at file {index}, which is not there"),
        }
    }
}

impl std::error::Error for ParseError {}

impl Output {
    /// The result of an encoded definition. Empty bytes are the definition of scratch.
    ///
    /// ```
    /// use buildkit_llb::prelude::*;
    ///
    /// let base = Image::new("alpine").into_output();
    /// assert_eq!(Output::decode(&base.marshal().encode())?, base);
    /// # Ok::<(), buildkit_llb::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the bytes are not a definition. No input causes a panic.
    pub fn decode(definition: &[u8]) -> Result<Self, ParseError> {
        let definition = ext::Definition::decode(definition).map_err(|_| malformed("the definition"))?;
        parse(&definition.def, definition.metadata, definition.source.as_ref())
    }

    /// The result of a definition, from the maintained wire type.
    ///
    /// # Errors
    ///
    /// If it is not a definition.
    pub fn from_pb(definition: &pb::Definition) -> Result<Self, ParseError> {
        let metadata = |metadata: &pb::OpMetadata| ext::OpMetadata {
            ignore_cache: metadata.ignore_cache,
            description: metadata.description.clone(),
            export_cache: metadata.export_cache,
            caps: metadata.caps.clone(),
            progress_group: metadata.progress_group.clone(),
            linux_resources: None,
        };
        let metadata = definition.metadata.iter().map(|(k, v)| (k.clone(), metadata(v)));
        parse(&definition.def, metadata.collect(), definition.source.as_ref())
    }
}

fn malformed(what: &str) -> ParseError {
    ParseError::Malformed { what: what.to_owned() }
}

/// An op that has been read, before its inputs are resolved.
struct Read<'a> {
    bytes: &'a [u8],
    op: ext::Op,
    inputs: Vec<Digest>,
}

fn parse(
    def: &[Vec<u8>],
    mut metadata: BTreeMap<String, ext::OpMetadata>,
    source: Option<&pb::Source>,
) -> Result<Output, ParseError> {
    let Some((terminal, ops)) = def.split_last() else {
        return Ok(Output::scratch());
    };
    let mut files = Files::read(source)?;
    let mut read = HashMap::with_capacity(ops.len());
    for (place, bytes) in ops.iter().enumerate() {
        read.insert(Digest::of(bytes), read_op(bytes, &format!("op {place}"))?);
    }
    let terminal = read_op(terminal, "the last op")?;
    let ([head], [input], None) = (terminal.inputs.as_slice(), terminal.op.inputs.as_slice(), &terminal.op.op) else {
        return Err(ParseError::NoTerminal);
    };
    let index = output_index(input.index)?;

    let mut nodes: HashMap<Digest, Arc<Node>> = HashMap::with_capacity(read.len());
    let mut path = vec![*head];
    while let Some(digest) = path.last().copied() {
        if nodes.contains_key(&digest) {
            path.pop();
            continue;
        }
        let op = read.get(&digest).ok_or_else(|| ParseError::MissingInput { digest: digest.to_string() })?;
        let open = op.inputs.iter().find(|input| !nodes.contains_key(input));
        if let Some(open) = open {
            // Longer than the number of ops: there are duplicates.
            if path.len() > read.len() {
                return Err(ParseError::Cycle);
            }
            path.push(*open);
            continue;
        }
        path.pop();
        let mut inputs: Vec<_> = op.inputs.iter().filter_map(|input| nodes.get(input)).collect();
        let own = op.op.platform.as_ref().map(|platform| Arc::new(Platform::from(platform)));
        let inherited = || inputs.first().and_then(|node| node.platform.clone());
        let inherited = own.clone().or_else(inherited);
        // When written again, the ops are in the order of BuildKit's client.
        if let Some(ext::OpKind::File(file)) = &op.op.op {
            let actions: Vec<_> = file.actions.iter().map(|action| (action.input, action.secondary_input)).collect();
            let order = writing_order(inputs.len(), &actions);
            inputs = order.into_iter().filter_map(|place| inputs.get(place).copied()).collect();
        }
        let text = digest.to_string();
        let said = metadata.remove(&text).unwrap_or_default();
        let mut said = Metadata::from_ext(said);
        said.locations = files.locations(&text)?;
        let node = Node {
            digest,
            bytes: op.bytes.into(),
            platform: inherited,
            inputs: crate::output::distinct(inputs.into_iter().cloned()),
            metadata: said,
        };
        nodes.insert(digest, Arc::new(node));
    }
    let head = nodes.remove(head).ok_or(ParseError::NoTerminal)?;
    Ok(Output::new(head, index))
}

fn read_op<'a>(bytes: &'a [u8], what: &str) -> Result<Read<'a>, ParseError> {
    let op = ext::Op::decode(bytes).map_err(|_| malformed(what))?;
    let input = |input: &pb::Input| {
        output_index(input.index)?;
        input.digest.parse().map_err(|_| ParseError::MissingInput { digest: input.digest.clone() })
    };
    let inputs = op.inputs.iter().map(input).collect::<Result<_, _>>()?;
    Ok(Read { bytes, op, inputs })
}

fn output_index(index: i64) -> Result<u32, ParseError> {
    u32::try_from(index).map_err(|_| ParseError::BadIndex { index })
}

/// The files of a definition, and the locations in them.
struct Files<'a> {
    files: Vec<SourceFile>,
    locations: Option<&'a BTreeMap<String, pb::Locations>>,
}

impl<'a> Files<'a> {
    fn read(source: Option<&'a pb::Source>) -> Result<Self, ParseError> {
        let mut files = Vec::new();
        for info in source.iter().flat_map(|source| &source.infos) {
            let file = SourceFile::new(&info.filename, &info.language, info.data.clone());
            // Nesting of definitions is limited: `prost` reads messages to a depth of 100.
            files.push(match &info.definition {
                Some(definition) => file.loaded_by(Output::from_pb(definition)?.marshal()),
                None => file,
            });
        }
        Ok(Self { files, locations: source.map(|source| &source.locations) })
    }

    fn locations(&mut self, digest: &str) -> Result<Vec<Location>, ParseError> {
        let locations = self.locations.and_then(|locations| locations.get(digest));
        let locate = |location: &pb::Location| {
            let index = location.source_index;
            let file = usize::try_from(index).ok().and_then(|index| self.files.get(index));
            let file = file.ok_or(ParseError::MissingFile { index })?;
            Ok(file.at_all(location.ranges.iter().map(Range::from)))
        };
        locations.iter().flat_map(|l| &l.locations).map(locate).collect()
    }
}
