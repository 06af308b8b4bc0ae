//! Generators: functions that are suspended and resumed. Coroutines and asynchronous generators are built on them.
//!
//! The frame and its registers lie in the generator. Resuming links the frame on top of the thread's frames, suspending
//! takes it off again. A frame without a function has finished.

mod methods;

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_bytecode::{CodeFlags, Def, Instruction, Label, Use};
use pyrsc_core::collector::{Traverse, Visitor};
use pyrsc_core::exception::{self, BaseException, GeneratorExit, StopAsyncIteration, StopIteration};
use pyrsc_core::gil::{self, THREAD};
use pyrsc_core::memory;
use pyrsc_core::object::{Object, increment, release};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{recursion_error, runtime_error, type_error, value_error};
use pyrsc_macros::pyclass;

use crate::frame::{self, EMPTY, Frame, flags};
use crate::interpreter::{self, Flow, Interpreter};
use crate::stack::StackMark;

pub use methods::{
    COROUTINE_METHODS, METHODS, finalize, frame_of, set_shown_name, shown, stop_where_exhausted,
    thrown_exception,
};

/// Where a generator is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// Not resumed yet.
    Created,
    Suspended,
    Running,
    Finished,
}

/// A generator.
#[pyclass(name = "generator", module = "builtins", shape = GENERATOR, flags(WEAKREF), custom_traverse)]
#[repr(C)]
pub struct Generator {
    header: Header,
    /// `__name__` and `__qualname__`, where they were set.
    pub name: Slot,
    pub qualified_name: Slot,
    /// The exception that the suspended generator is handling.
    handled: Slot,
    /// What was sent to a generator that delegates.
    sent: Slot,
    /// The code object, which outlives the frame.
    code: Slot,
    /// An asynchronous generator's finaliser; a coroutine's origin.
    pub finalizer: Slot,
    pub state: Cell<State>,
    /// Suspended in a `delegate`, whose receiver is in `resume_register`.
    delegating: Cell<bool>,
    /// An asynchronous generator's hooks have been called.
    pub hooked: Cell<bool>,
    /// An asynchronous generator is closed.
    pub closed: Cell<bool>,
    /// An asynchronous generator's `asend` or `athrow` is being awaited.
    pub busy: Cell<bool>,
    /// Where a value that is sent goes.
    resume_register: Cell<u16>,
    pub frame: Frame,
}

/// A coroutine.
#[pyclass(name = "coroutine", module = "builtins", shape = COROUTINE, flags(WEAKREF), custom_traverse)]
#[repr(C)]
pub struct Coroutine {
    generator: Generator,
}

/// An asynchronous generator.
#[pyclass(name = "async_generator", module = "builtins", shape = ASYNC_GENERATOR, flags(WEAKREF), custom_traverse)]
#[repr(C)]
pub struct AsyncGenerator {
    generator: Generator,
}

// SAFETY: visits the words of the generator and, unless it runs (its references are then the stack's), of its frame.
unsafe impl Traverse for Generator {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for slot in [&self.name, &self.qualified_name, &self.handled, &self.sent, &self.code, &self.finalizer]
        {
            slot.traverse(visitor);
        }
        if self.frame.function.0 == 0 || self.state.get() == State::Running {
            return;
        }
        for word in
            [self.frame.function, self.frame.namespace, self.frame.frame_object.get(), self.frame.outer]
        {
            if word.0 != 0 {
                visitor.visit(word);
            }
        }
        let registers = self.registers();
        for index in 0..self.frame.code().running().register_count as usize {
            // SAFETY: the registers follow the frame.
            let value = unsafe { *registers.add(index) };
            if value.0 != 0 {
                visitor.visit(value);
            }
        }
    }

    fn break_cycles(&self) {
        if self.state.get() != State::Running {
            self.finish();
        }
        for slot in [&self.name, &self.qualified_name, &self.handled, &self.sent, &self.finalizer] {
            slot.set(None);
        }
    }
}

macro_rules! traverse_as_generator {
    ($($class:ident)*) => { $(
        // SAFETY: the struct is a generator.
        unsafe impl Traverse for $class {
            const HOLDS: bool = true;
            fn traverse(&self, visitor: &mut Visitor<'_>) {
                self.generator.traverse(visitor);
            }
            fn break_cycles(&self) {
                Traverse::break_cycles(&self.generator);
            }
        }
    )* };
}

