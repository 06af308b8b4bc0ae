//! `enumerate`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::arguments::find_keyword;
use pyrsc_core::call::Arguments;
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::{pyclass, pymethods};

use crate::reduce;

/// Counts what an iterator gives.
#[pyclass(name = "enumerate", module = "builtins", shape = ENUMERATE, static_name = ENUMERATE, flags(BASETYPE))]
#[repr(C)]
pub struct Enumerate {
    header: Header,
    iterator: Owned,
    count: Cell<i64>,
    /// The count, once it does not fit 64 bits.
    large_count: Slot,
}

impl Enumerate {
    fn current_count(&self) -> Owned {
        self.large_count.get().unwrap_or_else(|| int::from_i64(self.count.get()))
    }
}

/// `enumerate(iterable, start=0)`: what is given, with CPython's own errors for this constructor.
fn parameters<'a>(given: Arguments<'a>) -> Result<(&'a Object, Option<&'a Object>)> {
    if given.count() > 2 {
        return Err(type_error!("enumerate() takes at most 2 arguments ({} given)", given.count()));
    }
    for (name, _) in given.iter_keywords() {
        let name = operations::str(name)?;
        let allowed =
            ["iterable", "start"].iter().skip(given.positional_count()).any(|it| name.equals_text(it));
        if !allowed {
            return Err(type_error!(
                "'{}' is an invalid keyword argument for enumerate()",
                name.to_string_lossy()
            ));
        }
    }
    let iterable = given.positional(0).or_else(|| find_keyword(given, "iterable"));
    let start = given.positional(1).or_else(|| find_keyword(given, "start"));
    match iterable {
        Some(iterable) => Ok((iterable, start)),
        None => Err(type_error!("enumerate() missing required argument 'iterable'")),
    }
}

#[pymethods(Enumerate)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let (iterable, start) = parameters(given)?;
        let start = match start {
            Some(start) => int::index(start)?,
            None => Owned::small_int(0),
        };
        let iterator = iteration::iterate(iterable)?;
        let small = int::to_i64(&start);
        let contents = Enumerate {
            header: Header::unset(),
            iterator,
            count: Cell::new(small.unwrap_or(0)),
            large_count: Slot::from_option(if small.is_none() { Some(start) } else { None }),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Enumerate) -> Result<Option<Owned>> {
        let Some(item) = iteration::next(&this.iterator)? else { return Ok(None) };
        let count = this.current_count();
        if this.large_count.is_empty() && this.count.get() < i64::MAX {
            this.count.set(this.count.get() + 1);
        } else {
            this.large_count.set(Some(int::add(&count, &Owned::small_int(1))?));
        }
        Ok(Some(Tuple::pair(count, item).into_owned()))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Object) -> Result {
        let class = this.type_object().to_owned();
        let Some(this) = this.downcast::<Enumerate>() else { return Ok(Owned::none()) };
        reduce::call(class, vec![this.iterator.clone(), this.current_count()], None)
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}
