//! `await`, `yield from` and `async for`: what is waited for.

use std::cell::Cell;
use std::ops::ControlFlow;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_bytecode::{AwaitContext, CodeFlags};
use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{self, RuntimeWarning};
use pyrsc_core::gil::Static;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{runtime_error, type_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::code::CodeObject;
use crate::generator::{self, Generator, any};
use crate::interpreter::Taken;
use crate::stack;

/// `coroutine_wrapper`: what `coroutine.__await__()` gives.
#[pyclass(name = "coroutine_wrapper", module = "builtins")]
#[repr(C)]
pub struct CoroutineWrapper {
    header: Header,
    coroutine: Slot,
}

impl CoroutineWrapper {
    /// A wrapper of a coroutine.
    pub fn new(coroutine: Owned) -> Ref<CoroutineWrapper> {
        memory::allocate(
            CoroutineWrapper::type_object(),
            CoroutineWrapper { header: Header::unset(), coroutine: Slot::new(coroutine) },
        )
    }

    fn generator(&self) -> &Generator {
        self.coroutine.borrow().and_then(any).expect("a wrapper has a coroutine")
    }
}

#[pymethods(CoroutineWrapper)]
mod methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &CoroutineWrapper) -> Result<Option<Owned>> {
        this.generator().resume(Owned::none())
    }

    #[pymethod]
    fn send(this: &CoroutineWrapper, value: Owned) -> Result {
        generator::stop_where_exhausted(this.generator().resume(value))
    }

    #[pymethod]
    fn throw(this: &CoroutineWrapper, arguments: Arguments<'_>) -> Result {
        generator::stop_where_exhausted(this.generator().throw(generator::thrown_exception(arguments)?))
    }

    #[pymethod]
    fn close(this: &CoroutineWrapper) -> Result {
        this.generator().close()
    }
}

/// `anext_awaitable`: what `anext(iterator, default)` gives.
#[pyclass(name = "anext_awaitable", module = "builtins")]
#[repr(C)]
pub struct AnextWithDefault {
    header: Header,
    /// What `__anext__` gave; its iterator once it runs.
    awaitable: Slot,
    default: Slot,
    started: Cell<bool>,
}

impl AnextWithDefault {
    /// An awaitable with a default.
    pub fn new(awaitable: Owned, default: Owned) -> Ref<AnextWithDefault> {
        memory::allocate(
            AnextWithDefault::type_object(),
            AnextWithDefault {
                header: Header::unset(),
                awaitable: Slot::new(awaitable),
                default: Slot::new(default),
                started: Cell::new(false),
            },
        )
    }

    fn iterator(&self) -> Result {
        if !self.started.replace(true) {
            let iterator = get(&self.awaitable.get_or_none(), AwaitContext::Plain)?;
            self.awaitable.set(Some(iterator));
        }
        Ok(self.awaitable.get_or_none())
    }

    /// The end of the iteration is the default.
    fn settle(&self, result: Result<Option<Owned>>) -> Result<Option<Owned>> {
        match result {
            Err(Raised) if exception::catch::<exception::StopAsyncIteration>() => {
                pyrsc_core::gil::set_stop_value(self.default.get());
                Ok(None)
            }
            result => result,
        }
    }
}

#[pymethods(AnextWithDefault)]
mod anext_methods {
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
    fn next(this: &AnextWithDefault) -> Result<Option<Owned>> {
        let iterator = this.iterator()?;
        this.settle(generator::send(&iterator, Owned::none()))
    }

    #[pymethod]
    fn send(this: &AnextWithDefault, value: Owned) -> Result {
        let iterator = this.iterator()?;
        generator::stop_where_exhausted(this.settle(generator::send(&iterator, value)))
    }

    #[pymethod]
    fn throw(this: &AnextWithDefault, arguments: Arguments<'_>) -> Result {
        let thrown = generator::thrown_exception(arguments)?;
        let iterator = this.iterator()?;
        let result = operations::call_method(&iterator, "throw", &[&thrown]).map(Some);
        generator::stop_where_exhausted(this.settle(result))
    }

    #[pymethod]
    fn close(this: &AnextWithDefault) -> Result {
        operations::call_method(&*this.iterator()?, "close", &[])
    }
}

/// The iterator of `yield from`.
pub fn yield_from_iterator(value: Taken, code: &CodeObject) -> Result {
    match value.shape_id() {
        ShapeId::COROUTINE => {
            if !code.has_flags(CodeFlags::COROUTINE) && !code.has_flags(CodeFlags::ITERABLE_COROUTINE) {
                return Err(type_error!(
                    "cannot 'yield from' a coroutine object in a non-coroutine generator"
                ));
            }
            Ok(value.into_owned())
        }
        ShapeId::GENERATOR => Ok(value.into_owned()),
        _ => pyrsc_core::iteration::iterate(&value),
    }
}

