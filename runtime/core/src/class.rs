//! Making classes: what `type(name, bases, namespace)` does.
//!
//! CPython: `type_new` and its helpers in Objects/typeobject.c.

pub mod layout;
pub mod mro;
mod special;

pub use special::update_special_methods;

use pyrsc_abi::Value;

use crate::attribute;
use crate::collector::Visitor;
use crate::descriptor::{ClassMethod, GetSetDescriptor, MemberDescriptor, StaticMethod};
use crate::dict::Dict;
use crate::exception;
use crate::memory;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::str::{self, Str};
use crate::tuple::Tuple;
use crate::type_error;
use crate::type_object::{HeapTypeParts, OBJECT, TypeObject, flags};

/// The most derived of a metaclass and the bases' metaclasses.
pub fn winning_metaclass(metaclass: &Object, bases: &Tuple) -> Result {
    let mut winner = metaclass.to_owned();
    for base in bases.iter() {
        let base_type = base.type_object();
        let current = winner.into_ref::<TypeObject>().map_err(|_| type_error!("metaclass is not a type"));
        let current = current?;
        winner = current.clone().into_owned();
        if current.is_subtype(base_type) {
            continue;
        }
        if base_type.is_subtype(&current) {
            winner = base_type.to_owned();
            continue;
        }
        return Err(type_error!(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        ));
    }
    Ok(winner)
}

/// Makes a class. `keywords` go to `__init_subclass__`.
pub fn new_class(
    metaclass: &TypeObject,
    name: &Str,
    bases: &Tuple,
    original_namespace: &Dict,
    keywords: &[(Owned, Owned)],
) -> Result<Ref<TypeObject>> {
    let bases: Vec<Owned> =
        if bases.is_empty() { vec![OBJECT.to_owned()] } else { bases.iter().map(Object::to_owned).collect() };
    for base in &bases {
        match base.downcast::<TypeObject>() {
            None => {
                if operations::has_attribute(base, &str::intern("__mro_entries__"))? {
                    return Err(type_error!(
                        "type() doesn't support MRO entry resolution; use types.new_class()"
                    ));
                }
                return Err(type_error!("bases must be types"));
            }
            Some(base) if !base.has_flag(flags::BASETYPE) => {
                return Err(type_error!("type '{}' is not an acceptable base type", base.full_name()));
            }
            Some(_) => {}
        }
    }
    let base_types: Vec<&'static TypeObject> = bases
        .iter()
        // SAFETY: checked above to be types; the class that is made keeps its bases alive.
        .map(|base| unsafe { &*base.address::<TypeObject>() })
        .collect();
    let solid = layout::best_base(&base_types)?;
    let namespace = original_namespace.copy_to_namespace()?;

    // Names that class statements give a meaning.
    if let Some(qualified_name) = namespace.get_str(&str::intern("__qualname__"))
        && !qualified_name.is_instance_of::<Str>()
    {
        return Err(type_error!(
            "type __qualname__ must be a str, not {}",
            qualified_name.type_object().name()
        ));
    }
    for (method, class_method) in
        [("__new__", false), ("__init_subclass__", true), ("__class_getitem__", true)]
    {
        let key = str::intern(method);
        if let Some(function) = namespace.get_str(&key)
            && function.shape_id() == pyrsc_abi::ShapeId::FUNCTION
        {
            let wrapped = if class_method {
                ClassMethod::new(function).into_owned()
            } else {
                StaticMethod::new(function).into_owned()
            };
            namespace.set_str(&key, &wrapped)?;
        }
    }
    let plan = layout::plan(name, &namespace, solid, &base_types)?;
    let qualified_name = match namespace.remove(str::intern("__qualname__").object())? {
        Some(qualified_name) => qualified_name.into_ref::<Str>().unwrap_or_else(|_| name.to_ref()),
        None => name.to_ref(),
    };
    let class_cell = namespace.remove(str::intern("__classcell__").object())?;
    let class_dict_cell = namespace.remove(str::intern("__classdictcell__").object())?;

    let ty = TypeObject::new_heap(HeapTypeParts {
        spec: solid.spec(),
        flags: plan.flags,
        base: solid,
        bases: Tuple::from_vec(bases.clone()),
        name: name.to_ref(),
        qualified_name,
        namespace: namespace.clone(),
        slots_offset: plan.slots_offset,
        slot_capacity: plan.slot_capacity,
    });
    let class = memory::allocate::<TypeObject>(metaclass, ty);
    class.define_shapes(None);
    for base in &base_types {
        base.add_subclass(&class);
    }
    if let Some(cell) = class_cell {
        match cell.into_ref::<crate::cell::Variable>() {
            Ok(cell) => cell.set(Some(class.object().to_owned())),
            Err(cell) => {
                return Err(type_error!(
                    "__classcell__ must be a nonlocal cell, not <class '{}'>",
                    cell.type_object().name()
                ));
            }
        }
    }
    mro::set(&class, metaclass)?;

    // Descriptors for what the instances have.
    for (member, offset) in plan.members {
        let descriptor = MemberDescriptor::new(member.object().to_owned(), &class, offset);
        namespace.set_str(&member, descriptor.object())?;
    }
    if plan.adds_dict {
        set_default(&namespace, "__dict__", || GetSetDescriptor::new(&DICT_PROPERTY, &class).into_owned())?;
    }
    if plan.adds_weakref {
        set_default(&namespace, "__weakref__", || {
            GetSetDescriptor::new(&WEAKREF_PROPERTY, &class).into_owned()
        })?;
    }
    set_default(&namespace, "__doc__", Owned::none)?;
    if let Some(compare) = namespace.get_str(&str::intern("__eq__"))
        && !compare.is_none()
        && namespace.get_str(&str::intern("__hash__")).is_none()
    {
        namespace.set_str(&str::intern("__hash__"), &Owned::none())?;
    }
    class.modified();
    update_special_methods(&class, None);

    // Annotation scopes look names up in the class's namespace itself, not in what the body ran in.
    if let Some(cell) = class_dict_cell.and_then(|cell| cell.into_ref::<crate::cell::Variable>().ok()) {
        cell.set(Some(namespace.object().to_owned()));
    }
    set_names(&class, &namespace)?;
    init_subclass(&class, keywords)?;
    Ok(class)
}

