//! Tests run beside each other, but for those that say of steps that they did not run.
//!
//! As long as a build runs, BuildKit does not find in its cache what others have made of a step that is that build's, too, such as a base image that it pulls or a toolchain
//! that it fills, and they make it again. So a test that counts has the engine for itself: it begins with [`alone`], and the others hold a lock while they have a project.

use std::cell::{Cell, RefCell};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static ENGINE: RwLock<()> = RwLock::new(());

thread_local! {
    static ALONE: Cell<bool> = const { Cell::new(false) };
    /// The share of this thread's test in the engine, and how many of its projects hold it.
    static SHARE: RefCell<(usize, Option<RwLockReadGuard<'static, ()>>)> = const { RefCell::new((0, None)) };
}

/// The engine for one test.
pub struct Alone {
    _engine: RwLockWriteGuard<'static, ()>,
}

/// Waits until no other test uses the engine, and keeps others from it for as long as the result lives.
///
/// # Panics
/// The test has a project already, for which it holds a share in the engine.
#[must_use]
pub fn alone() -> Alone {
    SHARE.with_borrow(|(projects, _)| assert_eq!(*projects, 0, "a test begins with `alone`"));
    // What a failed test leaves is no worse than what others do.
    let engine = ENGINE.write().unwrap_or_else(PoisonError::into_inner);
    ALONE.set(true);
    Alone { _engine: engine }
}

impl Drop for Alone {
    fn drop(&mut self) {
        ALONE.set(false);
    }
}

/// Whether this thread's test has the engine for itself.
pub(crate) fn is_alone() -> bool {
    ALONE.get()
}

/// A share in the engine, which keeps tests that want it for themselves waiting.
pub(crate) struct Share;

impl Share {
    pub(crate) fn take() -> Self {
        SHARE.with_borrow_mut(|(projects, engine)| {
            if *projects == 0 && !is_alone() {
                *engine = Some(ENGINE.read().unwrap_or_else(PoisonError::into_inner));
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