traverse_as_generator!(Coroutine AsyncGenerator);

impl Drop for Generator {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Any of the three kinds of generators.
#[inline]
pub fn any(object: &Object) -> Option<&Generator> {
    match object.shape_id() {
        ShapeId::GENERATOR | ShapeId::COROUTINE | ShapeId::ASYNC_GENERATOR => {
            // SAFETY: the three structs are, or start with, a `Generator`.
            Some(unsafe { &*object.address::<Generator>() })
        }
        _ => None,
    }
}

impl Generator {
    /// The generator as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a generator is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// `generator`, `coroutine` or `async generator`, for messages.
    pub fn kind(&self) -> &'static str {
        match self.header.shape.get() {
            ShapeId::COROUTINE => "coroutine",
            ShapeId::ASYNC_GENERATOR => "async generator",
            _ => "generator",
        }
    }

    fn frame_pointer(&self) -> *mut Frame {
        std::ptr::from_ref(&self.frame) as *mut Frame
    }

    fn registers(&self) -> *mut Value {
        Frame::registers(self.frame_pointer())
    }

    /// What the suspended generator delegates to.
    pub fn delegate(&self) -> Option<&Object> {
        if !self.delegating.get() || self.state.get() != State::Suspended {
            return None;
        }
        // SAFETY: the receiver stays in its register while the generator is suspended.
        unsafe { Object::from_optional_value(*self.registers().add(self.resume_register.get() as usize)) }
    }

    /// Ends the generator: its locals die.
    fn finish(&self) {
        let frame = self.frame_pointer();
        self.state.set(State::Finished);
        // SAFETY: the frame is the generator's own; a finished frame has no function and nothing else is looked at.
        unsafe {
            let function = std::mem::replace(&mut (*frame).function, Value(0));
            if function.0 == 0 {
                return;
            }
            if (*frame).frame_object.get().0 != 0 {
                crate::frame_object::detach(frame);
            }
            let count = (*(*frame).code).running().register_count as usize;
            frame::clear_registers(Frame::registers(frame), 0, count);
            crate::exceptions::drop_outer(&mut *frame);
            self.handled.set(None);
            let namespace = std::mem::replace(&mut (*frame).namespace, Value(0));
            if namespace.0 != 0 {
                release(namespace);
            }
            release(function);
        }
    }

    /// Puts the frame on top of the thread's.
    #[inline(always)]
    fn attach(&self, frame_flags: u16) -> Result<()> {
        let frame = self.frame_pointer();
        let (top, limit) = frame::top_of_stack()?;
        let depth = THREAD.frame_depth.get();
        if depth >= THREAD.frame_limit.get() {
            return Err(recursion_error!("maximum recursion depth exceeded"));
        }
        // SAFETY: the frame is the generator's own, and not running.
        unsafe {
            (*frame).previous = frame::current();
            (*frame).top = top;
            (*frame).limit = limit;
            (*frame).flags = (*frame).flags & !(flags::ENTRY | flags::ITERATION) | frame_flags;
            let outer = THREAD.handled.get();
            if outer.0 != 0 {
                increment(outer);
            }
            (*frame).outer = outer;
            if (*frame).flags & flags::HANDLING != 0 {
                drop(exception::set_handled(self.handled.replace(None)));
            }
        }
        self.state.set(State::Running);
        THREAD.frame_depth.set(depth + 1);
        THREAD.vm_frame.set(frame as *mut u8);
        Ok(())
    }

    /// Takes the frame off again, and brings back what was being handled.
    #[inline(always)]
    fn detach(&self) {
        let frame = self.frame_pointer();
        // SAFETY: the frame is the innermost one.
        unsafe {
            THREAD.vm_frame.set((*frame).previous as *mut u8);
            THREAD.frame_depth.set(THREAD.frame_depth.get() - 1);
            (*frame).previous = std::ptr::null_mut();
            let outer = std::mem::replace(&mut (*frame).outer, Value(0));
            if (*frame).flags & flags::HANDLING != 0 {
                let outer = if outer.0 == 0 { None } else { Some(Owned::from_raw(outer)) };
                self.handled.set(exception::set_handled(outer));
            } else if outer.0 != 0 {
                release(outer);
            }
        }
    }

    fn already_executing(&self) -> Raised {
        value_error!("{} already executing", self.kind())
    }

