//! `cell`: a variable that a function shares with the functions nested in it.

use std::cell::Cell;

use pyrsc_abi::{Header, Value};
use pyrsc_macros::pyclass;

use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref};
use crate::slot::Slot;
use crate::type_object::Class;

/// A closure's variable; empty while the variable is unbound.
#[pyclass(name = "cell", module = "builtins", shape = CELL)]
#[repr(C)]
pub struct Variable {
    header: Header,
    contents: Slot,
}

const _: () = assert!(
    std::mem::offset_of!(Variable, contents) == std::mem::offset_of!(pyrsc_abi::layout::CellLayout, contents)
);

impl Variable {
    /// A new cell that holds a value, or nothing.
    pub fn new(contents: Option<Owned>) -> Ref<Variable> {
        memory::allocate(
            Variable::type_object(),
            Variable { header: Header::unset(), contents: Slot::from_option(contents) },
        )
    }

    /// A new reference to the contents.
    #[inline(always)]
    pub fn get(&self) -> Option<Owned> {
        self.contents.get()
    }

    /// Replaces the contents; the old ones are dropped.
    #[inline(always)]
    pub fn set(&self, contents: Option<Owned>) {
        self.contents.set(contents);
    }

    /// Replaces the contents and gives the old ones back.
    pub fn replace(&self, contents: Option<Owned>) -> Option<Owned> {
        self.contents.replace(contents)
    }

    /// Whether the variable is unbound.
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// The word of the contents, 0 when it is empty.
    #[inline(always)]
    pub fn word(&self) -> &Cell<Value> {
        self.contents.cell()
    }

    /// The cell as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a cell is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}
