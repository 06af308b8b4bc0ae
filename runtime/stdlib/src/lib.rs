//! The modules of the standard library that are written in Rust, one file or folder a module.

use pyrsc_core::spec::ModuleSpec;

/// The native modules; `import` finds them by name.
pub static MODULES: &[&ModuleSpec] = &[];