    /// Resumes with a value: the next value that is yielded, or `None` where the generator returns (its value is then
    /// the thread's stop value).
    pub fn resume(&self, value: Owned) -> Result<Option<Owned>> {
        match self.state.get() {
            State::Running => return Err(self.already_executing()),
            State::Finished => {
                if self.header.shape.get() == ShapeId::COROUTINE {
                    return Err(runtime_error!("cannot reuse already awaited coroutine"));
                }
                return Ok(None);
            }
            State::Created if !value.is_none() => {
                return Err(type_error!("can't send non-None value to a just-started {}", self.kind()));
            }
            State::Created | State::Suspended => {}
        }
        pyrsc_core::recursion::check("")?;
        let created = self.state.get() == State::Created;
        self.attach(flags::ENTRY)?;
        if !created {
            self.deliver(value);
        }
        self.go_on(Flow::Next)
    }

    /// Runs the body, whose frame is on top, until it suspends or ends.
    fn go_on(&self, flow: Flow) -> Result<Option<Owned>> {
        let frame = self.frame_pointer();
        if self.frame.flags & flags::NATIVE == 0 {
            // SAFETY: the frame is on top, with the flag `ENTRY`.
            return outcome(unsafe { interpreter::run(frame, flow) });
        }
        let resume = self.code().native_resume().expect("a native generator has a body");
        let thrown = u64::from(flow != Flow::Next);
        // SAFETY: the frame is this generator's own.
        unsafe { (*frame).mark = StackMark::here() };
        // SAFETY: the body gets its own frame, which owns the function; its result is owned.
        unsafe {
            let word = resume((*frame).function, frame as *mut u8, thrown);
            match Owned::from_result(word) {
                Err(Raised) => {
                    fail(frame);
                    Err(Raised)
                }
                Ok(value) if self.state.get() == State::Suspended => {
                    self.detach();
                    Ok(Some(value))
                }
                Ok(value) => {
                    complete(frame, value);
                    Ok(None)
                }
            }
        }
    }

    /// Marks a native generator as suspended: where it goes on, which register gets what is sent (or has what it delegates
    /// to), and which instruction suspended it.
    ///
    /// # Safety
    /// The generator's body runs.
    pub unsafe fn suspend_native(&self, place: u32, register: u16, delegates: bool, unit: u32) {
        let frame = self.frame_pointer();
        // SAFETY: the frame is the generator's own.
        unsafe {
            (*frame).next = place;
            (*frame).unit = unit;
        }
        self.resume_register.set(register);
        self.delegating.set(delegates);
        self.state.set(State::Suspended);
    }

    /// What was sent to the generator, which delegates.
    pub fn take_sent(&self) -> Owned {
        self.sent.replace(None).unwrap_or(Owned::none())
    }

    /// Puts a value that is sent where the suspended instruction wants it.
    #[inline(always)]
    fn deliver(&self, value: Owned) {
        if self.delegating.get() {
            self.sent.set(Some(value));
        } else {
            // SAFETY: the register is the generator's.
            unsafe {
                interpreter::store(self.registers(), self.resume_register.get() as usize, value.into_raw());
            }
        }
    }

    /// Resumes by raising an exception.
    pub fn throw(&self, thrown: Owned) -> Result<Option<Owned>> {
        match self.state.get() {
            State::Running => return Err(self.already_executing()),
            State::Finished => {
                if self.header.shape.get() == ShapeId::COROUTINE {
                    return Err(runtime_error!("cannot reuse already awaited coroutine"));
                }
                return Err(exception::restore(thrown));
            }
            State::Created | State::Suspended => {}
        }
        pyrsc_core::recursion::check("")?;
        let receiver = self.delegate().map(Object::to_owned);
        self.attach(flags::ENTRY)?;
        let frame = self.frame_pointer();
        let mut flow = Flow::Raised;
        match receiver {
            Some(receiver) => match throw_to(&receiver, thrown) {
                Ok(Some(value)) => {
                    self.state.set(State::Suspended);
                    self.detach();
                    return Ok(Some(value));
                }
                Ok(None) => {
                    self.end_delegation(frame, gil::take_stop_value().unwrap_or(Owned::none()));
                    flow = Flow::Next;
                }
                Err(Raised) => {
                    if let Some(value) = caught_stop_iteration() {
                        self.end_delegation(frame, value);
                        flow = Flow::Next;
                    }
                }
            },
            None => {
                // SAFETY: the frame is the generator's own.
                if unsafe { (*frame).flags } & flags::HANDLING != 0
                    && let Some(handled) = exception::handled()
                {
                    exception::set_context(&thrown, handled);
                }
                exception::restore(thrown);
            }
        }
        self.go_on(flow)
    }

