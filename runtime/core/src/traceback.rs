//! `traceback`: where an exception has been, one entry a frame, the outermost first.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_macros::pyclass;

use crate::memory;
use crate::owned::{Owned, Ref};
use crate::slot::Slot;
use crate::type_object::Class;

/// One entry of a traceback.
#[pyclass(name = "traceback", shape = TRACEBACK)]
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry of the frame that this one's frame called; empty at the end.
    pub next: Slot,
    /// The frame object.
    pub frame: Slot,
    /// Where in the frame's code: `tb_lasti`, in bytes of CPython's measure (two an instruction).
    pub instruction: Cell<i64>,
    /// The line, or -1 to be computed from the instruction.
    pub line: Cell<i64>,
}

impl Traceback {
    /// A new entry before `next`.
    pub fn new(next: Option<Owned>, frame: Owned, instruction: i64, line: i64) -> Ref<Traceback> {
        memory::allocate(
            Traceback::type_object(),
            Traceback {
                header: Header::unset(),
                next: Slot::from_option(next),
                frame: Slot::new(frame),
                instruction: Cell::new(instruction),
                line: Cell::new(line),
            },
        )
    }
}
