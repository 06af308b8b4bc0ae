//! What the `gc` module tells about the heap.

use pyrsc_abi::Value;
use pyrsc_abi::header::{Header, IMMORTAL};
use pyrsc_abi::page::PageKind;

use super::{Visitor, object, traverse_object};
use crate::memory::page::{Page, cell_bits};
use crate::memory::{self};
use crate::object::Object;
use crate::owned::Owned;
use crate::tuple::Tuple;
use crate::type_object::flags;

/// The page of an object that the collector may inspect, and the index of its cell.
fn cell_of(object: &Object) -> Option<(&'static Page, usize)> {
    let header = object.header()?;
    if header.reference_count.get() >= IMMORTAL || memory::kind_of(object.type_object()) == PageKind::Leaf {
        return None;
    }
    // SAFETY: an object that is not immortal lies in a page.
    let page = unsafe { Page::of(object.address()) };
    Some((page, page.index(object.address())))
}

/// `gc.is_tracked`: whether the collector inspects the object.
///
/// CPython stops tracking exact tuples that refer to nothing that is tracked.
pub fn is_tracked(object: &Object) -> bool {
    if let Some(tuple) = object.downcast_exact::<Tuple>() {
        return tuple.iter().any(is_tracked);
    }
    cell_of(object).is_some() && can_refer(object)
}

/// Whether objects of this type can refer to others at all.
fn can_refer(object: &Object) -> bool {
    let ty = object.type_object();
    ty.spec().traverse.is_some() || ty.flags() & (flags::HEAP | flags::DICT) != 0
}

/// `gc.is_finalized`: whether the object's `__del__` has been called.
pub fn is_finalized(object: &Object) -> bool {
    cell_of(object).is_some_and(|(page, index)| page.bits(index).get() & cell_bits::FINALIZED != 0)
}

/// Calls a function with each live object that the collector inspects, and its generation.
fn for_each(mut act: impl FnMut(&Object, u8)) {
    for page in memory::pages(PageKind::Container) {
        for (index, value) in page.objects() {
            // SAFETY: the cell holds an object, maybe one that is being freed.
            let object = unsafe { object(value) };
            // SAFETY: as above.
            let count = unsafe { (*object.address::<Header>()).reference_count.get() };
            if count > 0 && can_refer(object) {
                act(object, page.bits(index).get() & cell_bits::GENERATION);
            }
        }
    }
}

/// `gc.get_objects`: all, or those of one generation.
pub fn objects(generation: Option<u8>) -> Vec<Owned> {
    let mut found = Vec::new();
    for_each(|object, of| {
        if generation.is_none_or(|generation| generation == of) {
            found.push(object.to_owned());
        }
    });
    found
}

/// `gc.get_referrers`: the objects that refer to one of these.
pub fn referrers(targets: &[Value]) -> Vec<Owned> {
    let mut found = Vec::new();
    for_each(|object, _| {
        let mut refers = false;
        let mut visit = |value: Value| refers |= targets.contains(&value);
        traverse_object(object, &mut Visitor::new(&mut visit));
        let class = object.type_object();
        refers |= class.has_flag(flags::HEAP) && targets.contains(&class.object().value());
        if refers {
            found.push(object.to_owned());
        }
    });
    found
}

/// `gc.get_referents`: what an object refers to.
pub fn referents(target: &Object) -> Vec<Owned> {
    let mut found = Vec::new();
    if target.header().is_some() {
        // SAFETY: the object owns what it visits.
        let mut visit = |value: Value| found.push(unsafe { object(value) }.to_owned());
        traverse_object(target, &mut Visitor::new(&mut visit));
        let class = target.type_object();
        if class.has_flag(flags::HEAP) {
            found.push(class.to_owned());
        }
    }
    found
}
