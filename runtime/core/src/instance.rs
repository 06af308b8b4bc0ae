//! Where an object keeps its own attributes: slots that its shape names, an overflow array behind the last one, or a dict.
//!
//! With `c` slots in the object and `n` attributes: attribute `i` lies in slot `i` where `n <= c`; else attributes
//! `c - 1` and up lie in an array whose address is in slot `c - 1`. In the dictionary shape slot 0 holds the dict's word,
//! or 0 until there is one.

use std::alloc::{Layout, alloc, dealloc, realloc};

use pyrsc_abi::Value;

use crate::dict::Dict;
use crate::object::{Object, increment};
use crate::owned::{Owned, Ref, Result};
use crate::shape::{self, Shape, ShapeKind};
use crate::str::Str;
use crate::type_object::TypeObject;

/// The array that attributes overflow to; its capacity in values comes first.
#[repr(C)]
struct Overflow {
    capacity: usize,
}

impl Overflow {
    fn layout(capacity: usize) -> Layout {
        Layout::array::<u64>(capacity + 1).expect("at most MAXIMUM_SLOTS values")
    }

    /// The values that follow.
    unsafe fn values(this: *mut Overflow) -> *mut Value {
        // SAFETY: the caller's overflow array starts with the capacity.
        unsafe { this.add(1) as *mut Value }
    }
}

/// How many bytes the variable part of an object moves its members and attribute slots away from where they lie in an object
/// without such a part.
///
/// # Safety
/// `object` lies in memory and is of type `ty`.
#[inline(always)]
pub unsafe fn variable_part(object: &Object, ty: &TypeObject) -> usize {
    match ty.spec().variable_size {
        None => 0,
        // SAFETY: the object's struct is the one that the spec describes.
        Some(variable_size) => unsafe {
            variable_size(object.address::<u8>()).next_multiple_of(8) - ty.spec().size.next_multiple_of(8)
        },
    }
}

/// The first attribute slot of an object of a type.
///
/// # Safety
/// `object` lies in memory and is of type `ty`, whose instances have attributes.
#[inline(always)]
pub unsafe fn slots(object: &Object, ty: &TypeObject) -> *mut Value {
    let base = object.address::<u8>();
    let offset = match ty.spec().variable_size {
        None => ty.slots_offset(),
        // SAFETY: the object's struct is the one that the spec describes.
        Some(_) => ty.slots_offset() + unsafe { variable_part(object, ty) },
    };
    // SAFETY: instances are that long.
    unsafe { base.add(offset.next_multiple_of(8)) as *mut Value }
}

/// The place of attribute `slot` of an object.
///
/// # Safety
/// `shape` is the object's, of kind `Slots`, and has that slot.
#[inline]
unsafe fn place(object: &Object, shape: &Shape, slot: usize) -> *mut Value {
    let ty = shape.type_object();
    let capacity = ty.slot_capacity();
    // SAFETY: the shape's objects have slots; see the module's documentation.
    unsafe {
        let slots = slots(object, ty);
        if shape.slot_count() <= capacity || slot < capacity - 1 {
            slots.add(slot)
        } else {
            let overflow = (*slots.add(capacity - 1)).0 as *mut Overflow;
            Overflow::values(overflow).add(slot - (capacity - 1))
        }
    }
}

/// The offset in bytes of an attribute that lies in the object itself, for caches.
pub fn inline_offset(object: &Object, shape: &Shape, slot: usize) -> Option<u32> {
    let ty = shape.type_object();
    let capacity = ty.slot_capacity();
    if ty.spec().variable_size.is_some() || (shape.slot_count() > capacity && slot >= capacity - 1) {
        return None;
    }
    // SAFETY: as above.
    let place = unsafe { place(object, shape, slot) };
    Some((place as usize - object.address::<u8>() as usize) as u32)
}

