//! Exceptions: the class hierarchy, the pending and the handled exception, and how runtime code raises.
//!
//! An operation that fails leaves its exception *pending* in the thread block and returns `Err(Raised)` (the word 0 in
//! generated code). Whoever returns `Ok` leaves nothing pending.

mod hierarchy;
mod macros;

pub use hierarchy::*;

use pyrsc_abi::Value;

use crate::gil::THREAD;
use crate::object::Object;
use crate::owned::{Owned, Raised, Result};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::type_error;
use crate::type_object::{Class, TypeObject};

/// Raises an exception of a built-in class with a message.
#[cold]
pub fn raise(class: &TypeObject, message: &str) -> Raised {
    raise_with(class, Str::new(message).into_owned())
}

/// Raises an exception of a built-in class without arguments.
#[cold]
pub fn raise_bare(class: &TypeObject) -> Raised {
    match crate::operations::call(class.object(), &[]) {
        Ok(exception) => restore_new(exception),
        Err(raised) => raised,
    }
}

/// Raises OSError or a class like it with a number and a message, as C's errors are told.
#[cold]
pub fn raise_numbered(class: &TypeObject, number: i32, message: &str) -> Raised {
    let number = Owned::small_int(i64::from(number));
    match crate::operations::call(class.object(), &[&number, Str::new(message).object()]) {
        Ok(exception) => restore_new(exception),
        Err(raised) => raised,
    }
}

/// Raises OverflowError with a number and a message.
#[cold]
pub fn overflow_error_number(number: i32, message: &str) -> Raised {
    raise_numbered(OverflowError::type_object(), number, message)
}

/// Raises an exception of a class with one argument.
#[cold]
pub fn raise_with(class: &TypeObject, argument: Owned) -> Raised {
    match crate::operations::call(class.object(), &[&argument]) {
        Ok(exception) => restore_new(exception),
        Err(raised) => raised,
    }
}

/// Raises an exception of a class with these arguments.
#[cold]
pub fn raise_with_arguments(class: &TypeObject, arguments: &[Owned]) -> Raised {
    let arguments = crate::call::Arguments::positional_only(arguments);
    match crate::operations::call_arguments(class.object(), arguments) {
        Ok(exception) => restore_new(exception),
        Err(raised) => raised,
    }
}

/// Raises the OSError of an error number of the operating system, with its message.
#[cold]
pub fn os_error(number: i32) -> Raised {
    let message = std::io::Error::from_raw_os_error(number).to_string();
    let message = message.split(" (os error").next().unwrap_or_default();
    let arguments = [Owned::small_int(number.into()), Str::new(message).into_owned()];
    raise_with_arguments(OSError::type_object(), &arguments)
}

