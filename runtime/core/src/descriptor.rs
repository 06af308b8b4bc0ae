//! What lies in the namespaces of built-in types: methods, slot wrappers, computed attributes, members; and how a static
//! type's namespace is filled from its tables.

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::call::Arguments;
use crate::dict::Dict;
use crate::exception;
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::slot::Slot;
use crate::slot_wrapper::{MethodWrapper, SlotWrapper};
use crate::spec::{FunctionSpec, Member, PropertySpec};
use crate::special_methods::{ENTRIES, Entry};
use crate::str::{self, Str};
use crate::type_error;
use crate::type_object::{Class, TypeObject, flags};

/// `builtin_function_or_method`: a function written in Rust, alone or bound to an object, class or module.
#[pyclass(name = "builtin_function_or_method", shape = BUILTIN_FUNCTION, flags(WEAKREF))]
#[repr(C)]
pub struct BuiltinFunction {
    header: Header,
    pub spec: &'static FunctionSpec,
    /// The bound object (passed first); for a module's function the module, which is not passed.
    pub receiver: Slot,
    /// The module's name, or empty.
    pub module: Slot,
    pub passes_receiver: bool,
}

impl BuiltinFunction {
    /// A module's function.
    pub fn new(
        spec: &'static FunctionSpec,
        module: Option<Owned>,
        receiver: Option<Owned>,
    ) -> Ref<BuiltinFunction> {
        memory::allocate(
            BuiltinFunction::type_object(),
            BuiltinFunction {
                header: Header::new(ShapeId::BUILTIN_FUNCTION),
                spec,
                receiver: Slot::from_option(receiver),
                module: Slot::from_option(module),
                passes_receiver: false,
            },
        )
    }

    /// A method bound to an object, or a class method bound to a class.
    pub fn bound(spec: &'static FunctionSpec, receiver: Owned) -> Ref<BuiltinFunction> {
        memory::allocate(
            BuiltinFunction::type_object(),
            BuiltinFunction {
                header: Header::new(ShapeId::BUILTIN_FUNCTION),
                spec,
                receiver: Slot::new(receiver),
                module: Slot::empty(),
                passes_receiver: true,
            },
        )
    }

    /// Calls it.
    pub fn call(&self, arguments: Arguments<'_>) -> Result {
        if self.passes_receiver {
            let receiver = self.receiver.get_or_none();
            with_first(&receiver, arguments, self.spec.call)
        } else {
            (self.spec.call)(arguments)
        }
    }
}

