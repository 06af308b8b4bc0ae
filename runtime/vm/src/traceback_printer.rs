//! How an exception and where it has been are shown when a program ends with it.
//!
//! CPython: `_PyErr_Display` in Python/pythonrun.c, and Lib/traceback.py, whose text this is.

use std::collections::{HashMap, HashSet};

use pyrsc_core::exception::{self, BaseException, BaseExceptionGroup, SyntaxError};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str;

use crate::source_lines;
use crate::traceback::{self, Traceback};

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Entries that are alike are shown so many times.
const REPEATS_SHOWN: usize = 3;
/// Members of a group that are shown, and groups in groups.
const GROUP_WIDTH: usize = 15;
const GROUP_DEPTH: usize = 10;

/// The lines of source files that have been read.
#[derive(Default)]
struct Sources {
    files: HashMap<String, Option<Vec<String>>>,
}

impl Sources {
    /// Lines of a file, from 1; fewer, when the file has fewer.
    fn lines(&mut self, filename: &str, first: u32, last: u32) -> Vec<&str> {
        let all = self.files.entry(filename.to_string()).or_insert_with(|| {
            let bytes = crate::import::read_source(filename).ok()?;
            Some(String::from_utf8_lossy(&bytes).lines().map(str::to_string).collect())
        });
        all.as_ref().map_or_else(Vec::new, |all| between(all, first, last))
    }
}

/// The lines of a text from one to another, counted from 1; fewer, when it has fewer.
fn between(all: &[String], first: u32, last: u32) -> Vec<&str> {
    let count = (last + 1 - first) as usize;
    all.iter().skip(first.saturating_sub(1) as usize).take(count).map(String::as_str).collect()
}

/// The whole text.
pub fn format(error: &Object) -> Result<String> {
    let mut printer = Printer::default();
    printer.seen.insert(error.value().0);
    printer.print(error)?;
    Ok(printer.text)
}

/// The text so far, and where in nested exception groups the next line belongs.
#[derive(Default)]
struct Printer {
    text: String,
    sources: Sources,
    /// Exceptions that are shown or about to be: each is shown once.
    seen: HashSet<u64>,
    depth: usize,
    /// Whether the innermost group that ends still needs its last line.
    needs_close: bool,
}

impl Printer {
    /// Adds lines behind the margin of the groups around them.
    fn emit(&mut self, lines: &str, margin: char) {
        let mut prefix = "  ".repeat(self.depth);
        if self.depth > 0 {
            prefix.push(margin);
            prefix.push(' ');
        }
        for line in lines.split_inclusive('\n') {
            self.text.push_str(&prefix);
            self.text.push_str(line);
        }
    }

    /// An exception, after those that led to it.
    fn print(&mut self, error: &Object) -> Result<()> {
        let mut chain = vec![("", error.to_owned())];
        let mut last = error.to_owned();
        while let Some((link, before)) = self.led_to_by(&last) {
            chain.push((link, before.clone()));
            last = before;
        }
        // The text between two exceptions belongs to the later one.
        for (index, (_, error)) in chain.iter().enumerate().rev() {
            if let Some((link, _)) = chain.get(index + 1) {
                self.emit(link, '|');
            }
            self.print_one(error)?;
        }
        Ok(())
    }

    /// The exception that another one is said to come from, if it is not shown elsewhere, and the text between them.
    fn led_to_by(&mut self, error: &Object) -> Option<(&'static str, Owned)> {
        let base = error.downcast::<BaseException>()?;
        let (link, before) = match base.cause.get() {
            Some(cause) => (CAUSE, cause),
            None if base.suppress_context.get() => return None,
            None => (CONTEXT, base.context.get()?),
        };
        self.seen.insert(before.value().0).then_some((link, before))
    }

