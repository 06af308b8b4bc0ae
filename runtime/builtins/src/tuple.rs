//! The methods of `tuple`, and its iterator.

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{self, Subscript, subscript};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{index_error, int, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::list::{collect, search_bounds};
use crate::{reduce, sequence};

/// An iterator over a tuple.
#[pyclass(name = "tuple_iterator", module = "builtins", shape = TUPLE_ITERATOR, static_name = TUPLE_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct TupleIterator {
    header: Header,
    /// The tuple; empty when exhausted.
    tuple: Slot,
    index: Cell<usize>,
}

impl TupleIterator {
    pub fn new(tuple: &Object) -> Ref<TupleIterator> {
        memory::allocate(
            TupleIterator::type_object(),
            TupleIterator {
                header: Header::unset(),
                tuple: Slot::new(tuple.to_owned()),
                index: Cell::new(0),
            },
        )
    }
}

/// The tuple of an iterable's values: itself if it is an exact tuple.
pub fn from_iterable(iterable: &Object) -> Result<Owned> {
    if iterable.shape_id() == ShapeId::TUPLE {
        return Ok(iterable.to_owned());
    }
    Ok(Tuple::from_vec(collect(iterable)?).into_owned())
}

fn get(tuple: &Tuple, index: usize) -> Option<Owned> {
    tuple.get(index).map(Object::to_owned)
}

#[pymethods(Tuple)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, iterable=(), /)")]
    fn new(class: &TypeObject, arguments: pyrsc_core::call::Arguments<'_>) -> Result {
        let iterable = pyrsc_core::arguments::of_new(class, Tuple::type_object(), arguments, 1)?.get(0);
        let exact = std::ptr::eq(class, Tuple::type_object());
        match iterable {
            Some(iterable) if exact => from_iterable(iterable),
            None if exact => Ok(Tuple::empty().into_owned()),
            Some(iterable) => Ok(Tuple::from_vec_in(class, collect(iterable)?).into_owned()),
            None => Ok(Tuple::from_vec_in(class, Vec::new()).into_owned()),
        }
    }

    #[slot]
    fn length(this: &Tuple) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn hash(this: &Tuple) -> Result<i64> {
        this.hash()
    }

    #[slot]
    fn repr(this: &Tuple) -> Result {
        if this.is_empty() {
            return Ok(Str::new("()").into_owned());
        }
        Ok(sequence::repr(this.object(), |index| get(this, index), "(", ")", true)?.into_owned())
    }

    #[slot]
    fn compare(this: &Tuple, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Tuple>() else { return Ok(Owned::not_implemented()) };
        sequence::compare(
            |index| get(this, index),
            |index| get(other, index),
            || (this.len(), other.len()),
            comparison,
        )
    }

    #[slot]
    fn iter(this: &Tuple) -> Result {
        Ok(TupleIterator::new(this.object()).into_owned())
    }

    #[slot]
    fn contains(this: &Tuple, wanted: &Object) -> Result<bool> {
        Ok(sequence::find(|index| get(this, index), wanted, 0, this.len())?.is_some())
    }

    #[slot]
    fn get_item(this: &Tuple, item: &Object) -> Result {
        match subscript(item, "tuple")? {
            Subscript::Index(index) => {
                match slice::place(index, this.len()).and_then(|place| this.get(place)) {
                    Some(item) => Ok(item.to_owned()),
                    None => Err(index_error!("tuple index out of range")),
                }
            }
            Subscript::Slice(slice) => {
                let range = slice.range(this.len())?;
                if range.count == this.len() && range.step == 1 && this.object().is_exact::<Tuple>() {
                    return Ok(this.object().to_owned());
                }
                let items = range.indices().filter_map(|index| get(this, index)).collect();
                Ok(Tuple::from_vec(items).into_owned())
            }
        }
    }

    #[slot]
    fn concat(this: &Tuple, other: &Object) -> Result {
        if this.is_empty() && other.is_exact::<Tuple>() {
            return Ok(other.to_owned());
        }
        let Some(other) = other.downcast::<Tuple>() else {
            return Err(type_error!("can only concatenate tuple (not \"{}\") to tuple", name_of(other)));
        };
        if other.is_empty() && this.object().is_exact::<Tuple>() {
            return Ok(this.object().to_owned());
        }
        let mut items = this.to_vec();
        items.extend(other.to_vec());
        Ok(Tuple::from_vec(items).into_owned())
    }

    #[slot]
    fn repeat(this: &Tuple, times: isize) -> Result {
        if (this.is_empty() || times == 1) && this.object().is_exact::<Tuple>() {
            return Ok(this.object().to_owned());
        }
        Ok(Tuple::from_vec(sequence::repeat(this.to_vec(), times)?).into_owned())
    }

    /// The index of the first value that equals the argument.
    #[pymethod(signature = "(self, value, start=0, stop=9223372036854775807, /)")]
    fn index(this: &Tuple, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> Result<usize> {
        let (start, stop) = search_bounds(start, stop, this.len())?;
        match sequence::find(|index| get(this, index), value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(value_error!("tuple.index(x): x not in tuple")),
        }
    }

    /// How many values equal the argument.
    #[pymethod(signature = "(self, value, /)")]
    fn count(this: &Tuple, value: &Object) -> Result<usize> {
        sequence::count(|index| get(this, index), value)
    }

    #[pymethod(name = "__getnewargs__")]
    fn new_arguments(this: &Tuple) -> Ref<Tuple> {
        Tuple::from_vec(vec![Tuple::from_vec(this.to_vec()).into_owned()])
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

#[pymethods(TupleIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &TupleIterator) -> Result<Option<Owned>> {
        let Some(tuple) = this.tuple.borrow().and_then(|tuple| tuple.downcast::<Tuple>()) else {
            return Ok(None);
        };
        let index = this.index.get();
        if let Some(item) = get(tuple, index) {
            this.index.set(index + 1);
            return Ok(Some(item));
        }
        this.tuple.set(None);
        Ok(None)
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &TupleIterator) -> usize {
        let tuple = this.tuple.borrow().and_then(|tuple| tuple.downcast::<Tuple>());
        tuple.map_or(0, |tuple| tuple.len().saturating_sub(this.index.get()))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &TupleIterator) -> Result {
        match this.tuple.get() {
            Some(tuple) => reduce::iterator("iter", tuple, Some(int::from_usize(this.index.get()))),
            None => reduce::iterator("iter", Tuple::empty().into_owned(), None),
        }
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &TupleIterator, state: isize) {
        if let Some(tuple) = this.tuple.borrow().and_then(|tuple| tuple.downcast::<Tuple>()) {
            this.index.set((state.max(0) as usize).min(tuple.len()));
        }
    }
}
