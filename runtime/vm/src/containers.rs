//! Building, filling, subscripting and unpacking containers.

use pyrsc_abi::{ShapeId, Value};
use pyrsc_bytecode::DefRange;
use pyrsc_core::dict::{Dict, Merge};
use pyrsc_core::exception::{self, AttributeError};
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::set::Set;
use pyrsc_core::slice::{Slice, SliceBounds};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{type_error, value_error};

use crate::call::callee_text;
use crate::frame::EMPTY;
use crate::interpreter::Taken;

/// `x ** y`
pub fn power(left: &Object, right: &Object) -> Result {
    operations::power(left, right, None)
}

/// `x **= y`
pub fn inplace_power(left: &Object, right: &Object) -> Result {
    operations::inplace_power(left, right)
}

/// A tuple of words that are moved out of their registers.
///
/// # Safety
/// The registers hold values.
pub unsafe fn tuple_of(words: *mut Value, count: usize) -> Owned {
    // SAFETY: the caller's promise; each register is left empty.
    unsafe {
        let tuple = Tuple::from_words(words, count).into_owned();
        empty(words, count);
        tuple
    }
}

/// Marks registers whose words have been moved out.
///
/// # Safety
/// The registers are the running frame's.
unsafe fn empty(words: *mut Value, count: usize) {
    for index in 0..count {
        // SAFETY: the caller's promise.
        unsafe { *words.add(index) = EMPTY };
    }
}

/// A list of words that are moved out of their registers.
///
/// # Safety
/// The registers hold values.
pub unsafe fn list_of(words: *mut Value, count: usize) -> Result {
    // SAFETY: the caller's promise; each register is left empty.
    unsafe {
        let list = List::from_words(words, count)?;
        empty(words, count);
        Ok(list.into_owned())
    }
}

/// A set display.
pub fn set_of(items: Vec<Owned>) -> Result {
    let set = Set::new();
    for item in &items {
        set.table().add(item)?;
    }
    Ok(set.into_owned())
}

/// A dict display of alternating keys and values.
pub fn dict_of(items: Vec<Owned>) -> Result {
    let dict = Dict::new();
    for pair in items.chunks_exact(2) {
        dict.set(&pair[0], &pair[1])?;
    }
    Ok(dict.into_owned())
}

/// The list that a display or comprehension fills.
///
/// # Safety
/// The object is an exact list.
pub unsafe fn list_under_construction(object: &Object) -> &List {
    debug_assert!(object.is_exact::<List>());
    // SAFETY: the caller's promise.
    unsafe { &*object.address::<List>() }
}

/// The dict that a display or comprehension fills.
///
/// # Safety
/// The object is an exact dict.
pub unsafe fn dict_under_construction(object: &Object) -> &Dict {
    debug_assert!(object.is_exact::<Dict>());
    // SAFETY: the caller's promise.
    unsafe { &*object.address::<Dict>() }
}

/// `[*iterable]`
pub fn list_extend(list: &List, iterable: &Object) -> Result<()> {
    let special = iterable.type_object().special();
    if special.iter.is_none() && special.get_item.is_none() {
        return Err(type_error!("Value after * must be an iterable, not {}", iterable.type_object().name()));
    }
    pyrsc_core::iteration::for_each(iterable, |item| list.push(item))
}

/// The list as a tuple.
pub fn list_to_tuple(list: &List) -> Owned {
    Tuple::from_vec(list.to_vec()).into_owned()
}

/// Adds to a set under construction.
pub fn set_add(set: &Object, item: &Object) -> Result<()> {
    match set.downcast::<Set>() {
        Some(set) => set.table().add(item).map(|_| ()),
        None => Err(type_error!("a set display needs a set")),
    }
}

/// Adds all items of an iterable to a set under construction.
pub fn set_update(set: &Object, iterable: &Object) -> Result<()> {
    match set.downcast::<Set>() {
        // From a set, elements come in the order of its table, into a table that is made large enough first.
        Some(set) => pyrsc_builtins::set_operations::update(set.table(), iterable),
        None => pyrsc_core::iteration::for_each(iterable, |item| set_add(set, &item)),
    }
}

/// `{**mapping}`
pub fn dict_update(dict: &Dict, mapping: &Object) -> Result<()> {
    if let Some(other) = mapping.downcast_exact::<Dict>() {
        return dict.merge(other, Merge::Replace);
    }
    match merge_mapping(dict, mapping, |_| Ok(())) {
        Err(Raised) if exception::catch::<AttributeError>() => {
            Err(type_error!("'{}' object is not a mapping", mapping.type_object().name()))
        }
        result => result,
    }
}

