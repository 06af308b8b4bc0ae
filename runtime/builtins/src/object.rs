//! `object`: what every class inherits.
//!
//! CPython: `object_new`, `object_init`, `object_reduce_ex` … in Objects/typeobject.c.

use pyrsc_core::attribute;
use pyrsc_core::call::Arguments;
use pyrsc_core::class;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::instance;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::recursion;
use pyrsc_core::special_methods::{Comparison, InitMethod, NewMethod};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, OBJECT, TypeObject, flags};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

/// `object` as a receiver: no struct of its own is looked at.
type Plain = TypeObject;

#[pymethods(Plain)]
pub mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        new_object(class, arguments)
    }

    #[slot]
    fn init(this: &Object, arguments: Arguments<'_>) -> Result<()> {
        init_object(this, arguments)
    }

    #[slot]
    fn repr(this: &Object) -> Result {
        Ok(Str::new(&operations::default_repr(this)).into_owned())
    }

    #[slot]
    fn str(this: &Object) -> Result {
        // What a `__repr__` gives that is no str is the caller's to complain about.
        match this.type_object().special().repr {
            Some(method) => {
                recursion::check(" while getting the repr of an object")?;
                method(this)
            }
            None => Ok(operations::repr(this)?.into_owned()),
        }
    }

    #[slot]
    fn hash(this: &Object) -> Result<i64> {
        Ok(operations::hash_of_identity(this))
    }

    #[slot]
    fn compare(this: &Object, other: &Object, comparison: Comparison) -> Result {
        match comparison {
            Comparison::Equal if this.is(other) => Ok(Owned::bool(true)),
            Comparison::NotEqual => {
                // `!=` is the opposite of `==` where a class defines that alone.
                let Some(compare) = this.type_object().special().compare else {
                    return Ok(Owned::not_implemented());
                };
                let result = compare(this, other, Comparison::Equal)?;
                if result.is_not_implemented() {
                    return Ok(result);
                }
                Ok(Owned::bool(!operations::is_true(&result)?))
            }
            _ => Ok(Owned::not_implemented()),
        }
    }

    #[slot]
    fn get_attribute(this: &Object, name: &Str) -> Result {
        attribute::generic_get(this, name)
    }

    #[slot]
    fn set_attribute(this: &Object, name: &Str, value: Option<&Object>) -> Result<()> {
        attribute::generic_set(this, name, value)
    }

    #[getter]
    fn __class__(this: &Object) -> Owned {
        this.type_object().to_owned()
    }

    #[setter]
    fn set___class__(this: &Object, value: Option<&Object>) -> Result<()> {
        set_class(this, value)
    }

    #[pymethod]
    fn __format__(this: &Object, specification: &Object) -> Result {
        let Some(specification) = specification.downcast::<Str>() else {
            return Err(type_error!(
                "__format__() argument must be str, not {}",
                specification.type_object().name()
            ));
        };
        if !specification.is_empty() {
            return Err(type_error!(
                "unsupported format string passed to {}.__format__",
                this.type_object().name()
            ));
        }
        Ok(operations::str(this)?.into_owned())
    }

    #[pymethod]
    fn __sizeof__(this: &Object) -> Result {
        Ok(pyrsc_core::int::from_u64(this.type_object().instance_size() as u64))
    }

    #[pymethod]
    fn __dir__(this: &Object) -> Result {
        directory(this)
    }

    #[pymethod]
    fn __getstate__(this: &Object) -> Result {
        state(this)
    }

    #[pymethod]
    fn __reduce__(this: &Object) -> Result {
        reduce(this, 0)
    }

    #[pymethod]
    fn __reduce_ex__(this: &Object, protocol: i64) -> Result {
        let name = str::intern("__reduce__");
        // A class with a `__reduce__` of its own is asked that.
        let own = this.type_object().lookup(&name);
        let inherited = OBJECT.lookup(&name);
        if let (Some(own), Some(inherited)) = (own, inherited)
            && !own.is(&inherited)
        {
            return operations::call_method(this, "__reduce__", &[]);
        }
        reduce(this, protocol)
    }

    #[classmethod]
    fn __init_subclass__(class: &TypeObject, arguments: Arguments<'_>) -> Result<()> {
        let given = arguments.positional_count();
        if arguments.keyword_count() != 0 {
            return Err(type_error!("{}.__init_subclass__() takes no keyword arguments", class.name()));
        }
        if given != 0 {
            return Err(type_error!(
                "{}.__init_subclass__() takes no arguments ({given} given)",
                class.name()
            ));
        }
        Ok(())
    }

    #[classmethod]
    fn __subclasshook__(_class: &TypeObject, _subclass: &Object) -> Owned {
        Owned::not_implemented()
    }
}

