//! Results of planning besides steps: notes, warnings, gates, and which arguments and files were used.
//!
//! A part that several targets need is planned once, and its results apply to each of them. So results are recorded in
//! parts, one for each name of the spec, and a part only refers to the parts that it needs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use slipway_spec::Diagnostic;

use crate::{Gate, Note, Read, StepId};

/// The number of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part(usize);

#[derive(Debug)]
enum Event {
    /// Its index among all notes.
    Note(usize),
    Warning(Diagnostic),
    Gate(Gate),
    /// The number of a path in the spec.
    Named(usize),
    /// All results of a part that this one needs.
    Behind(Part),
}

/// The results of one name.
#[derive(Debug, Default)]
struct Said {
    events: Vec<Event>,
    args: BTreeSet<String>,
    read: Read,
}

/// All results, by part.
#[derive(Debug, Default)]
pub(crate) struct Log {
    parts: Vec<Said>,
    /// Every note once, and the indices of those that are distinguished by their text.
    notes: Vec<Arc<Note>>,
    places: HashMap<Arc<Note>, usize>,
    /// The parts being planned, the innermost last.
    open: Vec<Said>,
    /// For an overview: the parts that were already reported, and those that refer to paths that do not exist.
    told: Vec<bool>,
    lacks: Vec<Lack>,
    /// If targets are not recorded separately: the arguments of all parts.
    args: Option<BTreeSet<String>>,
}

/// Whether a part, or one that it needs, refers to a path that does not exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lack {
    #[default]
    Nothing,
    Path,
    /// The folder of a build, which causes other errors of its preset.
    Source,
}

/// The results of a target, and of the parts that it needs, that were not reported yet.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// The parts, each after those it refers to.
    parts: Vec<usize>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) gates: Vec<StepId>,
    /// Numbers of paths in the spec.
    pub(crate) named: Vec<usize>,
}

/// All results of a target, and of the parts that it needs.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    pub(crate) notes: Vec<Arc<Note>>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) args: BTreeSet<String>,
    pub(crate) read: Read,
    /// Numbers of paths in the spec.
    pub(crate) named: Vec<usize>,
}

impl Log {
    /// Starts a part inside the current one.
    pub(crate) fn begin(&mut self) {
        self.open.push(Said::default());
    }

    /// Ends the innermost part, which the one around it refers to.
    pub(crate) fn end(&mut self) -> Part {
        self.parts.push(self.open.pop().unwrap_or_default());
        let part = Part(self.parts.len() - 1);
        self.again(part);
        part
    }

    /// Refers to a part that was planned before.
    pub(crate) fn again(&mut self, part: Part) {
        self.event(Event::Behind(part));
    }

    /// Undoes the last reference to a part.
    pub(crate) fn not_again(&mut self) {
        if let Some(said) = self.open.last_mut() {
            said.events.pop_if(|event| matches!(event, Event::Behind(_)));
        }
    }

    pub(crate) fn note(&mut self, note: Note) {
        let note = Arc::new(note);
        let place = *self.places.entry(Arc::clone(&note)).or_insert(self.notes.len());
        if place == self.notes.len() {
            self.notes.push(note);
        }
        self.event(Event::Note(place));
    }

    pub(crate) fn warn(&mut self, found: Diagnostic) {
        self.event(Event::Warning(found));
    }

    pub(crate) fn gate(&mut self, gate: Gate) {
        self.event(Event::Gate(gate));
    }

    /// The number of a path in the spec.
    pub(crate) fn named(&mut self, number: usize) {
        self.event(Event::Named(number));
    }

    /// Records the arguments and files that the current part used.
    pub(crate) fn looked_at(&mut self, args: BTreeSet<String>, read: &Read) {
        if let Some(all) = &mut self.args {
            all.extend(args);
        } else if let Some(said) = self.open.last_mut() {
            said.args.extend(args);
            said.read.extend(read);
        }
    }

    /// From now on, files are not recorded for each part.
    pub(crate) fn keep_no_files(&mut self) {
        self.args.get_or_insert_default();
    }