/// Puts a value in a namespace that lacks the name.
fn set_default(namespace: &Dict, name: &str, value: impl FnOnce() -> Owned) -> Result<()> {
    let name = str::intern(name);
    if namespace.contains_str(&name) { Ok(()) } else { namespace.set_str(&name, &value()) }
}

/// Calls `__set_name__` of the values in a new class's namespace.
fn set_names(class: &Ref<TypeObject>, namespace: &Dict) -> Result<()> {
    let mut position = 0;
    let mut entries = Vec::new();
    while let Some(entry) = namespace.next(&mut position) {
        entries.push(entry);
    }
    let set_name = str::intern("__set_name__");
    for (key, value) in entries {
        let Some(method) = attribute::lookup_special(&value, &set_name)? else { continue };
        if operations::call(&method, &[class.object(), &key]).is_err() {
            let raised = exception::take();
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.type_object().name(),
                operations::repr_string(&key)?,
                class.name()
            );
            let _ = operations::call_method(&raised, "add_note", &[Str::new(&note).object()])?;
            return Err(exception::restore(raised));
        }
    }
    Ok(())
}

/// Calls `super(cls, cls).__init_subclass__(**keywords)`.
fn init_subclass(class: &Ref<TypeObject>, keywords: &[(Owned, Owned)]) -> Result<()> {
    let name = str::intern("__init_subclass__");
    let found = class.iter_mro().skip(1).find_map(|ty| ty.namespace().get_str(&name));
    let Some(found) = found else { return Ok(()) };
    let method = match found.type_object().special().descriptor_get {
        Some(get) => get(&found, None, Some(class.object()))?,
        None => found,
    };
    let names = Tuple::from_vec(keywords.iter().map(|(name, _)| name.clone()).collect());
    let values: Vec<Owned> = keywords.iter().map(|(_, value)| value.clone()).collect();
    operations::call_arguments(&method, crate::call::Arguments::new(&values, Some(&names)))?;
    Ok(())
}

/// The first class on the way to `object` whose `__new__` is not written in Python.
pub fn nearest_builtin_new(class: &TypeObject) -> &TypeObject {
    let mut current = class;
    while special::has_python_new(current) {
        match current.base() {
            Some(base) => current = base,
            None => break,
        }
    }
    // A class without a `__new__` of its own has its base's function.
    while current.has_flag(flags::HEAP) {
        match current.base() {
            Some(base) => current = base,
            None => break,
        }
    }
    current
}

