//! A quick look at the tokens before the parser runs: how deeply things nest, and mistakes that Python's tokenizer
//! reports.
//!
//! The parser recurses for every bracket and block and would overflow its stack; Python's tokenizer refuses more than
//! 200 nested brackets and 100 levels of indentation, so nothing is lost by refusing them here.

use ruff_text_size::{TextRange, TextSize};

use crate::diagnostic::{ErrorKind, Fault};

const MAX_BRACKETS: usize = 200;
const MAX_INDENTS: usize = 100;

/// What the scan found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prescan {
    /// An upper bound of how deep the tree of one statement can be.
    pub longest_statement: usize,
    /// The first mistake of tokenization, and where.
    pub fault: Option<Box<Fault>>,
    /// Brackets that are open at the end of the source, outermost first.
    pub unclosed: Vec<(char, u32)>,
}

/// Scans a whole source.
pub(crate) fn prescan(text: &str) -> Prescan {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        brackets: Vec::new(),
        indents: vec![(0, 0)],
        tokens: 0,
        result: Prescan::default(),
    };
    scanner.run();
    let mut result = scanner.result;
    result.longest_statement = result.longest_statement.max(scanner.tokens);
    result.unclosed = scanner.brackets;
    result
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    brackets: Vec<(char, u32)>,
    /// Column with tabs to multiples of 8, and with tabs as 1.
    indents: Vec<(usize, usize)>,
    tokens: usize,
    result: Prescan,
}

