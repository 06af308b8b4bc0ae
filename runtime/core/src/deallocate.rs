//! What happens when the last reference to an object goes.
//!
//! In CPython's order (`subtype_dealloc`, PEP 442): `__del__`, once in an object's life, which may bring it back; weak
//! references are cleared and their callbacks called; attributes, then the struct's fields are dropped; the cell is freed.
//!
//! Dropping a field can be the last reference to another object, and so on: beyond [`NESTING_LIMIT`] objects wait in a
//! list until the outermost call gets to them, so that deep structures never overflow the stack.

use std::cell::{Cell, RefCell};

use pyrsc_abi::Value;
use pyrsc_abi::header::Header;
use pyrsc_abi::page::PageKind;

use crate::exception;
use crate::gil::Static;
use crate::instance;
use crate::memory::page::{Page, cell_bits};
use crate::memory::{self, free_cell};
use crate::object::Object;
use crate::owned::Owned;
use crate::shape;
use crate::str;
use crate::type_object::{TypeObject, flags};
use crate::weak_reference;

/// How many objects may be in the middle of being freed, one because of the other, before the next ones wait.
const NESTING_LIMIT: u32 = 50;

/// The state of freeing, of whatever thread holds the GIL: it hands the GIL over only inside [`run_python`].
struct State {
    nesting: Cell<u32>,
    /// Objects without references that wait to be freed.
    waiting: RefCell<Vec<Value>>,
    /// Those from here on are the innermost outermost call's.
    base: Cell<usize>,
    /// How often freeing has run Python code.
    python_runs: Cell<u64>,
    /// While the cycle collector frees classes: cells that are given back at its end.
    kept_cells: RefCell<Option<Vec<*mut u8>>>,
}

static STATE: Static<State> = Static::new(State {
    nesting: Cell::new(0),
    waiting: RefCell::new(Vec::new()),
    base: Cell::new(0),
    python_runs: Cell::new(0),
    kept_cells: RefCell::new(None),
});

/// Frees an object, and what only it kept alive. Tells whether Python code has run.
///
/// # Safety
/// The last reference to `value` is gone; nobody uses it afterwards.
#[cold]
#[inline(never)]
pub unsafe fn deallocate(value: Value) -> bool {
    if STATE.nesting.get() >= NESTING_LIMIT {
        STATE.waiting.borrow_mut().push(value);
        return false;
    }
    let runs = STATE.python_runs.get();
    STATE.nesting.set(STATE.nesting.get() + 1);
    // SAFETY: the caller's promise.
    unsafe { destroy(value) };
    if STATE.nesting.get() == 1 {
        loop {
            let next = {
                let mut waiting = STATE.waiting.borrow_mut();
                if waiting.len() > STATE.base.get() { waiting.pop() } else { None }
            };
            let Some(next) = next else { break };
            // SAFETY: the last reference to it was gone when it began to wait.
            unsafe { destroy(next) };
        }
    }
    STATE.nesting.set(STATE.nesting.get() - 1);
    STATE.python_runs.get() != runs
}

/// How often freeing objects has run Python code: callers that must know whether it did compare two readings.
pub fn python_runs() -> u64 {
    STATE.python_runs.get()
}

/// # Safety
/// As for [`deallocate`].
unsafe fn destroy(value: Value) {
    // SAFETY: the object's storage is intact: only its count has reached 0.
    let (object, header) = unsafe { (Object::from_value(value), &*(value.0 as *const Header)) };
    let ty = shape::get(header.shape.get()).type_object();
    if ty.special().finalize.is_some() && !finalize(object, header, ty) {
        return;
    }
    let type_flags = ty.flags();
    if type_flags & (flags::HEAP | flags::DICT | flags::WEAKREF) != 0 {
        if type_flags & flags::WEAKREF != 0 && weak_reference::is_referred_to(object) {
            weak_reference::object_dies(object);
        }
        if type_flags & (flags::HEAP | flags::DICT) != 0 {
            // SAFETY: nobody refers to the object.
            unsafe { instance::drop_values(object) };
        }
    }
    if let Some(drop) = ty.spec().drop {
        // SAFETY: the object's struct is the one that the spec describes; nobody refers to it.
        unsafe { drop(value.0 as *mut u8) };
    }
    if type_flags & flags::TYPE_SUBCLASS != 0
        && let Some(kept) = STATE.kept_cells.borrow_mut().as_mut()
    {
        kept.push(value.0 as *mut u8);
        return;
    }
    // SAFETY: the cell is the object's.
    unsafe { free_cell(value.0 as *mut u8) };
}

/// Calls `__del__` for an object without references. False when that brought it back.
#[cold]
fn finalize(object: &Object, header: &Header, ty: &TypeObject) -> bool {
    if !mark_finalized(object) {
        return true;
    }
    header.reference_count.set(1);
    call_finalizer(object, ty);
    let count = header.reference_count.get() - 1;
    header.reference_count.set(count);
    count == 0
}

/// Notes that the object's `__del__` has been called; false when it had been before.
pub fn mark_finalized(object: &Object) -> bool {
    if memory::kind_of(object.type_object()) == PageKind::Leaf {
        return true;
    }
    // SAFETY: an object with a count that can reach 0 lies on the heap.
    let page = unsafe { Page::of(object.address()) };
    let bits = page.bits(page.index(object.address()));
    let first = bits.get() & cell_bits::FINALIZED == 0;
    bits.set(bits.get() | cell_bits::FINALIZED);
    first
}

/// Calls `__del__`; what it raises is reported and forgotten.
pub fn call_finalizer(object: &Object, ty: &TypeObject) {
    let Some(finalize) = ty.special().finalize else { return };
    run_python(|| {
        if finalize(object).is_err() {
            let method = ty.lookup(&str::intern("__del__"));
            exception::report_unraisable_in("Exception ignored while calling deallocator", method.as_deref());
        }
    });
}

/// Runs Python code in the middle of freeing: what is pending stays pending, and objects that die meanwhile do not wait
/// for the outer ones.
pub fn run_python(run: impl FnOnce()) {
    STATE.python_runs.set(STATE.python_runs.get() + 1);
    let pending = exception::take_optional();
    let nesting = STATE.nesting.replace(0);
    let base = STATE.base.replace(STATE.waiting.borrow().len());
    run();
    STATE.nesting.set(nesting);
    STATE.base.set(base);
    if let Some(pending) = pending {
        exception::restore(pending);
    }
}

/// Keeps the cells of classes that are freed until [`free_kept_cells`]: their instances and the classes derived from them
/// are freed in any order, and read them.
pub fn keep_type_cells() {
    *STATE.kept_cells.borrow_mut() = Some(Vec::new());
}

/// Ends what [`keep_type_cells`] began.
pub fn free_kept_cells() {
    let kept = STATE.kept_cells.borrow_mut().take();
    for cell in kept.into_iter().flatten() {
        // SAFETY: the class in it has been dropped, and nothing refers to it.
        unsafe { free_cell(cell) };
    }
}

/// Drops a reference that a word owns; what [`crate::object::release`] does, telling whether Python code has run.
///
/// # Safety
/// As for [`crate::object::release`].
pub unsafe fn release_and_tell(value: Value) -> bool {
    let runs = python_runs();
    // SAFETY: the caller's promise.
    drop(unsafe { Owned::from_raw(value) });
    python_runs() != runs
}
