//! Mistakes in the user's program: CPython's message and position, underlined. On a terminal they are drawn in colour;
//! elsewhere the lines are exactly those that CPython prints, for whoever reads them by program.

use std::fmt::Write;
use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use pyrsc_driver::compile::CompileError;
use pyrsc_frontend::{ErrorKind, SyntaxError, keyword_typo};

/// Prints the mistakes of one module.
pub fn print(mistake: &CompileError) {
    for error in &mistake.errors {
        let error = with_typo(error, &mistake.source);
        if std::io::stderr().is_terminal() {
            eprintln!("{}", coloured(&error, &mistake.source));
        } else {
            eprint!("{}", plain(&error, &mistake.source));
        }
    }
}

/// The mistake, or the keyword that is nearly written and explains it.
fn with_typo(error: &SyntaxError, source: &str) -> SyntaxError {
    let mut error = error.clone();
    if let Some(typo) = error.line.and_then(|line| keyword_typo(source, &error.message, line, true)) {
        error.message = format!("invalid syntax. Did you mean '{}'?", typo.keyword);
        (error.line, error.end_line) = (Some(typo.line), Some(typo.line));
        error.offset = Some(typo.offset);
        error.end_offset = Some(typo.end_offset as i32);
    }
    error
}

/// One mistake, drawn.
fn coloured(error: &SyntaxError, source: &str) -> String {
    let title = format!("{}: {}", class_name(error.kind), error.message);
    let renderer = Renderer::styled();
    let Some(span) = byte_span(error, source) else {
        let group =
            Level::ERROR.primary_title(&title).element(annotate_snippets::Origin::path(&*error.filename));
        return renderer.render(&[group]);
    };
    let snippet =
        Snippet::source(source).path(&*error.filename).annotation(AnnotationKind::Primary.span(span));
    renderer.render(&[Level::ERROR.primary_title(&title).element(snippet)])
}

/// One mistake in CPython's lines: the place, the source line, the mark, the message.
fn plain(error: &SyntaxError, source: &str) -> String {
    let mut text = String::new();
    if let Some(line) = error.line {
        let _ = writeln!(text, "  File \"{}\", line {line}", error.filename);
        let shown =
            source.split('\n').nth(line.saturating_sub(1) as usize).unwrap_or("").trim_end_matches('\r');
        let stripped = shown.trim_start_matches([' ', '\x0c']);
        let indent = (shown.chars().count() - stripped.chars().count()) as i64;
        if !stripped.is_empty() {
            let _ = writeln!(text, "    {stripped}");
        }
        if let Some(offset) = error.offset.map(i64::from)
            && offset > indent
        {
            let end = match (error.end_line, error.end_offset) {
                (Some(end_line), _) if end_line != line => shown.chars().count() as i64 + 1,
                (_, Some(end)) if end > 0 => i64::from(end),
                _ => offset,
            };
            let width = (end - offset).max(1);
            // What is before the mark keeps its tabs.
            let before = stripped.chars().chain(std::iter::repeat(' ')).take((offset - 1 - indent) as usize);
            let blanks: String = before.map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
            let _ = writeln!(text, "    {blanks}{}", "^".repeat(width as usize));
        }
    } else {
        let _ = writeln!(text, "  File \"{}\"", error.filename);
    }
    let _ = writeln!(text, "{}: {}", class_name(error.kind), error.message);
    text
}

/// The name of the exception that CPython would raise.
fn class_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Indentation => "IndentationError",
        ErrorKind::Tab => "TabError",
        ErrorKind::Recursion => "RecursionError",
        ErrorKind::Memory => "MemoryError",
        ErrorKind::Syntax | ErrorKind::Incomplete | ErrorKind::Encoding => "SyntaxError",
    }
}

/// The range of bytes that the mistake's lines and offsets (from 1, in characters) mean.
fn byte_span(error: &SyntaxError, source: &str) -> Option<std::ops::Range<usize>> {
    let start = byte_offset(source, error.line?, error.offset?)?;
    let end = match (error.end_line, error.end_offset) {
        (Some(line), Some(offset)) if offset > 0 => {
            byte_offset(source, line, offset.unsigned_abs()).unwrap_or(start)
        }
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

    fn error(line: u32, offset: u32, end_offset: i32) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::Syntax,
            message: "invalid syntax".into(),
            filename: "shop.py".into(),
            line: Some(line),
            offset: Some(offset),
            end_line: Some(line),
            end_offset: Some(end_offset),
            text: None,
            is_text_of_file: true,
        }
    }

    #[test]
    fn the_place_is_underlined() {
        let text = plain(&error(2, 5, 8), "x = 1\nfoo bar\n");
        assert_eq!(
            text,
            "  File \"shop.py\", line 2\n    foo bar\n        ^^^\nSyntaxError: invalid syntax\n"
        );
        assert!(coloured(&error(2, 5, 8), "x = 1\nfoo bar\n").contains("invalid syntax"));
    }

    #[test]
    fn odd_positions_do_not_panic() {
        for (line, offset, end) in [(1, 0, 0), (9, 9, 9), (2, 100, 100), (1, 1, 0)] {
            for source in ["é = 1\nfoo", ""] {
                coloured(&error(line, offset, end), source);
                plain(&error(line, offset, end), source);
            }
        }
    }
}
