//! The exception classes' constructors, attributes and texts.
//!
//! CPython: Objects/exceptions.c. Tracebacks are `pyrsc-core`'s; exception groups have a file of their own.

pub mod group;
pub mod import_error;
pub mod os_error;
pub mod syntax_error;
pub mod unicode_error;

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::*;
use pyrsc_core::instance;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::traceback::Traceback;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::pymethods;

/// The positional arguments as a tuple.
fn positional(arguments: Arguments<'_>) -> Owned {
    Tuple::from_vec(arguments.iter_positional().map(Object::to_owned).collect()).into_owned()
}

/// Allocates an exception of a class with its `args` set.
pub fn allocate(class: &TypeObject, arguments: Arguments<'_>) -> Result {
    let exception = memory::allocate_zeroed(class, 0)?;
    if let Some(error) = exception.downcast::<BaseException>() {
        error.arguments.set(Some(positional(arguments)));
    }
    if let Some(error) = exception.downcast::<OSError>() {
        error.characters_written.set(-1);
    }
    Ok(exception)
}

/// Refuses keyword arguments.
fn no_keywords(class: &TypeObject, arguments: Arguments<'_>) -> Result<()> {
    if arguments.keyword_count() > 0 {
        return Err(type_error!("{}() takes no keyword arguments", class.name()));
    }
    Ok(())
}

/// `args` of an exception.
pub fn arguments_of(this: &BaseException) -> Owned {
    this.arguments.get().unwrap_or_else(|| Tuple::empty().into_owned())
}

/// Takes named keyword arguments for classes that have them (`ImportError(name=…)`).
pub fn keywords(class: &TypeObject, arguments: Arguments<'_>, targets: &[(&str, &Slot)]) -> Result<()> {
    for (_, slot) in targets {
        slot.set(None);
    }
    for (name, value) in arguments.iter_keywords() {
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match targets.iter().find(|(target, _)| *target == text) {
            Some((_, slot)) => slot.set(Some(value.to_owned())),
            None => {
                return Err(type_error!("{}() got an unexpected keyword argument '{}'", class.name(), text));
            }
        }
    }
    Ok(())
}

/// Defines a table of attributes that are slots: `module, Class { getter setter field; … }`.
macro_rules! slot_properties {
    ($module:ident, $class:ident { $($get:ident $set:ident $field:ident;)* }) => {
        #[pymethods($class)]
        pub mod $module {
            use super::*;

            $(
                #[getter]
                fn $get(this: &$class) -> Owned {
                    this.$field.get_or_none()
                }

                #[setter]
                fn $set(this: &$class, value: Option<&Object>) -> Result<()> {
                    this.$field.set(value.map(Object::to_owned));
                    Ok(())
                }
            )*
        }
    };
}
pub(crate) use slot_properties;

