//! `property`, `classmethod`, `staticmethod`.

use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::{ClassMethod, Property, StaticMethod};
use pyrsc_core::instance;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{attribute_error, type_error};
use pyrsc_macros::pymethods;

fn given(value: Option<&Object>) -> Option<Owned> {
    value.filter(|value| !value.is_none()).map(Object::to_owned)
}

/// Sets the docstring that a property takes from its getter.
fn set_doc(this: &Object, doc: Option<Owned>) -> Result<()> {
    let property = this.downcast::<Property>().expect("a property");
    if this.is_exact::<Property>() {
        property.doc.set(doc);
        return Ok(());
    }
    // A derived class keeps it where its instances' attributes are, so that it hides the class's own docstring.
    match doc {
        Some(doc) => operations::set_attribute(this, &str::intern("__doc__"), &doc),
        None => Ok(()),
    }
}

fn initialize(
    this: &Object,
    getter: Option<Owned>,
    setter: Option<Owned>,
    deleter: Option<Owned>,
    doc: Option<Owned>,
) -> Result<()> {
    let property = this.downcast::<Property>().expect("a property");
    property.getter_doc.set(false);
    let mut doc = doc;
    if doc.is_none()
        && let Some(getter) = &getter
        && let Some(found) = operations::get_attribute_optional(getter, &str::intern("__doc__"))?
    {
        property.getter_doc.set(true);
        doc = Some(found).filter(|doc| !doc.is_none());
    }
    property.getter.set(getter);
    property.setter.set(setter);
    property.deleter.set(deleter);
    property.name.set(None);
    set_doc(this, doc)
}

/// A property like another with one function replaced.
fn copy_with(
    this: &Object,
    getter: Option<&Object>,
    setter: Option<&Object>,
    deleter: Option<&Object>,
) -> Result {
    let property = this.downcast::<Property>().expect("a property");
    let choose = |new: Option<&Object>, slot: &Slot| given(new).unwrap_or_else(|| slot.get_or_none());
    // A docstring that came from the getter is taken from the getter again.
    let doc = if property.getter_doc.get() { Owned::none() } else { property.doc.get_or_none() };
    let copy = operations::call(
        this.type_object().object(),
        &[
            &choose(getter, &property.getter),
            &choose(setter, &property.setter),
            &choose(deleter, &property.deleter),
            &doc,
        ],
    )?;
    if let Some(copy) = copy.downcast::<Property>() {
        copy.name.set(property.name.get());
    }
    Ok(copy)
}

/// `property 'x' of 'C' object has no setter`
fn refuse(this: &Property, object: &Object, what: &str) -> Result<()> {
    let owner = operations::qualified_type_name(object.type_object());
    let owner = owner.rsplit_once('.').map_or(owner.as_str(), |(_, name)| name).to_string();
    let qualified = object.type_object().qualified_name_object();
    let owner = operations::str_string(&qualified).unwrap_or(owner);
    match property_name(this)? {
        Some(name) => Err(attribute_error!(
            "property {} of '{owner}' object has no {what}",
            operations::repr_string(&name)?
        )),
        None => Err(attribute_error!("property of '{owner}' object has no {what}")),
    }
}

fn property_name(this: &Property) -> Result<Option<Owned>> {
    if let Some(name) = this.name.get() {
        return Ok(Some(name));
    }
    match this.getter.get() {
        Some(getter) => operations::get_attribute_optional(&getter, &str::intern("__name__")),
        None => Ok(None),
    }
}

