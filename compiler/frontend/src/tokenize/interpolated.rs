//! f-strings and t-strings: the text between their replacement fields.

use super::{Failure, MAX_FIELDS, MAX_INTERPOLATIONS, Result, Token, TokenKind, Tokenizer};

/// An f-string or t-string that is being read.
#[derive(Clone, Debug)]
pub(super) struct Interpolation {
    pub quote: u8,
    pub is_triple: bool,
    pub is_raw: bool,
    pub is_template: bool,
    /// Where it begins: offset, line, offset of the line.
    start: usize,
    line: u32,
    line_start: usize,
    /// Whether the next token is text; else it is one of an expression.
    pub in_text: bool,
    pub in_specification: bool,
    /// How many brackets are open inside.
    pub depth: i32,
    /// The depth outside of the innermost replacement field, -1 when there is none.
    pub field_depth: i32,
}

impl Interpolation {
    /// `f` or `t`, as messages name the kind of string.
    pub fn letter(&self) -> char {
        if self.is_template { 't' } else { 'f' }
    }

    fn quotes(&self) -> usize {
        if self.is_triple { 3 } else { 1 }
    }
}

impl Tokenizer<'_> {
    /// The start of an f-string or t-string; `start` is that of its prefix, the tokenizer is at its quote.
    pub(super) fn interpolated_start(
        &mut self,
        start: usize,
        is_template: bool,
        is_raw: bool,
    ) -> Result<Token> {
        let quote = self.bytes[self.at];
        let is_triple = self.bytes[self.at..].starts_with(&[quote; 3]);
        self.at += if is_triple { 3 } else { 1 };
        if self.interpolations.len() + 1 >= MAX_INTERPOLATIONS {
            return self.failure("too many nested f-strings or t-strings");
        }
        self.interpolations.push(Interpolation {
            quote,
            is_triple,
            is_raw,
            is_template,
            start,
            line: self.line,
            line_start: self.line_start,
            in_text: true,
            in_specification: false,
            depth: 0,
            field_depth: -1,
        });
        Ok(self.token(TokenKind::InterpolatedStart { template: is_template }, start))
    }

    /// The next token in the text of an f-string or t-string.
    pub(super) fn interpolated_text(&mut self) -> Result<Token> {
        let Some(current) = self.interpolations.last().cloned() else { return self.plain_token() };
        let start = self.at;
        let middle = TokenKind::InterpolatedMiddle { template: current.is_template };
        if self.peek() == Some(b'{') && self.peek_second() != Some(b'{') {
            self.enter_field()?;
            return self.plain_token();
        }
        let closing = &[current.quote; 3][..current.quotes()];
        if self.bytes[self.at..].starts_with(closing) {
            self.at += closing.len();
            self.interpolations.pop();
            return Ok(self.token(TokenKind::InterpolatedEnd { template: current.is_template }, start));
        }
        let mut named_escape = false;
        loop {
            if self.bytes[self.at..].starts_with(closing) {
                return Ok(self.token(middle, start));
            }
            let in_specification = current.in_specification && current.field_depth >= 0;
            match self.peek() {
                None => return self.unterminated(&current),
                Some(b'\n') if !current.is_triple => {
                    if in_specification {
                        let letter = current.letter();
                        self.at += 1;
                        return self.failure(format!(
                            "{letter}-string: newlines are not allowed in format specifiers for single quoted \
                             {letter}-strings"
                        ));
                    }
                    return self.unterminated(&current);
                }
                Some(b'{') => {
                    if self.peek_second() == Some(b'{') && !in_specification {
                        self.at += 2;
                        return Ok(self.token_to(middle, start, self.at - 1));
                    }
                    self.enter_field()?;
                    return Ok(self.token(middle, start));
                }
                Some(b'}') => {
                    if named_escape {
                        self.at += 1;
                        return Ok(self.token(middle, start));
                    }
                    if self.peek_second() == Some(b'}') && !in_specification && current.depth == 0 {
                        self.at += 2;
                        return Ok(self.token_to(middle, start, self.at - 1));
                    }
                    self.set_in_text(false);
                    return Ok(self.token(middle, start));
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'{' | b'}') => {}
                        Some(b'N') if !current.is_raw => {
                            self.at += 1;
                            if self.peek() == Some(b'{') {
                                self.at += 1;
                                named_escape = true;
                            }
                        }
                        Some(_) => self.advance(),
                        None => {}
                    }
                }
                Some(_) => self.advance(),
            }
        }
    }

    fn set_in_text(&mut self, in_text: bool) {
        if let Some(current) = self.interpolations.last_mut() {
            current.in_text = in_text;
        }
    }

    /// A replacement field begins with the next character.
    fn enter_field(&mut self) -> Result<()> {
        let Some(current) = self.interpolations.last_mut() else { return Ok(()) };
        current.field_depth += 1;
        current.in_text = false;
        if current.field_depth >= MAX_FIELDS {
            let letter = current.letter();
            return self.failure(format!("{letter}-string: expressions nested too deeply"));
        }
        Ok(())
    }

    fn unterminated<T>(&mut self, current: &Interpolation) -> Result<T> {
        let detected = self.reached_line();
        let is_end = self.peek().is_none();
        self.is_at_end |= is_end;
        let triple = if current.is_triple { "triple-quoted " } else { "" };
        let message =
            format!("unterminated {triple}{}-string literal (detected at line {detected})", current.letter());
        self.failure_at(message, current.line, current.line_start, current.start + 1).map_err(
            |mut failure: Box<Failure>| {
                failure.is_unfinished_string = is_end;
                failure
            },
        )
    }
}
