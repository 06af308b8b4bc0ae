//! Names, and the prefixes of strings.

use super::{Result, Token, TokenKind, Tokenizer};

/// Prefixes that cannot be together, in the order in which Python complains about them.
const INCOMPATIBLE: [(u8, u8); 7] =
    [(b'u', b'b'), (b'u', b'r'), (b'u', b'f'), (b'u', b't'), (b'b', b'f'), (b'b', b't'), (b'f', b't')];

impl Tokenizer<'_> {
    /// A name, or a string with a prefix.
    pub(super) fn word(&mut self) -> Result<Token> {
        let start = self.at;
        let mut prefix: Vec<u8> = Vec::new();
        while let Some(byte) = self.peek() {
            let letter = byte.to_ascii_lowercase();
            if !matches!(letter, b'b' | b'u' | b'r' | b'f' | b't') || prefix.contains(&letter) {
                break;
            }
            prefix.push(letter);
            self.at += 1;
            if matches!(self.peek(), Some(b'"' | b'\'')) {
                return self.prefixed_string(start, &prefix);
            }
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80) {
            self.at += 1;
        }
        if !self.with_extra && !self.text[start..self.at].is_ascii() {
            self.check_name(start)?;
        }
        Ok(self.token(TokenKind::Name, start))
    }

    fn prefixed_string(&mut self, start: usize, prefix: &[u8]) -> Result<Token> {
        let has = |letter: u8| prefix.contains(&letter);
        for (first, second) in INCOMPATIBLE {
            if has(first) && has(second) {
                let length = (self.at - start) as u32;
                let message =
                    format!("'{}' and '{}' prefixes are incompatible", first as char, second as char);
                return self.failure_at(message, self.line, self.line_start, start + 1).map_err(
                    |mut failure: Box<super::Failure>| {
                        failure.end_column = failure.column + length;
                        failure
                    },
                );
            }
        }
        match has(b'f') || has(b't') {
            true => self.interpolated_start(start, has(b't'), has(b'r')),
            false => self.string(start),
        }
    }

    /// Refuses characters that no name has.
    fn check_name(&mut self, start: usize) -> Result<()> {
        let name = &self.text[start..self.at];
        let fits = |c: char, at: usize| match at {
            0 => c == '_' || unicode_ident::is_xid_start(c),
            _ => unicode_ident::is_xid_continue(c),
        };
        let Some((at, bad)) = name.char_indices().find(|&(at, c)| !fits(c, at)) else { return Ok(()) };
        self.at = start + at + bad.len_utf8();
        let code = bad as u32;
        match is_printable(bad) {
            true => self.failure(format!("invalid character '{bad}' (U+{code:04X})")),
            false => self.failure(format!("invalid non-printable character U+{code:04X}")),
        }
    }
}

fn is_printable(c: char) -> bool {
    let is_invisible = matches!(
        c as u32,
        0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
            | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb | 0xe0001 | 0xe0020..=0xe007f | 0xf0000..
    );
    !(c.is_control() || c.is_whitespace() || is_invisible)
}
