//! Calls.

use smallvec::SmallVec;

use pyrsc_abi::{ShapeId, Value};

use crate::attribute::{self, Method};
use crate::call::Arguments;
use crate::descriptor::BoundMethod;
use crate::function::Function;
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::recursion;
use crate::str;
use crate::type_error;
use crate::type_object::TypeObject;

/// The most arguments that a direct entry takes.
const DIRECT_LIMIT: usize = 6;

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
#[inline]
pub fn call_python(function: &Function, arguments: Arguments<'_>) -> Result {
    let (values, count, names) = arguments.as_raw();
    // SAFETY: the words are borrowed from the caller's arguments for the call.
    unsafe { call_function(function, values, count, names) }
}

/// Calls a function that is written in Python with words that stay the caller's.
///
/// # Safety
/// `values` points to `count` live words; `names` is a tuple or 0.
#[inline]
pub unsafe fn call_function(function: &Function, values: *const Value, count: usize, names: Value) -> Result {
    let descriptor = function.descriptor();
    if names.0 == 0 && !descriptor.direct.is_null() {
        let wanted = descriptor.positional_count as usize;
        // SAFETY: the caller's promise; the entry takes as many arguments.
        unsafe {
            if count == wanted {
                return enter_direct(descriptor.direct, function, values, count);
            }
            if count < wanted
                && let Some(result) = call_with_defaults(function, values, count, wanted)
            {
                return result;
            }
        }
    }
    // SAFETY: the caller's promise.
    unsafe { call_generic(function, values, count, names) }
}

/// Enters compiled code with its arguments in registers, which it borrows, but for those that it takes over: they are
/// counted. The code checks the stack itself.
///
/// # Safety
/// `entry` is the function's direct entry, for `count` arguments, which `values` points to.
#[inline(always)]
unsafe fn enter_direct(entry: *const (), function: &Function, values: *const Value, count: usize) -> Result {
    type V = Value;
    let this = function.object().value();
    let taken = function.descriptor().direct_takes;
    for index in 0..count {
        if taken >> index & 1 != 0 {
            // SAFETY: the caller's promise; the callee takes this reference over.
            std::mem::forget(unsafe { Object::from_value(*values.add(index)) }.to_owned());
        }
    }
    // SAFETY: a direct entry takes the function and `count` words, at most six; the result is owned or 0.
    unsafe {
        let word = |index: usize| *values.add(index);
        macro_rules! enter {
            ($($ty:ident $index:literal)*) => {{
                let entry: unsafe extern "C" fn(V $(, $ty)*) -> V = std::mem::transmute(entry);
                entry(this $(, word($index))*)
            }};
        }
        Owned::from_result(match count {
            0 => enter!(),
            1 => enter!(V 0),
            2 => enter!(V 0 V 1),
            3 => enter!(V 0 V 1 V 2),
            4 => enter!(V 0 V 1 V 2 V 3),
            5 => enter!(V 0 V 1 V 2 V 3 V 4),
            _ => enter!(V 0 V 1 V 2 V 3 V 4 V 5),
        })
    }
}

/// Enters compiled code whose last parameters get their defaults; `None` where those do not suffice.
///
/// # Safety
/// As for [`call_function`]; the function has a direct entry for `wanted` arguments, at most six.
unsafe fn call_with_defaults(
    function: &Function,
    values: *const Value,
    count: usize,
    wanted: usize,
) -> Option<Result> {
    // The function may get other defaults while it runs.
    let defaults = function.positional_defaults()?;
    let given = count.max(wanted.checked_sub(defaults.len())?);
    if given != count {
        return None;
    }
    let mut words = [Value(0); DIRECT_LIMIT];
    for (index, word) in words.iter_mut().enumerate().take(wanted) {
        *word = if index < count {
            // SAFETY: the caller's promise.
            unsafe { *values.add(index) }
        } else {
            defaults.get(defaults.len() - (wanted - index))?.value()
        };
    }
    // SAFETY: the caller's promise; the defaults live as long as their tuple.
    Some(unsafe { enter_direct(function.descriptor().direct, function, words.as_ptr(), wanted) })
}

/// Enters a function's generic entry, whose callee may take the words it is given: each is counted first, and what is
/// left is dropped afterwards.
///
/// # Safety
/// As for [`call_function`].
#[inline(never)]
unsafe fn call_generic(function: &Function, values: *const Value, count: usize, names: Value) -> Result {
    recursion::check("")?;
    let mut words: SmallVec<[Value; 8]> = SmallVec::with_capacity(count);
    for index in 0..count {
        // SAFETY: within the caller's words, which are live.
        words.push(unsafe { Object::from_value(*values.add(index)) }.to_owned().into_raw());
    }
    // SAFETY: the descriptor is a function's; the words are owned by this frame.
    unsafe {
        let generic = function.descriptor().generic;
        let result = Owned::from_result(generic(function.object().value(), words.as_mut_ptr(), count, names));
        for word in words {
            if word.0 != 0 {
                drop(Owned::from_raw(word));
            }
        }
        result
    }
}