/// Whether a class's `__new__`, or `__init__`, is `object`'s.
fn is_plain_new(class: &TypeObject) -> bool {
    class
        .special()
        .new
        .is_some_and(|new| new as usize == OBJECT.special().new.map_or(0, |f: NewMethod| f as usize))
}

fn is_plain_init(class: &TypeObject) -> bool {
    class
        .special()
        .init
        .is_some_and(|init| init as usize == OBJECT.special().init.map_or(0, |f: InitMethod| f as usize))
}

/// `object.__new__`.
pub fn new_object(class: &TypeObject, arguments: Arguments<'_>) -> Result {
    if arguments.count() > 0 {
        if !is_plain_new(class) {
            return Err(type_error!("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if is_plain_init(class) {
            return Err(type_error!("{}() takes no arguments", class.name()));
        }
    }
    if class.has_flag(flags::ABSTRACT) {
        return Err(abstract_class(class)?);
    }
    memory::allocate_zeroed(class, 0)
}

/// `object.__init__`.
pub fn init_object(this: &Object, arguments: Arguments<'_>) -> Result<()> {
    if arguments.count() > 0 {
        let class = this.type_object();
        if !is_plain_init(class) {
            return Err(type_error!(
                "object.__init__() takes exactly one argument (the instance to initialize)"
            ));
        }
        if is_plain_new(class) {
            return Err(type_error!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                class.name()
            ));
        }
    }
    Ok(())
}

fn abstract_class(class: &TypeObject) -> Result<pyrsc_core::owned::Raised> {
    let methods = operations::get_attribute_named(class.object(), "__abstractmethods__")?;
    let sorted = List::from_vec(pyrsc_core::iteration::collect(&methods)?);
    operations::call_method(sorted.object(), "sort", &[])?;
    let mut names = Vec::new();
    pyrsc_core::iteration::for_each(sorted.object(), |name| {
        names.push(format!("'{}'", operations::str_string(&name)?));
        Ok(())
    })?;
    Ok(type_error!(
        "Can't instantiate abstract class {} without an implementation for abstract method{} {}",
        class.name(),
        if names.len() == 1 { "" } else { "s" },
        names.join(", ")
    ))
}

/// `object.__class__ = value`.
fn set_class(this: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else {
        return Err(type_error!("can't delete __class__ attribute"));
    };
    let Some(new) = value.downcast::<TypeObject>() else {
        return Err(type_error!(
            "__class__ must be set to a class, not '{}' object",
            value.type_object().name()
        ));
    };
    let old = this.type_object();
    let is_module = |ty: &TypeObject| ty.is_subtype(pyrsc_core::module::Module::type_object());
    if !(is_module(old) && is_module(new)) && !(old.has_flag(flags::HEAP) && new.has_flag(flags::HEAP)) {
        return Err(type_error!(
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        ));
    }
    if !class::layout::same_layout(old, new) {
        return Err(type_error!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name(),
            old.name()
        ));
    }
    instance::set_class(this, new)
}

/// `object.__dir__`: names in the object and along its class's MRO.
fn directory(this: &Object) -> Result {
    let names = Dict::new();
    if let Some(dict) = operations::get_attribute_optional(this, &str::intern("__dict__"))?
        && let Some(dict) = dict.downcast::<Dict>()
    {
        for key in dict.keys() {
            names.set(&key, &Owned::none())?;
        }
    }
    if let Some(class) = operations::get_attribute_optional(this, &str::intern("__class__"))?
        && let Some(class) = class.downcast::<TypeObject>()
    {
        for ty in class.iter_mro() {
            for key in ty.namespace().keys() {
                names.set(&key, &Owned::none())?;
            }
        }
    }
    Ok(List::from_vec(names.keys()).into_owned())
}

