//! What Python code sees of generators and coroutines.

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{self, BaseException};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::pymethods;

use super::{Coroutine, Generator, State, any, gil};
use crate::traceback::Traceback;

/// What a method returns for what resuming gave: the end is StopIteration.
pub fn stop_where_exhausted(result: Result<Option<Owned>>) -> Result {
    match result? {
        Some(value) => Ok(value),
        None => Err(exception::stop_iteration(gil::take_stop_value())),
    }
}

/// The exception that `throw(type[, value[, traceback]])` raises.
pub fn thrown_exception(arguments: Arguments<'_>) -> Result {
    let count = arguments.positional_count();
    if arguments.keyword_count() > 0 {
        return Err(type_error!("throw() takes no keyword arguments"));
    }
    let Some(first) = arguments.positional(0) else {
        return Err(type_error!("throw expected at least 1 argument, got 0"));
    };
    if count > 3 {
        return Err(type_error!("throw expected at most 3 arguments, got {count}"));
    }
    if count > 1 {
        pyrsc_core::warnings::deprecated(
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
        )?;
    }
    let given = |index| arguments.positional(index).filter(|value: &&Object| !value.is_none());
    let (value, traceback) = (given(1), given(2));
    if traceback.is_some_and(|traceback| !traceback.is_instance_of::<Traceback>()) {
        return Err(type_error!("throw() third argument must be a traceback object"));
    }
    let is_class =
        first.downcast::<TypeObject>().is_some_and(|class| class.is_subtype(BaseException::type_object()));
    let exception = if is_class {
        match value {
            None => exception::normalize(first)?,
            Some(value) if operations::is_instance(value, first)? => value.to_owned(),
            Some(value) => {
                let made = match value.downcast::<Tuple>() {
                    Some(items) => operations::call(first, items.items())?,
                    None => operations::call(first, &[value])?,
                };
                exception::normalize(&made)?
            }
        }
    } else if first.is_instance_of::<BaseException>() {
        if value.is_some() {
            return Err(type_error!("instance exception may not have a separate value"));
        }
        first.to_owned()
    } else {
        return Err(type_error!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            first.type_object().name()
        ));
    };
    if let (Some(traceback), Some(error)) = (traceback, exception.downcast::<BaseException>()) {
        error.traceback.set(Some(traceback.to_owned()));
    }
    Ok(exception)
}

/// `<generator object f at 0x...>`
pub fn shown(generator: &Generator, kind: &str) -> Result {
    let name = generator.shown_name(true);
    let name = operations::str(&name)?;
    let text = format!("<{kind} object {} at {:#x}>", name.to_string_lossy(), generator.object().value().0);
    Ok(Str::new(&text).into_owned())
}

/// The frame object of an unfinished generator.
pub fn frame_of(generator: &Generator) -> Result {
    if generator.frame.function.0 == 0 {
        return Ok(Owned::none());
    }
    Ok(crate::frame_object::of_frame(generator.frame_pointer()))
}

/// Sets a name.
pub fn set_shown_name(generator: &Generator, value: Option<&Object>, qualified: bool) -> Result<()> {
    match value.filter(|value| value.is_instance_of::<Str>()) {
        Some(value) => {
            let slot = if qualified { &generator.qualified_name } else { &generator.name };
            slot.set(Some(value.to_owned()));
            Ok(())
        }
        None => {
            let name = if qualified { "__qualname__" } else { "__name__" };
            Err(type_error!("{name} must be set to a string object"))
        }
    }
}

/// Closes a generator that nobody can reach any more.
pub fn finalize(object: &Object) -> Result<()> {
    let Some(generator) = any(object) else { return Ok(()) };
    if generator.state.get() == State::Finished {
        return Ok(());
    }
    if crate::async_generator::finalize_by_hook(generator)? {
        return Ok(());
    }
    if generator.state.get() == State::Created {
        if object.shape_id() == pyrsc_abi::ShapeId::COROUTINE {
            return crate::awaitable::warn_never_awaited(generator);
        }
        return Ok(());
    }
    match generator.close() {
        Ok(_) => Ok(()),
        Err(Raised) => {
            let name = operations::repr_string(object)?;
            exception::report_unraisable(&format!("Exception ignored while closing generator {name}"), None);
            Ok(())
        }
    }
}

