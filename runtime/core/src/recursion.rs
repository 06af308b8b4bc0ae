//! The check against running out of stack, for every recursive function of the runtime.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use crate::gil::{Static, THREAD};
use crate::object::Object;
use crate::owned::Result;
use crate::recursion_error;

/// An address near the top of the stack in use.
#[inline(always)]
fn stack_pointer() -> usize {
    let marker = 0u8;
    std::ptr::from_ref(std::hint::black_box(&marker)) as usize
}

/// Raises RecursionError when the stack is nearly used up. `context` says where: " in comparison".
#[inline(always)]
pub fn check(context: &str) -> Result<()> {
    if stack_pointer() <= THREAD.stack_limit.load(Ordering::Relaxed) { check_slow(context) } else { Ok(()) }
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
