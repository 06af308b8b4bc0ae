//! `type`: calling classes, attributes of classes.
//!
//! CPython: `type_call`, `type_getattro`, `type_setattro` … in Objects/typeobject.c.

use pyrsc_core::attribute;
use pyrsc_core::call::Arguments;
use pyrsc_core::class;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TYPE, TypeObject, flags};
use pyrsc_core::{attribute_error, type_error, value_error};
use pyrsc_macros::pymethods;

use crate::mapping_proxy::MappingProxy;

#[pymethods(TypeObject)]
pub mod methods {
    use super::*;

    #[slot]
    fn new(metaclass: &TypeObject, arguments: Arguments<'_>) -> Result {
        new_type(metaclass, arguments)
    }

    #[slot]
    fn init(_this: &Object, arguments: Arguments<'_>) -> Result<()> {
        match arguments.positional_count() {
            1 if arguments.keyword_count() > 0 => {
                Err(type_error!("type.__init__() takes no keyword arguments"))
            }
            1 | 3 => Ok(()),
            _ => Err(type_error!("type.__init__() takes 1 or 3 arguments")),
        }
    }

    #[slot]
    fn call(this: &TypeObject, arguments: Arguments<'_>) -> Result {
        call_type(this, arguments)
    }

    #[slot]
    fn repr(this: &TypeObject) -> Result {
        Ok(Str::new(&format!("<class '{}'>", operations::qualified_type_name(this))).into_owned())
    }

    #[slot]
    fn get_attribute(this: &TypeObject, name: &Str) -> Result {
        get_class_attribute(this, name)
    }

    #[slot]
    fn set_attribute(this: &TypeObject, name: &Str, value: Option<&Object>) -> Result<()> {
        set_class_attribute(this, name, value)
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        crate::union::of(left, right)
    }

    #[getter]
    fn __name__(this: &TypeObject) -> Owned {
        this.name_object()
    }

