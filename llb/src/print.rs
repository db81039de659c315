//! Graphs for people and tools: JSON, an indented tree, Graphviz, Mermaid.
//!
//! All of them read the ops' bytes, so they show what is sent, also for definitions that others wrote.

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

/// An op as it is shown.
struct Shown<'a> {
    op: DefinitionOp<'a>,
    wire: ext::Op,
}

impl Definition {
    fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        // What is in a definition has been written or read by this library.
        self.ops().map(|op| Shown { op, wire: ext::Op::decode(op.bytes()).unwrap_or_default() })
    }
}

impl Shown<'_> {
    /// The name that was given, or one made from what the op does.
    fn title(&self) -> String {
        self.op.custom_name().map_or_else(|| describe(&self.wire), str::to_owned)
    }

    /// What input number `index` is for, if that needs saying.
    fn input_role(&self, index: usize) -> String {
        let Some(OpKind::Exec(exec)) = &self.wire.op else { return String::new() };
        let uses = exec.mounts.iter().filter(|mount| usize::try_from(mount.input) == Ok(index));
        let places: Vec<&str> = uses.map(|mount| mount.dest.as_str()).filter(|dest| *dest != "/").collect();
        places.join(", ")
    }
}

/// What an op does, in one line.
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

/// The first digits of a digest, which people compare.
fn short(digest: &str) -> &str {
    let digits = digest.strip_prefix("sha256:").unwrap_or(digest);
    digits.get(..12).unwrap_or(digits)
}
