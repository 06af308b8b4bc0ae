//! Locals, cells, globals and imports of generated code: the ways that are not inlined.

use pyrsc_abi::Value;
use pyrsc_core::cell::Variable;
use pyrsc_core::function::Function;
use pyrsc_core::name_error;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::{self, Str};

use crate::code::CodeObject;
use crate::globals;
use crate::import_statement;

/// The function that generated code belongs to.
pub fn function_of(object: &Object) -> &Function {
    // SAFETY: generated code passes the function object that it was called with.
    unsafe { &*object.address::<Function>() }
}

/// The code of the function that generated code belongs to.
pub fn code_of(function: &Object) -> &CodeObject {
    // SAFETY: the function's descriptor belongs to a code object.
    unsafe { &*(function_of(function).descriptor().code.0 as *const CodeObject) }
}

fn cell_of(object: &Object) -> &Variable {
    // SAFETY: registers of cells hold cells.
    unsafe { &*object.address::<Variable>() }
}

pub fn unbound_local_raise(function: &Object, register: i64) {
    globals::unbound_local(code_of(function), register as usize);
}

pub fn empty_cell_raise(function: &Object, register: i64) {
    globals::unbound_cell(code_of(function), register as usize);
}

pub fn cell_new(contents: Value) -> Result {
    let contents = if contents == Value::UNBOUND {
        None
    } else {
        // SAFETY: generated code hands the reference over.
        Some(unsafe { Owned::from_raw(contents) })
    };
    Ok(Variable::new(contents).into_owned())
}

pub fn cell_delete(function: &Object, cell: &Object, register: i64) -> Result<()> {
    let cell = cell_of(cell);
    if cell.is_empty() {
        globals::unbound_cell(code_of(function), register as usize);
        return Err(Raised);
    }
    cell.set(None);
    Ok(())
}

pub fn cell_or_key_load(function: &Object, mapping: &Object, cell: &Object, register: i64) -> Result {
    let code = code_of(function);
    let name = str::intern(&code.code().locals[register as usize].name);
    if let Some(value) = globals::find_in_mapping(mapping, &name)? {
        return Ok(value);
    }
    match cell_of(cell).get() {
        Some(value) => Ok(value),
        None => {
            globals::unbound_cell(code, register as usize);
            Err(Raised)
        }
    }
}

pub fn global_load(function: &Object, name: &Str) -> Result {
    let function = function_of(function);
    let builtins = function.builtins.get_or_none();
    globals::find_in_namespaces(function.globals(), &builtins, name)
}

pub fn global_store(function: &Object, value: Owned, name: &Str) -> Result<()> {
    function_of(function).globals().set_str(name, &value)
}

pub fn global_delete(function: &Object, name: &Str) -> Result<()> {
    match function_of(function).globals().remove_str(name) {
        Some(_) => Ok(()),
        None => Err(globals::undefined(name)),
    }
}

pub fn key_or_global_load(function: &Object, mapping: &Object, name: &Str) -> Result {
    match globals::find_in_mapping(mapping, name)? {
        Some(value) => Ok(value),
        None => global_load(function, name),
    }
}

pub fn build_class_load(function: &Object) -> Result {
    let builtins = function_of(function).builtins.get_or_none();
    let name = names::get(Name::__build_class__);
    match globals::find_in_mapping(&builtins, name)? {
        Some(found) => Ok(found),
        None => Err(name_error!("__build_class__ not found")),
    }
}

pub fn module_import(function: &Object, name: &Str, from_list: &Object, level: i64) -> Result {
    let function = function_of(function);
    let builtins = function.builtins.get_or_none();
    import_statement::import_in(&builtins, function.globals(), None, name, from_list, level)
}

pub use import_statement::import_from as module_import_from;
