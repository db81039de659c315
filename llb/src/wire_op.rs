//! Encodes an op that was decoded and changed, in canonical order.

use buildkit_proto::{
    ext::{self, OpKind},
    pb,
};
use prost::Message as _;

use crate::wire::Writer;

/// The canonical bytes of an op: those of Go's deterministic mode.
pub(crate) fn encode(op: &ext::Op) -> Vec<u8> {
    let mut w = Writer::with_capacity(1024);
    for input in &op.inputs {
        w.bytes_always(1, &input.encode_to_vec());
    }
    if let Some(platform) = &op.platform {
        w.bytes_always(10, &platform.encode_to_vec());
    }
    if let Some(constraints) = &op.constraints {
        w.bytes_always(11, &constraints.encode_to_vec());
    }
    match &op.op {
        None => {}
        Some(OpKind::Exec(exec)) => w.bytes_always(2, &exec.encode_to_vec()),
        Some(OpKind::Source(source)) => w.message(3, |w| write_source(w, source)),
        Some(OpKind::File(file)) => w.bytes_always(4, &file.encode_to_vec()),
        Some(OpKind::Build(build)) => w.message(5, |w| write_build(w, build)),
        Some(OpKind::Merge(merge)) => w.bytes_always(6, &merge.encode_to_vec()),
        Some(OpKind::Diff(diff)) => w.bytes_always(7, &diff.encode_to_vec()),
        Some(OpKind::Passthrough(passthrough)) => w.bytes_always(8, &passthrough.encode_to_vec()),
    }
    w.into_bytes()
}

// `prost` omits empty values of maps, Go does not.

fn write_source(w: &mut Writer, source: &pb::SourceOp) {
    w.string(1, &source.identifier);
    w.string_map(2, source.attrs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
}

fn write_build(w: &mut Writer, build: &pb::BuildOp) {
    w.int(1, build.builder);
    for (name, input) in &build.inputs {
        w.message(2, |w| {
            w.bytes_always(1, name.as_bytes());
            w.bytes_always(2, &input.encode_to_vec());
        });
    }
    if let Some(definition) = &build.def {
        w.bytes_always(3, &definition.encode_to_vec());
    }
    w.string_map(4, build.attrs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
}
