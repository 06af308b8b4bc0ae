//! `reversed`, for sequences that do not say how.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::attribute;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, IndexError, StopIteration};
use pyrsc_core::int;
use pyrsc_core::memory;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{TypeObject, name_of};
use pyrsc_macros::{pyclass, pymethods};

use crate::reduce;

/// Goes through a sequence from its end, by index.
#[pyclass(name = "reversed", module = "builtins", static_name = REVERSED, flags(BASETYPE))]
#[repr(C)]
pub struct Reversed {
    header: Header,
    /// Empty when exhausted.
    sequence: Slot,
    index: Cell<i64>,
}

#[pymethods(Reversed)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, object, /)")]
    fn new(class: &TypeObject, object: &Object) -> Result {
        let not_reversible = || type_error!("'{}' object is not reversible", name_of(object));
        if let Some(method) = attribute::lookup_special(object, names::get(Name::__reversed__))? {
            return if method.is_none() { Err(not_reversible()) } else { operations::call(&method, &[]) };
        }
        if object.type_object().special().get_item.is_none() || object.is_instance_of::<Dict>() {
            return Err(not_reversible());
        }
        let length = operations::length(object)?;
        let contents = Reversed {
            header: Header::unset(),
            sequence: Slot::new(object.to_owned()),
            index: Cell::new(length as i64 - 1),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Reversed) -> Result<Option<Owned>> {
        let index = this.index.get();
        let Some(sequence) = this.sequence.get() else { return Ok(None) };
        if index >= 0 {
            match operations::get_item(&sequence, &int::from_i64(index)) {
                Ok(item) => {
                    this.index.set(index - 1);
                    return Ok(Some(item));
                }
                Err(raised) => {
                    if !exception::catch::<IndexError>() && !exception::catch::<StopIteration>() {
                        return Err(raised);
                    }
                }
            }
        }
        this.index.set(-1);
        this.sequence.set(None);
        Ok(None)
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &Reversed) -> Result<i64> {
        let Some(sequence) = this.sequence.get() else { return Ok(0) };
        let length = operations::length(&sequence)? as i64;
        let left = this.index.get() + 1;
        Ok(if length < left { 0 } else { left })
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Object) -> Result {
        let class = this.type_object().to_owned();
        let Some(this) = this.downcast::<Reversed>() else { return Ok(Owned::none()) };
        match this.sequence.get() {
            Some(sequence) => reduce::call(class, vec![sequence], Some(int::from_i64(this.index.get()))),
            None => reduce::call(class, vec![Tuple::empty().into_owned()], None),
        }
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &Reversed, state: i64) -> Result<()> {
        if let Some(sequence) = this.sequence.get() {
            let length = operations::length(&sequence)? as i64;
            this.index.set(state.clamp(-1, length - 1));
        }
        Ok(())
    }
}