    /// The receiver of the suspended `delegate` has ended: stores its value and goes on behind the instruction.
    fn end_delegation(&self, frame: *mut Frame, value: Owned) {
        self.delegating.set(false);
        // SAFETY: the frame is suspended at a `delegate`, whose operands are its registers.
        unsafe {
            let units = &(*frame).code().code().instructions;
            let unit = (*frame).unit;
            if let Ok(Instruction::Delegate { dst, receiver }) = Instruction::decode(units, unit as usize) {
                // Behind the instruction, or the place that native code has for this.
                (*frame).next = match (*frame).flags & flags::NATIVE {
                    0 => unit + pyrsc_bytecode::Opcode::Delegate.units() as u32,
                    _ => (*frame).next + 1,
                };
                interpreter::store(self.registers(), receiver.register.index(), EMPTY);
                interpreter::store(self.registers(), dst.0.index(), value.into_raw());
            }
        }
    }

    /// Ends the generator from outside: the value that it returns, or None.
    pub fn close(&self) -> Result {
        match self.state.get() {
            State::Running => return Err(self.already_executing()),
            State::Finished => return Ok(Owned::none()),
            State::Created => {
                self.finish();
                return Ok(Owned::none());
            }
            State::Suspended => {}
        }
        let mut pending = None;
        if let Some(receiver) = self.delegate().map(Object::to_owned) {
            self.state.set(State::Running);
            let result = close_iterator(&receiver);
            self.state.set(State::Suspended);
            if result.is_err() {
                pending = Some(exception::take());
            }
        } else if self.frame.code().code().handler_at(self.frame.unit).is_none() {
            self.finish();
            return Ok(Owned::none());
        }
        let thrown = match pending {
            Some(error) => error,
            None => operations::call(GeneratorExit::type_object().object(), &[])?,
        };
        self.delegating.set(false);
        match self.throw(thrown) {
            Ok(Some(_)) => Err(runtime_error!("{} ignored GeneratorExit", self.kind())),
            Ok(None) => Ok(gil::take_stop_value().unwrap_or(Owned::none())),
            Err(Raised) => {
                if exception::catch::<GeneratorExit>() || exception::catch::<StopIteration>() {
                    Ok(Owned::none())
                } else {
                    Err(Raised)
                }
            }
        }
    }

    /// The function's code.
    pub fn code(&self) -> &crate::code::CodeObject {
        let code = self.code.borrow().expect("a generator has a code object");
        // SAFETY: the slot holds a code object as long as the generator lives.
        unsafe { &*code.address::<crate::code::CodeObject>() }
    }

    /// The function's code as a value.
    pub fn code_object(&self) -> Owned {
        self.code.get_or_none()
    }

    /// The name that is shown.
    pub fn shown_name(&self, qualified: bool) -> Owned {
        let slot = if qualified { &self.qualified_name } else { &self.name };
        slot.get().unwrap_or_else(|| {
            let code = self.code().code();
            str::intern(if qualified { &code.qualified_name } else { &code.name }).into_owned()
        })
    }
}

/// What `run` of a generator's frame gave.
#[inline(always)]
fn outcome(value: Value) -> Result<Option<Owned>> {
    if value == Value::STOP {
        return Ok(None);
    }
    // SAFETY: results of `run` are owned.
    unsafe { Owned::from_result(value) }.map(Some)
}

/// Throws an exception in what a generator delegates to.
fn throw_to(receiver: &Object, thrown: Owned) -> Result<Option<Owned>> {
    if thrown.is_instance_of::<GeneratorExit>() {
        return match close_iterator(receiver) {
            Ok(()) => Err(exception::restore(thrown)),
            Err(Raised) => Err(Raised),
        };
    }
    if let Some(generator) = any(receiver) {
        return generator.throw(thrown);
    }
    match operations::get_attribute_optional(receiver, &str::intern("throw"))? {
        Some(throw) => operations::call(&throw, &[&thrown]).map(Some),
        None => Err(exception::restore(thrown)),
    }
}

