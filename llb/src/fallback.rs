//! Fallbacks for missing capabilities: an older form with the same result, or an error that names the required BuildKit
//! release. Only this module makes this decision.
//!
//! | missing | fallback |
//! |---|---|
//! | merge | the later inputs are copied over the first, in one file op |
//! | passthrough | a copy that matches nothing reads the required results, so that they are built first |
//! | checksum of an image | the digest is added to the reference |
//! | checksum of a repository | a full commit id replaces the reference |
//! | default `PATH` | it is set in the op |
//! | limits on CPU and memory, size of memory mounts, parent cgroup | omitted: they do not change the result |
//! | content cache of a mount, required differ | omitted: they only affect speed |
//! | optional devices | omitted |
//! | patterns of copies | the caller's graph picks the files, see [`Output::adapted_with`]; otherwise an error |
//! | everything else | an error |

use std::{collections::HashMap, fmt, sync::Arc};

use buildkit_proto::{
    ext::{self, OpKind},
    keys::attrs,
    pb,
};
use prost::Message as _;

use crate::{
    Annotate as _, Annotations, Cap, Caps, Digest, Output,
    file::{Copy, FileOp, Wildcards},
    metadata::Metadata,
    output::{Node, distinct},
    wire_op,
};

pub use pick::{Pick, Picker};

mod pick;