    fn print_one(&mut self, error: &Object) -> Result<()> {
        let Some(base) = error.downcast::<BaseException>() else { return Ok(()) };
        let Some(group) = error.downcast::<BaseExceptionGroup>() else {
            if let Some(entry) = base.traceback.get() {
                self.emit("Traceback (most recent call last):\n", '|');
                self.print_entries(&entry);
            }
            return self.print_message(error);
        };
        if self.depth > GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {GROUP_DEPTH})\n"), '|');
            return Ok(());
        }
        let is_outermost = self.depth == 0;
        if is_outermost {
            self.depth = 1;
        }
        if let Some(entry) = base.traceback.get() {
            let margin = if is_outermost { '+' } else { '|' };
            self.emit("Exception Group Traceback (most recent call last):\n", margin);
            self.print_entries(&entry);
        }
        self.print_message(error)?;
        let members = match group.exceptions.get() {
            Some(members) => pyrsc_core::iteration::collect(&members)?,
            None => Vec::new(),
        };
        self.print_members(&members)?;
        if is_outermost {
            self.depth = 0;
        }
        Ok(())
    }

    fn print_members(&mut self, members: &[Owned]) -> Result<()> {
        let members: Vec<&Owned> =
            members.iter().filter(|member| self.seen.insert(member.value().0)).collect();
        let count = members.len().min(GROUP_WIDTH + 1);
        self.needs_close = false;
        for index in 0..count {
            let is_last = index + 1 == count;
            if is_last {
                self.needs_close = true;
            }
            let title = if index < GROUP_WIDTH { (index + 1).to_string() } else { "...".to_string() };
            self.text.push_str(&"  ".repeat(self.depth));
            self.text.push_str(if index == 0 { "+-" } else { "  " });
            self.text.push_str(&format!("+---------------- {title} ----------------\n"));
            self.depth += 1;
            if index < GROUP_WIDTH {
                self.print(members[index])?;
            } else {
                let more = members.len() - GROUP_WIDTH;
                let plural = if more > 1 { "s" } else { "" };
                self.emit(&format!("and {more} more exception{plural}\n"), '|');
            }
            if is_last && self.needs_close {
                self.text.push_str(&"  ".repeat(self.depth));
                self.text.push_str("+------------------------------------\n");
                self.needs_close = false;
            }
            self.depth -= 1;
        }
        Ok(())
    }

    fn print_entries(&mut self, first: &Object) {
        let mut text = String::new();
        format_entries(first, &mut text, &mut self.sources);
        self.emit(&text, '|');
    }

    fn print_message(&mut self, error: &Object) -> Result<()> {
        let mut text = String::new();
        format_error(error, &mut text)?;
        self.emit(&text, '|');
        Ok(())
    }
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
        let position = code.position_at(traceback::unit(current)).filter(|position| position.line == line);
        let last_line = position.map_or(line, |position| position.end_line.max(line));
        let typed = crate::typed_source::lines(code);
        let lines = match &typed {
            Some(typed) => between(typed, line, last_line),
            None => sources.lines(&code.filename, line, last_line),
        };
        text.push_str(&source_lines::format(&lines, position));
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
    let near = crate::suggestion::for_error(error);
    let module = crate::suggestion::forgotten_module(error);
    match (near, module) {
        (None, None) => String::new(),
        (Some(name), None) => format!(". Did you mean: '{name}'?"),
        (None, Some(module)) => format!(". Did you forget to import '{module}'?"),
        (Some(name), Some(module)) => {
            format!(". Did you mean: '{name}'? Or did you forget to import '{module}'?")
        }
    }
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

/// A keyword that is nearly written, where that explains the error.
fn keyword_typo(error: &Object) -> Result<Option<crate::hooks::KeywordTypo>> {
    let metadata = operations::get_attribute_named(error, "_metadata")?;
    let (Some(metadata), Some(line)) = (
        metadata.downcast::<pyrsc_core::tuple::Tuple>(),
        pyrsc_core::int::to_i64(&*operations::get_attribute_named(error, "lineno")?),
    ) else {
        return Ok(None);
    };
    let message = operations::str_string(&*operations::get_attribute_named(error, "msg")?)?;
    let source = metadata.iter().nth(2).and_then(|source| source.downcast::<str::Str>());
    let (source, is_file) = match source {
        Some(source) => (source.to_string_lossy().into_owned(), false),
        None => {
            let filename = operations::str_string(&*operations::get_attribute_named(error, "filename")?)?;
            match std::fs::read_to_string(filename) {
                Ok(source) => (source, true),
                Err(_) => return Ok(None),
            }
        }
    };
    Ok(crate::hooks::keyword_typo(&source, &message, u32::try_from(line).unwrap_or(0), is_file))
}

fn format_syntax_error(error: &Object, name: &str, text: &mut String) -> Result<()> {
    let field = |field: &str| -> Result { operations::get_attribute_named(error, field) };
    let number = |value: &Object| pyrsc_core::int::to_i64(value);
    let line = field("lineno")?;
    if let Some(typo) = keyword_typo(error)? {
        let filename = field("filename")?;
        let filename =
            if filename.is_none() { "<string>".to_string() } else { operations::str_string(&filename)? };
        let stripped = typo.text.trim_start();
        let blanks = typo.column as usize - 1 - (typo.text.chars().count() - stripped.chars().count());
        text.push_str(&format!(
            "  File \"{filename}\", line {}\n    {stripped}\n    {}{}\n{name}: invalid syntax. Did you mean '{}'?\n",
            typo.line,
            " ".repeat(blanks),
            "^".repeat((typo.end_column - typo.column) as usize),
            typo.keyword,
        ));
        return Ok(());
    }
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
