//! Traceback objects: where an exception has been.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::exception::{self, BaseException};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::frame::Frame;
use crate::frame_object::{self, FrameObject};

/// One entry of a traceback.
#[pyclass(name = "traceback", module = "builtins", shape = TRACEBACK)]
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry of the frame that was called, or empty.
    pub next: Slot,
    pub frame: Slot,
    /// The unit of the instruction that raised.
    pub unit: Cell<u32>,
    /// The line, where it was given; -1: that of the unit.
    line: Cell<i64>,
}

/// Makes an entry for a frame in front of the pending exception's traceback.
#[cold]
pub fn add_entry(frame: *mut Frame) {
    let Some(error) = exception::pending().and_then(|error| error.downcast::<BaseException>()) else { return };
    // SAFETY: the frame is live.
    let unit = unsafe { (*frame).unit };
    let entry = memory::allocate(
        Traceback::type_object(),
        Traceback {
            header: Header::unset(),
            next: Slot::from_option(error.traceback.get()),
            frame: Slot::new(frame_object::of_frame(frame)),
            unit: Cell::new(unit),
            line: Cell::new(-1),
        },
    );
    error.traceback.set(Some(entry.into_owned()));
}

impl Traceback {
    /// The entry's frame.
    pub fn frame(&self) -> Option<&FrameObject> {
        self.frame.borrow().and_then(|frame| frame.downcast::<FrameObject>())
    }

    /// The line that raised.
    pub fn line(&self) -> Option<u32> {
        if self.line.get() >= 0 {
            return u32::try_from(self.line.get()).ok();
        }
        self.frame()?.code().line_at(self.unit.get())
    }

    /// The next entry.
    pub fn next(&self) -> Option<&Traceback> {
        self.next.borrow().and_then(|next| next.downcast::<Traceback>())
    }
}

#[pymethods(Traceback)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(_class: &TypeObject, tb_next: &Object, tb_frame: &Object, tb_lasti: i64, tb_lineno: i64) -> Result {
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
        Ok(memory::allocate(
            Traceback::type_object(),
            Traceback {
                header: Header::unset(),
                next: Slot::from_option(next),
                frame: Slot::new(tb_frame.to_owned()),
                unit: Cell::new((tb_lasti / 2).clamp(0, i64::from(u32::MAX)) as u32),
                line: Cell::new(tb_lineno),
            },
        )
        .into_owned())
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
            cursor = entry.next();
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
        Ok(i64::from(this.unit.get()) * 2)
    }

    #[getter]
    fn tb_lineno(this: &Traceback) -> Result {
        Ok(this.line().map_or(Owned::none(), |line| Owned::small_int(i64::from(line))))
    }

    #[pymethod(name = "__dir__")]
    fn dir(_this: &Traceback) -> Result {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let names = names.map(|name| pyrsc_core::str::intern(name).into_owned());
        Ok(pyrsc_core::list::List::from_vec(names.into()).into_owned())
    }
}
