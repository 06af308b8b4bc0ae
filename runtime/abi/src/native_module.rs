//! What a compiled module's object file tells the runtime, and what the runtime fills in before the module runs.
//!
//! The executable holds one [`NativeModule`] a module and one [`Program`]. Code objects are numbered in pre-order: the
//! module's own is 0, then its constants' code objects, each followed by its own.

use core::cell::Cell;

use crate::descriptor::GenericEntry;
use crate::value::Value;

/// Bytes in static memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct StaticBytes {
    pub pointer: *const u8,
    pub length: usize,
}

/// A code object's native entries.
#[repr(C)]
pub struct NativeFunction {
    /// The number of the code object.
    pub code: u32,
    pub generic: GenericEntry,
    /// As in `CodeDescriptor`; may be null. For a generator its body, a [`ResumeEntry`].
    pub direct: *const (),
    /// Where the machine code of the function's body starts: how a walk over the native stack knows it.
    pub body: *const (),
    /// As in `CodeDescriptor`.
    pub direct_takes: u32,
}

/// What a native generator's body sees of its frame: the interpreter's, whose registers it uses.
pub struct GeneratorFrame;

impl GeneratorFrame {
    /// Offset of the number (32 bits) of the place where the body goes on.
    pub const NEXT: usize = 84;
    /// Offset of the registers.
    pub const REGISTERS: usize = 96;
}

/// A generator's body: gets the function, the frame's address and whether an exception (which is pending) is thrown;
/// gives what it yields (having called `generator_suspend`), or its result, or 0 with an exception pending.
pub type ResumeEntry = unsafe extern "C" fn(function: Value, frame: *mut u8, thrown: u64) -> Value;

/// A word that the runtime fills in.
#[repr(C)]
pub struct ConstantSource {
    /// The number of the code object.
    pub code: u32,
    /// 0: constant `index`; 1: name `index`, as an interned str.
    pub kind: u32,
    pub index: u32,
    pub word: *mut Value,
}

/// A global name that the module's native code uses.
#[repr(C)]
pub struct GlobalName {
    pub name: StaticBytes,
    /// The name's cell; the module's namespace adopts it.
    pub cell: *mut Value,
    /// Filled in with the address of the cell of the built-in of that name.
    pub builtin: *mut *mut Value,
}

/// An inline cache of attribute access in generated code: what is known of objects of a few shapes.
#[repr(C)]
pub struct InlineCache {
    pub ways: [CacheWay; InlineCache::WAYS],
    /// What the runtime remembers for itself.
    pub general: [Cell<u64>; 4],
    /// Which way is given up next.
    pub next: Cell<u32>,
}

impl InlineCache {
    /// How many shapes a cache knows.
    pub const WAYS: usize = 4;
}

/// What an inline cache knows of objects of one shape. Empty while `shape` is 0.
///
/// A load or store of a slot: where the object has `shape` and the type's version is still the one that was seen, the
/// attribute lies at `offset` in the object, and a store leaves the object with `new_shape`, if that is not 0. A method:
/// the class's value lies in the cell at `cell`, and the object has no attribute of that name.
#[repr(C)]
pub struct CacheWay {
    pub shape: Cell<u32>,
    pub new_shape: Cell<u32>,
    pub version: Cell<u32>,
    pub offset: Cell<u32>,
    /// Where the version of the shape's type lies.
    pub version_address: Cell<*const u32>,
    pub cell: Cell<*const Value>,
}

/// Where in its bytecode each place in a module's machine code is.
#[repr(C)]
pub struct SiteTable {
    pub functions: *const FunctionSites,
    pub function_count: usize,
    /// The functions' runs of machine code: how many bytes behind the start of the last one (at first, of the function's
    /// body) a run starts, then its unit + 1 relative to the last one's (at first 0; 0 stands for no unit), as varints, the
    /// second in zigzag form.
    pub runs: *const u8,
    pub run_bytes: usize,
}

/// A function's part of the table.
#[repr(C)]
pub struct FunctionSites {
    /// The number of the code object.
    pub code: u32,
    /// Where its runs start and end, in bytes.
    pub start: u32,
    pub end: u32,
}

/// A module in the executable.
#[repr(C)]
pub struct NativeModule {
    /// The dotted name; the main module's is `__main__`.
    pub name: StaticBytes,
    /// What `__file__` says; of a namespace package its folders, separated as in PYTHONPATH.
    pub path: StaticBytes,
    /// The serialised code object, compressed.
    pub bytecode: StaticBytes,
    /// Bytes of the serialised code object before it was compressed.
    pub bytecode_length: usize,
    /// The source, compressed; null when it was left out.
    pub source: StaticBytes,
    /// Bytes of the source before it was compressed.
    pub source_length: usize,
    /// Whether it is a package.
    pub is_package: bool,
    /// Whether it is a package of folders without `__init__.py`.
    pub is_namespace: bool,
    pub functions: *const NativeFunction,
    pub function_count: usize,
    pub constants: *const ConstantSource,
    pub constant_count: usize,
    pub globals: *const GlobalName,
    pub global_count: usize,
    /// Null for a module without native functions.
    pub sites: *const SiteTable,
}

/// The whole executable.
#[repr(C)]
pub struct Program {
    pub modules: *const *const NativeModule,
    pub module_count: usize,
    /// The index of the module that runs as `__main__`.
    pub main: usize,
}

// SAFETY: the tables are constant; the words that they point to are written only while the GIL is held.
unsafe impl Sync for NativeModule {}
// SAFETY: as above.
unsafe impl Sync for Program {}
