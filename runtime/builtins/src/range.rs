//! `range` and its iterators. Members may be ints of any size; the common case keeps to 64 bits.

use std::cell::Cell;

use pyrsc_abi::value::{INT_MAX, INT_MIN};
use pyrsc_abi::{Header, Value};
use pyrsc_core::call::Arguments;
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{Slice, has_index};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{index_error, overflow_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::reduce;
use crate::slice::long_indices;

/// A `range`. It is immutable.
#[pyclass(name = "range", module = "builtins", shape = RANGE, static_name = RANGE, flags(SEQUENCE))]
#[repr(C)]
pub struct Range {
    header: Header,
    start: Owned,
    stop: Owned,
    step: Owned,
    /// How many members there are, an int.
    length: Owned,
}

/// An iterator over members that are all immediate ints.
#[pyclass(name = "range_iterator", module = "builtins", shape = RANGE_ITERATOR, static_name = RANGE_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct RangeIterator {
    header: Header,
    next: Cell<i64>,
    step: i64,
    remaining: Cell<u64>,
}

/// An iterator over members of any size.
#[pyclass(name = "longrange_iterator", module = "builtins", static_name = LONG_RANGE_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct LongRangeIterator {
    header: Header,
    next: Slot,
    step: Owned,
    remaining: Slot,
}

const _: () = {
    use pyrsc_abi::layout::RangeIteratorLayout;
    assert!(std::mem::offset_of!(RangeIterator, next) == std::mem::offset_of!(RangeIteratorLayout, next));
    assert!(std::mem::offset_of!(RangeIterator, step) == std::mem::offset_of!(RangeIteratorLayout, step));
    assert!(
        std::mem::offset_of!(RangeIterator, remaining)
            == std::mem::offset_of!(RangeIteratorLayout, remaining)
    );
};

/// Whether an int is below, at or above zero.
fn sign(number: &Object) -> i64 {
    match int::to_i64(number) {
        Some(number) => number.signum(),
        None => int::View::of(number).map_or(0, |view| view.sign()),
    }
}

/// How many members a range has.
fn length_of(start: &Object, stop: &Object, step: &Object) -> Result {
    if let (Some(start), Some(stop), Some(step)) = (int::to_i64(start), int::to_i64(stop), int::to_i64(step))
    {
        if step == 1
            && let Some(length) = stop.checked_sub(start)
        {
            return Ok(int::from_i64(length.max(0)));
        }
        return Ok(int::from_i128(count(start as i128, stop as i128, step as i128)));
    }
    let (low, high, step) =
        if sign(step) < 0 { (stop, start, int::negative(step)?) } else { (start, stop, step.to_owned()) };
    if !operations::compare_truth(low, high, Comparison::Less)? {
        return Ok(Owned::small_int(0));
    }
    let one = Owned::small_int(1);
    let span = int::subtract(&*int::subtract(high, low)?, &one)?;
    int::add(&*int::floor_divide(&span, &step)?, &one)
}

fn count(start: i128, stop: i128, step: i128) -> i128 {
    let (low, high, step) = if step < 0 { (stop, start, -step) } else { (start, stop, step) };
    if low < high { (high - low - 1) / step + 1 } else { 0 }
}

impl Range {
    /// A range of exact ints; the step is not 0.
    pub fn new(start: Owned, stop: Owned, step: Owned) -> Result<Ref<Range>> {
        let length = length_of(&start, &stop, &step)?;
        Ok(memory::allocate(
            Range::type_object(),
            Range { header: Header::unset(), start, stop, step, length },
        ))
    }

    /// The numbers, when they fit 64 bits: start, stop and step.
    pub fn small(&self) -> Option<(i64, i64, i64)> {
        Some((int::to_i64(&self.start)?, int::to_i64(&self.stop)?, int::to_i64(&self.step)?))
    }

    /// Member `index`, an int from 0 on.
    fn member(&self, index: &Object) -> Result {
        int::add(&self.start, &*int::multiply(index, &self.step)?)
    }

    /// An iterator over the members from the one at `start` on.
    fn iterate(start: &Object, step: &Object, length: &Object) -> Result {
        if let (Some(first), Some(step), Some(length)) =
            (int::to_i64(start), int::to_i64(step), int::to_i64(length))
        {
            let last = first as i128 + step as i128 * (length as i128);
            let immediate = INT_MIN as i128..=INT_MAX as i128;
            if immediate.contains(&last) && immediate.contains(&(first as i128)) {
                return Ok(RangeIterator::new(first, step, length as u64).into_owned());
            }
        }
        Ok(memory::allocate(
            LongRangeIterator::type_object(),
            LongRangeIterator {
                header: Header::unset(),
                next: Slot::new(start.to_owned()),
                step: step.to_owned(),
                remaining: Slot::new(length.to_owned()),
            },
        )
        .into_owned())
    }

