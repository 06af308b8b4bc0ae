//! The frontend as the interpreter's compiler hook.

use std::sync::Arc;

use pyrsc_bytecode::Tree;
use pyrsc_frontend::{ErrorKind, Options, SyntaxError, WarningCategory};
use pyrsc_vm::hooks::{Compiled, KeywordTypo, Mode, Request, SourceWarning, SyntaxFault};

/// Compiles what `exec`, `eval`, `compile` and imports ask for.
pub fn compile(request: &Request<'_>) -> Compiled {
    finish(pyrsc_frontend::compile(&text(request)?, request.filename, &options(request)))
}

/// Compiles a syntax tree.
pub fn compile_tree(tree: &Tree, request: &Request<'_>) -> Compiled {
    finish(pyrsc_frontend::compile_tree(tree, request.filename, &options(request)))
}

/// Makes the syntax tree of a source.
pub fn parse_tree(request: &Request<'_>) -> Result<Tree, SyntaxFault> {
    pyrsc_frontend::parse_tree(&text(request)?, request.filename, &options(request)).map_err(first)
}

fn text(request: &Request<'_>) -> Result<String, SyntaxFault> {
    if request.is_text {
        return Ok(String::from_utf8_lossy(request.source).into_owned());
    }
    pyrsc_frontend::decode_source(request.source, request.filename).map_err(|error| SyntaxFault {
        class: "SyntaxError",
        message: error.message,
        line: error.line.unwrap_or(0),
        column: 0,
        end_line: 0,
        end_column: 0,
        text: None,
        is_text_of_file: false,
    })
}

fn options(request: &Request<'_>) -> Options {
    Options {
        mode: match request.mode {
            Mode::Module => pyrsc_frontend::Mode::Exec,
            Mode::Expression => pyrsc_frontend::Mode::Eval,
            Mode::Interactive => pyrsc_frontend::Mode::Single,
        },
        optimize: request.optimize.max(0) as u8,
        future_annotations: request.flags & FUTURE_ANNOTATIONS != 0,
        top_level_await: request.flags & pyrsc_vm::compile::ALLOW_TOP_LEVEL_AWAIT != 0,
        allow_incomplete: request.flags & ALLOW_INCOMPLETE_INPUT != 0,
        dont_imply_dedent: request.flags & DONT_IMPLY_DEDENT != 0,
    }
}

fn finish(result: Result<pyrsc_frontend::Compiled, Vec<SyntaxError>>) -> Compiled {
    let compiled = result.map_err(first)?;
    let warnings = compiled.warnings.into_iter().map(|warning| SourceWarning {
        class: match warning.category {
            WarningCategory::Syntax => "SyntaxWarning",
            WarningCategory::Deprecation => "DeprecationWarning",
        },
        message: warning.message,
        line: warning.line,
    });
    Ok((Arc::new(compiled.code), warnings.collect()))
}

/// The mistake that is raised: the frontend always has one.
fn first(errors: Vec<SyntaxError>) -> SyntaxFault {
    match errors.into_iter().next() {
        Some(error) => fault(error),
        None => SyntaxFault {
            class: "SyntaxError",
            message: "invalid syntax".to_string(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            text: None,
            is_text_of_file: false,
        },
    }
}

// Flags of `compile`, as in CPython.
const DONT_IMPLY_DEDENT: u32 = 0x200;
const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
const FUTURE_ANNOTATIONS: u32 = 0x100_0000;

fn fault(error: SyntaxError) -> SyntaxFault {
    SyntaxFault {
        class: match error.kind {
            ErrorKind::Syntax | ErrorKind::Encoding => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::Incomplete => "_IncompleteInputError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Memory => "MemoryError",
        },
        message: error.message,
        line: error.line.unwrap_or(0),
        column: error.offset.unwrap_or(0),
        end_line: error.end_line.unwrap_or(0),
        end_column: error.end_offset.unwrap_or(0),
        text: error.text,
        is_text_of_file: error.is_text_of_file,
    }
}

/// Finds a keyword that is nearly written.
pub fn keyword_typo(source: &str, message: &str, line: u32, is_file: bool) -> Option<KeywordTypo> {
    let typo = pyrsc_frontend::keyword_typo(source, message, line, is_file)?;
    Some(KeywordTypo {
        keyword: typo.keyword,
        line: typo.line,
        column: typo.offset,
        end_column: typo.end_offset,
        text: typo.text,
    })
}
