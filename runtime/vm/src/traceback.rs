//! Traceback entries: adding them, and what Python code sees of them.

use pyrsc_core::exception::{self, BaseException};
use pyrsc_core::function::Function;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
pub use pyrsc_core::traceback::Traceback;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use crate::code::CodeObject;
use crate::frame::{Frame, flags};
use crate::frame_object::{self, FrameObject};

/// Makes an entry for a frame in front of the pending exception's traceback.
#[cold]
pub fn add_entry(frame: *mut Frame) {
    let Some(error) = exception::pending().and_then(|error| error.downcast::<BaseException>()) else {
        return;
    };
    // SAFETY: the frame is live.
    let unit = unsafe { (*frame).unit };
    prepend(error, frame_object::of_frame(frame), unit);
}

/// Puts an entry in front of a traceback. A frame that the exception has just left has this one below it.
fn prepend(error: &BaseException, frame: Owned, unit: u32) {
    let next = error.traceback.get();
    if let Some(inner) = next.as_ref().and_then(|entry| entry.downcast::<Traceback>()).and_then(self::frame) {
        inner.set_back_after_exit(&frame);
    }
    let entry = Traceback::new(next, frame, i64::from(unit) * 2, -1);
    error.traceback.set(Some(entry.into_owned()));
}

/// Makes an entry for a native function in front of the pending exception's traceback. `stack` is in its machine frame.
#[cold]
pub fn add_native_entry(function: &Function, code: &CodeObject, unit: u32, stack: usize) {
    let Some(error) = exception::pending().and_then(|error| error.downcast::<BaseException>()) else {
        return;
    };
    if let Some(frame) = native_generator(code) {
        // SAFETY: the frame is live: the generator runs.
        unsafe { (*frame).unit = unit };
        prepend(error, frame_object::of_frame(frame), unit);
        return;
    }
    let is_left = code.code().handler_at(unit).is_none();
    prepend(error, frame_object::of_native(function, code, unit, stack, is_left), unit);
}

/// The frame of the native generator with this code that runs.
fn native_generator(code: &CodeObject) -> Option<*mut Frame> {
    let frame = crate::frame::current();
    // SAFETY: the innermost frame is live.
    let is_native = unsafe { frame.as_ref() }
        .is_some_and(|frame| frame.flags & flags::NATIVE != 0 && std::ptr::eq(frame.code, code));
    is_native.then_some(frame)
}

/// The frame that the first entry of the pending exception's traceback is about, if it is one of this code.
fn first_frame(code: &CodeObject) -> Option<Owned> {
    let error = exception::pending()?;
    let entry = error.downcast::<BaseException>()?.traceback.get()?;
    let object = entry.downcast::<Traceback>()?.frame.get()?;
    object.downcast::<FrameObject>().filter(|frame| std::ptr::eq(frame.code(), code))?;
    Some(object)
}

/// Gives the locals of a native function, which an exception leaves, to the entry that the function has added.
#[cold]
pub fn keep_native_locals(code: &CodeObject, locals: Vec<Owned>) {
    // An exception that is raised on without an entry of this function drops the locals here.
    if let Some(object) = first_frame(code)
        && let Some(frame) = object.downcast::<FrameObject>()
    {
        frame.keep_locals(locals);
    }
}

/// As [`keep_native_locals`], with copies for a function that goes on.
#[cold]
pub fn show_native_locals(code: &CodeObject, locals: Vec<Owned>) {
    if let Some(object) = first_frame(code)
        && let Some(frame) = object.downcast::<FrameObject>()
    {
        frame.show_locals(locals);
    }
}

/// The entry's frame.
pub fn frame(entry: &Traceback) -> Option<&FrameObject> {
    entry.frame.borrow().and_then(|frame| frame.downcast::<FrameObject>())
}

/// The unit of the instruction that raised.
pub fn unit(entry: &Traceback) -> u32 {
    (entry.instruction.get() / 2).clamp(0, i64::from(u32::MAX)) as u32
}

/// The line that raised.
pub fn line(entry: &Traceback) -> Option<u32> {
    if entry.line.get() >= 0 {
        return u32::try_from(entry.line.get()).ok();
    }
    frame(entry)?.code().line_at(unit(entry))
}

/// The next entry.
pub fn next(entry: &Traceback) -> Option<&Traceback> {
    entry.next.borrow().and_then(|next| next.downcast::<Traceback>())
}

#[pymethods(Traceback)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(
        _class: &TypeObject,
        tb_next: &Object,
        tb_frame: &Object,
        tb_lasti: i64,
        tb_lineno: i64,
    ) -> Result {
        if !tb_next.is_none() && !tb_next.is_instance_of::<Traceback>() {
            return Err(type_error!(
                "expected traceback object or None, got '{}'",
                tb_next.type_object().name()
            ));
        }
        if !tb_frame.is_instance_of::<FrameObject>() {
            return Err(type_error!(
                "traceback() argument 'tb_frame' must be frame, not {}",
                tb_frame.type_object().name()
            ));
        }
        let next = if tb_next.is_none() { None } else { Some(tb_next.to_owned()) };
        Ok(Traceback::new(next, tb_frame.to_owned(), tb_lasti, tb_lineno).into_owned())
    }

    #[getter]
    fn tb_next(this: &Traceback) -> Result {
        Ok(this.next.get_or_none())
    }

    #[setter(name = "tb_next")]
    fn set_tb_next(this: &Traceback, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else {
            return Err(type_error!("can't delete tb_next attribute"));
        };
        if value.is_none() {
            this.next.set(None);
            return Ok(());
        }
        let Some(next) = value.downcast::<Traceback>() else {
            return Err(type_error!("expected traceback object, got '{}'", value.type_object().name()));
        };
        let mut cursor = Some(next);
        while let Some(entry) = cursor {
            if std::ptr::eq(entry, this) {
                return Err(value_error!("traceback loop detected"));
            }
            cursor = super::next(entry);
        }
        this.next.set(Some(value.to_owned()));
        Ok(())
    }

    #[getter]
    fn tb_frame(this: &Traceback) -> Result {
        Ok(this.frame.get_or_none())
    }

    #[getter]
    fn tb_lasti(this: &Traceback) -> Result<i64> {
        Ok(this.instruction.get())
    }

    #[getter]
    fn tb_lineno(this: &Traceback) -> Result {
        Ok(line(this).map_or(Owned::none(), |line| Owned::small_int(i64::from(line))))
    }

    #[pymethod(name = "__dir__")]
    fn dir(_this: &Traceback) -> Result {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let names = names.map(|name| pyrsc_core::str::intern(name).into_owned());
        Ok(pyrsc_core::list::List::from_vec(names.into()).into_owned())
    }
}
