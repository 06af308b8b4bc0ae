//! The values of literals: numbers, and strings with their escapes.
//!
//! The parser's values are used where they are right; strings with a backslash are decoded here again, because
//! Python's strings may contain lone surrogates and its invalid escapes are warnings.

use num_bigint::BigInt;
use num_traits::{Num, ToPrimitive};
use pyrsc_bytecode::{BigInteger, Constant, PythonString};
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::diagnostic::{Fault, Result};
use crate::source::SourceIndex;
use crate::tokenize::{TokenKind, Tokenizer};

/// An escape that Python accepts with a warning.
pub(crate) struct EscapeWarning {
    pub message: String,
    pub offset: u32,
}

/// The int constant of any size.
pub(crate) fn int_constant(value: &BigInt) -> Constant {
    match value.to_i64() {
        Some(small) => Constant::Int(small),
        None => {
            let (sign, magnitude) = value.to_bytes_le();
            Constant::BigInt(BigInteger { negative: sign == num_bigint::Sign::Minus, magnitude })
        }
    }
}

/// The value of an int constant, bools included.
pub(crate) fn int_value(constant: &Constant) -> Option<BigInt> {
    match constant {
        Constant::Bool(value) => Some(BigInt::from(*value as i64)),
        Constant::Int(value) => Some(BigInt::from(*value)),
        Constant::BigInt(value) => {
            let sign = if value.negative { num_bigint::Sign::Minus } else { num_bigint::Sign::Plus };
            Some(BigInt::from_bytes_le(sign, &value.magnitude))
        }
        _ => None,
    }
}

const MAX_DECIMAL_DIGITS: usize = 4300;

/// The constant of a number literal.
pub(crate) fn number(node: &ast::ExprNumberLiteral, index: &SourceIndex<'_>) -> Result<Constant> {
    match &node.value {
        ast::Number::Int(value) => {
            if let Some(small) = value.as_i64() {
                return Ok(Constant::Int(small));
            }
            let text: String = index.slice(node.range).chars().filter(|&c| c != '_').collect();
            let (digits, radix) = match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("0x") => (&text[2..], 16),
                Some("0o") => (&text[2..], 8),
                Some("0b") => (&text[2..], 2),
                _ => (text.as_str(), 10),
            };
            if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
                let message = format!(
                    "Exceeds the limit ({MAX_DECIMAL_DIGITS} digits) for integer string conversion: value has {} \
                     digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge \
                     integer literals to avoid decimal conversion limits.",
                    digits.len()
                );
                return Err(Fault::new(message, node.range));
            }
            match BigInt::from_str_radix(digits, radix) {
                Ok(value) => Ok(int_constant(&value)),
                Err(_) => Err(Fault::new("invalid decimal literal", node.range)),
            }
        }
        ast::Number::Float(value) => Ok(Constant::Float(*value)),
        ast::Number::Complex { real, imag } => Ok(Constant::Complex(*real, *imag)),
    }
}

/// The constant of a string literal, its implicitly concatenated parts joined.
pub(crate) fn string(
    node: &ast::ExprStringLiteral,
    index: &SourceIndex<'_>,
    warnings: &mut Vec<EscapeWarning>,
) -> Result<PythonString> {
    let mut value = PythonString::new();
    for part in &node.value {
        string_part(part, index, warnings, &mut value)?;
    }
    Ok(value)
}

/// Appends the value of one part of a string literal.
pub(crate) fn string_part(
    part: &ast::StringLiteral,
    index: &SourceIndex<'_>,
    warnings: &mut Vec<EscapeWarning>,
    value: &mut PythonString,
) -> Result<()> {
    let content = part.content_range();
    let text = index.slice(content);
    if part.flags.prefix().is_raw() || !text.contains('\\') {
        value.push_str(&part.value);
        return Ok(());
    }
    Decoder { text, start: content.start(), is_bytes: false, braces: false, whole: part.range() }
        .decode(value, warnings)
}

/// Appends the value of a literal part of an f-string or t-string.
pub(crate) fn interpolated_part(
    part: &ast::InterpolatedStringLiteralElement,
    is_raw: bool,
    index: &SourceIndex<'_>,
    warnings: &mut Vec<EscapeWarning>,
    value: &mut PythonString,
) -> Result<()> {
    let text = index.slice(part.range);
    if is_raw || !text.contains('\\') {
        value.push_str(&part.value);
        return Ok(());
    }
    Decoder { text, start: part.range.start(), is_bytes: false, braces: true, whole: part.range }
        .decode(value, warnings)
}

