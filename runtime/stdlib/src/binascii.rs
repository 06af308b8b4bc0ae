//! `binascii`: bytes as base64, hexadecimal, uuencoded and quoted-printable text; checksums.

use pyrsc_core::buffer;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Raised, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::{Class, name_of};
use pyrsc_core::{exception, type_error, value_error};
use pyrsc_macros::pymodule;

use crate::exception_class::ExceptionClass;

static ERROR: ExceptionClass =
    ExceptionClass::new("binascii", "Error", || Ok(exception::ValueError::type_object().to_owned()));
static INCOMPLETE: ExceptionClass =
    ExceptionClass::new("binascii", "Incomplete", || Ok(exception::Exception::type_object().to_owned()));

fn error(message: &str) -> Raised {
    ERROR.raise(message)
}

/// The bytes of an argument that may be a str of ASCII characters.
fn ascii_argument(object: &Object) -> Result<Vec<u8>> {
    if let Some(string) = object.downcast::<Str>() {
        return match string.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(value_error!("string argument should contain only ASCII characters")),
        };
    }
    if !buffer::is_supported(object) {
        return Err(type_error!(
            "argument should be bytes, buffer or ASCII string, not '{}'",
            name_of(object)
        ));
    }
    Ok(buffer::acquire(object)?.to_vec())
}

/// The value of a base64 digit.
fn base64_value(byte: u8) -> Option<u32> {
    Some(
        match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }
        .into(),
    )
}

fn decode_base64(data: &[u8], strict: bool) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    if strict && data.first() == Some(&b'=') {
        return Err(error("Leading padding not allowed"));
    }
    let mut bits = 0u32;
    // Digits of the group of four that have come, and padding since the last digit.
    let mut position = 0;
    let mut padding = 0;
    let mut padding_started = false;
    for (index, byte) in data.iter().enumerate() {
        if *byte == b'=' {
            padding_started = true;
            if strict && position == 0 {
                return Err(error("Excess padding not allowed"));
            }
            padding += 1;
            if position >= 2 && position + padding >= 4 {
                // A whole group: what follows is ignored, or an error.
                if strict && index + 1 < data.len() {
                    return Err(error(if data[index + 1] == b'=' {
                        "Excess padding not allowed"
                    } else if base64_value(data[index + 1]).is_some() {
                        "Excess data after padding"
                    } else {
                        "Only base64 data is allowed"
                    }));
                }
                if data[index + 1..].iter().all(|byte| base64_value(*byte).is_none()) {
                    return Ok(out);
                }
                return decode_rest(&data[index + 1..], out, bits, position);
            }
            continue;
        }
        let Some(value) = base64_value(*byte) else {
            if strict {
                return Err(error("Only base64 data is allowed"));
            }
            continue;
        };
        if strict && padding_started {
            return Err(error("Discontinuous padding not allowed"));
        }
        padding = 0;
        push_digit(&mut out, &mut bits, &mut position, value);
    }
    finish_base64(out, position)
}

/// Adds one digit to a group.
fn push_digit(out: &mut Vec<u8>, bits: &mut u32, position: &mut usize, value: u32) {
    *bits = (*bits << 6 | value) & 0xFF_FFFF;
    match *position {
        1 => out.push((*bits >> 4) as u8),
        2 => out.push((*bits >> 2) as u8),
        3 => out.push(*bits as u8),
        _ => {}
    }
    *position = (*position + 1) % 4;
}

/// Decodes what follows a padded group, as if the padding were not there.
fn decode_rest(data: &[u8], mut out: Vec<u8>, mut bits: u32, mut position: usize) -> Result<Vec<u8>> {
    let mut padding = 0;
    for byte in data {
        match base64_value(*byte) {
            Some(value) => {
                padding = 0;
                push_digit(&mut out, &mut bits, &mut position, value);
            }
            None if *byte == b'=' => {
                padding += 1;
                if position >= 2 && position + padding >= 4 {
                    return Ok(out);
                }
            }
            None => {}
        }
    }
    finish_base64(out, position)
}

fn finish_base64(out: Vec<u8>, position: usize) -> Result<Vec<u8>> {
    match position {
        0 => Ok(out),
        1 => Err(error(&format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        ))),
        _ => Err(error("Incorrect padding")),
    }
}

