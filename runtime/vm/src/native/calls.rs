//! Calls that generated code makes, and calls of generated code.

use std::sync::atomic::Ordering;

use pyrsc_abi::runtime_functions::Items;
use pyrsc_abi::{ShapeId, Value};
use pyrsc_bytecode::FunctionAttributes;
use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::{BoundMethod, BuiltinFunction, MethodDescriptor};
use pyrsc_core::function::Function;
use pyrsc_core::object::{Object, increment, release};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_object::TypeObject;

use crate::binding;
use crate::code::CodeObject;
use crate::frame::EMPTY;

pub fn call_positional(callable: &Object, arguments: Items, given: i64) -> Result {
    call(callable, arguments, Value(0), given as u64)
}

pub fn call_keywords(callable: &Object, arguments: Items, names: &Object, given: i64) -> Result {
    call(callable, arguments, names.value(), given as u64)
}

fn is_given(given: u64, index: usize) -> bool {
    index < 64 && given >> index & 1 != 0
}

/// Calls anything; the words whose bits are set in `given` are handed over, the others stay the caller's.
fn call(callable: &Object, arguments: Items, names: Value, given: u64) -> Result {
    let shape = callable.shape_id();
    // Only functions written in Python take words out of the arguments, or drop them in an order of their own.
    let may_take = match shape {
        // SAFETY: the shape says that it is a function.
        ShapeId::FUNCTION => names.0 != 0 || unsafe { &*callable.address::<Function>() }.takes_arguments(),
        ShapeId::BOUND_METHOD => true,
        _ => false,
    };
    if given != 0 && may_take {
        return call_giving(callable, arguments, names, given);
    }
    let Items { pointer, count } = arguments;
    // SAFETY: the words are live; functions written in Rust only borrow them, and so does compiled code.
    unsafe {
        let words = Arguments::from_raw(pointer, count, names);
        let result = match shape {
            ShapeId::FUNCTION => {
                operations::call_function(&*callable.address::<Function>(), pointer, count, names)
            }
            ShapeId::BUILTIN_FUNCTION => (*callable.address::<BuiltinFunction>()).call(words),
            ShapeId::METHOD_DESCRIPTOR => (*callable.address::<MethodDescriptor>()).call(words),
            ShapeId::TYPE => {
                let class = &*callable.address::<TypeObject>();
                match operations::instantiate(class, pointer, count, names) {
                    Some(result) => result,
                    None => operations::call_arguments(callable, words),
                }
            }
            ShapeId::BOUND_METHOD => {
                // What the method is of may be set anew meanwhile.
                let method = &*callable.address::<BoundMethod>();
                let (function, receiver) = (method.function.get_or_none(), method.receiver.get_or_none());
                operations::call_with_first(&function, &receiver, pointer, count, names)
            }
            _ => operations::call_arguments(callable, words),
        };
        release_given(arguments, given);
        result
    }
}

/// As `call`, for a callee that may take words out: each gets a reference of its own.
#[inline(never)]
fn call_giving(callable: &Object, arguments: Items, names: Value, given: u64) -> Result {
    // SAFETY: the words are live; those that the callee leaves are dropped.
    unsafe {
        for index in 0..arguments.count {
            let word = *arguments.pointer.add(index);
            if word.is_pointer() && !is_given(given, index) {
                increment(word);
            }
        }
        let result = operations::call_giving(callable, arguments.pointer, arguments.count, names);
        words_release(arguments);
        result
    }
}

/// Drops the words that were handed over, the last first.
///
/// # Safety
/// Their references are the caller's to drop.
unsafe fn release_given(words: Items, given: u64) {
    if given == 0 {
        return;
    }
    for index in (0..words.count).rev() {
        if is_given(given, index) {
            // SAFETY: the caller's promise.
            unsafe { release(*words.pointer.add(index)) };
        }
    }
}

pub fn words_release(words: Items) {
    for index in (0..words.count).rev() {
        // SAFETY: the words are owned, or 0 where a callee took one, or nothing.
        unsafe {
            let word = *words.pointer.add(index);
            if word.0 != 0 {
                release(word);
            }
        }
    }
}

pub fn call_unpack(callable: &Object, arguments: Owned) -> Result {
    crate::call::call_with_unpacked(callable, arguments, None)
}

pub fn call_unpack_keywords(callable: &Object, arguments: Owned, keywords: Owned) -> Result {
    crate::call::call_with_unpacked(callable, arguments, Some(keywords))
}

pub fn exit_call(exit: &Object, receiver: Value, exception: &Object) -> Result {
    crate::exceptions::call_exit(exit.value(), receiver, exception)
}

/// Binds arguments to a function's parameters. What is bound is taken out of the arguments, whose words are then 0.
pub fn arguments_bind(
    function: &Object,
    arguments: Items,
    names: Value,
    parameters: *mut Value,
) -> Result<()> {
    // SAFETY: a generic entry is called with its function; its code is a code object; `parameters` has room for the
    // code's parameters.
    unsafe {
        let function = &*function.address::<Function>();
        let code = &*(function.descriptor().code.0 as *const CodeObject);
        let count = code.code().parameter_count();
        for index in 0..count {
            parameters.add(index).write(EMPTY);
        }
        let bound =
            binding::bind_parameters(function, code, parameters, arguments.pointer, arguments.count, names);
        if bound.is_err() {
            let pending = pyrsc_core::exception::take();
            words_release(Items { pointer: parameters, count });
            pyrsc_core::exception::restore(pending);
        }
        bound
    }
}

/// The slow path of a function's entry: somebody asked for a poll, or the stack is too deep.
pub fn function_enter() -> Result<()> {
    if pyrsc_core::gil::THREAD.poll.load(Ordering::Relaxed) != 0 {
        pyrsc_core::thread::poll()?;
    }
    pyrsc_core::recursion::check_entry(crate::stack::depth)
}

pub fn loop_poll() -> Result<()> {
    pyrsc_core::thread::poll()
}

pub fn function_new(function: &Object, attributes: Items, code: &Object, bits: i64) -> Result {
    let parts = (0..attributes.count)
        // SAFETY: the words are owned by the caller, who gives them up.
        .map(|index| unsafe { Owned::from_raw(*attributes.pointer.add(index)) })
        .collect();
    let (Some(maker), Some(code)) = (function.downcast::<Function>(), code.downcast::<CodeObject>()) else {
        return Err(pyrsc_core::system_error!("a function is made by a function of a code object"));
    };
    let builtins = maker.builtins.get_or_none();
    crate::function::make_of(code, maker.globals(), builtins, FunctionAttributes(bits as u16), parts)
}

pub fn function_set_type_parameters(function: &Object, parameters: &Object) -> Result {
    crate::function::set_type_params(function.to_owned(), parameters.to_owned())
}
