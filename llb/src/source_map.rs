//! Source locations of ops: ranges in the user's files. If an op fails, clients show an excerpt.

use std::sync::Arc;

use buildkit_proto::pb;

use crate::{Definition, wire::Writer};

/// A source file of ops, with its content. Cheap to clone; a definition contains each file once.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let file = SourceFile::new("build.yaml", "YAML", "image: alpine\n");
/// let base = Image::new("alpine").location(file.at(Range::line(1))).into_output();
/// assert_eq!(base.marshal().to_pb().source.unwrap().infos[0].filename, "build.yaml");
/// ```
#[derive(Clone, Debug)]
pub struct SourceFile(Arc<Inner>);

#[derive(Debug, PartialEq)]
struct Inner {
    filename: String,
    language: String,
    data: Vec<u8>,
    definition: Option<Definition>,
}

impl SourceFile {
    /// A file by its name (as in the frontend option `filename`, so that clients find it), its language as in GitHub's
    /// linguist (`YAML`), and its content.
    #[must_use]
    pub fn new(filename: impl Into<String>, language: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self(Arc::new(Inner {
            filename: filename.into(),
            language: language.into(),
            data: data.into(),
            definition: None,
        }))
    }

    /// The same with the definition that loaded it, which is in the provenance.
    #[must_use]
    pub fn loaded_by(&self, definition: Definition) -> Self {
        Self(Arc::new(Inner {
            filename: self.0.filename.clone(),
            language: self.0.language.clone(),
            data: self.0.data.clone(),
            definition: Some(definition),
        }))
    }

    /// A location in the file.
    #[must_use]
    pub fn at(&self, range: Range) -> Location {
        self.at_all([range])
    }

    /// One location of several ranges.
    #[must_use]
    pub fn at_all(&self, ranges: impl IntoIterator<Item = Range>) -> Location {
        let mut ranges = ranges.into_iter();
        Location { file: self.clone(), first: ranges.next(), rest: ranges.collect() }
    }

    /// The name.
    #[must_use]
    pub fn filename(&self) -> &str {
        &self.0.filename
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.0.language
    }

    /// The content.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.0.data
    }

    /// The file as in the protocol, for example in warnings.
    #[must_use]
    pub fn to_pb(&self) -> pb::SourceInfo {
        pb::SourceInfo {
            filename: self.0.filename.clone(),
            data: self.0.data.clone(),
            definition: self.0.definition.as_ref().map(Definition::to_pb),
            language: self.0.language.clone(),
        }
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.string(1, &self.0.filename);
        w.bytes(2, &self.0.data);
        if let Some(definition) = &self.0.definition {
            w.message(3, |w| definition.write(w));
        }
        w.string(4, &self.0.language);
    }

    pub(crate) fn same_object(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.same_object(other) || self.0 == other.0
    }
}

/// A location in a [`SourceFile`].
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    file: SourceFile,
    /// Nearly always the only one, and there are as many as ops, so it has no separate allocation.
    first: Option<Range>,
    rest: Vec<Range>,
}

impl Location {
    /// The file.
    #[must_use]
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The ranges in it.
    pub fn ranges(&self) -> impl Iterator<Item = Range> + '_ {
        self.first.iter().chain(&self.rest).copied()
    }
}

/// A range between two positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// First position.
    pub start: Position,
    /// Last position; its line is included.
    pub end: Position,
}

/// A position in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Character in the line, from 0. Excerpts ignore it.
    pub character: u32,
}

impl Range {
    /// A whole line, counted from 1.
    #[must_use]
    pub fn line(line: u32) -> Self {
        Self::lines(line, line)
    }

    /// Whole lines, both counted from 1 and included.
    #[must_use]
    pub fn lines(first: u32, last: u32) -> Self {
        let at = |line| Position { line, character: 0 };
        Self { start: at(first), end: at(last) }
    }

    /// The range as in the protocol, for example in warnings.
    #[must_use]
    pub fn to_pb(self) -> pb::Range {
        let position = |p: Position| pb::Position {
            line: i32::try_from(p.line).unwrap_or(i32::MAX),
            character: i32::try_from(p.character).unwrap_or(i32::MAX),
        };
        pb::Range { start: Some(position(self.start)), end: Some(position(self.end)) }
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        for (tag, position) in [(1, self.start), (2, self.end)] {
            w.message(tag, |w| {
                w.uint(1, position.line.into());
                w.uint(2, position.character.into());
            });
        }
    }
}

impl From<&pb::Range> for Range {
    fn from(range: &pb::Range) -> Self {
        let position = |p: Option<pb::Position>| {
            p.map_or_else(Position::default, |p| Position {
                line: u32::try_from(p.line).unwrap_or_default(),
                character: u32::try_from(p.character).unwrap_or_default(),
            })
        };
        Self { start: position(range.start), end: position(range.end) }
    }
}
