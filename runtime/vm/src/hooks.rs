//! What the interpreter needs from whoever runs it: a compiler, and the sources of modules.
//!
//! An executable without the compiler leaves the hook empty; what needs it then says so.

use std::sync::{Arc, OnceLock};

use pyrsc_bytecode::{Code, Tree};
use pyrsc_core::owned::{Raised, Result};
use pyrsc_core::runtime_error;

/// What is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A module: `exec`.
    Module,
    /// One expression: `eval`.
    Expression,
    /// One interactive statement: `single`.
    Interactive,
}

/// What to compile, and how.
pub struct Request<'a> {
    pub source: &'a [u8],
    /// Whether the source is text already: a coding comment is then not looked at.
    pub is_text: bool,
    pub filename: &'a str,
    pub mode: Mode,
    /// `__future__` features in force, by their `CO_FUTURE_*` bits, and compiler flags.
    pub flags: u32,
    /// -1: that of the process.
    pub optimize: i32,
}

/// A mistake in the source.
pub struct SyntaxFault {
    /// `SyntaxError`, `IndentationError`, `TabError`, or another class for what is no mistake of syntax.
    pub class: &'static str,
    pub message: String,
    pub line: u32,
    /// From 1, in characters; 0: unknown.
    pub column: u32,
    pub end_line: u32,
    /// 0 or -1: unknown.
    pub end_column: i32,
    /// The line's text.
    pub text: Option<String>,
    /// Whether the text is that of the file, and there is none when the source is in no file.
    pub is_text_of_file: bool,
}

/// A warning about the source.
pub struct SourceWarning {
    pub class: &'static str,
    pub message: String,
    pub line: u32,
}

/// What compiling gives.
pub type Compiled = std::result::Result<(Arc<Code>, Vec<SourceWarning>), SyntaxFault>;

/// The source of a module of the bundled standard library.
pub struct BundledModule {
    pub is_package: bool,
    /// What `__file__` says.
    pub path: String,
    pub contents: BundledContents,
}

/// A bundled module's contents.
pub enum BundledContents {
    /// To be compiled.
    Source(Vec<u8>),
    /// Compiled.
    Code(Arc<Code>),
}

/// A name in a wrong source that should be a keyword, and where it is.
pub struct KeywordTypo {
    pub keyword: &'static str,
    pub line: u32,
    pub column: u32,
    pub end_column: u32,
    pub text: String,
}

/// What a keyword typo is looked for in: the source, the error's message and line, and whether the source is a file.
pub type TypoSearch = fn(&str, &str, u32, bool) -> Option<KeywordTypo>;

/// A token as `tokenize` shows it: the number of its type, text, places (line from 1, column in characters; -1: none), and
/// the lines that it is on.
pub struct TokenRow {
    pub kind: i64,
    pub text: String,
    pub start: (u32, i32),
    pub end: (u32, i32),
    pub line: String,
}

/// Splits a source into tokens, up to a mistake; with comments and the like, or without.
pub type Split = fn(&str, bool) -> (Vec<TokenRow>, Option<SyntaxFault>);

/// The functions that the interpreter calls.
pub struct Hooks {
    /// Splits a source; none where the compiler is left out.
    pub tokens: Option<Split>,
    /// Makes the syntax tree of a source; none where the compiler is left out.
    pub parse_tree: Option<fn(&Request<'_>) -> std::result::Result<Tree, SyntaxFault>>,
    /// Compiles a syntax tree; the request's source is empty. None where the compiler is left out.
    pub compile_tree: Option<fn(&Tree, &Request<'_>) -> Compiled>,
    /// Finds a keyword that is nearly written; none where the compiler is left out.
    pub keyword_typo: Option<TypoSearch>,
    /// Compiles source; none where the compiler is left out.
    pub compile: Option<fn(&Request<'_>) -> Compiled>,
    /// Finds a module of the standard library by its dotted name.
    pub find_bundled: Option<fn(&str) -> Option<BundledModule>>,
    /// The source of a module of the standard library by its `__file__`.
    pub bundled_source: Option<fn(&str) -> Option<Vec<u8>>>,
    /// The `__file__` of every module of the standard library.
    pub bundled_paths: Option<fn() -> Vec<String>>,
    /// The folder that the bundled standard library lies in, for `sys.path`.
    pub bundled_folder: Option<String>,
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Sets the hooks, once, before the program starts.
pub fn install(hooks: Hooks) {
    let _ = HOOKS.set(hooks);
}

/// The folder of the bundled standard library.
pub fn bundled_folder() -> Option<&'static str> {
    HOOKS.get()?.bundled_folder.as_deref()
}

/// The source of the standard library's module with this `__file__`.
pub fn bundled_source(path: &str) -> Option<Vec<u8>> {
    HOOKS.get()?.bundled_source.and_then(|find| find(path))
}

/// The `__file__` of every module of the standard library.
pub fn bundled_paths() -> Vec<String> {
    HOOKS.get().and_then(|hooks| hooks.bundled_paths).map_or(Vec::new(), |paths| paths())
}

/// Finds a module of the standard library.
pub fn find_bundled(name: &str) -> Option<BundledModule> {
    HOOKS.get()?.find_bundled.and_then(|find| find(name))
}

/// A keyword typo that explains a syntax error.
pub fn keyword_typo(source: &str, message: &str, line: u32, is_file: bool) -> Option<KeywordTypo> {
    HOOKS.get()?.keyword_typo.and_then(|find| find(source, message, line, is_file))
}

fn without_compiler() -> Raised {
    runtime_error!(
        "this executable was built without the compiler, so it cannot compile source at run time; build it with --with-compiler"
    )
}

/// The tokens of a source.
pub fn tokens(source: &str, with_extra: bool) -> Result<(Vec<TokenRow>, Option<SyntaxFault>)> {
    let Some(tokens) = HOOKS.get().and_then(|hooks| hooks.tokens) else { return Err(without_compiler()) };
    Ok(tokens(source, with_extra))
}

/// The syntax tree of a source.
pub fn parse_tree(request: &Request<'_>) -> Result<Tree> {
    let Some(parse) = HOOKS.get().and_then(|hooks| hooks.parse_tree) else { return Err(without_compiler()) };
    parse(request).map_err(|fault| crate::compile::raise_syntax_error(&fault, request))
}

/// Compiles a syntax tree.
pub fn compile_tree(tree: &Tree, request: &Request<'_>) -> Result<Arc<Code>> {
    let Some(compile) = HOOKS.get().and_then(|hooks| hooks.compile_tree) else {
        return Err(without_compiler());
    };
    finish(compile(tree, request), request)
}

/// Compiles source; a mistake in it becomes a SyntaxError.
pub fn compile(request: &Request<'_>) -> Result<Arc<Code>> {
    let Some(compile) = HOOKS.get().and_then(|hooks| hooks.compile) else { return Err(without_compiler()) };
    finish(compile(request), request)
}

/// Issues the warnings, raises the mistake.
fn finish(compiled: Compiled, request: &Request<'_>) -> Result<Arc<Code>> {
    match compiled {
        Ok((code, warnings)) => {
            for warning in warnings {
                crate::compile::issue_warning(&warning, request.filename)?;
            }
            Ok(code)
        }
        Err(fault) => Err(crate::compile::raise_syntax_error(&fault, request)),
    }
}
