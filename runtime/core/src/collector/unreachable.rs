//! What happens to objects that cannot be reached: PEP 442's order.
//!
//! 1. Weak references with callbacks are cleared, and the callbacks of those that are reachable themselves are called.
//! 2. Finalizers run. What they bring back, with all it refers to, survives.
//! 3. The remaining weak references are cleared.
//! 4. Objects are cleared, which breaks the cycles; reference counting frees them. Classes come last: the reference from an
//!    instance to its class is not counted, so a class goes only when no instance is left.

use std::collections::HashSet;

use pyrsc_abi::Value;
use pyrsc_abi::page::PageKind;

use super::generations::Debug;
use super::reach::{Inspection, is_type};
use super::{clear_object, garbage, object};
use crate::deallocate;
use crate::exception;
use crate::memory;
use crate::owned::Owned;
use crate::type_object::TypeObject;
use crate::weak_reference;

/// Frees the unreachable objects of an inspection; tells how many there were.
pub fn dispose(mut inspection: Inspection, debug: i32) -> usize {
    let unreachable = inspection.take_unreachable();
    if unreachable.is_empty() {
        return 0;
    }
    // From here on each has one owner more: none is freed under our hands.
    // SAFETY: the objects are alive: nothing has run since they were found.
    let mut held: Vec<Owned> = unreachable.iter().map(|&value| unsafe { object(value) }.to_owned()).collect();
    let callbacks_ran = call_weak_callbacks(&held);
    let finalizers_ran = finalize(&held);
    if callbacks_ran || finalizers_ran {
        let values: Vec<Value> = held.iter().map(|owned| owned.value()).collect();
        let still: HashSet<u64> = inspection.still_unreachable(&values).iter().map(|value| value.0).collect();
        held.retain(|owned| still.contains(&owned.value().0));
    }
    drop(inspection);
    let count = held.len();
    for owned in &held {
        drop(weak_reference::clear_references(owned));
    }
    if debug & Debug::COLLECTABLE != 0 {
        for owned in &held {
            let name = owned.type_object().name();
            eprintln!("gc: collectable <{name} {:#x}>", owned.value().0);
        }
    }
    if debug & Debug::SAVEALL != 0 {
        let garbage = garbage();
        for owned in held {
            if garbage.push(owned).is_err() {
                exception::report_unraisable("Exception ignored while saving garbage", None);
            }
        }
        return count;
    }
    let (types, others): (Vec<Owned>, Vec<Owned>) = held.into_iter().partition(|owned| is_type(owned));
    for owned in &others {
        clear_object(owned);
    }
    drop(others);
    if !types.is_empty() {
        clear_types(types);
    }
    count
}

/// Step 1. True when Python code ran.
fn call_weak_callbacks(held: &[Owned]) -> bool {
    let mut cleared = Vec::new();
    for owned in held {
        cleared.extend(weak_reference::clear_references_with_callbacks(owned));
    }
    if cleared.is_empty() {
        return false;
    }
    let unreachable: HashSet<u64> = held.iter().map(|owned| owned.value().0).collect();
    // A reference that is unreachable as well is not told.
    cleared.retain(|reference| !unreachable.contains(&reference.value().0));
    let any = !cleared.is_empty();
    weak_reference::call_callbacks(cleared);
    any
}

/// Step 2. True when there was a finalizer.
fn finalize(held: &[Owned]) -> bool {
    let mut any = false;
    for owned in held {
        let ty = owned.type_object();
        if ty.special().finalize.is_some() && deallocate::mark_finalized(owned) {
            any = true;
            deallocate::call_finalizer(owned, ty);
        }
    }
    any
}

/// Step 4 for classes.
fn clear_types(types: Vec<Owned>) {
    let in_use = types_in_use(&types);
    let (kept, dying): (Vec<Owned>, Vec<Owned>) =
        types.into_iter().partition(|owned| in_use.contains(&owned.value().0));
    deallocate::keep_type_cells();
    for owned in &dying {
        clear_object(owned);
    }
    drop(dying);
    deallocate::free_kept_cells();
    drop(kept);
}

/// Those of the classes that have instances other than each other, and what those classes need.
fn types_in_use(types: &[Owned]) -> HashSet<u64> {
    let dying: HashSet<u64> = types.iter().map(|owned| owned.value().0).collect();
    let mut in_use = HashSet::new();
    for page in memory::pages(PageKind::Container) {
        for (_, value) in page.objects() {
            if dying.contains(&value.0) {
                continue;
            }
            // SAFETY: the cell holds an object, whose class is still there.
            let class = unsafe { object(value) }.type_object().object().value().0;
            if dying.contains(&class) {
                in_use.insert(class);
            }
        }
    }
    loop {
        let before = in_use.len();
        for owned in types.iter().filter(|owned| in_use.contains(&owned.value().0)).collect::<Vec<_>>() {
            in_use.insert(owned.type_object().object().value().0);
            if let Some(class) = owned.downcast::<TypeObject>() {
                in_use.extend(class.iter_mro().map(|base| base.object().value().0));
            }
        }
        if in_use.len() == before {
            return in_use;
        }
    }
}