#[pymethods(BaseException)]
pub mod base {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        allocate(class, arguments)
    }

    #[slot]
    fn init(this: &BaseException, arguments: Arguments<'_>) -> Result<()> {
        no_keywords(object(this).type_object(), arguments)?;
        this.arguments.set(Some(positional(arguments)));
        Ok(())
    }

    #[slot]
    fn repr(this: &BaseException) -> Result {
        let arguments = arguments_of(this);
        let name = object(this).type_object().name().to_string();
        let text = match arguments.downcast::<Tuple>() {
            Some(tuple) if tuple.len() == 1 => {
                format!("{name}({})", operations::repr_string(tuple.get(0).expect("one"))?)
            }
            _ => format!("{name}{}", operations::repr_string(&arguments)?),
        };
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn str(this: &BaseException) -> Result {
        let arguments = arguments_of(this);
        let Some(tuple) = arguments.downcast::<Tuple>() else { return Ok(Str::empty().into_owned()) };
        Ok(match tuple.len() {
            0 => Str::empty().into_owned(),
            1 => operations::str(tuple.get(0).expect("one"))?.into_owned(),
            _ => operations::str(&arguments)?.into_owned(),
        })
    }

    #[getter]
    fn args(this: &BaseException) -> Owned {
        arguments_of(this)
    }

    #[setter]
    fn set_args(this: &BaseException, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else { return Err(type_error!("args may not be deleted")) };
        let items = pyrsc_core::iteration::collect(value)?;
        this.arguments.set(Some(Tuple::from_vec(items).into_owned()));
        Ok(())
    }

    #[getter]
    fn __traceback__(this: &BaseException) -> Owned {
        this.traceback.get_or_none()
    }

    #[setter]
    fn set___traceback__(this: &BaseException, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else { return Err(type_error!("__traceback__ may not be deleted")) };
        set_traceback(this, value)
    }

    #[getter]
    fn __context__(this: &BaseException) -> Owned {
        this.context.get_or_none()
    }

    #[setter]
    fn set___context__(this: &BaseException, value: Option<&Object>) -> Result<()> {
        let value = exception_or_none(value, "context")?;
        this.context.set(value);
        Ok(())
    }

    #[getter]
    fn __cause__(this: &BaseException) -> Owned {
        this.cause.get_or_none()
    }

    #[setter]
    fn set___cause__(this: &BaseException, value: Option<&Object>) -> Result<()> {
        let value = exception_or_none(value, "cause")?;
        this.cause.set(value);
        this.suppress_context.set(true);
        Ok(())
    }

    #[getter]
    fn __suppress_context__(this: &BaseException) -> bool {
        this.suppress_context.get()
    }

    #[setter]
    fn set___suppress_context__(this: &BaseException, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else { return Err(type_error!("can't delete numeric/char attribute")) };
        if !value.value().is_bool() {
            return Err(type_error!("attribute value type must be bool"));
        }
        this.suppress_context.set(operations::is_true(value)?);
        Ok(())
    }

    #[getter]
    fn __dict__(this: &Object) -> Owned {
        instance::dictionary(this).into_owned()
    }

    #[setter]
    fn set___dict__(this: &Object, value: Option<&Object>) -> Result<()> {
        match pyrsc_core::class::DICT_PROPERTY.set {
            Some(set) => set(this, value),
            None => Ok(()),
        }
    }

    #[pymethod]
    fn with_traceback(this: &Object, traceback: &Object) -> Result {
        let error = this.downcast::<BaseException>().expect("the receiver's type is checked");
        set_traceback(error, traceback)?;
        Ok(this.to_owned())
    }

    #[pymethod]
    fn add_note(this: &Object, note: &Object) -> Result<()> {
        if !note.is_instance_of::<Str>() {
            return Err(type_error!("add_note() argument must be str, not {}", note.type_object().name()));
        }
        let name = str::intern("__notes__");
        let notes = match operations::get_attribute_optional(this, &name)? {
            Some(notes) => notes,
            None => {
                let notes = List::from_vec(Vec::new()).into_owned();
                operations::set_attribute(this, &name, &notes)?;
                notes
            }
        };
        match notes.downcast::<List>() {
            Some(notes) => {
                notes.push(note.to_owned())?;
                Ok(())
            }
            None => Err(type_error!("Cannot add note: __notes__ is not a list")),
        }
    }

    #[pymethod]
    fn __reduce__(this: &Object) -> Result {
        let error = this.downcast::<BaseException>().expect("the receiver's type is checked");
        let mut parts = vec![this.type_object().to_owned(), arguments_of(error)];
        let attributes = instance::dictionary(this);
        if !attributes.is_empty() {
            parts.push(attributes.into_owned());
        }
        Ok(Tuple::from_vec(parts).into_owned())
    }

    #[pymethod]
    fn __setstate__(this: &Object, state: &Object) -> Result<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(state) = state.downcast::<pyrsc_core::dict::Dict>() else {
            return Err(type_error!("state is not a dictionary"));
        };
        for (name, value) in state.items() {
            if let Some(name) = name.downcast::<Str>() {
                operations::set_attribute(this, name, &value)?;
            }
        }
        Ok(())
    }
}

/// The object that a struct is the start of.
pub fn object<T>(this: &T) -> &Object {
    // SAFETY: callers pass the struct of a live object.
    unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(this) as u64)) }
}