/// The constant of a bytes literal.
pub(crate) fn bytes(
    node: &ast::ExprBytesLiteral,
    index: &SourceIndex<'_>,
    warnings: &mut Vec<EscapeWarning>,
) -> Result<Vec<u8>> {
    let mut value = Vec::new();
    for part in &node.value {
        let source = index.slice(part.range());
        if part.flags.prefix().is_raw() || !source.contains('\\') {
            value.extend_from_slice(&part.value);
            continue;
        }
        let quotes = if part.flags.is_triple_quoted() { 3 } else { 1 };
        let open = source.find(['\'', '"']).unwrap_or(0) + quotes;
        let text = &source[open..source.len() - quotes];
        let start = part.range().start() + TextSize::try_from(open).unwrap_or_default();
        let mut decoded = PythonString::new();
        Decoder { text, start, is_bytes: true, braces: false, whole: part.range() }
            .decode(&mut decoded, warnings)?;
        value.extend(decoded.code_points().map(|code_point| code_point as u8));
    }
    Ok(value)
}

/// What is wrong with the escapes of a literal's content.
pub(crate) fn escape_fault(
    text: &str,
    start: TextSize,
    whole: TextRange,
    is_bytes: bool,
) -> Option<Box<Fault>> {
    let decoder = Decoder { text, start, is_bytes, braces: false, whole };
    decoder.decode(&mut PythonString::new(), &mut Vec::new()).err()
}

/// The text of an expression in an f-string without its comments, as `{x=}` and templates show it.
pub(crate) fn without_comments(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('#') {
        return text.into();
    }
    // In brackets, so that newlines and blanks at the start mean nothing.
    let bracketed = format!("({text})");
    let mut tokenizer = Tokenizer::with_extra(&bracketed);
    let (mut kept, mut from) = (String::new(), 1);
    while let Ok(token) = tokenizer.next_token() {
        match token.kind {
            TokenKind::End => break,
            TokenKind::Comment => {
                kept.push_str(&bracketed[from..token.start as usize]);
                from = token.end as usize;
            }
            _ => {}
        }
    }
    kept.push_str(bracketed[from..].strip_suffix(')').unwrap_or_default());
    kept.into()
}

use ast::StringFlags as _;

struct Decoder<'a> {
    text: &'a str,
    start: TextSize,
    is_bytes: bool,
    /// Whether `{{` stands for `{`.
    braces: bool,
    whole: TextRange,
}

