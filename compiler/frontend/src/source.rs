//! Source text: decoding bytes (PEP 263), and finding lines and columns.

use std::collections::BTreeMap;

use pyrsc_bytecode::Position;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

/// Why bytes are not source text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// The message of the SyntaxError.
    pub message: String,
    /// The line, from 1, when it is about one.
    pub line: Option<u32>,
}

/// Decodes a source file: byte order mark, encoding declaration, else UTF-8. `filename` appears in messages.
///
/// Knows UTF-8, ASCII and Latin-1, whose names it takes in all common spellings.
pub fn decode_source(bytes: &[u8], filename: &str) -> Result<String, DecodeError> {
    let (bytes, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let declared = declared_encoding(bytes);
    if let Some(name) = &declared
        && has_mark
        && !is_utf8_name(name)
    {
        return Err(DecodeError { message: format!("encoding problem: {name} with BOM"), line: None });
    }
    let encoding = match &declared {
        None => Encoding::Utf8,
        Some(name) => match Encoding::of_name(name) {
            Some(encoding) => encoding,
            None => return Err(DecodeError { message: format!("unknown encoding: {name}"), line: None }),
        },
    };
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let at = error.valid_up_to();
                let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u32;
                let message = match declared {
                    None => format!(
                        "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; see \
                         https://peps.python.org/pep-0263/ for details",
                        bytes[at]
                    ),
                    Some(_) => format!(
                        "(unicode error) 'utf-8' codec can't decode byte 0x{:02x} in position {}: invalid start byte",
                        bytes[at],
                        at - bytes[..at]
                            .iter()
                            .rposition(|&byte| byte == b'\n')
                            .map_or(0, |newline| newline + 1)
                    ),
                };
                let _ = filename;
                Err(DecodeError { message, line: Some(line) })
            }
        },
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(bytes.iter().map(|&byte| byte as char).collect()),
            Some(at) => Err(DecodeError {
                message: format!(
                    "(unicode error) 'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in \
                     range(128)",
                    bytes[at]
                ),
                line: Some(1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u32),
            }),
        },
        Encoding::Other(encoding) => {
            match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) => Ok(text.into_owned()),
                None => Err(DecodeError {
                    message: format!(
                        "(unicode error) '{}' codec can't decode the source",
                        declared.unwrap_or_default().to_ascii_lowercase()
                    ),
                    line: None,
                }),
            }
        }
        Encoding::Latin1 { with_euro } => {
            Ok(bytes.iter().map(|&byte| if with_euro { latin9(byte) } else { byte as char }).collect())
        }
    }
}

/// Whether a declaration is one that a byte order mark allows.
fn is_utf8_name(name: &str) -> bool {
    let name = name.replace('_', "-").to_ascii_lowercase();
    name == "utf-8" || name.starts_with("utf-8-")
}

enum Encoding {
    Utf8,
    /// One of the encodings of the web.
    Other(&'static encoding_rs::Encoding),
    Ascii,
    /// ISO 8859-1, or 8859-15, which differs in eight characters.
    Latin1 {
        with_euro: bool,
    },
}

impl Encoding {
    fn of_name(name: &str) -> Option<Encoding> {
        let name: String =
            name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        Some(match name.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" | "utf-8-sig" => {
                Encoding::Utf8
            }
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" | "iso646-us" => Encoding::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" | "latin"
            | "iso-latin-1" => Encoding::Latin1 { with_euro: false },
            "iso-8859-15" | "iso8859-15" | "latin-9" | "latin9" | "l9" => {
                Encoding::Latin1 { with_euro: true }
            }
            _ if name.starts_with("utf-8-") => Encoding::Utf8,
            _ if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => {
                Encoding::Latin1 { with_euro: false }
            }
            name => Encoding::Other(encoding_rs::Encoding::for_label(name.as_bytes())?),
        })
    }
}

fn latin9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        other => other as char,
    }
}

/// The encoding that one of the first two lines declares: `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&byte| byte == b'\n').take(2) {
        let trimmed = line.trim_ascii_start();
        if trimmed.first() == Some(&b'#') {
            let mut rest = trimmed;
            while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
                rest = &rest[at + 6..];
                let Some(b':' | b'=') = rest.first() else { continue };
                let value = rest[1..].trim_ascii_start();
                let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
                let length = value.iter().position(|byte| !is_name(byte)).unwrap_or(value.len());
                if length > 0 {
                    return Some(value[..length].iter().map(|&byte| byte as char).collect());
                }
            }
        } else if !trimmed.is_empty() && trimmed != b"\r" {
            return None;
        }
    }
    None
}

