//! Asynchronous generators: `asend`, `athrow`, `aclose`, and the values that they yield.
//!
//! CPython: the second half of Objects/genobject.c.

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId};
use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{self, GeneratorExit, StopAsyncIteration, StopIteration};
use pyrsc_core::gil::{self, Static};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::type_object::Class;
use pyrsc_core::{raise, runtime_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::generator::{self, AsyncGenerator, Generator, State, any};

/// `async_generator_wrapped_value`: a value that an asynchronous generator yields, as opposed to what it awaits.
#[pyclass(name = "async_generator_wrapped_value", module = "builtins")]
#[repr(C)]
pub struct WrappedValue {
    header: Header,
    value: Slot,
}

/// Wraps a value that is yielded.
pub fn wrap(value: Owned) -> Owned {
    memory::allocate(
        WrappedValue::type_object(),
        WrappedValue { header: Header::unset(), value: Slot::new(value) },
    )
    .into_owned()
}

/// What is being awaited.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Stage {
    Created,
    Iterating,
    Closed,
}

/// `async_generator_asend`
#[pyclass(name = "async_generator_asend", module = "builtins")]
#[repr(C)]
pub struct AsyncSend {
    header: Header,
    generator: Slot,
    /// What is sent; empty stands for None.
    value: Slot,
    stage: Cell<u8>,
}

/// `async_generator_athrow`: also what `aclose` gives, then without arguments.
#[pyclass(name = "async_generator_athrow", module = "builtins")]
#[repr(C)]
pub struct AsyncThrow {
    header: Header,
    generator: Slot,
    /// The exception, or empty for `aclose`.
    thrown: Slot,
    stage: Cell<u8>,
}

/// What `sys.set_asyncgen_hooks` set: the first iteration's hook and the finaliser.
pub struct Hooks {
    pub first_iteration: Slot,
    pub finalizer: Slot,
}

/// The hooks of the running thread.
pub static HOOKS: Static<Hooks> =
    Static::new(Hooks { first_iteration: Slot::empty(), finalizer: Slot::empty() });

fn generator_of(slot: &Slot) -> &Generator {
    slot.borrow().and_then(any).expect("an asynchronous generator")
}

/// Calls the hooks the first time that a generator is iterated.
fn init_hooks(object: &Object, generator: &Generator) -> Result<()> {
    if generator.hooked.replace(true) {
        return Ok(());
    }
    if let Some(finalizer) = HOOKS.finalizer.get() {
        generator.finalizer.set(Some(finalizer));
    }
    if let Some(first) = HOOKS.first_iteration.get() {
        operations::call(&first, &[object])?;
    }
    Ok(())
}

/// Lets the finaliser hook close a generator that nobody can reach; false when there is none.
pub fn finalize_by_hook(generator: &Generator) -> Result<bool> {
    let object = generator.object();
    if object.shape_id() != ShapeId::ASYNC_GENERATOR || generator.closed.get() {
        return Ok(false);
    }
    let Some(finalizer) = generator.finalizer.get() else { return Ok(false) };
    if operations::call(&finalizer, &[object]).is_err() {
        exception::report_unraisable("Exception ignored while finalizing generator", Some(object));
    }
    Ok(true)
}

/// Turns what resuming gave into what awaiting gives: a wrapped value ends the `await` with the value.
fn unwrap_value(generator: &Generator, result: Result<Option<Owned>>) -> Result<Option<Owned>> {
    match result {
        Ok(Some(value)) => match value.downcast_exact::<WrappedValue>() {
            Some(wrapped) => {
                let inner = wrapped.value.get_or_none();
                generator.busy.set(false);
                gil::set_stop_value(Some(inner));
                Ok(None)
            }
            None => Ok(Some(value)),
        },
        Ok(None) => {
            // The generator has returned.
            drop(gil::take_stop_value());
            generator.closed.set(true);
            generator.busy.set(false);
            Err(raise!(StopAsyncIteration, ""))
        }
        Err(Raised) => {
            if exception::matches(StopAsyncIteration::type_object())
                || exception::matches(GeneratorExit::type_object())
            {
                generator.closed.set(true);
            }
            generator.busy.set(false);
            Err(Raised)
        }
    }
}

