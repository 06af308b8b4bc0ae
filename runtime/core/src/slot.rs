//! A field of an object that owns a value, or nothing.

use std::cell::Cell;

use pyrsc_abi::Value;

use crate::object::Object;
use crate::owned::Owned;

/// One word that owns a reference, or 0 when it is empty.
///
/// Replacing gives the old reference back: dropping it can run any Python code, so the caller does that when the object is
/// consistent again.
#[repr(transparent)]
pub struct Slot(Cell<Value>);

impl Slot {
    pub const fn empty() -> Slot {
        Slot(Cell::new(Value(0)))
    }

    pub fn new(value: Owned) -> Slot {
        Slot(Cell::new(value.into_raw()))
    }

    /// From a reference or nothing.
    pub fn from_option(value: Option<Owned>) -> Slot {
        Slot(Cell::new(value.map_or(Value(0), Owned::into_raw)))
    }

    /// A new reference to what is there.
    #[inline]
    pub fn get(&self) -> Option<Owned> {
        self.borrow().map(Object::to_owned)
    }

    /// What is there, borrowed: only as long as nothing can replace it.
    #[inline]
    pub fn borrow(&self) -> Option<&Object> {
        // SAFETY: the slot owns the value; the caller keeps to the rule above.
        unsafe { Object::from_optional_value(self.0.get()) }
    }

    /// A new reference to what is there, or None where the slot is empty.
    pub fn get_or_none(&self) -> Owned {
        self.get().unwrap_or(Owned::none())
    }

    /// Puts a value, or nothing, in; gives back what was there.
    #[must_use = "dropping the old value can run Python code: do it when the object is consistent"]
    pub fn replace(&self, value: Option<Owned>) -> Option<Owned> {
        let old = self.0.replace(value.map_or(Value(0), Owned::into_raw));
        // SAFETY: the slot owned the reference.
        if old.0 == 0 { None } else { Some(unsafe { Owned::from_raw(old) }) }
    }

    /// Puts a value, or nothing, in, and drops what was there.
    pub fn set(&self, value: Option<Owned>) {
        drop(self.replace(value));
    }

    pub fn is_empty(&self) -> bool {
        self.0.get().0 == 0
    }

    /// The word itself.
    pub fn cell(&self) -> &Cell<Value> {
        &self.0
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        drop(self.replace(None));
    }
}
