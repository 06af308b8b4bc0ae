//! Attributes by name, `isinstance`, `issubclass`. CPython: Objects/abstract.c, Python/bltinmodule.c.

use crate::attribute;
use crate::exception::{self, TypeError};
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::recursion;
use crate::slot_wrapper::special_call_optional;
use crate::str::{self, Str};
use crate::tuple::Tuple;
use crate::type_object::{Class, TypeObject};

pub use crate::attribute::{delete_attribute, get_attribute, get_attribute_optional, set_attribute};

/// An attribute by a name that is written in Rust.
pub fn get_attribute_named(object: &Object, name: &str) -> Result {
    attribute::get_attribute(object, &str::intern(name))
}

/// `hasattr(object, name)`.
pub fn has_attribute(object: &Object, name: &Str) -> Result<bool> {
    Ok(attribute::get_attribute_optional(object, name)?.is_some())
}

/// `isinstance(object, class)`.
pub fn is_instance(object: &Object, class: &Object) -> Result<bool> {
    if std::ptr::eq(object.type_object().object(), class) {
        return Ok(true);
    }
    if class.is_exact::<TypeObject>() {
        return is_instance_directly(object, class);
    }
    if let Some(classes) = class.downcast::<Tuple>() {
        recursion::check(" in __instancecheck__")?;
        for class in classes.iter() {
            if is_instance(object, class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    recursion::check(" in __instancecheck__")?;
    if let Some(result) = special_call_optional(class, "__instancecheck__", &[object])? {
        return super::is_true(&result);
    }
    is_instance_directly(object, class)
}

/// `isinstance` without `__instancecheck__`: by the types, then by `__class__`.
pub fn is_instance_directly(object: &Object, class: &Object) -> Result<bool> {
    if let Some(class) = class.downcast::<TypeObject>() {
        if object.type_object().is_subtype(class) {
            return Ok(true);
        }
        let claimed = attribute::get_attribute_optional(object, &str::intern("__class__"))?;
        return Ok(claimed.is_some_and(|claimed| {
            !std::ptr::eq(claimed.address::<TypeObject>(), object.type_object())
                && claimed.downcast::<TypeObject>().is_some_and(|claimed| claimed.is_subtype(class))
        }));
    }
    const MESSAGE: &str = "isinstance() arg 2 must be a type, a tuple of types, or a union";
    check_class(class, MESSAGE)?;
    match attribute::get_attribute_optional(object, &str::intern("__class__"))? {
        Some(claimed) => derives_by_bases(&claimed, class),
        None => Ok(false),
    }
}

/// `issubclass(class, ancestor)`.
pub fn is_subclass(class: &Object, ancestor: &Object) -> Result<bool> {
    if ancestor.is_exact::<TypeObject>() {
        if class.is(ancestor) {
            return Ok(true);
        }
        return is_subclass_directly(class, ancestor);
    }
    if let Some(ancestors) = ancestor.downcast::<Tuple>() {
        recursion::check(" in __subclasscheck__")?;
        for ancestor in ancestors.iter() {
            if is_subclass(class, ancestor)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    recursion::check(" in __subclasscheck__")?;
    if let Some(result) = special_call_optional(ancestor, "__subclasscheck__", &[class])? {
        return super::is_true(&result);
    }
    is_subclass_directly(class, ancestor)
}

/// `issubclass` without `__subclasscheck__`.
pub fn is_subclass_directly(class: &Object, ancestor: &Object) -> Result<bool> {
    if let (Some(class), Some(ancestor)) = (class.downcast::<TypeObject>(), ancestor.downcast::<TypeObject>())
    {
        return Ok(class.is_subtype(ancestor));
    }
    check_class(class, "issubclass() arg 1 must be a class")?;
    check_class(ancestor, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    derives_by_bases(class, ancestor)
}

/// Whether something that is no type has a tuple `__bases__`, and so counts as a class.
fn check_class(class: &Object, message: &str) -> Result<()> {
    if bases_of(class)?.is_some() { Ok(()) } else { Err(exception::raise(TypeError::type_object(), message)) }
}

fn bases_of(class: &Object) -> Result<Option<Owned>> {
    let bases = attribute::get_attribute_optional(class, &str::intern("__bases__"))?;
    Ok(bases.filter(|bases| bases.is_instance_of::<Tuple>()))
}

fn derives_by_bases(class: &Object, ancestor: &Object) -> Result<bool> {
    recursion::check(" in __subclasscheck__")?;
    if class.is(ancestor) {
        return Ok(true);
    }
    let Some(bases) = bases_of(class)? else { return Ok(false) };
    let Some(bases) = bases.into_ref::<Tuple>().ok() else { return Ok(false) };
    for base in bases.iter() {
        if derives_by_bases(base, ancestor)? {
            return Ok(true);
        }
    }
    Ok(false)
}
