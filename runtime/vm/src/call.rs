//! Calls: from instruction to frame, and from Rust to Python.
//!
//! A call of a Python function from an instruction moves the arguments from the caller's registers to the callee's and
//! goes on there. Everything else gets its arguments where they lie.

use std::sync::atomic::Ordering;

use pyrsc_abi::{ShapeId, Value};
use pyrsc_bytecode::Def;
use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::{BoundMethod, BuiltinFunction, MethodDescriptor};
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::function::Function;
use pyrsc_core::gil::THREAD;
use pyrsc_core::memory;
use pyrsc_core::object::{Object, increment, release};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;

use crate::binding;
use crate::code::CodeObject;
use crate::frame::{self, EMPTY, Frame, flags};
use crate::handlers::shape_of;
use crate::interpreter::{self, Flow, Interpreter, Taken};

/// Moves words out of registers.
///
/// # Safety
/// The registers hold values.
pub unsafe fn take_words(from: *mut Value, count: usize) -> Vec<Owned> {
    // SAFETY: the caller's promise; each register is left empty.
    (0..count)
        .map(|index| unsafe { Owned::from_raw(std::mem::replace(&mut *from.add(index), EMPTY)) })
        .collect()
}

/// Drops arguments that are still in their registers.
///
/// # Safety
/// The registers hold owned values, or 0 where a callee took one.
#[inline(always)]
unsafe fn drop_words(from: *mut Value, count: usize) {
    for index in (0..count).rev() {
        // SAFETY: the caller's promise; the register is empty before its value dies.
        unsafe {
            let value = std::mem::replace(&mut *from.add(index), EMPTY);
            if value.0 != 0 {
                release(value);
            }
        }
    }
}

/// The code of a function that this interpreter runs.
#[inline(always)]
pub fn python_code(function: &Function) -> Option<&CodeObject> {
    let descriptor = function.descriptor();
    if std::ptr::fn_addr_eq(descriptor.generic, generic_entry as pyrsc_abi::descriptor::GenericEntry) {
        // SAFETY: descriptors with this entry belong to code objects.
        Some(unsafe { &*(descriptor.code.0 as *const CodeObject) })
    } else {
        None
    }
}

impl Interpreter {
    /// Calls what is in register `base` with the arguments in `first..first + count`; all of them are moved out.
    #[inline(always)]
    pub fn call_registers(
        &mut self,
        dst: Def,
        base: usize,
        first: usize,
        count: usize,
        names: Option<Value>,
    ) -> Flow {
        // SAFETY: the verifier checked the registers.
        let callee = unsafe { *self.registers.add(base) };
        if names.is_none() && shape_of(callee) == Some(ShapeId::FUNCTION) {
            // SAFETY: the shape says that it is a function.
            let function = unsafe { &*(callee.0 as *const Function) };
            if let Some(code) = python_code(function)
                && code.running().plain_parameters
                && count == code.running().descriptor.positional_count as usize
                && THREAD.poll.load(Ordering::Relaxed) == 0
            {
                // SAFETY: as above; the callee's reference goes to the frame.
                unsafe {
                    let (top, limit) = ((*self.frame).top, (*self.frame).limit);
                    let Ok(frame) = frame::push(top, limit, code, callee, 0) else { return Flow::Raised };
                    *self.registers.add(base) = EMPTY;
                    let registers = Frame::registers(frame);
                    let arguments = self.registers.add(first);
                    for index in 0..count {
                        *registers.add(index) = std::mem::replace(&mut *arguments.add(index), EMPTY);
                    }
                    for index in count..code.running().register_count as usize {
                        *registers.add(index) = EMPTY;
                    }
                    (*self.frame).next = self.next;
                    (*frame).result = dst.0.0;
                    self.frame = frame;
                    self.registers = registers;
                    self.units = code.running().units;
                    self.next = 0;
                }
                return Flow::Next;
            }
        }
        // SAFETY: the registers are the running frame's.
        unsafe { self.call_other(dst, base, first, count, names.unwrap_or(Value(0))) }
    }

