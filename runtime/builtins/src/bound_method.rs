//! Functions of Rust and bound methods as Python sees them: `builtin_function_or_method`, `method`, `method_descriptor`,
//! `wrapper_descriptor`, `method-wrapper`, `getset_descriptor`, `member_descriptor`.

use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::*;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot_wrapper::{MethodWrapper, NewMethodWrapper, SlotWrapper};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::pymethods;

fn text(value: &str) -> Owned {
    Str::new(value).into_owned()
}

/// `__text_signature__`: what the receiver is, or the module for a function of one, is marked with a `$`, as `inspect`
/// expects.
fn signature_text(signature: Option<&str>) -> Owned {
    let Some(signature) = signature else { return Owned::none() };
    let parameters = signature.trim_start_matches('(');
    let marked = if let Some(rest) = parameters.strip_prefix("self") {
        format!("($self{rest}")
    } else if parameters.starts_with("cls") || parameters.starts_with("type,") {
        let rest = parameters.find([',', ')']).map_or("", |end| &parameters[end..]);
        format!("($type{rest}")
    } else if parameters.starts_with('$') {
        signature.to_string()
    } else if parameters == ")" {
        "($module, /)".to_string()
    } else if parameters.contains(", /") {
        format!("($module, {parameters}")
    } else {
        format!("($module, /, {parameters}")
    };
    text(&marked)
}

fn optional_text(value: Option<&str>) -> Owned {
    value.map_or(Owned::none(), text)
}

/// `(getattr, (owner, name))`, how methods are pickled.
fn reduce_attribute(owner: Owned, name: Owned) -> Result {
    let getattr = pyrsc_core::startup::builtin("getattr")?;
    Ok(Tuple::pair(getattr, Tuple::pair(owner, name).into_owned()).into_owned())
}

#[pymethods(BoundMethod)]
pub mod method {
    use super::*;

