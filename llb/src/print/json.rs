//! JSON in the shape of BuildKit's own dump (`buildctl debug dump-llb`, BuildKit `cmd/buildctl/debug/dumpllb.go`).

use buildkit_proto::ext;
use prost::Message as _;
use serde_json::{Map, Value};

use super::json_op;
use super::object::Object;
use crate::{Definition, Digest, ExportCache, Membership, metadata::Metadata};

impl Definition {
    /// One JSON object per op and line, inputs before users, the terminal op last: `Op`, `Digest` and `OpMetadata`,
    /// with the names and nesting of `buildctl debug dump-llb`. Keys are sorted.
    ///
    /// Symlink actions are included, which BuildKit's dump (v0.34) omits.
    ///
    /// ```
    /// use buildkit_llb::prelude::*;
    ///
    /// let json = Image::new("alpine").into_output().marshal().to_json_lines();
    /// assert!(json.lines().next().is_some_and(|line| line.contains("docker-image://docker.io/library/alpine:latest")));
    /// ```
    #[must_use]
    pub fn to_json_lines(&self) -> String {
        let mut out = String::new();
        for op in self.shown() {
            push_line(&mut out, &op.wire, op.op.digest(), op.op.metadata());
        }
        if !self.is_empty() {
            let bytes = self.terminal_bytes();
            let metadata = Metadata { caps: self.terminal_caps(), ..Metadata::default() };
            let terminal = ext::Op::decode(bytes.as_slice()).unwrap_or_default();
            push_line(&mut out, &terminal, Digest::of(&bytes), &metadata);
        }
        out
    }
}

fn push_line(out: &mut String, op: &ext::Op, digest: Digest, said: &Metadata) {
    let line = Object::default()
        .put("Op", json_op::op(op))
        .put("Digest", digest.to_string())
        .put("OpMetadata", metadata(said))
        .done();
    out.push_str(&line.to_string());
    out.push('\n');
}

fn metadata(metadata: &Metadata) -> Value {
    let caps: Map<String, Value> = metadata.caps.ids().into_iter().map(|id| (id.to_owned(), true.into())).collect();
    let description: Map<String, Value> =
        metadata.description.iter().map(|(key, text)| (key.to_owned(), text.into())).collect();
    let export_cache =
        metadata.export_cache.map(|export| Object::default().flag("Value", export == ExportCache::Always).done());
    let group = metadata.progress_group.as_ref().map(|group| {
        Object::default()
            .text("id", &group.id)
            .text("name", &group.name)
            .flag("weak", group.membership == Membership::Weak)
            .done()
    });
    let resources = metadata.resources.as_ref().map(|resources| {
        let wire = resources.to_wire();
        Object::default()
            .int("memory", wire.memory)
            .int("memorySwap", wire.memory_swap)
            .uint("cpuShares", wire.cpu_shares)
            .uint("cpuPeriod", wire.cpu_period)
            .int("cpuQuota", wire.cpu_quota)
            .text("cpusetCpus", &wire.cpuset_cpus)
            .text("cpusetMems", &wire.cpuset_mems)
            .done()
    });
    Object::default()
        .flag("ignore_cache", metadata.ignore_cache)
        .some("description", (!description.is_empty()).then(|| description.into()))
        .some("export_cache", export_cache)
        .some("caps", (!caps.is_empty()).then(|| caps.into()))
        .some("progress_group", group)
        .some("linux_resources", resources)
        .done()
}
