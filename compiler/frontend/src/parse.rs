//! The parser, behind our own interface: the only file that knows which library it is.

use ruff_python_ast::Mod;
use ruff_python_parser::{ParseOptions, Parsed, parse_unchecked};

use crate::diagnostic::Fault;
use crate::tokenize::{TokenKind, Tokenizer};
use crate::{Mode, Options, mistake};

/// Python's keywords, but for the soft ones.
pub(crate) const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The number of tokens of the longest statement, which bounds how deep its tree can be; none when tokenization fails.
pub(crate) fn longest_statement(text: &str) -> Option<usize> {
    let mut tokenizer = Tokenizer::new(text);
    let (mut longest, mut length) = (0, 0);
    loop {
        let token = tokenizer.next_token().ok()?;
        length += 1;
        match token.kind {
            TokenKind::End => return Some(longest.max(length)),
            TokenKind::Newline => {
                longest = longest.max(length);
                length = 0;
            }
            _ => {}
        }
    }
}

/// The first mistake that Python finds in a source.
pub(crate) fn mistake(text: &str, options: &Options) -> Option<Box<Fault>> {
    let mistake = mistake::find(text, options)?;
    let mut fault = Fault::at(mistake.kind, mistake.message, 0);
    fault.place = Some(Box::new(mistake.place));
    Some(fault)
}

/// The tree of a source, or its first mistake.
pub(crate) fn parse(text: &str, options: &Options) -> Result<Mod, Box<Fault>> {
    // One statement is all that there may be, and an expression is not indented: the parser knows neither.
    let needs_check =
        options.mode == Mode::Single || options.mode == Mode::Eval && text.starts_with([' ', '\t']);
    if needs_check && let Some(fault) = mistake(text, options) {
        return Err(fault);
    }
    parse_any(text, options)
}

/// As `parse`, for text that may have several statements where one is expected.
pub(crate) fn parse_any(text: &str, options: &Options) -> Result<Mod, Box<Fault>> {
    let mode = match options.mode {
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval => ruff_python_parser::Mode::Expression,
    };
    // Python 3.14's grammar, whatever the library's newest is.
    let parse_options = ParseOptions::from(mode).with_target_version(ruff_python_ast::PythonVersion::PY314);
    let parsed = parse_unchecked(text, parse_options);
    let is_clean = parsed.errors().is_empty() && parsed.unsupported_syntax_errors().is_empty();
    if !is_clean && let Some(fault) = mistake(text, options) {
        return Err(fault);
    }
    match other_fault(&parsed) {
        Some(fault) => Err(fault),
        None => Ok(parsed.into_syntax()),
    }
}

/// A mistake that Python finds only after parsing, or that only the library finds.
fn other_fault(parsed: &Parsed<Mod>) -> Option<Box<Fault>> {
    use ruff_python_parser::ParseErrorType as Type;
    if let Some(error) = parsed.errors().first() {
        let message = match &error.error {
            Type::DuplicateKeywordArgumentError(name) => format!("keyword argument repeated: {name}"),
            Type::InvalidStarredExpressionUsage => "can't use starred expression here".to_owned(),
            _ => "invalid syntax".to_owned(),
        };
        return Some(Fault::new(message, error.location));
    }
    let error = parsed.unsupported_syntax_errors().first()?;
    Some(Fault::new(error.to_string(), error.range))
}
