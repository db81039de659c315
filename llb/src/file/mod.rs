//! Changes files without running a process.

use std::sync::Arc;

use crate::{
    Annotations, Cap, CapSet, Output,
    annotate::annotated,
    output::{EMPTY, Envelope, Inputs, Kind, Node},
    wire::Writer,
};

mod copy;
mod make;
mod order;
mod owner;

pub use copy::{Copy, CopySource, Mode, Wildcards};
pub use make::{Mkdir, Mkfile, Rm, Symlink};
pub(crate) use order::writing_order;
pub use owner::{Owner, Principal, Timestamp};

/// A chain of file actions on a result, which is one op.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let context = Local::new("context").into_output();
/// let files = FileOp::on(&Output::scratch())
///     .mkdir(Mkdir::new("/app").mode(0o755))
///     .copy(Copy::new(&context, "/src", "/app/").contents_only().include(["**/*.js"]))
///     .mkfile(Mkfile::new("/app/version", "1.2.3\n"))
///     .symlink(Symlink::new("app/version", "/version"))
///     .rm(Rm::new("/app/*.test.js").wildcard())
///     .into_output();
/// assert_eq!(files.marshal().ops().len(), 2);
/// ```
#[derive(Clone)]
pub struct FileOp {
    base: Output,
    inputs: Inputs,
    actions: Vec<Action>,
    annotations: Annotations,
}

annotated!(FileOp);

#[derive(Clone)]
struct Action {
    /// The file system that the action changes.
    target: Place,
    /// The file system that a copy reads.
    secondary: Place,
    /// The input in which the names of owners are looked up.
    base: i64,
    kind: ActionKind,
}

/// A file system within an op.
#[derive(Clone, Copy)]
enum Place {
    Empty,
    /// One of the op's inputs.
    Input(i64),
    /// The result of an action.
    Action(usize),
}

#[derive(Clone, Debug)]
enum ActionKind {
    Copy(Box<Copy>),
    Mkfile(Mkfile),
    Mkdir(Mkdir),
    Rm(Rm),
    Symlink(Symlink),
}

impl Place {
    fn input(index: i64) -> Self {
        if index == EMPTY { Self::Empty } else { Self::Input(index) }
    }

    fn number(self, inputs: usize) -> i64 {
        match self {
            Self::Empty => EMPTY,
            Self::Input(index) => index,
            Self::Action(action) => (inputs + action) as i64,
        }
    }
}

impl FileOp {
    /// A chain that starts with a result, or with an empty file system ([`Output::scratch`]).
    #[must_use]
    pub fn on(base: &Output) -> Self {
        Self { base: base.clone(), inputs: Inputs::default(), actions: Vec::new(), annotations: Annotations::new() }
    }

    /// Copies files from another result, or from another chain within the same op.
    #[must_use]
    pub fn copy(self, copy: Copy) -> Self {
        self.then(ActionKind::Copy(Box::new(copy)))
    }

    /// Creates a file.
    #[must_use]
    pub fn mkfile(self, mkfile: Mkfile) -> Self {
        self.then(ActionKind::Mkfile(mkfile))
    }

    /// Creates a directory.
    #[must_use]
    pub fn mkdir(self, mkdir: Mkdir) -> Self {
        self.then(ActionKind::Mkdir(mkdir))
    }

    /// Removes files.
    #[must_use]
    pub fn rm(self, rm: Rm) -> Self {
        self.then(ActionKind::Rm(rm))
    }

    /// Creates a symlink. Since BuildKit v0.19.
    #[must_use]
    pub fn symlink(self, symlink: Symlink) -> Self {
        self.then(ActionKind::Symlink(symlink))
    }

    fn then(mut self, mut kind: ActionKind) -> Self {
        let previous = self.actions.len().checked_sub(1);
        let base = self.inputs.add(&self.base);
        let target = previous.map_or(Place::input(base), Place::Action);
        let mut secondary = Place::Empty;
        if let ActionKind::Copy(copy) = &mut kind {
            secondary = match std::mem::take(&mut copy.from) {
                CopySource::Output(output) => Place::input(self.inputs.add(&output)),
                CopySource::Chain(chain) => self.embed(*chain),
            };
        }
        let names_in = match kind.owner() {
            Some(Owner { within: Some(within), .. }) => self.inputs.add(within),
            _ => base,
        };
        self.actions.push(Action { target, secondary, base: names_in, kind });
        self
    }