#[pymethods(Property)]
pub mod property {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(Property::new_of(class).into_owned())
    }

    #[slot(signature = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        this: &Object,
        fget: Option<&Object>,
        fset: Option<&Object>,
        fdel: Option<&Object>,
        doc: Option<&Object>,
    ) -> Result<()> {
        initialize(this, given(fget), given(fset), given(fdel), given(doc))
    }

    #[slot]
    fn descriptor_get(this: &Object, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        let property = this.downcast::<Property>().expect("a property");
        let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
            return Ok(this.to_owned());
        };
        match property.getter.get() {
            Some(getter) => operations::call(&getter, &[instance]),
            None => {
                refuse(property, instance, "getter")?;
                Ok(Owned::none())
            }
        }
    }

    #[slot]
    fn descriptor_set(this: &Property, instance: &Object, value: Option<&Object>) -> Result<()> {
        match (value, this.setter.get(), this.deleter.get()) {
            (Some(value), Some(setter), _) => operations::call(&setter, &[instance, value]).map(drop),
            (None, _, Some(deleter)) => operations::call(&deleter, &[instance]).map(drop),
            (Some(_), None, _) => refuse(this, instance, "setter"),
            (None, _, None) => refuse(this, instance, "deleter"),
        }
    }

    #[pymethod]
    fn getter(this: &Object, function: &Object) -> Result {
        copy_with(this, Some(function), None, None)
    }

    #[pymethod]
    fn setter(this: &Object, function: &Object) -> Result {
        copy_with(this, None, Some(function), None)
    }

    #[pymethod]
    fn deleter(this: &Object, function: &Object) -> Result {
        copy_with(this, None, None, Some(function))
    }

    #[pymethod]
    fn __set_name__(this: &Property, _owner: &Object, name: &Object) {
        this.name.set(Some(name.to_owned()));
    }

    #[getter]
    fn fget(this: &Property) -> Owned {
        this.getter.get_or_none()
    }

    #[getter]
    fn fset(this: &Property) -> Owned {
        this.setter.get_or_none()
    }

    #[getter]
    fn fdel(this: &Property) -> Owned {
        this.deleter.get_or_none()
    }

    #[getter]
    fn __doc__(this: &Property) -> Owned {
        this.doc.get_or_none()
    }

    #[setter]
    fn set___doc__(this: &Property, value: Option<&Object>) -> Result<()> {
        this.doc.set(given(value));
        this.getter_doc.set(false);
        Ok(())
    }

    #[getter]
    fn __name__(this: &Property) -> Result {
        property_name(this)?.ok_or_else(|| attribute_error!("'property' object has no attribute '__name__'"))
    }

    #[setter]
    fn set___name__(this: &Property, value: Option<&Object>) -> Result<()> {
        this.name.set(value.map(Object::to_owned));
        Ok(())
    }

    #[getter]
    fn __isabstractmethod__(this: &Property) -> Result<bool> {
        for slot in [&this.getter, &this.setter, &this.deleter] {
            if let Some(function) = slot.get()
                && is_abstract(&function)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a function is marked by `abc.abstractmethod`.
fn is_abstract(function: &Object) -> Result<bool> {
    match operations::get_attribute_optional(function, &str::intern("__isabstractmethod__"))? {
        Some(mark) => operations::is_true(&mark),
        None => Ok(false),
    }
}

/// Copies a function's name, docstring and module to what wraps it.
fn copy_identity(wrapper: &Object, callable: &Object) -> Result<()> {
    for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
        let name = str::intern(name);
        if let Some(value) = operations::get_attribute_optional(callable, &name)? {
            instance::set(wrapper, &name, &value)?;
        }
    }
    Ok(())
}

/// An attribute that a wrapper forwards to what it wraps.
fn forwarded(callable: &Slot, name: &str) -> Result {
    operations::get_attribute_named(&callable.get_or_none(), name)
}

macro_rules! wrapper_methods {
    ($module:ident, $class:ident, $text:literal, $get:expr) => {
        #[pymethods($class)]
        pub mod $module {
            use super::*;

            #[slot(signature = "(function, /)")]
            fn new(class: &TypeObject, function: &Object) -> Result {
                let wrapper = memory::allocate_zeroed(class, 0)?;
                let method = wrapper.downcast::<$class>().expect("just made");
                method.callable.set(Some(function.to_owned()));
                copy_identity(&wrapper, function)?;
                Ok(wrapper)
            }

            #[slot]
            fn init(_this: &Object, _arguments: Arguments<'_>) -> Result<()> {
                Ok(())
            }

            #[slot]
            fn repr(this: &$class) -> Result {
                let text = format!("<{}({})>", $text, operations::repr_string(&this.callable.get_or_none())?);
                Ok(Str::new(&text).into_owned())
            }

            #[slot]
            fn descriptor_get(this: &$class, instance: Option<&Object>, owner: Option<&Object>) -> Result {
                let get: fn(Owned, Option<&Object>, Option<&Object>) -> Result = $get;
                get(this.callable.get_or_none(), instance, owner)
            }

            #[getter]
            fn __func__(this: &$class) -> Owned {
                this.callable.get_or_none()
            }

            #[getter]
            fn __wrapped__(this: &$class) -> Owned {
                this.callable.get_or_none()
            }

            #[getter]
            fn __isabstractmethod__(this: &$class) -> Result<bool> {
                is_abstract(&this.callable.get_or_none())
            }

            #[getter]
            fn __annotations__(this: &$class) -> Result {
                forwarded(&this.callable, "__annotations__")
            }

            #[getter]
            fn __annotate__(this: &$class) -> Result {
                forwarded(&this.callable, "__annotate__")
            }

            #[getter]
            fn __dict__(this: &Object) -> Owned {
                instance::dictionary(this).into_owned()
            }

            #[classmethod]
            fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
                pyrsc_core::generic_alias::create(class.object(), item)
            }
        }
    };
}

wrapper_methods!(class_method, ClassMethod, "classmethod", |callable, instance, owner| {
    let class = match (owner, instance) {
        (Some(owner), _) => owner.to_owned(),
        (None, Some(instance)) => instance.type_object().to_owned(),
        (None, None) => return Err(type_error!("__get__(None, None) is invalid")),
    };
    Ok(pyrsc_core::descriptor::BoundMethod::new(callable, class).into_owned())
});

wrapper_methods!(static_method, StaticMethod, "staticmethod", |callable, _, _| Ok(callable));

#[pymethods(StaticMethod)]
pub mod static_method_call {
    use super::*;

    #[slot]
    fn call(this: &StaticMethod, arguments: Arguments<'_>) -> Result {
        operations::call_arguments(&this.callable.get_or_none(), arguments)
    }
}
