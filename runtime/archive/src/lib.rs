//! The whole runtime as one crate: the static library that executables are linked with, and what `pyrsc run` uses.
//!
//! It ties the interpreter to the frontend ([`compiler`]), and holds the entry of executables ([`entry`]).

pub mod compiler;
mod entry;
pub mod tokens;
