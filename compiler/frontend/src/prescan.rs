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
                byte if byte.is_ascii_digit() => self.number(),
                b'.' if self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) => self.number(),
                b'\\' => {
                    let kind = ErrorKind::Syntax;
                    if self.result.fault.is_none() && self.at + 1 < self.bytes.len() {
                        let message = "unexpected character after line continuation character";
                        self.result.fault = Some(Fault::at(kind, message, self.at as u32 + 1));
                    }
                    self.at += 1;
                }
                byte if byte < b' ' || byte == 0x7f => {
                    let message = format!("invalid non-printable character U+{byte:04X}");
                    self.fail(ErrorKind::Syntax, message, self.at, self.at);
                    self.at += 1;
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
            None => self.fail(ErrorKind::Syntax, format!("unmatched '{closing}'"), self.at, self.at),
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
        if let Ok(name) = std::str::from_utf8(&self.bytes[start..self.at])
            && !name.is_ascii()
        {
            self.identifier(name.to_owned(), start);
        }
        if matches!(self.bytes.get(self.at), Some(b'"' | b'\'')) && self.at - start <= 5 {
            let prefix = self.bytes[start..self.at].to_ascii_lowercase();
            let has = |letter: u8| prefix.contains(&letter);
            let is_prefix = prefix.iter().enumerate().all(|(at, letter)| {
                matches!(letter, b'b' | b'u' | b'r' | b'f' | b't') && !prefix[..at].contains(letter)
            });
            if !is_prefix {
                return;
            }
            for (first, second) in [
                (b'u', b'b'),
                (b'u', b'r'),
                (b'u', b'f'),
                (b'u', b't'),
                (b'b', b'f'),
                (b'b', b't'),
                (b'f', b't'),
            ] {
                if has(first) && has(second) {
                    let message =
                        format!("'{}' and '{}' prefixes are incompatible", first as char, second as char);
                    self.fail(ErrorKind::Syntax, message, start, self.at);
                    return;
                }
            }
            self.string(has(b'f') || has(b't'), has(b'r'));
        }
    }

    /// Refuses characters that no identifier has.
    fn identifier(&mut self, name: String, start: usize) {
        let normal = |c: char, at: usize| {
            c == '_'
                || if at == 0 { unicode_ident::is_xid_start(c) } else { unicode_ident::is_xid_continue(c) }
        };
        let Some((at, bad)) = name.char_indices().find(|&(at, c)| !c.is_ascii() && !normal(c, at)) else {
            return;
        };
        // Compatibility characters may still normalise to letters; the parser decides on those.
        if bad.is_alphanumeric() {
            return;
        }
        let code = bad as u32;
        let is_printable = !(bad.is_control()
            || bad.is_whitespace()
            || matches!(code, 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe000..=0xf8ff | 0xad));
        let message = match is_printable {
            true => format!("invalid character '{bad}' (U+{code:04X})"),
            false => format!("invalid non-printable character U+{code:04X}"),
        };
        self.fail(ErrorKind::Syntax, message, start + at, start + at);
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// A mistake in a number, reported at the last character read.
    fn bad_number(&mut self, message: String) {
        let at = self.at.saturating_sub(1);
        self.fail(ErrorKind::Syntax, message, at, at);
    }

    /// A number, checked as Python's tokenizer does.
    fn number(&mut self) {
        self.tokens += 1;
        let start = self.at;
        if self.peek() == b'0' {
            let radix: Option<(&str, fn(&u8) -> bool)> =
                match self.bytes.get(start + 1).map(u8::to_ascii_lowercase) {
                    Some(b'x') => Some(("hexadecimal", u8::is_ascii_hexdigit)),
                    Some(b'o') => Some(("octal", |byte| matches!(byte, b'0'..=b'7'))),
                    Some(b'b') => Some(("binary", |byte| matches!(byte, b'0' | b'1'))),
                    _ => None,
                };
            if let Some((kind, is_digit)) = radix {
                self.at += 2;
                loop {
                    if self.peek() == b'_' {
                        self.at += 1;
                    }
                    let digit = self.peek();
                    if !is_digit(&digit) {
                        self.bad_digit(kind, digit);
                        return;
                    }
                    while is_digit(&self.peek()) {
                        self.at += 1;
                    }
                    if self.peek() != b'_' {
                        break;
                    }
                }
                let next = self.peek();
                if next.is_ascii_digit() && kind != "hexadecimal" {
                    self.bad_digit(kind, next);
                } else {
                    self.end_of_number(kind);
                }
                return;
            }
        }
        if self.peek() != b'.' && !self.digits() {
            return;
        }
        let whole_end = self.at;
        let mut is_int = true;
        if self.peek() == b'.' {
            is_int = false;
            self.at += 1;
            if self.peek().is_ascii_digit() && !self.digits() {
                return;
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            let exponent = self.at;
            self.at += 1;
            let signed = matches!(self.peek(), b'+' | b'-');
            if signed {
                self.at += 1;
            }
            if self.peek().is_ascii_digit() {
                is_int = false;
                if !self.digits() {
                    return;
                }
            } else if signed {
                self.bad_number("invalid decimal literal".to_owned());
                return;
            } else {
                self.at = exponent;
            }
        }
        if matches!(self.peek(), b'j' | b'J') {
            self.at += 1;
            self.end_of_number("imaginary");
            return;
        }
        let digits = &self.bytes[start..whole_end];
        let zeros = digits.iter().take_while(|byte| matches!(byte, b'0' | b'_')).count();
        if is_int && digits[0] == b'0' && zeros < digits.len() {
            let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            self.fail(ErrorKind::Syntax, message, start, start + zeros);
            return;
        }
        self.end_of_number("decimal");
    }

    /// Digits with single underscores between them. False after a mistake.
    fn digits(&mut self) -> bool {
        loop {
            while self.peek().is_ascii_digit() {
                self.at += 1;
            }
            if self.peek() != b'_' {
                return true;
            }
            self.at += 1;
            if !self.peek().is_ascii_digit() {
                self.bad_number("invalid decimal literal".to_owned());
                return false;
            }
        }
    }

    fn bad_digit(&mut self, kind: &str, digit: u8) {
        if digit.is_ascii_digit() && kind != "hexadecimal" {
            self.at += 1;
            self.bad_number(format!("invalid digit '{}' in {kind} literal", digit as char));
        } else {
            self.bad_number(format!("invalid {kind} literal"));
        }
    }

    /// A number must not run into a name, other than a keyword that can follow it.
    fn end_of_number(&mut self, kind: &str) {
        let rest = &self.bytes[self.at..];
        let next = self.peek();
        let keyword = [&b"and"[..], b"else", b"for", b"if", b"in", b"is", b"or", b"not"];
        if keyword.iter().any(|word| rest.starts_with(word)) {
            return;
        }
        if next.is_ascii_alphanumeric() || next == b'_' {
            self.bad_number(format!("invalid {kind} literal"));
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
