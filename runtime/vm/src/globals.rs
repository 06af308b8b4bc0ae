//! Names: locals, cells, globals, built-ins, and the namespaces of class bodies.

use pyrsc_abi::Value;
use pyrsc_bytecode::{CacheIndex, Cell, CommonConstant, DefRange, LocalKind, NameIndex};
use pyrsc_core::cell::Variable;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, KeyError, NameError};
use pyrsc_core::function::Function;
use pyrsc_core::names;
use pyrsc_core::object::{Object, increment};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::Class;
use pyrsc_core::{name_error, system_error, unbound_local_error};

use crate::code::{CodeObject, InlineCache};
use crate::frame::{EMPTY, Frame};
use crate::interpreter::Flow;

/// UnboundLocalError for a register.
#[cold]
pub fn unbound_local(code: &CodeObject, register: usize) -> Flow {
    let name = &code.code().locals[register].name;
    unbound_local_error!("cannot access local variable '{name}' where it is not associated with a value");
    Flow::Raised
}

/// The error for an empty cell.
#[cold]
pub fn unbound_cell(code: &CodeObject, register: usize) -> Flow {
    raise_unbound_cell(code, register);
    Flow::Raised
}

#[cold]
fn raise_unbound_cell(code: &CodeObject, register: usize) -> Raised {
    let local = &code.code().locals[register];
    if local.kind == LocalKind::Free {
        let raised = name_error!(
            "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
            local.name
        );
        set_name_of_error(&str::intern(&local.name));
        raised
    } else {
        unbound_local_error!(
            "cannot access local variable '{}' where it is not associated with a value",
            local.name
        )
    }
}

/// The cell in a register.
///
/// # Safety
/// The register holds a cell.
#[inline(always)]
pub unsafe fn cell_at<'a>(registers: *mut Value, cell: Cell) -> &'a Variable {
    // SAFETY: the caller's promise.
    unsafe { &*((*registers.add(cell.0.index())).0 as *const Variable) }
}

/// Copies the cells of the running function's closure into registers.
///
/// # Safety
/// The frame is running; the registers are its own.
pub unsafe fn copy_free_variables(frame: *mut Frame, cells: DefRange) {
    // SAFETY: the caller's promise.
    unsafe {
        let function = &*(*frame).function().address::<Function>();
        let registers = Frame::registers(frame);
        if let Some(closure) = function.closure() {
            for (index, register) in cells.registers().enumerate() {
                if let Some(cell) = closure.get(index) {
                    crate::interpreter::store(registers, register.index(), cell.to_owned().into_raw());
                }
            }
        }
    }
}

/// Replaces what a register holds by a cell that holds it.
///
/// # Safety
/// The register is initialised.
pub unsafe fn make_cell(register: *mut Value) {
    // SAFETY: the caller's promise; the register's reference goes to the cell.
    unsafe {
        let value = std::mem::replace(&mut *register, EMPTY);
        let contents = if value == EMPTY { None } else { Some(Owned::from_raw(value)) };
        *register = Variable::new(contents).into_owned().into_raw();
    }
}

/// An object that code names without a look-up.
pub fn common_constant(which: CommonConstant) -> Result {
    Ok(match which {
        CommonConstant::AssertionError => exception::AssertionError::type_object().to_owned(),
        CommonConstant::NotImplementedError => exception::NotImplementedError::type_object().to_owned(),
        CommonConstant::Tuple => pyrsc_core::tuple::Tuple::type_object().to_owned(),
        CommonConstant::All => pyrsc_core::startup::builtin("all")?,
        CommonConstant::Any => pyrsc_core::startup::builtin("any")?,
    })
}

/// A global or built-in name through its cache, owned: `first` and `second` are the addresses of its cells.
#[inline(always)]
pub fn cached_global(frame: &Frame, cache: CacheIndex) -> Option<Value> {
    let code = frame.code();
    let cache = code.cache(cache.0 as usize);
    let first = cache.first.get() as *const Value;
    if first.is_null() || code.cached_globals() != frame.globals {
        return None;
    }
    // SAFETY: cells live as long as their namespaces, which the code object keeps alive.
    let mut value = unsafe { *first };
    if value == Value::UNBOUND {
        let second = cache.second.get() as *const Value;
        if second.is_null() {
            return None;
        }
        // SAFETY: as above.
        value = unsafe { *second };
        if value == Value::UNBOUND {
            return None;
        }
    }
    if value.is_pointer() {
        // SAFETY: the cell holds a live value.
        unsafe { increment(value) };
    }
    Some(value)
}

