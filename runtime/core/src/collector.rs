//! The cycle collector: frees objects that only keep each other alive.
//!
//! Generational, with CPython's algorithm (InternalDocs/garbage_collector.md, "Identifying reference cycles"): of each
//! object's count, the references from other objects under inspection are subtracted; what is left over comes from
//! outside. There are no links in objects: pages are walked, and each cell of a container page has a byte beside it
//! (`memory::page::cell_bits`) for its generation, and a word for the counts while a collection runs.
//!
//! - `traverse`: how a struct's fields are seen;
//! - `generations`: thresholds, and when which generation is collected;
//! - `reach`: which of the objects in some pages cannot be reached;
//! - `unreachable`: weak references, finalizers, and the clearing of what cannot be reached (PEP 442);
//! - `inspect`: what the `gc` module tells about the heap;
//! - `audit`: which objects a program leaves behind.
//!
//! **Invariants:** a collection starts only at a poll, or by `gc.collect()`: allocating runs no Python code. The reference
//! from an instance to its class is not counted; classes die only in full collections, where a reachable instance makes
//! its class reachable. References that a running frame holds are counts like any other, from outside.

pub mod audit;
mod generations;
pub mod inspect;
mod reach;
mod traverse;
mod unreachable;

pub use generations::{
    CALLBACKS, Debug, Statistics, collect, configure, counts, debug, enable, forget_lists, forget_page,
    freeze, frozen_count, garbage, is_collecting, is_enabled, note_allocation, poll, set_debug,
    set_thresholds, statistics, thresholds, unfreeze,
};
pub use traverse::{
    Garbage, Plain, Traverse, Visitor, clear_function, drop_function, page_kind, traverse_function,
};

use pyrsc_abi::Value;

use crate::instance;
use crate::object::Object;
use crate::type_object::flags;

/// Visits every counted reference that an object on the heap owns.
pub fn traverse_object(object: &Object, visitor: &mut Visitor<'_>) {
    let ty = object.type_object();
    if ty.flags() & (flags::HEAP | flags::DICT) != 0 {
        instance::for_each_value(object, |value| visitor.visit(value));
    }
    if let Some(traverse) = ty.spec().traverse {
        // SAFETY: the object's struct is the one that the spec describes.
        unsafe { traverse(object.address(), visitor) }
    }
}

/// Drops what an object owns that can be taken out, to break the cycles through it. The caller holds a reference.
fn clear_object(object: &Object) {
    let ty = object.type_object();
    if ty.flags() & (flags::HEAP | flags::DICT) != 0 {
        drop(instance::take_values(object));
    }
    if let Some(clear) = ty.spec().clear {
        // SAFETY: the object's struct is the one that the spec describes.
        unsafe { clear(object.address()) }
    }
}

/// The object of a word.
///
/// # Safety
/// The word is of an object that stays alive for `'a`.
unsafe fn object<'a>(value: Value) -> &'a Object {
    // SAFETY: the caller's promise.
    unsafe { Object::from_value(value) }
}
