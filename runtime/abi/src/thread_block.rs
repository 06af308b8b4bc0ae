//! The running thread's state that hot code reads.
//!
//! There is one block in static memory: the GIL holder's. It is exchanged when the GIL changes hands, so that both
//! generated code and Rust reach it by an absolute address, and a request (a signal, a thread that waits for the GIL)
//! needs no search for the holder.

use core::cell::Cell;
use core::sync::atomic::{AtomicU8, AtomicUsize};

use crate::value::Value;

/// See the module's documentation.
#[repr(C)]
pub struct ThreadBlock {
    /// The stack pointer must stay above this; a poll request raises it to the maximum, so that one compare at a
    /// function's entry is the recursion check and the poll.
    pub stack_limit: AtomicUsize,
    /// Non-zero when loops should poll.
    pub poll: AtomicU8,
    /// The exception that is being raised (owned), or the word 0.
    pub pending: Cell<Value>,
    /// The exception that is being handled, as `sys.exception()` tells it (owned), or the word 0.
    pub handled: Cell<Value>,
    /// The value of a `return` in a generator whose `next` gave STOP (owned), or the word 0, which stands for None.
    pub stop_value: Cell<Value>,
    /// The stack limit without a poll request: where as many Python functions as `frame_limit` allows could be running.
    pub usual_stack_limit: Cell<usize>,
    /// Where the stack itself ends, but for a reserve.
    pub real_stack_limit: Cell<usize>,
    /// Where the stack starts.
    pub stack_base: Cell<usize>,
    /// How many Python frames the VM has on its own stack in this thread.
    pub frame_depth: Cell<usize>,
    /// How many Python functions may be running (`sys.setrecursionlimit`).
    pub frame_limit: Cell<usize>,
    /// The innermost frame of the VM in this thread.
    pub vm_frame: Cell<*mut u8>,
}

impl ThreadBlock {
    /// A block with nothing pending.
    pub const fn new() -> ThreadBlock {
        ThreadBlock {
            stack_limit: AtomicUsize::new(0),
            poll: AtomicU8::new(0),
            pending: Cell::new(Value::PENDING),
            handled: Cell::new(Value::PENDING),
            stop_value: Cell::new(Value::PENDING),
            usual_stack_limit: Cell::new(0),
            real_stack_limit: Cell::new(0),
            stack_base: Cell::new(0),
            frame_depth: Cell::new(0),
            frame_limit: Cell::new(1000),
            vm_frame: Cell::new(core::ptr::null_mut()),
        }
    }
}

impl Default for ThreadBlock {
    fn default() -> Self {
        ThreadBlock::new()
    }
}

// SAFETY: the cells are touched only by the thread that holds the GIL; the two atomics by any.
unsafe impl Sync for ThreadBlock {}