    /// As `call_registers`, for any callee; `names` is a tuple or 0.
    #[inline(never)]
    unsafe fn call_other(&mut self, dst: Def, base: usize, first: usize, count: usize, names: Value) -> Flow {
        if THREAD.poll.load(Ordering::Relaxed) != 0 && pyrsc_core::thread::poll().is_err() {
            return Flow::Raised;
        }
        // SAFETY: the caller's promise: the registers hold the callee and its arguments.
        unsafe {
            let callee = *self.registers.add(base);
            match shape_of(callee) {
                Some(ShapeId::FUNCTION) => {
                    let function = &*(callee.0 as *const Function);
                    if let Some(code) = python_code(function) {
                        *self.registers.add(base) = EMPTY;
                        let arguments = self.registers.add(first);
                        return self.call_python(dst, callee, code, arguments, count, names);
                    }
                }
                Some(ShapeId::BOUND_METHOD) => {
                    let method = &*(callee.0 as *const BoundMethod);
                    let inner = method.function.cell().get();
                    if shape_of(inner) == Some(ShapeId::FUNCTION)
                        && let Some(code) = python_code(&*(inner.0 as *const Function))
                        && first == base + 1
                    {
                        let receiver = method.receiver.get_or_none().into_raw();
                        increment(inner);
                        *self.registers.add(base) = receiver;
                        release(callee);
                        let arguments = self.registers.add(base);
                        return self.call_python(dst, inner, code, arguments, count + 1, names);
                    }
                }
                Some(ShapeId::TYPE) if first == base + 1 => {
                    if let Some(flow) = self.construct(dst, callee, base, count, names) {
                        return flow;
                    }
                }
                _ => {}
            }
            let arguments = self.registers.add(first);
            let given = Arguments::from_raw(arguments, count, names);
            let result = match shape_of(callee) {
                Some(ShapeId::BUILTIN_FUNCTION) => (*(callee.0 as *const BuiltinFunction)).call(given),
                Some(ShapeId::METHOD_DESCRIPTOR) => (*(callee.0 as *const MethodDescriptor)).call(given),
                _ => operations::call_giving(Object::from_value(callee), arguments, count, names),
            };
            drop_words(arguments, count);
            *self.registers.add(base) = EMPTY;
            release(callee);
            self.finish(dst, result)
        }
    }

    /// Calls a class in register `base` with the `count` arguments behind it, where that makes a plain object and goes on
    /// in an `__init__` that this interpreter runs.
    ///
    /// # Safety
    /// As for `call_other`.
    unsafe fn construct(
        &mut self,
        dst: Def,
        callee: Value,
        base: usize,
        count: usize,
        names: Value,
    ) -> Option<Flow> {
        // SAFETY: the callee is a class; a cell of its `__init__` holds a live value.
        unsafe {
            let class = &*(callee.0 as *const TypeObject);
            let function = *class.plain_initializer()??;
            if shape_of(function) != Some(ShapeId::FUNCTION) {
                return None;
            }
            let code: *const CodeObject = python_code(&*(function.0 as *const Function))?;
            increment(function);
            let object = memory::allocate_instance(class);
            *self.registers.add(base) = object.clone().into_raw();
            release(callee);
            let arguments = self.registers.add(base);
            let flow = self.call_python(dst, function, code, arguments, count + 1, names);
            if flow == Flow::Next {
                (*self.frame).flags |= flags::INITIALIZER;
                (*self.frame).outer = object.into_raw();
            }
            Some(flow)
        }
    }