/// A capability that a graph needs, that the engine lacks, and that has no fallback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The id of the capability.
    pub capability: String,
    /// Its description.
    pub feature: String,
    /// The first BuildKit release with it, without the `v`, if known.
    pub since: Option<&'static str>,
    /// The engine's reason why it is disabled.
    pub reason: Option<String>,
    /// The op that needs it, as in the progress display.
    pub op: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the engine cannot do this: {} ({})", self.op, self.feature, self.capability)?;
        match (&self.reason, self.since) {
            (Some(reason), _) => write!(f, "; it says: {reason}"),
            (None, Some(since)) => write!(f, "; it needs BuildKit v{since} or later"),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for Unsupported {}

impl Output {
    /// The same result for an engine with fewer capabilities: missing ones are replaced by fallbacks.
    ///
    /// A graph that needs nothing special is returned unchanged.
    ///
    /// ```
    /// use buildkit_llb::{Cap, Caps, prelude::*};
    ///
    /// let app = FileOp::on(&Output::scratch()).mkfile(Mkfile::new("/app", "x")).into_output();
    /// let image = merge([Image::new("alpine").into_output(), app]);
    /// let copied = image.adapted_to(&Caps::all().without(Cap::MergeOp))?;
    /// assert!(!copied.marshal().required_caps().contains(Cap::MergeOp));
    /// # Ok::<(), buildkit_llb::Unsupported>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a capability has no fallback; the first one is named.
    pub fn adapted_to(&self, caps: &Caps) -> Result<Self, Unsupported> {
        self.adapted_with(caps, None)
    }

    /// The same for engines before BuildKit v0.9 too, whose copies have no patterns: the picker makes a graph that picks
    /// the files, from what engines support since v0.8.
    ///
    /// # Errors
    ///
    /// If a capability has no fallback; the first one is named.
    pub fn adapted_with(&self, caps: &Caps, picker: Option<Picker<'_>>) -> Result<Self, Unsupported> {
        let definition = self.marshal();
        let unlisted = [Cap::ExecMetaSetsDefaultPath, Cap::ExecValidExitCode];
        if caps.first_missing(&definition.required_caps()).is_none() && unlisted.iter().all(|cap| caps.supports(*cap)) {
            return Ok(self.clone());
        }
        let mut done = Done::default();
        for (node, metadata) in definition.nodes() {
            let adapted = adapt(node, metadata, (caps, picker), &done)?;
            done.0.insert(node.digest, adapted);
        }
        Ok(match &self.0 {
            Some(port) => done.output(&port.node.digest, port.index).unwrap_or_default(),
            None => Self::scratch(),
        })
    }
}

/// The replacement of each op: its outputs.
#[derive(Default)]
struct Done(HashMap<Digest, Adapted>);

enum Adapted {
    /// An op with the same number of outputs.
    Op(Arc<Node>),
    /// One result per output.
    Results(Vec<Output>),
}

impl Done {
    fn output(&self, digest: &Digest, index: u32) -> Option<Output> {
        match self.0.get(digest)? {
            Adapted::Op(node) => Some(Output::new(Arc::clone(node), index)),
            Adapted::Results(results) => usize::try_from(index).ok().and_then(|index| results.get(index)).cloned(),
        }
    }

    fn input(&self, input: &pb::Input) -> Option<Output> {
        self.output(&input.digest.parse().ok()?, u32::try_from(input.index).ok()?)
    }
}

fn adapt(
    node: &Arc<Node>,
    metadata: &Metadata,
    (caps, picker): (&Caps, Option<Picker<'_>>),
    done: &Done,
) -> Result<Adapted, Unsupported> {
    // This library has written or read every op of a graph.
    let mut op = ext::Op::decode(&*node.bytes).unwrap_or_default();
    let mut inputs: Vec<Output> = op.inputs.iter().map(|input| done.input(input).unwrap_or_default()).collect();
    let mut metadata = metadata.clone();
    let mut replaced = None;
    while let Some(missing) = caps.first_missing(&metadata.caps).map(str::to_owned) {
        let title = metadata_title(&metadata, &op);
        let unsupported = || unsupported(&missing, caps, title);
        let Ok(cap) = missing.parse::<Cap>() else { return Err(unsupported()) };
        if let Some(results) = replace(cap, &op, &inputs, &metadata, caps) {
            replaced = Some(results);
            break;
        }
        let is_picked = cap == Cap::FileCopyIncludeExclude
            && picker.is_some_and(|picker| pick::pick_files(&mut op, &mut inputs, picker));
        if !is_picked && !weaken(cap, &mut op, &mut metadata) {
            return Err(unsupported());
        }
        metadata.caps.remove(cap);
    }
    if let Some(results) = replaced {
        return Ok(Adapted::Results(results));
    }
    check_modes(&op, caps).map_err(|cap| unsupported(cap.id(), caps, metadata_title(&metadata, &op)))?;
    set_path(&mut op, caps);
    for (input, output) in op.inputs.iter_mut().zip(&inputs) {
        if let Some(digest) = output.digest() {
            *input = pb::Input { digest: digest.to_string(), index: output.index().into() };
        }
    }
    let bytes = wire_op::encode(&op).into_boxed_slice();
    if bytes == node.bytes && metadata == node.metadata && inputs.iter().all(|input| is_below(node, input)) {
        return Ok(Adapted::Op(Arc::clone(node)));
    }
    Ok(Adapted::Op(Arc::new(Node {
        digest: Digest::of(&bytes),
        bytes,
        inputs: distinct(inputs.into_iter().filter_map(|input| input.0).map(|port| port.node)),
        metadata,
        platform: node.platform.clone(),
    })))
}

/// Whether an input is still the same object.
fn is_below(node: &Node, input: &Output) -> bool {
    input.0.as_ref().is_none_or(|port| node.inputs.iter().any(|have| Arc::ptr_eq(have, &port.node)))
}

/// The replacement of an op that the engine does not support.
fn replace(cap: Cap, op: &ext::Op, inputs: &[Output], metadata: &Metadata, caps: &Caps) -> Option<Vec<Output>> {
    let annotations = || Annotations {
        constraints: op.constraints.iter().flat_map(|constraints| constraints.filter.clone()).collect(),
        ..metadata.to_annotations()
    };
    let file = |base: &Output| FileOp::on(base).annotate(&annotations());
    match (cap, &op.op) {
        (Cap::MergeOp, Some(OpKind::Merge(_))) => {
            let (lowest, above) = inputs.split_first()?;
            let over = |below: FileOp, input: &Output| {
                let copy = Copy::new(input, "/", "/").contents_only();
                below.copy(if caps.supports(Cap::FileCopyAlwaysReplace) { copy.replace_existing() } else { copy })
            };
            Some(vec![above.iter().fold(file(lowest), over).into_output()])
        }
        (Cap::PassthroughOp, Some(OpKind::Passthrough(passthrough))) => {
            let handed_on: Vec<usize> =
                passthrough.outputs.iter().filter_map(|index| usize::try_from(*index).ok()).collect();
            let after = |place: &usize| {
                let required = inputs.iter().enumerate().filter(|(input, _)| input != place);
                let nothing = |below: FileOp, (_, input): (usize, &Output)| {
                    let copy = Copy::new(input, NOTHING, "/").wildcards(Wildcards::MayMatchNothing);
                    below.copy(copy)
                };
                Some(required.fold(file(inputs.get(*place)?), nothing).into_output())
            };
            handed_on.iter().map(after).collect()
        }
        _ => None,
    }
}

/// A pattern that matches no file.
const NOTHING: &str = "/.nothing-*-but-built-before";

/// Omits what an engine does not need, or writes it in an older form. False if neither is possible.
fn weaken(cap: Cap, op: &mut ext::Op, metadata: &mut Metadata) -> bool {
    match (cap, &mut op.op) {
        (Cap::ExecMetaLinuxResources, _) => metadata.resources = None,
        (Cap::SourceLocalDiffer, _) => {}
        (Cap::ExecMountContentCache, Some(OpKind::Exec(exec))) => {
            exec.mounts.iter_mut().for_each(|mount| mount.content_cache = 0);
        }
        (Cap::ExecMountTmpfsSize, Some(OpKind::Exec(exec))) => {
            exec.mounts.iter_mut().filter_map(|mount| mount.tmpfs_opt.as_mut()).for_each(|tmpfs| tmpfs.size = 0);
        }
        (Cap::ExecMetaCgroupParent, Some(OpKind::Exec(exec))) => {
            exec.meta.iter_mut().for_each(|meta| meta.cgroup_parent.clear());
        }
        (Cap::ExecMetaCdi, Some(OpKind::Exec(exec))) if exec.cdi_devices.iter().all(|device| device.optional) => {
            exec.cdi_devices.clear();
        }
        (Cap::SourceImageChecksum, Some(OpKind::Source(source))) => {
            if let Some(digest) = source.attrs.remove(attrs::IMAGE_CHECKSUM)
                && !source.identifier.contains('@')
            {
                source.identifier = format!("{}@{digest}", source.identifier);
            }
        }
        (Cap::SourceGitChecksum, Some(OpKind::Source(source))) => return pin_commit(source),
        _ => return false,
    }
    true
}

/// Replaces a reference with the full commit id that it must resolve to.
fn pin_commit(source: &mut pb::SourceOp) -> bool {
    let is_full = |commit: &str| matches!(commit.len(), 40 | 64) && commit.bytes().all(|c| c.is_ascii_hexdigit());
    let Some(commit) = source.attrs.remove(attrs::GIT_CHECKSUM).filter(|commit| is_full(commit)) else {
        return false;
    };
    let (name, fragment) = source.identifier.split_once('#').unwrap_or((&source.identifier, ""));
    let subdir = fragment.split_once(':').map_or_else(String::new, |(_, subdir)| format!(":{subdir}"));
    source.identifier = format!("{name}#{commit}{subdir}");
    true
}

/// Symbolic modes came with BuildKit v0.17, but no engine lists their capability; valid exit codes came with the same
/// release.
fn check_modes(op: &ext::Op, caps: &Caps) -> Result<(), Cap> {
    let Some(OpKind::File(file)) = &op.op else { return Ok(()) };
    let is_symbolic = |action: &pb::FileAction| matches!(&action.action, Some(pb::file_action::Action::Copy(copy)) if !copy.mode_str.is_empty());
    let can = caps.supports(Cap::ExecValidExitCode) || !file.actions.iter().any(is_symbolic);
    if can { Ok(()) } else { Err(Cap::FileCopyModeString) }
}

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Engines before v0.3 do not set `PATH` themselves. On Windows, no engine does.
fn set_path(op: &mut ext::Op, caps: &Caps) {
    if caps.supports(Cap::ExecMetaSetsDefaultPath) {
        return;
    }
    let is_windows = op.platform.as_ref().is_some_and(|platform| platform.os == "windows");
    if let Some(OpKind::Exec(pb::ExecOp { meta: Some(meta), .. })) = &mut op.op
        && !is_windows
        && !meta.env.iter().any(|variable| variable.starts_with("PATH="))
    {
        meta.env.push(PATH.to_owned());
    }
}

fn metadata_title(metadata: &Metadata, op: &ext::Op) -> String {
    let name = metadata.description.get(attrs::DESCRIPTION_CUSTOM_NAME);
    name.map_or_else(|| crate::print::describe(op), str::to_owned)
}

fn unsupported(id: &str, caps: &Caps, op: String) -> Unsupported {
    let cap: Option<Cap> = id.parse().ok();
    Unsupported {
        capability: id.to_owned(),
        feature: cap.map_or_else(|| "an unknown feature".to_owned(), |cap| cap.what().to_owned()),
        since: cap.map(Cap::since),
        reason: cap.and_then(|cap| caps.disabled_reason(cap)).map(str::to_owned),
        op,
    }
}

#[cfg(test)]
mod tests;
