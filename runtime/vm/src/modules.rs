//! Native modules that need the interpreter.

pub mod imp;
pub mod marshal;
pub mod thread;
pub mod tokens;
pub mod warnings;
