//! The virtual machine: runs register bytecode.
//!
//! It is the fallback and the reference: it runs every program alone, and in an executable what appears at run time. Both
//! engines call the same functions of `pyrsc-core` for the meaning of an operation.
//!
//! A call goes from [`call`] (which makes a frame and binds the arguments) to [`interpreter`] (the loop) and
//! [`handlers`] (one function an instruction); the other modules each have the meaning of one group of instructions, or
//! one type that Python code sees. [`run`] starts and ends a program.
//!
//! **Invariant:** the interpreter trusts bytecode that the verifier of `pyrsc-bytecode` has passed, and no other.

// A pointer to a frame is the interpreter's own: it is live as long as the frame runs, and nobody else makes one.
#![allow(clippy::not_unsafe_ptr_arg_deref)]

// The loop.
mod arithmetic;
mod binding;
pub mod call;
pub mod code;
pub mod frame;
mod handlers;
pub mod interpreter;

// Groups of instructions.
mod attributes;
mod class_statement;
mod containers;
mod exceptions;
mod formatting;
mod globals;
mod import_statement;
mod iteration;
mod matching;
mod shape_cache;
mod suggestion;
mod syntax_tree;
mod type_parameters;

// The other engine's side.
pub mod native;

// Types.
pub mod async_generator;
pub mod awaitable;
pub mod frame_object;
pub mod function;
pub mod generator;
pub mod stack;
pub mod template;
pub mod traceback;

// What a program needs around it.
pub mod builtin_functions;
pub mod compile;
pub mod hooks;
pub mod import;
pub mod introspection;
pub mod module_spec;
pub mod modules;
mod python_modules;
pub mod run;
mod site_builtins;
mod source_lines;
mod traceback_anchors;
pub mod traceback_printer;
pub mod typed_source;
pub mod types;

pub use run::{Configuration, run_main};

/// The native modules of this crate; `import` finds them by name.
pub static NATIVE_MODULES: &[&pyrsc_core::spec::ModuleSpec] = &[
    &modules::imp::MODULE,
    &modules::marshal::MODULE,
    &modules::thread::MODULE,
    &modules::tokens::MODULE,
    &modules::warnings::MODULE,
];
