//! The frontend as the interpreter's compiler hook.

use std::sync::Arc;

use pyrsc_frontend::{ErrorKind, Options, SyntaxError, WarningCategory};
use pyrsc_vm::hooks::{Compiled, KeywordTypo, Mode, Request, SourceWarning, SyntaxFault};

/// Compiles what `exec`, `eval`, `compile` and imports ask for.
pub fn compile(request: &Request<'_>) -> Compiled {
    let source = if request.is_text {
        String::from_utf8_lossy(request.source).into_owned()
    } else {
        pyrsc_frontend::decode_source(request.source, request.filename).map_err(|error| SyntaxFault {
            class: "SyntaxError",
            message: error.message,
            line: error.line.unwrap_or(0),
            column: 0,
            end_line: 0,
            end_column: 0,
            text: None,
            is_text_of_file: false,
        })?
    };
    let options = Options {
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
    };
    match pyrsc_frontend::compile(&source, request.filename, &options) {
        Ok(compiled) => {
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
        Err(errors) => match errors.into_iter().next() {
            Some(error) => Err(fault(error)),
            None => Err(SyntaxFault {
                class: "SyntaxError",
                message: "invalid syntax".to_string(),
                line: 0,
                column: 0,
                end_line: 0,
                end_column: 0,
                text: None,
                is_text_of_file: false,
            }),
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
