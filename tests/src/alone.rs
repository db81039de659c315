//! Tests run concurrently, except for those that assert that steps did not run.
//!
//! While a build runs, BuildKit does not find results that it shares with other builds in its cache, such as a base
//! image that it pulls or a toolchain that it fills, and other builds produce them again. So a test that counts steps
//! needs the engine exclusively: it starts with [`alone`], and the others hold a share while they have a project. It is
//! in a module `alone`: scripts/e2e runs these tests after the others. Among them, each would wait until the others that
//! run at that time have finished, and processors would be idle meanwhile.
//!
//! A test that holds the engine or a share for longer than any test takes is considered hung; the others continue as if
//! it was finished.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::running::locked;
use crate::watch;

/// Longer than any test takes, even on a slow machine with concurrent tests.
const HUNG: Duration = Duration::from_secs(15 * 60);

static ENGINE: Engine = Engine::new(HUNG);

thread_local! {
    static ALONE: Cell<bool> = const { Cell::new(false) };
    /// The share of this thread's test in the engine, and the number of its projects that hold it.
    static SHARE: RefCell<(usize, Option<Hold>)> = const { RefCell::new((0, None)) };
}

/// Exclusive use of the engine.
pub struct Alone {
    _engine: Hold,
}

/// Waits until no other test uses the engine, and blocks others while the result exists.
///
/// # Panics
/// The test already has a project, which holds a share in the engine, or is not in a module `alone`.
#[must_use]
pub fn alone() -> Alone {
    assert!(watch::test().contains("alone::"), "a test that needs the engine exclusively is in a module `alone`");
    SHARE.with_borrow(|(projects, _)| assert_eq!(*projects, 0, "a test starts with `alone`"));
    watch::begin();
    let engine = ENGINE.hold(true);
    ALONE.set(true);
    Alone { _engine: engine }
}

impl Drop for Alone {
    fn drop(&mut self) {
        ALONE.set(false);
    }
}

/// Whether this thread's test has the engine exclusively.
pub(crate) fn is_alone() -> bool {
    ALONE.get()
}

/// A share in the engine, which blocks tests that need it exclusively.
pub(crate) struct Share;

impl Share {
    pub(crate) fn take() -> Self {
        SHARE.with_borrow_mut(|(projects, engine)| {
            if *projects == 0 && !is_alone() {
                watch::begin();
                *engine = Some(ENGINE.hold(false));
            }
            *projects += 1;
        });
        Self
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        SHARE.with_borrow_mut(|(projects, engine)| {
            *projects -= 1;
            if *projects == 0 {
                *engine = None;
            }
        });
    }
}

/// One line for each test that holds the engine or a share, or hangs.
pub(crate) fn report() -> Vec<String> {
    let holders = locked(&ENGINE.holders);
    let line = |test: &Holder| format!("{}, for {} s", test.name, test.since.elapsed().as_secs());
    holders.present.values().map(line).chain(holders.hung.values().map(line)).collect()
}

/// Whether all unfinished tests hang.
pub(crate) fn only_hung_tests() -> bool {
    let mut holders = locked(&ENGINE.holders);
    ENGINE.give_up(&mut holders);
    holders.present.is_empty() && holders.waiting == 0 && !holders.hung.is_empty()
}

/// An engine that one test uses exclusively, or several share.
struct Engine {
    hung: Duration,
    holders: Mutex<Holders>,
    changed: Condvar,
}

struct Holders {
    present: BTreeMap<u64, Holder>,
    hung: BTreeMap<u64, Holder>,
    next: u64,
    waiting: usize,
    /// Tests that wait for exclusive use. Others wait for these, so that they are not starved.
    waiting_alone: usize,
}

struct Holder {
    name: String,
    since: Instant,
    alone: bool,
}

/// A place among the holders.
struct Hold {
    engine: &'static Engine,
    number: u64,
}

impl Engine {
    const fn new(hung: Duration) -> Self {
        let holders =
            Holders { present: BTreeMap::new(), hung: BTreeMap::new(), next: 0, waiting: 0, waiting_alone: 0 };
        Self { hung, holders: Mutex::new(holders), changed: Condvar::new() }
    }

    fn hold(&'static self, alone: bool) -> Hold {
        let mut holders = locked(&self.holders);
        holders.waiting += 1;
        holders.waiting_alone += usize::from(alone);
        while !holders.let_in(alone) {
            // It polls, because a process that hangs does not report it.
            let pause = self.hung.min(Duration::from_secs(5));
            holders = self.changed.wait_timeout(holders, pause).unwrap_or_else(PoisonError::into_inner).0;
            self.give_up(&mut holders);
        }
        holders.waiting -= 1;
        holders.waiting_alone -= usize::from(alone);
        let number = holders.next;
        holders.next += 1;
        holders.present.insert(number, Holder { name: watch::test(), since: Instant::now(), alone });
        drop(holders);
        Hold { engine: self, number }
    }

    /// Releases the engine of hung tests.
    fn give_up(&self, holders: &mut Holders) {
        let present = std::mem::take(&mut holders.present);
        for (number, holder) in present {
            if holder.since.elapsed() > self.hung {
                watch::say(&format!("{} hangs; the others continue without it", holder.name));
                holders.hung.insert(number, holder);
            } else {
                holders.present.insert(number, holder);
            }
        }
    }
}

impl Holders {
    fn let_in(&self, alone: bool) -> bool {
        if alone {
            self.present.is_empty()
        } else {
            self.waiting_alone == 0 && self.present.values().all(|holder| !holder.alone)
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut holders = locked(&self.engine.holders);
        holders.present.remove(&self.number);
        holders.hung.remove(&self.number);
        drop(holders);
        self.engine.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static QUICK: Engine = Engine::new(Duration::from_millis(300));

    #[test]
    fn a_hung_test_does_not_block_others_forever() {
        let hung = std::thread::spawn(|| {
            let _lone = QUICK.hold(true);
            std::thread::sleep(Duration::from_secs(2));
        });
        std::thread::sleep(Duration::from_millis(50));
        let start = Instant::now();
        let share = QUICK.hold(false);
        let waited = start.elapsed();
        assert!(waited > Duration::from_millis(150) && waited < Duration::from_millis(1500), "{waited:?}");
        assert_eq!(locked(&QUICK.holders).hung.len(), 1);
        let lone = std::thread::spawn(|| drop(QUICK.hold(true)));
        std::thread::sleep(Duration::from_millis(100));
        assert!(!lone.is_finished(), "it waits for the share");
        drop(share);
        lone.join().unwrap();
        hung.join().unwrap();
        assert!(locked(&QUICK.holders).hung.is_empty() && locked(&QUICK.holders).present.is_empty());
    }
}