    /// Where an int is among the members.
    fn position(&self, number: &Object) -> Result<Option<Owned>> {
        let inside = if sign(&self.step) > 0 {
            operations::compare_truth(&self.start, number, Comparison::LessEqual)?
                && operations::compare_truth(number, &self.stop, Comparison::Less)?
        } else {
            operations::compare_truth(&self.stop, number, Comparison::Less)?
                && operations::compare_truth(number, &self.start, Comparison::LessEqual)?
        };
        if !inside {
            return Ok(None);
        }
        let distance = int::subtract(number, &self.start)?;
        if sign(&*int::remainder(&distance, &self.step)?) != 0 {
            return Ok(None);
        }
        Ok(Some(int::floor_divide(&distance, &self.step)?))
    }

    /// What equality and the hash look at: length, first member, step, each None where it makes no difference.
    fn identity(&self) -> [Owned; 3] {
        match int::to_i64(&self.length) {
            Some(0) => [self.length.clone(), Owned::none(), Owned::none()],
            Some(1) => [self.length.clone(), self.start.clone(), Owned::none()],
            _ => [self.length.clone(), self.start.clone(), self.step.clone()],
        }
    }
}

impl RangeIterator {
    /// An iterator over `length` members from `first` on, which are all immediate ints.
    pub fn new(first: i64, step: i64, length: u64) -> Ref<RangeIterator> {
        memory::allocate(
            RangeIterator::type_object(),
            RangeIterator {
                header: Header::unset(),
                next: Cell::new(first),
                step,
                remaining: Cell::new(length),
            },
        )
    }
}

/// An exact int or bool, for which membership is computed.
fn plain_int(object: &Object) -> bool {
    object.value().is_int() || object.value().is_bool() || int::is_exact(object)
}

#[pymethods(Range)]
mod methods {
    use super::*;

    #[slot]
    fn new(_class: &TypeObject, given: Arguments<'_>) -> Result {
        if given.keyword_count() > 0 {
            return Err(type_error!("range() takes no keyword arguments"));
        }
        let (zero, one) = (Owned::small_int(0), Owned::small_int(1));
        let (start, stop, step) = match given.positional_count() {
            0 => return Err(type_error!("range expected at least 1 argument, got 0")),
            1 => (zero, int::index(pyrsc_core::arguments::required(given.get(0)))?, one),
            count @ 2..=3 => {
                let mut numbers = Vec::with_capacity(3);
                for argument in given.iter_positional() {
                    numbers.push(int::index(argument)?);
                }
                let step = if count == 3 { numbers.pop() } else { None };
                let stop = numbers.pop().unwrap_or_else(|| zero.clone());
                (numbers.pop().unwrap_or(zero), stop, step.unwrap_or(one))
            }
            count => return Err(type_error!("range expected at most 3 arguments, got {}", count)),
        };
        if sign(&step) == 0 {
            return Err(value_error!("range() arg 3 must not be zero"));
        }
        Ok(Range::new(start, stop, step)?.into_owned())
    }

