//! Copies with patterns, for engines whose copies have none: the files are picked before they are copied.

use buildkit_proto::ext::{self, OpKind};
use buildkit_proto::pb::{self, file_action::Action, user_opt::User};

use crate::Output;

/// Files of a result that a copy with patterns takes.
#[derive(Clone, Copy, Debug)]
pub struct Pick<'a> {
    /// The result.
    pub from: &'a Output,
    /// The path in it that is copied. Picked files have the same path.
    pub path: &'a str,
    /// Patterns below the path; if there are any, only what matches one is picked.
    pub include: &'a [String],
    /// Patterns below the path; what matches is not picked.
    pub exclude: &'a [String],
}

/// Makes the graph that picks files.
pub type Picker<'a> = &'a dyn Fn(&Pick<'_>) -> Output;

/// Replaces the patterns of an op's copies. False if a copy has patterns for the result of an earlier action.
pub(super) fn pick_files(op: &mut ext::Op, inputs: &mut Vec<Output>, picker: Picker<'_>) -> bool {
    let Some(OpKind::File(file)) = &mut op.op else { return false };
    let mut picked: Vec<Output> = Vec::new();
    for action in &mut file.actions {
        let Some(Action::Copy(copy)) = &mut action.action else { continue };
        let (include, exclude) = (take(&mut copy.include_patterns), take(&mut copy.exclude_patterns));
        if action.secondary_input < 0 || include.is_empty() && exclude.is_empty() {
            continue;
        }
        let from = usize::try_from(action.secondary_input).ok().and_then(|index| inputs.get(index));
        let Some(from) = from else { return false };
        let found = picker(&Pick { from, path: &copy.src, include: &include, exclude: &exclude });
        let place = picked.iter().position(|have| *have == found).unwrap_or_else(|| {
            picked.push(found);
            picked.len() - 1
        });
        action.secondary_input = NEW - index(place);
    }
    let (first, added) = (index(inputs.len()), index(picked.len()));
    // Numbers after those of inputs are results of earlier actions.
    let shift = |number: &mut i64| match *number {
        new if new <= NEW => *number = first + NEW - new,
        earlier if earlier >= first => *number += added,
        _ => {}
    };
    for action in &mut file.actions {
        shift(&mut action.input);
        shift(&mut action.secondary_input);
        let owner = action.action.as_mut().and_then(owner_of);
        for user in owner.into_iter().flat_map(|owner| owner.user.iter_mut().chain(owner.group.iter_mut())) {
            if let Some(User::ByName(name)) = &mut user.user {
                shift(&mut name.input);
            }
        }
    }
    op.inputs.extend(picked.iter().map(|_| pb::Input::default()));
    inputs.append(&mut picked);
    true
}

/// The numbers of new inputs, until the number of the others is known: this one and those below it.
const NEW: i64 = -2;

fn take(patterns: &mut Vec<String>) -> Vec<String> {
    std::mem::take(patterns)
}

fn index(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn owner_of(action: &mut Action) -> Option<&mut pb::ChownOpt> {
    match action {
        Action::Copy(copy) => copy.owner.as_mut(),
        Action::Mkfile(file) => file.owner.as_mut(),
        Action::Mkdir(folder) => folder.owner.as_mut(),
        Action::Symlink(link) => link.owner.as_mut(),
        Action::Rm(_) => None,
    }
}
