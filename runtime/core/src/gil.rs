//! The global interpreter lock's data: what only the thread that holds the GIL may touch, and the thread block.
//!
//! Handing the lock over, and threads, are [`crate::thread`]'s.

use std::ops::Deref;
use std::sync::atomic::Ordering;

use pyrsc_abi::{ThreadBlock, Value};

/// A static that only the thread that holds the GIL touches: what needs no lock of its own.
#[repr(transparent)]
pub struct Static<T>(T);

// SAFETY: runtime code runs with the GIL held; `Static` is for nothing else.
unsafe impl<T> Sync for Static<T> {}

impl<T> Static<T> {
    pub const fn new(contents: T) -> Static<T> {
        Static(contents)
    }
}

impl<T> Deref for Static<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// The block of the thread that holds the GIL; generated code reaches it by this symbol.
#[unsafe(export_name = "pyrsc_rt_thread")]
pub static THREAD: ThreadBlock = ThreadBlock::new();

/// Asks the thread that holds the GIL to poll soon: at its next function entry or loop back-edge. Any thread, and a
/// signal handler, may call this.
pub fn request_poll() {
    THREAD.poll.store(1, Ordering::Relaxed);
    THREAD.stack_limit.store(usize::MAX, Ordering::Relaxed);
}

/// Withdraws the request, before it is answered.
pub fn clear_poll_request() {
    THREAD.poll.store(0, Ordering::Relaxed);
    THREAD.stack_limit.store(THREAD.usual_stack_limit.get(), Ordering::Relaxed);
}

/// Takes the value that a generator returned when its `next` gave STOP; `None` stands for Python's None.
pub fn take_stop_value() -> Option<crate::owned::Owned> {
    let value = THREAD.stop_value.replace(Value(0));
    // SAFETY: the block owned the reference.
    if value.0 == 0 { None } else { Some(unsafe { crate::owned::Owned::from_raw(value) }) }
}

/// Leaves the value that a generator returns, for whoever sees it exhausted.
pub fn set_stop_value(value: Option<crate::owned::Owned>) {
    drop(take_stop_value());
    THREAD.stop_value.set(value.map_or(Value(0), crate::owned::Owned::into_raw));
}

/// Runs something that may block, without the GIL: other threads run Python meanwhile. It must touch no object.
pub fn without<T>(blocking: impl FnOnce() -> T) -> T {
    let hooks = HANDOVER.get();
    if let Some((release, _)) = hooks {
        release();
    }
    let result = blocking();
    if let Some((_, acquire)) = hooks {
        acquire();
    }
    result
}

/// How the GIL is let go and taken back; nothing as long as there is one thread.
static HANDOVER: Static<std::cell::Cell<Option<(fn(), fn())>>> = Static::new(std::cell::Cell::new(None));

/// Tells how the GIL is let go and taken back, when there are more threads.
pub fn set_handover(release: fn(), acquire: fn()) {
    HANDOVER.set(Some((release, acquire)));
}

/// Runs the handlers of signals that have arrived; an error when one raises. For system calls that were interrupted.
pub fn check_signals() -> crate::owned::Result<()> {
    match SIGNAL_HOOK.get() {
        Some(run_handlers) => run_handlers(),
        None => Ok(()),
    }
}

/// What runs the handlers: the module `_signal` sets it.
pub static SIGNAL_HOOK: Static<std::cell::Cell<Option<fn() -> crate::owned::Result<()>>>> =
    Static::new(std::cell::Cell::new(None));