/// StopAsyncIteration without arguments.
fn stop_async_iteration() -> Raised {
    match operations::call(StopAsyncIteration::type_object().object(), &[]) {
        Ok(error) => exception::raise_object(error),
        Err(raised) => raised,
    }
}

impl AsyncSend {
    fn stage(&self) -> Stage {
        stage(self.stage.get())
    }

    fn send(&self, sent: Owned) -> Result<Option<Owned>> {
        let generator = generator_of(&self.generator);
        let mut sent = sent;
        match self.stage() {
            Stage::Closed => return Err(runtime_error!("cannot reuse already awaited __anext__()/asend()")),
            Stage::Created => {
                if generator.busy.get() {
                    self.stage.set(Stage::Closed as u8);
                    return Err(runtime_error!("anext(): asynchronous generator is already running"));
                }
                if sent.is_none() {
                    sent = self.value.get_or_none();
                }
                self.stage.set(Stage::Iterating as u8);
            }
            Stage::Iterating => {}
        }
        generator.busy.set(true);
        let result = finish(generator, generator.resume(sent));
        if !matches!(result, Ok(Some(_))) {
            self.stage.set(Stage::Closed as u8);
        }
        result
    }

    fn throw(&self, thrown: Owned) -> Result<Option<Owned>> {
        let generator = generator_of(&self.generator);
        match self.stage() {
            Stage::Closed => return Err(runtime_error!("cannot reuse already awaited __anext__()/asend()")),
            Stage::Created => {
                if generator.busy.get() {
                    self.stage.set(Stage::Closed as u8);
                    return Err(runtime_error!("anext(): asynchronous generator is already running"));
                }
                self.stage.set(Stage::Iterating as u8);
                generator.busy.set(true);
            }
            Stage::Iterating => {}
        }
        let result = finish(generator, generator.throw(thrown));
        if !matches!(result, Ok(Some(_))) {
            self.stage.set(Stage::Closed as u8);
        }
        result
    }
}

fn stage(number: u8) -> Stage {
    match number {
        0 => Stage::Created,
        1 => Stage::Iterating,
        _ => Stage::Closed,
    }
}

/// As [`unwrap_value`], with StopAsyncIteration as CPython raises it.
fn finish(generator: &Generator, result: Result<Option<Owned>>) -> Result<Option<Owned>> {
    if matches!(result, Ok(None)) {
        drop(gil::take_stop_value());
        generator.closed.set(true);
        generator.busy.set(false);
        return Err(stop_async_iteration());
    }
    unwrap_value(generator, result)
}

#[pymethods(AsyncSend)]
mod send_methods {
    use super::*;

    #[slot]
    fn r#await(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &AsyncSend) -> Result<Option<Owned>> {
        this.send(Owned::none())
    }

    #[pymethod]
    fn send(this: &AsyncSend, value: Owned) -> Result {
        generator::stop_where_exhausted(this.send(value))
    }

    #[pymethod]
    fn throw(this: &AsyncSend, arguments: Arguments<'_>) -> Result {
        generator::stop_where_exhausted(this.throw(generator::thrown_exception(arguments)?))
    }

    #[pymethod]
    fn close(this: &AsyncSend) -> Result<()> {
        if this.stage() == Stage::Closed {
            return Ok(());
        }
        let exit = operations::call(GeneratorExit::type_object().object(), &[])?;
        close_by(this.throw(exit))
    }
}

/// What `close` makes of what throwing GeneratorExit gave.
fn close_by(result: Result<Option<Owned>>) -> Result<()> {
    match result {
        Ok(Some(_)) => Err(runtime_error!("coroutine ignored GeneratorExit")),
        Ok(None) => {
            drop(gil::take_stop_value());
            Ok(())
        }
        Err(Raised)
            if exception::catch::<StopIteration>()
                || exception::catch::<StopAsyncIteration>()
                || exception::catch::<GeneratorExit>() =>
        {
            Ok(())
        }
        Err(Raised) => Err(Raised),
    }
}

