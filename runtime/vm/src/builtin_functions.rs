//! The built-in functions that need the interpreter.

use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::BuiltinFunction;
use pyrsc_core::dict::Dict;
use pyrsc_core::module::Module;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::spec::FunctionSpec;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_error;
use pyrsc_macros::pyfunction;

#[pyfunction(name = "__build_class__")]
pub fn build_class(arguments: Arguments<'_>) -> Result {
    crate::class_statement::build_class(arguments)
}

#[pyfunction(name = "__import__", signature = "(name, globals=None, locals=None, fromlist=(), level=0)")]
pub fn import(
    name: &Object,
    globals: Option<&Object>,
    _locals: Option<&Object>,
    fromlist: Option<&Object>,
    level: Option<i64>,
) -> Result {
    let Some(name) = name.downcast::<Str>() else {
        return Err(type_error!("module name must be a string"));
    };
    let globals = globals.filter(|globals| !globals.is_none());
    let level = level.unwrap_or(0);
    let globals = match globals {
        Some(globals) => match globals.downcast::<Dict>() {
            Some(globals) => Some(globals),
            None if level > 0 => return Err(type_error!("globals must be a dict")),
            None => None,
        },
        None => None,
    };
    crate::import::import(name, globals, fromlist, level)
}

#[pyfunction]
pub fn globals() -> Result {
    crate::introspection::current_globals()
}

#[pyfunction]
pub fn locals() -> Result {
    crate::introspection::current_locals()
}

#[pyfunction]
pub fn vars(object: Option<&Object>) -> Result {
    crate::introspection::vars(object)
}

#[pyfunction]
pub fn dir(object: Option<&Object>) -> Result {
    crate::introspection::dir(object)
}

#[pyfunction(signature = "(source, /, globals=None, locals=None, *, closure=None)")]
pub fn exec(
    source: &Object,
    globals: Option<&Object>,
    locals: Option<&Object>,
    closure: Option<&Object>,
) -> Result<()> {
    crate::compile::exec(source, globals, locals, closure)
}

#[pyfunction(signature = "(source, /, globals=None, locals=None)")]
pub fn eval(source: &Object, globals: Option<&Object>, locals: Option<&Object>) -> Result {
    crate::compile::eval(source, globals, locals)
}

#[pyfunction(
    signature = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
)]
pub fn compile(
    source: &Object,
    filename: &Object,
    mode: &Object,
    flags: Option<i64>,
    dont_inherit: Option<bool>,
    optimize: Option<i64>,
    _feature_version: Option<i64>,
) -> Result {
    let Some(mode) = mode.downcast::<Str>() else {
        return Err(type_error!("compile() argument 'mode' must be str, not {}", mode.type_object().name()));
    };
    crate::compile::compile(
        source,
        filename,
        &mode.to_string_lossy(),
        flags.unwrap_or(0),
        dont_inherit.unwrap_or(false),
        optimize.unwrap_or(-1),
    )
}

#[pyfunction(signature = "(prompt='', /)")]
pub fn input(prompt: Option<&Object>) -> Result {
    let lost = |name: &str| pyrsc_core::runtime_error!("input(): lost sys.{name}");
    let stdin =
        pyrsc_core::startup::system("stdin").filter(|file| !file.is_none()).ok_or_else(|| lost("stdin"))?;
    let stdout =
        pyrsc_core::startup::system("stdout").filter(|file| !file.is_none()).ok_or_else(|| lost("stdout"))?;
    if let Some(prompt) = prompt {
        let text = operations::str(prompt)?;
        operations::call_method(&stdout, "write", &[text.object()])?;
    }
    operations::call_method(&stdout, "flush", &[])?;
    let line = operations::call_method(&stdin, "readline", &[])?;
    let Some(line) = line.downcast::<Str>() else {
        return Err(type_error!("object.readline() returned non-string"));
    };
    if line.is_empty() {
        return Err(pyrsc_core::eof_error!("EOF when reading a line"));
    }
    let end = if line.at(line.len() - 1) == u32::from(b'\n') { line.len() - 1 } else { line.len() };
    Ok(line.substring(0, end).into_owned())
}

#[pyfunction]
pub fn breakpoint(arguments: Arguments<'_>) -> Result {
    match pyrsc_core::startup::system("breakpointhook") {
        Some(hook) => operations::call_arguments(&hook, arguments),
        None => Err(pyrsc_core::runtime_error!("lost sys.breakpointhook")),
    }
}

/// `anext(iterator)`: what `__anext__` gives; with a default, an awaitable that gives it at the end.
#[pyfunction]
pub fn anext(iterator: &Object, default: Option<&Object>) -> Result {
    let Some(next) = iterator.type_object().special().anext else {
        return Err(type_error!("'{}' object is not an async iterator", iterator.type_object().name()));
    };
    let awaitable = next(iterator)?;
    match default {
        None => Ok(awaitable),
        Some(default) => {
            Ok(crate::awaitable::AnextWithDefault::new(awaitable, default.to_owned()).into_owned())
        }
    }
}

/// The functions of this file, for the module `builtins`.
pub static FUNCTIONS: &[&FunctionSpec] = &[
    &BUILD_CLASS,
    &IMPORT,
    &GLOBALS,
    &LOCALS,
    &VARS,
    &DIR,
    &EXEC,
    &EVAL,
    &COMPILE,
    &INPUT,
    &BREAKPOINT,
    &ANEXT,
];

/// Adds them to the module.
pub fn add_to(builtins: &Module) -> Result<()> {
    let module_name: Owned = str::intern("builtins").into_owned();
    for function in FUNCTIONS {
        let receiver = Some(builtins.object().to_owned());
        let object = BuiltinFunction::new(function, Some(module_name.clone()), receiver);
        builtins.set(function.name, object.object())?;
    }
    Ok(())
}