    /// The arguments that were used, if parts are not recorded separately.
    pub(crate) fn used_args(&self) -> BTreeSet<String> {
        self.args.clone().unwrap_or_default()
    }

    fn event(&mut self, event: Event) {
        if let Some(said) = self.open.last_mut() {
            said.events.push(event);
        }
    }

    /// The results of a part and of those it refers to that were not reported yet. Each is reported once, so the total
    /// cost is linear.
    pub(crate) fn news(&mut self, part: Part) -> News {
        self.told.resize(self.parts.len(), false);
        let mut news = News::default();
        let mut open = vec![part];
        while let Some(Part(number)) = open.pop() {
            let (Some(told), Some(part)) = (self.told.get_mut(number), self.parts.get(number)) else { continue };
            if std::mem::replace(told, true) {
                continue;
            }
            news.parts.push(number);
            for event in &part.events {
                match event {
                    Event::Note(_) => {}
                    Event::Warning(found) => news.warnings.push(found.clone()),
                    Event::Gate(gate) => news.gates.push(gate.step),
                    Event::Named(number) => news.named.push(*number),
                    Event::Behind(behind) => open.push(*behind),
                }
            }
        }
        // A part is recorded before those that refer to it.
        news.parts.sort_unstable();
        news
    }

    /// Records whether these parts refer to paths that do not exist, and returns this for one of them.
    pub(crate) fn lack(&mut self, of: Part, news: &News, at: impl Fn(usize) -> Lack) -> Lack {
        self.lacks.resize(self.parts.len(), Lack::Nothing);
        for number in &news.parts {
            let events = self.parts.get(*number).into_iter().flat_map(|part| &part.events);
            let lacks = events.map(|event| match event {
                Event::Named(number) => at(*number),
                Event::Behind(Part(behind)) => self.lacks.get(*behind).copied().unwrap_or_default(),
                Event::Note(_) | Event::Warning(_) | Event::Gate(_) => Lack::Nothing,
            });
            let worst = lacks.max().unwrap_or_default();
            if let Some(lack) = self.lacks.get_mut(*number) {
                *lack = worst;
            }
        }
        self.lacks.get(of.0).copied().unwrap_or_default()
    }

    /// Undoes that a part was reported.
    pub(crate) fn untold(&mut self, news: &News) {
        for number in &news.parts {
            if let Some(told) = self.told.get_mut(*number) {
                *told = false;
            }
        }
    }

    /// All results of a part and of those it refers to, each once, in order. Without recursion: chains of names may be
    /// long.
    pub(crate) fn whole(&self, part: Part) -> Whole {
        let mut whole = Whole::default();
        let mut seen = vec![false; self.parts.len()];
        let (mut said, mut gates) = (vec![false; self.notes.len()], HashSet::new());
        let mut open = vec![(part, 0)];
        while let Some((Part(number), next)) = open.last_mut() {
            let Some(part) = self.parts.get(*number) else { break };
            if *next == 0
                && let Some(seen) = seen.get_mut(*number)
            {
                *seen = true;
                whole.args.extend(part.args.iter().cloned());
                whole.read.extend(&part.read);
            }
            let Some(event) = part.events.get(*next) else {
                open.pop();
                continue;
            };
            *next += 1;
            match event {
                Event::Note(place) => {
                    if let (Some(said), Some(note)) = (said.get_mut(*place), self.notes.get(*place))
                        && !std::mem::replace(said, true)
                    {
                        whole.notes.push(Arc::clone(note));
                    }
                }
                Event::Named(number) => whole.named.push(*number),
                Event::Warning(found) => whole.warnings.push(found.clone()),
                Event::Gate(gate) => {
                    if gates.insert(gate.step) {
                        whole.gates.push(gate.clone());
                    }
                }
                Event::Behind(Part(behind)) => {
                    if seen.get(*behind) == Some(&false) {
                        open.push((Part(*behind), 0));
                    }
                }
            }
        }
        whole.warnings.sort_by_key(|found| found.primary.span);
        whole.warnings.dedup();
        whole
    }
}