fn set_traceback(this: &BaseException, value: &Object) -> Result<()> {
    if value.is_none() {
        this.traceback.set(None);
    } else if value.is_instance_of::<Traceback>() {
        this.traceback.set(Some(value.to_owned()));
    } else {
        return Err(type_error!("__traceback__ must be a traceback or None"));
    }
    Ok(())
}

fn exception_or_none(value: Option<&Object>, what: &str) -> Result<Option<Owned>> {
    match value {
        None => Err(type_error!("__{what}__ may not be deleted")),
        Some(value) if value.is_none() => Ok(None),
        Some(value) if value.is_instance_of::<BaseException>() => Ok(Some(value.to_owned())),
        Some(_) => Err(type_error!("exception {what} must be None or derive from BaseException")),
    }
}

#[pymethods(StopIteration)]
pub mod stop_iteration_methods {
    use super::*;

    #[slot]
    fn init(this: &StopIteration, arguments: Arguments<'_>) -> Result<()> {
        no_keywords(object(this).type_object(), arguments)?;
        this.base.base.arguments.set(Some(positional(arguments)));
        this.value.set(arguments.positional(0).map(Object::to_owned));
        Ok(())
    }
}

#[pymethods(SystemExit)]
pub mod system_exit {
    use super::*;

    #[slot]
    fn init(this: &SystemExit, arguments: Arguments<'_>) -> Result<()> {
        no_keywords(object(this).type_object(), arguments)?;
        let all = positional(arguments);
        let code = match arguments.positional_count() {
            0 => None,
            1 => arguments.positional(0).map(Object::to_owned),
            _ => Some(all.clone()),
        };
        this.base.arguments.set(Some(all));
        this.code.set(code);
        Ok(())
    }
}

#[pymethods(KeyError)]
pub mod key_error_methods {
    use super::*;

    #[slot]
    fn str(this: &Object) -> Result {
        let error = this.downcast::<BaseException>().expect("the receiver's type is checked");
        let arguments = arguments_of(error);
        match arguments.downcast::<Tuple>() {
            Some(tuple) if tuple.len() == 1 => Ok(operations::repr(tuple.get(0).expect("one"))?.into_owned()),
            Some(tuple) if tuple.is_empty() => Ok(Str::empty().into_owned()),
            _ => Ok(operations::str(&arguments)?.into_owned()),
        }
    }
}

#[pymethods(NameError)]
pub mod name_error_methods {
    use super::*;

    #[slot]
    fn init(this: &NameError, arguments: Arguments<'_>) -> Result<()> {
        keywords(object(this).type_object(), arguments, &[("name", &this.name)])?;
        this.base.base.arguments.set(Some(positional(arguments)));
        Ok(())
    }
}

#[pymethods(AttributeError)]
pub mod attribute_error_methods {
    use super::*;

    #[slot]
    fn init(this: &AttributeError, arguments: Arguments<'_>) -> Result<()> {
        keywords(object(this).type_object(), arguments, &[("name", &this.name), ("obj", &this.object)])?;
        this.base.base.arguments.set(Some(positional(arguments)));
        Ok(())
    }

    #[pymethod]
    fn __getstate__(this: &Object) -> Result {
        let attributes = instance::dictionary(this).copy()?;
        if let Some(error) = this.downcast::<AttributeError>() {
            if let Some(name) = error.name.get() {
                attributes.set_str(&str::intern("name"), &name)?;
            }
            let arguments = arguments_of(&error.base.base);
            attributes.set_str(&str::intern("args"), &arguments)?;
        }
        Ok(attributes.into_owned())
    }
}

slot_properties! {
    stop_iteration_attributes, StopIteration {
        value set_value value;
    }
}

slot_properties! {
    system_exit_attributes, SystemExit {
        code set_code code;
    }
}

slot_properties! {
    name_error_attributes, NameError {
        name set_name name;
    }
}

slot_properties! {
    attribute_error_attributes, AttributeError {
        name set_name name;
        obj set_obj object;
    }
}
