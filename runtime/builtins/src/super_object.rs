//! `super`.
//!
//! CPython: `super_init`, `super_getattro` in Objects/typeobject.c.

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId};
use pyrsc_core::call::Arguments;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

/// A view of an object that finds attributes past a class in the MRO.
#[pyclass(name = "super", shape = SUPER, flags(BASETYPE, DICT))]
#[repr(C)]
pub struct Super {
    header: Header,
    /// The class to look past.
    pub class: Slot,
    /// The object, or a class; empty when the super object is not bound.
    pub object: Slot,
    /// The class whose MRO is searched.
    pub object_type: Slot,
}

/// How `super()` without arguments finds its class and object; the VM sets it.
pub static ZERO_ARGUMENTS: pyrsc_core::gil::Static<Cell<Option<fn() -> Result<(Owned, Owned)>>>> =
    pyrsc_core::gil::Static::new(Cell::new(None));

/// The class whose MRO is searched for `super(class, object)`.
pub fn check(class: &TypeObject, object: &Object) -> Result {
    if let Some(object_class) = object.downcast::<TypeObject>()
        && object_class.is_subtype(class)
    {
        return Ok(object.to_owned());
    }
    if object.type_object().is_subtype(class) {
        return Ok(object.type_object().to_owned());
    }
    if let Some(claimed) = operations::get_attribute_optional(object, &str::intern("__class__"))?
        && !std::ptr::eq(claimed.address::<TypeObject>(), object.type_object())
        && claimed.downcast::<TypeObject>().is_some_and(|claimed| claimed.is_subtype(class))
    {
        return Ok(claimed);
    }
    let (what, name) = match object.downcast::<TypeObject>() {
        Some(ty) => ("type", ty.name().to_string()),
        None => ("instance of", object.type_object().name().to_string()),
    };
    Err(type_error!(
        "super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({}).",
        class.name()
    ))
}

/// Finds a name past `class` in the MRO of `object_type` and binds it; `None` when there is none.
pub fn lookup(
    class: &TypeObject,
    object: &Object,
    object_type: &TypeObject,
    name: &Str,
) -> Result<Option<Owned>> {
    let name = str::intern_object(name);
    let found = object_type
        .iter_mro()
        .skip_while(|ty| !std::ptr::eq(*ty, class))
        .skip(1)
        .find_map(|ty| ty.namespace().get_str(&name));
    let Some(found) = found else { return Ok(None) };
    let instance =
        if std::ptr::eq(object.address::<TypeObject>(), object_type) { None } else { Some(object) };
    match found.type_object().special().descriptor_get {
        Some(get) => get(&found, instance, Some(object_type.object())).map(Some),
        None => Ok(Some(found)),
    }
}

/// `super(class, object).name` without a super object.
pub fn get_attribute(class: &Object, object: &Object, name: &Str) -> Result {
    let Some(ty) = class.downcast::<TypeObject>() else {
        return Err(type_error!("super() argument 1 must be a type, not {}", class.type_object().name()));
    };
    let object_type = check(ty, object)?;
    let object_type = object_type.downcast::<TypeObject>().expect("check gives a class");
    if !name.equals_text("__class__")
        && let Some(found) = lookup(ty, object, object_type, name)?
    {
        return Ok(found);
    }
    let this = memory::allocate(
        Super::type_object(),
        Super {
            header: Header::new(ShapeId::SUPER),
            class: Slot::new(class.to_owned()),
            object: Slot::new(object.to_owned()),
            object_type: Slot::new(object_type.to_owned()),
        },
    );
    pyrsc_core::attribute::generic_get(this.object(), name)
}

#[pymethods(Super)]
pub mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        memory::allocate_zeroed(class, 0)
    }

    #[slot]
    fn init(this: &Super, arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() > 0 {
            return Err(type_error!("super() takes no keyword arguments"));
        }
        let (class, object) = match arguments.positional_count() {
            0 => {
                let Some(find) = ZERO_ARGUMENTS.get() else {
                    return Err(pyrsc_core::runtime_error!("super(): no current frame"));
                };
                let (class, object) = find()?;
                (class, Some(object))
            }
            1 | 2 => (
                arguments.positional(0).expect("counted").to_owned(),
                arguments.positional(1).filter(|object| !object.is_none()).map(Object::to_owned),
            ),
            count => return Err(type_error!("super expected at most 2 arguments, got {count}")),
        };
        let Some(ty) = class.downcast::<TypeObject>() else {
            return Err(type_error!("super() argument 1 must be a type, not {}", class.type_object().name()));
        };
        let object_type = match &object {
            Some(object) => Some(check(ty, object)?),
            None => None,
        };
        this.class.set(Some(class));
        this.object.set(object);
        this.object_type.set(object_type);
        Ok(())
    }

    #[slot]
    fn repr(this: &Super) -> Result {
        let name = |slot: &Slot| match slot.get() {
            Some(ty) => ty.downcast::<TypeObject>().map_or("NULL".to_string(), |ty| ty.name().to_string()),
            None => "NULL".to_string(),
        };
        let text = match this.object_type.get() {
            Some(_) => {
                format!("<super: <class '{}'>, <{} object>>", name(&this.class), name(&this.object_type))
            }
            None => format!("<super: <class '{}'>, NULL>", name(&this.class)),
        };
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn get_attribute(this: &Object, name: &Str) -> Result {
        let view = this.downcast::<Super>().expect("a super object");
        if let (Some(class), Some(object), Some(object_type)) =
            (view.class.get(), view.object.get(), view.object_type.get())
            && !name.equals_text("__class__")
            && let (Some(class), Some(object_type)) =
                (class.downcast::<TypeObject>(), object_type.downcast::<TypeObject>())
            && let Some(found) = lookup(class, &object, object_type, name)?
        {
            return Ok(found);
        }
        pyrsc_core::attribute::generic_get(this, name)
    }

    #[slot]
    fn descriptor_get(this: &Object, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        let view = this.downcast::<Super>().expect("a super object");
        let Some(instance) = instance.filter(|instance| !instance.is_none() && view.object.is_empty()) else {
            return Ok(this.to_owned());
        };
        operations::call(this.type_object().object(), &[&view.class.get_or_none(), instance])
    }

    #[getter]
    fn __thisclass__(this: &Super) -> Owned {
        this.class.get_or_none()
    }

    #[getter]
    fn __self__(this: &Super) -> Owned {
        this.object.get_or_none()
    }

    #[getter]
    fn __self_class__(this: &Super) -> Owned {
        this.object_type.get_or_none()
    }
}
