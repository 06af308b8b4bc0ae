//! `compress`, `dropwhile`, `takewhile`, `filterfalse` and `islice`: iterators that leave items out.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slice::has_index;
use pyrsc_core::slot::Slot;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// The items whose selector is true.
#[pyclass(name = "compress", module = "itertools", static_name = COMPRESS, flags(BASETYPE))]
#[repr(C)]
pub struct Compress {
    header: Header,
    data: Owned,
    selectors: Owned,
}

#[pymethods(Compress)]
mod compress_methods {
    use super::*;

    #[slot(signature = "(cls, data, selectors)")]
    fn new(class: &TypeObject, data: &Object, selectors: &Object) -> Result {
        let data = iteration::iterate(data)?;
        let selectors = iteration::iterate(selectors)?;
        Ok(memory::allocate(class, Compress { header: Header::unset(), data, selectors }).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Compress) -> Result<Option<Owned>> {
        loop {
            let Some(item) = iteration::next(&this.data)? else { return Ok(None) };
            let Some(selector) = iteration::next(&this.selectors)? else { return Ok(None) };
            if operations::is_true(&selector)? {
                return Ok(Some(item));
            }
        }
    }
}

/// The items from the first one on that a predicate does not hold for.
#[pyclass(name = "dropwhile", module = "itertools", static_name = DROP_WHILE, flags(BASETYPE))]
#[repr(C)]
pub struct DropWhile {
    header: Header,
    predicate: Owned,
    iterator: Owned,
    started: Cell<bool>,
}

#[pymethods(DropWhile)]
mod drop_while_methods {
    use super::*;

    #[slot(signature = "(cls, predicate, iterable, /)")]
    fn new(class: &TypeObject, predicate: &Object, iterable: &Object) -> Result {
        let iterator = iteration::iterate(iterable)?;
        let contents = DropWhile {
            header: Header::unset(),
            predicate: predicate.to_owned(),
            iterator,
            started: Cell::new(false),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &DropWhile) -> Result<Option<Owned>> {
        while let Some(item) = iteration::next(&this.iterator)? {
            if this.started.get() {
                return Ok(Some(item));
            }
            if !operations::is_true(&*operations::call(&this.predicate, &[&item])?)? {
                this.started.set(true);
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// The items before the first one that a predicate does not hold for.
#[pyclass(name = "takewhile", module = "itertools", static_name = TAKE_WHILE, flags(BASETYPE))]
#[repr(C)]
pub struct TakeWhile {
    header: Header,
    predicate: Owned,
    iterator: Owned,
    stopped: Cell<bool>,
}

#[pymethods(TakeWhile)]
mod take_while_methods {
    use super::*;

    #[slot(signature = "(cls, predicate, iterable, /)")]
    fn new(class: &TypeObject, predicate: &Object, iterable: &Object) -> Result {
        let iterator = iteration::iterate(iterable)?;
        let contents = TakeWhile {
            header: Header::unset(),
            predicate: predicate.to_owned(),
            iterator,
            stopped: Cell::new(false),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &TakeWhile) -> Result<Option<Owned>> {
        if this.stopped.get() {
            return Ok(None);
        }
        let Some(item) = iteration::next(&this.iterator)? else { return Ok(None) };
        if operations::is_true(&*operations::call(&this.predicate, &[&item])?)? {
            return Ok(Some(item));
        }
        this.stopped.set(true);
        Ok(None)
    }
}

/// The items that a function does not hold true for.
#[pyclass(name = "filterfalse", module = "itertools", static_name = FILTER_FALSE, flags(BASETYPE))]
#[repr(C)]
pub struct FilterFalse {
    header: Header,
    function: Owned,
    iterator: Owned,
}

#[pymethods(FilterFalse)]
mod filter_false_methods {
    use super::*;

    #[slot(signature = "(cls, function, iterable, /)")]
    fn new(class: &TypeObject, function: &Object, iterable: &Object) -> Result {
        let iterator = iteration::iterate(iterable)?;
        let contents = FilterFalse { header: Header::unset(), function: function.to_owned(), iterator };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &FilterFalse) -> Result<Option<Owned>> {
        let truth_itself = this.function.is_none() || this.function.is(pyrsc_builtins::bool::BOOL.object());
        while let Some(item) = iteration::next(&this.iterator)? {
            let good = if truth_itself {
                operations::is_true(&item)?
            } else {
                operations::is_true(&*operations::call(&this.function, &[&item])?)?
            };
            if !good {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// The items that a slice names.
#[pyclass(name = "islice", module = "itertools", static_name = ITERATOR_SLICE, flags(BASETYPE))]
#[repr(C)]
pub struct IteratorSlice {
    header: Header,
    /// Empty when exhausted.
    iterator: Slot,
    /// The index of the item that comes next.
    next: Cell<usize>,
    stop: Option<usize>,
    step: usize,
    /// How many items were taken from the iterator.
    taken: Cell<usize>,
}

/// A bound of the slice: None, or an int that is not negative.
fn bound(object: Option<&Object>) -> Option<Option<usize>> {
    let Some(object) = object.filter(|object| !object.is_none()) else { return Some(None) };
    if !has_index(object) {
        return None;
    }
    match int::index_i64(object) {
        Ok(number) => usize::try_from(number).ok().map(Some),
        Err(_) => {
            exception::clear();
            None
        }
    }
}

#[pymethods(IteratorSlice)]
mod iterator_slice_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        if given.keyword_count() > 0 && std::ptr::eq(class, IteratorSlice::type_object()) {
            return Err(type_error!("islice() takes no keyword arguments"));
        }
        pyrsc_core::arguments::check_positional("islice", given.positional_from(0), 2, 4)?;
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let (start, stop) = if given.positional_count() == 2 {
            (Some(None), bound(given.positional(1)).ok_or_else(|| value_error!("{STOP}"))?)
        } else {
            let stop = bound(given.positional(2)).ok_or_else(|| value_error!("{STOP}"))?;
            (bound(given.positional(1)), stop)
        };
        let start = start.ok_or_else(|| value_error!("{INDICES}"))?.unwrap_or(0);
        let step = match bound(given.positional(3)) {
            Some(step) if step != Some(0) => step.unwrap_or(1),
            _ => return Err(value_error!("Step for islice() must be a positive integer or None.")),
        };
        let iterator = Slot::new(iteration::iterate(pyrsc_core::arguments::required(given.positional(0)))?);
        let contents = IteratorSlice {
            header: Header::unset(),
            iterator,
            next: Cell::new(start),
            stop,
            step,
            taken: Cell::new(0),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &IteratorSlice) -> Result<Option<Owned>> {
        let Some(iterator) = this.iterator.get() else { return Ok(None) };
        // What comes before the next item, up to the end of the slice, is taken and left.
        let until = this.stop.map_or(this.next.get(), |stop| stop.min(this.next.get()));
        while this.taken.get() < until {
            if iteration::next(&iterator)?.is_none() {
                this.iterator.set(None);
                return Ok(None);
            }
            this.taken.set(this.taken.get() + 1);
        }
        if this.stop.is_some_and(|stop| this.taken.get() >= stop) {
            this.iterator.set(None);
            return Ok(None);
        }
        let Some(item) = iteration::next(&iterator)? else {
            this.iterator.set(None);
            return Ok(None);
        };
        this.taken.set(this.taken.get() + 1);
        let next = this.next.get().saturating_add(this.step);
        this.next.set(this.stop.map_or(next, |stop| stop.min(next)));
        Ok(Some(item))
    }
}