/// Remembers where a global name's cells are.
fn fill_cache(frame: &Frame, name: &Str, cache: &InlineCache) -> Result<()> {
    let globals = frame.globals();
    let Some(builtins) = frame.builtins().downcast::<Dict>() else { return Ok(()) };
    if !globals.is_namespace() || !frame.code().adopts_namespaces(globals.object(), frame.builtins()) {
        return Ok(());
    }
    if let Some(cell) = globals.cell_for(name)? {
        let second = if builtins.is_namespace() { builtins.cell_for(name)? } else { None };
        cache.second.set(second.map_or(0, |cell| cell as u64));
        cache.first.set(cell as u64);
    }
    Ok(())
}

/// A global name, then a built-in one.
#[inline(never)]
pub fn load_global(frame: &Frame, name: NameIndex, cache: Option<CacheIndex>) -> Result {
    let code = frame.code();
    let name = code.name(name.index());
    if let Some(cache) = cache {
        fill_cache(frame, name, code.cache(cache.0 as usize))?;
    }
    match find_global(frame, name)? {
        Some(value) => Ok(value),
        None => Err(undefined(name)),
    }
}

/// A global name, then a built-in one, of a function that has no frame here.
pub fn find_in_namespaces(globals: &Dict, builtins: &Object, name: &Str) -> Result {
    let found = if globals.object().is_exact::<Dict>() {
        globals.get_str(name)
    } else {
        find_in_mapping(globals.object(), name)?
    };
    let found = match found {
        Some(value) => Some(value),
        None => find_in_mapping(builtins, name)?,
    };
    found.ok_or_else(|| undefined(name))
}

fn find_global(frame: &Frame, name: &Str) -> Result<Option<Owned>> {
    let globals = frame.globals();
    let found = if globals.object().is_exact::<Dict>() {
        globals.get_str(name)
    } else {
        find_in_mapping(globals.object(), name)?
    };
    match found {
        Some(value) => Ok(Some(value)),
        None => find_builtin(frame, name),
    }
}

fn find_builtin(frame: &Frame, name: &Str) -> Result<Option<Owned>> {
    let builtins = frame.builtins();
    match builtins.downcast_exact::<Dict>() {
        Some(builtins) => Ok(builtins.get_str(name)),
        None => find_in_mapping(builtins, name),
    }
}

/// A key of any mapping; absent when it raises KeyError.
pub fn find_in_mapping(mapping: &Object, name: &Str) -> Result<Option<Owned>> {
    if let Some(dict) = mapping.downcast_exact::<Dict>() {
        return Ok(dict.get_str(name));
    }
    match operations::get_item(mapping, name.object()) {
        Ok(value) => Ok(Some(value)),
        Err(Raised) if exception::catch::<KeyError>() => Ok(None),
        Err(Raised) => Err(Raised),
    }
}

#[cold]
pub fn undefined(name: &Str) -> Raised {
    let raised = name_error!("name '{}' is not defined", name.to_string_lossy());
    set_name_of_error(name);
    raised
}

/// Sets `name` of the pending NameError.
fn set_name_of_error(name: &Str) {
    if let Some(error) = exception::pending().and_then(|error| error.downcast::<NameError>()) {
        error.name.set(Some(name.object().to_owned()));
    }
}

fn no_locals(what: &str) -> Raised {
    system_error!("no locals {what}")
}

/// The namespace that names of a class body or module belong to: a frame without one uses its globals.
fn namespace(frame: &Frame) -> &Object {
    frame.namespace().unwrap_or_else(|| frame.globals().object())
}

/// A name of a class body or module.
#[inline(never)]
pub fn load_name(frame: &Frame, name: NameIndex, cache: CacheIndex) -> Result {
    let code = frame.code();
    let text = code.name(name.index());
    let namespace = namespace(frame);
    if namespace.value() == frame.globals {
        if let Some(value) = cached_global(frame, cache) {
            // SAFETY: the reference was counted by `cached_global`.
            return Ok(unsafe { Owned::from_raw(value) });
        }
        return load_global(frame, name, Some(cache));
    }
    if let Some(value) = find_in_mapping(namespace, text)? {
        return Ok(value);
    }
    load_global(frame, name, Some(cache))
}