/// Calls a function with an argument in front of the others.
pub fn with_first(
    first: &Object,
    arguments: Arguments<'_>,
    call: impl FnOnce(Arguments<'_>) -> Result,
) -> Result {
    let (values, count, names) = arguments.as_raw();
    let first = first.value();
    // SAFETY: within the arguments; the words stay the caller's, and the callee must not take them, which the copies make
    // harmless: see `Arguments::take`. They are borrowed from arguments that outlive the call.
    unsafe {
        let word = |index: usize| *values.add(index);
        match count {
            0 => call(Arguments::from_raw([first].as_mut_ptr(), 1, names)),
            1 => call(Arguments::from_raw([first, word(0)].as_mut_ptr(), 2, names)),
            2 => call(Arguments::from_raw([first, word(0), word(1)].as_mut_ptr(), 3, names)),
            _ => {
                let mut words: smallvec::SmallVec<[Value; 16]> = smallvec::SmallVec::with_capacity(count + 1);
                words.push(first);
                words.extend((0..count).map(word));
                call(Arguments::from_raw(words.as_mut_ptr(), count + 1, names))
            }
        }
    }
}

/// `method_descriptor`: a method of a built-in type in its namespace.
#[pyclass(name = "method_descriptor", shape = METHOD_DESCRIPTOR)]
#[repr(C)]
pub struct MethodDescriptor {
    header: Header,
    pub spec: &'static FunctionSpec,
    /// The class it belongs to (static).
    pub owner: &'static TypeObject,
}

/// `classmethod_descriptor`: a class method of a built-in type in its namespace.
#[pyclass(name = "classmethod_descriptor")]
#[repr(C)]
pub struct ClassMethodDescriptor {
    header: Header,
    pub spec: &'static FunctionSpec,
    pub owner: &'static TypeObject,
}

/// `getset_descriptor`: a computed attribute of a built-in type.
#[pyclass(name = "getset_descriptor", shape = GETSET_DESCRIPTOR)]
#[repr(C)]
pub struct GetSetDescriptor {
    header: Header,
    pub spec: &'static PropertySpec,
    /// The class it belongs to: an owned reference for classes on the heap (`__dict__`, `__weakref__`).
    pub owner: Slot,
}

/// `member_descriptor`: a name in `__slots__`.
#[pyclass(name = "member_descriptor", shape = MEMBER_DESCRIPTOR)]
#[repr(C)]
pub struct MemberDescriptor {
    header: Header,
    pub name: Slot,
    pub owner: Slot,
    /// Where the word lies in instances.
    pub offset: usize,
}

/// `staticmethod`.
#[pyclass(name = "staticmethod", shape = STATIC_METHOD, flags(BASETYPE, DICT, WEAKREF))]
#[repr(C)]
pub struct StaticMethod {
    header: Header,
    pub callable: Slot,
}

/// `classmethod`.
#[pyclass(name = "classmethod", shape = CLASS_METHOD, flags(BASETYPE, DICT, WEAKREF))]
#[repr(C)]
pub struct ClassMethod {
    header: Header,
    pub callable: Slot,
}

/// `method`: a function bound to an object.
#[pyclass(name = "method", shape = BOUND_METHOD, flags(WEAKREF))]
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    pub function: Slot,
    pub receiver: Slot,
}

/// `property`.
#[pyclass(name = "property", shape = PROPERTY, flags(BASETYPE, DICT, WEAKREF))]
#[repr(C)]
pub struct Property {
    header: Header,
    pub getter: Slot,
    pub setter: Slot,
    pub deleter: Slot,
    pub doc: Slot,
    pub name: Slot,
    pub getter_doc: std::cell::Cell<bool>,
}

impl StaticMethod {
    pub fn new(callable: Owned) -> Ref<StaticMethod> {
        memory::allocate(
            StaticMethod::type_object(),
            StaticMethod { header: Header::new(ShapeId::STATIC_METHOD), callable: Slot::new(callable) },
        )
    }
}

impl ClassMethod {
    pub fn new(callable: Owned) -> Ref<ClassMethod> {
        memory::allocate(
            ClassMethod::type_object(),
            ClassMethod { header: Header::new(ShapeId::CLASS_METHOD), callable: Slot::new(callable) },
        )
    }
}

impl BoundMethod {
    pub fn new(function: Owned, receiver: Owned) -> Ref<BoundMethod> {
        memory::allocate(
            BoundMethod::type_object(),
            BoundMethod {
                header: Header::new(ShapeId::BOUND_METHOD),
                function: Slot::new(function),
                receiver: Slot::new(receiver),
            },
        )
    }
}

impl Property {
    /// An empty property, of the type or one derived from it.
    pub fn new_of(ty: &TypeObject) -> Ref<Property> {
        memory::allocate(
            ty,
            Property {
                header: Header::new(ShapeId::PROPERTY),
                getter: Slot::empty(),
                setter: Slot::empty(),
                deleter: Slot::empty(),
                doc: Slot::empty(),
                name: Slot::empty(),
                getter_doc: std::cell::Cell::new(false),
            },
        )
    }
}

impl MethodDescriptor {
    pub fn new(spec: &'static FunctionSpec, owner: &'static TypeObject) -> Ref<MethodDescriptor> {
        memory::allocate(
            MethodDescriptor::type_object(),
            MethodDescriptor { header: Header::new(ShapeId::METHOD_DESCRIPTOR), spec, owner },
        )
    }

    /// Checks the receiver and calls the method.
    pub fn call(&self, arguments: Arguments<'_>) -> Result {
        check_receiver(arguments, self.owner, self.spec.name, true)?;
        (self.spec.call)(arguments)
    }
}

