//! `slice`, and what subscripts of sequences mean: indices and bounds.

use pyrsc_abi::Header;
use pyrsc_macros::pyclass;

use crate::int;
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::{Class, name_of};
use crate::{index_error, type_error, value_error};

/// A `slice`. It is immutable.
#[pyclass(name = "slice", module = "builtins", shape = SLICE)]
#[repr(C)]
pub struct Slice {
    header: Header,
    pub start: Owned,
    pub stop: Owned,
    pub step: Owned,
}

/// A slice's numbers before they are fitted to a length. The step is not 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceBounds {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

/// The places that a slice of a sequence names: `start + step * n` for `n < count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceRange {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl Slice {
    /// `slice(start, stop, step)`.
    pub fn new(start: Owned, stop: Owned, step: Owned) -> Ref<Slice> {
        memory::allocate(Slice::type_object(), Slice { header: Header::unset(), start, stop, step })
    }

    /// The numbers. Calls `__index__` of what is no int; the caller gets the sequence's length afterwards.
    pub fn unpack(&self) -> Result<SliceBounds> {
        let step = if self.step.is_none() { 1 } else { slice_index(&self.step)?.max(-i64::MAX) };
        if step == 0 {
            return Err(value_error!("slice step cannot be zero"));
        }
        let start = if self.start.is_none() {
            if step < 0 { i64::MAX } else { 0 }
        } else {
            slice_index(&self.start)?
        };
        let stop = if self.stop.is_none() {
            if step < 0 { i64::MIN } else { i64::MAX }
        } else {
            slice_index(&self.stop)?
        };
        Ok(SliceBounds { start, stop, step })
    }

    /// The places that this slice names in a sequence whose length does not change while `__index__` runs.
    pub fn range(&self, length: usize) -> Result<SliceRange> {
        Ok(self.unpack()?.fit(length))
    }
}

impl SliceBounds {
    /// Fits the numbers to a sequence's length: CPython's `PySlice_AdjustIndices`.
    pub fn fit(self, length: usize) -> SliceRange {
        let length = length as i64;
        let step = self.step;
        let fit = |place: i64| {
            let place = if place < 0 { place.saturating_add(length) } else { place };
            if step < 0 { place.clamp(-1, length - 1) } else { place.clamp(0, length) }
        };
        let (start, stop) = (fit(self.start), fit(self.stop));
        let count = if step < 0 {
            if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
        } else if start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        SliceRange { start, stop, step, count: count as usize }
    }
}

impl SliceRange {
    /// The places in order.
    pub fn indices(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |number| (self.start + self.step * number as i64) as usize)
    }
}

/// A bound of a slice: an int, or what has `__index__`, cut off at 64 bits.
fn slice_index(bound: &Object) -> Result<i64> {
    if !has_index(bound) {
        return Err(type_error!("slice indices must be integers or None or have an __index__ method"));
    }
    int::index_clamped(bound)
}

/// An optional bound as `list.index` takes it: None is not allowed.
pub fn bound_argument(bound: &Object) -> Result<i64> {
    if !has_index(bound) {
        return Err(type_error!("slice indices must be integers or have an __index__ method"));
    }
    int::index_clamped(bound)
}

/// Whether a value is an int or has `__index__`.
#[inline]
pub fn has_index(object: &Object) -> bool {
    object.value().is_int() || object.type_object().special().index.is_some()
}

/// A subscript of a sequence (which is named as in `list indices must be integers or slices`).
#[derive(Clone, Copy)]
pub enum Subscript<'a> {
    Index(i64),
    Slice(&'a Slice),
}

/// Tells a subscript's kind; an error for what is neither an index nor a slice.
#[inline]
pub fn subscript<'a>(item: &'a Object, sequence: &str) -> Result<Subscript<'a>> {
    if item.value().is_int() {
        return Ok(Subscript::Index(item.value().int()));
    }
    if let Some(slice) = item.downcast::<Slice>() {
        return Ok(Subscript::Slice(slice));
    }
    if !has_index(item) {
        return Err(type_error!("{} indices must be integers or slices, not {}", sequence, name_of(item)));
    }
    Ok(Subscript::Index(index_or_index_error(item)?))
}

/// An index of a sequence: IndexError when it does not fit 64 bits.
pub fn index_or_index_error(item: &Object) -> Result<i64> {
    let number = int::index(item)?;
    match int::to_i64(&number) {
        Some(number) => Ok(number),
        None => Err(index_error!("cannot fit '{}' into an index-sized integer", name_of(item))),
    }
}

/// The place that an index, which may count from the end, names in a sequence.
#[inline]
pub fn place(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    (0..length as i64).contains(&index).then_some(index as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_fit_as_in_cpython() {
        let fit = |start, stop, step| SliceBounds { start, stop, step }.fit(5);
        assert_eq!(fit(0, i64::MAX, 1), SliceRange { start: 0, stop: 5, step: 1, count: 5 });
        assert_eq!(fit(i64::MAX, i64::MIN, -1), SliceRange { start: 4, stop: -1, step: -1, count: 5 });
        assert_eq!(fit(-3, -1, 1), SliceRange { start: 2, stop: 4, step: 1, count: 2 });
        assert_eq!(fit(10, 20, 1).count, 0);
        assert_eq!(fit(0, 5, 2).indices().collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(fit(i64::MAX, i64::MIN, -2).indices().collect::<Vec<_>>(), [4, 2, 0]);
        assert_eq!(fit(0, 5, i64::MAX).count, 1);
    }

    #[test]
    fn places_count_from_either_end() {
        assert_eq!(place(-1, 3), Some(2));
        assert_eq!(place(3, 3), None);
        assert_eq!(place(-4, 3), None);
        assert_eq!(place(i64::MIN, 3), None);
    }
}