/// Closes an iterator that may have a `close`.
fn close_iterator(iterator: &Object) -> Result<()> {
    if let Some(generator) = any(iterator) {
        return generator.close().map(drop);
    }
    match operations::get_attribute_optional(iterator, &str::intern("close")) {
        Ok(Some(close)) => operations::call(&close, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(Raised) => {
            exception::report_unraisable("while closing an iterator", Some(iterator));
            Ok(())
        }
    }
}

/// The value of a pending StopIteration, which is forgotten; `None` when something else is pending.
pub fn caught_stop_iteration() -> Option<Owned> {
    let value = match exception::pending()?.downcast::<StopIteration>() {
        Some(stop) => stop.value.get().unwrap_or(Owned::none()),
        None => return None,
    };
    exception::clear();
    Some(value)
}

/// Sends a value to any iterator: what it yields, or `None` at its end, with the thread's stop value set.
pub fn send(receiver: &Object, value: Owned) -> Result<Option<Owned>> {
    if let Some(generator) = any(receiver) {
        return generator.resume(value);
    }
    let result = if value.is_none() && receiver.type_object().special().next.is_some() {
        pyrsc_core::iteration::next(receiver)
    } else {
        operations::call_method(receiver, "send", &[&value]).map(Some)
    };
    match result {
        Err(Raised) => match caught_stop_iteration() {
            Some(value) => {
                gil::set_stop_value(Some(value));
                Ok(None)
            }
            None => Err(Raised),
        },
        result => result,
    }
}

/// A generator has returned: its locals die, and its value is the thread's stop value.
///
/// # Safety
/// `frame` is the innermost frame and lies in a generator.
pub unsafe fn complete(frame: *mut Frame, value: Owned) {
    // SAFETY: the caller's promise. The generator stays alive while its locals die.
    unsafe {
        let generator = (*frame).generator().expect("the frame of a generator").object().to_owned();
        let this = any(&generator).expect("a generator");
        (*frame).flags &= !flags::HANDLING;
        this.detach();
        this.finish();
        gil::set_stop_value(if value.is_none() { None } else { Some(value) });
    }
}

/// An exception has left a generator: it is converted where the language says so, and the generator's locals die.
///
/// # Safety
/// `frame` is the innermost frame and lies in a generator; an exception is pending.
pub unsafe fn fail(frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let generator = (*frame).generator().expect("the frame of a generator").object().to_owned();
        let this = any(&generator).expect("a generator");
        let message = if exception::matches(StopIteration::type_object()) {
            Some(format!("{} raised StopIteration", this.kind()))
        } else if this.header.shape.get() == ShapeId::ASYNC_GENERATOR
            && exception::matches(StopAsyncIteration::type_object())
        {
            Some(format!("{} raised StopAsyncIteration", this.kind()))
        } else {
            None
        };
        if let Some(message) = message {
            let original = exception::take();
            let raised = runtime_error!("{message}");
            let _: Raised = raised;
            if let Some(error) = exception::pending().and_then(|error| error.downcast::<BaseException>()) {
                error.cause.set(Some(original.clone()));
                error.context.set(Some(original));
                error.suppress_context.set(true);
            }
        }
        let pending = exception::take();
        let was_handling = (*frame).flags & flags::HANDLING != 0;
        this.detach();
        if was_handling {
            this.handled.set(None);
        }
        this.finish();
        exception::restore(pending);
    }
}

/// Where the `for` loop goes whose generator has ended: the frame's instruction is its `for_iter`.
pub fn exhausted_label(frame: &Frame) -> u32 {
    match Instruction::decode(&frame.code().code().instructions, frame.unit as usize) {
        Ok(Instruction::ForIter { exhausted: Label(unit), .. }) => unit,
        _ => frame.next,
    }
}

/// What a call of code with these flags makes.
fn class_for(flags: CodeFlags) -> &'static TypeObject {
    if flags.contains(CodeFlags::COROUTINE) {
        Coroutine::type_object()
    } else if flags.contains(CodeFlags::ASYNC_GENERATOR) {
        AsyncGenerator::type_object()
    } else {
        Generator::type_object()
    }
}

