//! How an exception and where it has been are shown when a program ends with it.
//!
//! CPython: `_PyErr_Display` in Python/pythonrun.c, and Lib/traceback.py, whose text this is.

use std::collections::HashMap;

use pyrsc_core::exception::{self, BaseException, SyntaxError};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::Result;
use pyrsc_core::str;

use crate::traceback::{self, Traceback};

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Entries that are alike are shown so many times.
const REPEATS_SHOWN: usize = 3;

/// The lines of source files that have been read.
#[derive(Default)]
struct Sources {
    files: HashMap<String, Option<Vec<String>>>,
}

impl Sources {
    fn line(&mut self, filename: &str, line: u32) -> Option<&str> {
        let lines = self.files.entry(filename.to_string()).or_insert_with(|| {
            let bytes = crate::native::program::source_of(filename).or_else(|| std::fs::read(filename).ok())?;
            Some(String::from_utf8_lossy(&bytes).lines().map(str::to_string).collect())
        });
        lines.as_ref()?.get(line.checked_sub(1)? as usize).map(String::as_str)
    }
}

/// The whole text.
pub fn format(error: &Object) -> Result<String> {
    let mut text = String::new();
    let mut sources = Sources::default();
    let mut seen = Vec::new();
    format_chain(error, &mut text, &mut sources, &mut seen)?;
    Ok(text)
}

fn format_chain(error: &Object, text: &mut String, sources: &mut Sources, seen: &mut Vec<u64>) -> Result<()> {
    seen.push(error.value().0);
    let Some(base) = error.downcast::<BaseException>() else { return Ok(()) };
    if let Some(cause) = base.cause.get() {
        if !seen.contains(&cause.value().0) {
            format_chain(&cause, text, sources, seen)?;
            text.push_str(CAUSE);
        }
    } else if let Some(context) = base.context.get()
        && !base.suppress_context.get()
        && !seen.contains(&context.value().0)
    {
        format_chain(&context, text, sources, seen)?;
        text.push_str(CONTEXT);
    }
    if let Some(entry) = base.traceback.get() {
        text.push_str("Traceback (most recent call last):\n");
        format_entries(&entry, text, sources);
    }
    format_error(error, text)
}

fn format_entries(first: &Object, text: &mut String, sources: &mut Sources) {
    let mut entry = first.downcast::<Traceback>();
    let mut last: Option<(String, u32, String)> = None;
    let mut repeats = 0;
    while let Some(current) = entry {
        entry = traceback::next(current);
        let Some(frame) = traceback::frame(current) else { continue };
        let code = frame.code().code();
        let line = traceback::line(current).unwrap_or(0);
        let key = (code.filename.to_string(), line, code.name.to_string());
        if last.as_ref() == Some(&key) {
            repeats += 1;
        } else {
            finish_repeats(repeats, text);
            repeats = 1;
            last = Some(key);
        }
        if repeats > REPEATS_SHOWN {
            continue;
        }
        text.push_str(&format!("  File \"{}\", line {line}, in {}\n", code.filename, code.name));
        let position = code.position_at(traceback::unit(current));
        if let Some(source) = sources.line(&code.filename, line) {
            let source = source.to_string();
            let span = position.filter(|position| position.line == line);
            format_source_line(&source, span, text);
        }
    }
    finish_repeats(repeats, text);
}

fn finish_repeats(repeats: usize, text: &mut String) {
    if repeats > REPEATS_SHOWN {
        let more = repeats - REPEATS_SHOWN;
        text.push_str(&format!(
            "  [Previous line repeated {more} more time{}]\n",
            if more == 1 { "" } else { "s" }
        ));
    }
}

/// One line of source, with marks under the part that ran unless that is all of it.
fn format_source_line(source: &str, span: Option<pyrsc_bytecode::Position>, text: &mut String) {
    let stripped = source.trim();
    if stripped.is_empty() {
        return;
    }
    text.push_str(&format!("    {stripped}\n"));
    let Some(span) = span else { return };
    let (Some(start), Some(end)) = (span.column, span.end_column) else { return };
    if span.end_line != span.line {
        return;
    }
    let bytes = source.as_bytes();
    let (start, end) = ((start as usize).min(bytes.len()), (end as usize).min(bytes.len()));
    let indent = source.len() - source.trim_start().len();
    if start < indent || end <= start || !source.is_char_boundary(start) || !source.is_char_boundary(end) {
        return;
    }
    let before = &source[indent..start];
    let marked = &source[start..end];
    if marked == stripped {
        return;
    }
    let blanks: String = before.chars().map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
    let marks = crate::traceback_anchors::marks(marked);
    text.push_str(&format!("    {blanks}{marks}\n"));
}

