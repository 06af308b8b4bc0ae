//! Mistakes in the user's program: CPython's message and position, underlined, in colour on a terminal.

use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use pyrsc_driver::compile::CompileError;
use pyrsc_frontend::{ErrorKind, SyntaxError};

/// Prints the mistakes of one module.
pub fn print(mistake: &CompileError) {
    for error in &mistake.errors {
        let text = render(error, &mistake.source, std::io::stderr().is_terminal());
        eprintln!("{text}");
    }
}

/// One mistake as text.
fn render(error: &SyntaxError, source: &str, colour: bool) -> String {
    let title = format!("{}: {}", class_name(error.kind), error.message);
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let Some(span) = byte_span(error, source) else {
        let group =
            Level::ERROR.primary_title(&title).element(annotate_snippets::Origin::path(&*error.filename));
        return renderer.render(&[group]);
    };
    let snippet =
        Snippet::source(source).path(&*error.filename).annotation(AnnotationKind::Primary.span(span));
    renderer.render(&[Level::ERROR.primary_title(&title).element(snippet)])
}

/// The name of the exception that CPython would raise.
fn class_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Indentation => "IndentationError",
        ErrorKind::Tab => "TabError",
        ErrorKind::Recursion => "RecursionError",
        ErrorKind::Syntax | ErrorKind::Incomplete | ErrorKind::Encoding => "SyntaxError",
    }
}

/// The range of bytes that the mistake's lines and offsets (from 1, in characters) mean.
fn byte_span(error: &SyntaxError, source: &str) -> Option<std::ops::Range<usize>> {
    let start = byte_offset(source, error.line?, error.offset?)?;
    let end = match (error.end_line, error.end_offset) {
        (Some(line), Some(offset)) if offset > 0 => byte_offset(source, line, offset).unwrap_or(start),
        _ => start,
    };
    // At least the character at the start is underlined.
    let character = source[start..].chars().next().map_or(0, char::len_utf8);
    Some(start..end.max(start + character))
}

fn byte_offset(source: &str, line: u32, offset: u32) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line.max(1) {
        start += source[start..].find('\n')? + 1;
    }
    let text = source[start..].lines().next().unwrap_or("");
    let column = text.char_indices().nth(offset.saturating_sub(1) as usize).map_or(text.len(), |(at, _)| at);
    Some(start + column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: u32, offset: u32, end_offset: u32) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::Syntax,
            message: "invalid syntax".into(),
            filename: "shop.py".into(),
            line: Some(line),
            offset: Some(offset),
            end_line: Some(line),
            end_offset: Some(end_offset),
            text: None,
        }
    }

    #[test]
    fn the_place_is_underlined() {
        let text = render(&error(2, 5, 8), "x = 1\nfoo bar\n", false);
        assert!(text.contains("SyntaxError: invalid syntax"), "{text}");
        assert!(text.contains("shop.py:2:5"), "{text}");
        assert!(text.contains("^^^") && !text.contains("^^^^"), "{text}");
    }

    #[test]
    fn odd_positions_do_not_panic() {
        for (line, offset, end) in [(1, 0, 0), (9, 9, 9), (2, 100, 100), (1, 1, 0)] {
            render(&error(line, offset, end), "é = 1\nfoo", false);
            render(&error(line, offset, end), "", false);
        }
    }
}