/// `__dict__` of instances of classes written in Python.
pub static DICT_PROPERTY: crate::spec::PropertySpec = crate::spec::PropertySpec {
    name: "__dict__",
    doc: Some("the attributes of the object"),
    get: get_dict,
    set: Some(set_dict),
};

fn get_dict(object: &Object) -> Result {
    if !crate::instance::has_attributes(object) {
        return Err(exception::no_attribute(object, &str::intern("__dict__")));
    }
    Ok(crate::instance::dictionary(object).into_owned())
}

fn set_dict(object: &Object, value: Option<&Object>) -> Result<()> {
    let dict = match value {
        None => Dict::new(),
        Some(value) => match value.to_owned().into_ref::<Dict>() {
            Ok(dict) => dict,
            Err(value) => {
                return Err(type_error!(
                    "__dict__ must be set to a dictionary, not a '{}'",
                    value.type_object().name()
                ));
            }
        },
    };
    drop(crate::instance::set_dictionary(object, dict));
    Ok(())
}

/// `__weakref__` of instances of classes written in Python.
pub static WEAKREF_PROPERTY: crate::spec::PropertySpec = crate::spec::PropertySpec {
    name: "__weakref__",
    doc: Some("the first of the weak references to the object"),
    get: |object| Ok(crate::weak_reference::first_reference(object).unwrap_or(Owned::none())),
    set: None,
};

/// Visits the words that a type owns.
///
/// # Safety
/// `this` points to a type object.
pub unsafe fn traverse_type(this: *const u8, visitor: &mut Visitor<'_>) {
    // SAFETY: the caller's promise.
    for word in unsafe { &*(this as *const TypeObject) }.owned_words() {
        visitor.visit(word.get());
    }
}

/// Empties a type that the cycle collector found unreachable.
///
/// # Safety
/// `this` points to a type object on the heap.
pub unsafe fn clear_type(this: *mut u8) {
    // SAFETY: the caller's promise.
    let ty = unsafe { &*(this as *const TypeObject) };
    for base in ty.bases().iter() {
        if let Some(base) = base.downcast::<TypeObject>() {
            base.remove_subclass(ty);
        }
    }
    // The namespace goes first: it holds what refers back. An empty one takes its place, so that look-ups still work.
    let empty = Dict::new_namespace();
    ty.modified();
    ty.set_special(crate::special_methods::SpecialMethods::NONE);
    let [_, _, _, mro, namespace] = ty.owned_words();
    let old_namespace = namespace.replace(empty.into_owned().into_raw());
    let old_mro = mro.replace(Tuple::from_vec(Vec::new()).into_owned().into_raw());
    for old in [old_namespace, old_mro] {
        if old.0 != 0 {
            // SAFETY: the type owned the word.
            drop(unsafe { Owned::from_raw(old) });
        }
    }
}

/// Drops what a type owns.
///
/// # Safety
/// `this` points to a type object on the heap that nobody refers to.
pub unsafe fn drop_type(this: *mut u8) {
    // SAFETY: the caller's promise.
    let ty = unsafe { &*(this as *const TypeObject) };
    if let Some(bases) = {
        let [_, _, bases, _, _] = ty.owned_words();
        // SAFETY: the type owns the tuple, or the word is 0.
        unsafe { Object::from_optional_value(bases.get()) }
    } && let Some(bases) = bases.downcast::<Tuple>()
    {
        for base in bases.iter() {
            if let Some(base) = base.downcast::<TypeObject>() {
                base.remove_subclass(ty);
            }
        }
    }
    let words = ty.owned_words().map(|word| word.replace(Value(0)));
    // SAFETY: the vector of subclasses is the only other field with storage of its own.
    unsafe { std::ptr::drop_in_place(this as *mut TypeObject) };
    for word in words {
        if word.0 != 0 {
            // SAFETY: the type owned the word.
            drop(unsafe { Owned::from_raw(word) });
        }
    }
}

/// Whether a class derives from another, as `issubclass` tells it without asking the class.
pub fn is_subclass(class: &Object, ancestor: &TypeObject) -> bool {
    class.downcast::<TypeObject>().is_some_and(|class| class.is_subtype(ancestor))
}