    /// Makes a frame for a Python function, binds the arguments, which are moved out of where they lie, and goes on there.
    ///
    /// # Safety
    /// `callee` is an owned function whose code is `code`; the arguments are owned words.
    unsafe fn call_python(
        &mut self,
        dst: Def,
        callee: Value,
        code: *const CodeObject,
        arguments: *mut Value,
        count: usize,
        names: Value,
    ) -> Flow {
        // SAFETY: the caller's promise.
        unsafe {
            let (top, limit) = ((*self.frame).top, (*self.frame).limit);
            let frame = match frame::push(top, limit, code, callee, 0) {
                Ok(frame) => frame,
                Err(Raised) => {
                    drop_words(arguments, count);
                    release(callee);
                    return Flow::Raised;
                }
            };
            if binding::bind(frame, arguments, count, names).is_err() {
                let pending = exception::take();
                drop_words(arguments, count);
                frame::pop(frame);
                exception::restore(pending);
                return Flow::Raised;
            }
            for index in 0..count {
                *arguments.add(index) = EMPTY;
            }
            (*self.frame).next = self.next;
            (*frame).result = dst.0.0;
            self.enter(frame);
        }
        Flow::Next
    }

    /// `callee(*arguments, **keywords)`.
    #[inline(never)]
    pub fn call_unpacked(
        &mut self,
        dst: Def,
        callee: Taken,
        arguments: Taken,
        keywords: Option<Taken>,
    ) -> Flow {
        let Ok((mut words, names)) = unpack_arguments(&callee, arguments, keywords) else {
            return Flow::Raised;
        };
        let names_word = names.as_ref().map_or(Value(0), |names| names.value());
        if callee.shape_id() == ShapeId::FUNCTION {
            // SAFETY: the shape says that it is a function.
            let function = unsafe { &*callee.address::<Function>() };
            if let Some(code) = python_code(function) {
                let count = words.len();
                let code = std::ptr::from_ref(code);
                let mut raw: Vec<Value> = words.drain(..).map(Owned::into_raw).collect();
                // SAFETY: the words are owned; what the callee leaves is dropped.
                unsafe {
                    let flow = self.call_python(
                        dst,
                        callee.into_owned().into_raw(),
                        code,
                        raw.as_mut_ptr(),
                        count,
                        names_word,
                    );
                    for word in raw {
                        if word.0 != 0 {
                            release(word);
                        }
                    }
                    return flow;
                }
            }
        }
        let result = call_giving(&callee, words, names);
        drop(callee);
        self.finish(dst, result)
    }
}

/// `callable(*arguments, **keywords)`, from native code.
pub fn call_with_unpacked(callable: &Object, arguments: Owned, keywords: Option<Owned>) -> Result {
    let (words, names) = unpack_arguments(callable, Taken::owned(arguments), keywords.map(Taken::owned))?;
    call_giving(callable, words, names)
}

/// Calls anything with arguments that it may take.
fn call_giving(callable: &Object, words: Vec<Owned>, names: Option<Owned>) -> Result {
    let mut words: Vec<Value> = words.into_iter().map(Owned::into_raw).collect();
    let names_word = names.as_ref().map_or(Value(0), |names| names.value());
    // SAFETY: the words are owned; what the callee leaves is dropped.
    unsafe {
        let result = operations::call_giving(callable, words.as_mut_ptr(), words.len(), names_word);
        for word in words.into_iter().rev() {
            if word.0 != 0 {
                release(word);
            }
        }
        result
    }
}

/// The words of `*arguments` and `**keywords`, and the names of the latter.
fn unpack_arguments(
    callee: &Object,
    arguments: Taken,
    keywords: Option<Taken>,
) -> Result<(Vec<Owned>, Option<Owned>)> {
    let mut words = match arguments.downcast_exact::<Tuple>() {
        Some(tuple) => tuple.to_vec(),
        None => {
            if !arguments.type_object().is_subtype(<Tuple as pyrsc_core::type_object::Class>::type_object())
                && arguments.type_object().special().iter.is_none()
                && arguments.type_object().special().get_item.is_none()
            {
                return Err(type_error!(
                    "{} argument after * must be an iterable, not {}",
                    callee_text(callee)?,
                    arguments.type_object().name()
                ));
            }
            pyrsc_core::iteration::collect(&arguments)?
        }
    };
    drop(arguments);
    let Some(keywords) = keywords else { return Ok((words, None)) };
    let merged;
    let dict = match keywords.downcast_exact::<Dict>() {
        Some(dict) => dict,
        None => {
            merged = Dict::new();
            crate::containers::dict_merge(&merged, &keywords, callee)?;
            &merged
        }
    };
    if dict.is_empty() {
        return Ok((words, None));
    }
    let mut names = Vec::with_capacity(dict.len());
    let mut position = 0;
    while let Some((name, value)) = dict.next(&mut position) {
        if !name.is_instance_of::<Str>() {
            return Err(type_error!("keywords must be strings"));
        }
        names.push(name);
        words.push(value);
    }
    Ok((words, Some(Tuple::from_vec(names).into_owned())))
}

