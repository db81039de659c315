//! Work whose panic does not end the process: a bug becomes words that reach the user.
//!
//! The released program has no tables for unwinding, which would be a fifth of it, so a panic cannot be caught and ends
//! the process right after the panic hook. But the hook may take its time. Work that is to be contained runs on a
//! thread of its own; if it panics, the hook hands the words over on that thread and then keeps it for ever. All other
//! threads go on. What the parked thread holds is never given back, so whoever gets the words should end soon.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};
use std::sync::{Once, mpsc};
use std::thread::{self, Builder};

/// Stack of a thread, as much as a program's first thread usually has.
const STACK_BYTES: usize = 8 << 20;

type Tell = Box<dyn FnOnce(String)>;

thread_local! {
    /// Whom to tell when this thread panics.
    static TELL: RefCell<Option<Tell>> = const { RefCell::new(None) };
}

/// Runs work on a thread of its own and waits for it.
///
/// # Errors
/// It panicked, or no thread starts: a sentence that says so.
pub(crate) fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let (done, ended) = mpsc::channel();
    let panicked = done.clone();
    // Nobody waits any more only where this thread itself is ending.
    start(move || drop(done.send(Ok(work()))), move |report| drop(panicked.send(Err(report))))?;
    ended.recv().unwrap_or_else(|_| Err(bug("no further words")))
}

/// Runs work on a thread of its own. If it panics, `tell` gets a sentence that says so.
///
/// # Errors
/// No thread starts: a sentence that says so.
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
    started.map(drop).map_err(|error| format!("the system starts no thread: {error}"))
}

/// The panic hook.
fn contain(info: &PanicHookInfo<'_>, usual: &(impl Fn(&PanicHookInfo<'_>) + ?Sized)) {
    // A thread that is ending, or one that panics while it tells, has nobody to tell.
    let tell = TELL.try_with(|place| place.try_borrow_mut().ok()?.take()).ok().flatten();
    let Some(tell) = tell else { return usual(info) };
    tell(bug(&words(info)));
    // Where threads unwind, as in tests, this one ends by itself.
    while cfg!(panic = "abort") {
        thread::park();
    }
}

/// What a panic says, and where it happened.
fn words(info: &PanicHookInfo<'_>) -> String {
    let message = message(info.payload()).unwrap_or("no further words");
    match info.location() {
        Some(place) => format!("{message}, at {}:{}", place.file(), place.line()),
        None => message.to_owned(),
    }
}

/// What the user is told of a bug.
fn bug(words: &str) -> String {
    format!(
        "Slipway {} stopped at a bug of its own: {words}; please report it together with the spec",
        env!("CARGO_PKG_VERSION")
    )
}

fn message(payload: &dyn Any) -> Option<&str> {
    payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied())
}