impl Decoder<'_> {
    fn decode(&self, value: &mut PythonString, warnings: &mut Vec<EscapeWarning>) -> Result<()> {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let plain = text[at..].find(|c| c == '\\' || self.braces && (c == '{' || c == '}'));
            let Some(plain) = plain else {
                value.push_str(&text[at..]);
                break;
            };
            value.push_str(&text[at..at + plain]);
            at += plain;
            if bytes[at] != b'\\' {
                value.push_str(&text[at..at + 1]);
                at += if bytes.get(at + 1) == Some(&bytes[at]) { 2 } else { 1 };
                continue;
            }
            let escape = at;
            at += 1;
            let Some(&kind) = bytes.get(at) else {
                value.push_str("\\");
                break;
            };
            at += 1;
            let simple = match kind {
                b'\n' => continue,
                b'\\' => '\\',
                b'\'' => '\'',
                b'"' => '"',
                b'b' => '\x08',
                b'f' => '\x0c',
                b't' => '\t',
                b'n' => '\n',
                b'r' => '\r',
                b'v' => '\x0b',
                b'a' => '\x07',
                b'0'..=b'7' => {
                    let length =
                        bytes[at..].iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                    let digits = &text[at - 1..at + length];
                    at += length;
                    let code = u32::from_str_radix(digits, 8).unwrap_or(0);
                    if code > 0o377 {
                        warnings.push(EscapeWarning {
                            message: format!(
                                "\"\\{digits}\" is an invalid octal escape sequence. Did you mean \"\\\\{digits}\"? A \
                                 raw string is also an option."
                            ),
                            offset: self.start.to_u32() + escape as u32,
                        });
                    }
                    value.push_code_point(if self.is_bytes { code & 0xff } else { code });
                    continue;
                }
                b'x' => {
                    at = self.hexadecimal(escape, at, 2, value)?;
                    continue;
                }
                b'u' if !self.is_bytes => {
                    at = self.hexadecimal(escape, at, 4, value)?;
                    continue;
                }
                b'U' if !self.is_bytes => {
                    at = self.hexadecimal(escape, at, 8, value)?;
                    continue;
                }
                b'N' if !self.is_bytes => {
                    at = self.named(escape, at, value)?;
                    continue;
                }
                _ => {
                    // Not an escape: the backslash stays.
                    let character = text[at - 1..].chars().next().unwrap_or('\\');
                    value.push_str("\\");
                    at -= 1;
                    warnings.push(EscapeWarning {
                        message: format!(
                            "\"\\{character}\" is an invalid escape sequence. Did you mean \"\\\\{character}\"? A raw \
                             string is also an option."
                        ),
                        offset: self.start.to_u32() + escape as u32,
                    });
                    continue;
                }
            };
            value.push_code_point(simple as u32);
        }
        Ok(())
    }

    fn hexadecimal(
        &self,
        escape: usize,
        at: usize,
        digits: usize,
        value: &mut PythonString,
    ) -> Result<usize> {
        let available =
            self.text.as_bytes()[at..].iter().take(digits).take_while(|b| b.is_ascii_hexdigit()).count();
        let kind = self.text.as_bytes()[at - 1] as char;
        if available < digits {
            let end = at + available - 1;
            if self.is_bytes {
                let message = format!("(value error) invalid \\x escape at position {escape}");
                return Err(Fault::new(message, self.whole));
            }
            let shape = match kind {
                'x' => "\\xXX",
                'u' => "\\uXXXX",
                _ => "\\UXXXXXXXX",
            };
            return self.unicode_error(escape, end, &format!("truncated {shape} escape"));
        }
        let code = u32::from_str_radix(&self.text[at..at + digits], 16).unwrap_or(u32::MAX);
        if !value.push_code_point(code) {
            return self.unicode_error(escape, at + digits - 1, "illegal Unicode character");
        }
        Ok(at + digits)
    }

    fn named(&self, escape: usize, at: usize, value: &mut PythonString) -> Result<usize> {
        let rest = &self.text[at..];
        let Some(name) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name)
        else {
            let end = if rest.starts_with('{') { self.text.len() - 1 } else { at - 1 };
            return self.unicode_error(escape, end, "malformed \\N character escape");
        };
        let end = at + name.len() + 2;
        if name.is_empty() {
            return self.unicode_error(escape, end - 1, "malformed \\N character escape");
        }
        match named_character(name) {
            Some(text) => value.push_str(&text),
            None => return self.unicode_error(escape, end - 1, "unknown Unicode character name"),
        }
        Ok(end)
    }

    fn unicode_error(&self, start: usize, end: usize, what: &str) -> Result<usize> {
        // Python counts in characters of the literal's content.
        let position = |at: usize| self.text.get(..at).map_or(at, |before| before.chars().count());
        let message = if start == end {
            format!(
                "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position {}: {what}",
                position(start)
            )
        } else {
            format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {}-{}: {what}",
                position(start),
                position(end)
            )
        };
        Err(Fault::new(message, self.whole))
    }
}

/// The character of a Unicode name, or of one of the aliases that control characters have.
fn named_character(name: &str) -> Option<String> {
    if let Some(character) = unicode_names2::character(name) {
        return Some(character.to_string());
    }
    let control = match name.to_ascii_uppercase().as_str() {
        "NULL" | "NUL" => 0,
        "BELL" | "ALERT" | "BEL" => 7,
        "BACKSPACE" | "BS" => 8,
        "CHARACTER TABULATION" | "HORIZONTAL TABULATION" | "TAB" | "HT" => 9,
        "LINE FEED" | "NEW LINE" | "END OF LINE" | "LF" | "NL" | "EOL" => 10,
        "LINE TABULATION" | "VERTICAL TABULATION" | "VT" => 11,
        "FORM FEED" | "FF" => 12,
        "CARRIAGE RETURN" | "CR" => 13,
        "ESCAPE" | "ESC" => 27,
        "DELETE" | "DEL" => 127,
        "NEXT LINE" | "NEL" => 0x85,
        "NBSP" => 0xa0,
        "ZWNJ" => 0x200c,
        "ZWJ" => 0x200d,
        "ZWSP" => 0x200b,
        "BOM" | "BYTE ORDER MARK" | "ZWNBSP" => 0xfeff,
        _ => return None,
    };
    char::from_u32(control).map(String::from)
}
