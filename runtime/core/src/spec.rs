//! How a built-in type, function or module is described in static memory, for `#[pyclass]`, `#[pymethods]`,
//! `#[pyfunction]` and `#[pymodule]` to fill in.
//!
//! Nothing here allocates at start: a type's namespace is filled from its tables at its first look-up.

use pyrsc_abi::ShapeId;
use pyrsc_abi::page::PageKind;

use crate::call::Arguments;
use crate::collector::Visitor;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::special_methods::SpecialMethods;
use crate::type_object::TypeObject;

/// What `#[pyclass]` tells about a built-in type.
pub struct TypeSpec {
    /// `list`
    pub name: &'static str,
    /// `builtins`
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// None for `object` alone.
    pub base: Option<&'static TypeObject>,
    /// The fixed shape id of plain instances, if it has one.
    pub shape: Option<ShapeId>,
    /// Bytes of the struct.
    pub size: usize,
    /// For types whose objects end in a variable part: bytes of an object with that part.
    pub variable_size: Option<unsafe fn(*const u8) -> usize>,
    pub kind: PageKind,
    pub flags: u32,
    /// Visits the values that the struct's fields own; none for a leaf.
    pub traverse: Option<unsafe fn(*const u8, &mut Visitor<'_>)>,
    /// Drops what the fields own, leaving the struct valid and empty (for the cycle collector).
    pub clear: Option<unsafe fn(*mut u8)>,
    /// Drops the struct in place.
    pub drop: Option<unsafe fn(*mut u8)>,
}

/// What one `#[pymethods(Type)]` module tells: its special methods and its members.
pub struct MethodTable {
    pub special: SpecialMethods,
    pub members: &'static [Member],
}

/// One entry of a type's namespace or a module's.
pub enum Member {
    /// `#[pymethod]`: the receiver is the first of the arguments; its type has been checked.
    Method(&'static FunctionSpec),
    ClassMethod(&'static FunctionSpec),
    StaticMethod(&'static FunctionSpec),
    /// `#[getter]`, with `#[setter]` (which gets `None` to delete) if there is one.
    Property(&'static PropertySpec),
    /// A value made at the first look-up.
    Attribute(&'static str, fn() -> Result),
}

/// A function written in Rust, as Python sees it.
pub struct FunctionSpec {
    pub name: &'static str,
    /// `(self, /, iterable=(), *, key=None)`: what `__text_signature__` and `help` show.
    pub signature: Option<&'static str>,
    pub doc: Option<&'static str>,
    /// Takes all arguments (for a method with the receiver first), checks and converts them, and calls the function.
    pub call: fn(Arguments<'_>) -> Result,
}

/// A computed attribute of a built-in type.
pub struct PropertySpec {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub get: fn(&Object) -> Result,
    pub set: Option<fn(&Object, Option<&Object>) -> Result<()>>,
}

/// What `#[pymodule]` tells about a native module.
pub struct ModuleSpec {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub members: &'static [ModuleMember],
    /// Runs after the members are in, with the module.
    pub init: Option<fn(&Object) -> Result<()>>,
}

/// One entry of a native module's namespace.
pub enum ModuleMember {
    Function(&'static FunctionSpec),
    Type(&'static TypeObject),
    Attribute(&'static str, fn() -> Result<Owned>),
}

/// A built-in type together with its methods: what `pyrsc_core::startup` is given.
#[derive(Clone, Copy)]
pub struct BuiltinType {
    pub ty: &'static TypeObject,
    pub methods: &'static [&'static MethodTable],
}
