//! `_warnings`, and how the runtime issues warnings: through the module `warnings`, which is written in Python.

use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::Result;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::pymodule;

/// Issues a warning on behalf of the running Python function.
pub fn warn(category: &TypeObject, message: &str, level: usize) -> Result<()> {
    if crate::run::is_finalizing() || crate::stack::innermost().is_none() {
        return Ok(());
    }
    let warnings = crate::import::import_module("warnings")?;
    let function = operations::get_attribute_named(&warnings, "warn")?;
    let message = Str::new(message).into_owned();
    let level = pyrsc_core::int::from_usize(level);
    operations::call(&function, &[&message, category.object(), &level]).map(drop)
}

#[pymodule(name = "_warnings", doc = "The module warnings does its work in Python.")]
mod functions {
    use super::*;

    #[init]
    fn init(_module: &Object) -> Result<()> {
        Ok(())
    }
}
