//! Calls that generated code makes, and calls of generated code.

use std::sync::atomic::Ordering;

use pyrsc_abi::runtime_functions::Items;
use pyrsc_abi::{ShapeId, Value};
use pyrsc_bytecode::FunctionAttributes;
use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::{BoundMethod, BuiltinFunction, MethodDescriptor};
use pyrsc_core::function::Function;
use pyrsc_core::object::{Object, release};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_object::TypeObject;

use crate::binding;
use crate::code::CodeObject;
use crate::frame::EMPTY;

pub fn call_positional(callable: &Object, arguments: Items) -> Result {
    call(callable, arguments, Value(0))
}

pub fn call_keywords(callable: &Object, arguments: Items, names: &Object) -> Result {
    call(callable, arguments, names.value())
}

/// Calls anything with words that the caller keeps.
fn call(callable: &Object, arguments: Items, names: Value) -> Result {
    let Items { pointer, count } = arguments;
    // SAFETY: the words are live; functions written in Rust only borrow them, and so does compiled code.
    unsafe {
        match callable.shape_id() {
            ShapeId::FUNCTION => {
                operations::call_function(&*callable.address::<Function>(), pointer, count, names)
            }
            ShapeId::BUILTIN_FUNCTION => {
                (*callable.address::<BuiltinFunction>()).call(Arguments::from_raw(pointer, count, names))
            }
            ShapeId::METHOD_DESCRIPTOR => {
                (*callable.address::<MethodDescriptor>()).call(Arguments::from_raw(pointer, count, names))
            }
            ShapeId::TYPE => {
                let class = &*callable.address::<TypeObject>();
                match operations::instantiate(class, pointer, count, names) {
                    Some(result) => result,
                    None => operations::call_arguments(callable, Arguments::from_raw(pointer, count, names)),
                }
            }
            ShapeId::BOUND_METHOD => {
                // What the method is of may be set anew meanwhile.
                let method = &*callable.address::<BoundMethod>();
                let (function, receiver) = (method.function.get_or_none(), method.receiver.get_or_none());
                operations::call_with_first(&function, &receiver, pointer, count, names)
            }
            _ => operations::call_arguments(callable, Arguments::from_raw(pointer, count, names)),
        }
    }
}

pub fn words_release(words: Items) {
    for index in 0..words.count {
        // SAFETY: the words are owned, or 0 where a callee took one, or nothing.
        unsafe {
            let word = *words.pointer.add(index);
            if word.0 != 0 {
                release(word);
            }
        }
    }
}

pub fn call_unpack(callable: &Object, arguments: &Object) -> Result {
    crate::call::call_with_unpacked(callable, arguments, None)
}

pub fn call_unpack_keywords(callable: &Object, arguments: &Object, keywords: &Object) -> Result {
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