/// What `await value` runs.
pub fn get(value: &Object, context: AwaitContext) -> Result {
    if generator::is_awaitable_generator(value) {
        if value.shape_id() == ShapeId::COROUTINE
            && any(value).is_some_and(|coroutine| coroutine.delegate().is_some())
        {
            return Err(runtime_error!("coroutine is being awaited already"));
        }
        return Ok(value.to_owned());
    }
    let name = value.type_object().name();
    let Some(wait) = value.type_object().special().r#await else {
        return Err(match context {
            AwaitContext::Plain => type_error!("'{name}' object can't be awaited"),
            AwaitContext::AsyncEnter => type_error!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            AwaitContext::AsyncExit => type_error!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
        });
    };
    checked_iterator(wait(value)?)
}

/// An awaitable's iterator, where it is one.
fn checked_iterator(iterator: Owned) -> Result {
    if generator::is_awaitable_generator(&iterator) {
        return Err(type_error!("__await__() returned a coroutine"));
    }
    if iterator.type_object().special().next.is_none() {
        return Err(type_error!(
            "__await__() returned non-iterator of type '{}'",
            iterator.type_object().name()
        ));
    }
    Ok(iterator)
}

/// The iterator of any awaitable, or an error that does not say who wanted it.
pub fn iterator_of(value: &Object) -> Result {
    get(value, AwaitContext::Plain)
}

/// `x.__aiter__()`
pub fn async_iterator(value: &Object) -> Result {
    let Some(aiter) = value.type_object().special().aiter else {
        return Err(type_error!(
            "'async for' requires an object with __aiter__ method, got {}",
            value.type_object().name()
        ));
    };
    let iterator = aiter(value)?;
    if iterator.type_object().special().anext.is_none() {
        return Err(type_error!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            iterator.type_object().name()
        ));
    }
    Ok(iterator)
}

/// The awaitable of `x.__anext__()`.
pub fn async_next(iterator: &Object) -> Result {
    let Some(anext) = iterator.type_object().special().anext else {
        return Err(type_error!(
            "'async for' requires an iterator with __anext__ method, got {}",
            iterator.type_object().name()
        ));
    };
    let awaitable = anext(iterator)?;
    if iterator.shape_id() == ShapeId::ASYNC_GENERATOR {
        return Ok(awaitable);
    }
    match get(&awaitable, AwaitContext::Plain) {
        Ok(found) => Ok(found),
        Err(Raised) => {
            let cause = exception::take();
            let raised = type_error!(
                "'async for' received an invalid object from __anext__: {}",
                awaitable.type_object().name()
            );
            if let Some(error) =
                exception::pending().and_then(|error| error.downcast::<exception::BaseException>())
            {
                error.context.set(Some(cause.clone()));
                error.cause.set(Some(cause));
                error.suppress_context.set(true);
            }
            Err(raised)
        }
    }
}

/// How many frames of a coroutine's origin are remembered (`sys.set_coroutine_origin_tracking_depth`).
pub static ORIGIN_DEPTH: Static<Cell<usize>> = Static::new(Cell::new(0));

/// Remembers where a coroutine was made.
pub fn track_origin(coroutine: Value) {
    let depth = ORIGIN_DEPTH.get();
    if depth == 0 {
        return;
    }
    let mut origin = Vec::new();
    let mut is_call = true;
    stack::walk(&mut |activation| {
        // The innermost frame is the call that makes the coroutine.
        if std::mem::take(&mut is_call) {
            return ControlFlow::Continue(());
        }
        let code = activation.code().code();
        let entry = Tuple::from_vec(vec![
            str::intern(&code.filename).into_owned(),
            Owned::small_int(i64::from(activation.line().unwrap_or(code.first_line))),
            str::intern(&code.name).into_owned(),
        ]);
        origin.push(entry.into_owned());
        if origin.len() < depth { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    // SAFETY: the caller passes a live value.
    if let Some(coroutine) = any(unsafe { Object::from_value(coroutine) }) {
        coroutine.finalizer.set(Some(Tuple::from_vec(origin).into_owned()));
    }
}

/// The warning for a coroutine that dies before it was started.
pub fn warn_never_awaited(coroutine: &Generator) -> Result<()> {
    let name = operations::str_string(&coroutine.shown_name(true))?;
    let result = pyrsc_core::warnings::warn(
        RuntimeWarning::type_object(),
        &format!("coroutine '{name}' was never awaited"),
    );
    if result.is_err() {
        exception::report_unraisable(
            "Exception ignored while finalizing coroutine",
            Some(coroutine.object()),
        );
    }
    Ok(())
}
