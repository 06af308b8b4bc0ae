//! The import instructions.

use pyrsc_bytecode::{ConstantIndex, NameIndex};
use pyrsc_core::dict::Dict;
use pyrsc_core::int;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;

use crate::frame::Frame;
use crate::globals::find_in_mapping;
use crate::import;

/// `import name`, `from name import …`: what `__import__` of the built-ins gives.
pub fn import_name(frame: &Frame, name: NameIndex, fromlist: ConstantIndex, level: i32) -> Result {
    let code = frame.code();
    let name = code.name(name.index());
    let fromlist = code.constant(fromlist.index())?;
    import_in(frame.builtins(), frame.globals(), frame.namespace(), name, &fromlist, i64::from(level))
}

/// As `import_name`, for code with these built-ins, globals and namespace.
pub fn import_in(
    builtins: &Object,
    globals: &Dict,
    namespace: Option<&Object>,
    name: &Str,
    fromlist: &Object,
    level: i64,
) -> Result {
    let function = find_in_mapping(builtins, names::get(Name::__import__))?;
    match function {
        Some(function) if !is_native(&function) => {
            let locals = namespace.map_or(Owned::none(), Object::to_owned);
            let level = int::from_i64(level);
            operations::call(&function, &[name.object(), globals.object(), &locals, fromlist, &level])
        }
        Some(_) => import::import(name, Some(globals), Some(fromlist), level),
        None => Err(pyrsc_core::raise!(pyrsc_core::exception::ImportError, "__import__ not found")),
    }
}

/// Whether this is the built-in `__import__`.
fn is_native(function: &Object) -> bool {
    function
        .downcast_exact::<pyrsc_core::descriptor::BuiltinFunction>()
        .is_some_and(|function| function.spec.name == "__import__" && !function.passes_receiver)
}

/// `from module import name`
pub fn import_from(module: &Object, name: &Str) -> Result {
    import::import_from(module, name)
}

/// `from module import *`
pub fn import_star(frame: &Frame, module: &Object) -> Result<()> {
    match frame.namespace() {
        Some(namespace) => import::import_star(module, namespace),
        None => import::import_star(module, frame.globals().object()),
    }
}
