//! What `functools.cmp_to_key` gives, and the keys that it makes.

use pyrsc_abi::Header;
use pyrsc_core::arguments::find_keyword;
use pyrsc_core::call::Arguments;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::type_object::Class;
use pyrsc_core::{attribute_error, type_error};
use pyrsc_macros::{pyclass, pymethods};

/// A value that is compared by a function; without a value, the maker of such keys.
#[pyclass(name = "KeyWrapper", module = "functools", static_name = KEY_WRAPPER, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct KeyWrapper {
    header: Header,
    comparison: Owned,
    object: Slot,
}

impl KeyWrapper {
    pub fn new(comparison: &Object, object: Option<&Object>) -> Owned {
        memory::allocate(
            KeyWrapper::type_object(),
            KeyWrapper {
                header: Header::unset(),
                comparison: comparison.to_owned(),
                object: Slot::from_option(object.map(Object::to_owned)),
            },
        )
        .into_owned()
    }
}

#[pymethods(KeyWrapper)]
mod methods {
    use super::*;

    #[slot]
    fn call(this: &KeyWrapper, given: Arguments<'_>) -> Result {
        let object = given.positional(0).or_else(|| find_keyword(given, "obj"));
        match object {
            Some(object) if given.count() == 1 => Ok(KeyWrapper::new(&this.comparison, Some(object))),
            Some(_) => Err(type_error!("K() takes at most 1 argument ({} given)", given.count())),
            None => Err(type_error!("K() missing required argument 'obj' (pos 1)")),
        }
    }

    #[slot]
    fn compare(this: &KeyWrapper, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<KeyWrapper>() else {
            return Err(type_error!("other argument must be K instance"));
        };
        let (Some(left), Some(right)) = (this.object.get(), other.object.get()) else {
            return Err(attribute_error!("object"));
        };
        let order = operations::call(&this.comparison, &[&left, &right])?;
        operations::compare(&order, &Owned::small_int(0), comparison)
    }

    #[getter]
    fn obj(this: &KeyWrapper) -> Owned {
        this.object.get_or_none()
    }

    #[setter]
    fn set_obj(this: &KeyWrapper, object: Option<&Object>) -> Result<()> {
        this.object.set(object.map(Object::to_owned));
        Ok(())
    }
}