    #[setter]
    fn set___name__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        let name = new_name(this, value, "__name__")?;
        if name.code_points().any(|code| code == 0) {
            return Err(value_error!("type name must not contain null characters"));
        }
        drop(this.set_name(name.to_ref()));
        Ok(())
    }

    #[getter]
    fn __qualname__(this: &TypeObject) -> Owned {
        this.qualified_name_object()
    }

    #[setter]
    fn set___qualname__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        let name = new_name(this, value, "__qualname__")?;
        drop(this.set_qualified_name(name.to_ref()));
        Ok(())
    }

    #[getter]
    fn __module__(this: &TypeObject) -> Result {
        if this.has_flag(flags::HEAP) {
            return match this.namespace().get_str(&str::intern("__module__")) {
                Some(module) => Ok(module),
                None => Err(attribute_error!("__module__")),
            };
        }
        Ok(str::intern(this.spec().module).into_owned())
    }

    #[setter]
    fn set___module__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        set_in_namespace(this, "__module__", value)
    }

    #[getter]
    fn __bases__(this: &TypeObject) -> Owned {
        this.bases().into_owned()
    }

    #[setter]
    fn set___bases__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        set_bases(this, value)
    }

    #[getter]
    fn __base__(this: &TypeObject) -> Owned {
        this.base().map_or(Owned::none(), TypeObject::to_owned)
    }

    #[getter]
    fn __mro__(this: &TypeObject) -> Owned {
        this.mro().into_owned()
    }

    #[getter]
    fn __dict__(this: &TypeObject) -> Owned {
        MappingProxy::new(this.namespace().object()).into_owned()
    }

    #[getter]
    fn __doc__(this: &TypeObject) -> Result {
        let Some(doc) = this.namespace().get_str(&str::intern("__doc__")) else { return Ok(Owned::none()) };
        attribute::bind(doc, None, this)
    }

    #[setter]
    fn set___doc__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        set_in_namespace(this, "__doc__", value)
    }

    #[getter]
    fn __flags__(this: &TypeObject) -> i64 {
        let mut bits = 1 << 12;
        for (flag, bit) in [
            (flags::HEAP, 9),
            (flags::BASETYPE, 10),
            (flags::IMMUTABLE, 8),
            (flags::SEQUENCE, 5),
            (flags::MAPPING, 6),
            (flags::ABSTRACT, 20),
            (flags::INT_SUBCLASS, 24),
            (flags::LIST_SUBCLASS, 25),
            (flags::TUPLE_SUBCLASS, 26),
            (flags::BYTES_SUBCLASS, 27),
            (flags::STR_SUBCLASS, 28),
            (flags::DICT_SUBCLASS, 29),
            (flags::EXCEPTION_SUBCLASS, 30),
            (flags::TYPE_SUBCLASS, 31),
        ] {
            if this.has_flag(flag) {
                bits |= 1 << bit;
            }
        }
        bits
    }

    #[getter]
    fn __basicsize__(this: &TypeObject) -> i64 {
        this.instance_size() as i64
    }

    #[getter]
    fn __itemsize__(this: &TypeObject) -> i64 {
        if this.spec().variable_size.is_some() { 1 } else { 0 }
    }

    #[getter]
    fn __dictoffset__(this: &TypeObject) -> i64 {
        if this.has_flag(flags::DICT) { -1 } else { 0 }
    }

    #[getter]
    fn __weakrefoffset__(this: &TypeObject) -> i64 {
        if this.has_flag(flags::WEAKREF) { -1 } else { 0 }
    }

    #[getter]
    fn __text_signature__(_this: &TypeObject) -> Owned {
        Owned::none()
    }

    #[getter]
    fn __abstractmethods__(this: &TypeObject) -> Result {
        let own = if std::ptr::eq(this, &TYPE) {
            None
        } else {
            this.namespace().get_str(&str::intern("__abstractmethods__"))
        };
        own.ok_or_else(|| {
            attribute_error!("type object '{}' has no attribute '__abstractmethods__'", this.name())
        })
    }

    #[setter]
    fn set___abstractmethods__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        let key = str::intern("__abstractmethods__");
        match value {
            Some(value) => {
                let any = operations::is_true(value)?;
                this.namespace().set_str(&key, value)?;
                this.set_flag(flags::ABSTRACT, any);
            }
            None => {
                if this.namespace().remove_str(&key).is_none() {
                    return Err(attribute_error!("__abstractmethods__"));
                }
                this.set_flag(flags::ABSTRACT, false);
            }
        }
        this.modified();
        Ok(())
    }

    #[getter]
    fn __annotations__(this: &TypeObject) -> Result {
        annotations(this)
    }

    #[setter]
    fn set___annotations__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        set_in_namespace(this, "__annotations_cache__", value)
    }

    #[getter]
    fn __annotate__(this: &TypeObject) -> Result {
        if !this.has_flag(flags::HEAP) {
            return Err(exception::no_attribute(this.object(), &str::intern("__annotate__")));
        }
        let namespace = this.namespace();
        let found = namespace
            .get_str(&str::intern("__annotate_func__"))
            .or_else(|| namespace.get_str(&str::intern("__annotate__")));
        match found {
            Some(annotate) => attribute::bind(annotate, None, this),
            None => Ok(Owned::none()),
        }
    }

    #[setter]
    fn set___annotate__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else { return Err(type_error!("cannot delete __annotate__ attribute")) };
        if !value.is_none() && !operations::is_callable(value) {
            return Err(type_error!("__annotate__ must be callable or None"));
        }
        this.namespace().set_str(&str::intern("__annotate_func__"), value)?;
        if !value.is_none() {
            this.namespace().remove_str(&str::intern("__annotations_cache__"));
        }
        this.modified();
        Ok(())
    }

    #[getter]
    fn __type_params__(this: &TypeObject) -> Owned {
        let own = if this.has_flag(flags::HEAP) {
            this.namespace().get_str(&str::intern("__type_params__"))
        } else {
            None
        };
        own.unwrap_or_else(|| Tuple::empty().into_owned())
    }

    #[setter]
    fn set___type_params__(this: &TypeObject, value: Option<&Object>) -> Result<()> {
        set_in_namespace(this, "__type_params__", value)
    }

    #[pymethod]
    fn mro(this: &TypeObject) -> Result {
        Ok(List::from_vec(class::mro::compute(this)?).into_owned())
    }

    #[pymethod]
    fn __subclasses__(this: &TypeObject) -> Owned {
        List::from_vec(this.subclasses().into_iter().map(TypeObject::to_owned).collect()).into_owned()
    }

    #[classmethod]
    fn __prepare__(_metaclass: &TypeObject, _arguments: Arguments<'_>) -> Owned {
        Dict::new().into_owned()
    }

    #[pymethod]
    fn __instancecheck__(this: &TypeObject, instance: &Object) -> Result<bool> {
        operations::is_instance_directly(instance, this.object())
    }

    #[pymethod]
    fn __subclasscheck__(this: &TypeObject, subclass: &Object) -> Result<bool> {
        operations::is_subclass_directly(subclass, this.object())
    }

    #[pymethod]
    fn __dir__(this: &TypeObject) -> Result {
        let names = Dict::new();
        for ty in this.iter_mro() {
            for key in ty.namespace().keys() {
                names.set(&key, &Owned::none())?;
            }
        }
        Ok(List::from_vec(names.keys()).into_owned())
    }

    #[pymethod]
    fn __sizeof__(_this: &TypeObject) -> i64 {
        size_of::<TypeObject>() as i64
    }
}