#[pymethods(Generator)]
mod methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Generator) -> Result<Option<Owned>> {
        this.resume(Owned::none())
    }

    #[slot]
    fn repr(this: &Generator) -> Result {
        shown(this, "generator")
    }

    #[slot]
    fn finalize(this: &Object) -> Result<()> {
        super::finalize(this)
    }

    #[pymethod]
    fn send(this: &Generator, value: Owned) -> Result {
        stop_where_exhausted(this.resume(value))
    }

    #[pymethod]
    fn throw(this: &Generator, arguments: Arguments<'_>) -> Result {
        stop_where_exhausted(this.throw(thrown_exception(arguments)?))
    }

    #[pymethod]
    fn close(this: &Generator) -> Result {
        this.close()
    }

    #[getter(name = "__name__")]
    fn name(this: &Generator) -> Result {
        Ok(this.shown_name(false))
    }

    #[setter(name = "__name__")]
    fn set_name(this: &Generator, value: Option<&Object>) -> Result<()> {
        set_shown_name(this, value, false)
    }

    #[getter(name = "__qualname__")]
    fn qualified_name(this: &Generator) -> Result {
        Ok(this.shown_name(true))
    }

    #[setter(name = "__qualname__")]
    fn set_qualified_name(this: &Generator, value: Option<&Object>) -> Result<()> {
        set_shown_name(this, value, true)
    }

    #[getter]
    fn gi_running(this: &Generator) -> Result<bool> {
        Ok(this.state.get() == State::Running)
    }

    #[getter]
    fn gi_suspended(this: &Generator) -> Result<bool> {
        Ok(this.state.get() == State::Suspended)
    }

    #[getter]
    fn gi_frame(this: &Generator) -> Result {
        frame_of(this)
    }

    #[getter]
    fn gi_code(this: &Generator) -> Result {
        Ok(this.code_object())
    }

    #[getter]
    fn gi_yieldfrom(this: &Generator) -> Result {
        Ok(this.delegate().map_or(Owned::none(), Object::to_owned))
    }
}

#[pymethods(Coroutine)]
mod coroutine_methods {
    use super::*;

    fn generator(this: &Object) -> &Generator {
        any(this).expect("a coroutine")
    }

    #[slot]
    fn repr(this: &Object) -> Result {
        shown(generator(this), "coroutine")
    }

    #[slot]
    fn r#await(this: &Object) -> Result {
        Ok(crate::awaitable::CoroutineWrapper::new(this.to_owned()).into_owned())
    }

    #[slot]
    fn finalize(this: &Object) -> Result<()> {
        super::finalize(this)
    }

    #[pymethod]
    fn send(this: &Object, value: Owned) -> Result {
        stop_where_exhausted(generator(this).resume(value))
    }

    #[pymethod]
    fn throw(this: &Object, arguments: Arguments<'_>) -> Result {
        stop_where_exhausted(generator(this).throw(thrown_exception(arguments)?))
    }

    #[pymethod]
    fn close(this: &Object) -> Result {
        generator(this).close()
    }

    #[getter(name = "__name__")]
    fn name(this: &Object) -> Result {
        Ok(generator(this).shown_name(false))
    }

    #[setter(name = "__name__")]
    fn set_name(this: &Object, value: Option<&Object>) -> Result<()> {
        set_shown_name(generator(this), value, false)
    }

    #[getter(name = "__qualname__")]
    fn qualified_name(this: &Object) -> Result {
        Ok(generator(this).shown_name(true))
    }

    #[setter(name = "__qualname__")]
    fn set_qualified_name(this: &Object, value: Option<&Object>) -> Result<()> {
        set_shown_name(generator(this), value, true)
    }

    #[getter]
    fn cr_running(this: &Object) -> Result<bool> {
        Ok(generator(this).state.get() == State::Running)
    }

    #[getter]
    fn cr_suspended(this: &Object) -> Result<bool> {
        Ok(generator(this).state.get() == State::Suspended)
    }

    #[getter]
    fn cr_frame(this: &Object) -> Result {
        frame_of(generator(this))
    }

    #[getter]
    fn cr_code(this: &Object) -> Result {
        Ok(generator(this).code_object())
    }

    #[getter]
    fn cr_await(this: &Object) -> Result {
        Ok(generator(this).delegate().map_or(Owned::none(), Object::to_owned))
    }

    #[getter]
    fn cr_origin(this: &Object) -> Result {
        Ok(generator(this).finalizer.get_or_none())
    }
}
