//! The methods of `list`, and its iterators.

use std::cell::Cell;

use pyrsc_abi::{Header, Value};
use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::iteration;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::slice::{self, Subscript, subscript};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{index_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::{reduce, sequence, sort};

/// An iterator over a list.
#[pyclass(name = "list_iterator", module = "builtins", shape = LIST_ITERATOR, static_name = LIST_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct ListIterator {
    header: Header,
    /// The list; empty when exhausted.
    list: Slot,
    index: Cell<usize>,
}

/// An iterator over a list from its end.
#[pyclass(name = "list_reverseiterator", module = "builtins", static_name = LIST_REVERSE_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct ListReverseIterator {
    header: Header,
    /// The list; empty when exhausted.
    list: Slot,
    /// The index that comes next; -1 at the end.
    index: Cell<i64>,
}

impl ListIterator {
    pub fn new(list: &Object) -> Ref<ListIterator> {
        memory::allocate(
            ListIterator::type_object(),
            ListIterator { header: Header::unset(), list: Slot::new(list.to_owned()), index: Cell::new(0) },
        )
    }
}

/// The values of a list or tuple, as fast as they can be had; of anything else by iteration.
pub fn collect(iterable: &Object) -> Result<Vec<Owned>> {
    if let Some(list) = iterable.downcast_exact::<List>() {
        return Ok(list.to_vec());
    }
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        return Ok(tuple.to_vec());
    }
    iteration::collect(iterable)
}

/// As [`collect`], with an error of the caller's own where the value is no iterable (CPython's `PySequence_Fast`).
pub fn collect_or(value: &Object, error: impl FnOnce() -> Raised) -> Result<Vec<Owned>> {
    if value.is_exact::<List>() || value.is_exact::<Tuple>() {
        return collect(value);
    }
    let iterator = iteration::iterate(value)
        .map_err(|raised| if exception::catch::<exception::TypeError>() { error() } else { raised })?;
    let mut items = Vec::with_capacity(operations::length_hint(value, 0)?.min(1 << 16));
    while let Some(item) = iteration::next(&iterator)? {
        items.push(item);
    }
    Ok(items)
}

/// Appends what an iterable gives, one by one as it comes.
pub fn extend(list: &List, iterable: &Object) -> Result<()> {
    if let Some(other) = iterable.downcast_exact::<List>() {
        return list.extend(other.to_vec());
    }
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        return list.extend(tuple.to_vec());
    }
    let iterator = iteration::iterate(iterable)?;
    operations::length_hint(iterable, 8)?;
    while let Some(item) = iteration::next(&iterator)? {
        list.push(item)?;
    }
    Ok(())
}

