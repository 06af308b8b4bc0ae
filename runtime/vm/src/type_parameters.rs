//! PEP 695: type parameters and aliases that code makes. The classes are those of the module `_typing`.

use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str;
use pyrsc_core::tuple::Tuple;

fn class(name: &str) -> Result {
    operations::get_attribute(&*crate::import::import_module("_typing")?, &str::intern(name))
}

/// `TypeVar(name)`, with functions that make the bound or the constraints when they are asked for.
pub fn type_var(name: Owned, bound: Option<Owned>, constraints: Option<Owned>) -> Result {
    let make = class("_make_type_var")?;
    let none = Owned::none();
    operations::call(&make, &[&name, bound.as_ref().unwrap_or(&none), constraints.as_ref().unwrap_or(&none)])
}

/// `ParamSpec(name)`
pub fn param_spec(name: Owned) -> Result {
    inferred("ParamSpec", name)
}

/// `TypeVarTuple(name)`
pub fn type_var_tuple(name: Owned) -> Result {
    operations::call(&*class("TypeVarTuple")?, &[&name])
}

fn inferred(kind: &str, name: Owned) -> Result {
    let names = Tuple::from_vec(vec![str::intern("infer_variance").into_owned()]);
    let words = [name, Owned::bool(true)];
    operations::call_arguments(&*class(kind)?, Arguments::new(&words, Some(&names)))
}

/// Gives a type parameter the default that a function makes when it is asked for.
pub fn set_default(param: Owned, default: Owned) -> Result {
    operations::call_method(&param, "_set_lazy_default", &[&default])?;
    Ok(param)
}

/// `TypeAliasType`, whose value a function makes when it is asked for.
pub fn type_alias(name: Owned, params: Owned, value: Owned) -> Result {
    let make = class("_make_type_alias")?;
    operations::call(&make, &[&name, &params, &value])
}

/// `Generic[params]`
pub fn generic_base(params: &Object) -> Result {
    let generic = class("Generic")?;
    let typing = crate::import::import_module("typing")?;
    let subscript = operations::get_attribute(&typing, &str::intern("_generic_class_getitem"))?;
    // Type variable tuples are unpacked, as `Generic[*Ts]` is.
    let unpacked = match params.downcast::<Tuple>() {
        None => params.to_owned(),
        Some(items) => {
            let mut list = Vec::with_capacity(items.len());
            for item in items.iter() {
                if item.type_object().name() == "TypeVarTuple" {
                    list.extend(pyrsc_core::iteration::collect(item)?);
                } else {
                    list.push(item.to_owned());
                }
            }
            Tuple::from_vec(list).into_owned()
        }
    };
    operations::call(&subscript, &[&generic, &unpacked])
}
