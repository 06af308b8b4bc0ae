//! `collections.deque`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use pyrsc_abi::{Header, Value};
use pyrsc_builtins::{reduce, sequence};
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::slice::{self, has_index, index_or_index_error};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{index_error, runtime_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::deque_iterators::{DequeIterator, DequeReverseIterator};

/// A queue with two ends.
#[pyclass(name = "deque", module = "collections", static_name = DEQUE, flags(BASETYPE, WEAKREF, SEQUENCE))]
#[repr(C)]
pub struct Deque {
    header: Header,
    items: RefCell<VecDeque<Owned>>,
    /// How many items there may be; none: any number.
    maximum: Cell<Option<usize>>,
    /// Changes whenever an item comes or goes.
    version: Cell<u64>,
}

impl Deque {
    fn new_in(class: &TypeObject, maximum: Option<usize>) -> Ref<Deque> {
        memory::allocate(
            class,
            Deque {
                header: Header::unset(),
                items: RefCell::new(VecDeque::new()),
                maximum: Cell::new(maximum),
                version: Cell::new(0),
            },
        )
    }

    /// This deque as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a deque is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    pub fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: usize) -> Option<Owned> {
        self.items.borrow().get(index).cloned()
    }

    pub fn version(&self) -> u64 {
        self.version.get()
    }

    fn to_vec(&self) -> Vec<Owned> {
        self.items.borrow().iter().cloned().collect()
    }

    fn changed(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }

    fn push_back(&self, item: Owned) {
        self.items.borrow_mut().push_back(item);
        self.changed();
        if self.maximum.get().is_some_and(|maximum| self.len() > maximum) {
            drop(self.pop_front());
        }
    }

    fn push_front(&self, item: Owned) {
        self.items.borrow_mut().push_front(item);
        self.changed();
        if self.maximum.get().is_some_and(|maximum| self.len() > maximum) {
            drop(self.pop_back());
        }
    }

    fn pop_back(&self) -> Option<Owned> {
        let item = self.items.borrow_mut().pop_back();
        self.changed();
        item
    }

    fn pop_front(&self) -> Option<Owned> {
        let item = self.items.borrow_mut().pop_front();
        self.changed();
        item
    }

    fn clear(&self) {
        let items = self.items.take();
        self.changed();
        drop(items);
    }

    /// Adds what an iterable gives, at the end or at the front.
    fn extend(&self, iterable: &Object, push: fn(&Deque, Owned)) -> Result<()> {
        if iterable.is(self.object()) {
            self.to_vec().into_iter().for_each(|item| push(self, item));
            return Ok(());
        }
        let iterator = iteration::iterate(iterable)?;
        while let Some(item) = iteration::next(&iterator)? {
            push(self, item);
        }
        Ok(())
    }

    /// The index of the first item in a range that equals a value. `mutated` raises what a change meanwhile means.
    fn find(
        &self,
        value: &Object,
        start: usize,
        stop: usize,
        mutated: fn() -> Raised,
    ) -> Result<Option<usize>> {
        let version = self.version();
        for index in start..stop {
            let Some(item) = self.get(index) else { break };
            let same = operations::equal(&item, value)?;
            drop(item);
            if same {
                return Ok(Some(index));
            }
            if self.version() != version {
                return Err(mutated());
            }
        }
        Ok(None)
    }

    fn place(&self, item: &Object) -> Result<usize> {
        if !has_index(item) {
            return Err(type_error!("sequence index must be integer, not '{}'", name_of(item)));
        }
        let index = index_or_index_error(item)?;
        slice::place(index, self.len()).ok_or_else(|| index_error!("deque index out of range"))
    }

    fn rotate(&self, steps: isize) {
        let mut items = self.items.borrow_mut();
        if items.len() < 2 {
            return;
        }
        let steps = steps.rem_euclid(items.len() as isize) as usize;
        items.rotate_right(steps);
        drop(items);
        self.changed();
    }

    /// A deque of the same class with the same items and limit.
    fn copy(&self) -> Result {
        let class = self.object().type_object();
        if std::ptr::eq(class, Deque::type_object()) {
            let copy = Deque::new_in(class, self.maximum.get());
            self.to_vec().into_iter().for_each(|item| copy.push_back(item));
            return Ok(copy.into_owned());
        }
        match self.maximum.get() {
            None => operations::call(class.object(), &[self.object()]),
            Some(maximum) => operations::call(class.object(), &[self.object(), &int::from_usize(maximum)]),
        }
    }

    fn repeat(&self, times: isize) -> Result<()> {
        let items = self.to_vec();
        if times <= 0 {
            self.clear();
            return Ok(());
        }
        let mut wanted = times as usize - 1;
        if let Some(maximum) = self.maximum.get() {
            wanted = wanted.min(maximum.div_ceil(items.len().max(1)));
        }
        let items = sequence::repeat(items, wanted as isize)?;
        items.into_iter().for_each(|item| self.push_back(item));
        Ok(())
    }
}