/// Calls anything with words that stay the caller's, the first of which is apart from the others.
///
/// # Safety
/// `values` points to `count` live words; `names` is a tuple or 0.
pub unsafe fn call_with_first(
    callable: &Object,
    first: &Object,
    values: *const Value,
    count: usize,
    names: Value,
) -> Result {
    let first = first.value();
    // SAFETY: the caller's promise.
    unsafe {
        let word = |index: usize| *values.add(index);
        macro_rules! call {
            ($($index:literal)*) => {{
                let mut words = [first $(, word($index))*];
                call_words(callable, words.as_mut_ptr(), count + 1, names)
            }};
        }
        match count {
            0 => call!(),
            1 => call!(0),
            2 => call!(0 1),
            3 => call!(0 1 2),
            4 => call!(0 1 2 3),
            5 => call!(0 1 2 3 4),
            _ => {
                let mut words: SmallVec<[Value; 16]> = SmallVec::with_capacity(count + 1);
                words.push(first);
                words.extend((0..count).map(word));
                call_words(callable, words.as_mut_ptr(), count + 1, names)
            }
        }
    }
}

/// Calls anything with words that stay the caller's.
///
/// # Safety
/// As for [`call_with_first`].
#[inline]
pub unsafe fn call_words(callable: &Object, values: *mut Value, count: usize, names: Value) -> Result {
    if callable.shape_id() == ShapeId::FUNCTION {
        // SAFETY: the shape says that it is a function.
        return unsafe { call_function(&*callable.address::<Function>(), values, count, names) };
    }
    // SAFETY: the caller's promise.
    call_arguments(callable, unsafe { Arguments::from_raw(values, count, names) })
}

/// Makes an instance of a class written in Python whose making is nothing but a new object and a call of `__init__`;
/// `None` for other classes, and where there is an error to report.
///
/// # Safety
/// As for [`call_with_first`].
#[inline]
pub unsafe fn instantiate(
    class: &TypeObject,
    values: *const Value,
    count: usize,
    names: Value,
) -> Option<Result> {
    let initializer = class.plain_initializer()?;
    let Some(cell) = initializer else {
        return (count == 0).then(|| Ok(memory::allocate_instance(class)));
    };
    // SAFETY: the cell is bound and owns its value.
    let found = unsafe { Object::from_value(*cell) };
    if found.shape_id() != ShapeId::FUNCTION {
        return None;
    }
    let function = found.to_owned();
    let object = memory::allocate_instance(class);
    // SAFETY: the caller's promise; the new object lives as long as the call.
    let result = match unsafe { call_with_first(&function, &object, values, count, names) } {
        Ok(result) => result,
        Err(raised) => return Some(Err(raised)),
    };
    if !result.is_none() {
        return Some(Err(crate::slot_wrapper::initializer_result(&result)));
    }
    Some(Ok(object))
}

/// Calls anything with words that are handed over: a Python function may take some by writing 0 in their places, and what
/// is left when it returns stays the caller's to drop.
///
/// # Safety
/// `values` points to `count` owned words; `names` is a tuple or 0.
pub unsafe fn call_giving(callable: &Object, values: *mut Value, count: usize, names: Value) -> Result {
    // SAFETY: the caller's promise; shapes say what the objects are.
    unsafe {
        match callable.shape_id() {
            ShapeId::FUNCTION => {
                recursion::check("")?;
                let generic = (*callable.address::<Function>()).descriptor().generic;
                Owned::from_result(generic(callable.value(), values, count, names))
            }
            ShapeId::BOUND_METHOD => {
                let method = &*callable.address::<BoundMethod>();
                let function = method.function.get_or_none();
                if function.shape_id() != ShapeId::FUNCTION {
                    return call_arguments(callable, Arguments::from_raw(values, count, names));
                }
                let mut words: SmallVec<[Value; 8]> = SmallVec::with_capacity(count + 1);
                words.push(method.receiver.get_or_none().into_raw());
                for index in 0..count {
                    words.push(std::mem::replace(&mut *values.add(index), Value(0)));
                }
                let result = call_giving(&function, words.as_mut_ptr(), count + 1, names);
                for word in words.into_iter().rev() {
                    if word.0 != 0 {
                        drop(Owned::from_raw(word));
                    }
                }
                result
            }
            _ => call_arguments(callable, Arguments::from_raw(values, count, names)),
        }
    }
}

/// Calls anything with positional arguments.
pub fn call(callable: &Object, arguments: &[&Object]) -> Result {
    // SAFETY: a reference to an object is its word; the words are borrowed from `arguments` for the call, and nobody
    // takes one out: compiled code borrows them, and the interpreter gets a copy.
    unsafe { call_words(callable, arguments.as_ptr() as *mut Value, arguments.len(), Value(0)) }
}

/// Calls a method by a name that is written in Rust.
pub fn call_method(object: &Object, name: &str, arguments: &[&Object]) -> Result {
    match attribute::get_method(object, &str::intern(name))? {
        Method::Bound(callable) => call(&callable, arguments),
        // SAFETY: as in `call`.
        Method::Unbound(function) => unsafe {
            call_with_first(&function, object, arguments.as_ptr() as *const Value, arguments.len(), Value(0))
        },
    }
}

/// `callable(object)`.
pub fn is_callable(object: &Object) -> bool {
    object.type_object().special().call.is_some()
}