impl AsyncThrow {
    fn is_close(&self) -> bool {
        self.thrown.is_empty()
    }

    fn reused(&self) -> Raised {
        runtime_error!("cannot reuse already awaited aclose()/athrow()")
    }

    /// What to make of the first or a later step.
    fn settle(&self, generator: &Generator, result: Result<Option<Owned>>) -> Result<Option<Owned>> {
        if !self.is_close() {
            let result = finish(generator, result);
            if !matches!(result, Ok(Some(_))) {
                self.stage.set(Stage::Closed as u8);
            }
            return result;
        }
        match result {
            Ok(Some(value)) if value.is_exact::<WrappedValue>() => {
                self.stage.set(Stage::Closed as u8);
                generator.busy.set(false);
                Err(runtime_error!("async generator ignored GeneratorExit"))
            }
            Ok(Some(value)) => Ok(Some(value)),
            Ok(None) => {
                drop(gil::take_stop_value());
                self.stage.set(Stage::Closed as u8);
                generator.busy.set(false);
                Ok(None)
            }
            Err(Raised) => {
                self.stage.set(Stage::Closed as u8);
                generator.busy.set(false);
                if exception::catch::<StopAsyncIteration>() || exception::catch::<GeneratorExit>() {
                    // `aclose` swallows what it asked for.
                    return Ok(None);
                }
                Err(Raised)
            }
        }
    }

    fn begin(&self, generator: &Generator) -> Result<Option<Result<Option<Owned>>>> {
        if generator.busy.get() {
            self.stage.set(Stage::Closed as u8);
            let what = if self.is_close() { "aclose" } else { "athrow" };
            return Err(runtime_error!("{what}(): asynchronous generator is already running"));
        }
        if generator.closed.get() {
            self.stage.set(Stage::Closed as u8);
            return Err(stop_async_iteration());
        }
        self.stage.set(Stage::Iterating as u8);
        generator.busy.set(true);
        if self.is_close() {
            generator.closed.set(true);
            if generator.state.get() == State::Finished {
                return Ok(Some(Ok(None)));
            }
            let exit = operations::call(GeneratorExit::type_object().object(), &[])?;
            return Ok(Some(generator.throw(exit)));
        }
        Ok(Some(generator.throw(self.thrown.get_or_none())))
    }

    fn send(&self, sent: Owned) -> Result<Option<Owned>> {
        let generator = generator_of(&self.generator);
        match stage(self.stage.get()) {
            Stage::Closed => Err(self.reused()),
            Stage::Created => {
                if generator.state.get() == State::Finished && !self.is_close() {
                    self.stage.set(Stage::Closed as u8);
                    return Err(pyrsc_core::exception::stop_iteration(None));
                }
                if !sent.is_none() {
                    return Err(runtime_error!("can't send non-None value to a just-started coroutine"));
                }
                match self.begin(generator)? {
                    Some(result) => self.settle(generator, result),
                    None => Ok(None),
                }
            }
            Stage::Iterating => self.settle(generator, generator.resume(sent)),
        }
    }

    fn throw(&self, thrown: Owned) -> Result<Option<Owned>> {
        let generator = generator_of(&self.generator);
        match stage(self.stage.get()) {
            Stage::Closed => Err(self.reused()),
            Stage::Created if generator.busy.get() => {
                self.stage.set(Stage::Closed as u8);
                let what = if self.is_close() { "aclose" } else { "athrow" };
                Err(runtime_error!("{what}(): asynchronous generator is already running"))
            }
            Stage::Created => {
                self.stage.set(Stage::Iterating as u8);
                generator.busy.set(true);
                self.settle(generator, generator.throw(thrown))
            }
            Stage::Iterating => self.settle(generator, generator.throw(thrown)),
        }
    }
}

#[pymethods(AsyncThrow)]
mod throw_methods {
    use super::*;

