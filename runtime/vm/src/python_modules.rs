//! Modules that CPython writes in C and this runtime in Python: part of the runtime, compiled when they are imported.

use pyrsc_core::owned::Result;

use crate::hooks::{self, Mode, Request};

/// The source of such a module.
pub fn source(name: &str) -> Option<&'static str> {
    match name {
        "_ast" => Some(include_str!("python/_ast.py")),
        "_embedded" => Some(include_str!("python/_embedded.py")),
        "_tokenize" => Some(include_str!("python/_tokenize.py")),
        "_tracemalloc" => Some(include_str!("python/_tracemalloc.py")),
        "faulthandler" => Some(include_str!("python/faulthandler.py")),
        // Its name has the platform's in it.
        _ if name.starts_with("_sysconfigdata_") => Some(include_str!("python/_sysconfigdata.py")),
        "_typing" => Some(include_str!("python/_typing.py")),
        _ => None,
    }
}

/// The names of these modules.
pub const NAMES: &[&str] = &["_ast", "_embedded", "_tokenize", "_typing"];

/// Compiles such a module.
pub fn compile(name: &str, source: &str) -> Result<std::sync::Arc<pyrsc_bytecode::Code>> {
    let filename = format!("<built-in {name}>");
    hooks::compile(&Request {
        source: source.as_bytes(),
        is_text: true,
        filename: &filename,
        mode: Mode::Module,
        flags: 0,
        optimize: -1,
    })
}
