//! Warnings that runtime code issues; the module `_warnings` says what happens to them.

use std::cell::Cell;

use crate::exception::DeprecationWarning;
use crate::gil::Static;
use crate::owned::Result;
use crate::type_object::{Class, TypeObject};

/// Takes a category, a message and the stack level; `Err` when the filters turn the warning into an exception.
pub type Hook = fn(&TypeObject, &str, usize) -> Result<()>;

/// What [`warn`] calls; nothing happens as long as it is empty.
pub static HOOK: Static<Cell<Option<Hook>>> = Static::new(Cell::new(None));

/// Issues a warning on behalf of the running Python function.
pub fn warn(category: &TypeObject, message: &str) -> Result<()> {
    match HOOK.get() {
        Some(hook) => hook(category, message, 1),
        None => Ok(()),
    }
}

/// Issues a DeprecationWarning.
pub fn deprecated(message: &str) -> Result<()> {
    warn(DeprecationWarning::type_object(), message)
}
