//! Calls.

use smallvec::SmallVec;

use pyrsc_abi::{ShapeId, Value};

use crate::attribute::{self, Method};
use crate::call::Arguments;
use crate::function::Function;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::recursion;
use crate::str;
use crate::type_error;

/// Calls anything with arguments as they came.
#[inline]
pub fn call_arguments(callable: &Object, arguments: Arguments<'_>) -> Result {
    if callable.shape_id() == ShapeId::FUNCTION {
        // SAFETY: the shape says that it is a function.
        let function = unsafe { &*callable.address::<Function>() };
        return call_python(function, arguments);
    }
    match callable.type_object().special().call {
        Some(call) => {
            recursion::check("")?;
            call(callable, arguments)
        }
        None => Err(type_error!("'{}' object is not callable", callable.type_object().full_name())),
    }
}

/// Calls a function that is written in Python.
pub fn call_python(function: &Function, arguments: Arguments<'_>) -> Result {
    let (values, count, names) = arguments.as_raw();
    // SAFETY: the words are borrowed from the caller's arguments for the call; the callee may take words out, so it gets
    // a copy of them that owns its references.
    unsafe { call_function(function, function.object(), values, count, names) }
}

/// Enters a function's generic entry, whose callee may take the words it is given: each is counted first, and what is
/// left is dropped afterwards.
///
/// # Safety
/// `values` points to `count` live words; `names` is a tuple or 0.
unsafe fn call_function(
    function: &Function,
    callable: &Object,
    values: *mut Value,
    count: usize,
    names: Value,
) -> Result {
    recursion::check("")?;
    let mut words: SmallVec<[Value; 8]> = SmallVec::with_capacity(count);
    for index in 0..count {
        // SAFETY: within the caller's words, which are live.
        words.push(unsafe { Object::from_value(*values.add(index)) }.to_owned().into_raw());
    }
    // SAFETY: the descriptor is a function's; the words are owned by this frame.
    unsafe {
        let generic = function.descriptor().generic;
        let result = Owned::from_result(generic(callable.value(), words.as_mut_ptr(), count, names));
        for word in words {
            if word.0 != 0 {
                drop(Owned::from_raw(word));
            }
        }
        result
    }
}

/// Calls anything with positional arguments.
pub fn call(callable: &Object, arguments: &[&Object]) -> Result {
    let words: SmallVec<[Value; 8]> = arguments.iter().map(|argument| argument.value()).collect();
    // SAFETY: the words are borrowed from `arguments` for the call.
    call_arguments(callable, unsafe {
        Arguments::from_raw(words.as_ptr() as *mut Value, words.len(), Value(0))
    })
}

/// Calls a method by a name that is written in Rust.
pub fn call_method(object: &Object, name: &str, arguments: &[&Object]) -> Result {
    match attribute::get_method(object, &str::intern(name))? {
        Method::Bound(callable) => call(&callable, arguments),
        Method::Unbound(function) => {
            let mut all: SmallVec<[&Object; 8]> = SmallVec::with_capacity(arguments.len() + 1);
            all.push(object);
            all.extend_from_slice(arguments);
            call(&function, &all)
        }
    }
}

/// `callable(object)`.
pub fn is_callable(object: &Object) -> bool {
    object.type_object().special().call.is_some()
}
