//! Runs work whose panic does not end the process: users get a message about the bug.
//!
//! The released program has no unwinding tables, because they would be a fifth of it. So a panic cannot be caught, and
//! ends the process right after the panic hook. The hook may block, however. Contained work runs on a separate thread;
//! if it panics, the hook passes the message on and then blocks that thread forever. All other threads continue. The
//! resources of the blocked thread are never freed, so the receiver of the message should exit soon.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};
use std::sync::{Once, mpsc};
use std::thread::{self, Builder};

/// Stack size of a thread, as for the main thread of a program.
const STACK_BYTES: usize = 8 << 20;

type Tell = Box<dyn FnOnce(String)>;

thread_local! {
    /// The receiver of the message if this thread panics.
    static TELL: RefCell<Option<Tell>> = const { RefCell::new(None) };
}

/// Runs work on a separate thread and waits for it.
///
/// # Errors
/// It panicked, or a thread cannot be started: a message.
pub(crate) fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let (done, ended) = mpsc::channel();
    let panicked = done.clone();
    // The receiver is gone only if this thread is ending.
    start(move || drop(done.send(Ok(work()))), move |report| drop(panicked.send(Err(report))))?;
    ended.recv().unwrap_or_else(|_| Err(bug("no details")))
}

/// Runs work on a separate thread. If it panics, `tell` gets a message.
///
/// # Errors
/// A thread cannot be started: a message.
pub(crate) fn start(
    work: impl FnOnce() + Send + 'static,
    tell: impl FnOnce(String) + Send + 'static,
) -> Result<(), String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| contain(info, &usual)));
    });
    let run = move || {
        TELL.with_borrow_mut(|place| *place = Some(Box::new(tell)));
        work();
    };
    let started = Builder::new().stack_size(STACK_BYTES).spawn(run);
    started.map(drop).map_err(|error| format!("a thread cannot be started: {error}"))
}

/// The panic hook.
fn contain(info: &PanicHookInfo<'_>, usual: &(impl Fn(&PanicHookInfo<'_>) + ?Sized)) {
    // A thread that is ending, or that panics in `tell`, has no receiver.
    let tell = TELL.try_with(|place| place.try_borrow_mut().ok()?.take()).ok().flatten();
    let Some(tell) = tell else { return usual(info) };
    tell(bug(&words(info)));
    // With unwinding, as in tests, this thread ends by itself.
    while cfg!(panic = "abort") {
        thread::park();
    }
}

/// The message and location of a panic.
fn words(info: &PanicHookInfo<'_>) -> String {
    let message = message(info.payload()).unwrap_or("no details");
    match info.location() {
        Some(place) => format!("{message}, at {}:{}", place.file(), place.line()),
        None => message.to_owned(),
    }
}

/// The message for users about a bug.
fn bug(words: &str) -> String {
    format!("internal error in Slipway {}: {words}; please report it together with the spec", env!("CARGO_PKG_VERSION"))
}

fn message(payload: &dyn Any) -> Option<&str> {
    payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied())
}