    #[slot]
    fn r#await(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &AsyncThrow) -> Result<Option<Owned>> {
        this.send(Owned::none())
    }

    #[pymethod]
    fn send(this: &AsyncThrow, value: Owned) -> Result {
        generator::stop_where_exhausted(this.send(value))
    }

    #[pymethod]
    fn throw(this: &AsyncThrow, arguments: Arguments<'_>) -> Result {
        generator::stop_where_exhausted(this.throw(generator::thrown_exception(arguments)?))
    }

    #[pymethod]
    fn close(this: &AsyncThrow) -> Result<()> {
        if stage(this.stage.get()) == Stage::Closed {
            return Ok(());
        }
        let exit = operations::call(GeneratorExit::type_object().object(), &[])?;
        close_by(this.throw(exit))
    }
}

fn new_send(object: &Object, value: Option<Owned>) -> Result {
    let generator = any(object).expect("an asynchronous generator");
    init_hooks(object, generator)?;
    Ok(memory::allocate(
        AsyncSend::type_object(),
        AsyncSend {
            header: Header::unset(),
            generator: Slot::new(object.to_owned()),
            value: Slot::from_option(value),
            stage: Cell::new(Stage::Created as u8),
        },
    )
    .into_owned())
}

fn new_throw(object: &Object, thrown: Option<Owned>) -> Result {
    let generator = any(object).expect("an asynchronous generator");
    init_hooks(object, generator)?;
    Ok(memory::allocate(
        AsyncThrow::type_object(),
        AsyncThrow {
            header: Header::unset(),
            generator: Slot::new(object.to_owned()),
            thrown: Slot::from_option(thrown),
            stage: Cell::new(Stage::Created as u8),
        },
    )
    .into_owned())
}

#[pymethods(AsyncGenerator)]
mod methods {
    use super::*;

    fn generator(this: &Object) -> &Generator {
        any(this).expect("an asynchronous generator")
    }

    #[slot]
    fn repr(this: &Object) -> Result {
        generator::shown(generator(this), "async_generator")
    }

    #[slot]
    fn aiter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn anext(this: &Object) -> Result {
        new_send(this, None)
    }

    #[slot]
    fn finalize(this: &Object) -> Result<()> {
        generator::finalize(this)
    }

    #[pymethod]
    fn asend(this: &Object, value: Owned) -> Result {
        new_send(this, Some(value))
    }

    #[pymethod]
    fn athrow(this: &Object, arguments: Arguments<'_>) -> Result {
        let thrown = generator::thrown_exception(arguments)?;
        new_throw(this, Some(thrown))
    }

    #[pymethod]
    fn aclose(this: &Object) -> Result {
        new_throw(this, None)
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &pyrsc_core::type_object::TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }

    #[getter(name = "__name__")]
    fn name(this: &Object) -> Result {
        Ok(generator(this).shown_name(false))
    }

    #[setter(name = "__name__")]
    fn set_name(this: &Object, value: Option<&Object>) -> Result<()> {
        generator::set_shown_name(generator(this), value, false)
    }

    #[getter(name = "__qualname__")]
    fn qualified_name(this: &Object) -> Result {
        Ok(generator(this).shown_name(true))
    }

    #[setter(name = "__qualname__")]
    fn set_qualified_name(this: &Object, value: Option<&Object>) -> Result<()> {
        generator::set_shown_name(generator(this), value, true)
    }

    #[getter]
    fn ag_running(this: &Object) -> Result<bool> {
        Ok(generator(this).busy.get())
    }

    #[getter]
    fn ag_suspended(this: &Object) -> Result<bool> {
        Ok(generator(this).state.get() == State::Suspended)
    }

    #[getter]
    fn ag_frame(this: &Object) -> Result {
        generator::frame_of(generator(this))
    }

    #[getter]
    fn ag_code(this: &Object) -> Result {
        Ok(generator(this).code_object())
    }

    #[getter]
    fn ag_await(this: &Object) -> Result {
        Ok(generator(this).delegate().map_or(Owned::none(), Object::to_owned))
    }
}