impl ClassMethodDescriptor {
    pub fn new(spec: &'static FunctionSpec, owner: &'static TypeObject) -> Ref<ClassMethodDescriptor> {
        memory::allocate(
            ClassMethodDescriptor::type_object(),
            ClassMethodDescriptor { header: Header::new(ShapeId::OBJECT), spec, owner },
        )
    }
}

impl GetSetDescriptor {
    pub fn new(spec: &'static PropertySpec, owner: &TypeObject) -> Ref<GetSetDescriptor> {
        memory::allocate(
            GetSetDescriptor::type_object(),
            GetSetDescriptor {
                header: Header::new(ShapeId::GETSET_DESCRIPTOR),
                spec,
                owner: Slot::new(owner.to_owned()),
            },
        )
    }

    /// The attribute's value for an object, whose type is checked.
    pub fn get(&self, object: &Object) -> Result {
        self.check(object)?;
        (self.spec.get)(object)
    }

    /// Sets the attribute of an object, whose type is checked, or deletes it.
    pub fn set(&self, object: &Object, value: Option<&Object>) -> Result<()> {
        self.check(object)?;
        match self.spec.set {
            Some(set) => set(object, value),
            None => {
                let message = format!(
                    "attribute '{}' of '{}' objects is not writable",
                    self.spec.name,
                    self.owner_type().name()
                );
                Err(exception::raise(exception::AttributeError::type_object(), &message))
            }
        }
    }

    fn owner_type(&self) -> &TypeObject {
        self.owner
            .borrow()
            .and_then(|owner| owner.downcast::<TypeObject>())
            .expect("a class owns the descriptor")
    }

    fn check(&self, object: &Object) -> Result<()> {
        let owner = self.owner_type();
        if object.type_object().is_subtype(owner) {
            return Ok(());
        }
        Err(type_error!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            self.spec.name,
            owner.name(),
            object.type_object().name()
        ))
    }
}

impl MemberDescriptor {
    pub fn new(name: Owned, owner: &TypeObject, offset: usize) -> Ref<MemberDescriptor> {
        memory::allocate(
            MemberDescriptor::type_object(),
            MemberDescriptor {
                header: Header::new(ShapeId::MEMBER_DESCRIPTOR),
                name: Slot::new(name),
                owner: Slot::new(owner.to_owned()),
                offset,
            },
        )
    }

    fn name(&self) -> Ref<Str> {
        let name = self.name.get_or_none();
        name.into_ref::<Str>().unwrap_or_else(|_| Str::new("?"))
    }

    fn check(&self, object: &Object) -> Result<&std::cell::Cell<Value>> {
        let owner = self.owner.borrow().and_then(|owner| owner.downcast::<TypeObject>());
        let owner = owner.expect("a class owns the descriptor");
        if !object.type_object().is_subtype(owner) {
            return Err(type_error!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                self.name().to_string_lossy(),
                owner.name(),
                object.type_object().name()
            ));
        }
        // SAFETY: instances of the owner have the member's word at this offset.
        unsafe {
            let offset = self.offset + crate::instance::variable_part(object, object.type_object());
            Ok(&*(object.address::<u8>().add(offset) as *const std::cell::Cell<Value>))
        }
    }

    /// The member's value in an object, whose type is checked.
    pub fn get(&self, object: &Object) -> Result {
        let word = self.check(object)?.get();
        // SAFETY: the word is owned by the object, or 0.
        match unsafe { Object::from_optional_value(word) } {
            Some(value) => Ok(value.to_owned()),
            None => Err(exception::no_attribute(object, &self.name())),
        }
    }

    /// Sets the member in an object, whose type is checked, or empties it.
    pub fn set(&self, object: &Object, value: Option<&Object>) -> Result<()> {
        let word = self.check(object)?;
        let old = word.replace(value.map_or(Value(0), |value| value.to_owned().into_raw()));
        if old.0 != 0 {
            // SAFETY: the object owned the word.
            drop(unsafe { Owned::from_raw(old) });
        } else if value.is_none() {
            let name = self.name();
            return Err(exception::attribute_error_for(object, &name, &name.to_string_lossy()));
        }
        Ok(())
    }
}

