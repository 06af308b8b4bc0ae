//! From source text to bytecode: parsing, scopes, code generation, diagnostics.
//!
//! [`compile`] is the whole of it. The parser is a library behind `parse`; nothing outside of this crate sees its
//! tree. `scope` decides which variable a name means, `emit` writes the instructions, `fold` evaluates constants,
//! `unparse` writes expressions back as text where annotations are strings.
//!
//! **Invariant:** no files, no processes, no global state; the same source gives the same code.

#![forbid(unsafe_code)]

mod diagnostic;
mod emit;
mod fold;
mod future;
mod literal;
mod mistake;
mod parse;
mod recursion;
mod scope;
mod source;
pub mod tokenize;
mod tree;
mod typo;
mod unparse;

use std::sync::Arc;

use pyrsc_bytecode::{Code, Tree};

pub use diagnostic::{ErrorKind, SyntaxError, Warning, WarningCategory};
pub use source::{DecodeError, decode_source};
pub use tree::parse_tree;
pub use typo::{KeywordTypo, keyword_typo};

use diagnostic::Fault;
use source::SourceIndex;

/// What the source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// A module, or the argument of `exec`.
    #[default]
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement; the values of expressions are printed.
    Single,
}

/// How to compile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the source is.
    pub mode: Mode,
    /// 1 leaves out `assert`, 2 also docstrings.
    pub optimize: u8,
    /// `from __future__ import annotations` is in effect already.
    pub future_annotations: bool,
    /// `await` is allowed at module level (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// An unfinished source is an [`ErrorKind::Incomplete`] error (`PyCF_ALLOW_INCOMPLETE_INPUT`).
    pub allow_incomplete: bool,
    /// The last line must end with a newline for blocks to be finished (`PyCF_DONT_IMPLY_DEDENT`).
    pub dont_imply_dedent: bool,
}

/// The result of compiling.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The module's code.
    pub code: Code,
    /// What is dubious about the source, in order.
    pub warnings: Vec<Warning>,
}

/// Compiles source text. The errors are those that a reader should see, the one that Python would report first.
pub fn compile(source: &str, filename: &str, options: &Options) -> Result<Compiled, Vec<SyntaxError>> {
    with_text(source, filename, options, |text, index| compile_text(text, filename, options, index))
}

/// Compiles a syntax tree that a program made. The tree is valid.
pub fn compile_tree(tree: &Tree, filename: &str, options: &Options) -> Result<Compiled, Vec<SyntaxError>> {
    let written = match tree::write(tree) {
        Ok(written) => written,
        Err(message) => return Err(vec![placeless(ErrorKind::Syntax, &message, filename)]),
    };
    on_large_stack(usize::MAX, filename, || {
        let index = SourceIndex::of_tree(&written.text, &written.places);
        compile_text(&written.text, filename, options, &index)
            .map_err(|fault| vec![fault.into_error(filename, &index)])
    })
}

/// Calls a function with text as the parser wants it, on a stack that is large enough for it.
fn with_text<T: Send>(
    source: &str,
    filename: &str,
    options: &Options,
    work: impl Fn(&str, &SourceIndex<'_>) -> std::result::Result<T, Box<Fault>> + Send + Sync,
) -> Result<T, Vec<SyntaxError>> {
    if source.contains('\0') {
        let message = "source code string cannot contain null bytes";
        return Err(vec![placeless(ErrorKind::Syntax, message, filename)]);
    }
    let text = normalize(source, options.mode);
    let index = SourceIndex::new(&text);
    let to_error = |fault: Box<Fault>| vec![fault.into_error(filename, &index)];
    let longest = match parse::longest_statement(&text) {
        Some(longest) => longest,
        // A mistake of tokenization.
        None => match parse::mistake(&text, options) {
            Some(fault) => return Err(to_error(fault)),
            None => usize::MAX,
        },
    };
    on_large_stack(longest, filename, || work(&text, &index).map_err(to_error))
}

fn placeless(kind: ErrorKind, message: &str, filename: &str) -> SyntaxError {
    SyntaxError {
        kind,
        message: message.to_owned(),
        filename: filename.to_owned(),
        line: None,
        offset: None,
        end_line: None,
        end_offset: None,
        text: None,
        is_text_of_file: false,
    }
}

/// Statements of more tokens than this are compiled on a thread with a stack for the deepest tree that they could be.
const DEEP_STATEMENT: usize = 400;

fn on_large_stack<T: Send>(
    longest_statement: usize,
    filename: &str,
    work: impl FnOnce() -> Result<T, Vec<SyntaxError>> + Send,
) -> Result<T, Vec<SyntaxError>> {
    if longest_statement <= DEEP_STATEMENT {
        return work();
    }
    let depth = longest_statement.min(recursion::LIMIT as usize * 2);
    let stack = (16 << 20) + depth * (32 << 10);
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, work);
        match worker.map(|worker| worker.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(_)) | Err(_) => {
                let message = "maximum recursion depth exceeded during compilation";
                Err(vec![placeless(ErrorKind::Recursion, message, filename)])
            }
        }
    })
}

fn compile_text(
    text: &str,
    filename: &str,
    options: &Options,
    index: &SourceIndex<'_>,
) -> std::result::Result<Compiled, Box<Fault>> {
    let module =
        if index.is_of_tree() { parse::parse_any(text, options)? } else { parse::parse(text, options)? };
    let future = future::future_features(&module)?;
    let future_annotations = options.future_annotations || future.annotations;
    let table = scope::build(&module, options, future_annotations)?;
    let shared_name: Arc<str> = filename.into();
    let (code, raw) = emit::emit(&module, index, &table, options, &shared_name, future_annotations)?;
    Ok(Compiled { code, warnings: finish_warnings(raw, filename, index) })
}

/// Lines end with `\n` for everything behind this point, and a module's last line does.
fn normalize(source: &str, mode: Mode) -> std::borrow::Cow<'_, str> {
    let mut text = std::borrow::Cow::Borrowed(source);
    if source.contains('\r') {
        text = source.replace("\r\n", "\n").replace('\r', "\n").into();
    }
    if mode == Mode::Exec && !text.is_empty() && !text.ends_with('\n') {
        text.to_mut().push('\n');
    }
    text
}

fn finish_warnings(mut raw: Vec<emit::RawWarning>, filename: &str, index: &SourceIndex<'_>) -> Vec<Warning> {
    raw.sort_by_key(|warning| warning.range.start());
    raw.dedup_by(|a, b| a.range == b.range && a.message == b.message);
    raw.into_iter()
        .map(|warning| {
            let error = Fault::new(warning.message.clone(), warning.range).into_error(filename, index);
            Warning {
                category: warning.category,
                message: warning.message,
                line: index.line(warning.range.start().to_u32()),
                error,
            }
        })
        .collect()
}
