//! Attribute access: look-up in types, the generic algorithm of `object`, and what every engine calls.
//!
//! CPython: `_PyType_Lookup`, `PyObject_GenericGetAttr`, `slot_tp_getattr_hook` in Objects/typeobject.c and object.c.

use std::cell::Cell;

use pyrsc_abi::Value;

use crate::exception::{self, AttributeError};
use crate::gil::Static;
use crate::instance;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::special_methods::{GetAttributeMethod, SetAttributeMethod};
use crate::str::{self, Str};
use crate::type_object::{OBJECT, TypeObject};

/// One remembered look-up: in the type that had this version, the name was in this cell (null: nowhere).
struct CachedLookup {
    version: Cell<u32>,
    name: Cell<*const Str>,
    cell: Cell<*mut Value>,
}

const CACHE_SIZE: usize = 4096;

static CACHE: Static<[CachedLookup; CACHE_SIZE]> = Static::new(
    [const {
        CachedLookup {
            version: Cell::new(0),
            name: Cell::new(std::ptr::null()),
            cell: Cell::new(std::ptr::null_mut()),
        }
    }; CACHE_SIZE],
);

/// The cell of a namespace along the MRO that holds an interned name. The cell stays valid, and the right one, as long as
/// the type's version does not change; its contents may change (a plain class attribute is rebound).
#[inline]
pub fn lookup_cell(ty: &TypeObject, name: &Str) -> Option<*mut Value> {
    let version = ty.version();
    let index = (version as usize ^ (std::ptr::from_ref(name) as usize >> 4)) % CACHE_SIZE;
    let entry = &CACHE[index];
    if entry.version.get() == version && std::ptr::eq(entry.name.get(), name) {
        let cell = entry.cell.get();
        return (!cell.is_null()).then_some(cell);
    }
    let cell = lookup_cell_uncached(ty, name);
    // Static types fill their namespaces at the first look-up, which does not change the version.
    entry.version.set(version);
    entry.name.set(name);
    entry.cell.set(cell.unwrap_or(std::ptr::null_mut()));
    cell
}

fn lookup_cell_uncached(ty: &TypeObject, name: &Str) -> Option<*mut Value> {
    ty.iter_mro().find_map(|ty| ty.namespace().bound_cell(name))
}

/// Finds a name in the namespaces along the MRO. Never runs Python code.
#[inline]
pub fn lookup_in_type(ty: &TypeObject, name: &Str) -> Option<Owned> {
    let interned;
    let name = if name.is_interned() {
        name
    } else {
        interned = str::intern_object(name);
        &interned
    };
    // SAFETY: the cell is bound and owns its value.
    lookup_cell(ty, name).map(|cell| unsafe { Object::from_value(*cell) }.to_owned())
}

/// Calls `__get__` of a value found in a class, for an instance; a value without it stands for itself.
pub fn bind(found: Owned, instance: Option<&Object>, owner: &TypeObject) -> Result {
    match found.type_object().special().descriptor_get {
        Some(get) => get(&found, instance, Some(owner.object())),
        None => Ok(found),
    }
}

/// Finds a special method of an object's type and binds it, as operators do: the object's own attributes do not count.
pub fn lookup_special(object: &Object, name: &Str) -> Result<Option<Owned>> {
    let ty = object.type_object();
    match ty.lookup(name) {
        None => Ok(None),
        Some(found) => bind(found, Some(object), ty).map(Some),
    }
}

/// `object.__getattribute__`, without raising where there is nothing.
pub fn generic_get_optional(object: &Object, name: &Str) -> Result<Option<Owned>> {
    let interned;
    let name = if name.is_interned() {
        name
    } else {
        interned = str::intern_object(name);
        &interned
    };
    let ty = object.type_object();
    let found = ty.lookup(name);
    if let Some(found) = &found {
        let special = found.type_object().special();
        if let (Some(get), Some(_)) = (special.descriptor_get, special.descriptor_set) {
            return get(found, Some(object), Some(ty.object())).map(Some);
        }
    }
    if instance::has_attributes(object)
        && let Some(value) = instance::get(object, name)
    {
        return Ok(Some(value));
    }
    match found {
        Some(found) => bind(found, Some(object), ty).map(Some),
        None => Ok(None),
    }
}

/// `object.__getattribute__`.
pub fn generic_get(object: &Object, name: &Str) -> Result {
    match generic_get_optional(object, name)? {
        Some(value) => Ok(value),
        None => Err(exception::no_attribute(object, name)),
    }
}