/// How error messages name what is called: `module.function()`, or what `str` says of it.
pub fn callee_text(callee: &Object) -> Result<String> {
    let name = pyrsc_core::str::intern("__qualname__");
    let Some(qualified) =
        operations::get_attribute_optional(callee, &name)?.filter(|name| name.is_instance_of::<Str>())
    else {
        return Ok(operations::str(callee)?.to_string_lossy().into_owned());
    };
    let qualified = operations::str(&qualified)?.to_string_lossy().into_owned();
    let module = operations::get_attribute_optional(callee, &pyrsc_core::str::intern("__module__"))?;
    match module.filter(|module| !module.is_none()) {
        Some(module) => {
            let module = operations::str(&module)?.to_string_lossy().into_owned();
            if module == "builtins" {
                Ok(format!("{qualified}()"))
            } else {
                Ok(format!("{module}.{qualified}()"))
            }
        }
        None => Ok(format!("{qualified}()")),
    }
}

/// The generic entry of code that this interpreter runs: binds the arguments and runs until the function returns.
///
/// # Safety
/// As [`pyrsc_abi::descriptor::GenericEntry`] says: `arguments` points to `count` words of the caller's.
pub unsafe extern "C" fn generic_entry(
    callable: Value,
    arguments: *mut Value,
    count: usize,
    names: Value,
) -> Value {
    // SAFETY: the caller of a generic entry gives a function of this entry and live words, as the ABI says.
    unsafe {
        match enter(callable, arguments, count, names, Value(0)) {
            Ok(frame) => interpreter::run(frame, Flow::Next),
            Err(Raised) => Value(0),
        }
    }
}

/// Puts an entry frame for a function on the stack, with its arguments bound and a namespace (owned, or 0).
///
/// # Safety
/// As for a generic entry.
unsafe fn enter(
    callable: Value,
    arguments: *mut Value,
    count: usize,
    names: Value,
    namespace: Value,
) -> Result<*mut Frame> {
    if THREAD.poll.load(Ordering::Relaxed) != 0 {
        pyrsc_core::thread::poll()?;
    }
    pyrsc_core::recursion::check("")?;
    // SAFETY: the caller's promise.
    unsafe {
        let function = &*(callable.0 as *const Function);
        let code = &*(function.descriptor().code.0 as *const CodeObject);
        let (top, limit) = frame::top_of_stack()?;
        increment(callable);
        let frame = match frame::push(top, limit, code, callable, flags::ENTRY) {
            Ok(frame) => frame,
            Err(Raised) => {
                release(callable);
                return Err(Raised);
            }
        };
        (*frame).namespace = namespace;
        if binding::bind(frame, arguments, count, names).is_err() {
            let pending = exception::take();
            frame::pop(frame);
            exception::restore(pending);
            return Err(Raised);
        }
        Ok(frame)
    }
}

/// Runs a function without arguments whose names are looked up in a namespace: a class body, a module, `exec`.
pub fn run_in_namespace(function: &Function, namespace: Option<&Object>) -> Result {
    let namespace = namespace.map_or(Value(0), |namespace| namespace.to_owned().into_raw());
    // SAFETY: no arguments; the frame takes the namespace over (when it cannot be made, the reference is given up).
    unsafe {
        match enter(function.object().value(), std::ptr::null_mut(), 0, Value(0), namespace) {
            Ok(frame) => Owned::from_result(interpreter::run(frame, Flow::Next)),
            Err(Raised) => Err(Raised),
        }
    }
}