/// The object's attribute of an interned name.
pub fn get(object: &Object, name: &Str) -> Option<Owned> {
    let shape = object.shape();
    match shape.kind() {
        ShapeKind::Fixed => None,
        ShapeKind::Slots => {
            let slot = shape.slot_of(name)?;
            // SAFETY: the slot is bound, by the shape.
            unsafe {
                let value = *place(object, shape, slot);
                if value.is_pointer() {
                    increment(value);
                }
                Some(Owned::from_raw(value))
            }
        }
        ShapeKind::Dictionary => {
            // SAFETY: slot 0 holds a dict or 0.
            let dict = unsafe { Object::from_optional_value(*slots(object, shape.type_object())) }?;
            // SAFETY: as above.
            unsafe { &*dict.address::<Dict>() }.get_str(name)
        }
    }
}

/// Whether objects of this kind have attributes of their own.
pub fn has_attributes(object: &Object) -> bool {
    object.value().is_pointer() && object.shape().kind() != ShapeKind::Fixed
}

/// Sets the object's attribute of an interned name; the object must be of a kind that has attributes.
pub fn set(object: &Object, name: &Str, value: &Object) -> Result<()> {
    let shape = object.shape();
    debug_assert!(shape.kind() != ShapeKind::Fixed);
    if shape.kind() == ShapeKind::Slots {
        if let Some(slot) = shape.slot_of(name) {
            let value = value.to_owned().into_raw();
            // SAFETY: the slot is bound, by the shape; the old value is dropped when the new one is in.
            let old = unsafe { Owned::from_raw(place(object, shape, slot).replace(value)) };
            drop(old);
            return Ok(());
        }
        if let Some(child) = shape.child(name) {
            // SAFETY: the slot is the one that `child` adds.
            unsafe { append(object, shape, value.to_owned().into_raw()) };
            object.header().expect("in memory").shape.set(child);
            return Ok(());
        }
    }
    dictionary(object).set_str(name, value)
}

/// Puts a value in the slot after the last one.
///
/// # Safety
/// `shape` is the object's; the caller moves the object to a child of it next.
unsafe fn append(object: &Object, shape: &Shape, value: Value) {
    let ty = shape.type_object();
    let capacity = ty.slot_capacity();
    let count = shape.slot_count();
    // SAFETY: see the module's documentation for where attribute `count` goes.
    unsafe {
        let slots = slots(object, ty);
        if count < capacity {
            slots.add(count).write(value);
            return;
        }
        let last = slots.add(capacity - 1);
        let used = count - (capacity - 1);
        let overflow = if count == capacity {
            let overflow = alloc(Overflow::layout(4)) as *mut Overflow;
            (*overflow).capacity = 4;
            Overflow::values(overflow).write(*last);
            overflow
        } else {
            let overflow = (*last).0 as *mut Overflow;
            let room = (*overflow).capacity;
            if used < room {
                overflow
            } else {
                let size = Overflow::layout(room * 2).size();
                let overflow = realloc(overflow as *mut u8, Overflow::layout(room), size) as *mut Overflow;
                (*overflow).capacity = room * 2;
                overflow
            }
        };
        Overflow::values(overflow).add(used).write(value);
        last.write(Value(overflow as u64));
    }
}

/// Deletes the object's attribute; false when there is none.
pub fn delete(object: &Object, name: &Str) -> Result<bool> {
    let shape = object.shape();
    match shape.kind() {
        ShapeKind::Fixed => Ok(false),
        ShapeKind::Slots => {
            let Some(slot) = shape.slot_of(name) else { return Ok(false) };
            let count = shape.slot_count();
            if slot + 1 == count
                && count <= shape.type_object().slot_capacity()
                && let Some(parent) = shape.parent()
            {
                // SAFETY: the slot is bound and lies in the object; the parent shape does not have it.
                let old = unsafe { Owned::from_raw(*place(object, shape, slot)) };
                object.header().expect("in memory").shape.set(parent);
                drop(old);
                return Ok(true);
            }
            Ok(dictionary(object).remove(name.object())?.is_some())
        }
        ShapeKind::Dictionary => Ok(dictionary(object).remove(name.object())?.is_some()),
    }
}

