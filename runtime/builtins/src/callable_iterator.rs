//! What `iter(callable, sentinel)` gives.

use pyrsc_abi::Header;
use pyrsc_core::exception::{self, StopIteration};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_macros::{pyclass, pymethods};

use crate::reduce;

/// Calls a function until it gives the sentinel.
#[pyclass(name = "callable_iterator", module = "builtins", static_name = CALLABLE_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct CallableIterator {
    header: Header,
    /// Both are empty when exhausted.
    callable: Slot,
    sentinel: Slot,
}

impl CallableIterator {
    pub fn new(callable: &Object, sentinel: &Object) -> Ref<CallableIterator> {
        memory::allocate(
            CallableIterator::type_object(),
            CallableIterator {
                header: Header::unset(),
                callable: Slot::new(callable.to_owned()),
                sentinel: Slot::new(sentinel.to_owned()),
            },
        )
    }

    fn finish(&self) {
        self.callable.set(None);
        self.sentinel.set(None);
    }
}

#[pymethods(CallableIterator)]
mod methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &CallableIterator) -> Result<Option<Owned>> {
        let Some(callable) = this.callable.get() else { return Ok(None) };
        match operations::call(&callable, &[]) {
            Ok(value) => {
                let Some(sentinel) = this.sentinel.get() else { return Ok(None) };
                if !operations::equal(&sentinel, &value)? {
                    return Ok(Some(value));
                }
                this.finish();
                Ok(None)
            }
            Err(_) if exception::catch::<StopIteration>() => {
                this.finish();
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &CallableIterator) -> Result {
        let iter = pyrsc_core::startup::builtin("iter")?;
        match (this.callable.get(), this.sentinel.get()) {
            (Some(callable), Some(sentinel)) => reduce::call(iter, vec![callable, sentinel], None),
            _ => reduce::call(iter, vec![Tuple::empty().into_owned()], None),
        }
    }
}
