//! `types.GenericAlias`: `list[int]`.
//!
//! Its methods are in `pyrsc-builtins`.

use pyrsc_abi::{Header, ShapeId};
use pyrsc_macros::pyclass;

use crate::memory;
use crate::object::Object;
use crate::owned::Result;
use crate::slot::Slot;
use crate::tuple::Tuple;
use crate::type_object::Class;

/// A class with the arguments in its brackets.
#[pyclass(name = "GenericAlias", module = "types", flags(BASETYPE, WEAKREF))]
#[repr(C)]
pub struct GenericAlias {
    header: Header,
    pub origin: Slot,
    /// A tuple.
    pub arguments: Slot,
    /// A tuple, made when it is asked for.
    pub parameters: Slot,
    /// `*tuple[int]`
    pub starred: std::cell::Cell<bool>,
}

/// `origin[arguments]`.
pub fn create(origin: &Object, arguments: &Object) -> Result {
    let arguments = if arguments.is_exact::<Tuple>() {
        arguments.to_owned()
    } else {
        Tuple::from_vec(vec![arguments.to_owned()]).into_owned()
    };
    Ok(memory::allocate(
        GenericAlias::type_object(),
        GenericAlias {
            header: Header::new(ShapeId::OBJECT),
            origin: Slot::new(origin.to_owned()),
            arguments: Slot::new(arguments),
            parameters: Slot::empty(),
            starred: std::cell::Cell::new(false),
        },
    )
    .into_owned())
}
