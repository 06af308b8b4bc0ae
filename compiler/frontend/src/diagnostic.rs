//! Mistakes in the user's program, as Python reports them.
//!
//! Inside the frontend a mistake is a [`Fault`]: a message and a range of bytes. [`SyntaxError`] and [`Warning`] are
//! what callers see: lines, columns and the text of the line, as in the attributes of Python's exceptions.

use ruff_text_size::{Ranged, TextRange};

use crate::source::SourceIndex;

/// Which exception a mistake becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `_IncompleteInputError`: the source could be continued (interactive use).
    Incomplete,
    /// `RecursionError`: nested too deeply.
    Recursion,
    /// `MemoryError`: nested too deeply for the parser.
    Memory,
    /// `UnicodeDecodeError` and the like are reported as SyntaxError by Python; an unknown encoding too.
    Encoding,
}

/// A mistake that makes the source invalid. Lines and offsets count from 1; offsets are in characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Which exception it becomes.
    pub kind: ErrorKind,
    /// `msg`
    pub message: String,
    /// `filename`
    pub filename: String,
    /// `lineno`
    pub line: Option<u32>,
    /// `offset`
    pub offset: Option<u32>,
    /// `end_lineno`
    pub end_line: Option<u32>,
    /// `end_offset`; Python says 0 or -1 where it knows none.
    pub end_offset: Option<i32>,
    /// `text`: the line.
    pub text: Option<String>,
    /// Whether Python takes the text from the file, so that a source that is in no file has none.
    pub is_text_of_file: bool,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.filename, self.message),
            None => write!(f, "{}: {}", self.filename, self.message),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// The category of a warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningCategory {
    /// `SyntaxWarning`
    Syntax,
    /// `DeprecationWarning`
    Deprecation,
}

/// Something dubious that is valid all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// The category.
    pub category: WarningCategory,
    /// The text.
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// The rest of the position, should the warning be turned into an error.
    pub error: SyntaxError,
}

/// A mistake inside the frontend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub kind: ErrorKind,
    pub message: String,
    pub start: u32,
    /// Exclusive; equal to `start` when only a point is known.
    pub end: u32,
    /// Whether the end is reported.
    pub has_end: bool,
    /// The place as Python reports it, where it is not simply that of the range.
    pub place: Option<Box<Place>>,
}

/// A place as Python's exceptions say it. The default is that of an error without one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Place {
    pub line: u32,
    pub offset: u32,
    pub end_line: u32,
    pub end_offset: i32,
    pub text: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, Box<Fault>>;

impl Fault {
    pub fn new(message: impl Into<String>, range: TextRange) -> Box<Fault> {
        Self::of_kind(ErrorKind::Syntax, message, range)
    }

    pub fn of_kind(kind: ErrorKind, message: impl Into<String>, range: TextRange) -> Box<Fault> {
        Box::new(Fault {
            kind,
            message: message.into(),
            start: range.start().to_u32(),
            end: range.end().to_u32(),
            has_end: true,
            place: None,
        })
    }

    /// A fault whose end Python does not report.
    pub fn at(kind: ErrorKind, message: impl Into<String>, start: u32) -> Box<Fault> {
        Box::new(Fault { kind, message: message.into(), start, end: start, has_end: false, place: None })
    }

    pub fn into_error(self, filename: &str, index: &SourceIndex<'_>) -> SyntaxError {
        if let Some(place) = self.place {
            let known = |number: u32| (place.line > 0).then_some(number);
            return SyntaxError {
                kind: self.kind,
                message: self.message,
                filename: filename.to_owned(),
                line: known(place.line),
                offset: known(place.offset),
                end_line: known(place.end_line),
                end_offset: (place.line > 0).then_some(place.end_offset),
                text: place.text,
                is_text_of_file: false,
            };
        }
        // Python's compiler, unlike its parser, counts bytes.
        let (line, offset) = index.line_and_column(self.start);
        let mut end = self.end;
        // The newline itself is the last column of its line.
        let past_newline = end > self.start && index.text.as_bytes().get(end as usize - 1) == Some(&b'\n');
        if past_newline {
            end -= 1;
        }
        let (end_line, mut end_offset) = index.line_and_column(end);
        end_offset += u32::from(past_newline);
        let with_end = |value: u32, none: u32| if self.has_end { value } else { none };
        SyntaxError {
            kind: self.kind,
            message: self.message,
            filename: filename.to_owned(),
            line: Some(line),
            offset: Some(offset + 1),
            end_line: Some(with_end(end_line, line)),
            end_offset: Some(with_end(end_offset + 1, 0) as i32),
            text: Some(index.line_text(line)),
            is_text_of_file: true,
        }
    }
}

/// `Err` with a message about a node.
pub(crate) fn fail<T>(message: impl Into<String>, node: &impl Ranged) -> Result<T> {
    Err(Fault::new(message, node.range()))
}
