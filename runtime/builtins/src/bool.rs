//! `bool`: True and False, the only two instances.

use pyrsc_abi::Header;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{operations, warnings};
use pyrsc_macros::{pyclass, pymethods};

/// Nothing ever lies in memory with this layout: both instances are immediates.
#[pyclass(
    name = "bool",
    module = "builtins",
    shape = BOOL,
    base = pyrsc_core::int::INT,
    doc = "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed."
)]
#[repr(C)]
pub struct Bool {
    header: Header,
}

/// The truth of a bool; `None` for anything else.
fn truth(object: &Object) -> Option<bool> {
    let value = object.value();
    value.is_bool().then_some(value == pyrsc_abi::Value::TRUE)
}

/// A bitwise operation: of two bools a bool, else as for ints.
fn bitwise(
    left: &Object,
    right: &Object,
    of_bools: impl Fn(bool, bool) -> bool,
    of_ints: fn(&Object, &Object) -> Result,
) -> Result {
    match (truth(left), truth(right)) {
        (Some(left), Some(right)) => Ok(Owned::bool(of_bools(left, right))),
        _ => of_ints(left, right),
    }
}

#[pymethods(Bool)]
mod methods {
    use super::*;

    #[slot(signature = "(object=False, /)")]
    fn new(_class: &TypeObject, object: Option<&Object>) -> Result<bool> {
        match object {
            Some(object) => operations::is_true(object),
            None => Ok(false),
        }
    }

    #[slot]
    fn repr(this: &Object) -> &'static str {
        if truth(this) == Some(true) { "True" } else { "False" }
    }

    #[slot]
    fn and(left: &Object, right: &Object) -> Result {
        bitwise(left, right, |left, right| left & right, int::and)
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        bitwise(left, right, |left, right| left | right, int::or)
    }

    #[slot]
    fn xor(left: &Object, right: &Object) -> Result {
        bitwise(left, right, |left, right| left ^ right, int::xor)
    }

    #[slot]
    fn invert(this: &Object) -> Result {
        warnings::deprecated(
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
             'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the \
             underlying int.",
        )?;
        int::invert(this)
    }
}