/// Finds lines and columns in a text whose lines end with `\n`.
pub(crate) struct SourceIndex<'a> {
    pub text: &'a str,
    line_starts: Vec<u32>,
    /// What a tree says about the places of its parts, when the text was written for one.
    places: Option<Places>,
}

/// The places of the parts of a text, by offsets.
struct Places {
    exact: FxHashMap<(u32, u32), Position>,
    starts: BTreeMap<u32, (u32, u32)>,
    ends: BTreeMap<u32, (u32, u32)>,
}

impl Places {
    fn start(&self, offset: u32) -> (u32, u32) {
        self.starts.range(..=offset).next_back().map_or((1, 0), |(_, place)| *place)
    }

    fn end(&self, offset: u32) -> (u32, u32) {
        self.ends.range(offset..).next().map_or((1, 0), |(_, place)| *place)
    }
}

impl<'a> SourceIndex<'a> {
    pub fn new(text: &'a str) -> SourceIndex<'a> {
        let mut line_starts = vec![0];
        let bytes = text.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
                line_starts.push(at as u32 + 1);
            }
        }
        SourceIndex { text, line_starts, places: None }
    }

    /// The index of a text that was written for a tree.
    pub fn of_tree(text: &'a str, written: &[(u32, u32, Position)]) -> SourceIndex<'a> {
        let mut places =
            Places { exact: FxHashMap::default(), starts: BTreeMap::new(), ends: BTreeMap::new() };
        // Inner parts come first; where two have the same extent, the inner one's place counts.
        for &(start, end, position) in written {
            places.exact.entry((start, end)).or_insert(position);
            let column = |column: Option<u32>| column.unwrap_or(0);
            places.starts.insert(start, (position.line, column(position.column)));
            places.ends.insert(end, (position.end_line, column(position.end_column)));
        }
        SourceIndex { places: Some(places), ..SourceIndex::new(text) }
    }

    /// Whether the text was written for a tree.
    pub fn is_of_tree(&self) -> bool {
        self.places.is_some()
    }

    /// The line (from 1) of a byte offset.
    pub fn line(&self, offset: u32) -> u32 {
        if let Some(places) = &self.places {
            return places.start(offset).0;
        }
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    /// Line (from 1) and column in bytes (from 0).
    pub fn line_and_column(&self, offset: u32) -> (u32, u32) {
        if let Some(places) = &self.places {
            return places.start(offset);
        }
        let line = self.line(offset);
        (line, offset - self.line_starts[line as usize - 1])
    }

    /// The position of a range.
    pub fn position(&self, range: TextRange) -> Position {
        if let Some(places) = &self.places {
            let (start, end) = (range.start().to_u32(), range.end().to_u32());
            return places.exact.get(&(start, end)).copied().unwrap_or_else(|| {
                let ((line, column), (end_line, end_column)) = (places.start(start), places.end(end));
                Position { line, end_line, column: Some(column), end_column: Some(end_column) }
            });
        }
        let (line, column) = self.line_and_column(range.start().to_u32());
        let end = range.end().to_u32();
        let start = self.line_starts[line as usize - 1];
        let (end_line, end_column) = match self.line_starts.get(line as usize) {
            Some(&next) if end >= next => self.line_and_column(end),
            _ => (line, end - start),
        };
        Position { line, end_line, column: Some(column), end_column: Some(end_column) }
    }

    /// The offset of a line (from 1) and column in bytes.
    pub fn offset(&self, line: u32, column: u32) -> u32 {
        self.line_starts.get(line as usize - 1).map_or(0, |start| start + column)
    }

    /// The text of a line, its newline included.
    pub fn line_text(&self, line: u32) -> String {
        let start = self.line_starts.get(line as usize - 1).copied().unwrap_or(self.text.len() as u32);
        let end = self.line_starts.get(line as usize).copied().unwrap_or(self.text.len() as u32);
        self.text.get(start as usize..end as usize).unwrap_or("").to_owned()
    }

    /// Where the definition's own keyword is, after its decorators.
    pub(crate) fn keyword_offset(&self, start: u32, decorators: &[ruff_python_ast::Decorator]) -> u32 {
        let Some(last) = decorators.last() else { return start };
        let text = self.text.as_bytes();
        let mut at = last.range.end().to_usize();
        // Whatever closes the decorator's line, comments and blank lines.
        loop {
            match text.get(at) {
                Some(b'#') => {
                    while text.get(at).is_some_and(|&byte| byte != b'\n') {
                        at += 1;
                    }
                }
                Some(byte) if byte.is_ascii_whitespace() || matches!(byte, b'\\' | b')' | b'\x0c') => at += 1,
                _ => return at as u32,
            }
        }
    }

    /// The text of a range.
    pub fn slice(&self, range: TextRange) -> &'a str {
        &self.text[range.start().to_usize()..range.end().to_usize()]
    }
}