/// `type(object)`, `type(name, bases, namespace)`, and the same for metaclasses.
fn new_type(metaclass: &TypeObject, arguments: Arguments<'_>) -> Result {
    let count = arguments.positional_count();
    if std::ptr::eq(metaclass, &TYPE) && count == 1 && arguments.keyword_count() == 0 {
        let object = arguments.positional(0).expect("counted");
        return Ok(object.type_object().to_owned());
    }
    if count != 3 {
        return Err(if std::ptr::eq(metaclass, &TYPE) && (count == 0 || count == 2 || count > 3) {
            type_error!("type() takes 1 or 3 arguments")
        } else {
            type_error!("type.__new__() takes exactly 3 arguments ({count} given)")
        });
    }
    let argument = |index: usize| arguments.positional(index).expect("counted");
    let wrong = |index: usize, expected: &str| {
        type_error!(
            "type.__new__() argument {} must be {expected}, not {}",
            index + 1,
            argument(index).type_object().name()
        )
    };
    let Some(name) = argument(0).downcast::<Str>() else { return Err(wrong(0, "str")) };
    let Some(bases) = argument(1).downcast::<Tuple>() else { return Err(wrong(1, "tuple")) };
    let Some(namespace) = argument(2).downcast::<Dict>() else { return Err(wrong(2, "dict")) };
    let winner = class::winning_metaclass(metaclass.object(), bases)?;
    if !std::ptr::eq(winner.address::<TypeObject>(), metaclass)
        && let Some(winner_type) = winner.downcast::<TypeObject>()
        && let Some(new) = winner_type.special().new
        && Some(new as usize) != TYPE.special().new.map(|new| new as usize)
    {
        return new(winner_type, arguments);
    }
    let winner_type = winner.downcast::<TypeObject>().unwrap_or(metaclass);
    let keywords: Vec<(Owned, Owned)> =
        arguments.iter_keywords().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let module_key = str::intern("__module__");
    if namespace.get_str(&module_key).is_some() {
        return Ok(class::new_class(winner_type, name, bases, namespace, &keywords)?.into_owned());
    }
    // A class that is made by a call belongs to the caller's module.
    let namespace = namespace.copy_to_namespace()?;
    let module = match pyrsc_core::startup::system("_getframemodulename") {
        Some(function) => operations::call(&function, &[])?,
        None => Owned::none(),
    };
    if module.is_instance_of::<Str>() {
        namespace.set_str(&module_key, &module)?;
    }
    Ok(class::new_class(winner_type, name, bases, &namespace, &keywords)?.into_owned())
}