/// The last line: the class and what `str` says; with the notes.
fn format_error(error: &Object, text: &mut String) -> Result<()> {
    let name = class_name(error)?;
    if error.is_instance_of::<SyntaxError>() {
        format_syntax_error(error, &name, text)?;
    } else {
        let shown = match operations::str_string(error) {
            Ok(shown) => shown,
            Err(_) => {
                exception::clear();
                "<exception str() failed>".to_string()
            }
        };
        if shown.is_empty() {
            text.push_str(&format!("{name}\n"));
        } else {
            text.push_str(&format!("{name}: {shown}{}\n", suggestion(error)));
        }
    }
    if let Some(notes) = operations::get_attribute_optional(error, &str::intern("__notes__"))? {
        match pyrsc_core::iteration::collect(&notes) {
            Ok(notes) => {
                for note in notes {
                    text.push_str(&operations::str_string(&note)?);
                    text.push('\n');
                }
            }
            Err(_) => {
                exception::clear();
                text.push_str(&operations::repr_string(&notes)?);
                text.push('\n');
            }
        }
    }
    Ok(())
}

/// What a NameError's or AttributeError's message is followed by.
fn suggestion(error: &Object) -> String {
    crate::suggestion::for_error(error).map_or(String::new(), |name| format!(". Did you mean: '{name}'?"))
}

fn class_name(error: &Object) -> Result<String> {
    let class = error.type_object();
    let qualified = operations::str_string(&class.qualified_name_object())?;
    let module = operations::get_attribute_optional(class.object(), &str::intern("__module__"))?;
    let module = match module {
        Some(module) => operations::str_string(&module)?,
        None => String::new(),
    };
    Ok(if matches!(module.as_str(), "builtins" | "__main__" | "") {
        qualified
    } else {
        format!("{module}.{qualified}")
    })
}

fn format_syntax_error(error: &Object, name: &str, text: &mut String) -> Result<()> {
    let field = |field: &str| -> Result { operations::get_attribute_named(error, field) };
    let number = |value: &Object| pyrsc_core::int::to_i64(value);
    let line = field("lineno")?;
    if let Some(line) = number(&line) {
        let filename = field("filename")?;
        let filename =
            if filename.is_none() { "<string>".to_string() } else { operations::str_string(&filename)? };
        text.push_str(&format!("  File \"{filename}\", line {line}\n"));
    }
    let source = field("text")?;
    if !source.is_none() {
        let source = operations::str_string(&source)?;
        let right_stripped = source.trim_end_matches('\n');
        let stripped = right_stripped.trim_start_matches([' ', '\n', '\u{c}']);
        let spaces = right_stripped.chars().count() - stripped.chars().count();
        text.push_str(&format!("    {stripped}\n"));
        let offset = field("offset")?;
        if let Some(offset) = number(&offset) {
            let end = number(&*field("end_offset")?).unwrap_or(offset);
            let same_line =
                number(&*field("end_lineno")?).is_none_or(|end_line| Some(end_line) == number(&line));
            let length = right_stripped.chars().count() as i64;
            let end = if !same_line { length + 1 } else { end };
            let end = if offset == end || end == -1 || end == 0 { offset + 1 } else { end };
            let start_column = offset - 1 - spaces as i64;
            let end_column = end - 1 - spaces as i64;
            if start_column >= 0 {
                let blanks: String = stripped
                    .chars()
                    .chain(std::iter::repeat(' '))
                    .take(start_column as usize)
                    .map(|character| if character.is_whitespace() { character } else { ' ' })
                    .collect();
                text.push_str(&format!(
                    "    {blanks}{}\n",
                    "^".repeat((end_column - start_column).max(1) as usize)
                ));
            }
        }
    }
    let message = field("msg")?;
    let message = if message.is_none() {
        "<no detail available>".to_string()
    } else {
        operations::str_string(&message)?
    };
    text.push_str(&format!("{name}: {message}\n"));
    Ok(())
}