/// Binds a name of a class body or module.
pub fn store_name(frame: &Frame, name: NameIndex, value: &Object) -> Result<()> {
    let name = frame.code().name(name.index());
    let namespace = namespace(frame);
    match namespace.downcast_exact::<Dict>() {
        Some(dict) => dict.set_str(name, value),
        None => operations::set_item(namespace, name.object(), value),
    }
}

/// Unbinds a name of a class body or module.
pub fn delete_name(frame: &Frame, name: NameIndex) -> Result<()> {
    let name = frame.code().name(name.index());
    let namespace = namespace(frame);
    let removed = match namespace.downcast_exact::<Dict>() {
        Some(dict) => dict.remove_str(name).is_some(),
        None => match operations::delete_item(namespace, name.object()) {
            Ok(()) => true,
            Err(Raised) if exception::catch::<KeyError>() => false,
            Err(Raised) => return Err(Raised),
        },
    };
    if removed { Ok(()) } else { Err(undefined(name)) }
}

/// Binds a global name.
pub fn store_global(frame: &Frame, name: NameIndex, cache: CacheIndex, value: Owned) -> Result<()> {
    let code = frame.code();
    let slot = code.cache(cache.0 as usize);
    let cell = slot.first.get() as *mut Value;
    if !cell.is_null() && code.cached_globals() == frame.globals {
        // SAFETY: cells live as long as their namespaces, which the code object keeps alive.
        unsafe {
            if *cell != Value::UNBOUND {
                drop(Owned::from_raw(cell.replace(value.into_raw())));
                return Ok(());
            }
        }
    }
    let name = code.name(name.index());
    fill_cache(frame, name, slot)?;
    let globals = frame.globals();
    if globals.object().is_exact::<Dict>() {
        globals.set_str(name, &value)
    } else {
        operations::set_item(globals.object(), name.object(), &value)
    }
}

/// Unbinds a global name.
pub fn delete_global(frame: &Frame, name: NameIndex) -> Result<()> {
    let name = frame.code().name(name.index());
    match frame.globals().remove_str(name) {
        Some(_) => Ok(()),
        None => Err(undefined(name)),
    }
}

/// A key of a class namespace, then a global or built-in name.
pub fn load_from_dict_or_globals(frame: &Frame, mapping: &Object, name: NameIndex) -> Result {
    let text = frame.code().name(name.index());
    match find_in_mapping(mapping, text)? {
        Some(value) => Ok(value),
        None => load_global(frame, name, None),
    }
}

/// A key of a class namespace named like a cell, else the cell's content.
///
/// # Safety
/// The frame is running; the register holds a cell.
pub unsafe fn load_from_dict_or_cell(frame: *mut Frame, mapping: &Object, cell: Cell) -> Result {
    // SAFETY: the caller's promise.
    unsafe {
        let code = (*frame).code();
        let name = str::intern(&code.code().locals[cell.0.index()].name);
        if let Some(value) = find_in_mapping(mapping, &name)? {
            return Ok(value);
        }
        match cell_at(Frame::registers(frame), cell).get() {
            Some(value) => Ok(value),
            None => Err(raise_unbound_cell(code, cell.0.index())),
        }
    }
}

/// The namespace of a class body or module.
pub fn load_locals(frame: &Frame) -> Result {
    match frame.namespace() {
        Some(namespace) => Ok(namespace.to_owned()),
        None if frame.code().has_flags(pyrsc_bytecode::CodeFlags::OPTIMIZED) => Err(no_locals("found")),
        None => Ok(frame.globals().object().to_owned()),
    }
}

/// `__build_class__`
pub fn load_build_class(frame: &Frame) -> Result {
    match find_builtin(frame, names::get(names::Name::__build_class__))? {
        Some(function) => Ok(function),
        None => Err(name_error!("__build_class__ not found")),
    }
}

/// Makes sure that a namespace has `__annotations__`.
pub fn setup_annotations(frame: &Frame) -> Result<()> {
    let namespace = namespace(frame);
    let key = names::get(names::Name::__annotations__);
    if find_in_mapping(namespace, key)?.is_none() {
        operations::set_item(namespace, key.object(), Dict::new().object())?;
    }
    Ok(())
}