/// Checks the first argument of a built-in type's method.
fn check_receiver(arguments: Arguments<'_>, owner: &TypeObject, name: &str, method: bool) -> Result<()> {
    match arguments.positional(0) {
        None => Err(if method {
            type_error!("unbound method {}.{}() needs an argument", owner.name(), name)
        } else {
            type_error!("descriptor '{}' of '{}' object needs an argument", name, owner.name())
        }),
        Some(receiver) if receiver.type_object().is_subtype(owner) => Ok(()),
        Some(receiver) => Err(type_error!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            name,
            owner.name(),
            receiver.type_object().name()
        )),
    }
}

/// Whether a value found in a class becomes a method of the instance by taking it as its first argument, so that a call
/// needs no bound method in between (CPython's `Py_TPFLAGS_METHOD_DESCRIPTOR`).
pub fn is_method_like(found: &Object) -> bool {
    matches!(found.shape_id(), ShapeId::FUNCTION | ShapeId::METHOD_DESCRIPTOR | ShapeId::SLOT_WRAPPER)
}

/// Fills the namespace of a static type from its tables: slot wrappers, members, `__doc__`.
pub fn fill_namespace(ty: &TypeObject) {
    debug_assert!(!ty.has_flag(flags::HEAP));
    // SAFETY: a static type is a static.
    let ty: &'static TypeObject = unsafe { &*std::ptr::from_ref(ty) };
    let namespace = Dict::new_namespace();
    ty.set_namespace(namespace.clone());
    let put = |name: &str, value: Owned| {
        // Keys are interned strings: this runs no Python code and cannot fail.
        let _ = namespace.set_str(&str::intern(name), &value);
    };
    for table in ty.methods() {
        for &(entry, names) in ENTRIES {
            if !crate::slot_wrapper::is_set(&table.special, entry) {
                continue;
            }
            match entry {
                Entry::new => put("__new__", crate::slot_wrapper::new_method(ty)),
                Entry::finalize => {}
                _ => {
                    for (index, name) in names.iter().enumerate() {
                        put(name, SlotWrapper::new(ty, entry, index as u8).into_owned());
                    }
                }
            }
        }
        if table.special.compare.is_some() && table.special.hash.is_none() {
            put("__hash__", Owned::none());
        }
    }
    for table in ty.methods() {
        for member in table.members {
            match member {
                Member::Method(spec) => put(spec.name, MethodDescriptor::new(spec, ty).into_owned()),
                Member::ClassMethod(spec) => {
                    put(spec.name, ClassMethodDescriptor::new(spec, ty).into_owned())
                }
                Member::StaticMethod(spec) => {
                    let function = BuiltinFunction::new(spec, None, Some(ty.to_owned()));
                    put(spec.name, StaticMethod::new(function.into_owned()).into_owned());
                }
                Member::Property(spec) => put(spec.name, GetSetDescriptor::new(spec, ty).into_owned()),
                Member::Attribute(name, value) => match value() {
                    Ok(value) => put(name, value),
                    Err(_) => {
                        exception::report_unraisable("while filling the namespace of a built-in type", None)
                    }
                },
            }
        }
    }
    let doc = ty.spec().doc.map_or(Owned::none(), |doc| Str::new(doc).into_owned());
    // A type whose instances have documentation of their own has a property of that name.
    if !namespace.contains_str(&str::intern("__doc__")) {
        put("__doc__", doc);
    }
    let inherits_attributes = ty.base().is_some_and(|base| base.has_flag(flags::DICT));
    if ty.has_flag(flags::DICT) && !inherits_attributes && !namespace.contains_str(&str::intern("__dict__")) {
        put("__dict__", GetSetDescriptor::new(&crate::class::DICT_PROPERTY, ty).into_owned());
    }
    // Makes sure that the wrapper types are linked in whatever is used.
    let _ = MethodWrapper::type_object();
}