/// Raises the OSError of the C library's last error.
#[cold]
pub fn last_os_error() -> Raised {
    os_error(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// Raises `KeyError(key)`.
#[cold]
pub fn key_error(key: &Object) -> Raised {
    raise_with(KeyError::type_object(), key.to_owned())
}

/// Raises `StopIteration(value)`, as `next()` does where an iterator is exhausted.
#[cold]
pub fn stop_iteration(value: Option<Owned>) -> Raised {
    let arguments: Vec<Owned> = value.into_iter().collect();
    match crate::operations::call_arguments(
        StopIteration::type_object().object(),
        crate::call::Arguments::positional_only(&arguments),
    ) {
        Ok(exception) => restore_new(exception),
        Err(raised) => raised,
    }
}

/// Raises AttributeError for an object that lacks an attribute, with `name` and `obj` set.
#[cold]
pub fn no_attribute(object: &Object, name: &Str) -> Raised {
    let message = match object.downcast::<TypeObject>() {
        Some(ty) => format!("type object '{}' has no attribute '{}'", ty.name(), name.to_string_lossy()),
        None => {
            format!("'{}' object has no attribute '{}'", object.type_object().name(), name.to_string_lossy())
        }
    };
    attribute_error_for(object, name, &message)
}

/// Raises AttributeError with a message, and `name` and `obj` set.
#[cold]
pub fn attribute_error_for(object: &Object, name: &Str, message: &str) -> Raised {
    let raised = raise(AttributeError::type_object(), message);
    if let Some(error) = pending().and_then(|pending| pending.downcast::<AttributeError>()) {
        error.name.set(Some(name.object().to_owned()));
        error.object.set(Some(object.to_owned()));
    }
    raised
}

/// Raises an exception object as `raise` does: its context becomes the exception being handled.
#[cold]
pub fn raise_object(exception: Owned) -> Raised {
    restore_new(exception)
}

/// Makes a new exception pending, with the exception being handled as its context.
#[cold]
fn restore_new(exception: Owned) -> Raised {
    if let Some(handled) = handled() {
        set_context(&exception, handled);
    }
    restore(exception)
}

/// Sets `__context__`, breaking a cycle that would arise, as CPython's `_PyErr_SetObject` does.
pub fn set_context(exception: &Object, context: Owned) {
    if exception.is(&context) {
        return;
    }
    let Some(error) = exception.downcast::<BaseException>() else { return };
    // Walk the chain of contexts; where it comes back to `exception`, cut it.
    let mut current = context.clone();
    let mut slow = context.clone();
    let mut advance = false;
    while let Some(next) = current.downcast::<BaseException>().and_then(|error| error.context.get()) {
        if next.is(exception) {
            if let Some(error) = current.downcast::<BaseException>() {
                error.context.set(None);
            }
            break;
        }
        current = next;
        if current.is(&slow) {
            break;
        }
        if advance && let Some(next) = slow.downcast::<BaseException>().and_then(|error| error.context.get())
        {
            slow = next;
        }
        advance = !advance;
    }
    error.context.set(Some(context));
}

/// Makes an exception pending as it is.
#[cold]
pub fn restore(exception: Owned) -> Raised {
    debug_assert!(exception.is_instance_of::<BaseException>());
    let old = THREAD.pending.replace(exception.into_raw());
    drop(take_word(old));
    Raised
}

/// The pending exception, borrowed.
pub fn pending<'a>() -> Option<&'a Object> {
    // SAFETY: the thread block owns it until it is taken, which the borrower must not do meanwhile.
    unsafe { Object::from_optional_value(THREAD.pending.get()) }
}

/// Takes the pending exception over; there must be one.
pub fn take() -> Owned {
    take_optional().expect("an exception is pending")
}

/// Takes the pending exception over, if there is one.
pub fn take_optional() -> Option<Owned> {
    take_word(THREAD.pending.replace(Value(0)))
}

/// Forgets the pending exception.
pub fn clear() {
    drop(take_optional());
}

/// Whether an exception is pending.
#[inline(always)]
pub fn is_pending() -> bool {
    THREAD.pending.get().0 != 0
}

/// Whether the pending exception is of a class.
pub fn matches(class: &TypeObject) -> bool {
    pending().is_some_and(|exception| exception.type_object().is_subtype(class))
}

/// Whether the pending exception is of a built-in class; if so it is forgotten.
pub fn catch<T: Class>() -> bool {
    let caught = matches(T::type_object());
    if caught {
        clear();
    }
    caught
}

/// The exception being handled, as `sys.exception()` tells it.
pub fn handled() -> Option<Owned> {
    // SAFETY: the thread block owns it.
    unsafe { Object::from_optional_value(THREAD.handled.get()) }.map(Object::to_owned)
}

/// Makes an exception, or none, the one being handled; gives back the one before.
#[must_use = "the exception that was being handled has to come back, or be dropped, later"]
pub fn set_handled(exception: Option<Owned>) -> Option<Owned> {
    take_word(THREAD.handled.replace(exception.map_or(Value(0), Owned::into_raw)))
}

fn take_word(value: Value) -> Option<Owned> {
    // SAFETY: the thread block owned the word that the caller took out of it.
    if value.0 == 0 { None } else { Some(unsafe { Owned::from_raw(value) }) }
}

/// Tells about an exception that nobody can receive (from `__del__`, a weak reference's callback) through
/// `sys.unraisablehook`, and forgets it.
pub fn report_unraisable(message: &str, object: Option<&Object>) {
    let exception = take();
    match UNRAISABLE_HOOK.get() {
        Some(hook) => hook(&exception, message, object),
        None => eprintln!("pyrsc: {message}: {exception:?}"),
    }
}

/// As [`report_unraisable`], where the message itself names what was called: `… deallocator <function C.__del__ at 0x…>`.
pub fn report_unraisable_in(message: &str, called: Option<&Object>) {
    let exception = take();
    let shown = called.map(|called| {
        crate::operations::repr_string(called).unwrap_or_else(|_| {
            clear();
            "<object repr() failed>".to_string()
        })
    });
    restore(exception);
    match shown {
        Some(shown) => report_unraisable(&format!("{message} {shown}"), None),
        None => report_unraisable(message, None),
    }
}

/// What [`report_unraisable`] calls; `sys` sets it.
pub static UNRAISABLE_HOOK: crate::gil::Static<std::cell::Cell<Option<fn(&Object, &str, Option<&Object>)>>> =
    crate::gil::Static::new(std::cell::Cell::new(None));

/// Makes what `raise x` raises of `x`: an exception, or an instance of an exception class.
pub fn normalize(raised: &Object) -> Result {
    if let Some(class) = raised.downcast::<TypeObject>()
        && class.is_subtype(BaseException::type_object())
    {
        let exception = crate::operations::call(raised, &[])?;
        if !exception.is_instance_of::<BaseException>() {
            return Err(type_error!(
                "calling {} should have returned an instance of BaseException, not {}",
                crate::operations::repr_string(raised)?,
                exception.type_object().name()
            ));
        }
        return Ok(exception);
    }
    if raised.is_instance_of::<BaseException>() {
        return Ok(raised.to_owned());
    }
    Err(type_error!("exceptions must derive from BaseException"))
}

/// Whether an exception is matched by what follows `except`: a class or a tuple of classes.
pub fn given_matches(exception: &Object, classes: &Object) -> Result<bool> {
    const MESSAGE: &str = "catching classes that do not inherit from BaseException is not allowed";
    let base = BaseException::type_object();
    let check = |class: &Object| match class.downcast::<TypeObject>() {
        Some(class) if class.is_subtype(base) => Ok(exception.type_object().is_subtype(class)),
        _ => Err(raise(TypeError::type_object(), MESSAGE)),
    };
    match classes.downcast::<Tuple>() {
        None => check(classes),
        Some(tuple) => {
            let mut found = false;
            for class in tuple.iter() {
                found |= check(class)?;
            }
            Ok(found)
        }
    }
}
