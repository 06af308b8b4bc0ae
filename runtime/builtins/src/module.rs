//! The module `builtins`: its functions, types, exceptions and constants.
//!
//! What needs the engine that runs the program (`exec`, `globals`, `__import__` …) is added by it.

use pyrsc_core::exception::{self, BaseException};
use pyrsc_core::module::Module;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::startup;
use pyrsc_core::type_object::{Class, OBJECT, TYPE, TypeObject};
use pyrsc_core::{
    bytearray, bytes, complex, descriptor, dict, float, int, list, memoryview, set, slice, str, tuple,
};

use crate::functions::FUNCTIONS;
use crate::{BUILTIN_TYPES, enumerate, filter, range, reversed, super_object, zip};

/// The types that have a name in the module.
fn named_types() -> Vec<&'static TypeObject> {
    vec![
        &OBJECT,
        &TYPE,
        &int::INT,
        &crate::bool::BOOL,
        &float::FLOAT,
        &complex::COMPLEX,
        str::Str::type_object(),
        bytes::Bytes::type_object(),
        bytearray::ByteArray::type_object(),
        memoryview::MemoryView::type_object(),
        list::List::type_object(),
        tuple::Tuple::type_object(),
        dict::Dict::type_object(),
        set::Set::type_object(),
        set::FrozenSet::type_object(),
        slice::Slice::type_object(),
        range::Range::type_object(),
        enumerate::Enumerate::type_object(),
        zip::Zip::type_object(),
        zip::Map::type_object(),
        filter::Filter::type_object(),
        reversed::Reversed::type_object(),
        super_object::Super::type_object(),
        descriptor::Property::type_object(),
        descriptor::ClassMethod::type_object(),
        descriptor::StaticMethod::type_object(),
    ]
}

/// Makes the built-in types ready: the first thing that a program does.
pub fn ready() {
    startup::ready_types(BUILTIN_TYPES);
    for class in exception::exception_types() {
        startup::ready_type(class);
    }
}

/// Makes the module, and tells the runtime of its namespace.
pub fn create() -> Result<Ref<Module>> {
    let module = Module::new("builtins", Some("Built-in functions, types, exceptions, and other objects."))?;
    let name = str::intern("builtins").into_owned();
    for function in FUNCTIONS {
        let receiver = Some(module.object().to_owned());
        let function_object = descriptor::BuiltinFunction::new(function, Some(name.clone()), receiver);
        module.set(function.name, function_object.object())?;
    }
    for ty in named_types() {
        module.set(ty.name(), ty.object())?;
    }
    module.set("BaseException", BaseException::type_object().object())?;
    for class in exception::exception_types() {
        module.set(class.name(), class.object())?;
    }
    module.set("ExceptionGroup", crate::exceptions::group::exception_group_type()?.object())?;
    for alias in ["EnvironmentError", "IOError"] {
        module.set(alias, exception::OSError::type_object().object())?;
    }
    let constants = [
        ("None", Owned::none()),
        ("True", Owned::bool(true)),
        ("False", Owned::bool(false)),
        ("Ellipsis", Owned::ellipsis()),
        ("NotImplemented", Owned::not_implemented()),
        ("__debug__", Owned::bool(true)),
    ];
    for (name, value) in constants {
        module.set(name, &value)?;
    }
    startup::set_builtins(module.namespace());
    Ok(module)
}