fn encode_base64(data: &[u8], newline: bool) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for group in data.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            out.push(if digit <= group.len() {
                DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]
            } else {
                b'='
            });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// The separator that an argument says, between groups of so many bytes.
fn separator(sep: Option<&Object>) -> Result<Option<u8>> {
    let Some(sep) = sep else { return Ok(None) };
    if operations::length(sep)? != 1 {
        return Err(value_error!("sep must be length 1."));
    }
    if let Some(string) = sep.downcast::<Str>() {
        return match u8::try_from(string.at(0)) {
            Ok(byte) => Ok(Some(byte)),
            Err(_) => Err(value_error!("sep must be ASCII.")),
        };
    }
    match sep.downcast::<Bytes>() {
        Some(bytes) => Ok(Some(bytes.as_slice()[0])),
        None => Err(type_error!("sep must be str or bytes.")),
    }
}

fn hexadecimal(data: &Object, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Bytes>> {
    let separator = separator(sep)?;
    let data = buffer::acquire(data)?.to_vec();
    Ok(Bytes::new(&encode_hexadecimal(&data, separator, bytes_per_sep.into())))
}

/// Two digits a byte; groups are counted from the right for a positive size, from the left for a negative one.
pub fn encode_hexadecimal(data: &[u8], separator: Option<u8>, group: i64) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let size = group.unsigned_abs() as usize;
    let mut out = Vec::with_capacity(data.len() * 3);
    for (index, byte) in data.iter().enumerate() {
        if let Some(separator) = separator
            && size > 0
            && index > 0
        {
            let counted = if group > 0 { data.len() - index } else { index };
            if counted % size == 0 {
                out.push(separator);
            }
        }
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
    out
}

fn decode_hexadecimal(hexstr: &Object) -> Result<Ref<Bytes>> {
    let digits = ascii_argument(hexstr)?;
    if digits.len() % 2 != 0 {
        return Err(error("Odd-length string"));
    }
    let value = |byte: u8| char::from(byte).to_digit(16);
    let mut out = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks_exact(2) {
        match (value(pair[0]), value(pair[1])) {
            (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
            _ => return Err(error("Non-hexadecimal digit found")),
        }
    }
    Ok(Bytes::new(&out))
}

fn decode_uu(data: &[u8]) -> Result<Vec<u8>> {
    let wanted = usize::from(data.first().copied().unwrap_or(b' ').wrapping_sub(b' ') & 0x3F);
    let mut out = Vec::with_capacity(wanted);
    let mut input = data.iter().skip(1).copied();
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < wanted {
        let value = match input.next() {
            // Trailing spaces may have been lost.
            None | Some(b'\n' | b'\r') => 0,
            Some(byte @ b' '..=b'`') => (byte - b' ') & 0x3F,
            Some(_) => return Err(error("Illegal char")),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    // Some encoders add a `=` or a backtick; anything else is garbage.
    if input.any(|byte| !matches!(byte, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error("Trailing garbage"));
    }
    Ok(out)
}

fn encode_uu(data: &[u8], backtick: bool) -> Vec<u8> {
    let digit = |value: u8| if backtick && value == 0 { b'`' } else { value + b' ' };
    let mut out = vec![digit(data.len() as u8)];
    for group in data.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for position in 0..4 {
            out.push(digit((bits >> (18 - 6 * position) & 63) as u8));
        }
    }
    out.push(b'\n');
    out
}

fn decode_quoted_printable(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut index = 0;
    while index < data.len() {
        let byte = data[index];
        index += 1;
        if byte == b'_' && header {
            out.push(b' ');
            continue;
        }
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        let Some(next) = data.get(index).copied() else { break };
        let digit = |offset: usize| data.get(index + offset).and_then(|byte| char::from(*byte).to_digit(16));
        if next == b'\n' || next == b'\r' {
            // A soft line break.
            while index < data.len() && data[index] != b'\n' {
                index += 1;
            }
            index += 1;
        } else if next == b'=' {
            out.push(b'=');
            index += 1;
        } else if let (Some(high), Some(low)) = (digit(0), digit(1)) {
            out.push((high << 4 | low) as u8);
            index += 2;
        } else {
            out.push(b'=');
        }
    }
    out
}

fn encode_quoted_printable(data: &[u8], quotetabs: bool, istext: bool, header: bool) -> Vec<u8> {
    const LONGEST_LINE: usize = 76;
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let crlf = data.iter().position(|byte| *byte == b'\n').is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(data.len() * 2);
    let mut line = 0;
    let mut index = 0;
    while index < data.len() {
        let byte = data[index];
        let next = data.get(index + 1).copied();
        let line_ends_next = next.is_none() || next == Some(b'\n');
        let lone_point =
            byte == b'.' && line == 0 && (next.is_none() || matches!(next, Some(b'\n' | b'\r' | 0)));
        let quote = byte > 126
            || byte == b'='
            || header && byte == b'_'
            || lone_point
            || !istext && matches!(byte, b'\r' | b'\n')
            || matches!(byte, b'\t' | b' ') && next.is_none()
            || byte < 33 && !matches!(byte, b'\r' | b'\n' | b'\t' | b' ')
            || byte < 33
                && !matches!(byte, b'\r' | b'\n')
                && (quotetabs || !quotetabs && !matches!(byte, b'\t' | b' '));
        if quote {
            if line + 3 >= LONGEST_LINE {
                out.push(b'=');
                out.extend_from_slice(line_end);
                line = 0;
            }
            out.extend_from_slice(&[b'=', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
            index += 1;
            line += 3;
            continue;
        }
        let line_break = byte == b'\n' || byte == b'\r' && next == Some(b'\n');
        if istext && line_break {
            line = 0;
            // Blanks at a line's end are written by their codes.
            if let Some(blank @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                out.extend_from_slice(&[
                    b'=',
                    DIGITS[usize::from(blank >> 4)],
                    DIGITS[usize::from(blank & 15)],
                ]);
            }
            out.extend_from_slice(line_end);
            index += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        if !line_ends_next && line + 1 >= LONGEST_LINE {
            out.push(b'=');
            out.extend_from_slice(line_end);
            line = 0;
        }
        line += 1;
        out.push(if header && byte == b' ' { b'_' } else { byte });
        index += 1;
    }
    out
}

/// The CRC-32 of ISO 3309, going on from the checksum of what came before.
pub fn crc32(data: &[u8], checksum: u32) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut remainder = index as u32;
            let mut bit = 0;
            while bit < 8 {
                remainder = remainder >> 1 ^ if remainder & 1 == 1 { 0xEDB8_8320 } else { 0 };
                bit += 1;
            }
            table[index] = remainder;
            index += 1;
        }
        table
    };
    !data.iter().fold(!checksum, |crc, byte| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ byte)])
}

/// The CRC-CCITT of the polynomial 0x1021.
fn crc_ccitt(data: &[u8], checksum: u16) -> u16 {
    data.iter().fold(checksum, |crc, byte| {
        (0..8)
            .fold(crc ^ u16::from(*byte) << 8, |crc, _| crc << 1 ^ if crc & 0x8000 != 0 { 0x1021 } else { 0 })
    })
}

/// The low 32 bits of an int.
pub fn low_bits(object: &Object) -> Result<u32> {
    let number = int::index(object)?;
    let masked = int::and(&number, &int::from_i64(0xFFFF_FFFF))?;
    Ok(int::to_i64(&masked).unwrap_or(0) as u32)
}

#[pymodule(name = "binascii", doc = "Conversion between binary data and ASCII")]
mod module {
    use super::*;

    #[attribute(name = "Error")]
    fn error_class() -> Result {
        ERROR.get()
    }

    #[attribute(name = "Incomplete")]
    fn incomplete_class() -> Result {
        INCOMPLETE.get()
    }

    #[pyfunction(
        signature = "(data, /, *, strict_mode=False)",
        doc = "Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not part of the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==)."
    )]
    fn a2b_base64(data: &Object, strict_mode: bool) -> Result<Ref<Bytes>> {
        Ok(Bytes::new(&decode_base64(&ascii_argument(data)?, strict_mode)?))
    }

    #[pyfunction(signature = "(data, /, *, newline=True)", doc = "Base64-code line of data.")]
    fn b2a_base64(data: &Object, newline: bool) -> Result<Ref<Bytes>> {
        Ok(Bytes::new(&encode_base64(buffer::acquire(data)?.as_slice(), newline)))
    }

    #[pyfunction(
        doc = "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\"."
    )]
    fn a2b_hex(hexstr: &Object) -> Result<Ref<Bytes>> {
        decode_hexadecimal(hexstr)
    }

    #[pyfunction(
        doc = "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case)."
    )]
    fn unhexlify(hexstr: &Object) -> Result<Ref<Bytes>> {
        decode_hexadecimal(hexstr)
    }

    #[pyfunction(
        signature = "(data, sep=<unrepresentable>, bytes_per_sep=1)",
        doc = "Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"hexlify()\"."
    )]
    fn b2a_hex(data: &Object, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Bytes>> {
        hexadecimal(data, sep, bytes_per_sep)
    }

    #[pyfunction(
        signature = "(data, sep=<unrepresentable>, bytes_per_sep=1)",
        doc = "Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"b2a_hex()\"."
    )]
    fn hexlify(data: &Object, sep: Option<&Object>, bytes_per_sep: i32) -> Result<Ref<Bytes>> {
        hexadecimal(data, sep, bytes_per_sep)
    }

    #[pyfunction(doc = "Decode a line of uuencoded data.")]
    fn a2b_uu(data: &Object) -> Result<Ref<Bytes>> {
        Ok(Bytes::new(&decode_uu(&ascii_argument(data)?)?))
    }

    #[pyfunction(signature = "(data, /, *, backtick=False)", doc = "Uuencode line of data.")]
    fn b2a_uu(data: &Object, backtick: bool) -> Result<Ref<Bytes>> {
        let data = buffer::acquire(data)?.to_vec();
        if data.len() > 45 {
            return Err(error("At most 45 bytes at once"));
        }
        Ok(Bytes::new(&encode_uu(&data, backtick)))
    }

    #[pyfunction(signature = "(data, header=False)", doc = "Decode a string of qp-encoded data.")]
    fn a2b_qp(data: &Object, header: bool) -> Result<Ref<Bytes>> {
        Ok(Bytes::new(&decode_quoted_printable(&ascii_argument(data)?, header)))
    }

    #[pyfunction(
        signature = "(data, quotetabs=False, istext=True, header=False)",
        doc = "Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded."
    )]
    fn b2a_qp(data: &Object, quotetabs: bool, istext: bool, header: bool) -> Result<Ref<Bytes>> {
        let data = buffer::acquire(data)?.to_vec();
        Ok(Bytes::new(&encode_quoted_printable(&data, quotetabs, istext, header)))
    }

    #[pyfunction(name = "crc32", signature = "(data, crc=0, /)", doc = "Compute CRC-32 incrementally.")]
    fn crc32_of(data: &Object, crc: Option<&Object>) -> Result<u32> {
        let before = crc.map_or(Ok(0), low_bits)?;
        Ok(crc32(buffer::acquire(data)?.as_slice(), before))
    }

    #[pyfunction(doc = "Compute CRC-CCITT incrementally.")]
    fn crc_hqx(data: &Object, crc: &Object) -> Result<u32> {
        let before = low_bits(crc)? as u16;
        Ok(crc_ccitt(buffer::acquire(data)?.as_slice(), before).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_the_standard_ones() {
        assert_eq!(encode_base64(b"hi", true), b"aGk=\n");
        assert_eq!(encode_base64(b"hij", false), b"aGlq");
        assert_eq!(encode_hexadecimal(b"abcde", Some(b'-'), 2), b"61-6263-6465");
        assert_eq!(encode_hexadecimal(b"abcde", Some(b'-'), -2), b"6162-6364-65");
        assert_eq!(encode_uu(b"hello", false), b"%:&5L;&\\ \n");
        assert_eq!(encode_quoted_printable(b"hello=world\t\n", false, true, false), b"hello=3Dworld=09\n");
        assert_eq!(decode_quoted_printable(b"a=3D=\nb_c=", false), b"a=b_c");
        assert_eq!(crc32(b"hello", 0), 907060870);
        assert_eq!(crc_ccitt(b"hello", 0), 50018);
    }
}
