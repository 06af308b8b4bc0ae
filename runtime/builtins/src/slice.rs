//! The methods of `slice`. What slices mean for sequences is in `pyrsc_core::slice`.

use pyrsc_core::call::Arguments;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{Slice, has_index};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use crate::reduce;
use crate::sequence;

fn bound(object: &Object) -> Result {
    if !has_index(object) {
        return Err(type_error!("slice indices must be integers or None or have an __index__ method"));
    }
    int::index(object)
}

/// A slice's numbers fitted to a length of any size: CPython's `_PySlice_GetLongIndices`.
pub fn long_indices(slice: &Slice, length: &Object) -> Result<(Owned, Owned, Owned)> {
    let zero = Owned::small_int(0);
    let less = |left: &Object, right: &Object| operations::compare_truth(left, right, Comparison::Less);
    let step = if slice.step.is_none() { Owned::small_int(1) } else { bound(&slice.step)? };
    if step.value() == zero.value() {
        return Err(value_error!("slice step cannot be zero"));
    }
    let backward = less(&step, &zero)?;
    let (lower, upper) = if backward {
        (Owned::small_int(-1), int::subtract(length, &Owned::small_int(1))?)
    } else {
        (zero.clone(), length.to_owned())
    };
    let fit = |given: &Object, default: &Owned| -> Result {
        if given.is_none() {
            return Ok(default.clone());
        }
        let mut number = bound(given)?;
        if less(&number, &zero)? {
            number = int::add(&number, length)?;
            if less(&number, &lower)? {
                return Ok(lower.clone());
            }
        } else if less(&upper, &number)? {
            return Ok(upper.clone());
        }
        Ok(number)
    };
    let (first, last) = if backward { (&upper, &lower) } else { (&lower, &upper) };
    let start = fit(&slice.start, first)?;
    let stop = fit(&slice.stop, last)?;
    Ok((start, stop, step))
}

fn parts(slice: &Slice) -> [Owned; 3] {
    [slice.start.clone(), slice.stop.clone(), slice.step.clone()]
}

#[pymethods(Slice)]
mod methods {
    use super::*;

    #[slot]
    fn new(_class: &TypeObject, given: Arguments<'_>) -> Result {
        if given.keyword_count() > 0 {
            return Err(type_error!("slice() takes no keyword arguments"));
        }
        let argument = |index| given.positional(index).map_or(Owned::none(), Object::to_owned);
        match given.positional_count() {
            0 => Err(type_error!("slice expected at least 1 argument, got 0")),
            1 => Ok(Slice::new(Owned::none(), argument(0), Owned::none()).into_owned()),
            2 | 3 => Ok(Slice::new(argument(0), argument(1), argument(2)).into_owned()),
            count => Err(type_error!("slice expected at most 3 arguments, got {}", count)),
        }
    }

    #[slot]
    fn repr(this: &Slice) -> Result {
        let mut texts = Vec::with_capacity(3);
        for part in parts(this) {
            texts.push(operations::repr(&part)?.to_string_lossy().into_owned());
        }
        Ok(Str::new(&format!("slice({})", texts.join(", "))).into_owned())
    }

    #[slot]
    fn hash(this: &Slice) -> Result<i64> {
        const PRIME_1: u64 = 11400714785074694791;
        const PRIME_2: u64 = 14029467366897019727;
        const PRIME_5: u64 = 2870177450012600261;
        let mut sum = PRIME_5;
        for part in parts(this) {
            let lane = operations::hash(&part)? as u64;
            sum = sum.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
        }
        Ok(if sum == u64::MAX { 1546275796 } else { sum as i64 })
    }

    #[slot]
    fn compare(this: &Slice, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Slice>() else { return Ok(Owned::not_implemented()) };
        if std::ptr::eq(this, other) {
            return Ok(Owned::bool(comparison.holds(std::cmp::Ordering::Equal)));
        }
        let (left, right) = (parts(this), parts(other));
        sequence::compare(
            |index| left.get(index).cloned(),
            |index| right.get(index).cloned(),
            || (3, 3),
            comparison,
        )
    }

    #[getter]
    fn start(this: &Slice) -> Owned {
        this.start.clone()
    }

    #[getter]
    fn stop(this: &Slice) -> Owned {
        this.stop.clone()
    }

    #[getter]
    fn step(this: &Slice) -> Owned {
        this.step.clone()
    }

    /// The start, stop and step that the slice means for a sequence of some length.
    #[pymethod(signature = "(self, object, /)")]
    fn indices(this: &Slice, length: &Object) -> Result<Ref<Tuple>> {
        let length = int::index(length)?;
        if operations::compare_truth(&length, &Owned::small_int(0), Comparison::Less)? {
            return Err(value_error!("length should not be negative"));
        }
        let (start, stop, step) = long_indices(this, &length)?;
        Ok(Tuple::from_vec(vec![start, stop, step]))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Slice) -> Result {
        reduce::call(Slice::type_object().to_owned(), parts(this).to_vec(), None)
    }
}