/// A generator, coroutine or asynchronous generator whose body is native; takes over the parameters, which are the first registers.
///
/// # Safety
/// `parameters` are `count` owned words, as many as the function's code has parameters.
pub unsafe fn new_native(function: &Object, parameters: *mut Value, count: usize) -> Result {
    // SAFETY: the caller gives a function, whose descriptor belongs to a code object; there is room for the struct and
    // the registers.
    unsafe {
        let called = &*function.address::<pyrsc_core::function::Function>();
        let code = &*(called.descriptor().code.0 as *const crate::code::CodeObject);
        let registers = code.running().register_count as usize;
        let class = class_for(code.code().flags);
        let generator = memory::allocate_variable::<Generator>(class, registers * size_of::<Value>())?;
        generator.write(Generator {
            header: Header::new(class.instance_shape()),
            name: Slot::empty(),
            qualified_name: Slot::empty(),
            handled: Slot::empty(),
            sent: Slot::empty(),
            code: Slot::new(code.object().to_owned()),
            finalizer: Slot::empty(),
            state: Cell::new(State::Created),
            delegating: Cell::new(false),
            hooked: Cell::new(false),
            closed: Cell::new(false),
            busy: Cell::new(false),
            resume_register: Cell::new(0),
            frame: Frame {
                previous: std::ptr::null_mut(),
                code,
                function: function.to_owned().into_raw(),
                globals: called.globals_word(),
                builtins: called.builtins.cell().get(),
                namespace: Value(0),
                frame_object: Cell::new(Value(0)),
                outer: Value(0),
                top: std::ptr::null_mut(),
                limit: std::ptr::null_mut(),
                unit: 0,
                next: 0,
                result: 0,
                flags: flags::GENERATOR | flags::NATIVE,
                mark: StackMark::default(),
            },
        });
        let places = Frame::registers(&mut (*generator).frame);
        for index in 0..registers {
            *places.add(index) = if index < count { *parameters.add(index) } else { EMPTY };
        }
        (*generator).name.set(called.name.get());
        (*generator).qualified_name.set(called.qualified_name.get());
        let object = Owned::from_raw(Value(generator as u64));
        if std::ptr::eq(class, Coroutine::type_object()) {
            crate::awaitable::track_origin(object.value());
        }
        Ok(object)
    }
}

impl Interpreter {
    /// Turns the running call into a generator, which is the call's result.
    pub fn make_generator(&mut self) -> Flow {
        let frame = self.frame;
        let code = self.code();
        let flags_of_code = code.code().flags;
        let class = class_for(flags_of_code);
        let count = code.running().register_count as usize;
        let generator = match memory::allocate_variable::<Generator>(class, count * size_of::<Value>()) {
            Ok(generator) => generator,
            Err(Raised) => return Flow::Raised,
        };
        // SAFETY: there is room for the struct and the registers; the frame's references move.
        let value = unsafe {
            let header = Header::new(class.instance_shape());
            let moved = Frame {
                previous: std::ptr::null_mut(),
                code: (*frame).code,
                function: (*frame).function,
                globals: (*frame).globals,
                builtins: (*frame).builtins,
                namespace: std::mem::replace(&mut (*frame).namespace, Value(0)),
                frame_object: Cell::new((*frame).frame_object.replace(Value(0))),
                outer: Value(0),
                top: std::ptr::null_mut(),
                limit: std::ptr::null_mut(),
                unit: (*frame).unit,
                next: self.next,
                result: 0,
                flags: flags::GENERATOR,
                mark: StackMark::default(),
            };
            generator.write(Generator {
                header,
                name: Slot::empty(),
                qualified_name: Slot::empty(),
                handled: Slot::empty(),
                sent: Slot::empty(),
                code: Slot::new(code.object().to_owned()),
                finalizer: Slot::empty(),
                state: Cell::new(State::Created),
                delegating: Cell::new(false),
                hooked: Cell::new(false),
                closed: Cell::new(false),
                busy: Cell::new(false),
                resume_register: Cell::new(0),
                frame: moved,
            });
            let target = &mut (*generator).frame as *mut Frame;
            let registers = Frame::registers(target);
            for index in 0..count {
                *registers.add(index) = std::mem::replace(&mut *self.registers.add(index), EMPTY);
            }
            crate::frame_object::moved(target);
            let function = &*((*frame).function.0 as *const pyrsc_core::function::Function);
            (*generator).name.set(function.name.get());
            (*generator).qualified_name.set(function.qualified_name.get());
            (*frame).function = Value(0);
            Value(generator as u64)
        };
        if std::ptr::eq(class, Coroutine::type_object()) {
            crate::awaitable::track_origin(value);
        }
        self.leave(value)
    }