/// `object.__setattr__` and `object.__delattr__`.
pub fn generic_set(object: &Object, name: &Str, value: Option<&Object>) -> Result<()> {
    let interned;
    let name = if name.is_interned() {
        name
    } else {
        interned = str::intern_object(name);
        &interned
    };
    let ty = object.type_object();
    let found = ty.lookup(name);
    if let Some(found) = &found
        && let Some(set) = found.type_object().special().descriptor_set
    {
        return set(found, object, value);
    }
    if instance::has_attributes(object) {
        match value {
            Some(value) => return instance::set(object, name, value),
            None => {
                if instance::delete(object, name)? {
                    return Ok(());
                }
                return Err(exception::no_attribute(object, name));
            }
        }
    }
    if found.is_none() {
        let message = if instance::has_attributes(object) || value.is_none() {
            format!("'{}' object has no attribute '{}'", ty.name(), name.to_string_lossy())
        } else {
            format!(
                "'{}' object has no attribute '{}' and no __dict__ for setting new attributes",
                ty.name(),
                name.to_string_lossy()
            )
        };
        return Err(exception::attribute_error_for(object, name, &message));
    }
    let message = format!("'{}' object attribute '{}' is read-only", ty.name(), name.to_string_lossy());
    Err(exception::attribute_error_for(object, name, &message))
}

/// Whether this is `object.__getattribute__`: the entry of the type `object`, which types inherit.
#[inline]
fn is_plain_get(get: GetAttributeMethod) -> bool {
    OBJECT.special().get_attribute.is_some_and(|plain| std::ptr::fn_addr_eq(plain, get))
}

/// As `is_plain_get`, for `object.__setattr__`.
#[inline]
fn is_plain_set(set: SetAttributeMethod) -> bool {
    OBJECT.special().set_attribute.is_some_and(|plain| std::ptr::fn_addr_eq(plain, set))
}

/// `object.name`.
#[inline]
pub fn get_attribute(object: &Object, name: &Str) -> Result {
    match object.type_object().special().get_attribute {
        Some(get) if !is_plain_get(get) => get(object, name),
        _ => generic_get(object, name),
    }
}

/// `getattr(object, name, None)` that tells absence from None: only AttributeError counts as absence.
pub fn get_attribute_optional(object: &Object, name: &Str) -> Result<Option<Owned>> {
    match object.type_object().special().get_attribute {
        Some(get) if !is_plain_get(get) => match get(object, name) {
            Ok(value) => Ok(Some(value)),
            Err(_) if exception::catch::<AttributeError>() => Ok(None),
            Err(raised) => Err(raised),
        },
        _ => generic_get_optional(object, name),
    }
}

/// `object.name = value`.
#[inline]
pub fn set_attribute(object: &Object, name: &Str, value: &Object) -> Result<()> {
    assign(object, name, Some(value))
}

/// `del object.name`.
pub fn delete_attribute(object: &Object, name: &Str) -> Result<()> {
    assign(object, name, None)
}

fn assign(object: &Object, name: &Str, value: Option<&Object>) -> Result<()> {
    match object.type_object().special().set_attribute {
        Some(set) if !is_plain_set(set) => set(object, name, value),
        _ => generic_set(object, name, value),
    }
}

/// What `object.name(...)` calls: a function found in the class with the object as its first argument, without a bound
/// method in between; or the attribute itself.
pub enum Method {
    /// Call it with the object first.
    Unbound(Owned),
    /// Call it as it is.
    Bound(Owned),
}

/// Finds what `object.name(...)` calls.
pub fn get_method(object: &Object, name: &Str) -> Result<Method> {
    let ty = object.type_object();
    if let Some(get) = ty.special().get_attribute
        && !is_plain_get(get)
    {
        return get(object, name).map(Method::Bound);
    }
    let found = ty.lookup(name);
    if let Some(found) = &found
        && crate::descriptor::is_method_like(found)
    {
        if instance::has_attributes(object)
            && let Some(value) = instance::get(object, name)
        {
            return Ok(Method::Bound(value));
        }
        return Ok(Method::Unbound(found.clone()));
    }
    generic_get(object, name).map(Method::Bound)
}

/// Whether a type's instances have the plain attribute access of `object`.
pub fn is_generic(ty: &TypeObject) -> bool {
    ty.special().get_attribute.is_none_or(is_plain_get)
}

/// Whether setting attributes of a type's instances is `object`'s way.
pub fn has_generic_set(ty: &TypeObject) -> bool {
    ty.special().set_attribute.is_none_or(is_plain_set)
}
