//! The check against running out of stack, for every recursive function of the runtime, and the limit on running Python
//! functions (`sys.setrecursionlimit`) for natively compiled ones, which nobody counts: as long as the stack in use is
//! smaller than so many of the smallest frames, there are fewer; behind that they are counted, and the limit is moved by as
//! many of the smallest frames as are left.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use crate::gil::{Static, THREAD};
use crate::object::Object;
use crate::owned::Result;
use crate::recursion_error;

/// An address near the top of the stack in use.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let marker = 0u8;
    std::ptr::from_ref(std::hint::black_box(&marker)) as usize
}

/// Raises RecursionError when the stack is nearly used up. `context` says where: " in comparison".
#[inline(always)]
pub fn check(context: &str) -> Result<()> {
    if stack_pointer() <= THREAD.stack_limit.load(Ordering::Relaxed) { check_slow(context) } else { Ok(()) }
}

/// Bytes of the smallest machine frame of a natively compiled function that calls: the return address, a saved register,
/// room for the words of a call.
const SMALLEST_FRAME: usize = 32;

/// Bytes of stack, and more, between the function that is entered and [`check_entry`].
const ENTRY_STACK: usize = 512;

/// Computes the usual stack limit anew: when `frame_limit` has been changed, or a thread starts.
pub fn limit_changed() {
    move_limit(THREAD.stack_base.get(), THREAD.frame_limit.get());
}

/// Leaves room for so many functions below an address of the stack.
fn move_limit(address: usize, functions: usize) {
    let limit = address.saturating_sub(functions.saturating_mul(SMALLEST_FRAME));
    THREAD.usual_stack_limit.set(limit.max(THREAD.real_stack_limit.get()));
    if THREAD.poll.load(Ordering::Relaxed) == 0 {
        crate::gil::clear_poll_request();
    }
}

/// The check at a natively compiled function's entry, when the stack in use is larger than the usual limit. `count` counts
/// the running functions, the one that is entered among them.
pub fn check_entry(count: impl FnOnce() -> usize) -> Result<()> {
    check("")?;
    let here = stack_pointer();
    if here > THREAD.usual_stack_limit.get() {
        return Ok(());
    }
    let limit = THREAD.frame_limit.get();
    let running = count();
    if running > limit {
        let raised = recursion_error!("maximum recursion depth exceeded");
        limit_changed();
        return Err(raised);
    }
    move_limit(here + ENTRY_STACK, limit - running);
    Ok(())
}

#[cold]
fn check_slow(context: &str) -> Result<()> {
    // The limit may have been raised only to ask for a poll, which this function does not answer.
    if stack_pointer() <= THREAD.real_stack_limit.get() {
        // Making the exception needs some stack itself: the reserve below the limit is for that.
        let limit = THREAD.real_stack_limit.replace(0);
        let raised_limit = THREAD.stack_limit.swap(0, Ordering::Relaxed);
        let raised = recursion_error!("maximum recursion depth exceeded{context}");
        THREAD.real_stack_limit.set(limit);
        THREAD.stack_limit.store(raised_limit, Ordering::Relaxed);
        return Err(raised);
    }
    Ok(())
}

/// The objects whose repr is being made, so that one that contains itself shows `...`.
static IN_REPR: Static<RefCell<Vec<usize>>> = Static::new(RefCell::new(Vec::new()));

/// How deep reprs may nest: about as deep as CPython's can with its stack of 8 MiB.
const DEEPEST_REPR: usize = 70_000;

/// Below this depth a search of the list is faster than a set.
const SEARCHED: usize = 64;

/// The containers of [`IN_REPR`] beyond the first [`SEARCHED`].
static DEEPER: Static<RefCell<BTreeSet<usize>>> = Static::new(RefCell::new(BTreeSet::new()));

/// The check of [`check`] for reprs.
pub fn check_repr() -> Result<()> {
    let context = " while getting the repr of an object";
    check(context)?;
    if IN_REPR.borrow().len() > DEEPEST_REPR {
        return Err(recursion_error!("maximum recursion depth exceeded{context}"));
    }
    Ok(())
}

/// Begins the repr of a container; false when that is going on already. With true, [`repr_leave`] must follow.
pub fn repr_enter(object: &Object) -> bool {
    let mut active = IN_REPR.borrow_mut();
    let address = object.value().0 as usize;
    if active.iter().take(SEARCHED).any(|&known| known == address) {
        return false;
    }
    if active.len() >= SEARCHED && !DEEPER.borrow_mut().insert(address) {
        return false;
    }
    active.push(address);
    true
}

/// Ends what [`repr_enter`] began.
pub fn repr_leave(object: &Object) {
    let mut active = IN_REPR.borrow_mut();
    let address = object.value().0 as usize;
    if let Some(position) = active.iter().rposition(|&known| known == address) {
        active.remove(position);
        if position >= SEARCHED {
            DEEPER.borrow_mut().remove(&address);
        }
    }
}