/// Takes in any mapping, key by key; `check` sees each key before it is set.
fn merge_mapping(dict: &Dict, mapping: &Object, check: impl Fn(&Object) -> Result<()>) -> Result<()> {
    let keys = operations::call_method(mapping, "keys", &[])?;
    pyrsc_core::iteration::for_each(&keys, |key| {
        check(&key)?;
        let value = operations::get_item(mapping, &key)?;
        dict.set(&key, &value)
    })
}

/// `callee(**mapping)`
pub fn dict_merge(dict: &Dict, mapping: &Object, callee: &Object) -> Result<()> {
    let check = |key: &Object| {
        if dict.contains(key)? {
            let name = operations::str(key)?;
            return Err(type_error!(
                "{} got multiple values for keyword argument '{}'",
                callee_text(callee)?,
                name.to_string_lossy()
            ));
        }
        Ok(())
    };
    if let Some(other) = mapping.downcast_exact::<Dict>() {
        if dict.is_empty() {
            return dict.merge(other, Merge::Replace);
        }
        let mut position = 0;
        while let Some((key, value)) = other.next(&mut position) {
            check(&key)?;
            dict.set(&key, &value)?;
        }
        return Ok(());
    }
    match merge_mapping(dict, mapping, check) {
        Err(Raised)
            if exception::matches(<AttributeError as pyrsc_core::type_object::Class>::type_object()) =>
        {
            if mapping.type_object().lookup(&pyrsc_core::str::intern("keys")).is_some() {
                return Err(Raised);
            }
            exception::clear();
            Err(type_error!(
                "{} argument after ** must be a mapping, not {}",
                callee_text(callee)?,
                mapping.type_object().name()
            ))
        }
        result => result,
    }
}

/// `object[index]`
#[inline]
pub fn get_item(object: &Object, index: &Object) -> Result {
    if object.shape_id() == ShapeId::DICT {
        // SAFETY: the shape says what it is.
        let dict = unsafe { &*object.address::<Dict>() };
        return match dict.get(index)? {
            Some(value) => Ok(value),
            None => Err(pyrsc_core::key_error(index)),
        };
    }
    operations::get_item(object, index)
}

/// `object[index] = value`
#[inline]
pub fn set_item(object: &Object, index: &Object, value: Taken) -> Result<()> {
    match object.shape_id() {
        ShapeId::LIST if index.value().is_int() => {
            // SAFETY: the shape says what it is.
            let list = unsafe { &*object.address::<List>() };
            let number = index.value().int();
            let number = if number < 0 { number + list.len() as i64 } else { number };
            if (number as u64) < list.len() as u64 {
                list.set(number as usize, value.into_owned());
                return Ok(());
            }
        }
        ShapeId::DICT => {
            // SAFETY: the shape says what it is.
            return unsafe { &*object.address::<Dict>() }.set(index, &value);
        }
        _ => {}
    }
    operations::set_item(object, index, &value)
}

fn slice_of(start: &Object, stop: &Object) -> Owned {
    Slice::new(start.to_owned(), stop.to_owned(), Owned::none()).into_owned()
}

/// `object[start:stop]`
pub fn get_slice(object: &Object, start: &Object, stop: &Object) -> Result {
    if let Some(list) = object.downcast_shape::<List>(ShapeId::LIST)
        && let Some(bounds) = plain_bounds(start, stop)
    {
        return list.slice(bounds.fit(list.len())).map(pyrsc_core::owned::Ref::into_owned);
    }
    operations::get_item(object, &slice_of(start, stop))
}

/// The bounds of a slice without a step, where both are immediate ints or None.
fn plain_bounds(start: &Object, stop: &Object) -> Option<SliceBounds> {
    let number = |bound: &Object, missing: i64| match bound.value() {
        Value::NONE => Some(missing),
        value => value.is_int().then(|| value.int()),
    };
    Some(SliceBounds { start: number(start, 0)?, stop: number(stop, i64::MAX)?, step: 1 })
}

/// `object[start:stop] = value`
pub fn set_slice(object: &Object, start: &Object, stop: &Object, value: &Object) -> Result<()> {
    if let Some(list) = object.downcast_shape::<List>(ShapeId::LIST)
        && let Some(bounds) = plain_bounds(start, stop)
    {
        return pyrsc_builtins::list::assign_slice(list, bounds, value);
    }
    operations::set_item(object, &slice_of(start, stop), value)
}

