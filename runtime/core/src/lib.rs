//! The core of the runtime: objects, memory, reference counts, the cycle collector, the GIL, calls, exceptions,
//! attribute look-up, and the storage of the types that these need.
//!
//! What Python code sees of the built-in types is `pyrsc-builtins`'; native modules are `pyrsc-stdlib`'s; executing
//! bytecode is `pyrsc-vm`'s.
//!
//! **Invariants:** code here runs with the GIL held. A function that returns `Err(Raised)` leaves an exception pending, one
//! that returns `Ok` leaves none. No Rust reference into an object's storage is held across anything that can run Python
//! code.

extern crate self as pyrsc_core;

// Values and their owners.
pub mod object;
pub mod owned;
pub mod slot;

// Types.
pub mod attribute;
pub mod class;
pub mod descriptor;
pub mod instance;
pub mod shape;
pub mod slot_wrapper;
pub mod spec;
pub mod special_methods;
pub mod type_object;

// Memory.
pub mod collector;
pub mod deallocate;
pub mod memory;
pub mod weak_reference;

// Running.
pub mod arguments;
pub mod call;
pub mod exception;
pub mod gil;
pub mod iteration;
pub mod operations;
pub mod recursion;
pub mod startup;
pub mod thread;
pub mod warnings;

// The storage of built-in types.
pub mod buffer;
pub mod bytearray;
pub mod bytes;
pub mod bytes_like;
pub mod cell;
pub mod complex;
pub mod decimal_digits;
pub mod dict;
pub mod float;
pub mod function;
pub mod generic_alias;
pub mod hash_bytes;
pub mod int;
pub mod list;
pub mod memoryview;
pub mod module;
pub mod names;
pub mod set;
pub mod slice;
pub mod str;
pub mod str_builder;
pub mod str_intern;
pub mod str_repr;
pub mod str_units;
pub mod struct_sequence;
pub mod traceback;
pub mod tuple;
pub mod unicode;
pub mod unicode_tables;

pub use exception::key_error;
