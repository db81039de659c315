//! What was found out of a project's files, kept for the plans that are made of it: a file with two hundred images asks
//! two hundred times for the same workspace.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Paths of the context that facts were found in.
pub type Paths = Rc<BTreeSet<String>>;

/// The files that were asked for, whether they are there or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    pub(crate) own: BTreeSet<Arc<str>>,
    /// Those that many plans have in common.
    pub(crate) shared: Vec<Paths>,
}

impl Read {
    /// Their paths; one may come twice.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let shared = self.shared.iter().flat_map(|paths| paths.iter());
        self.own.iter().map(|path| &**path).chain(shared.map(String::as_str))
    }

    /// How many paths, and sets of them that others hold as well, this holds.
    pub(crate) fn held(&self) -> usize {
        self.own.len() + self.shared.len()
    }

    /// Adds others.
    pub(crate) fn extend(&mut self, more: &Self) {
        self.own.extend(more.own.iter().cloned());
        for paths in &more.shared {
            if !self.shared.iter().any(|known| Rc::ptr_eq(known, paths)) {
                self.shared.push(Rc::clone(paths));
            }
        }
    }
}

/// Facts by their names. Whoever looks for one names the kind of it and everything that it depends on beside the files.
#[derive(Default)]
pub struct Facts(RefCell<BTreeMap<String, Rc<dyn Any>>>);

impl Facts {
    /// A fact, where it is known already.
    #[must_use]
    pub fn get<T: 'static>(&self, name: &str) -> Option<Rc<T>> {
        Rc::clone(self.0.borrow().get(name)?).downcast().ok()
    }

    /// Remembers a fact.
    pub fn put<T: 'static>(&self, name: &str, fact: &Rc<T>) {
        let fact: Rc<dyn Any> = Rc::<T>::clone(fact);
        self.0.borrow_mut().insert(name.to_owned(), fact);
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.borrow().keys()).finish()
    }
}
