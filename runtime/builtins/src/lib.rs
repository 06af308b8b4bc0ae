//! The built-in types' methods and the built-in functions.

use pyrsc_core::spec::{BuiltinType, MethodTable};
use pyrsc_core::type_object::TypeObject;

pub mod bool;
pub mod complex;
pub mod float;
pub mod int;
pub mod number_format;

const fn row(ty: &'static TypeObject, methods: &'static [&'static MethodTable]) -> BuiltinType {
    BuiltinType { ty, methods }
}

/// The built-in types with their methods; what [`pyrsc_core::startup::ready_types`] is given. Bases come first.
pub static BUILTIN_TYPES: &[BuiltinType] = &[
    row(&pyrsc_core::int::INT, &[&int::METHODS]),
    row(&bool::BOOL, &[&bool::METHODS]),
    row(&pyrsc_core::float::FLOAT, &[&float::METHODS]),
    row(&pyrsc_core::complex::COMPLEX, &[&complex::METHODS]),
];
