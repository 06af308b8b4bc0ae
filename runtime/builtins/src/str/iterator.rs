//! `str_iterator`, and its variant for ASCII strings, `str_ascii_iterator`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_macros::{pyclass, pymethods};

/// Goes through the code points of a string. Generated code knows this layout: `SequenceIteratorLayout`.
#[pyclass(name = "str_iterator", shape = STR_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct StrIterator {
    header: Header,
    /// Empty when the iterator is exhausted.
    string: Slot,
    index: Cell<usize>,
}

/// An iterator over a string.
pub fn new(string: &Str) -> Owned {
    let contents =
        StrIterator { header: Header::unset(), string: Slot::new(string.to_owned()), index: Cell::new(0) };
    memory::allocate(StrIterator::type_object(), contents).into_owned()
}

fn remaining(this: &StrIterator) -> Option<&Str> {
    this.string.borrow().and_then(|string| string.downcast::<Str>())
}

#[pymethods(StrIterator)]
mod methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &StrIterator) -> Result<Option<Owned>> {
        let Some(string) = remaining(this) else { return Ok(None) };
        let index = this.index.get();
        if index < string.len() {
            this.index.set(index + 1);
            return Ok(Some(Str::from_code_point(string.at(index)).into_owned()));
        }
        drop(this.string.replace(None));
        Ok(None)
    }

    #[pymethod]
    fn __length_hint__(this: &StrIterator) -> Result<usize> {
        Ok(remaining(this).map_or(0, |string| string.len() - this.index.get().min(string.len())))
    }

    #[pymethod]
    fn __reduce__(this: &StrIterator) -> Result {
        let iter = pyrsc_core::startup::builtin("iter")?;
        Ok(match remaining(this) {
            Some(string) => {
                let index = pyrsc_core::int::from_i64(this.index.get() as i64);
                Tuple::from_vec(vec![iter, Tuple::from_vec(vec![string.to_owned()]).into_owned(), index])
                    .into_owned()
            }
            None => {
                let empty = Tuple::from_vec(vec![Str::empty().into_owned()]).into_owned();
                Tuple::from_vec(vec![iter, empty]).into_owned()
            }
        })
    }

    #[pymethod]
    fn __setstate__(this: &StrIterator, state: i64) -> Result<()> {
        if let Some(string) = remaining(this) {
            this.index.set((state.max(0) as usize).min(string.len()));
        }
        Ok(())
    }
}
