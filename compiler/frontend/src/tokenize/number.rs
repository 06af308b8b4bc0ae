//! Number literals, and what can be wrong with them.

use super::{Result, Token, TokenKind, Tokenizer};

impl Tokenizer<'_> {
    fn next_byte(&self) -> u8 {
        self.peek().unwrap_or(0)
    }

    /// A number.
    pub(super) fn number(&mut self) -> Result<Token> {
        let start = self.at;
        self.number_extent(start)?;
        Ok(self.token(TokenKind::Number, start))
    }

    fn number_extent(&mut self, start: usize) -> Result<()> {
        if self.next_byte() == b'0' {
            let radix: Option<(&str, fn(&u8) -> bool)> =
                match self.peek_second().map(|b| b.to_ascii_lowercase()) {
                    Some(b'x') => Some(("hexadecimal", u8::is_ascii_hexdigit)),
                    Some(b'o') => Some(("octal", |byte| matches!(byte, b'0'..=b'7'))),
                    Some(b'b') => Some(("binary", |byte| matches!(byte, b'0' | b'1'))),
                    _ => None,
                };
            if let Some((kind, is_digit)) = radix {
                return self.other_radix(kind, is_digit);
            }
        }
        if self.next_byte() != b'.' {
            self.digits()?;
        }
        let whole_end = self.at;
        let mut is_int = true;
        if self.next_byte() == b'.' {
            is_int = false;
            self.at += 1;
            if self.next_byte().is_ascii_digit() {
                self.digits()?;
            }
        }
        if matches!(self.next_byte(), b'e' | b'E') {
            let exponent = self.at;
            self.at += 1;
            let is_signed = matches!(self.next_byte(), b'+' | b'-');
            if is_signed {
                self.at += 1;
            }
            if self.next_byte().is_ascii_digit() {
                is_int = false;
                self.digits()?;
            } else if is_signed {
                return self.failure("invalid decimal literal");
            } else {
                self.at = exponent;
            }
        }
        if matches!(self.next_byte(), b'j' | b'J') {
            self.at += 1;
            return self.end_of_number("imaginary");
        }
        let digits = &self.bytes[start..whole_end];
        let zeros = digits.iter().take_while(|byte| matches!(byte, b'0' | b'_')).count();
        if is_int && digits[0] == b'0' && zeros < digits.len() {
            let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            let (line, line_start) = (self.line, self.line_start);
            return self.failure_at(message, line, line_start, start + 1).map_err(
                |mut failure: Box<super::Failure>| {
                    failure.end_column = failure.column + zeros as u32;
                    failure
                },
            );
        }
        self.end_of_number("decimal")
    }

    fn other_radix(&mut self, kind: &str, is_digit: fn(&u8) -> bool) -> Result<()> {
        self.at += 2;
        loop {
            if self.next_byte() == b'_' {
                self.at += 1;
            }
            if !is_digit(&self.next_byte()) {
                return self.bad_digit(kind);
            }
            while is_digit(&self.next_byte()) {
                self.at += 1;
            }
            if self.next_byte() != b'_' {
                break;
            }
        }
        match self.next_byte().is_ascii_digit() {
            true => self.bad_digit(kind),
            false => self.end_of_number(kind),
        }
    }

    /// Digits with single underscores between them.
    fn digits(&mut self) -> Result<()> {
        loop {
            while self.next_byte().is_ascii_digit() {
                self.at += 1;
            }
            if self.next_byte() != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.next_byte().is_ascii_digit() {
                return self.failure("invalid decimal literal");
            }
        }
    }

    fn bad_digit(&mut self, kind: &str) -> Result<()> {
        let digit = self.next_byte();
        if digit.is_ascii_digit() && kind != "hexadecimal" {
            self.at += 1;
            return self.failure(format!("invalid digit '{}' in {kind} literal", digit as char));
        }
        self.failure(format!("invalid {kind} literal"))
    }

    /// A number must not run into a name, other than a keyword that can follow it.
    fn end_of_number(&mut self, kind: &str) -> Result<()> {
        if self.with_extra {
            return Ok(());
        }
        let rest = &self.bytes[self.at..];
        let keywords = [&b"and"[..], b"else", b"for", b"if", b"in", b"is", b"or", b"not"];
        if keywords.iter().any(|word| rest.starts_with(word)) {
            return Ok(());
        }
        let next = self.next_byte();
        if next.is_ascii_alphanumeric() || next == b'_' {
            return self.failure(format!("invalid {kind} literal"));
        }
        Ok(())
    }
}