impl Scanner<'_> {
    fn fail(&mut self, kind: ErrorKind, message: impl Into<String>, start: usize, end: usize) {
        if self.result.fault.is_none() {
            let range = TextRange::new(TextSize::from(start as u32), TextSize::from(end as u32));
            self.result.fault = Some(Fault::of_kind(kind, message, range));
        }
    }

    fn run(&mut self) {
        let mut at_line_start = true;
        while self.at < self.bytes.len() && self.result.fault.is_none() {
            if at_line_start {
                at_line_start = false;
                if self.brackets.is_empty() && !self.indentation() {
                    continue;
                }
            }
            let Some(&byte) = self.bytes.get(self.at) else { break };
            match byte {
                b'\n' => {
                    self.at += 1;
                    at_line_start = true;
                    if self.brackets.is_empty() {
                        self.result.longest_statement = self.result.longest_statement.max(self.tokens);
                        self.tokens = 0;
                    }
                }
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'#' => self.skip_comment(),
                b'\\' if self.bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                b';' => {
                    self.at += 1;
                    self.result.longest_statement = self.result.longest_statement.max(self.tokens);
                    self.tokens = 0;
                }
                b'"' | b'\'' => self.string(false, false),
                byte @ (b'(' | b'[' | b'{') => self.open(byte),
                byte @ (b')' | b']' | b'}') => self.close(byte),
                byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word(),
                byte if byte.is_ascii_digit() => {
                    self.tokens += 1;
                    while self
                        .bytes
                        .get(self.at)
                        .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'.')
                    {
                        self.at += 1;
                    }
                }
                _ => {
                    self.at += 1;
                    self.tokens += 1;
                }
            }
        }
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    }

    /// The indentation of a logical line. False when the line is blank (it is skipped).
    fn indentation(&mut self) -> bool {
        let (mut column, mut alternative) = (0, 0);
        let start = self.at;
        loop {
            match self.bytes.get(self.at) {
                Some(b' ') => {
                    column += 1;
                    alternative += 1;
                }
                Some(b'\t') => {
                    column = (column / 8 + 1) * 8;
                    alternative += 1;
                }
                Some(b'\x0c') => (column, alternative) = (0, 0),
                Some(b'\n' | b'#') | None => return true,
                Some(b'\\') if self.bytes.get(self.at + 1) == Some(&b'\n') => return true,
                Some(_) => break,
            }
            self.at += 1;
        }
        let (last, last_alternative) = self.indents.last().copied().unwrap_or((0, 0));
        let line_end = self.line_end(start);
        match column.cmp(&last) {
            std::cmp::Ordering::Equal if alternative != last_alternative => self.inconsistent(start),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => {
                if self.indents.len() >= MAX_INDENTS {
                    let kind = ErrorKind::Indentation;
                    self.fail(kind, "too many levels of indentation", line_end, line_end);
                } else if alternative <= last_alternative {
                    self.inconsistent(start);
                }
                self.indents.push((column, alternative));
            }
            std::cmp::Ordering::Less => {
                while self.indents.len() > 1 && self.indents.last().is_some_and(|indent| column < indent.0) {
                    self.indents.pop();
                }
                let (last, last_alternative) = self.indents.last().copied().unwrap_or((0, 0));
                if column != last {
                    let message = "unindent does not match any outer indentation level";
                    self.fail(ErrorKind::Indentation, message, line_end, line_end);
                } else if alternative != last_alternative {
                    self.inconsistent(start);
                }
            }
        }
        true
    }

    fn inconsistent(&mut self, start: usize) {
        let end = self.line_end(start);
        self.fail(ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation", end, end);
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = &self.bytes[start..];
        start + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
    }

    fn open(&mut self, byte: u8) {
        if self.brackets.len() >= MAX_BRACKETS {
            self.fail(ErrorKind::Syntax, "too many nested parentheses", self.at, self.at);
        }
        self.brackets.push((byte as char, self.at as u32));
        self.at += 1;
        self.tokens += 1;
    }

    fn close(&mut self, byte: u8) {
        let expected = match byte {
            b')' => '(',
            b']' => '[',
            _ => '{',
        };
        let closing = byte as char;
        match self.brackets.pop() {
            None => self.fail(ErrorKind::Syntax, format!("unmatched '{closing}'"), self.at, self.at + 1),
            Some((open, at)) if open != expected => {
                let lines = self.bytes[at as usize..self.at].iter().filter(|&&byte| byte == b'\n').count();
                let message = if lines > 0 {
                    let line = 1 + self.bytes[..at as usize].iter().filter(|&&byte| byte == b'\n').count();
                    format!(
                        "closing parenthesis '{closing}' does not match opening parenthesis '{open}' on line {line}"
                    )
                } else {
                    format!("closing parenthesis '{closing}' does not match opening parenthesis '{open}'")
                };
                self.fail(ErrorKind::Syntax, message, self.at, self.at + 1);
            }
            Some(_) => {}
        }
        self.at += 1;
    }

    /// A name, or the prefix of a string.
    fn word(&mut self) {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80) {
            self.at += 1;
        }
        self.tokens += 1;
        if matches!(self.bytes.get(self.at), Some(b'"' | b'\'')) && self.at - start <= 2 {
            let prefix = self.bytes[start..self.at].to_ascii_lowercase();
            let valid = matches!(
                prefix.as_slice(),
                b"r" | b"u" | b"b" | b"f" | b"t" | b"br" | b"rb" | b"fr" | b"rf" | b"tr" | b"rt"
            );
            if valid {
                let interpolated = prefix.contains(&b'f') || prefix.contains(&b't');
                let raw = prefix.contains(&b'r');
                self.string(interpolated, raw);
            }
        }
    }

    /// A string, from its opening quote on. In an interpolated one the brackets inside count.
    fn string(&mut self, interpolated: bool, raw: bool) {
        let start = self.at;
        let quote = self.bytes[self.at];
        let triple = self.bytes[self.at..].starts_with(&[quote; 3]);
        self.at += if triple { 3 } else { 1 };
        self.tokens += 1;
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            match byte {
                b'\\' if interpolated && matches!(self.bytes.get(self.at + 1), Some(b'{' | b'}')) => {
                    self.at += 1
                }
                b'\\' if interpolated && !raw && self.bytes[self.at + 1..].starts_with(b"N{") => {
                    let rest = &self.bytes[self.at..];
                    self.at +=
                        rest.iter().position(|&byte| byte == b'}' || byte == b'\n').unwrap_or(rest.len());
                }
                b'\\' => self.at += 2,
                b'\n' if !triple => {
                    self.unterminated(start, interpolated, false);
                    return;
                }
                b'{' if interpolated => {
                    if self.bytes.get(self.at + 1) == Some(&b'{') {
                        self.at += 2;
                    } else if !self.replacement_field(quote, triple, raw) {
                        return;
                    }
                }
                byte if byte == quote && !triple => {
                    self.at += 1;
                    return;
                }
                byte if byte == quote && self.bytes[self.at..].starts_with(&[quote; 3]) => {
                    self.at += 3;
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.bytes.len());
        self.unterminated(start, interpolated, triple);
    }

    fn unterminated(&mut self, start: usize, interpolated: bool, triple: bool) {
        if interpolated && !self.brackets.is_empty() {
            // Inside a replacement field the parser knows better what is wrong.
        }
        let end_line = 1 + self.bytes[..self.at].iter().filter(|&&byte| byte == b'\n').count();
        let prefix = if interpolated {
            let is_template =
                (1..=2).any(|back| start >= back && self.bytes[start - back].eq_ignore_ascii_case(&b't'));
            if is_template { "t-" } else { "f-" }
        } else {
            ""
        };
        let message = match (triple, interpolated) {
            (true, _) => {
                format!("unterminated triple-quoted {prefix}string literal (detected at line {end_line})")
            }
            (false, true) => format!("unterminated {prefix}string literal (detected at line {end_line})"),
            (false, false) => format!("unterminated string literal (detected at line {end_line})"),
        };
        let mut token_start = start;
        while token_start > 0 && interpolated && self.bytes[token_start - 1].is_ascii_alphabetic() {
            token_start -= 1;
        }
        self.fail(ErrorKind::Syntax, message, token_start, token_start);
    }

    /// A `{...}` of an f-string, from its brace on. False when the string has ended badly.
    fn replacement_field(&mut self, quote: u8, triple: bool, raw: bool) -> bool {
        let depth = self.brackets.len();
        self.open(b'{');
        if self.result.fault.is_some() {
            return false;
        }
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b'}' if self.brackets.len() == depth + 1 => {
                    self.brackets.pop();
                    self.at += 1;
                    return true;
                }
                b'\n' if !triple && self.brackets.len() == depth + 1 => self.at += 1,
                b'#' => self.skip_comment(),
                b':' if self.brackets.len() == depth + 1 => {
                    self.at += 1;
                    // The format specification: text with replacement fields of its own.
                    loop {
                        match self.bytes.get(self.at) {
                            None | Some(b'}') => break,
                            Some(b'\n') if !triple => break,
                            Some(b'{') => {
                                if !self.replacement_field(quote, triple, raw) {
                                    return false;
                                }
                            }
                            Some(&byte) if byte == quote => {
                                // The string ends inside the field; the parser says what is wrong.
                                self.brackets.truncate(depth);
                                return true;
                            }
                            Some(_) => self.at += 1,
                        }
                    }
                }
                byte if byte == quote && self.closes_outer(quote, triple) => {
                    self.brackets.truncate(depth);
                    return true;
                }
                b'"' | b'\'' => self.string(false, false),
                byte @ (b'(' | b'[' | b'{') => self.open(byte),
                byte @ (b')' | b']' | b'}') => self.close(byte),
                byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word(),
                _ => self.at += 1,
            }
            if self.result.fault.is_some() {
                return false;
            }
        }
        true
    }

    /// Whether a quote inside a field can only be the end of the string around it: nothing follows on the line that would
    /// close a string begun here.
    fn closes_outer(&self, quote: u8, triple: bool) -> bool {
        if triple {
            return false;
        }
        let rest = &self.bytes[self.at + 1..];
        let line = &rest[..rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())];
        !line.contains(&quote)
    }
}
