//! `repr()` of strings and bytes, and `ascii()`.

use crate::owned::Ref;
use crate::str::{Str, StrBuilder};
use crate::str_units::is_surrogate;
use crate::unicode;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The string in quotes with what is not printable escaped.
pub fn repr(string: &Str) -> Ref<Str> {
    quoted(string, unicode::is_printable)
}

/// As [`repr`], with everything beyond ASCII escaped.
pub fn ascii(string: &Str) -> Ref<Str> {
    quoted(string, |code| code < 0x80)
}

fn quoted(string: &Str, keep: impl Fn(u32) -> bool) -> Ref<Str> {
    let units = string.units();
    let quote = quote_for(|quote| units.find_code(quote).is_some());
    let mut out = StrBuilder::with_capacity(units.len() + 2);
    out.push(quote);
    for code in units.iter() {
        match code {
            0x20..=0x7E if code != quote && code != u32::from(b'\\') => out.push(code),
            _ if code == quote || code == u32::from(b'\\') => {
                out.push(u32::from(b'\\'));
                out.push(code);
            }
            0x80.. if !is_surrogate(code) && keep(code) => out.push(code),
            _ => push_escape(&mut out, code),
        }
    }
    out.push(quote);
    out.finish()
}

/// Double quotes for text that has single quotes and no double ones.
fn quote_for(has: impl Fn(u32) -> bool) -> u32 {
    if has(u32::from(b'\'')) && !has(u32::from(b'"')) { u32::from(b'"') } else { u32::from(b'\'') }
}

/// Writes the escape of a code point as `repr` and the codec errors' `backslashreplace` do.
pub fn push_escape(out: &mut StrBuilder, code: u32) {
    match code {
        9 => out.push_str("\\t"),
        10 => out.push_str("\\n"),
        13 => out.push_str("\\r"),
        _ => push_numeric_escape(out, code),
    }
}

/// Writes `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
pub fn push_numeric_escape(out: &mut StrBuilder, code: u32) {
    let (letter, digits) = match code {
        0..0x100 => ('x', 2),
        0x100..0x1_0000 => ('u', 4),
        _ => ('U', 8),
    };
    out.push(u32::from(b'\\'));
    out.push(u32::from(letter));
    for place in (0..digits).rev() {
        out.push(u32::from(HEX[(code >> (4 * place)) as usize & 15]));
    }
}

/// The text of `repr` for bytes: `b'…'`.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let quote = quote_for(|quote| bytes.contains(&(quote as u8))) as u8;
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(char::from(quote));
    for &byte in bytes {
        match byte {
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            _ if byte == quote => {
                out.push('\\');
                out.push(char::from(byte));
            }
            0x20..0x7F => out.push(char::from(byte)),
            _ => {
                out.push_str("\\x");
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    out.push(char::from(quote));
    out
}
