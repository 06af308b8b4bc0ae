//! None, Ellipsis and NotImplemented.

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::{pyclass, pymethods};

/// The type of None, which is an immediate: the struct is never made.
#[pyclass(name = "NoneType", shape = NONE)]
#[repr(C)]
pub struct NoneType {
    header: Header,
}

/// The type of Ellipsis, an immediate.
#[pyclass(name = "ellipsis", shape = ELLIPSIS)]
#[repr(C)]
pub struct EllipsisType {
    header: Header,
}

/// The type of NotImplemented, an immediate.
#[pyclass(name = "NotImplementedType", shape = NOT_IMPLEMENTED)]
#[repr(C)]
pub struct NotImplementedType {
    header: Header,
}

fn no_arguments(class: &TypeObject, arguments: Arguments<'_>) -> Result<()> {
    if arguments.count() > 0 {
        return Err(type_error!("{} takes no arguments", class.name()));
    }
    Ok(())
}

#[pymethods(NoneType)]
pub mod none {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        no_arguments(class, arguments)?;
        Ok(Owned::none())
    }

    #[slot]
    fn repr(_this: &Object) -> Result {
        Ok(str::intern("None").into_owned())
    }

    #[slot]
    fn truth(_this: &Object) -> Result<bool> {
        Ok(false)
    }

    #[slot]
    fn hash(_this: &Object) -> Result<i64> {
        // CPython 3.12 and later: a constant.
        Ok(0xFCA8_6420)
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        crate::union::of(left, right)
    }
}

#[pymethods(EllipsisType)]
pub mod ellipsis {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        no_arguments(class, arguments)?;
        Ok(Owned::ellipsis())
    }

    #[slot]
    fn repr(_this: &Object) -> Result {
        Ok(str::intern("Ellipsis").into_owned())
    }

    #[pymethod]
    fn __reduce__(_this: &Object) -> Owned {
        str::intern("Ellipsis").into_owned()
    }
}

#[pymethods(NotImplementedType)]
pub mod not_implemented {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        no_arguments(class, arguments)?;
        Ok(Owned::not_implemented())
    }

    #[slot]
    fn repr(_this: &Object) -> Result {
        Ok(str::intern("NotImplemented").into_owned())
    }

    #[slot]
    fn truth(_this: &Object) -> Result<bool> {
        Err(type_error!("NotImplemented should not be used in a boolean context"))
    }

    #[pymethod]
    fn __reduce__(_this: &Object) -> Owned {
        str::intern("NotImplemented").into_owned()
    }
}