/// `class(...)`: `__new__`, then `__init__` where that gave an instance.
pub fn call_type(class: &TypeObject, arguments: Arguments<'_>) -> Result {
    let (values, count, names) = arguments.as_raw();
    // SAFETY: the words are the arguments', which are borrowed for the call.
    if let Some(result) = unsafe { operations::instantiate(class, values, count, names) } {
        return result;
    }
    if std::ptr::eq(class, &TYPE) {
        if arguments.positional_count() == 1 && arguments.keyword_count() == 0 {
            return new_type(class, arguments);
        }
        if arguments.positional_count() != 3 {
            return Err(type_error!("type() takes 1 or 3 arguments"));
        }
    }
    let Some(new) = class.special().new.filter(|_| !class.has_flag(flags::NO_CONSTRUCTOR)) else {
        return Err(type_error!("cannot create '{}' instances", class.full_name()));
    };
    let object = new(class, arguments)?;
    if !object.type_object().is_subtype(class) {
        return Ok(object);
    }
    if let Some(init) = object.type_object().special().init {
        init(&object, arguments)?;
    }
    Ok(object)
}

/// `class.name`.
fn get_class_attribute(class: &TypeObject, name: &Str) -> Result {
    let metaclass = class.object().type_object();
    let from_metaclass = metaclass.lookup(name);
    if let Some(found) = &from_metaclass {
        let special = found.type_object().special();
        if let (Some(get), Some(_)) = (special.descriptor_get, special.descriptor_set) {
            return get(found, Some(class.object()), Some(metaclass.object()));
        }
    }
    if let Some(found) = class.lookup(name) {
        return attribute::bind(found, None, class);
    }
    match from_metaclass {
        Some(found) => attribute::bind(found, Some(class.object()), metaclass),
        None => Err(exception::no_attribute(class.object(), name)),
    }
}

/// `class.name = value`, `del class.name`.
fn set_class_attribute(class: &TypeObject, name: &Str, value: Option<&Object>) -> Result<()> {
    if class.has_flag(flags::IMMUTABLE) {
        return Err(type_error!(
            "cannot set '{}' attribute of immutable type '{}'",
            name.to_string_lossy(),
            class.full_name()
        ));
    }
    let metaclass = class.object().type_object();
    if let Some(found) = metaclass.lookup(name)
        && let Some(set) = found.type_object().special().descriptor_set
    {
        return set(&found, class.object(), value);
    }
    let name = str::intern_object(name);
    let namespace = class.namespace();
    let old = namespace.get_str(&name);
    match value {
        Some(value) => {
            let is_plain = |value: &Object| value.type_object().special().descriptor_get.is_none();
            let rebinds_data = is_plain(value) && old.as_ref().is_some_and(|old| is_plain(old));
            namespace.set_str(&name, value)?;
            // A plain value in the place of another lies in the same cell: caches see it there.
            if rebinds_data && !name.to_string_lossy().starts_with("__") {
                return Ok(());
            }
        }
        None => {
            if old.is_none() {
                return Err(exception::no_attribute(class.object(), &name));
            }
            drop(namespace.remove_str(&name));
        }
    }
    class.modified();
    class::update_special_methods(class, Some(&name));
    Ok(())
}

fn new_name<'a>(class: &TypeObject, value: Option<&'a Object>, attribute: &str) -> Result<&'a Str> {
    check_mutable(class, attribute)?;
    let Some(value) = value else {
        return Err(type_error!("cannot delete '{attribute}' attribute of type '{}'", class.name()));
    };
    value.downcast::<Str>().ok_or_else(|| {
        type_error!(
            "can only assign string to {}.{attribute}, not '{}'",
            class.name(),
            value.type_object().name()
        )
    })
}