    /// Adds the actions of another chain; returns its last one.
    fn embed(&mut self, chain: Self) -> Place {
        let moved: Vec<i64> =
            chain.inputs.ports().iter().map(|port| self.inputs.add(&Output(Some(port.clone())))).collect();
        let offset = self.actions.len();
        let input = |old: i64| {
            let place = usize::try_from(old).ok();
            place.and_then(|place| moved.get(place)).copied().unwrap_or(EMPTY)
        };
        let place = |old: Place| match old {
            Place::Empty => Place::Empty,
            Place::Input(old) => Place::input(input(old)),
            Place::Action(old) => Place::Action(old + offset),
        };
        self.actions.extend(chain.actions.into_iter().map(|action| Action {
            target: place(action.target),
            secondary: place(action.secondary),
            base: input(action.base),
            kind: action.kind,
        }));
        if self.actions.len() == offset {
            return Place::input(self.inputs.add(&chain.base));
        }
        Place::Action(self.actions.len() - 1)
    }

    /// The changed files. Without actions, it is the base itself, without an op.
    #[must_use]
    pub fn into_output(self) -> Output {
        if self.actions.is_empty() {
            return self.base;
        }
        let mut caps = CapSet::from([Cap::FileBase]);
        for action in &self.actions {
            action.kind.add_caps(&mut caps);
        }
        let order = self.writing_order();
        let envelope = Envelope {
            inputs: self.inputs,
            platform: None,
            result_platform: self.base.platform_handle(),
            annotations: self.annotations,
            caps,
        };
        let inputs = envelope.inputs.len();
        let mut node = envelope.seal(Kind::File, |w| {
            for (place, action) in self.actions.iter().enumerate() {
                let last = place + 1 == self.actions.len();
                w.message(2, |w| action.write(w, inputs, last));
            }
        });
        node.inputs = order;
        Output::new(Arc::new(node), 0)
    }

    /// The ops of the inputs in the order of BuildKit's client.
    fn writing_order(&self) -> Vec<Arc<Node>> {
        let inputs = self.inputs.len();
        let numbers = |action: &Action| (action.target.number(inputs), action.secondary.number(inputs));
        let actions: Vec<_> = self.actions.iter().map(numbers).collect();
        let order = writing_order(inputs, &actions);
        let ports = order.into_iter().filter_map(|place| self.inputs.ports().get(place));
        crate::output::distinct(ports.map(|port| Arc::clone(&port.node)))
    }
}

impl Action {
    fn write(&self, w: &mut Writer, inputs: usize, last: bool) {
        w.int(1, self.target.number(inputs));
        w.int(2, self.secondary.number(inputs));
        w.int(3, if last { 0 } else { EMPTY });
        match &self.kind {
            ActionKind::Copy(copy) => w.message(4, |w| copy.write(w, self.base)),
            ActionKind::Mkfile(mkfile) => w.message(5, |w| mkfile.write(w, self.base)),
            ActionKind::Mkdir(mkdir) => w.message(6, |w| mkdir.write(w, self.base)),
            ActionKind::Rm(rm) => w.message(7, |w| rm.write(w)),
            ActionKind::Symlink(symlink) => w.message(8, |w| symlink.write(w, self.base)),
        }
    }
}

impl ActionKind {
    fn owner(&self) -> Option<&Owner> {
        match self {
            Self::Copy(copy) => copy.owner.as_ref(),
            Self::Mkfile(mkfile) => mkfile.owner.as_ref(),
            Self::Mkdir(mkdir) => mkdir.owner.as_ref(),
            Self::Symlink(symlink) => symlink.owner.as_ref(),
            Self::Rm(_) => None,
        }
    }

    fn add_caps(&self, caps: &mut CapSet) {
        match self {
            Self::Copy(copy) => copy.add_caps(caps),
            Self::Rm(rm) => rm.add_caps(caps),
            Self::Symlink(_) => caps.insert(Cap::FileSymlinkCreate),
            Self::Mkfile(_) | Self::Mkdir(_) => {}
        }
    }
}

impl std::fmt::Debug for FileOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let actions: Vec<_> = self.actions.iter().map(|action| &action.kind).collect();
        f.debug_struct("FileOp").field("base", &self.base).field("actions", &actions).finish_non_exhaustive()
    }
}