/// The dict of the object's attributes; the object goes to its class's dictionary shape for it.
///
/// From then on the dict and the object's attributes are the same thing.
pub fn dictionary(object: &Object) -> Ref<Dict> {
    let shape = object.shape();
    let ty = shape.type_object();
    debug_assert!(shape.kind() != ShapeKind::Fixed);
    // SAFETY: objects of this kind have at least one slot.
    unsafe {
        let slots = slots(object, ty);
        if shape.kind() == ShapeKind::Dictionary {
            if (*slots).0 == 0 {
                slots.write(Dict::new().into_owned().into_raw());
            }
            return Object::from_value(*slots).to_owned().downcast_unchecked();
        }
        let dict = Dict::new();
        let mut values = Vec::with_capacity(shape.slot_count());
        for slot in 0..shape.slot_count() {
            let value = Owned::from_raw(*place(object, shape, slot));
            // The names are exact interned strings: this cannot fail, and runs no Python code.
            let _ = dict.set_str(shape.name_of(slot), &value);
            values.push(value);
        }
        free_overflow(object, shape);
        slots.write(dict.clone().into_owned().into_raw());
        object.header().expect("in memory").shape.set(ty.dictionary_shape());
        // Each value has an owner more, the dict: none of these is the last reference.
        drop(values);
        dict
    }
}

/// Makes a dict the object's attributes; the old ones are given back for the caller to drop.
pub fn set_dictionary(object: &Object, dict: Ref<Dict>) -> Owned {
    let old = dictionary(object);
    // SAFETY: `dictionary` has put the object in its dictionary shape, where slot 0 owns the dict.
    unsafe { slots(object, object.type_object()).write(dict.into_owned().into_raw()) };
    let old_again = old.into_owned();
    // The slot's own reference, which is now nobody's.
    // SAFETY: slot 0 owned one reference to the old dict.
    drop(unsafe { Owned::from_raw(old_again.value()) });
    old_again
}

/// Frees the overflow array, if there is one; the values are the caller's.
///
/// # Safety
/// `shape` is the object's, of kind `Slots`; nobody reads the array afterwards.
unsafe fn free_overflow(object: &Object, shape: &Shape) {
    let ty = shape.type_object();
    let capacity = ty.slot_capacity();
    if shape.slot_count() > capacity {
        // SAFETY: the last slot holds the array's address.
        unsafe {
            let overflow = (*slots(object, ty).add(capacity - 1)).0 as *mut Overflow;
            dealloc(overflow as *mut u8, Overflow::layout((*overflow).capacity));
        }
    }
}

/// The words that an object's attribute slots and `__slots__` members own, where they lie side by side in the object. A
/// word that is unset is 0.
#[inline]
fn plain_words(object: &Object, shape: &Shape) -> Option<(*mut Value, usize)> {
    let ty = shape.type_object();
    if ty.spec().variable_size.is_some() {
        return None;
    }
    let start = ty.spec().size.next_multiple_of(8);
    let slots = ty.slots_offset().next_multiple_of(8);
    let end = match shape.kind() {
        ShapeKind::Fixed => ty.slots_offset(),
        ShapeKind::Slots if shape.slot_count() <= ty.slot_capacity() => slots + 8 * shape.slot_count(),
        ShapeKind::Slots => return None,
        ShapeKind::Dictionary => slots + 8,
    };
    // SAFETY: the members and slots lie behind the struct.
    let words = unsafe { object.address::<u8>().add(start) } as *mut Value;
    Some((words, end.saturating_sub(start) / 8))
}