fn check_mutable(class: &TypeObject, attribute: &str) -> Result<()> {
    if class.has_flag(flags::IMMUTABLE) {
        return Err(type_error!(
            "cannot set '{attribute}' attribute of immutable type '{}'",
            class.full_name()
        ));
    }
    Ok(())
}

fn set_in_namespace(class: &TypeObject, attribute: &str, value: Option<&Object>) -> Result<()> {
    let shown = if attribute == "__annotations_cache__" { "__annotations__" } else { attribute };
    check_mutable(class, shown)?;
    let key = str::intern(attribute);
    match value {
        Some(value) => class.namespace().set_str(&key, value)?,
        None => {
            if class.namespace().remove_str(&key).is_none() {
                return Err(attribute_error!("{shown}"));
            }
        }
    }
    class.modified();
    Ok(())
}

/// `class.__bases__ = value`.
fn set_bases(class: &TypeObject, value: Option<&Object>) -> Result<()> {
    check_mutable(class, "__bases__")?;
    let Some(value) = value else {
        return Err(type_error!("can't delete {}.__bases__", class.name()));
    };
    let Ok(bases) = value.to_owned().into_ref::<Tuple>() else {
        return Err(type_error!(
            "can only assign tuple to {}.__bases__, not {}",
            class.name(),
            value.type_object().name()
        ));
    };
    if bases.is_empty() {
        return Err(type_error!("can only assign non-empty tuple to {}.__bases__, not ()", class.name()));
    }
    let mut types: Vec<&'static TypeObject> = Vec::new();
    for base in bases.iter() {
        let Some(ty) = base.downcast::<TypeObject>() else {
            return Err(type_error!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                class.name(),
                base.type_object().name()
            ));
        };
        if ty.is_subtype(class) {
            return Err(type_error!("a __bases__ item causes an inheritance cycle"));
        }
        // SAFETY: the tuple keeps the base alive, and from now on the class does.
        types.push(unsafe { &*std::ptr::from_ref(ty) });
    }
    let solid = class::layout::best_base(&types)?;
    let old_base = class.base().expect("a class on the heap has a base");
    if !std::ptr::eq(solid.spec(), old_base.spec()) || solid.slots_offset() != old_base.slots_offset() {
        return Err(type_error!(
            "__bases__ assignment: '{}' object layout differs from '{}'",
            solid.name(),
            old_base.name()
        ));
    }
    for base in class.bases().iter() {
        if let Some(base) = base.downcast::<TypeObject>() {
            base.remove_subclass(class);
        }
    }
    for base in &types {
        base.add_subclass(class);
    }
    class.set_base(solid);
    drop(class.set_bases(bases));
    recompute_orders(class)?;
    class.modified();
    class::update_special_methods(class, None);
    Ok(())
}

fn recompute_orders(class: &TypeObject) -> Result<()> {
    drop(class.set_mro(Tuple::from_vec(class::mro::compute(class)?)));
    for subclass in class.subclasses() {
        recompute_orders(subclass)?;
    }
    Ok(())
}

/// `class.__annotations__`: computed by `__annotate__` once (PEP 649).
fn annotations(class: &TypeObject) -> Result {
    if !class.has_flag(flags::HEAP) {
        return Err(exception::no_attribute(class.object(), &str::intern("__annotations__")));
    }
    let namespace = class.namespace();
    for key in ["__annotations__", "__annotations_cache__"] {
        if let Some(found) = namespace.get_str(&str::intern(key)) {
            return attribute::bind(found, None, class);
        }
    }
    let annotate = operations::get_attribute_named(class.object(), "__annotate__")?;
    let result = if operations::is_callable(&annotate) {
        let result = operations::call(&annotate, &[&Owned::small_int(1)])?;
        if !result.is_instance_of::<Dict>() {
            return Err(type_error!(
                "__annotate__() must return a dict, not {}",
                result.type_object().name()
            ));
        }
        result
    } else {
        Dict::new().into_owned()
    };
    namespace.set_str(&str::intern("__annotations_cache__"), &result)?;
    Ok(result)
}
