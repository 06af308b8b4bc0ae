//! Natively compiled code's side of the runtime: what it calls, and how its modules are attached.
//!
//! [`exports`] are the `extern "C"` symbols, derived from the table in `pyrsc-abi`; [`functions`] says what each one does,
//! in the terms of the runtime. Both engines share the meaning of operations: most functions are the interpreter's
//! helpers or `pyrsc-core`'s operations under the table's names. [`program`] attaches a module's native entries, constants
//! and global cells to its code objects and namespace.

mod attributes;
mod calls;
mod exports;
mod functions;
mod names;
pub mod program;