/// Unpacks a sequence into registers.
///
/// # Safety
/// The targets are registers of the running frame.
pub unsafe fn unpack_sequence(registers: *mut Value, sequence: Taken, targets: DefRange) -> Result<()> {
    const ROOM: usize = 4;
    let count = targets.count as usize;
    if let Some(tuple) = sequence.downcast_shape::<Tuple>(ShapeId::TUPLE)
        && tuple.len() == count
        && count <= ROOM
    {
        let mut items = [const { None }; ROOM];
        for (place, item) in items.iter_mut().zip(tuple.iter()) {
            *place = Some(item.to_owned());
        }
        drop(sequence);
        for (register, item) in targets.registers().zip(items.into_iter().flatten()) {
            // SAFETY: the caller's promise.
            unsafe { crate::interpreter::store(registers, register.index(), item.into_raw()) };
        }
        return Ok(());
    }
    let items = unpack_items(&sequence, targets.count as usize)?;
    drop(sequence);
    // SAFETY: the caller's promise.
    unsafe { store_all(registers, targets, items) };
    Ok(())
}

/// The items of an iterable that must have exactly so many.
pub fn unpack_items(sequence: &Object, count: usize) -> Result<Vec<Owned>> {
    match exact_items(sequence) {
        Some(items) if items.len() == count => Ok(items),
        Some(items) if items.len() < count => {
            Err(value_error!("not enough values to unpack (expected {}, got {})", count, items.len()))
        }
        Some(items) => {
            Err(value_error!("too many values to unpack (expected {}, got {})", count, items.len()))
        }
        None => unpack_iterable(sequence, count),
    }
}

/// The items of an exact tuple or list.
fn exact_items(sequence: &Object) -> Option<Vec<Owned>> {
    match sequence.shape_id() {
        // SAFETY: the shapes say what it is.
        ShapeId::TUPLE => Some(unsafe { &*sequence.address::<Tuple>() }.to_vec()),
        // SAFETY: as above.
        ShapeId::LIST => Some(unsafe { &*sequence.address::<List>() }.to_vec()),
        _ => None,
    }
}

unsafe fn store_all(registers: *mut Value, targets: DefRange, items: Vec<Owned>) {
    for (register, item) in targets.registers().zip(items) {
        // SAFETY: the caller gives registers of the running frame.
        unsafe { crate::interpreter::store(registers, register.index(), item.into_raw()) };
    }
}

fn iterator_to_unpack(iterable: &Object) -> Result {
    let special = iterable.type_object().special();
    if special.iter.is_none() && special.get_item.is_none() {
        return Err(type_error!("cannot unpack non-iterable {} object", iterable.type_object().name()));
    }
    pyrsc_core::iteration::iterate(iterable)
}

fn unpack_iterable(iterable: &Object, count: usize) -> Result<Vec<Owned>> {
    let iterator = iterator_to_unpack(iterable)?;
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        match crate::iteration::next(&iterator)? {
            Some(item) => items.push(item),
            None => {
                return Err(value_error!(
                    "not enough values to unpack (expected {}, got {})",
                    count,
                    items.len()
                ));
            }
        }
    }
    if crate::iteration::next(&iterator)?.is_some() {
        // Only where the length is known for sure does CPython tell it.
        if iterable.is_exact::<Dict>() {
            let length = operations::length(iterable)?;
            return Err(value_error!("too many values to unpack (expected {}, got {})", count, length));
        }
        return Err(value_error!("too many values to unpack (expected {})", count));
    }
    Ok(items)
}

/// Unpacks with a starred target: `before` items, a list of the middle, and the rest.
///
/// # Safety
/// The targets are registers of the running frame.
pub unsafe fn unpack_starred(
    registers: *mut Value,
    sequence: Taken,
    targets: DefRange,
    before: usize,
) -> Result<()> {
    let items = unpack_starred_items(&sequence, targets.count as usize, before)?;
    drop(sequence);
    // SAFETY: the caller's promise.
    unsafe { store_all(registers, targets, items) };
    Ok(())
}

/// The `count` values of an unpacking with a starred target.
pub fn unpack_starred_items(sequence: &Object, count: usize, before: usize) -> Result<Vec<Owned>> {
    let after = count - before - 1;
    let mut items = match exact_items(sequence) {
        Some(items) => items,
        None => {
            let iterator = iterator_to_unpack(sequence)?;
            let mut items = Vec::new();
            while let Some(item) = crate::iteration::next(&iterator)? {
                items.push(item);
            }
            items
        }
    };
    if items.len() < before + after {
        return Err(value_error!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            items.len()
        ));
    }
    let tail = items.split_off(items.len() - after);
    let middle = items.split_off(before);
    items.push(List::from_vec(middle).into_owned());
    items.extend(tail);
    Ok(items)
}
