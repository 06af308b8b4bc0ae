//! Subscripts and lengths.

use pyrsc_abi::ShapeId;

use crate::attribute;
use crate::exception;
use crate::list::List;
use crate::object::Object;
use crate::owned::Result;
use crate::str::{self, Str};
use crate::tuple::Tuple;
use crate::type_error;
use crate::type_object::TypeObject;

/// `len(object)`.
pub fn length(object: &Object) -> Result<usize> {
    match object.shape_id() {
        // SAFETY: the shape says what it is.
        ShapeId::LIST => return Ok(unsafe { &*object.address::<List>() }.len()),
        // SAFETY: as above.
        ShapeId::TUPLE => return Ok(unsafe { &*object.address::<Tuple>() }.len()),
        // SAFETY: as above.
        ShapeId::STR => return Ok(unsafe { &*object.address::<Str>() }.len()),
        _ => {}
    }
    match object.type_object().special().length {
        Some(length) => length(object),
        None => Err(type_error!("object of type '{}' has no len()", object.type_object().full_name())),
    }
}

/// `object[key]`; for a class its `__class_getitem__`.
pub fn get_item(object: &Object, key: &Object) -> Result {
    if let Some(get_item) = object.type_object().special().get_item {
        return get_item(object, key);
    }
    if let Some(class) = object.downcast::<TypeObject>() {
        if std::ptr::eq(class, &crate::type_object::TYPE) {
            return crate::generic_alias::create(object, key);
        }
        if let Some(method) = attribute::get_attribute_optional(object, &str::intern("__class_getitem__"))?
            && !method.is_none()
        {
            return super::call(&method, &[key]);
        }
        return Err(type_error!("type '{}' is not subscriptable", class.name()));
    }
    Err(type_error!("'{}' object is not subscriptable", object.type_object().full_name()))
}

/// `object[key] = value`.
pub fn set_item(object: &Object, key: &Object, value: &Object) -> Result<()> {
    match object.type_object().special().set_item {
        Some(set_item) => set_item(object, key, Some(value)),
        None => {
            Err(type_error!("'{}' object does not support item assignment", object.type_object().full_name()))
        }
    }
}

/// `del object[key]`.
pub fn delete_item(object: &Object, key: &Object) -> Result<()> {
    match object.type_object().special().set_item {
        Some(set_item) => set_item(object, key, None),
        None => {
            Err(type_error!("'{}' object doesn't support item deletion", object.type_object().full_name()))
        }
    }
}

/// `operator.length_hint(object, default)`.
pub fn length_hint(object: &Object, default: usize) -> Result<usize> {
    if object.type_object().special().length.is_some() {
        match length(object) {
            Ok(length) => return Ok(length),
            Err(_) if exception::catch::<exception::TypeError>() => {}
            Err(raised) => return Err(raised),
        }
    }
    let hint = match crate::slot_wrapper::special_call_optional(object, "__length_hint__", &[]) {
        Ok(None) => return Ok(default),
        Ok(Some(hint)) => hint,
        Err(_) if exception::catch::<exception::TypeError>() => return Ok(default),
        Err(raised) => return Err(raised),
    };
    if hint.is_not_implemented() {
        return Ok(default);
    }
    match crate::int::to_i64(&hint) {
        Some(hint) if hint >= 0 => Ok(hint as usize),
        Some(_) => Err(crate::value_error!("__length_hint__() should return >= 0")),
        None => {
            Err(type_error!("__length_hint__ must be an integer, not {}", hint.type_object().full_name()))
        }
    }
}

/// A key of a sequence: an index counted from the start, when it is in range.
pub fn normalize_index(index: isize, length: usize) -> Option<usize> {
    let index = if index < 0 { index + length as isize } else { index };
    (index >= 0 && (index as usize) < length).then_some(index as usize)
}
