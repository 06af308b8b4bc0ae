//! Iteration from Rust.

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId};
use pyrsc_macros::{pyclass, pymethods};

use crate::exception;
use crate::list::List;
use crate::memory;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Result};
use crate::slot::Slot;
use crate::tuple::Tuple;
use crate::type_error;
use crate::type_object::Class;

/// `iter(object)`.
pub fn iterate(object: &Object) -> Result {
    let special = object.type_object().special();
    match special.iter {
        Some(iter) => {
            let iterator = match iter(object) {
                Ok(iterator) => iterator,
                Err(raised) => {
                    let disabled = object
                        .type_object()
                        .lookup(&crate::str::intern("__iter__"))
                        .is_some_and(|method| method.is_none());
                    if disabled {
                        exception::clear();
                        return Err(type_error!(
                            "'{}' object is not iterable",
                            object.type_object().full_name()
                        ));
                    }
                    return Err(raised);
                }
            };
            if iterator.type_object().special().next.is_none() {
                return Err(type_error!(
                    "iter() returned non-iterator of type '{}'",
                    iterator.type_object().full_name()
                ));
            }
            Ok(iterator)
        }
        None if special.get_item.is_some() && !object.is_instance_of::<crate::dict::Dict>() => {
            Ok(memory::allocate(
                SequenceIterator::type_object(),
                SequenceIterator {
                    header: Header::new(ShapeId::OBJECT),
                    sequence: Slot::new(object.to_owned()),
                    index: Cell::new(0),
                },
            )
            .into_owned())
        }
        None => Err(type_error!("'{}' object is not iterable", object.type_object().full_name())),
    }
}

/// The next element, or `None` when the iterator is exhausted.
#[inline]
pub fn next(iterator: &Object) -> Result<Option<Owned>> {
    match iterator.type_object().special().next {
        Some(next) => next(iterator),
        None => Err(type_error!("'{}' object is not an iterator", iterator.type_object().full_name())),
    }
}

/// Calls a function with each element.
pub fn for_each(iterable: &Object, mut visit: impl FnMut(Owned) -> Result<()>) -> Result<()> {
    if let Some(list) = iterable.downcast_exact::<List>() {
        let mut index = 0;
        while let Some(element) = list.get(index) {
            visit(element)?;
            index += 1;
        }
        return Ok(());
    }
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        for element in tuple.iter() {
            visit(element.to_owned())?;
        }
        return Ok(());
    }
    let iterator = iterate(iterable)?;
    while let Some(element) = next(&iterator)? {
        visit(element)?;
    }
    // What a generator returned is nobody's here.
    drop(crate::gil::take_stop_value());
    Ok(())
}

/// The elements, in order.
pub fn collect(iterable: &Object) -> Result<Vec<Owned>> {
    let mut elements = Vec::new();
    if !iterable.is_exact::<List>() && !iterable.is_exact::<Tuple>() {
        let hint = operations::length_hint(iterable, 0)?;
        elements.reserve(hint.min(1 << 20));
    }
    for_each(iterable, |element| {
        elements.push(element);
        Ok(())
    })?;
    Ok(elements)
}

/// `iterator`: over what has `__getitem__` alone.
#[pyclass(name = "iterator")]
#[repr(C)]
pub struct SequenceIterator {
    header: Header,
    /// Empty when exhausted.
    pub sequence: Slot,
    pub index: Cell<i64>,
}

#[pymethods(SequenceIterator)]
pub mod methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &SequenceIterator) -> Result<Option<Owned>> {
        let Some(sequence) = this.sequence.get() else { return Ok(None) };
        if this.index.get() == i64::MAX {
            return Err(crate::overflow_error!("iter index too large"));
        }
        let index = crate::int::from_i64(this.index.get());
        match operations::get_item(&sequence, &index) {
            Ok(element) => {
                this.index.set(this.index.get() + 1);
                Ok(Some(element))
            }
            Err(_)
                if exception::catch::<exception::IndexError>()
                    || exception::catch::<exception::StopIteration>() =>
            {
                this.sequence.set(None);
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    #[pymethod]
    fn __length_hint__(this: &SequenceIterator) -> Result {
        let Some(sequence) = this.sequence.get() else { return Ok(Owned::small_int(0)) };
        let length = operations::length(&sequence)? as i64;
        Ok(crate::int::from_i64((length - this.index.get()).max(0)))
    }

    #[pymethod]
    fn __setstate__(this: &SequenceIterator, index: i64) -> Result<()> {
        if !this.sequence.is_empty() {
            this.index.set(index.max(0));
        }
        Ok(())
    }

    #[pymethod]
    fn __reduce__(this: &SequenceIterator) -> Result {
        crate::iteration::reduce_iterator(this.sequence.get(), this.index.get())
    }
}

/// What `__reduce__` of an iterator over a sequence gives: `(iter, (sequence,), index)`, or `(iter, ((),))` when it is
/// exhausted.
pub fn reduce_iterator(sequence: Option<Owned>, index: i64) -> Result {
    let iter = crate::startup::builtin("iter")?;
    Ok(match sequence {
        Some(sequence) => Tuple::from_vec(vec![
            iter,
            Tuple::from_vec(vec![sequence]).into_owned(),
            crate::int::from_i64(index),
        ])
        .into_owned(),
        None => {
            let empty = Tuple::from_vec(Vec::new()).into_owned();
            Tuple::from_vec(vec![iter, Tuple::from_vec(vec![empty]).into_owned()]).into_owned()
        }
    })
}
