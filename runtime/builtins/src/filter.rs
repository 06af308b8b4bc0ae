//! `filter`.

use pyrsc_abi::Header;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::{pyclass, pymethods};

use crate::reduce;

/// Gives the items of an iterator that a function holds true for.
#[pyclass(name = "filter", module = "builtins", static_name = FILTER, flags(BASETYPE))]
#[repr(C)]
pub struct Filter {
    header: Header,
    function: Owned,
    iterator: Owned,
}

#[pymethods(Filter)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, function, iterable, /)")]
    fn new(class: &TypeObject, function: &Object, iterable: &Object) -> Result {
        let iterator = iteration::iterate(iterable)?;
        let contents = Filter { header: Header::unset(), function: function.to_owned(), iterator };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Filter) -> Result<Option<Owned>> {
        let truth_itself = this.function.is_none() || this.function.is(crate::bool::BOOL.object());
        while let Some(item) = iteration::next(&this.iterator)? {
            let good = if truth_itself {
                operations::is_true(&item)?
            } else {
                operations::is_true(&*operations::call(&this.function, &[&item])?)?
            };
            if good {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Filter) -> Result {
        // SAFETY: the receiver is an object; its address is its word.
        let object = unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(this) as u64)) };
        reduce::call(
            object.type_object().to_owned(),
            vec![this.function.clone(), this.iterator.clone()],
            None,
        )
    }
}
