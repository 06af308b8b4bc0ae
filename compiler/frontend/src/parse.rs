//! The parser, behind our own interface: the only file that knows which library it is.

use ruff_python_ast::Mod;
use ruff_python_parser::{ParseOptions, parse_unchecked};

use crate::diagnostic::Fault;
use crate::prescan::Prescan;
use crate::source::SourceIndex;
use crate::{Mode, Options};

mod translate;

/// The tree of a source, or all of its mistakes, the first one first.
pub(crate) fn parse(
    text: &str,
    options: &Options,
    scan: Prescan,
    index: &SourceIndex<'_>,
) -> Result<Mod, Vec<Box<Fault>>> {
    // What would overflow the parser's stack is refused before it runs.
    if let Some(fault) = &scan.fault
        && (fault.message.starts_with("too many"))
    {
        return Err(vec![fault.clone()]);
    }
    let mode = match options.mode {
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval => ruff_python_parser::Mode::Expression,
    };
    // Python 3.14's grammar, whatever the library's newest is.
    let parse_options = ParseOptions::from(mode).with_target_version(ruff_python_ast::PythonVersion::PY314);
    let text = match options.mode {
        Mode::Eval => text.trim_start_matches([' ', '\t']),
        _ => text,
    };
    let parsed = parse_unchecked(text, parse_options);
    let faults = translate::faults(&parsed, text, options, &scan, index);
    if faults.is_empty() { Ok(parsed.into_syntax()) } else { Err(faults) }
}
