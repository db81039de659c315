//! Errors with details that BuildKit's clients understand: source excerpts, the failed vertex, unsupported requests.
//!
//! A [`Status`] carries its details as [`Any`]. BuildKit writes each as the *JSON* of the message, with the type URL
//! `github.com/moby/buildkit/<package>.<Type>+json`; bytes are base64 and zero values are left out, as Go's
//! `encoding/json` does. Source: BuildKit `util/grpcerrors/grpcerrors.go`, `solver/errdefs/errdefs.proto`.
//!
//! ```
//! use buildkit_proto::errdefs::{self, Detail, Source};
//! use buildkit_proto::pb;
//!
//! let info = pb::SourceInfo { filename: "build.yaml".into(), data: b"a: 1\n".to_vec(), ..Default::default() };
//! let status = errdefs::status("a must be a list", [Detail::Source(Source::lines(&info, 1, 1))]);
//! assert_eq!(status.code, errdefs::CODE_UNKNOWN);
//! assert!(matches!(errdefs::details(&status).as_slice(), [Detail::Source(_)]));
//! ```

use serde::{Deserialize, Serialize};

use crate::{
    pb,
    rpc::{Any, Status},
};

mod base64_bytes;

/// gRPC code for messages that are shown unchanged; every other code is printed as a prefix.
pub const CODE_UNKNOWN: i32 = 2;
/// gRPC code that goes with [`FrontendCap`].
pub const CODE_UNIMPLEMENTED: i32 = 12;

const PREFIX: &str = "github.com/moby/buildkit/";
const SUFFIX: &str = "+json";

/// One detail of a [`Status`].
#[derive(Clone, Debug, PartialEq)]
pub enum Detail {
    /// A location in a user's file. Clients print an excerpt.
    Source(Source),
    /// The vertex that failed.
    Vertex(Vertex),
    /// A capability that the frontend lacks.
    FrontendCap(FrontendCap),
    /// A subrequest that the frontend does not support.
    Subrequest(Subrequest),
    /// Any other detail, passed on unchanged.
    Other(Any),
}

/// A file and the ranges in it that caused the error. `errdefs.Source`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<SourceInfo>,
    /// The ranges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Range>,
}

/// A user's file with its content. `pb.SourceInfo` without the definition that loaded it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceInfo {
    /// Name, as in option `filename`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub filename: String,
    /// Content.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "base64_bytes")]
    pub data: Vec<u8>,
    /// Language, as GitHub's linguist names it: `YAML`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
}

/// A range between two positions. `pb.Range`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Range {
    /// First position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Position>,
    /// Last position. Its line belongs to the range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Position>,
}

/// A position in a file. `pb.Position`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// Line, from 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub line: i32,
    /// Character in the line, from 0. Excerpts ignore it.
    #[serde(skip_serializing_if = "is_zero")]
    pub character: i32,
}

/// A vertex by its digest. `errdefs.Vertex`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vertex {
    /// `sha256:…`, the daemon's name of the vertex.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

/// A frontend capability by name. `errdefs.FrontendCap`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FrontendCap {
    /// See [`keys::frontend`](crate::keys::frontend).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A subrequest by name. `errdefs.Subrequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subrequest {
    /// See [`keys::subrequests`](crate::keys::subrequests).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}

// The signature is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

impl Source {
    /// Whole lines of a file, from 1, both included.
    #[must_use]
    pub fn lines(info: &pb::SourceInfo, first: i32, last: i32) -> Self {
        let at = |line| Some(Position { line, character: 0 });
        Self { info: Some(info.into()), ranges: vec![Range { start: at(first), end: at(last) }] }
    }

    /// Ranges of a file.
    #[must_use]
    pub fn ranges(info: &pb::SourceInfo, ranges: &[pb::Range]) -> Self {
        Self { info: Some(info.into()), ranges: ranges.iter().map(Range::from).collect() }
    }
}

impl From<&pb::SourceInfo> for SourceInfo {
    fn from(info: &pb::SourceInfo) -> Self {
        Self { filename: info.filename.clone(), data: info.data.clone(), language: info.language.clone() }
    }
}

impl From<&pb::Range> for Range {
    fn from(range: &pb::Range) -> Self {
        let position = |p: pb::Position| Position { line: p.line, character: p.character };
        Self { start: range.start.map(position), end: range.end.map(position) }
    }
}

impl Detail {
    /// The detail in its wire format.
    #[must_use]
    pub fn to_any(&self) -> Any {
        match self {
            Self::Source(detail) => encode("errdefs.Source", detail),
            Self::Vertex(detail) => encode("errdefs.Vertex", detail),
            Self::FrontendCap(detail) => encode("errdefs.FrontendCap", detail),
            Self::Subrequest(detail) => encode("errdefs.Subrequest", detail),
            Self::Other(any) => any.clone(),
        }
    }

    /// Reads a detail. An unknown or malformed one becomes [`Detail::Other`].
    #[must_use]
    pub fn from_any(any: &Any) -> Self {
        let kind = any.type_url.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        let known = match kind {
            Some("errdefs.Source") => decode(any).map(Self::Source),
            Some("errdefs.Vertex") => decode(any).map(Self::Vertex),
            Some("errdefs.FrontendCap") => decode(any).map(Self::FrontendCap),
            Some("errdefs.Subrequest") => decode(any).map(Self::Subrequest),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other(any.clone()))
    }
}

/// A status with [`CODE_UNKNOWN`], whose message clients show unchanged.
///
/// Details are unwrapped in order: the first becomes the innermost error. BuildKit's built-in Dockerfile frontend
/// attributes an error without a [`Source`] to the `# syntax=` line.
#[must_use]
pub fn status(message: impl Into<String>, details: impl IntoIterator<Item = Detail>) -> Status {
    status_with_code(CODE_UNKNOWN, message, details)
}

/// A status with a gRPC code, which clients print before the message unless it is [`CODE_UNKNOWN`].
#[must_use]
pub fn status_with_code(code: i32, message: impl Into<String>, details: impl IntoIterator<Item = Detail>) -> Status {
    Status { code, message: message.into(), details: details.into_iter().map(|d| d.to_any()).collect() }
}

/// The details of a status, read.
#[must_use]
pub fn details(status: &Status) -> Vec<Detail> {
    status.details.iter().map(Detail::from_any).collect()
}

fn encode<T: Serialize>(kind: &str, detail: &T) -> Any {
    Any {
        type_url: format!("{PREFIX}{kind}{SUFFIX}"),
        // Strings, numbers and lists can always be serialized; an empty object would be a detail without content.
        value: serde_json::to_vec(detail).unwrap_or_else(|_| b"{}".to_vec()),
    }
}

fn decode<'a, T: Deserialize<'a>>(any: &'a Any) -> Option<T> {
    serde_json::from_slice(&any.value).ok()
}

#[cfg(test)]
mod tests;
