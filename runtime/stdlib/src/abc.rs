//! `_abc`: what `abc.ABCMeta` needs to be fast: registries and caches of abstract base classes.
//!
//! Every abstract class has an object `_abc_impl` with what is registered with it, and with the answers of earlier
//! subclass checks. Classes are held weakly; a class of the runtime itself lives for ever and is held as it is.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use pyrsc_abi::Header;
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::set::Set;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, flags};
use pyrsc_core::weak_reference::WeakReference;
use pyrsc_core::{int, iteration, memory, operations, runtime_error, type_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

/// Counts registrations: negative answers given before the last one are void.
static TOKEN: Static<Cell<i64>> = Static::new(Cell::new(0));

/// Classes by address, held weakly.
type WeakClasses = RefCell<HashMap<u64, Owned>>;

/// What one abstract class keeps.
#[pyclass(name = "_abc_data", module = "_abc", static_name = DATA)]
#[repr(C)]
pub struct Data {
    header: Header,
    registered: RefCell<Vec<Owned>>,
    positive: WeakClasses,
    negative: WeakClasses,
    /// The token at which `negative` was right.
    negative_token: Cell<i64>,
}

#[pymethods(Data)]
mod methods {}

/// Holds a class weakly.
fn held(class: &TypeObject) -> Result {
    if !class.has_flag(flags::HEAP) {
        return Ok(class.to_owned());
    }
    Ok(WeakReference::new(WeakReference::type_object(), class.object(), None)?.into_owned())
}

/// The class that is held, if it is still there.
fn released(holder: &Object) -> Option<Owned> {
    match holder.downcast::<WeakReference>() {
        Some(reference) => reference.referent(),
        None => Some(holder.to_owned()),
    }
}

fn remember(classes: &WeakClasses, class: &TypeObject) -> Result<()> {
    let holder = held(class)?;
    let old = classes.borrow_mut().insert(class.object().value().0, holder);
    drop(old);
    Ok(())
}

fn remembers(classes: &WeakClasses, class: &Object) -> bool {
    let holder = classes.borrow().get(&class.value().0).cloned();
    holder.and_then(|holder| released(&holder)).is_some_and(|known| known.is(class))
}

/// The data of an abstract class.
fn data_of(class: &Object) -> Result<Ref<Data>> {
    operations::get_attribute_named(class, "_abc_impl")?
        .into_ref::<Data>()
        .map_err(|_| type_error!("_abc_impl is set to a wrong type"))
}

fn is_abstract(value: &Object) -> Result<bool> {
    match operations::get_attribute_optional(value, &str::intern("__isabstractmethod__"))? {
        Some(mark) => operations::is_true(&mark),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__` from the class's own names and from those of its bases that are still abstract.
fn compute_abstract_methods(class: &TypeObject) -> Result<()> {
    let mut names: Vec<Owned> = Vec::new();
    let namespace = class.namespace();
    let mut position = 0;
    let mut entries = Vec::new();
    while let Some(entry) = namespace.next(&mut position) {
        entries.push(entry);
    }
    for (name, value) in entries {
        if is_abstract(&value)? {
            names.push(name);
        }
    }
    for base in class.bases().iter() {
        let key = str::intern("__abstractmethods__");
        let Some(inherited) = operations::get_attribute_optional(base, &key)? else { continue };
        for name in iteration::collect(&inherited)? {
            let Ok(name) = name.into_ref::<Str>() else { continue };
            let value = operations::get_attribute_optional(class.object(), &name)?;
            if let Some(value) = value
                && is_abstract(&value)?
            {
                names.push(name.into_owned());
            }
        }
    }
    let names = Tuple::from_vec(names);
    let set = operations::call(pyrsc_core::set::FROZENSET.object(), &[names.object()])?;
    operations::set_attribute(class.object(), &str::intern("__abstractmethods__"), &set)
}

fn class_argument<'a>(value: &'a Object, problem: &str) -> Result<&'a TypeObject> {
    value.downcast::<TypeObject>().ok_or_else(|| type_error!("{problem}"))
}

/// Whether a class is a subclass in the wide sense, by the caches, the hook, the bases, the registry, the subclasses.
fn subclass_check(this: &Object, subclass: &Object) -> Result<bool> {
    let class = class_argument(subclass, "issubclass() arg 1 must be a class")?;
    let data = data_of(this)?;
    if remembers(&data.positive, subclass) {
        return Ok(true);
    }
    if data.negative_token.get() < TOKEN.get() {
        let old = data.negative.take();
        drop(old);
        data.negative_token.set(TOKEN.get());
    } else if remembers(&data.negative, subclass) {
        return Ok(false);
    }
    let answer = operations::call_method(this, "__subclasshook__", &[subclass])?;
    if !answer.is(&Owned::not_implemented()) {
        let yes = operations::is_true(&answer)?;
        remember(if yes { &data.positive } else { &data.negative }, class)?;
        return Ok(yes);
    }
    if class.iter_mro().any(|ancestor| ancestor.object().is(this)) {
        remember(&data.positive, class)?;
        return Ok(true);
    }
    let registered: Vec<Owned> =
        data.registered.borrow().iter().filter_map(|holder| released(holder)).collect();
    let below = iteration::collect(&*operations::call_method(this, "__subclasses__", &[])?)?;
    for other in registered.iter().chain(&below) {
        if operations::is_subclass(subclass, other)? {
            remember(&data.positive, class)?;
            return Ok(true);
        }
    }
    remember(&data.negative, class)?;
    Ok(false)
}

fn weak_set(classes: &WeakClasses) -> Result {
    let classes: Vec<Owned> = classes.borrow().values().cloned().collect();
    set_of(classes)
}

fn set_of(items: Vec<Owned>) -> Result {
    operations::call(Set::type_object().object(), &[Tuple::from_vec(items).object()])
}

#[pymodule(name = "_abc", doc = "The part of abc that is made for speed.")]
mod module {
    use super::*;

    /// The number that changes with every registration.
    #[pyfunction]
    fn get_cache_token() -> i64 {
        TOKEN.get()
    }

    /// Makes a class an abstract one: computes its abstract methods, and gives it its registry.
    #[pyfunction]
    fn _abc_init(class: &TypeObject) -> Result<()> {
        compute_abstract_methods(class)?;
        let data = Data {
            header: Header::unset(),
            registered: RefCell::default(),
            positive: RefCell::default(),
            negative: RefCell::default(),
            negative_token: Cell::new(TOKEN.get()),
        };
        let data = memory::allocate(Data::type_object(), data).into_owned();
        operations::set_attribute(class.object(), &str::intern("_abc_impl"), &data)?;
        // `collections.abc` says with a flag that a class is matched by sequence or by mapping patterns.
        let key = str::intern("__abc_tpflags__");
        if let Some(wanted) = class.namespace().get_str(&key) {
            let wanted = int::to_i64(&wanted).and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
            if wanted & flags::SEQUENCE != 0 && wanted & flags::MAPPING != 0 {
                return Err(type_error!(
                    "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"
                ));
            }
            for flag in [flags::SEQUENCE, flags::MAPPING] {
                if wanted & flag != 0 {
                    class.set_flag(flag, true);
                }
            }
            drop(class.namespace().remove_str(&key));
            class.modified();
        }
        Ok(())
    }

    /// Registers a class as a subclass in the wide sense.
    #[pyfunction]
    fn _abc_register(this: &TypeObject, subclass: &Object) -> Result {
        let class = class_argument(subclass, "Can only register classes")?;
        if operations::is_subclass(subclass, this.object())? {
            return Ok(subclass.to_owned());
        }
        if operations::is_subclass(this.object(), subclass)? {
            return Err(runtime_error!("Refusing to create an inheritance cycle"));
        }
        let data = data_of(this.object())?;
        let holder = held(class)?;
        data.registered.borrow_mut().push(holder);
        TOKEN.set(TOKEN.get() + 1);
        for flag in [flags::SEQUENCE, flags::MAPPING] {
            if this.has_flag(flag) {
                mark(class, flag);
            }
        }
        Ok(subclass.to_owned())
    }

    /// `isinstance`, for `ABCMeta.__instancecheck__`.
    #[pyfunction]
    fn _abc_instancecheck(this: &Object, instance: &Object) -> Result<bool> {
        let class = operations::get_attribute_optional(instance, &str::intern("__class__"))?
            .unwrap_or_else(|| instance.type_object().to_owned());
        let data = data_of(this)?;
        if remembers(&data.positive, &class) {
            return Ok(true);
        }
        let ty = instance.type_object().object();
        if class.is(ty) {
            if data.negative_token.get() == TOKEN.get() && remembers(&data.negative, &class) {
                return Ok(false);
            }
            return operations::is_true(&*operations::call_method(this, "__subclasscheck__", &[&class])?);
        }
        for candidate in [&*class, ty] {
            if operations::is_true(&*operations::call_method(this, "__subclasscheck__", &[candidate])?)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `issubclass`, for `ABCMeta.__subclasscheck__`.
    #[pyfunction]
    fn _abc_subclasscheck(this: &Object, subclass: &Object) -> Result<bool> {
        subclass_check(this, subclass)
    }

    /// The registry, both caches and the token, for debugging.
    #[pyfunction]
    fn _get_dump(this: &Object) -> Result {
        let data = data_of(this)?;
        let registered = data.registered.borrow().clone();
        Ok(Tuple::from_vec(vec![
            set_of(registered)?,
            weak_set(&data.positive)?,
            weak_set(&data.negative)?,
            int::from_i64(data.negative_token.get()),
        ])
        .into_owned())
    }

    /// Forgets what is registered.
    #[pyfunction]
    fn _reset_registry(this: &Object) -> Result<()> {
        let old = data_of(this)?.registered.take();
        drop(old);
        Ok(())
    }

    /// Forgets earlier answers.
    #[pyfunction]
    fn _reset_caches(this: &Object) -> Result<()> {
        let data = data_of(this)?;
        let old = (data.positive.take(), data.negative.take());
        drop(old);
        Ok(())
    }
}

/// Sets a flag for a class and what derives from it.
fn mark(class: &TypeObject, flag: u32) {
    if class.has_flag(flag) {
        return;
    }
    class.set_flag(flag, true);
    for subclass in class.subclasses() {
        mark(subclass, flag);
    }
}