/// Calls a function with every word that the object's attribute slots and `__slots__` members own.
#[inline]
pub fn for_each_value(object: &Object, mut visit: impl FnMut(Value)) {
    let shape = object.shape();
    if let Some((words, count)) = plain_words(object, shape) {
        for index in 0..count {
            // SAFETY: a word of the object, 0 when unset.
            let value = unsafe { *words.add(index) };
            if value.0 != 0 {
                visit(value);
            }
        }
        return;
    }
    let ty = shape.type_object();
    for member in members(object, ty) {
        // SAFETY: members are words of the object, 0 when unset.
        let value = unsafe { *member };
        if value.0 != 0 {
            visit(value);
        }
    }
    match shape.kind() {
        ShapeKind::Fixed => {}
        ShapeKind::Slots => {
            for slot in 0..shape.slot_count() {
                // SAFETY: the slot is bound, by the shape.
                visit(unsafe { *place(object, shape, slot) });
            }
        }
        ShapeKind::Dictionary => {
            // SAFETY: slot 0 holds a dict or 0.
            let value = unsafe { *slots(object, ty) };
            if value.0 != 0 {
                visit(value);
            }
        }
    }
}

/// The words of the `__slots__` members of an object.
fn members(object: &Object, ty: &TypeObject) -> impl Iterator<Item = *mut Value> + use<> {
    let from = ty.spec().size.next_multiple_of(8);
    let to = ty.slots_offset();
    // SAFETY: the object is of the type.
    let base = unsafe { object.address::<u8>().add(variable_part(object, ty)) };
    // SAFETY: the members lie between the struct and the attribute slots.
    (from..to.max(from)).step_by(8).map(move |offset| unsafe { base.add(offset) as *mut Value })
}

/// Takes everything out that the object's attribute slots and `__slots__` members own, leaving the object without
/// attributes; the caller drops it.
pub fn take_values(object: &Object) -> Vec<Owned> {
    let shape = object.shape();
    let ty = shape.type_object();
    let mut values = Vec::new();
    for_each_value(object, |value| {
        // SAFETY: the words are cleared below; their references go to the caller.
        values.push(unsafe { Owned::from_raw(value) });
    });
    for member in members(object, ty) {
        // SAFETY: a member's word.
        unsafe { member.write(Value(0)) };
    }
    match shape.kind() {
        ShapeKind::Fixed => {}
        ShapeKind::Slots => {
            // SAFETY: the values have been taken.
            unsafe { free_overflow(object, shape) };
            object.header().expect("in memory").shape.set(ty.instance_shape());
        }
        // SAFETY: slot 0 is the dict's word, whose reference has been taken.
        ShapeKind::Dictionary => unsafe { slots(object, ty).write(Value(0)) },
    }
    values
}

/// Drops what the object's attribute slots and `__slots__` members own, where the object is being freed.
///
/// # Safety
/// Nobody refers to the object; its attributes are not used afterwards.
pub unsafe fn drop_values(object: &Object) {
    let shape = object.shape();
    if let Some((words, count)) = plain_words(object, shape) {
        for index in 0..count {
            // SAFETY: a word of the object, which owns it; each is dropped once, and nobody can reach the object.
            unsafe { crate::object::release(*words.add(index)) };
        }
        return;
    }
    // SAFETY: each word is dropped once; nobody can reach the object while that runs Python code.
    for_each_value(object, |value| unsafe { crate::object::release(value) });
    if shape.kind() == ShapeKind::Slots {
        // SAFETY: the values have been dropped.
        unsafe { free_overflow(object, shape) };
    }
}

/// Sets the type of an object to one of equal layout (`__class__` assignment).
pub fn set_class(object: &Object, ty: &TypeObject) -> Result<()> {
    let shape = object.shape();
    let header = object.header().expect("in memory");
    match shape.kind() {
        ShapeKind::Fixed => header.shape.set(ty.instance_shape()),
        ShapeKind::Dictionary => header.shape.set(ty.dictionary_shape()),
        ShapeKind::Slots => {
            let mut target = Some(ty.instance_shape());
            if ty.slot_capacity() == shape.type_object().slot_capacity() {
                for slot in 0..shape.slot_count() {
                    target = target.and_then(|id| shape::get(id).child(shape.name_of(slot)));
                }
            } else {
                target = None;
            }
            match target {
                Some(id) => header.shape.set(id),
                None => {
                    drop(dictionary(object));
                    header.shape.set(ty.dictionary_shape());
                }
            }
        }
    }
    Ok(())
}
