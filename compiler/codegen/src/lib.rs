//! MIR to machine code, through LLVM.
//!
//! Functions become LLVM IR text ([`function`]), whose operations are calls of always-inlined templates ([`templates`]);
//! [`module`] adds the tables that the runtime reads; [`emit`] hands the text to LLVM. Source positions travel as DWARF,
//! of which [`sites`] makes the table that tells a running function's place.
//!
//! **Invariant:** the only crate that sees LLVM. Reads and writes no files.

#![forbid(unsafe_code)]

mod debug_info;
pub mod emit;
mod function;
mod lower;
pub mod module;
mod operations;
pub mod sites;
pub mod templates;

pub use emit::{CodegenError, Machine, Options, Output};
pub use module::{ModuleInput, module_symbol, module_text, number_codes, program_text};
pub use sites::sites_text;
