//! `unicode_escape`, `raw_unicode_escape` and the escapes of bytes literals.

use pyrsc_core::owned::{Ref, Result};
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::{exception, operations, value_error};

use super::errors::{Decoding, Errors};
use super::registry;

/// Decodes what [`encode_unicode`] gives, and every escape of a string literal; gives the string and how many bytes were
/// used.
pub fn decode_unicode(bytes: &[u8], errors: &Errors<'_>, is_final: bool) -> Result<(Ref<Str>, usize)> {
    let mut decoding = Decoding::new("unicodeescape", bytes, errors);
    let mut position = 0;
    while position < bytes.len() {
        if bytes[position] != b'\\' {
            decoding.out.push(u32::from(bytes[position]));
            position += 1;
            continue;
        }
        let start = position;
        let Some(&letter) = bytes.get(start + 1) else {
            if !is_final {
                break;
            }
            position = decoding.fail(start, bytes.len(), "\\ at end of string")?;
            continue;
        };
        position = start + 2;
        let simple = match letter {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => Some(letter),
            b'b' => Some(8),
            b'f' => Some(12),
            b't' => Some(9),
            b'n' => Some(10),
            b'r' => Some(13),
            b'v' => Some(11),
            b'a' => Some(7),
            _ => None,
        };
        if let Some(byte) = simple {
            decoding.out.push(u32::from(byte));
            continue;
        }
        match letter {
            b'0'..=b'7' => {
                let mut code = u32::from(letter - b'0');
                for _ in 0..2 {
                    let Some(&digit @ b'0'..=b'7') = bytes.get(position) else { break };
                    code = code << 3 | u32::from(digit - b'0');
                    position += 1;
                }
                decoding.out.push(code);
            }
            b'x' | b'u' | b'U' => {
                let (count, reason) = match letter {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let (code, digits) = hexadecimal(bytes, position, count);
                let end = position + digits;
                if digits < count {
                    if end == bytes.len() && !is_final {
                        position = start;
                        break;
                    }
                    position = decoding.fail(start, end, reason)?;
                } else if code >= 0x11_0000 {
                    position = decoding.fail(start, end, "illegal Unicode character")?;
                } else {
                    decoding.out.push(code);
                    position = end;
                }
            }
            b'N' => {
                let malformed = "malformed \\N character escape";
                if bytes.get(position) != Some(&b'{') {
                    if position == bytes.len() && !is_final {
                        position = start;
                        break;
                    }
                    position = decoding.fail(start, position, malformed)?;
                    continue;
                }
                let Some(length) = memchr::memchr(b'}', &bytes[position..]) else {
                    if !is_final {
                        position = start;
                        break;
                    }
                    position = decoding.fail(start, bytes.len(), malformed)?;
                    continue;
                };
                let end = position + length + 1;
                if length < 2 {
                    position = decoding.fail(start, end, malformed)?;
                    continue;
                }
                match named_character(&bytes[position + 1..end - 1])? {
                    Some(character) => {
                        decoding.out.push_object(&character);
                        position = end;
                    }
                    None => position = decoding.fail(start, end, "unknown Unicode character name")?,
                }
            }
            _ => {
                decoding.out.push(u32::from(b'\\'));
                decoding.out.push(u32::from(letter));
            }
        }
    }
    Ok((decoding.out.finish(), position))
}

fn hexadecimal(bytes: &[u8], start: usize, count: usize) -> (u32, usize) {
    let digits = bytes[start..].iter().take(count).map_while(|&byte| char::from(byte).to_digit(16));
    digits.fold((0, 0), |(code, length), digit| (code << 4 | digit, length + 1))
}

fn named_character(name: &[u8]) -> Result<Option<Ref<Str>>> {
    let module = registry::import("unicodedata")?;
    match operations::call_method(&module, "lookup", &[Str::from_latin1(name).object()]) {
        Ok(found) => Ok(found.into_ref::<Str>().ok().filter(|found| found.len() == 1)),
        Err(_) if exception::catch::<exception::KeyError>() => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// Encodes a string in ASCII with the escapes of a string literal.
pub fn encode_unicode(text: &Str) -> Vec<u8> {
    let mut out = StrBuilder::with_capacity(text.len());
    for code in text.code_points() {
        match code {
            0x5C => out.push_str("\\\\"),
            0x20..=0x7E => out.push(code),
            _ => pyrsc_core::str_repr::push_escape(&mut out, code),
        }
    }
    out.units().as_bytes().to_vec()
}

/// Decodes Latin-1 with `\u` and `\U` escapes.
pub fn decode_raw_unicode(bytes: &[u8], errors: &Errors<'_>, is_final: bool) -> Result<(Ref<Str>, usize)> {
    let mut decoding = Decoding::new("rawunicodeescape", bytes, errors);
    let mut position = 0;
    while position < bytes.len() {
        let start = position;
        if bytes[start] != b'\\' {
            decoding.out.push(u32::from(bytes[start]));
            position += 1;
            continue;
        }
        let Some(&letter) = bytes.get(start + 1) else {
            if !is_final {
                break;
            }
            decoding.out.push(u32::from(b'\\'));
            position += 1;
            continue;
        };
        let (count, reason) = match letter {
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            _ => {
                decoding.out.push(u32::from(b'\\'));
                decoding.out.push(u32::from(letter));
                position += 2;
                continue;
            }
        };
        let (code, digits) = hexadecimal(bytes, start + 2, count);
        let end = start + 2 + digits;
        if digits < count {
            if end == bytes.len() && !is_final {
                break;
            }
            position = decoding.fail(start, end, reason)?;
        } else if code >= 0x11_0000 {
            position = decoding.fail(start, end, "\\Uxxxxxxxx out of range")?;
        } else {
            decoding.out.push(code);
            position = end;
        }
    }
    Ok((decoding.out.finish(), position))
}

/// Encodes a string in Latin-1 with `\u` and `\U` escapes.
pub fn encode_raw_unicode(text: &Str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for code in text.code_points() {
        match code {
            0..0x100 => bytes.push(code as u8),
            0x100..0x1_0000 => bytes.extend(format!("\\u{code:04x}").bytes()),
            _ => bytes.extend(format!("\\U{code:08x}").bytes()),
        }
    }
    bytes
}

/// Decodes the escapes of a bytes literal.
pub fn decode_bytes(bytes: &[u8], errors: &str) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while position < bytes.len() {
        let byte = bytes[position];
        position += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&letter) = bytes.get(position) else { return Err(value_error!("Trailing \\ in string")) };
        position += 1;
        match letter {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(letter),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut code = u32::from(letter - b'0');
                for _ in 0..2 {
                    let Some(&digit @ b'0'..=b'7') = bytes.get(position) else { break };
                    code = code << 3 | u32::from(digit - b'0');
                    position += 1;
                }
                out.push(code as u8);
            }
            b'x' => {
                let (code, digits) = hexadecimal(bytes, position, 2);
                if digits == 2 {
                    out.push(code as u8);
                    position += 2;
                    continue;
                }
                match errors {
                    "strict" => return Err(value_error!("invalid \\x escape at position {}", position - 2)),
                    "replace" => out.push(b'?'),
                    "ignore" => {}
                    _ => {
                        return Err(value_error!("decoding error; unknown error handling code: {}", errors));
                    }
                }
                position += digits;
            }
            _ => out.extend([b'\\', letter]),
        }
    }
    Ok(out)
}

/// Encodes bytes with the escapes of a bytes literal.
pub fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\\' | b'\'' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            0x20..=0x7E => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    out
}