#[pymethods(List)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(List::new_in(class).into_owned())
    }

    #[slot(signature = "(self, iterable=(), /)")]
    fn init(this: &List, iterable: Option<&Object>) -> Result<()> {
        this.clear();
        match iterable {
            Some(iterable) => extend(this, iterable),
            None => Ok(()),
        }
    }

    #[slot]
    fn length(this: &List) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn repr(this: &List) -> Result {
        if this.is_empty() {
            return Ok(Str::new("[]").into_owned());
        }
        Ok(sequence::repr(this.object(), |index| this.get(index), "[", "]", false)?.into_owned())
    }

    #[slot]
    fn compare(this: &List, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<List>() else { return Ok(Owned::not_implemented()) };
        if this.len() != other.len() && matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(Owned::bool(comparison == Comparison::NotEqual));
        }
        sequence::compare(
            |index| this.get(index),
            |index| other.get(index),
            || (this.len(), other.len()),
            comparison,
        )
    }

    #[slot]
    fn iter(this: &List) -> Result {
        Ok(ListIterator::new(this.object()).into_owned())
    }

    #[slot]
    fn contains(this: &List, wanted: &Object) -> Result<bool> {
        Ok(sequence::find(|index| this.get(index), wanted, 0, usize::MAX)?.is_some())
    }

    #[slot]
    fn get_item(this: &List, item: &Object) -> Result {
        match subscript(item, "list")? {
            Subscript::Index(index) => {
                match slice::place(index, this.len()).and_then(|place| this.get(place)) {
                    Some(item) => Ok(item),
                    None => Err(index_error!("list index out of range")),
                }
            }
            Subscript::Slice(slice) => {
                let bounds = slice.unpack()?;
                this.slice(bounds.fit(this.len())).map(Ref::into_owned)
            }
        }
    }

    #[slot]
    fn set_item(this: &List, item: &Object, value: Option<&Object>) -> Result<()> {
        match (subscript(item, "list")?, value) {
            (Subscript::Index(index), value) => {
                let Some(place) = slice::place(index, this.len()) else {
                    return Err(index_error!("list assignment index out of range"));
                };
                match value {
                    Some(value) => drop(this.replace(place, value.to_owned())),
                    None => drop(this.remove(place)),
                }
                Ok(())
            }
            (Subscript::Slice(slice), Some(value)) => set_slice(this, slice, value),
            (Subscript::Slice(slice), None) => delete_slice(this, slice),
        }
    }

    #[slot]
    fn concat(this: &List, other: &Object) -> Result {
        let Some(other) = other.downcast::<List>() else {
            return Err(type_error!("can only concatenate list (not \"{}\") to list", name_of(other)));
        };
        let mut items = this.to_vec();
        items.extend(other.to_vec());
        Ok(List::from_vec(items).into_owned())
    }

    #[slot]
    fn repeat(this: &List, times: isize) -> Result {
        Ok(List::from_vec(sequence::repeat(this.to_vec(), times)?).into_owned())
    }

    #[slot]
    fn inplace_concat(this: &List, other: &Object) -> Result {
        extend(this, other)?;
        Ok(this.object().to_owned())
    }

    #[slot]
    fn inplace_repeat(this: &List, times: isize) -> Result {
        if times <= 0 {
            this.clear();
        } else if times > 1 && !this.is_empty() {
            let added = sequence::repeat(this.to_vec(), times - 1)?;
            this.extend(added)?;
        }
        Ok(this.object().to_owned())
    }

    /// Adds a value at the end.
    #[pymethod(signature = "(self, object, /)")]
    fn append(this: &List, object: &Object) -> Result<()> {
        this.push(object.to_owned())
    }

    /// Adds the values of an iterable at the end.
    #[pymethod(name = "extend", signature = "(self, iterable, /)")]
    fn extend_method(this: &List, iterable: &Object) -> Result<()> {
        extend(this, iterable)
    }

    /// Puts a value before the one at an index.
    #[pymethod(signature = "(self, index, object, /)")]
    fn insert(this: &List, index: isize, object: &Object) -> Result<()> {
        let length = this.len() as isize;
        let index = if index < 0 { (index.saturating_add(length)).max(0) } else { index.min(length) };
        this.insert(index as usize, object.to_owned())
    }

    /// Takes the value at an index (the last by default) out.
    #[pymethod(signature = "(self, index=-1, /)")]
    fn pop(this: &List, index: isize) -> Result {
        if this.is_empty() {
            return Err(index_error!("pop from empty list"));
        }
        let place = slice::place(index as i64, this.len());
        let popped =
            place.and_then(|place| if place + 1 == this.len() { this.pop() } else { this.remove(place) });
        popped.ok_or_else(|| index_error!("pop index out of range"))
    }

    /// Removes the first value that equals the argument.
    #[pymethod(signature = "(self, value, /)")]
    fn remove(this: &List, value: &Object) -> Result<()> {
        match sequence::find(|index| this.get(index), value, 0, usize::MAX)? {
            Some(index) => {
                drop(this.remove(index));
                Ok(())
            }
            None => Err(value_error!("list.remove(x): x not in list")),
        }
    }

    /// Removes every value.
    #[pymethod]
    fn clear(this: &List) {
        this.clear();
    }

    /// A list of the same values.
    #[pymethod]
    fn copy(this: &List) -> Ref<List> {
        List::from_vec(this.to_vec())
    }

    /// The index of the first value that equals the argument.
    #[pymethod(signature = "(self, value, start=0, stop=9223372036854775807, /)")]
    fn index(this: &List, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> Result<usize> {
        let (start, stop) = search_bounds(start, stop, this.len())?;
        match sequence::find(|index| this.get(index), value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(value_error!("list.index(x): x not in list")),
        }
    }

    /// How many values equal the argument.
    #[pymethod(signature = "(self, value, /)")]
    fn count(this: &List, value: &Object) -> Result<usize> {
        sequence::count(|index| this.get(index), value)
    }

    /// Turns the order round.
    #[pymethod]
    fn reverse(this: &List) {
        this.reverse();
    }

    /// Sorts the values in place, keeping the order of those that are equal.
    #[pymethod(signature = "(self, *, key=None, reverse=False)")]
    fn sort(this: &List, key: Option<&Object>, reverse: bool) -> Result<()> {
        sort_list(this, key.filter(|key| !key.is_none()), reverse)
    }

    #[pymethod(name = "__reversed__")]
    fn reversed(this: &List) -> Ref<ListReverseIterator> {
        memory::allocate(
            ListReverseIterator::type_object(),
            ListReverseIterator {
                header: Header::unset(),
                list: Slot::new(this.object().to_owned()),
                index: Cell::new(this.len() as i64 - 1),
            },
        )
    }

    #[pymethod(name = "__sizeof__")]
    fn allocated_size(this: &List) -> usize {
        this.object().type_object().instance_size() + this.capacity() * std::mem::size_of::<Value>()
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

/// The bounds of a search as `index(value, start, stop)` takes them.
pub fn search_bounds(start: Option<&Object>, stop: Option<&Object>, length: usize) -> Result<(usize, usize)> {
    let start = start.map_or(Ok(0), slice::bound_argument)?;
    let stop = stop.map_or(Ok(i64::MAX), slice::bound_argument)?;
    let fit = |bound: i64| if bound < 0 { bound.saturating_add(length as i64).max(0) } else { bound };
    Ok((fit(start) as usize, fit(stop) as usize))
}

fn set_slice(this: &List, slice: &slice::Slice, value: &Object) -> Result<()> {
    assign_slice(this, slice.unpack()?, value)
}

/// `list[bounds] = value`
pub fn assign_slice(this: &List, bounds: slice::SliceBounds, value: &Object) -> Result<()> {
    if bounds.step == 1 {
        let range = bounds.fit(this.len());
        if let Some(other) = value.downcast_exact::<List>()
            && other.len() == range.count
            && !std::ptr::eq(this, other)
        {
            drop(this.overwrite(range.start as usize, other.words()));
            return Ok(());
        }
        let items = collect_for_assignment(value)?;
        let range = bounds.fit(this.len());
        let start = range.start as usize;
        let stop = range.stop.max(range.start) as usize;
        drop(this.splice(start..stop, items)?);
        return Ok(());
    }
    let items = collect_for_assignment(value)?;
    let range = bounds.fit(this.len());
    if items.len() != range.count {
        return Err(value_error!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            range.count
        ));
    }
    let old: Vec<_> = range.indices().zip(items).map(|(index, item)| this.replace(index, item)).collect();
    drop(old);
    Ok(())
}

/// The values to assign to a slice; another TypeError where the value is no iterable.
fn collect_for_assignment(value: &Object) -> Result<Vec<Owned>> {
    collect_or(value, || type_error!("must assign iterable to extended slice"))
}

fn delete_slice(this: &List, slice: &slice::Slice) -> Result<()> {
    let range = slice.unpack()?.fit(this.len());
    if range.count == 0 {
        return Ok(());
    }
    let (first, step) = if range.step < 0 {
        (range.start + range.step * (range.count as i64 - 1), -range.step)
    } else {
        (range.start, range.step)
    };
    let (first, step, count) = (first as usize, step as usize, range.count);
    if step == 1 {
        drop(this.splice(first..first + count, Vec::new())?);
    } else {
        let removed = |index: usize| {
            index >= first && (index - first).is_multiple_of(step) && (index - first) / step < count
        };
        drop(this.retain_indices(|index| !removed(index)));
    }
    Ok(())
}

/// What the keys of a sort are, so that they can be compared without a call.
enum Keys {
    Ints,
    Floats,
    Strings,
    Others,
}

fn kind_of(keys: impl Iterator<Item = Value> + Clone) -> Keys {
    if keys.clone().all(Value::is_int) {
        Keys::Ints
    } else if keys.clone().all(Value::is_float) {
        Keys::Floats
    } else if keys.clone().all(|key| exact_str(key).is_some()) {
        Keys::Strings
    } else {
        Keys::Others
    }
}

fn exact_str<'a>(word: Value) -> Option<&'a Str> {
    // SAFETY: the words of a sort are owned by it while they are compared.
    unsafe { Object::from_value(word) }.downcast_exact::<Str>()
}

/// Sorts words (with what goes along with each) by their keys.
fn sort_words<T: Copy>(items: &mut [T], key: impl Fn(&T) -> Value + Copy) -> Result<()> {
    match kind_of(items.iter().map(key)) {
        Keys::Ints => {
            items.sort_by_key(|item| key(item).int());
            Ok(())
        }
        // NaNs have no place in an order: the result depends on which comparisons are made.
        Keys::Floats => sort::sort(items, |left, right| Ok(key(left).float() < key(right).float())),
        Keys::Strings => {
            items.sort_by(|left, right| match (exact_str(key(left)), exact_str(key(right))) {
                (Some(left), Some(right)) => left.compare(right),
                _ => std::cmp::Ordering::Equal,
            });
            Ok(())
        }
        Keys::Others => sort::sort(items, |left, right| {
            // SAFETY: as in `exact_str`.
            let (left, right) = unsafe { (Object::from_value(key(left)), Object::from_value(key(right))) };
            operations::compare_truth(left, right, Comparison::Less)
        }),
    }
}

/// Sorts a list. While it is being sorted it looks empty.
pub fn sort_list(list: &List, key: Option<&Object>, reverse: bool) -> Result<()> {
    let mut items = list.take();
    let result = sort_items(&mut items, key, reverse);
    let modified = !list.is_empty() || list.capacity() != 0;
    drop(list.replace_all(items));
    result?;
    if modified { Err(value_error!("list modified during sort")) } else { Ok(()) }
}

fn sort_items(items: &mut [Owned], key: Option<&Object>, reverse: bool) -> Result<()> {
    let keys = match key {
        Some(key) => {
            Some(items.iter().map(|item| operations::call(key, &[item])).collect::<Result<Vec<_>>>()?)
        }
        None => None,
    };
    if reverse {
        items.reverse();
    }
    // SAFETY: a word is what `Owned` is; sorting only moves them about, whatever happens.
    let words = unsafe { &mut *(std::ptr::from_mut(items) as *mut [Value]) };
    let result = match keys {
        None => sort_words(words, |word| *word),
        Some(mut keys) => {
            if reverse {
                keys.reverse();
            }
            let mut pairs: Vec<(Value, Value)> =
                keys.iter().map(|key| key.value()).zip(words.iter().copied()).collect();
            let result = sort_words(&mut pairs, |pair| pair.0);
            for (word, pair) in words.iter_mut().zip(pairs) {
                *word = pair.1;
            }
            drop(keys);
            result
        }
    };
    if reverse {
        items.reverse();
    }
    result
}

#[pymethods(ListIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &ListIterator) -> Result<Option<Owned>> {
        let Some(list) = this.list.borrow().and_then(|list| list.downcast::<List>()) else { return Ok(None) };
        let index = this.index.get();
        if let Some(item) = list.get(index) {
            this.index.set(index + 1);
            return Ok(Some(item));
        }
        this.list.set(None);
        Ok(None)
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &ListIterator) -> usize {
        let list = this.list.borrow().and_then(|list| list.downcast::<List>());
        list.map_or(0, |list| list.len().saturating_sub(this.index.get()))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &ListIterator) -> Result {
        match this.list.get() {
            Some(list) => reduce::iterator("iter", list, Some(pyrsc_core::int::from_usize(this.index.get()))),
            None => reduce::iterator("iter", List::new().into_owned(), None),
        }
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &ListIterator, state: isize) {
        if let Some(list) = this.list.borrow().and_then(|list| list.downcast::<List>()) {
            this.index.set((state.max(0) as usize).min(list.len()));
        }
    }
}

#[pymethods(ListReverseIterator)]
mod reverse_iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &ListReverseIterator) -> Result<Option<Owned>> {
        let Some(list) = this.list.borrow().and_then(|list| list.downcast::<List>()) else { return Ok(None) };
        let index = this.index.get();
        if let Some(item) = usize::try_from(index).ok().and_then(|index| list.get(index)) {
            this.index.set(index - 1);
            return Ok(Some(item));
        }
        this.index.set(-1);
        this.list.set(None);
        Ok(None)
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &ListReverseIterator) -> i64 {
        let list = this.list.borrow().and_then(|list| list.downcast::<List>());
        let left = this.index.get() + 1;
        match list {
            Some(list) if list.len() as i64 >= left => left,
            _ => 0,
        }
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &ListReverseIterator) -> Result {
        match this.list.get() {
            Some(list) => {
                reduce::iterator("reversed", list, Some(pyrsc_core::int::from_i64(this.index.get())))
            }
            None => reduce::iterator("iter", List::new().into_owned(), None),
        }
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &ListReverseIterator, state: isize) {
        if let Some(list) = this.list.borrow().and_then(|list| list.downcast::<List>()) {
            this.index.set((state as i64).clamp(-1, list.len() as i64 - 1));
        }
    }
}