    #[slot]
    fn repr(this: &Range) -> Result {
        let (start, stop) = (operations::repr(&this.start)?, operations::repr(&this.stop)?);
        let (start, stop) = (start.to_string_lossy(), stop.to_string_lossy());
        let text = if this.step.value() == Value::from_small_int(1) {
            format!("range({start}, {stop})")
        } else {
            format!("range({start}, {stop}, {})", operations::repr(&this.step)?.to_string_lossy())
        };
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn length(this: &Range) -> Result<usize> {
        match int::to_i64(&this.length) {
            Some(length) => Ok(length as usize),
            None => Err(overflow_error!("Python int too large to convert to C ssize_t")),
        }
    }

    #[slot]
    fn truth(this: &Range) -> Result<bool> {
        Ok(sign(&this.length) != 0)
    }

    #[slot]
    fn hash(this: &Range) -> Result<i64> {
        Tuple::from_slice(&this.identity()).hash()
    }

    #[slot]
    fn compare(this: &Range, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Range>() else { return Ok(Owned::not_implemented()) };
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(Owned::not_implemented());
        }
        let mut same = true;
        for (left, right) in this.identity().iter().zip(other.identity()) {
            same = same && operations::equal(left, &right)?;
        }
        Ok(Owned::bool(same == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn iter(this: &Range) -> Result {
        Range::iterate(&this.start, &this.step, &this.length)
    }

    #[slot]
    fn contains(this: &Range, wanted: &Object) -> Result<bool> {
        if plain_int(wanted) {
            return Ok(this.position(&*int::to_exact(wanted)?)?.is_some());
        }
        let iterator = Range::iterate(&this.start, &this.step, &this.length)?;
        while let Some(member) = iteration::next(&iterator)? {
            if operations::equal(&member, wanted)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[slot]
    fn get_item(this: &Range, item: &Object) -> Result {
        if let Some(slice) = item.downcast::<Slice>() {
            let (start, stop, step) = long_indices(slice, &this.length)?;
            return Ok(Range::new(
                this.member(&start)?,
                this.member(&stop)?,
                int::multiply(&step, &this.step)?,
            )?
            .into_owned());
        }
        if !has_index(item) {
            return Err(type_error!("range indices must be integers or slices, not {}", name_of(item)));
        }
        let mut index = int::index(item)?;
        if sign(&index) < 0 {
            index = int::add(&index, &this.length)?;
        }
        if sign(&index) < 0 || !operations::compare_truth(&index, &this.length, Comparison::Less)? {
            return Err(index_error!("range object index out of range"));
        }
        this.member(&index)
    }

    #[getter]
    fn start(this: &Range) -> Owned {
        this.start.clone()
    }

    #[getter]
    fn stop(this: &Range) -> Owned {
        this.stop.clone()
    }

    #[getter]
    fn step(this: &Range) -> Owned {
        this.step.clone()
    }

    /// How many members equal the argument.
    #[pymethod(signature = "(self, value, /)")]
    fn count(this: &Range, value: &Object) -> Result<usize> {
        if plain_int(value) {
            return Ok(usize::from(this.position(&*int::to_exact(value)?)?.is_some()));
        }
        let iterator = Range::iterate(&this.start, &this.step, &this.length)?;
        let mut found = 0;
        while let Some(member) = iteration::next(&iterator)? {
            found += usize::from(operations::equal(&member, value)?);
        }
        Ok(found)
    }

    /// Where the argument is among the members.
    #[pymethod(signature = "(self, value, /)")]
    fn index(this: &Range, value: &Object) -> Result {
        if plain_int(value) {
            return match this.position(&*int::to_exact(value)?)? {
                Some(position) => Ok(position),
                None => Err(value_error!("range.index(x): x not in range")),
            };
        }
        let iterator = Range::iterate(&this.start, &this.step, &this.length)?;
        let mut position = 0;
        while let Some(member) = iteration::next(&iterator)? {
            if operations::equal(&member, value)? {
                return Ok(int::from_i64(position));
            }
            position += 1;
        }
        Err(value_error!("sequence.index(x): x not in sequence"))
    }

    #[pymethod(name = "__reversed__")]
    fn reversed(this: &Range) -> Result {
        let last = this.member(&*int::subtract(&this.length, &Owned::small_int(1))?)?;
        Range::iterate(&last, &*int::negative(&this.step)?, &this.length)
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Range) -> Result {
        let arguments = vec![this.start.clone(), this.stop.clone(), this.step.clone()];
        reduce::call(Range::type_object().to_owned(), arguments, None)
    }
}

#[pymethods(RangeIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &RangeIterator) -> Result<Option<Owned>> {
        let remaining = this.remaining.get();
        if remaining == 0 {
            return Ok(None);
        }
        let number = this.next.get();
        this.next.set(number + this.step);
        this.remaining.set(remaining - 1);
        Ok(Some(Owned::small_int(number)))
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &RangeIterator) -> Owned {
        int::from_u64(this.remaining.get())
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &RangeIterator) -> Result {
        let stop = this.next.get() + this.step * this.remaining.get() as i64;
        let range =
            Range::new(int::from_i64(this.next.get()), int::from_i64(stop), int::from_i64(this.step))?;
        reduce::iterator("iter", range.into_owned(), Some(Owned::none()))
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &RangeIterator, state: i64) {
        let skipped = (state.max(0) as u64).min(this.remaining.get());
        this.next.set(this.next.get() + this.step * skipped as i64);
        this.remaining.set(this.remaining.get() - skipped);
    }
}

#[pymethods(LongRangeIterator)]
mod long_iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &LongRangeIterator) -> Result<Option<Owned>> {
        let remaining = this.remaining.get_or_none();
        if sign(&remaining) <= 0 {
            return Ok(None);
        }
        let number = this.next.get_or_none();
        this.next.set(Some(int::add(&number, &this.step)?));
        this.remaining.set(Some(int::subtract(&remaining, &Owned::small_int(1))?));
        Ok(Some(number))
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &LongRangeIterator) -> Owned {
        this.remaining.get_or_none()
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &LongRangeIterator) -> Result {
        let next = this.next.get_or_none();
        let stop = int::add(&next, &*int::multiply(&this.step, &this.remaining.get_or_none())?)?;
        let range = Range::new(next, stop, this.step.clone())?;
        reduce::iterator("iter", range.into_owned(), Some(Owned::none()))
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &LongRangeIterator, state: &Object) -> Result<()> {
        if !int::is_int(state) {
            return Err(type_error!("state must be an int, not {}", name_of(state)));
        }
        let remaining = this.remaining.get_or_none();
        let mut skipped = int::to_exact(state)?;
        if sign(&skipped) < 0 {
            skipped = Owned::small_int(0);
        } else if operations::compare_truth(&skipped, &remaining, Comparison::Greater)? {
            skipped = remaining.clone();
        }
        let next = int::add(&this.next.get_or_none(), &*int::multiply(&this.step, &skipped)?)?;
        this.next.set(Some(next));
        this.remaining.set(Some(int::subtract(&remaining, &skipped)?));
        Ok(())
    }
}
