//! Conversions: to str, int, float, an index.

use crate::int::{self, Int};
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::recursion;
use crate::str::{self, Str};
use crate::type_error;

/// `repr(object)`.
pub fn repr(object: &Object) -> Result<Ref<Str>> {
    recursion::check_repr()?;
    let result = match object.type_object().special().repr {
        Some(repr) => repr(object)?,
        None => return Ok(Str::new(&default_repr(object))),
    };
    result.into_ref::<Str>().map_err(|result| {
        type_error!("__repr__ returned non-string (type {})", result.type_object().full_name())
    })
}

/// `repr(object)` as a Rust string, for messages.
pub fn repr_string(object: &Object) -> Result<String> {
    Ok(repr(object)?.to_string_lossy().into_owned())
}

/// `<module.Class object at 0x...>`
pub fn default_repr(object: &Object) -> String {
    let ty = object.type_object();
    format!("<{} object at {:#x}>", qualified_type_name(ty), object.value().0)
}

/// A type's name as its repr shows it: with the module, but for built-in types.
pub fn qualified_type_name(ty: &crate::type_object::TypeObject) -> String {
    let name = ty.qualified_name_object();
    let name = name
        .into_ref::<Str>()
        .map_or_else(|_| ty.name().to_string(), |name| name.to_string_lossy().into_owned());
    let module = if ty.has_flag(crate::type_object::flags::HEAP) {
        ty.lookup(&str::intern("__module__"))
            .and_then(|module| module.into_ref::<Str>().ok())
            .map_or_else(|| "builtins".to_string(), |module| module.to_string_lossy().into_owned())
    } else {
        ty.spec().module.to_string()
    };
    if module == "builtins" { name } else { format!("{module}.{name}") }
}

/// `str(object)`.
pub fn str(object: &Object) -> Result<Ref<Str>> {
    if object.is_exact::<Str>() {
        // SAFETY: checked just now.
        return Ok(unsafe { object.to_owned().downcast_unchecked() });
    }
    let Some(method) = object.type_object().special().str else { return repr(object) };
    recursion::check(" while getting the str of an object")?;
    let result = method(object)?;
    result.into_ref::<Str>().map_err(|result| {
        type_error!("__str__ returned non-string (type {})", result.type_object().full_name())
    })
}

/// `str(object)` as a Rust string, for messages.
pub fn str_string(object: &Object) -> Result<String> {
    Ok(str(object)?.to_string_lossy().into_owned())
}

/// `format(object, specification)`.
pub fn format(object: &Object, specification: &Str) -> Result<Ref<Str>> {
    if specification.is_empty() && object.is_exact::<Str>() {
        return str(object);
    }
    match crate::slot_wrapper::special_call_optional(object, "__format__", &[specification.object()])? {
        None => Err(type_error!("Type {} doesn't define __format__", object.type_object().full_name())),
        Some(result) => result.into_ref::<Str>().map_err(|result| {
            type_error!("__format__ must return a str, not {}", result.type_object().full_name())
        }),
    }
}

/// `operator.index(object)`: an int, exact or not.
pub fn index(object: &Object) -> Result {
    if object.is_instance_of::<Int>() {
        return Ok(object.to_owned());
    }
    let Some(method) = object.type_object().special().index else {
        return Err(type_error!(
            "'{}' object cannot be interpreted as an integer",
            object.type_object().full_name()
        ));
    };
    let result = method(object)?;
    if !result.is_instance_of::<Int>() {
        return Err(type_error!("__index__ returned non-int (type {})", result.type_object().full_name()));
    }
    Ok(result)
}

/// An index as a machine integer; OverflowError where it does not fit.
pub fn index_isize(object: &Object) -> Result<isize> {
    if object.value().is_int() {
        return Ok(object.value().int() as isize);
    }
    let number = index(object)?;
    match int::to_i64(&number) {
        Some(number) => Ok(number as isize),
        None => Err(crate::overflow_error!(
            "cannot fit '{}' into an index-sized integer",
            object.type_object().full_name()
        )),
    }
}

/// An index as a machine integer, clamped to its range: for slices.
pub fn index_clamped(object: &Object) -> Result<isize> {
    if object.value().is_int() {
        return Ok(object.value().int() as isize);
    }
    let number = index(object)?;
    match int::to_i64(&number) {
        Some(number) => Ok(number as isize),
        None if super::compare_truth(
            &number,
            &Owned::small_int(0),
            crate::special_methods::Comparison::Less,
        )? =>
        {
            Ok(isize::MIN)
        }
        None => Ok(isize::MAX),
    }
}

/// `float(number)` of a number, as a float object.
pub fn float(number: &Object) -> Result {
    Ok(crate::float::from_f64(as_float(number)?))
}

/// A float from anything that `float()` takes but strings.
pub fn as_float(object: &Object) -> Result<f64> {
    if let Some(number) = crate::float::to_f64(object) {
        return Ok(number);
    }
    let special = object.type_object().special();
    if let Some(method) = special.float {
        let result = method(object)?;
        return match crate::float::to_f64(&result) {
            Some(number) => Ok(number),
            None => Err(type_error!(
                "{}.__float__ returned non-float (type {})",
                object.type_object().full_name(),
                result.type_object().full_name()
            )),
        };
    }
    if special.index.is_some() {
        let number = index(object)?;
        return int::to_f64(&number);
    }
    Err(type_error!("must be real number, not {}", object.type_object().full_name()))
}

/// Whether a str is an identifier.
pub fn is_identifier(name: &Str) -> bool {
    crate::unicode::is_identifier(name.code_points())
}