fn mutated_during_iteration() -> Raised {
    runtime_error!("deque mutated during iteration")
}

fn mutated_during_remove() -> Raised {
    index_error!("deque mutated during iteration")
}

#[pymethods(Deque)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _given: pyrsc_core::call::Arguments<'_>) -> Result {
        Ok(Deque::new_in(class, None).into_owned())
    }

    #[slot(signature = "(self, iterable=(), maxlen=None)")]
    fn init(this: &Deque, iterable: Option<&Object>, maxlen: Option<&Object>) -> Result<()> {
        let maximum = match maxlen.filter(|maxlen| !maxlen.is_none()) {
            None => None,
            Some(maxlen) if !has_index(maxlen) => return Err(type_error!("an integer is required")),
            Some(maxlen) => Some(
                usize::try_from(int::index_i64(maxlen)?)
                    .map_err(|_| value_error!("maxlen must be non-negative"))?,
            ),
        };
        this.maximum.set(maximum);
        this.clear();
        match iterable {
            Some(iterable) => this.extend(iterable, Deque::push_back),
            None => Ok(()),
        }
    }

    #[slot]
    fn length(this: &Deque) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn repr(this: &Deque) -> Result {
        if !recursion::repr_enter(this.object()) {
            return Ok(Str::new("[...]").into_owned());
        }
        let items = operations::repr_string(List::from_vec(this.to_vec()).object());
        recursion::repr_leave(this.object());
        let (name, items) = (name_of(this.object()), items?);
        let text = match this.maximum.get() {
            None => format!("{name}({items})"),
            Some(maximum) => format!("{name}({items}, maxlen={maximum})"),
        };
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn compare(this: &Deque, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Deque>() else { return Ok(Owned::not_implemented()) };
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
    fn iter(this: &Deque) -> Result {
        Ok(DequeIterator::new(this).into_owned())
    }

    #[slot]
    fn contains(this: &Deque, value: &Object) -> Result<bool> {
        Ok(this.find(value, 0, usize::MAX, mutated_during_iteration)?.is_some())
    }

    #[slot]
    fn get_item(this: &Deque, item: &Object) -> Result {
        let place = this.place(item)?;
        this.get(place).ok_or_else(|| index_error!("deque index out of range"))
    }

    #[slot]
    fn set_item(this: &Deque, item: &Object, value: Option<&Object>) -> Result<()> {
        let place = this.place(item)?;
        let old = match value {
            Some(value) => {
                this.items.borrow_mut().get_mut(place).map(|slot| std::mem::replace(slot, value.to_owned()))
            }
            None => {
                this.changed();
                this.items.borrow_mut().remove(place)
            }
        };
        drop(old);
        Ok(())
    }

    #[slot]
    fn concat(this: &Deque, other: &Object) -> Result {
        if other.downcast::<Deque>().is_none() {
            return Err(type_error!("can only concatenate deque (not \"{}\") to deque", name_of(other)));
        }
        let joined = this.copy()?;
        if let Some(joined) = joined.downcast::<Deque>() {
            joined.extend(other, Deque::push_back)?;
        }
        Ok(joined)
    }

    #[slot]
    fn repeat(this: &Deque, times: isize) -> Result {
        let repeated = this.copy()?;
        if let Some(repeated) = repeated.downcast::<Deque>() {
            repeated.repeat(times)?;
        }
        Ok(repeated)
    }

    #[slot]
    fn inplace_concat(this: &Deque, other: &Object) -> Result {
        this.extend(other, Deque::push_back)?;
        Ok(this.object().to_owned())
    }

    #[slot]
    fn inplace_repeat(this: &Deque, times: isize) -> Result {
        this.repeat(times)?;
        Ok(this.object().to_owned())
    }

    /// Adds an item at the end.
    #[pymethod(signature = "(self, item, /)")]
    fn append(this: &Deque, item: &Object) {
        this.push_back(item.to_owned());
    }

    /// Adds an item at the front.
    #[pymethod(signature = "(self, item, /)")]
    fn appendleft(this: &Deque, item: &Object) {
        this.push_front(item.to_owned());
    }

    /// Adds the items of an iterable at the end.
    #[pymethod(signature = "(self, iterable, /)")]
    fn extend(this: &Deque, iterable: &Object) -> Result<()> {
        this.extend(iterable, Deque::push_back)
    }

    /// Adds the items of an iterable at the front, one before the other.
    #[pymethod(signature = "(self, iterable, /)")]
    fn extendleft(this: &Deque, iterable: &Object) -> Result<()> {
        this.extend(iterable, Deque::push_front)
    }

    /// Takes the last item out.
    #[pymethod]
    fn pop(this: &Deque) -> Result {
        this.pop_back().ok_or_else(|| index_error!("pop from an empty deque"))
    }

    /// Takes the first item out.
    #[pymethod]
    fn popleft(this: &Deque) -> Result {
        this.pop_front().ok_or_else(|| index_error!("pop from an empty deque"))
    }

    /// Removes every item.
    #[pymethod]
    fn clear(this: &Deque) {
        this.clear();
    }

    /// A deque with the same items and limit.
    #[pymethod]
    fn copy(this: &Deque) -> Result {
        this.copy()
    }

    #[pymethod(name = "__copy__")]
    fn copy_protocol(this: &Deque) -> Result {
        this.copy()
    }

    /// How many items equal the argument.
    #[pymethod(signature = "(self, value, /)")]
    fn count(this: &Deque, value: &Object) -> Result<usize> {
        let version = this.version();
        let mut index = 0;
        let mut found = 0;
        while let Some(item) = this.get(index) {
            found += usize::from(operations::equal(&item, value)?);
            if this.version() != version {
                return Err(mutated_during_iteration());
            }
            index += 1;
        }
        Ok(found)
    }

    /// The index of the first item that equals the argument.
    #[pymethod(signature = "(self, value, start=0, stop=9223372036854775807, /)")]
    fn index(this: &Deque, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> Result<usize> {
        let (start, stop) = pyrsc_builtins::list::search_bounds(start, stop, this.len())?;
        match this.find(value, start, stop, mutated_during_iteration)? {
            Some(index) => Ok(index),
            None => Err(value_error!("deque.index(x): x not in deque")),
        }
    }

    /// Puts an item before the one at an index.
    #[pymethod(signature = "(self, index, value, /)")]
    fn insert(this: &Deque, index: isize, value: &Object) -> Result<()> {
        let length = this.len();
        if this.maximum.get() == Some(length) {
            return Err(index_error!("deque already at its maximum size"));
        }
        let signed = length as isize;
        let place = if index < 0 { index.saturating_add(signed).max(0) } else { index.min(signed) };
        this.items.borrow_mut().insert(place as usize, value.to_owned());
        this.changed();
        Ok(())
    }

    /// Removes the first item that equals the argument.
    #[pymethod(signature = "(self, value, /)")]
    fn remove(this: &Deque, value: &Object) -> Result<()> {
        match this.find(value, 0, usize::MAX, mutated_during_remove)? {
            Some(index) => {
                let removed = this.items.borrow_mut().remove(index);
                this.changed();
                drop(removed);
                Ok(())
            }
            None => Err(value_error!("deque.remove(x): x not in deque")),
        }
    }

    /// Turns the order round.
    #[pymethod]
    fn reverse(this: &Deque) {
        this.items.borrow_mut().make_contiguous().reverse();
    }

    /// Moves items from the end to the front, or from the front to the end for negative steps.
    #[pymethod(signature = "(self, n=1, /)")]
    fn rotate(this: &Deque, steps: isize) {
        this.rotate(steps);
    }

    #[getter]
    fn maxlen(this: &Deque) -> Owned {
        this.maximum.get().map_or(Owned::none(), int::from_usize)
    }

    #[pymethod(name = "__reversed__")]
    fn reversed(this: &Deque) -> Ref<DequeReverseIterator> {
        DequeReverseIterator::new(this)
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Deque) -> Result {
        let object = this.object();
        let state = operations::call_method(object, "__getstate__", &[])?;
        let iterator = iteration::iterate(object)?;
        let arguments = match this.maximum.get() {
            None => Tuple::empty(),
            Some(maximum) => Tuple::pair(Tuple::empty().into_owned(), int::from_usize(maximum)),
        };
        let parts = vec![object.type_object().to_owned(), arguments.into_owned(), state, iterator];
        Ok(Tuple::from_vec(parts).into_owned())
    }

    #[pymethod(name = "__sizeof__")]
    fn allocated_size(this: &Deque) -> usize {
        this.object().type_object().instance_size()
            + this.items.borrow().capacity() * std::mem::size_of::<Value>()
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

/// `(class, (deque, index))`, for the iterators' `__reduce__`.
pub fn reduce_iterator(class: &TypeObject, deque: Owned, index: usize) -> Result {
    reduce::call(class.to_owned(), vec![deque, int::from_usize(index)], None)
}
