//! The built-in functions that need nothing of the engine that runs the program.
//!
//! `exec`, `eval`, `compile`, `globals`, `print` and their like are `pyrsc-vm`'s and `pyrsc-stdlib`'s.

mod extremum;
mod print;
mod sum;

use pyrsc_core::arguments;
use pyrsc_core::attribute;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot_wrapper::special_call_optional;
use pyrsc_core::spec::FunctionSpec;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{overflow_error, type_error, value_error};
use pyrsc_macros::pyfunction;

pub use extremum::{MAX, MIN};
pub use print::PRINT;
pub use sum::SUM;

#[pyfunction]
pub fn abs(number: &Object) -> Result {
    operations::absolute(number)
}

#[pyfunction]
pub fn all(iterable: &Object) -> Result<bool> {
    let iterator = pyrsc_core::iteration::iterate(iterable)?;
    while let Some(element) = pyrsc_core::iteration::next(&iterator)? {
        if !operations::is_true(&element)? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[pyfunction]
pub fn any(iterable: &Object) -> Result<bool> {
    let iterator = pyrsc_core::iteration::iterate(iterable)?;
    while let Some(element) = pyrsc_core::iteration::next(&iterator)? {
        if operations::is_true(&element)? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[pyfunction]
pub fn ascii(object: &Object) -> Result {
    let text = operations::repr(object)?;
    if text.is_ascii() {
        return Ok(text.into_owned());
    }
    let mut escaped = String::new();
    for code in text.code_points() {
        match code {
            0..=0x7F => escaped.push(code as u8 as char),
            0x80..=0xFF => escaped.push_str(&format!("\\x{code:02x}")),
            0x100..=0xFFFF => escaped.push_str(&format!("\\u{code:04x}")),
            _ => escaped.push_str(&format!("\\U{code:08x}")),
        }
    }
    Ok(Str::new(&escaped).into_owned())
}

/// An int in a base with its prefix.
fn in_base(number: &Object, specification: &str) -> Result {
    let number = operations::index(number)?;
    // A class derived from int may format itself in its own way: bin() does not ask it.
    let exact = int::to_exact(&number)?;
    Ok(operations::format(&exact, &str::intern(specification))?.into_owned())
}

#[pyfunction]
pub fn bin(number: &Object) -> Result {
    in_base(number, "#b")
}

#[pyfunction]
pub fn hex(number: &Object) -> Result {
    in_base(number, "#x")
}

#[pyfunction]
pub fn oct(number: &Object) -> Result {
    in_base(number, "#o")
}

#[pyfunction]
pub fn callable(object: &Object) -> bool {
    operations::is_callable(object)
}

#[pyfunction]
pub fn chr(i: &Object) -> Result {
    let number = operations::index(i)?;
    match int::to_i64(&number) {
        Some(code @ 0..=0x10FFFF) => Ok(Str::from_code_point(code as u32).into_owned()),
        Some(code) if i32::try_from(code).is_ok() => Err(value_error!("chr() arg not in range(0x110000)")),
        _ => Err(overflow_error!("Python int too large to convert to C int")),
    }
}

#[pyfunction]
pub fn ord(c: &Object) -> Result {
    let wrong =
        |length: usize| type_error!("ord() expected a character, but string of length {length} found");
    if let Some(text) = c.downcast::<Str>() {
        return if text.len() == 1 {
            Ok(int::from_i64(i64::from(text.at(0))))
        } else {
            Err(wrong(text.len()))
        };
    }
    let is_bytes = c.is_instance_of::<pyrsc_core::bytes::Bytes>()
        || c.is_instance_of::<pyrsc_core::bytearray::ByteArray>();
    if is_bytes {
        let length = operations::length(c)?;
        return if length == 1 { operations::get_item(c, &Owned::small_int(0)) } else { Err(wrong(length)) };
    }
    Err(type_error!("ord() expected string of length 1, but {} found", c.type_object().name()))
}

/// The name given to `getattr` and its like.
fn attribute_name<'a>(function: &str, name: &'a Object) -> Result<&'a Str> {
    let _ = function;
    name.downcast::<Str>()
        .ok_or_else(|| type_error!("attribute name must be string, not '{}'", name.type_object().name()))
}

#[pyfunction]
pub fn getattr(object: &Object, name: &Object, default: Option<&Object>) -> Result {
    let name = attribute_name("getattr", name)?;
    match default {
        None => attribute::get_attribute(object, name),
        Some(default) => {
            Ok(attribute::get_attribute_optional(object, name)?.unwrap_or_else(|| default.to_owned()))
        }
    }
}

#[pyfunction]
pub fn hasattr(object: &Object, name: &Object) -> Result<bool> {
    operations::has_attribute(object, attribute_name("hasattr", name)?)
}

#[pyfunction]
pub fn setattr(object: &Object, name: &Object, value: &Object) -> Result<()> {
    attribute::set_attribute(object, attribute_name("setattr", name)?, value)
}

#[pyfunction]
pub fn delattr(object: &Object, name: &Object) -> Result<()> {
    attribute::delete_attribute(object, attribute_name("delattr", name)?)
}

#[pyfunction]
pub fn divmod(x: &Object, y: &Object) -> Result {
    operations::divmod(x, y)
}

#[pyfunction]
pub fn format(value: &Object, format_spec: Option<&Object>) -> Result {
    let empty = Str::empty();
    let specification = match format_spec {
        None => &*empty,
        Some(specification) => match specification.downcast::<Str>() {
            Some(specification) => specification,
            None => {
                return Err(type_error!(
                    "format() argument 2 must be str, not {}",
                    specification.type_object().name()
                ));
            }
        },
    };
    Ok(operations::format(value, specification)?.into_owned())
}

#[pyfunction]
pub fn hash(object: &Object) -> Result<i64> {
    operations::hash(object)
}

#[pyfunction]
pub fn id(object: &Object) -> Result {
    Ok(identity(object))
}

/// `id(object)`: the word; for heap floats and complex numbers, whose identity is their bits, a number made of those.
pub fn identity(object: &Object) -> Owned {
    let words = match object.shape_id() {
        pyrsc_abi::ShapeId::HEAP_FLOAT => 1,
        pyrsc_abi::ShapeId::COMPLEX => 2,
        _ => return int::from_u64(object.value().0),
    };
    // SAFETY: both shapes are a header and then that many f64.
    let bits = unsafe { std::slice::from_raw_parts(object.address::<u64>().add(1), words) };
    // Odd and above every address, so that no other object has it.
    let mixed =
        bits.iter().fold(0u64, |all, bits| all.rotate_left(29) ^ bits.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    int::from_u64(mixed | 1 << 63 | 1)
}

#[pyfunction]
pub fn isinstance(object: &Object, class_or_tuple: &Object) -> Result<bool> {
    operations::is_instance(object, class_or_tuple)
}

#[pyfunction]
pub fn issubclass(class: &Object, class_or_tuple: &Object) -> Result<bool> {
    operations::is_subclass(class, class_or_tuple)
}

#[pyfunction]
pub fn iter(object: &Object, sentinel: Option<&Object>) -> Result {
    match sentinel {
        None => pyrsc_core::iteration::iterate(object),
        Some(sentinel) => {
            if !operations::is_callable(object) {
                return Err(type_error!("iter(v, w): v must be callable"));
            }
            Ok(crate::callable_iterator::CallableIterator::new(object, sentinel).into_owned())
        }
    }
}

#[pyfunction]
pub fn len(object: &Object) -> Result {
    Ok(int::from_u64(operations::length(object)? as u64))
}

#[pyfunction]
pub fn next(iterator: &Object, default: Option<&Object>) -> Result {
    match pyrsc_core::iteration::next(iterator) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => {
            let returned = pyrsc_core::gil::take_stop_value();
            match default {
                Some(default) => Ok(default.to_owned()),
                None => Err(exception::stop_iteration(returned)),
            }
        }
        Err(raised) => match default {
            Some(default) if exception::catch::<exception::StopIteration>() => Ok(default.to_owned()),
            _ => Err(raised),
        },
    }
}

#[pyfunction(signature = "(base, exp, mod=None)")]
pub fn pow(base: &Object, exp: &Object, modulus: Option<&Object>) -> Result {
    operations::power(base, exp, modulus.filter(|modulus| !modulus.is_none()))
}

#[pyfunction]
pub fn repr(object: &Object) -> Result {
    Ok(operations::repr(object)?.into_owned())
}

#[pyfunction(signature = "(number, ndigits=None)")]
pub fn round(number: &Object, ndigits: Option<&Object>) -> Result {
    let digits = ndigits.filter(|digits| !digits.is_none());
    let arguments: &[&Object] = match &digits {
        Some(digits) => &[digits],
        None => &[],
    };
    match special_call_optional(number, "__round__", arguments)? {
        Some(result) => Ok(result),
        None => Err(type_error!("type {} doesn't define __round__ method", number.type_object().name())),
    }
}

#[pyfunction(signature = "(iterable, /, *, key=None, reverse=False)")]
pub fn sorted(arguments: Arguments<'_>) -> Result {
    let positional = arguments.positional_from(0);
    arguments::check_positional("sorted", positional, 1, 1)?;
    let list = List::from_vec(pyrsc_core::iteration::collect(positional.get(0).expect("checked"))?);
    // The options are those of the method, which also words the mistakes in them.
    let sort = operations::get_attribute(list.object(), &str::intern("sort"))?;
    let (names, options): (Vec<Owned>, Vec<Owned>) =
        arguments.iter_keywords().map(|(name, value)| (name.to_owned(), value.to_owned())).unzip();
    let names = Tuple::from_vec(names);
    operations::call_arguments(&sort, Arguments::new(&options, Some(&names)))?;
    Ok(list.into_owned())
}

#[pyfunction]
pub fn aiter(async_iterable: &Object) -> Result {
    match async_iterable.type_object().special().aiter {
        None => Err(type_error!("'{}' object is not an async iterable", async_iterable.type_object().name())),
        Some(method) => {
            let iterator = method(async_iterable)?;
            if iterator.type_object().special().anext.is_none() {
                return Err(type_error!(
                    "aiter() returned not an async iterator of type '{}'",
                    iterator.type_object().name()
                ));
            }
            Ok(iterator)
        }
    }
}

/// The functions of this file, for the module `builtins`.
pub static FUNCTIONS: &[&FunctionSpec] = &[
    &ABS,
    &AITER,
    &ALL,
    &ANY,
    &ASCII,
    &BIN,
    &CALLABLE,
    &CHR,
    &DELATTR,
    &DIVMOD,
    &FORMAT,
    &GETATTR,
    &HASATTR,
    &HASH,
    &HEX,
    &ID,
    &ISINSTANCE,
    &ISSUBCLASS,
    &ITER,
    &LEN,
    &MAX,
    &MIN,
    &NEXT,
    &OCT,
    &ORD,
    &POW,
    &PRINT,
    &REPR,
    &ROUND,
    &SETATTR,
    &SORTED,
    &SUM,
];