    /// Suspends the running generator with a value; `dst` gets what is sent next.
    #[inline(always)]
    pub fn suspend(&mut self, dst: Def, value: Owned) -> Flow {
        let frame = self.frame;
        // SAFETY: yields are in generators' code, whose frames lie in generators.
        unsafe {
            (*frame).next = self.next;
            let generator = (*frame).generator().expect("the frame of a generator");
            generator.resume_register.set(dst.0.0);
            generator.delegating.set(false);
            self.suspend_frame(generator, value)
        }
    }

    #[inline(always)]
    unsafe fn suspend_frame(&mut self, generator: &Generator, value: Owned) -> Flow {
        let frame = self.frame;
        // SAFETY: the frame is the generator's, and the innermost.
        unsafe {
            generator.state.set(State::Suspended);
            generator.detach();
            if (*frame).flags & flags::ITERATION != 0 {
                let result = (*frame).result;
                self.enter(frame::current());
                interpreter::store(self.registers, result as usize, value.into_raw());
                return Flow::Next;
            }
        }
        self.result = value.into_raw();
        Flow::Leave
    }

    /// The next item of a generator for a `for` loop, in the same loop of the interpreter.
    #[inline]
    pub fn iterate_generator(&mut self, dst: Def, iterator: Value, exhausted: Label) -> Flow {
        // SAFETY: the shape was compared; the register keeps the generator alive.
        let generator = unsafe { &*(iterator.0 as *const Generator) };
        match generator.state.get() {
            State::Finished => {
                self.next = exhausted.0;
                return Flow::Next;
            }
            State::Running => {
                generator.already_executing();
                return Flow::Raised;
            }
            State::Created | State::Suspended => {}
        }
        if generator.frame.flags & flags::NATIVE != 0 {
            return match generator.resume(Owned::none()) {
                Ok(Some(item)) => {
                    self.store(dst, item.into_raw());
                    Flow::Next
                }
                Ok(None) => {
                    drop(gil::take_stop_value());
                    self.next = exhausted.0;
                    Flow::Next
                }
                Err(Raised) => Flow::Raised,
            };
        }
        let created = generator.state.get() == State::Created;
        if generator.attach(flags::ITERATION).is_err() {
            return Flow::Raised;
        }
        if !created {
            generator.deliver(Owned::none());
        }
        let frame = generator.frame_pointer();
        // SAFETY: both frames are live.
        unsafe {
            (*self.frame).next = self.next;
            (*frame).result = dst.0.0;
        }
        self.enter(frame);
        Flow::Next
    }

    /// One step of a `delegate`.
    #[inline(never)]
    pub fn delegate_to(&mut self, dst: Def, receiver: Use) -> Flow {
        let frame = self.frame;
        // SAFETY: delegations are in generators' code.
        let generator = unsafe { (*frame).generator() }.expect("the frame of a generator");
        let sent = generator.sent.replace(None).unwrap_or(Owned::none());
        // SAFETY: the register keeps the receiver alive.
        let object = unsafe { Object::from_value(self.peek(receiver)) };
        match send(object, sent) {
            Ok(Some(value)) => {
                generator.resume_register.set(receiver.register.0);
                generator.delegating.set(true);
                // SAFETY: the frame is the generator's, and the innermost; the instruction runs again.
                unsafe {
                    (*frame).next = (*frame).unit;
                    self.suspend_frame(generator, value)
                }
            }
            Ok(None) => {
                generator.delegating.set(false);
                let value = gil::take_stop_value().unwrap_or(Owned::none());
                // SAFETY: the registers are the running frame's.
                unsafe { interpreter::store(self.registers, receiver.register.index(), EMPTY) };
                self.store(dst, value.into_raw());
                Flow::Next
            }
            Err(Raised) => {
                generator.delegating.set(false);
                Flow::Raised
            }
        }
    }
}

/// Whether instances can be waited for without `__await__`: coroutines, and generators marked by `types.coroutine`.
pub fn is_awaitable_generator(object: &Object) -> bool {
    match object.shape_id() {
        ShapeId::COROUTINE => true,
        ShapeId::GENERATOR => {
            // SAFETY: the shape was compared.
            let generator = unsafe { &*object.address::<Generator>() };
            generator.code().has_flags(CodeFlags::ITERABLE_COROUTINE)
        }
        _ => false,
    }
}
