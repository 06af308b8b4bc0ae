//! The parser's errors as Python's: same message, same place, for what people write.

use ruff_python_ast::Mod;
use ruff_python_parser::{ParseError, Parsed};

use crate::Options;
use crate::diagnostic::{ErrorKind, Fault};
use crate::prescan::Prescan;
use crate::source::SourceIndex;

/// All faults of a parse, the one that Python would report first.
pub(super) fn faults(
    parsed: &Parsed<Mod>,
    _text: &str,
    _options: &Options,
    scan: &Prescan,
    _index: &SourceIndex<'_>,
) -> Vec<Box<Fault>> {
    let mut faults: Vec<Box<Fault>> = Vec::new();
    if let Some(fault) = &scan.fault
        && !parsed.errors().is_empty()
    {
        faults.push(fault.clone());
    }
    faults.extend(parsed.errors().iter().map(fault));
    for error in parsed.unsupported_syntax_errors() {
        faults.push(Fault::new(error.to_string(), error.range));
    }
    faults
}

fn fault(error: &ParseError) -> Box<Fault> {
    Fault::of_kind(ErrorKind::Syntax, error.error.to_string(), error.location)
}