    #[slot(signature = "(function, instance, /)")]
    fn new(_class: &TypeObject, function: &Object, instance: &Object) -> Result {
        if !operations::is_callable(function) {
            return Err(type_error!("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(type_error!("instance must not be None"));
        }
        Ok(BoundMethod::new(function.to_owned(), instance.to_owned()).into_owned())
    }

    #[slot]
    fn call(this: &BoundMethod, arguments: Arguments<'_>) -> Result {
        let function = this.function.get_or_none();
        let receiver = this.receiver.get_or_none();
        with_first(&receiver, arguments, |arguments| operations::call_arguments(&function, arguments))
    }

    #[slot]
    fn repr(this: &BoundMethod) -> Result {
        let function = this.function.get_or_none();
        let name = match operations::get_attribute_optional(&function, &str::intern("__qualname__"))? {
            Some(name) => Some(name),
            None => operations::get_attribute_optional(&function, &str::intern("__name__"))?,
        };
        let name = match name.filter(|name| name.is_instance_of::<Str>()) {
            Some(name) => operations::str_string(&name)?,
            None => "?".to_string(),
        };
        let receiver = operations::repr_string(&this.receiver.get_or_none())?;
        Ok(text(&format!("<bound method {name} of {receiver}>")))
    }

    #[slot]
    fn hash(this: &BoundMethod) -> Result<i64> {
        let receiver = operations::hash_of_identity(&this.receiver.get_or_none());
        Ok(receiver ^ operations::hash(&this.function.get_or_none())?)
    }

    #[slot]
    fn compare(this: &BoundMethod, other: &Object, comparison: Comparison) -> Result {
        let (Comparison::Equal | Comparison::NotEqual, Some(other)) =
            (comparison, other.downcast::<BoundMethod>())
        else {
            return Ok(Owned::not_implemented());
        };
        let equal = this.receiver.get_or_none().is(&other.receiver.get_or_none())
            && operations::equal(&this.function.get_or_none(), &other.function.get_or_none())?;
        Ok(Owned::bool(equal == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn get_attribute(this: &Object, name: &Str) -> Result {
        // What the method itself does not have is its function's.
        if let Some(value) = pyrsc_core::attribute::generic_get_optional(this, name)? {
            return Ok(value);
        }
        let method = this.downcast::<BoundMethod>().expect("a method");
        operations::get_attribute(&method.function.get_or_none(), name)
    }

    #[slot]
    fn descriptor_get(this: &Object, _instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        Ok(this.to_owned())
    }

    #[getter]
    fn __func__(this: &BoundMethod) -> Owned {
        this.function.get_or_none()
    }

    #[getter]
    fn __self__(this: &BoundMethod) -> Owned {
        this.receiver.get_or_none()
    }

    #[getter]
    fn __doc__(this: &BoundMethod) -> Result {
        operations::get_attribute_named(&this.function.get_or_none(), "__doc__")
    }

    #[pymethod]
    fn __reduce__(this: &BoundMethod) -> Result {
        let name = operations::get_attribute_named(&this.function.get_or_none(), "__name__")?;
        reduce_attribute(this.receiver.get_or_none(), name)
    }
}

#[pymethods(BuiltinFunction)]
pub mod builtin_function {
    use super::*;

    #[slot]
    fn call(this: &BuiltinFunction, arguments: Arguments<'_>) -> Result {
        this.call(arguments)
    }

    #[slot]
    fn repr(this: &BuiltinFunction) -> Result {
        let receiver = this.receiver.get();
        Ok(text(&match receiver {
            Some(receiver) if this.passes_receiver => format!(
                "<built-in method {} of {} object at {:#x}>",
                this.spec.name,
                receiver.type_object().name(),
                receiver.value().0
            ),
            _ => format!("<built-in function {}>", this.spec.name),
        }))
    }

    #[slot]
    fn compare(this: &BuiltinFunction, other: &Object, comparison: Comparison) -> Result {
        let (Comparison::Equal | Comparison::NotEqual, Some(other)) =
            (comparison, other.downcast::<BuiltinFunction>())
        else {
            return Ok(Owned::not_implemented());
        };
        let same = std::ptr::eq(this.spec, other.spec)
            && this.receiver.get_or_none().is(&other.receiver.get_or_none());
        Ok(Owned::bool(same == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn hash(this: &BuiltinFunction) -> Result<i64> {
        let receiver = operations::hash_of_identity(&this.receiver.get_or_none());
        Ok(receiver ^ (std::ptr::from_ref(this.spec) as usize as i64 >> 4))
    }

    #[getter]
    fn __name__(this: &BuiltinFunction) -> Owned {
        text(this.spec.name)
    }

    #[getter]
    fn __qualname__(this: &BuiltinFunction) -> Owned {
        match this.receiver.get().filter(|_| this.passes_receiver) {
            Some(receiver) => {
                let owner = match receiver.downcast::<TypeObject>() {
                    Some(class) => class.name().to_string(),
                    None => receiver.type_object().name().to_string(),
                };
                text(&format!("{owner}.{}", this.spec.name))
            }
            None => text(this.spec.name),
        }
    }

    #[getter]
    fn __module__(this: &BuiltinFunction) -> Owned {
        this.module.get_or_none()
    }

    #[getter]
    fn __self__(this: &BuiltinFunction) -> Owned {
        this.receiver.get_or_none()
    }

    #[getter]
    fn __doc__(this: &BuiltinFunction) -> Owned {
        optional_text(this.spec.doc)
    }

    #[getter]
    fn __text_signature__(this: &BuiltinFunction) -> Owned {
        signature_text(this.spec.signature)
    }

    #[pymethod]
    fn __reduce__(this: &BuiltinFunction) -> Result {
        match this.receiver.get().filter(|_| this.passes_receiver) {
            Some(receiver) => reduce_attribute(receiver, text(this.spec.name)),
            None => Ok(text(this.spec.name)),
        }
    }
}

#[pymethods(NewMethodWrapper)]
pub mod new_method {
    use super::*;

    /// As in CPython, where `object.__new__` is a built-in function.
    #[getter(name = "__class__")]
    fn class(_this: &Object) -> Result {
        Ok(pyrsc_core::descriptor::BUILTIN_FUNCTION.to_owned())
    }

    #[slot]
    fn call(this: &NewMethodWrapper, arguments: Arguments<'_>) -> Result {
        this.call(arguments)
    }

    #[slot]
    fn repr(this: &NewMethodWrapper) -> Result {
        let owner = this.owner.object().value().0;
        Ok(text(&format!("<built-in method __new__ of type object at {owner:#x}>")))
    }

    #[getter]
    fn __name__(_this: &NewMethodWrapper) -> Owned {
        text("__new__")
    }

    #[getter]
    fn __qualname__(this: &NewMethodWrapper) -> Owned {
        text(&format!("{}.__new__", this.owner.name()))
    }

    #[getter]
    fn __self__(this: &NewMethodWrapper) -> Owned {
        this.owner.to_owned()
    }

    #[getter]
    fn __module__(_this: &NewMethodWrapper) -> Owned {
        Owned::none()
    }

    #[getter]
    fn __doc__(_this: &NewMethodWrapper) -> Owned {
        text("Create and return a new object.  See help(type) for accurate signature.")
    }

    #[getter]
    fn __text_signature__(_this: &NewMethodWrapper) -> Owned {
        text("($type, *args, **kwargs)")
    }
}

/// What descriptors of built-in types have in common.
macro_rules! descriptor_attributes {
    ($module:ident, $class:ident, $what:literal, $bind:expr) => {
        #[pymethods($class)]
        pub mod $module {
            use super::*;

            #[slot]
            fn repr(this: &$class) -> Result {
                Ok(text(&format!("<{} '{}' of '{}' objects>", $what, this.spec.name, this.owner.name())))
            }

            #[slot]
            fn descriptor_get(this: &Object, instance: Option<&Object>, owner: Option<&Object>) -> Result {
                let bind: fn(&Object, &$class, Option<&Object>, Option<&Object>) -> Result = $bind;
                bind(this, this.downcast::<$class>().expect("a descriptor"), instance, owner)
            }

            #[getter]
            fn __name__(this: &$class) -> Owned {
                text(this.spec.name)
            }

            #[getter]
            fn __qualname__(this: &$class) -> Owned {
                text(&format!("{}.{}", this.owner.name(), this.spec.name))
            }

            #[getter]
            fn __objclass__(this: &$class) -> Owned {
                this.owner.to_owned()
            }

            #[getter]
            fn __doc__(this: &$class) -> Owned {
                optional_text(this.spec.doc)
            }

            #[getter]
            fn __text_signature__(this: &$class) -> Owned {
                signature_text(this.spec.signature)
            }

            #[pymethod]
            fn __reduce__(this: &$class) -> Result {
                reduce_attribute(this.owner.to_owned(), text(this.spec.name))
            }
        }
    };
}

descriptor_attributes!(method_descriptor, MethodDescriptor, "method", |this, descriptor, instance, _| {
    match instance {
        None => Ok(this.to_owned()),
        Some(instance) if instance.type_object().is_subtype(descriptor.owner) => {
            Ok(BuiltinFunction::bound(descriptor.spec, instance.to_owned()).into_owned())
        }
        Some(instance) => Err(type_error!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            descriptor.spec.name,
            descriptor.owner.name(),
            instance.type_object().name()
        )),
    }
});

descriptor_attributes!(
    class_method_descriptor,
    ClassMethodDescriptor,
    "method",
    |_, descriptor, instance, owner| {
        let class = match (owner, instance) {
            (Some(owner), _) => owner.to_owned(),
            (None, Some(instance)) => instance.type_object().to_owned(),
            (None, None) => return Err(type_error!("__get__(None, None) is invalid")),
        };
        if !pyrsc_core::class::is_subclass(&class, descriptor.owner) {
            return Err(type_error!(
                "descriptor '{}' requires a subtype of '{}' but received '{}'",
                descriptor.spec.name,
                descriptor.owner.name(),
                operations::repr_string(&class)?
            ));
        }
        Ok(BuiltinFunction::bound(descriptor.spec, class).into_owned())
    }
);

#[pymethods(MethodDescriptor)]
pub mod method_descriptor_call {
    use super::*;

    #[slot]
    fn call(this: &MethodDescriptor, arguments: Arguments<'_>) -> Result {
        this.call(arguments)
    }
}

#[pymethods(ClassMethodDescriptor)]
pub mod class_method_descriptor_call {
    use super::*;

    #[slot]
    fn call(this: &ClassMethodDescriptor, arguments: Arguments<'_>) -> Result {
        match arguments.positional(0) {
            Some(class) if pyrsc_core::class::is_subclass(class, this.owner) => (this.spec.call)(arguments),
            Some(other) => Err(type_error!(
                "descriptor '{}' requires a type but received a '{}' instance",
                this.spec.name,
                other.type_object().name()
            )),
            None => Err(type_error!(
                "descriptor '{}' of '{}' object needs an argument",
                this.spec.name,
                this.owner.name()
            )),
        }
    }
}

#[pymethods(SlotWrapper)]
pub mod slot_wrapper {
    use super::*;

    #[slot]
    fn call(this: &SlotWrapper, arguments: Arguments<'_>) -> Result {
        this.call(arguments)
    }

    #[slot]
    fn repr(this: &SlotWrapper) -> Result {
        Ok(text(&format!("<slot wrapper '{}' of '{}' objects>", this.name(), this.owner.name())))
    }

    #[slot]
    fn descriptor_get(this: &Object, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        let wrapper = this.downcast::<SlotWrapper>().expect("a slot wrapper");
        match instance {
            None => Ok(this.to_owned()),
            Some(instance) if instance.type_object().is_subtype(wrapper.owner) => {
                Ok(MethodWrapper::new(this.to_owned(), instance.to_owned()).into_owned())
            }
            Some(instance) => Err(type_error!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                wrapper.name(),
                wrapper.owner.name(),
                instance.type_object().name()
            )),
        }
    }

    #[getter]
    fn __name__(this: &SlotWrapper) -> Owned {
        text(this.name())
    }

    #[getter]
    fn __qualname__(this: &SlotWrapper) -> Owned {
        text(&format!("{}.{}", this.owner.name(), this.name()))
    }

    #[getter]
    fn __objclass__(this: &SlotWrapper) -> Owned {
        this.owner.to_owned()
    }

    #[getter]
    fn __doc__(_this: &SlotWrapper) -> Owned {
        Owned::none()
    }

    #[getter]
    fn __text_signature__(_this: &SlotWrapper) -> Owned {
        Owned::none()
    }

    #[pymethod]
    fn __reduce__(this: &SlotWrapper) -> Result {
        reduce_attribute(this.owner.to_owned(), text(this.name()))
    }
}

fn wrapper_name(this: &MethodWrapper) -> &'static str {
    let wrapper = this.wrapper.get_or_none();
    wrapper.downcast::<SlotWrapper>().map_or("?", |wrapper| wrapper.name())
}

#[pymethods(MethodWrapper)]
pub mod method_wrapper {
    use super::*;

    #[slot]
    fn call(this: &MethodWrapper, arguments: Arguments<'_>) -> Result {
        this.call(arguments)
    }

    #[slot]
    fn repr(this: &MethodWrapper) -> Result {
        let receiver = this.receiver.get_or_none();
        Ok(text(&format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            wrapper_name(this),
            receiver.type_object().name(),
            receiver.value().0
        )))
    }

    #[slot]
    fn hash(this: &MethodWrapper) -> Result<i64> {
        let receiver = operations::hash_of_identity(&this.receiver.get_or_none());
        Ok(receiver ^ operations::hash_of_identity(&this.wrapper.get_or_none()))
    }

    #[slot]
    fn compare(this: &MethodWrapper, other: &Object, comparison: Comparison) -> Result {
        let (Comparison::Equal | Comparison::NotEqual, Some(other)) =
            (comparison, other.downcast::<MethodWrapper>())
        else {
            return Ok(Owned::not_implemented());
        };
        let same = this.receiver.get_or_none().is(&other.receiver.get_or_none())
            && this.wrapper.get_or_none().is(&other.wrapper.get_or_none());
        Ok(Owned::bool(same == (comparison == Comparison::Equal)))
    }

    #[getter]
    fn __name__(this: &MethodWrapper) -> Owned {
        text(wrapper_name(this))
    }

    #[getter]
    fn __qualname__(this: &MethodWrapper) -> Result {
        operations::get_attribute_named(&this.wrapper.get_or_none(), "__qualname__")
    }

    #[getter]
    fn __objclass__(this: &MethodWrapper) -> Result {
        operations::get_attribute_named(&this.wrapper.get_or_none(), "__objclass__")
    }

    #[getter]
    fn __self__(this: &MethodWrapper) -> Owned {
        this.receiver.get_or_none()
    }

    #[getter]
    fn __doc__(_this: &MethodWrapper) -> Owned {
        Owned::none()
    }

    #[getter]
    fn __text_signature__(_this: &MethodWrapper) -> Owned {
        Owned::none()
    }

    #[pymethod]
    fn __reduce__(this: &MethodWrapper) -> Result {
        reduce_attribute(this.receiver.get_or_none(), text(wrapper_name(this)))
    }
}

fn owner_name(owner: &pyrsc_core::slot::Slot) -> String {
    owner
        .borrow()
        .and_then(|owner| owner.downcast::<TypeObject>())
        .map_or("?".to_string(), |owner| owner.name().to_string())
}

#[pymethods(GetSetDescriptor)]
pub mod getset_descriptor {
    use super::*;

    #[slot]
    fn repr(this: &GetSetDescriptor) -> Result {
        Ok(text(&format!("<attribute '{}' of '{}' objects>", this.spec.name, owner_name(&this.owner))))
    }

    #[slot]
    fn descriptor_get(this: &Object, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        match instance {
            None => Ok(this.to_owned()),
            Some(instance) => this.downcast::<GetSetDescriptor>().expect("a descriptor").get(instance),
        }
    }

    #[slot]
    fn descriptor_set(this: &GetSetDescriptor, instance: &Object, value: Option<&Object>) -> Result<()> {
        this.set(instance, value)
    }

    #[getter]
    fn __name__(this: &GetSetDescriptor) -> Owned {
        text(this.spec.name)
    }

    #[getter]
    fn __qualname__(this: &GetSetDescriptor) -> Owned {
        text(&format!("{}.{}", owner_name(&this.owner), this.spec.name))
    }

    #[getter]
    fn __objclass__(this: &GetSetDescriptor) -> Owned {
        this.owner.get_or_none()
    }

    #[getter]
    fn __doc__(this: &GetSetDescriptor) -> Owned {
        optional_text(this.spec.doc)
    }
}

#[pymethods(MemberDescriptor)]
pub mod member_descriptor {
    use super::*;

    #[slot]
    fn repr(this: &MemberDescriptor) -> Result {
        let name = operations::str_string(&this.name.get_or_none())?;
        Ok(text(&format!("<member '{name}' of '{}' objects>", owner_name(&this.owner))))
    }

    #[slot]
    fn descriptor_get(this: &Object, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        match instance {
            None => Ok(this.to_owned()),
            Some(instance) => this.downcast::<MemberDescriptor>().expect("a descriptor").get(instance),
        }
    }

    #[slot]
    fn descriptor_set(this: &MemberDescriptor, instance: &Object, value: Option<&Object>) -> Result<()> {
        this.set(instance, value)
    }

    #[getter]
    fn __name__(this: &MemberDescriptor) -> Owned {
        this.name.get_or_none()
    }

    #[getter]
    fn __qualname__(this: &MemberDescriptor) -> Result {
        let name = operations::str_string(&this.name.get_or_none())?;
        Ok(text(&format!("{}.{name}", owner_name(&this.owner))))
    }

    #[getter]
    fn __objclass__(this: &MemberDescriptor) -> Owned {
        this.owner.get_or_none()
    }

    #[getter]
    fn __doc__(_this: &MemberDescriptor) -> Owned {
        Owned::none()
    }

    #[pymethod]
    fn __reduce__(this: &MemberDescriptor) -> Result {
        reduce_attribute(this.owner.get_or_none(), this.name.get_or_none())
    }
}
