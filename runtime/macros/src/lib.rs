//! How a built-in type, function or module is declared.
//!
//! The attributes here read a declaration in Rust and write the static tables of `pyrsc_core::spec` beside it, so that
//! nothing has to run when a program starts:
//!
//! - [`macro@pyclass`] on a struct: the Python type, with traversal, clearing and dropping derived from the fields;
//! - [`macro@pymethods`] on a module of functions: special methods, methods and properties of a type;
//! - [`macro@pyfunction`] on a function: one function that Python can call;
//! - [`macro@pymodule`] on a module of functions: a native module;
//! - [`macro@Traverse`]: traversal of a struct or enum that lies inside a class's struct.
//!
//! Binding arguments to parameters, conversions and error texts are functions of `pyrsc_core::arguments`: generated code
//! only calls them.

mod attribute;
mod class;
mod function;
mod methods;
mod module;
mod signature;
mod traverse;

use proc_macro::TokenStream;

/// Makes a struct the contents of a Python type.
///
/// `#[pyclass(name = "list", module = "builtins", shape = LIST, base = path::TO_STATIC, flags(BASETYPE, SEQUENCE), doc = "…")]`
/// on a `#[repr(C)]` struct whose first field is the header (or the struct of the base) writes
/// - `pub static LIST: TypeObject` (the struct's name in upper case; `static_name = X` gives another) and `Class`,
/// - `Traverse` from the fields, unless `custom_traverse` says that it is written by hand.
///
/// All may be left out: the name is then the struct's, the module `builtins`, the base `object`. `base` may also name the
/// base's struct. `variable_size = function` is for objects with a part of variable length: see `TypeSpec`.
#[proc_macro_attribute]
pub fn pyclass(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(class::expand(arguments.into(), item.into()))
}

/// Makes the functions of a module the methods of a Python type.
///
/// `#[pymethods(List)] mod methods { use super::*; … }` writes `pub static METHODS: MethodTable` (the module's name in
/// upper case) beside the module. The functions in it are marked:
/// - `#[slot]`: the special method whose row in `special_methods.rs` has the function's name;
///   `#[slot(signature = "(iterable=(), /)")]` on `new`, `init` and `call` binds the arguments to parameters;
/// - `#[pymethod]`, `#[classmethod]`, `#[staticmethod]`, with `name = "…"`, `signature = "(self, /, *, key=None)"` and
///   `doc = "…"`; without a signature all parameters are positional-only, and those of type `Option` may be left out;
/// - `#[getter]`, `#[setter]` (its name may start with `set_`; a value of type `Option<&Object>` allows deletion);
/// - `#[attribute]`: a function without parameters that makes a value of the class's namespace.
///
/// The receiver comes first, as `&Object` or as a reference to the class's struct.
#[proc_macro_attribute]
pub fn pymethods(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(methods::expand(arguments.into(), item.into()))
}

/// Makes a function callable from Python: writes `pub static NAME: FunctionSpec` (the function's name in upper case)
/// beside it. Takes `name`, `module`, `signature` and `doc`.
#[proc_macro_attribute]
pub fn pyfunction(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(function::expand(arguments.into(), item.into()))
}

/// Makes a module of functions a native Python module: writes `pub static MODULE: ModuleSpec` beside it
/// (`static_name = X` gives another name).
///
/// `#[pymodule(name = "math", doc = "…", types(path::TO_STATIC, …))] mod module { … }`, where functions are marked
/// `#[pyfunction]`, `#[attribute]` (makes a value of the namespace) or `#[init]` (runs at the end, with the module).
#[proc_macro_attribute]
pub fn pymodule(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(module::expand(arguments.into(), item.into()))
}

/// Implements `pyrsc_core::collector::Traverse` for a struct or enum from its fields.
#[proc_macro_derive(Traverse)]
pub fn derive_traverse(item: TokenStream) -> TokenStream {
    finish(traverse::expand(item.into()))
}

fn finish(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.into_compile_error()).into()
}