/// `object.__getstate__`: the attributes, and the members of `__slots__` beside them.
fn state(this: &Object) -> Result {
    let ty = this.type_object();
    let attributes = if instance::has_attributes(this) {
        let dict = instance::dictionary(this);
        if dict.is_empty() { Owned::none() } else { dict.copy()?.into_owned() }
    } else {
        Owned::none()
    };
    let slots = Dict::new();
    for ty in ty.iter_mro().filter(|ty| ty.has_flag(flags::HEAP)) {
        for (name, member) in ty.namespace().items() {
            if let Some(member) = member.downcast::<pyrsc_core::descriptor::MemberDescriptor>() {
                match member.get(this) {
                    Ok(value) => slots.set(&name, &value)?,
                    Err(_) if exception::catch::<exception::AttributeError>() => {}
                    Err(raised) => return Err(raised),
                }
            }
        }
    }
    if slots.is_empty() {
        return Ok(attributes);
    }
    Ok(Tuple::pair(attributes, slots.into_owned()).into_owned())
}

/// `object.__reduce_ex__` for a class without a `__reduce__` of its own, by the module `copyreg`.
fn reduce(this: &Object, protocol: i64) -> Result {
    let copyreg =
        operations::call(&*pyrsc_core::startup::builtin("__import__")?, &[Str::new("copyreg").object()])?;
    if protocol < 2 {
        let reduce = operations::get_attribute_named(&copyreg, "_reduce_ex")?;
        return operations::call(&reduce, &[this, &pyrsc_core::int::from_i64(protocol)]);
    }
    let ty = this.type_object();
    let (arguments, keywords) = new_arguments(this)?;
    let needs_arguments =
        arguments.is_none() && ty.spec().size != OBJECT.spec().size && !ty.has_flag(flags::HEAP)
            || ty.spec().variable_size.is_some() && arguments.is_none();
    if needs_arguments {
        return Err(type_error!("cannot pickle '{}' object", ty.full_name()));
    }
    let class = operations::get_attribute_named(this, "__class__")?;
    let arguments = arguments.unwrap_or_else(|| Tuple::empty().into_owned());
    let (function, call_arguments) = match keywords {
        Some(keywords) => (
            operations::get_attribute_named(&copyreg, "__newobj_ex__")?,
            Tuple::from_vec(vec![class, arguments, keywords]),
        ),
        None => {
            let mut all = vec![class];
            all.extend(pyrsc_core::iteration::collect(&arguments)?);
            (operations::get_attribute_named(&copyreg, "__newobj__")?, Tuple::from_vec(all))
        }
    };
    let state = operations::call_method(this, "__getstate__", &[])?;
    let elements =
        if ty.has_flag(flags::LIST_SUBCLASS) { pyrsc_core::iteration::iterate(this)? } else { Owned::none() };
    let items = if ty.has_flag(flags::DICT_SUBCLASS) {
        pyrsc_core::iteration::iterate(&*operations::call_method(this, "items", &[])?)?
    } else {
        Owned::none()
    };
    Ok(Tuple::from_vec(vec![function, call_arguments.into_owned(), state, elements, items]).into_owned())
}

/// What `__getnewargs_ex__` or `__getnewargs__` gives.
fn new_arguments(this: &Object) -> Result<(Option<Owned>, Option<Owned>)> {
    if let Some(method) = attribute::lookup_special(this, &str::intern("__getnewargs_ex__"))? {
        let result = operations::call(&method, &[])?;
        let Some(pair) = result.downcast::<Tuple>().filter(|pair| pair.len() == 2) else {
            return Err(value_error!("__getnewargs_ex__ should return a tuple of length 2"));
        };
        return Ok((pair.get(0).map(Object::to_owned), pair.get(1).map(Object::to_owned)));
    }
    if let Some(method) = attribute::lookup_special(this, &str::intern("__getnewargs__"))? {
        let result = operations::call(&method, &[])?;
        if !result.is_instance_of::<Tuple>() {
            return Err(type_error!(
                "__getnewargs__ should return a tuple, not '{}'",
                result.type_object().name()
            ));
        }
        return Ok((Some(result), None));
    }
    Ok((None, None))
}
