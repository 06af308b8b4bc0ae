//! Arguments that may be any bytes-like object.

use crate::bytes::Bytes;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::str::Str;
use crate::type_object::name_of;
use crate::{buffer, int, iteration, operations};

/// The contents of a bytes-like object; `None` when the object is none.
pub fn contents(object: &Object) -> Result<Option<Vec<u8>>> {
    if !buffer::is_supported(object) {
        return Ok(None);
    }
    Ok(Some(buffer::acquire(object)?.to_vec()))
}

/// The contents of a bytes-like argument; TypeError for anything else.
pub fn argument(object: &Object) -> Result<Vec<u8>> {
    match contents(object)? {
        Some(bytes) => Ok(bytes),
        None => Err(crate::type_error!("a bytes-like object is required, not '{}'", name_of(object))),
    }
}

/// The bytes that `bytes(object)` has, but for a size or a str: what `__bytes__` gives, a bytes-like object's contents, or
/// the items of an iterable.
pub fn convert(object: &Object) -> Result<Vec<u8>> {
    if let Some(bytes) = contents(object)? {
        return Ok(bytes);
    }
    if object.type_object().lookup(&crate::str_intern::intern("__bytes__")).is_some() {
        let result = operations::call_method(object, "__bytes__", &[])?;
        return match result.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => Err(crate::type_error!("__bytes__ returned non-bytes (type {})", name_of(&result))),
        };
    }
    let cannot = || crate::type_error!("cannot convert '{}' object to bytes", name_of(object));
    if object.is_instance_of::<Str>() || int::is_int(object) {
        return Err(cannot());
    }
    if object.type_object().special().iter.is_none() && object.type_object().special().get_item.is_none() {
        return Err(cannot());
    }
    let mut bytes = Vec::new();
    iteration::for_each(object, |item: Owned| {
        let number = int::index(&item)?;
        match int::to_i64(&number).and_then(|number| u8::try_from(number).ok()) {
            Some(byte) => bytes.push(byte),
            None => return Err(crate::value_error!("bytes must be in range(0, 256)")),
        }
        Ok(())
    })?;
    Ok(bytes)
}
