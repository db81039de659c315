//! Graphs for people and tools: JSON, an indented tree, Graphviz, Mermaid.
//!
//! They read the ops' bytes, so they show what is sent, also for definitions of other producers.

use buildkit_proto::{
    ext::{self, OpKind},
    pb,
};
use prost::Message as _;

use crate::{Definition, definition::DefinitionOp};

mod graph;
mod json;
mod json_op;
mod object;
mod tree;

/// An op for display.
struct Shown<'a> {
    op: DefinitionOp<'a>,
    wire: ext::Op,
}

impl Definition {
    fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        // This library has written or read every op of a definition.
        self.ops().map(|op| Shown { op, wire: ext::Op::decode(op.bytes()).unwrap_or_default() })
    }
}

impl Shown<'_> {
    /// The name that was set, or one derived from the operation.
    fn title(&self) -> String {
        self.op.custom_name().map_or_else(|| describe(&self.wire), str::to_owned)
    }

    /// The purpose of input number `index`, if it is not obvious.
    fn input_role(&self, index: usize) -> String {
        let Some(OpKind::Exec(exec)) = &self.wire.op else { return String::new() };
        let uses = exec.mounts.iter().filter(|mount| usize::try_from(mount.input) == Ok(index));
        let places: Vec<&str> = uses.map(|mount| mount.dest.as_str()).filter(|dest| *dest != "/").collect();
        places.join(", ")
    }
}

/// The operation of an op, in one line.
pub(crate) fn describe(op: &ext::Op) -> String {
    match &op.op {
        None => "result".to_owned(),
        Some(OpKind::Source(source)) => source.identifier.clone(),
        Some(OpKind::Exec(exec)) => exec.meta.as_ref().map(|meta| meta.args.join(" ")).unwrap_or_default(),
        Some(OpKind::File(file)) => {
            file.actions.iter().filter_map(|action| action.action.as_ref()).map(action).collect::<Vec<_>>().join(", ")
        }
        Some(OpKind::Build(_)) => "build".to_owned(),
        Some(OpKind::Merge(_)) => "merge".to_owned(),
        Some(OpKind::Diff(_)) => "diff".to_owned(),
        Some(OpKind::Passthrough(passthrough)) => format!("passthrough {}", passthrough.id),
    }
}

fn action(action: &pb::file_action::Action) -> String {
    use pb::file_action::Action;
    match action {
        Action::Copy(copy) => format!("copy {} to {}", copy.src, copy.dest),
        Action::Mkfile(mkfile) => format!("make file {}", mkfile.path),
        Action::Mkdir(mkdir) => format!("make directory {}", mkdir.path),
        Action::Rm(rm) => format!("remove {}", rm.path),
        Action::Symlink(symlink) => format!("link {} to {}", symlink.newpath, symlink.oldpath),
    }
}

/// The first digits of a digest, for people.
fn short(digest: &str) -> &str {
    let digits = digest.strip_prefix("sha256:").unwrap_or(digest);
    digits.get(..12).unwrap_or(digits)
}
